//! The camera of a running watch, borrowed by another verb: only one program at a time can use it.

use std::{path::PathBuf, thread, time::Duration};

use crate::{
    capture::{CaptureError, Clock, FrameSource, is_live, open_source},
    control::{self, Command, Mode},
    paths::Paths,
};

/// How long a camera may take until it is free after it was lent, and how often that is tried.
const HANDOVER: Duration = Duration::from_secs(4);
const AGAIN: Duration = Duration::from_millis(200);

/// A watch that is paused for this program. However that ends, the watch goes on as before when this is dropped; where
/// nobody comes to drop it, the pause ends by itself.
#[derive(Debug)]
pub struct Lent {
    socket: PathBuf,
    /// For how many seconds recommendations were still put off.
    snoozed: Option<f64>,
    since: Clock,
}

impl Lent {
    /// Has a running watch release the camera, for at most `length`. `None` where nobody watches, or it is paused already:
    /// then there is nothing to give back.
    pub fn borrow(paths: &Paths, length: Duration) -> Option<Self> {
        let socket = paths.socket().ok()?;
        let status = control::ask(&socket, &Command::Status).ok()?;
        if status.state == Mode::Paused {
            return None;
        }
        control::ask(&socket, &Command::Pause { for_s: Some(length.as_secs_f64()) }).ok()?;
        let snoozed = status.left_s.filter(|_| status.state == Mode::Snoozed);
        Some(Self { socket, snoozed, since: Clock::start() })
    }

    /// Has the watch take up a profile that was just made.
    ///
    /// # Errors
    /// It does not answer, or cannot.
    pub fn renew(&self) -> Result<(), control::ControlError> {
        control::ask(&self.socket, &Command::Calibrate).map(|_| ())
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        // A watch that has ended meanwhile needs nothing back.
        let _ = control::ask(&self.socket, &Command::Resume);
        let left = self.snoozed.map(|left| left - self.since.now().as_secs_f64()).filter(|left| *left > 0.0);
        if let Some(for_s) = left {
            let _ = control::ask(&self.socket, &Command::Snooze { for_s });
        }
    }
}

/// Opens `source`; a camera that was `lent` may be busy for a moment.
///
/// # Errors
/// Those of [`open_source`].
pub fn open(source: &str, fps: Option<f64>, lent: bool) -> Result<Box<dyn FrameSource>, CaptureError> {
    let asked = Clock::start();
    loop {
        match open_source(source, fps) {
            Err(CaptureError::CameraBusy { .. }) if lent && is_live(source) && asked.now() < HANDOVER => {
                thread::sleep(AGAIN);
            }
            opened => return opened,
        }
    }
}
