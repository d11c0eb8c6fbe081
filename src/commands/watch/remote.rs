//! What is asked of the loop from elsewhere, over the socket.

use std::time::Duration;

use anyhow::Result;

use super::{
    live::{Input, Inputs, Live},
    profiles::announced,
};
use crate::{
    capture::is_live,
    control::{Answer, Command, ControlError, Reply, Server, Status},
    monitor::Request,
    paths::Paths,
};

/// Where the session of `source` can be asked for things, through `inputs`. A session that is not live is none to ask, and
/// without a folder for it a live one goes without, which is one of the `notes`.
///
/// # Errors
/// Another live session is under way, or the folder cannot be used.
pub(super) fn listen(source: &str, inputs: &Inputs, paths: &Paths, notes: &mut Vec<String>) -> Result<Option<Server>> {
    if !is_live(source) {
        return Ok(None);
    }
    let socket = match paths.socket() {
        Ok(socket) => socket,
        Err(none) => {
            notes.push(format!("{none}; without it `posture pause` and its like cannot reach this watch"));
            return Ok(None);
        }
    };
    let sender = inputs.sender();
    let server = Server::start(socket, move |command, reply| sender.send(Input::Command(command, reply)).is_ok());
    match server {
        Err(ControlError::Unsupported) => Ok(None),
        server => Ok(Some(server?)),
    }
}

impl Live<'_> {
    /// Does what is asked, and answers with what holds then.
    pub(super) fn command(&mut self, command: &Command, reply: Reply) -> Result<()> {
        match self.request(command) {
            Ok(request) => {
                if let Some(request) = request {
                    self.ask(request)?;
                }
                let now = self.now();
                let status = Status::new(self.session.source(), &self.session.state(now), &self.session.totals());
                reply.send(Answer::Done { status });
            }
            Err(why) => reply.send(Answer::Refused { why }),
        }
        Ok(())
    }

    /// Takes up the profiles that there are now; without one, the baseline is learned anew.
    fn adopt(&mut self) -> Result<()> {
        let Some(shelf) = &self.shelf else {
            self.session.relearn();
            return Ok(());
        };
        let mut troubles = Vec::new();
        let profiles = shelf.chosen(&mut troubles)?;
        let rules = shelf.rules(&profiles);
        String::from_utf8_lossy(&troubles).lines().try_for_each(|line| self.sink.trouble(line))?;
        profiles.iter().try_for_each(|profile| self.sink.note(&announced(profile)))?;
        self.sink.rules(&rules)?;
        self.session.adopt(rules, profiles);
        Ok(())
    }

    /// What `command` asks of the monitor, if anything.
    fn request(&mut self, command: &Command) -> Result<Option<Request>, String> {
        let now = self.now();
        let later = |seconds: f64| {
            let length = Duration::try_from_secs_f64(seconds).ok().and_then(|length| now.checked_add(length));
            length.filter(|until| *until > now).ok_or_else(|| format!("{seconds}: give a number of seconds above 0"))
        };
        Ok(match command {
            Command::Status | Command::Quit => None,
            Command::Pause { for_s } => Some(Request::Pause { until: for_s.map(later).transpose()? }),
            Command::Resume => Some(Request::Resume),
            Command::Toggle if self.session.state(now).paused.is_some() => Some(Request::Resume),
            Command::Toggle => Some(Request::Pause { until: None }),
            Command::Snooze { for_s } => Some(Request::Snooze { until: later(*for_s)? }),
            Command::Complete { stretch } => Some(Request::Complete { stretch: stretch.clone() }),
            Command::Calibrate => {
                self.adopt().map_err(|error| format!("{error:#}"))?;
                None
            }
        })
    }
}
