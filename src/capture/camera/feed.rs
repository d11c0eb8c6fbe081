//! What passes between the thread that holds the camera and the source that is asked for frames.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::raw::Mode;
use crate::capture::CaptureError;

/// Older than this, a frame is not delivered as new, and a camera that sends none is out of order.
pub(super) const STALE: Duration = Duration::from_secs(2);

/// How long a camera may take to open again after a rest before it counts as silent.
const OPENING: Duration = Duration::from_secs(3);

/// A frame as the camera sent it.
#[derive(Debug)]
pub(super) struct Shot {
    pub mode: Mode,
    pub bytes: Vec<u8>,
    pub taken: Instant,
}

/// The meeting place of thread and source: the newest frame that is wanted, and how the camera is.
#[derive(Debug)]
pub(super) struct Feed {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    /// The source is gone.
    closed: bool,
    /// The source wants no frames for now: the camera is to be released.
    resting: bool,
    /// What people call the camera, once it is open.
    label: Option<String>,
    /// When the source will want a frame.
    wanted: Instant,
    /// Time from one frame of the camera to the next.
    period: Duration,
    newest: Option<Shot>,
    /// When the camera was opened, and whether a frame has come since.
    opened: Option<(Instant, bool)>,
    /// When the last frame came, or else the camera was opened.
    alive: Instant,
    /// Why there is no camera.
    trouble: Option<CaptureError>,
}

/// What the source found.
#[derive(Debug)]
pub(super) enum Look {
    /// A frame that is not stale.
    Shot(Shot),
    /// Nothing yet, and nothing wrong.
    Nothing,
    /// Nothing for longer than [`STALE`].
    Silence,
    /// No camera, and why.
    Trouble(String),
}

impl Feed {
    pub(super) fn new(now: Instant) -> Self {
        let state = State {
            closed: false,
            resting: false,
            label: None,
            wanted: now,
            period: Duration::ZERO,
            newest: None,
            opened: None,
            alive: now,
            trouble: None,
        };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>, until: Instant) -> MutexGuard<'a, State> {
        let left = until.saturating_duration_since(Instant::now());
        self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
    }

    // The thread's side.

    /// Whether the camera is to be open.
    pub(super) fn is_awake(&self) -> bool {
        let state = self.lock();
        !state.closed && !state.resting
    }

    /// Waits until the camera is to be opened; false when the source is gone.
    pub(super) fn may_open(&self) -> bool {
        let mut state = self.lock();
        while state.resting && !state.closed {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        !state.closed
    }

    /// The camera is closed because it was to rest.
    pub(super) fn released(&self) {
        let mut state = self.lock();
        state.newest = None;
        state.opened = None;
        state.trouble = None;
    }

    /// Whether the next frame is to be kept: it may be the last before one is wanted.
    pub(super) fn is_wanted(&self) -> bool {
        self.lock().is_wanted()
    }

    /// The camera is open and about to send a frame every `period`.
    pub(super) fn opened(&self, label: String, period: Duration) {
        let mut state = self.lock();
        state.label = Some(label);
        state.period = period;
        state.alive = Instant::now();
        state.opened = Some((state.alive, false));
        self.changed.notify_all();
    }

    /// A fresh frame has come; `shot` holds it where it was wanted.
    pub(super) fn came(&self, shot: Option<Shot>) {
        let mut state = self.lock();
        state.alive = Instant::now();
        state.trouble = None;
        if let Some((_, sent)) = &mut state.opened {
            *sent = true;
        }
        if shot.is_some() && state.is_wanted() {
            state.newest = shot;
        }
        self.changed.notify_all();
    }

    /// The camera is closed, or could not be opened.
    pub(super) fn failed(&self, error: CaptureError) {
        let mut state = self.lock();
        state.newest = None;
        state.opened = None;
        state.trouble = Some(error);
        self.changed.notify_all();
    }

    /// Waits, but no longer than the camera is to be open.
    pub(super) fn pause(&self, pause: Duration) {
        let until = Instant::now() + pause;
        let mut state = self.lock();
        while !state.closed && !state.resting && Instant::now() < until {
            state = self.wait(state, until);
        }
    }

    // The source's side.

    /// Waits until the camera has sent its first frame or failed; at most `answer` for it to open, and `first` more for
    /// the frame. The camera's label, or what is wrong.
    pub(super) fn first(&self, answer: Duration, first: Duration) -> Result<Option<String>, CaptureError> {
        let asked = Instant::now();
        let mut state = self.lock();
        loop {
            if let Some(error) = state.trouble.take() {
                return Err(error);
            }
            let until = match state.opened {
                Some((_, true)) => return Ok(state.label.clone()),
                Some((opened, false)) => opened + first,
                None => asked + answer,
            };
            if Instant::now() >= until {
                return Ok(state.label.clone());
            }
            state = self.wait(state, until);
        }
    }

    /// The newest frame, awaited until `deadline`; a next one is wanted at `next`.
    pub(super) fn take(&self, deadline: Instant, next: Instant) -> Look {
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            match state.newest.take() {
                Some(shot) if now.saturating_duration_since(shot.taken) <= STALE => {
                    state.wanted = next;
                    return Look::Shot(shot);
                }
                _ if now >= deadline => return state.look(now),
                _ => state = self.wait(state, deadline),
            }
        }
    }

    /// The next frame is wanted at `when`.
    pub(super) fn want(&self, when: Instant) {
        self.lock().wanted = when;
        self.changed.notify_all();
    }

    /// The camera is to be released, or opened again.
    pub(super) fn rest(&self, resting: bool) {
        let mut state = self.lock();
        if state.resting && !resting {
            // Opening takes its time; that is no silence yet.
            state.alive = Instant::now() + OPENING;
        }
        state.resting = resting;
        self.changed.notify_all();
    }

    /// How the camera is, without a frame.
    pub(super) fn look(&self) -> Look {
        self.lock().look(Instant::now())
    }

    /// The source is gone: the thread ends when it next looks.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }
}

