//! Where frames come from: a camera, photos, a video file, or a pipe.
//!
//! This is the last place that reads a clock. Everything downstream takes time from [`Frame::at`](crate::frame::Frame).

use std::time::Duration;

use crate::frame::Frame;

/// What a source had to offer when asked.
#[derive(Debug)]
pub enum Captured {
    /// A picture.
    Frame(Frame),
    /// Nothing new within about a quarter of a second; ask again. Only live sources say this.
    Waiting,
    /// The source cannot deliver for now and is trying to recover by itself; ask again. Only live sources say this.
    Outage {
        /// When this was noticed, on the clock of [`Frame::at`](crate::frame::Frame).
        at: Duration,
        /// What is wrong, for people.
        why: String,
    },
    /// There is nothing more to come.
    End,
}

/// A stream of frames in the order of their time.
///
/// A source that holds a folder of files reports a bad file once, as an error, and goes on with the next file when asked
/// again.
pub trait FrameSource {
    /// The next frame. Live sources return within about a quarter of a second, whatever the device does.
    fn next_frame(&mut self) -> Result<Captured, CaptureError>;

    /// What people call this source: a camera's name, a path, `standard input`.
    fn name(&self) -> &str;
}
