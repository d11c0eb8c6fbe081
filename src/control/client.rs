//! The end of those who ask.

use std::path::Path;

use super::{Command, ControlError, Status};

/// Asks the process that watches, at its `socket`, and waits for what holds afterwards.
///
/// # Errors
/// There is none, it does not answer, or it refuses.
#[cfg(unix)]
pub fn ask(socket: &Path, command: &Command) -> Result<Status, ControlError> {
    use std::{
        io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _},
        os::unix::net::UnixStream,
        time::Duration,
    };

    use super::{Answer, Answered, LONGEST_LINE, Question, Schema};

    /// Longer than the session has for its answer.
    const PATIENCE: Duration = Duration::from_secs(8);

    let mut server = UnixStream::connect(socket).map_err(|error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::ConnectionRefused => ControlError::Nobody,
        _ => ControlError::Place { path: socket.to_owned(), why: format!("cannot be reached ({error})") },
    })?;
    let question = Question { schema: Schema::Control1, command: command.clone() };
    let strange = |why: serde_json::Error| ControlError::Strange { why: why.to_string() };
    let mut line = serde_json::to_string(&question).map_err(strange)?;
    line.push('\n');
    let mut answer = String::new();
    let mut talk = || {
        server.set_read_timeout(Some(PATIENCE))?;
        server.set_write_timeout(Some(PATIENCE))?;
        server.write_all(line.as_bytes())?;
        BufReader::new((&server).take(LONGEST_LINE)).read_line(&mut answer)
    };
    match talk() {
        Ok(1..) => {}
        Ok(0) | Err(_) => return Err(ControlError::Silent),
    }
    match serde_json::from_str::<Answered>(&answer).map_err(strange)?.answer {
        Answer::Done { status } => Ok(status),
        Answer::Refused { why } => Err(ControlError::Refused(why)),
    }
}

/// There are no Unix sockets here.
///
/// # Errors
/// Always.
#[cfg(not(unix))]
pub fn ask(_: &Path, _: &Command) -> Result<Status, ControlError> {
    Err(ControlError::Unsupported)
}
