//! `posture watch --exec COMMAND`: the user's own command, once for each event, with the event as a JSON line on its standard
//! input.
//!
//! The command runs in a thread of its own, one event after the other, and never holds up the session: what waits in line
//! is limited, a run is ended after [`Exec::PATIENCE`], and what goes wrong is told once.

use std::{
    io::{self, Write},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, SyncSender, TrySendError, channel, sync_channel},
    thread,
    time::Duration,
};

use super::Sink;
use crate::{
    monitor::{Event, Totals},
    pipeline::Report,
    wire::EventLine,
};

/// Most events that wait for the run before them.
const QUEUE: usize = 32;

/// How long the end of a session waits for the last runs.
const FAREWELL: Duration = Duration::from_millis(500);

/// How often a run is looked at.
const GLANCE: Duration = Duration::from_millis(20);

/// Runs a command for each event.
pub struct Exec {
    /// `None` once the session is over.
    lines: Option<SyncSender<Vec<u8>>>,
    /// Closed when the thread has ended.
    ended: Receiver<()>,
    /// The time of the last report or event.
    at: Duration,
}

impl Exec {
    /// A run that takes longer is ended, unless another patience is asked for.
    pub const PATIENCE: Duration = Duration::from_secs(10);

    /// A sink that runs `command` in the user's shell and ends a run that takes longer than `patience`. `told` gets the one
    /// line that says what is wrong with the command, at most once, from another thread.
    pub fn new(command: &str, patience: Duration, told: impl FnOnce(String) + Send + 'static) -> Self {
        let (lines, waiting) = sync_channel(QUEUE);
        let (running, ended) = channel();
        let command = command.to_owned();
        thread::spawn(move || {
            run_all(&command, patience, &waiting, told);
            drop(running);
        });
        Self { lines: Some(lines), ended, at: Duration::ZERO }
    }

    fn queue(&self, line: &EventLine) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        match self.lines.as_ref().map(|lines| lines.try_send(text)) {
            // A queue that is full means runs that hang, which is told; the thread ends with the session alone.
            None | Some(Ok(()) | Err(TrySendError::Full(_) | TrySendError::Disconnected(_))) => Ok(()),
        }
    }
}

impl Sink for Exec {
    fn report(&mut self, report: &Report) -> io::Result<()> {
        self.at = report.at;
        Ok(())
    }

    fn event(&mut self, event: &Event) -> io::Result<()> {
        self.at = self.at.max(event.at());
        self.queue(&EventLine::from(event))
    }

    fn trouble(&mut self, _what: &str) -> io::Result<()> {
        Ok(())
    }

    /// Queues the last line of the session and waits half a second for the runs that are left. Those that go on are left
    /// to themselves.
    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        self.queue(&EventLine::closed(self.at, totals))?;
        self.lines = None;
        // Nothing is ever sent: this waits until the thread has let go of its end, or long enough.
        let _ = self.ended.recv_timeout(FAREWELL);
        Ok(())
    }
}

fn run_all(command: &str, patience: Duration, lines: &Receiver<Vec<u8>>, told: impl FnOnce(String)) {
    let mut told = Some(told);
    for line in lines {
        if let Err(why) = run(command, patience, &line)
            && let Some(tell) = told.take()
        {
            tell(format!("--exec {command}: {why}; it is still run for each event, and this is said once"));
        }
    }
}

/// Runs `command` with `line` on its standard input until it ends, or for as long as `patience` lasts.
fn run(command: &str, patience: Duration, line: &[u8]) -> Result<(), String> {
    let mut child = shell(command)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("cannot be started: {error}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        // One line fits into any pipe. A command that reads nothing has closed it, which is its good right.
        let _ = stdin.write_all(line);
    }
    match wait(&mut child, patience).map_err(|error| format!("cannot be waited for: {error}"))? {
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(format!("it failed ({status})")),
        None => {
            end(&mut child);
            Err(format!("it took longer than {} s and was ended", patience.as_secs_f32()))
        }
    }
}

