//! The side of a camera that is asked for frames.

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use super::{
    ask_permission,
    feed::{Feed, Look, STALE, Shot},
    keep_open,
    raw::Darkroom,
    repeats::Repeats,
    wish::Wish,
};
use crate::{
    capture::{CaptureError, Captured, Clock, FrameSource, interval, stream::PATIENCE},
    frame::Frame,
};

/// How long opening waits for the driver, and then for the first frame; afterwards it goes on in the background.
const ANSWER: Duration = Duration::from_secs(10);
const FIRST_FRAME: Duration = Duration::from_secs(3);

/// Frames of a live camera, at most so many per second, and as many as [`set_pace`](FrameSource::set_pace) asks for.
///
/// Unplugged, taken by another program or silent for two seconds, it says [`Captured::Outage`] and takes itself up again
/// when the camera is back, under whatever number.
#[derive(Debug)]
pub struct CameraSource {
    name: String,
    feed: Arc<Feed>,
    clock: Clock,
    /// Time from frame to frame, and the least of it; `None` while the camera is released.
    interval: Option<Duration>,
    shortest: Duration,
    /// When the last frame was taken, as planned.
    given: Option<Instant>,
    /// Time of the last frame given.
    last: Duration,
    /// Since when the camera has sent damaged frames only.
    garbled: Option<Instant>,
    repeats: Repeats,
    darkroom: Darkroom,
}

impl CameraSource {
    /// Opens a camera by its number, its name, or a part of its name; `0` is the first that works. `fps` is above zero.
    ///
    /// # Errors
    /// There is no such camera, it is busy, forbidden, or does not work. Once open, it recovers by itself.
    pub fn open(spec: &str, fps: f64) -> Result<Self, CaptureError> {
        ask_permission()?;
        let clock = Clock::start();
        let feed = Arc::new(Feed::new(Instant::now()));
        let (shared, wish) = (Arc::clone(&feed), Wish::new(spec));
        thread::Builder::new().name("posture-camera".into()).spawn(move || keep_open(&shared, wish, fps)).map_err(
            |error| CaptureError::CameraFailed {
                camera: format!("camera {spec}"),
                why: format!("no thread for it: {error}"),
            },
        )?;
        match feed.first(ANSWER, FIRST_FRAME) {
            Ok(Some(name)) => Ok(Self {
                name,
                feed,
                clock,
                interval: Some(interval(fps)),
                shortest: interval(fps),
                given: None,
                last: Duration::ZERO,
                garbled: None,
                repeats: Repeats::default(),
                darkroom: Darkroom::default(),
            }),
            refused => {
                feed.close();
                let (camera, why) = (format!("camera {spec}"), "its driver does not answer".to_owned());
                Err(refused.err().unwrap_or(CaptureError::CameraFailed { camera, why }))
            }
        }
    }

    /// A moment on the clock of the frames, which never goes back.
    fn since_opened(&mut self, moment: Instant) -> Duration {
        self.last = self.last.max(self.clock.at(moment));
        self.last
    }

    fn outage(&mut self, why: String) -> Captured {
        Captured::Outage { at: self.since_opened(Instant::now()), why }
    }

    /// What to say when there is no frame.
    fn without_frame(&mut self, look: Look) -> Captured {
        match look {
            Look::Trouble(why) => self.outage(why),
            Look::Silence => self.outage(CaptureError::CameraSilent { camera: self.name.clone() }.to_string()),
            _ => Captured::Waiting,
        }
    }

    /// A frame from what the camera sent, or what to say of a damaged one or the same again.
    fn develop(&mut self, shot: &Shot) -> Captured {
        match self.darkroom.develop(shot.mode, &shot.bytes) {
            Ok((image, fingerprint)) => {
                self.garbled = None;
                if self.repeats.step(fingerprint, shot.taken) {
                    return self.outage(CaptureError::CameraFrozen { camera: self.name.clone() }.to_string());
                }
                Captured::Frame(Frame { image, at: self.since_opened(shot.taken) })
            }
            Err(why) => {
                let since = *self.garbled.get_or_insert(shot.taken);
                if since.elapsed() > STALE {
                    let camera = self.name.clone();
                    return self.outage(CaptureError::CameraGarbled { camera, why }.to_string());
                }
                // The next one will do.
                self.given = None;
                Captured::Waiting
            }
        }
    }
}

impl FrameSource for CameraSource {
    fn next_frame(&mut self) -> Result<Captured, CaptureError> {
        let now = Instant::now();
        let deadline = now + PATIENCE;
        let Some(interval) = self.interval else {
            thread::sleep(PATIENCE);
            return Ok(Captured::Waiting);
        };
        let due = self.given.map_or(now, |given| given + interval);
        thread::sleep(due.min(deadline).saturating_duration_since(now));
        if due > deadline {
            return Ok(self.without_frame(self.feed.look()));
        }
        // Where frames come late, the pace starts anew rather than catching up.
        let given = if due + interval > now { due } else { now };
        Ok(match self.feed.take(deadline, given + interval) {
            Look::Shot(shot) => {
                self.given = Some(given);
                self.develop(&shot)
            }
            other => self.without_frame(other),
        })
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn take_back(&mut self, frame: Frame) {
        self.darkroom.take_back(frame.image);
    }

    fn clock(&self) -> Option<Clock> {
        Some(self.clock.clone())
    }

    fn set_pace(&mut self, interval: Option<Duration>) {
        let interval = interval.map(|interval| interval.max(self.shortest));
        if interval == self.interval {
            return;
        }
        if interval.is_none() || self.interval.is_none() {
            self.given = None;
            self.repeats.forget();
            self.feed.rest(interval.is_none());
        }
        self.interval = interval;
        if let (Some(given), Some(interval)) = (self.given, interval) {
            self.feed.want(given + interval);
        }
    }
}

impl Drop for CameraSource {
    fn drop(&mut self) {
        self.feed.close();
    }
}
