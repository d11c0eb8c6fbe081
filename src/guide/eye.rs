//! What a camera tells about the stretch that is being done.

use std::time::Duration;

use super::{
    half_circles::HalfCircles,
    hold::Hold,
    plan::{Leg, Side},
    rolls::Rolls,
    signal,
    squeezes::Squeezes,
};
use crate::{pose::Pose, stretches::Seen};

/// The least that a head leans to its side, degrees.
const LEAST_BEND: f32 = 14.0;
/// The least that a chin tuck raises the craniovertebral angle, degrees.
const LEAST_TUCK: f32 = 3.5;

/// What one look says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// The position is held.
    Held,
    /// It is not.
    NotHeld,
    /// So many repetitions more.
    Counted(u32),
    /// Cannot tell.
    Unreadable,
}

/// Watches for one kind of stretch.
#[derive(Debug, Clone)]
pub(super) enum Eye {
    Rolls(Rolls),
    HalfCircles(HalfCircles),
    Squeezes(Squeezes),
    SideBend(Hold),
    ChinTuck(Hold),
}

impl Eye {
    pub fn new(seen: Seen) -> Self {
        match seen {
            Seen::ShoulderRolls => Self::Rolls(Rolls::new()),
            Seen::HalfCircles => Self::HalfCircles(HalfCircles::new()),
            Seen::ElbowSqueezes => Self::Squeezes(Squeezes::new()),
            Seen::SideBend => Self::SideBend(Hold::absolute(LEAST_BEND)),
            Seen::ChinTuck => Self::ChinTuck(Hold::against_rest(LEAST_TUCK)),
        }
    }

    /// What `pose` says in `leg`. Between the legs that count, the level of rest is learned.
    pub fn look(&mut self, at: Duration, leg: Leg, pose: Option<&Pose>) -> Look {
        let resting = matches!(leg, Leg::Ready { .. } | Leg::Rest { .. });
        match self {
            Self::Rolls(rolls) => counted(pose.and_then(signal::heights), |heights| rolls.step(at, heights)),
            Self::HalfCircles(circles) => counted(pose.and_then(signal::head), |head| circles.step(at, head)),
            Self::Squeezes(squeezes) => counted(pose.and_then(signal::arms), |arms| squeezes.step(at, arms)),
            Self::SideBend(hold) => {
                let to = if let Leg::Hold { side: Some(Side::Right), .. } = leg { -1.0 } else { 1.0 };
                hold.look(at, pose.and_then(signal::head).map(|head| to * head.lean), resting)
            }
            Self::ChinTuck(hold) => hold.look(at, pose.and_then(signal::chin_back), resting),
        }
    }
}

fn counted<T>(value: Option<T>, step: impl FnOnce(Option<T>) -> u32) -> Look {
    let readable = value.is_some();
    match step(value) {
        0 if !readable => Look::Unreadable,
        counted => Look::Counted(counted),
    }
}