/// Waits for `child` to end; `None` when it has not after `patience`.
fn wait(child: &mut Child, patience: Duration) -> io::Result<Option<ExitStatus>> {
    let mut waited = Duration::ZERO;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if waited >= patience {
            return Ok(None);
        }
        thread::sleep(GLANCE);
        waited += GLANCE;
    }
}

#[cfg(unix)]
fn shell(command: &str) -> Command {
    use std::os::unix::process::CommandExt as _;

    let mut shell = Command::new("sh");
    // A group of its own: Ctrl-C in the terminal is not for it, and it can be ended with all that it started.
    shell.args(["-c", command]).process_group(0);
    shell
}

#[cfg(not(unix))]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd");
    shell.args(["/C", command]);
    shell
}

/// Ends `child`, and on Unix all that it started.
fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Ok(group) = i32::try_from(child.id()) {
        use nix::{
            sys::signal::{Signal, killpg},
            unistd::Pid,
        };
        // Gone already is as good.
        let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(all(test, unix))]
mod tests {
    use std::{fs, path::Path};

    use super::*;
    use crate::rules::RuleId;

    fn events(exec: &mut Exec, count: u64) {
        for second in 0..count {
            let event = Event::Ended { rule: RuleId("forward_head".into()), at: Duration::from_secs(second) };
            exec.event(&event).expect("queued");
        }
        exec.end(&Totals::default()).expect("queued");
    }

    /// What was told about `command`, after `count` events and the end, and what it wrote to `$OUT`, a file in `folder`.
    fn told(command: &str, patience: Duration, count: u64, folder: &Path) -> (Vec<String>, String) {
        let out = folder.join("out");
        let (tell, told) = channel();
        let command = command.replace("$OUT", &format!("'{}'", out.display()));
        let mut exec = Exec::new(&command, patience, move |what| tell.send(what).expect("heard"));
        events(&mut exec, count);
        // Ends when the thread has dropped its end.
        let troubles = told.iter().collect();
        (troubles, fs::read_to_string(out).unwrap_or_default())
    }

    #[test]
    fn every_event_comes_in_order_and_the_end_last() {
        let folder = tempfile::tempdir().expect("a folder");
        let (troubles, written) = told("cat >> $OUT", Exec::PATIENCE, 3, folder.path());
        assert_eq!(troubles, [""; 0]);
        let lines: Vec<EventLine> =
            written.lines().map(|line| serde_json::from_str(line).expect("a line of the schema")).collect();
        let times: Vec<f64> = lines.iter().map(|line| line.at).collect();
        assert_eq!(times, [0.0, 1.0, 2.0, 2.0]);
        assert!(matches!(lines[3].event, crate::wire::Event::Closed { .. }), "{written}");
    }

    #[test]
    fn a_command_that_fails_or_reads_nothing_is_run_again_and_failure_told_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let (troubles, written) = told("echo x >> $OUT; exit 3", Exec::PATIENCE, 2, folder.path());
        assert_eq!(written, "x\nx\nx\n");
        let [trouble] = troubles.as_slice() else { panic!("{troubles:?}") };
        assert!(trouble.contains("exit 3: it failed (exit status: 3)"), "{trouble}");
    }

    #[test]
    fn a_command_that_hangs_is_ended_with_all_that_it_started() {
        let folder = tempfile::tempdir().expect("a folder");
        let (troubles, written) =
            told("sleep 60 & echo $! >> $OUT; wait", Duration::from_millis(100), 1, folder.path());
        let [trouble] = troubles.as_slice() else { panic!("{troubles:?}") };
        assert!(trouble.contains("took longer than 0.1 s and was ended"), "{trouble}");
        assert_eq!(written.lines().count(), 2);
        for process in written.lines() {
            let state = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
            assert!(!state.contains(") S"), "still asleep: {state}");
        }
    }
}
