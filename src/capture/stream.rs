//! Frames that arrive on a thread of their own, so that a stalled pipe never blocks the program.

use std::{
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    thread,
    time::Duration,
};

use image::RgbImage;

use super::{CaptureError, Captured, FrameSource};
use crate::frame::Frame;

/// How long [`FrameSource::next_frame`] waits before it says [`Captured::Waiting`].
pub(super) const PATIENCE: Duration = Duration::from_millis(250);

/// How long opening waits for the stream's header, so that what is no video is refused at once.
const HEADER_PATIENCE: Duration = Duration::from_secs(5);

/// What the reading thread has to say.
pub(super) enum Message {
    /// The header is good.
    Opened,
    /// The next frame.
    Frame(Frame),
    /// What went wrong; the last message.
    Failed(CaptureError),
}

/// Takes messages; false when nobody wants them any more.
pub(super) type Outlet<'a> = dyn FnMut(Message) -> bool + 'a;

/// Pictures that nobody looks at any more, for their memory.
pub(super) struct Used(Receiver<RgbImage>);

impl Used {
    /// A picture to overwrite; an empty one where none has come back.
    pub(super) fn take(&self) -> RgbImage {
        self.0.try_recv().unwrap_or_default()
    }

    /// None will ever come back.
    #[cfg(test)]
    pub(super) fn none() -> Self {
        Self(sync_channel(0).1)
    }
}

/// A source fed by a thread.
///
/// The thread is left to itself when this is dropped: it ends with its next frame, or with the program if its input never
/// says another word.
pub(super) struct Stream {
    name: String,
    messages: Receiver<Message>,
    used: SyncSender<RgbImage>,
}

impl Stream {
    /// Starts `read` on a thread and waits until it has reported on the header.
    pub(super) fn open(
        name: String,
        read: impl FnOnce(&mut Outlet, &Used) + Send + 'static,
    ) -> Result<Self, CaptureError> {
        // One frame is held in reserve: the next is decoded while the last is being looked at.
        let (sender, messages): (SyncSender<Message>, _) = sync_channel(1);
        let (used, came_back) = sync_channel(2);
        let started = thread::Builder::new()
            .name("posture-stream".into())
            .spawn(move || read(&mut |message| sender.send(message).is_ok(), &Used(came_back)));
        if let Err(error) = started {
            return Err(CaptureError::Stream { name, why: format!("no thread to read it on ({error})") });
        }
        match messages.recv_timeout(HEADER_PATIENCE) {
            Ok(Message::Failed(error)) => Err(error),
            _ => Ok(Self { name, messages, used }),
        }
    }
}

impl FrameSource for Stream {
    fn next_frame(&mut self) -> Result<Captured, CaptureError> {
        loop {
            return match self.messages.recv_timeout(PATIENCE) {
                Ok(Message::Opened) => continue,
                Ok(Message::Frame(frame)) => Ok(Captured::Frame(frame)),
                Ok(Message::Failed(error)) => Err(error),
                Err(RecvTimeoutError::Timeout) => Ok(Captured::Waiting),
                Err(RecvTimeoutError::Disconnected) => Ok(Captured::End),
            };
        }
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn take_back(&mut self, frame: Frame) {
        // Where there is enough memory already, or nobody who needs it, it is let go.
        let _ = self.used.try_send(frame.image);
    }
}