impl State {
    fn is_wanted(&self) -> bool {
        self.wanted <= Instant::now() + 2 * self.period
    }

    fn look(&self, now: Instant) -> Look {
        match &self.trouble {
            _ if self.resting => Look::Nothing,
            Some(error) => Look::Trouble(error.to_string()),
            None if now > self.alive + STALE => Look::Silence,
            None => Look::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::camera::raw::Layout;

    const AGES: Duration = Duration::from_secs(60);

    fn shot(taken: Instant) -> Option<Shot> {
        Some(Shot { mode: Mode { layout: Layout::Grey, width: 1, height: 1, rate: 30 }, bytes: vec![0], taken })
    }

    fn lost() -> CaptureError {
        CaptureError::CameraLost { camera: "camera 0 (Test)".into() }
    }

    #[test]
    fn the_newest_frame_is_given_once() {
        let now = Instant::now();
        let feed = Feed::new(now);
        feed.opened("Test".into(), Duration::ZERO);
        feed.came(shot(now));
        feed.came(shot(now + Duration::from_millis(5)));
        assert!(matches!(feed.take(now, now), Look::Shot(shot) if shot.taken > now));
        assert!(matches!(feed.take(now, now), Look::Nothing));
    }

    #[test]
    fn a_frame_is_kept_only_where_one_is_wanted_soon() {
        let now = Instant::now();
        let feed = Feed::new(now);
        feed.opened("Test".into(), Duration::from_millis(30));
        feed.came(shot(now));
        assert!(matches!(feed.take(now, now + AGES), Look::Shot(_)));
        assert!(!feed.is_wanted());
        feed.came(shot(now));
        assert!(matches!(feed.take(now, now), Look::Nothing));
    }

    #[test]
    fn a_stale_frame_is_not_given_as_new() {
        let Some(old) = Instant::now().checked_sub(2 * STALE) else { return };
        let feed = Feed::new(old);
        feed.opened("Test".into(), Duration::ZERO);
        feed.came(shot(old));
        assert!(matches!(feed.take(old, old), Look::Nothing));
    }

    #[test]
    fn silence_is_noticed_after_two_seconds() {
        let feed = Feed::new(Instant::now());
        let state = feed.lock();
        assert!(matches!(state.look(state.alive + STALE / 2), Look::Nothing));
        assert!(matches!(state.look(state.alive + 2 * STALE), Look::Silence));
    }

    #[test]
    fn trouble_lasts_until_a_frame_comes() {
        let feed = Feed::new(Instant::now());
        feed.failed(CaptureError::CameraBusy { camera: "camera 0 (Test)".into() });
        assert!(matches!(feed.look(), Look::Trouble(why) if why.starts_with("camera 0 (Test) is busy")));
        feed.failed(lost());
        assert!(matches!(feed.look(), Look::Trouble(why) if why == "camera 0 (Test) is gone; plug it in again"));
        feed.opened("Test".into(), Duration::ZERO);
        assert!(matches!(feed.look(), Look::Trouble(_)));
        feed.came(None);
        assert!(matches!(feed.look(), Look::Nothing));
    }

    #[test]
    fn the_first_answer_is_a_frame_or_what_is_wrong() {
        let feed = Feed::new(Instant::now());
        assert!(matches!(feed.first(Duration::ZERO, Duration::ZERO), Ok(None)));
        feed.opened("Test".into(), Duration::ZERO);
        feed.came(None);
        assert_eq!(feed.first(AGES, AGES).unwrap().as_deref(), Some("Test"));
        feed.failed(lost());
        assert!(matches!(feed.first(AGES, AGES), Err(CaptureError::CameraLost { .. })));
    }

    #[test]
    fn a_pause_ends_with_the_source() {
        let feed = Feed::new(Instant::now());
        feed.close();
        feed.pause(AGES);
        assert!(!feed.may_open());
    }

    #[test]
    fn a_resting_camera_is_released_and_in_no_trouble() {
        let feed = Feed::new(Instant::now());
        feed.failed(lost());
        feed.rest(true);
        feed.pause(AGES);
        assert!(!feed.is_awake());
        assert!(matches!(feed.look(), Look::Nothing));
        feed.released();
        feed.rest(false);
        assert!(feed.may_open() && feed.is_awake());
        assert!(matches!(feed.look(), Look::Nothing), "what was wrong before the rest is old news");
        let state = feed.lock();
        assert!(matches!(state.look(Instant::now() + OPENING + 2 * STALE), Look::Silence));
    }
}
