//! Recording how somebody sits upright, and how they slouch: from poses with their time to two baselines. Pure; `posture
//! calibrate` shows what it says.
//!
//! Each posture is recorded after a countdown, from [`LONG_ENOUGH`] of accepted samples in a row. A sample is accepted when
//! somebody is seen from the side or from the front and the metric that tells a slouch in that view is measured. What was
//! recorded counts when it was **still**: the head stayed within [`STILL`] of a shoulder width and that metric within half
//! of the measurement error; else the oldest of it is dropped and recording goes on. The slouch has to differ from the
//! upright posture by more than the measurement error; if it does not for [`PATIENCE`], it is taken as it is, and the
//! thresholds stay at the measurement error.

mod recorded;
#[cfg(test)]
mod tests;
mod window;

use std::time::Duration;

pub use self::recorded::{Recorded, Threshold};
use self::window::{Sample, Window};
use crate::{
    figure::Figure,
    geometry::Degrees,
    measure::{Aspect, Metric, Reading, Reason, Reference, View},
    pose::{BodyPart, Pose},
};

/// Time that the accepted samples of one posture speak for.
pub const LONG_ENOUGH: Duration = Duration::from_secs(5);
/// Time of accepted samples after which a slouch that does not differ is taken as it is.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// How far the middle of head and shoulders may wander while one posture is recorded, shoulder widths. Ours.
pub const STILL: f32 = 0.15;

/// Smallest change of an angle from the side that can be told, degrees (Gallego-Izquierdo 2020: 4.96 for one rater) …
pub const LATERAL_ERROR: Degrees = 5.0;
/// … and of the height of the ears from the front, as a fraction (the geometry of about as much: 4.8 % for 5°).
pub const FRONTAL_ERROR: f32 = 0.05;

/// Keypoints that the metric needs and that score less than this on average are doubtful. Ours; C7 rarely scores more.
const SURE: f32 = 0.45;
/// Mean brightness, 0..1, below which poor light is the likely reason for not seeing well. Ours.
const DARK: f32 = 0.2;

/// What is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posture {
    /// Comfortably upright.
    Upright,
    /// As the user slouches out of habit.
    Slouch,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Time to take up the posture.
    Ready {
        /// Which one.
        posture: Posture,
        /// How long there is.
        left: Duration,
    },
    /// The posture is being recorded.
    Recording {
        /// Which one.
        posture: Posture,
        /// How much of [`LONG_ENOUGH`] is there.
        recorded: Duration,
    },
    /// Both postures are recorded.
    Done,
}

/// Why the sample of this moment is not recorded, or is worth little.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Trouble {
    /// Nobody is seen.
    Nobody,
    /// Not seen well, and the picture is dark.
    Dark,
    /// Seen from where nothing tells a slouch.
    View {
        /// From where.
        view: View,
        /// The turn of the trunk, degrees.
        trunk_yaw: Option<Degrees>,
    },
    /// Seen from another side than the upright posture was.
    Turned {
        /// From where upright was recorded.
        from: Aspect,
    },
    /// The metric that tells a slouch cannot be measured.
    Unmeasured {
        /// Which one.
        metric: Metric,
        /// Why.
        because: Reason,
    },
    /// The body parts that it needs are seen, but doubtfully.
    Unsure,
    /// The person moved: part of what was recorded was dropped.
    Moving,
    /// The slouch does not differ from the upright posture so far.
    Alike,
}

/// What there is to say at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// How far it is.
    pub phase: Phase,
    /// What is wrong, if anything.
    pub trouble: Option<Trouble>,
    /// From where the person is seen, if anybody is.
    pub view: Option<View>,
    /// Mean score of the keypoints that the metric needs, 0..1.
    pub score: Option<f32>,
}

/// Who is seen at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// Where their keypoints are.
    pub pose: &'a Pose,
    /// What was measured, without a baseline.
    pub reading: &'a Reading,
}

/// The metric that tells a slouch in `view`.
pub const fn telling(view: View) -> Option<Metric> {
    match view {
        View::Lateral => Some(Metric::CraniovertebralAngle),
        View::Frontal => Some(Metric::EarShoulderHeight),
        View::NearLateral | View::Oblique | View::Back | View::Unknown => None,
    }
}

/// The smallest change of [`telling`] in `view` that can be told, as deviations are counted.
const fn error(view: View) -> f32 {
    match view {
        View::Frontal => FRONTAL_ERROR,
        _ => LATERAL_ERROR,
    }
}

/// Records one posture after the other.
#[derive(Debug, Clone)]
pub struct Recorder {
    countdown: Duration,
    level: Option<Degrees>,
    /// When the countdown of this posture began.
    since: Option<Duration>,
    window: Window,
    /// Accepted time since recording of this posture began.
    accepted: Duration,
    upright: Option<Window>,
    slouch: Option<Window>,
}

impl Recorder {
    /// A recorder that gives `countdown` to take up each posture; nothing where pictures do not wait for anybody. `level` is
    /// the tilt of the camera that is taken out of every reading it is given, degrees, if somebody measured it.
    pub fn new(countdown: Duration, level: Option<Degrees>) -> Self {
        Self {
            countdown,
            level,
            since: None,
            window: Window::default(),
            accepted: Duration::ZERO,
            upright: None,
            slouch: None,
        }
    }

