//! The end of the process that watches.

use std::{path::PathBuf, sync::mpsc::SyncSender};

use super::{Answer, Command, ControlError};

/// Where the answer to a command goes. Dropped without one, the asker is told that nobody answers.
#[derive(Debug)]
pub struct Reply(SyncSender<Answer>);

impl Reply {
    /// Answers, if anybody still listens.
    pub fn send(self, answer: Answer) {
        // An asker who has gone needs no answer.
        let _ = self.0.try_send(answer);
    }
}

/// The claim to be the one process of this user that watches, and the socket where it is asked. Both end with it.
#[derive(Debug)]
pub struct Server {
    socket: PathBuf,
    #[cfg(unix)]
    listening: unix::Listening,
}

impl Server {
    /// Where it listens.
    pub fn socket(&self) -> &std::path::Path {
        &self.socket
    }
}

#[cfg(not(unix))]
impl Server {
    /// There are no Unix sockets here.
    ///
    /// # Errors
    /// Always.
    pub fn start(_: PathBuf, _: impl Fn(Command, Reply) -> bool + Send + 'static) -> Result<Self, ControlError> {
        Err(ControlError::Unsupported)
    }
}

#[cfg(unix)]
mod unix {
    use std::{
        fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError},
        io::{self, BufRead as _, BufReader, Read as _, Write as _},
        os::unix::{
            fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
            net::{UnixListener, UnixStream},
        },
        path::{Path, PathBuf},
        sync::{
            Arc,
            atomic::{AtomicBool, Ordering},
            mpsc::sync_channel,
        },
        thread,
        time::Duration,
    };

    use super::{Answer, Command, ControlError, Reply, Server};
    use crate::control::{Answered, LONGEST_LINE, Question, Schema, ask};

    /// How long an asker may take for their line, and how long the session may take to answer it.
    const ASKER: Duration = Duration::from_secs(1);
    const SESSION: Duration = Duration::from_secs(5);

    /// What is held while the server lives.
    #[derive(Debug)]
    pub(super) struct Listening {
        closed: Arc<AtomicBool>,
        thread: Option<thread::JoinHandle<()>>,
        /// Locked until the process ends or drops it.
        _lock: File,
    }

    impl Server {
        /// Claims to be the one that watches, and passes what is asked at `socket` to `session`, which says whether it is
        /// still there to answer. Its folder is made where it is missing, open to its owner alone.
        ///
        /// # Errors
        /// Another process watches already, or the folder cannot be used.
        pub fn start(
            socket: PathBuf,
            session: impl Fn(Command, Reply) -> bool + Send + 'static,
        ) -> Result<Self, ControlError> {
            let folder = socket.parent().unwrap_or(Path::new("."));
            let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
            made.and_then(|()| fs::set_permissions(folder, Permissions::from_mode(0o700)))
                .map_err(|error| wrong(folder, &error))?;
            let lock = lock(&socket.with_extension("lock"), &socket)?;
            // Whoever left it is no longer there: the lock is ours.
            match fs::remove_file(&socket) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(wrong(&socket, &error)),
                _ => {}
            }
            let listener = UnixListener::bind(&socket).map_err(|error| wrong(&socket, &error))?;
            fs::set_permissions(&socket, Permissions::from_mode(0o600)).map_err(|error| wrong(&socket, &error))?;
            let closed = Arc::new(AtomicBool::new(false));
            let until = Arc::clone(&closed);
            let thread = thread::Builder::new()
                .name("posture-control".into())
                .spawn(move || serve(&listener, &until, &session))
                .map_err(|error| wrong(&socket, &error))?;
            Ok(Self { socket, listening: Listening { closed, thread: Some(thread), _lock: lock } })
        }
    }

    impl Drop for Server {
        fn drop(&mut self) {
            self.listening.closed.store(true, Ordering::Relaxed);
            // Wakes the thread; where nobody can connect any more it cannot be woken, and ends with the process.
            let woken = UnixStream::connect(&self.socket).is_ok();
            // A file that cannot be removed is replaced by the next watch.
            let _ = fs::remove_file(&self.socket);
            if let Some(thread) = self.listening.thread.take().filter(|_| woken) {
                let _ = thread.join();
            }
        }
    }

    /// Locks `file`, or says who has.
    fn lock(file: &Path, socket: &Path) -> Result<File, ControlError> {
        let open = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(file);
        let lock = open.map_err(|error| wrong(file, &error))?;
        match lock.try_lock() {
            Ok(()) => Ok(lock),
            Err(TryLockError::WouldBlock) => {
                let pid = ask(socket, &Command::Status).ok().map(|status| status.pid);
                Err(ControlError::Already { pid })
            }
            Err(TryLockError::Error(error)) => Err(wrong(file, &error)),
        }
    }

    fn wrong(path: &Path, error: &io::Error) -> ControlError {
        let remedy = match error.kind() {
            // A socket's path holds about a hundred bytes.
            io::ErrorKind::InvalidInput => "set XDG_RUNTIME_DIR to a folder with a shorter path",
            _ => "see that XDG_RUNTIME_DIR is a folder of yours",
        };
        ControlError::Place { path: path.to_owned(), why: format!("cannot be used ({error}); {remedy}") }
    }

    /// Answers one asker after the other until `closed`.
    fn serve(listener: &UnixListener, closed: &AtomicBool, session: &dyn Fn(Command, Reply) -> bool) {
        for asker in listener.incoming() {
            if closed.load(Ordering::Relaxed) {
                return;
            }
            // One who breaks off has nobody to be told.
            let _ = asker.and_then(|asker| answer(asker, session));
        }
    }

    fn answer(mut asker: UnixStream, session: &dyn Fn(Command, Reply) -> bool) -> io::Result<()> {
        asker.set_read_timeout(Some(ASKER))?;
        asker.set_write_timeout(Some(ASKER))?;
        let mut line = String::new();
        BufReader::new((&asker).take(LONGEST_LINE)).read_line(&mut line)?;
        let answer = match serde_json::from_str::<Question>(&line) {
            Ok(question) => put(question.command, session),
            Err(error) => Answer::Refused { why: format!("this posture does not know what is asked of it: {error}") },
        };
        let mut line = serde_json::to_string(&Answered { schema: Schema::Control1, answer })?;
        line.push('\n');
        asker.write_all(line.as_bytes())
    }

    /// What the session answers to `command`.
    fn put(command: Command, session: &dyn Fn(Command, Reply) -> bool) -> Answer {
        let (sender, answer) = sync_channel(1);
        let there = session(command, Reply(sender));
        let answer = if there { answer.recv_timeout(SESSION).ok() } else { None };
        answer.unwrap_or_else(|| Answer::Refused { why: "this posture is about to end".into() })
    }

    #[cfg(test)]
    mod tests {
        use std::sync::mpsc::channel;

        use super::*;
        use crate::control::Status;

        fn socket_in(folder: &Path) -> PathBuf {
            folder.join("x.sock")
        }

        /// A server whose session has seen nothing yet, and what was asked of it.
        fn server(folder: &Path) -> (Result<Server, ControlError>, std::sync::mpsc::Receiver<Command>) {
            let (sender, asked) = channel();
            let session = move |command, reply: Reply| {
                reply.send(Answer::Done { status: Status::sample() });
                sender.send(command).is_ok()
            };
            (Server::start(socket_in(folder), session), asked)
        }

        fn mode(path: &Path) -> u32 {
            fs::metadata(path).unwrap().permissions().mode() & 0o777
        }

        /// The whole of what is answered to `line`.
        fn answered(socket: &Path, line: &str) -> String {
            let mut stream = UnixStream::connect(socket).unwrap();
            stream.write_all(line.as_bytes()).unwrap();
            stream.shutdown(std::net::Shutdown::Write).unwrap();
            let mut text = String::new();
            stream.read_to_string(&mut text).unwrap();
            text
        }

        #[test]
        fn only_the_owner_can_ask() {
            let root = tempfile::tempdir().unwrap();
            let folder = root.path().join("posture");
            let (server, _asked) = server(&folder);
            let server = server.unwrap();
            assert_eq!([mode(&folder), mode(server.socket())], [0o700, 0o600]);
        }

        #[test]
        fn a_command_reaches_the_session_and_its_answer_the_asker() {
            let folder = tempfile::tempdir().unwrap();
            let (server, asked) = server(folder.path());
            let server = server.unwrap();
            let pause = Command::Pause { for_s: Some(1800.0) };
            assert_eq!(ask(server.socket(), &pause).unwrap(), Status::sample());
            assert_eq!(asked.recv().unwrap(), pause);
            let line = answered(server.socket(), "{\"schema\":\"posture-control/1\",\"ask\":\"toggle\"}\n");
            assert!(line.starts_with(r#"{"schema":"posture-control/1","answer":"done","status":{"#), "{line}");
            assert_eq!(asked.recv().unwrap(), Command::Toggle);
        }

        #[test]
        fn what_is_not_understood_is_refused_and_the_next_asker_is_served() {
            let folder = tempfile::tempdir().unwrap();
            let (server, _asked) = server(folder.path());
            let server = server.unwrap();
            for line in ["", "sit\n", "{\"schema\":\"posture-control/9\",\"ask\":\"status\"}\n", "\u{fffd}"] {
                let line = answered(server.socket(), line);
                assert!(line.contains(r#""answer":"refused","why":"this posture does not know"#), "{line}");
            }
            let endless = "x".repeat(2 * LONGEST_LINE as usize);
            let mut asker = UnixStream::connect(server.socket()).unwrap();
            let _ = asker.write_all(endless.as_bytes());
            assert!(ask(server.socket(), &Command::Status).is_ok());
        }

        #[test]
        fn there_is_one_at_a_time_and_it_is_named() {
            let folder = tempfile::tempdir().unwrap();
            let (first, _asked) = server(folder.path());
            let first = first.unwrap();
            let second = server(folder.path()).0.unwrap_err().to_string();
            let expected =
                format!("posture is watching already (process {}); `posture status` tells", Status::sample().pid);
            assert!(second.starts_with(&expected), "{second}");
            let socket = first.socket().to_owned();
            drop(first);
            assert!(!socket.exists());
            assert!(matches!(ask(&socket, &Command::Status), Err(ControlError::Nobody)));
            assert!(server(folder.path()).0.is_ok());
        }

        #[test]
        fn the_socket_of_a_dead_process_is_replaced() {
            let folder = tempfile::tempdir().unwrap();
            let socket = socket_in(folder.path());
            drop(UnixListener::bind(&socket).unwrap());
            assert!(socket.exists());
            assert!(matches!(ask(&socket, &Command::Status), Err(ControlError::Nobody)));
            let (server, _asked) = server(folder.path());
            assert_eq!(ask(server.unwrap().socket(), &Command::Status).unwrap(), Status::sample());
        }

        #[test]
        fn a_place_that_cannot_be_used_is_one_line_with_a_remedy() {
            let root = tempfile::tempdir().unwrap();
            let file = root.path().join("file");
            fs::write(&file, "").unwrap();
            let long = root.path().join("x".repeat(120));
            for (folder, remedy) in [(file, "a folder of yours"), (long, "a shorter path")] {
                let said = server(&folder).0.unwrap_err().to_string();
                assert!(said.ends_with(remedy) && said.lines().count() == 1, "{said}");
            }
        }
    }
}