    /// Takes in who is seen at `at`, and the mean brightness of what was looked at, 0..1, if it is known.
    pub fn step(&mut self, at: Duration, brightness: Option<f32>, seen: Option<Seen>) -> Moment {
        let (view, score) = (seen.map(|seen| seen.reading.view), seen.and_then(score));
        let moment = |phase, trouble| Moment { phase, trouble, view, score };
        let Some(posture) = self.posture() else { return moment(Phase::Done, None) };
        let sample = self.sample(at, brightness, seen);
        let waited = at.saturating_sub(*self.since.get_or_insert(at));
        if waited < self.countdown {
            return moment(Phase::Ready { posture, left: self.countdown - waited }, sample.err());
        }
        let trouble = match sample {
            Ok(sample) => self.record(sample),
            Err(trouble) => Some(trouble),
        };
        match self.posture() {
            Some(next) if next == posture => {
                moment(Phase::Recording { posture, recorded: self.window.covered().min(LONG_ENOUGH) }, trouble)
            }
            Some(next) => moment(Phase::Ready { posture: next, left: self.countdown }, None),
            None => moment(Phase::Done, None),
        }
    }

    /// What was recorded; `None` before the upright posture is. Without a slouch when there was none.
    pub fn recorded(&self) -> Option<Recorded> {
        self.upright.as_ref().and_then(|upright| Recorded::of(upright, self.slouch.as_ref(), self.level))
    }

    /// What is recorded now.
    fn posture(&self) -> Option<Posture> {
        match (&self.upright, &self.slouch) {
            (None, _) => Some(Posture::Upright),
            (Some(_), None) => Some(Posture::Slouch),
            (Some(_), Some(_)) => None,
        }
    }

    /// The sample of this moment, or why there is none.
    fn sample(&self, at: Duration, brightness: Option<f32>, seen: Option<Seen>) -> Result<Sample, Trouble> {
        let or_dark = |trouble| if brightness.is_some_and(|mean| mean < DARK) { Trouble::Dark } else { trouble };
        let seen = seen.ok_or(or_dark(Trouble::Nobody))?;
        let Seen { pose, reading } = seen;
        let view = reading.view;
        let metric = telling(view).ok_or(Trouble::View { view, trunk_yaw: pose.trunk_yaw })?;
        let aspect = reading.aspect();
        if let Some(from) = self.upright.as_ref().and_then(Window::aspect).filter(|from| *from != aspect) {
            return Err(Trouble::Turned { from });
        }
        if reading.get(metric, Reference::Absolute).is_none() {
            let why = reading.unmeasured.iter().find(|unmeasured| unmeasured.metric == metric);
            let because = why.map_or(Reason::Hidden, |unmeasured| unmeasured.because);
            return Err(match because {
                Reason::Dark => Trouble::Dark,
                because => or_dark(Trouble::Unmeasured { metric, because }),
            });
        }
        let figure = Figure::of(pose).ok_or(or_dark(Trouble::Unsure))?;
        if score(seen).is_none_or(|score| score < SURE) {
            return Err(or_dark(Trouble::Unsure));
        }
        let frame = (pose.frame_width, pose.frame_height);
        Ok(Sample {
            at,
            view,
            facing: reading.facing,
            figure,
            frame,
            pose: pose.clone(),
            values: reading.measurements.clone(),
        })
    }

    /// Adds a sample, and ends the posture when it is complete.
    fn record(&mut self, sample: Sample) -> Option<Trouble> {
        let (view, aspect) = (sample.view, sample.aspect());
        self.accepted += self.window.push(sample);
        if self.window.covered() < LONG_ENOUGH {
            return None;
        }
        if !self.window.is_still(telling(view)?, error(view)) {
            self.window.keep_still(telling(view)?, error(view));
            return Some(Trouble::Moving);
        }
        let done = std::mem::take(&mut self.window);
        match &self.upright {
            None => self.upright = Some(done),
            Some(upright) if self.accepted < PATIENCE && !differs(upright, &done, aspect) => {
                self.window = done;
                self.window.keep_latest();
                return Some(Trouble::Alike);
            }
            Some(_) => self.slouch = Some(done),
        }
        (self.since, self.accepted) = (None, Duration::ZERO);
        None
    }
}

/// Whether `slouch` deviates from `upright` by more than the measurement error.
fn differs(upright: &Window, slouch: &Window, aspect: Aspect) -> bool {
    let (upright, slouch) = (upright.baseline(), slouch.baseline());
    let range = telling(aspect.view()).and_then(|metric| recorded::range(&upright, &slouch, aspect, metric));
    range.is_some_and(|range| range > error(aspect.view()))
}

/// Mean score of the keypoints that the telling metric needs; `None` where nothing tells.
fn score(Seen { pose, reading }: Seen) -> Option<f32> {
    let parts = match (reading.view, reading.facing.forward()) {
        (View::Frontal, _) => {
            vec![BodyPart::LeftEar, BodyPart::RightEar, BodyPart::LeftShoulder, BodyPart::RightShoulder]
        }
        (View::Lateral, Some(forward)) if forward < 0.0 => vec![BodyPart::LeftEar, BodyPart::C7],
        (View::Lateral, Some(_)) => vec![BodyPart::RightEar, BodyPart::C7],
        _ => return None,
    };
    let total: f32 = parts.iter().map(|part| pose.keypoints.get(*part).map_or(0.0, |k| k.score)).sum();
    Some(total / parts.len() as f32)
}
