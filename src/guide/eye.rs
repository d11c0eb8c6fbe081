//! What a camera tells about the stretch that is being done.

use std::time::Duration;

use super::{
    angels::Angels,
    elbows_back::ElbowsBack,
    half_circles::HalfCircles,
    hold::Hold,
    nods::Nods,
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
    HalfCircles { front: HalfCircles, side: Nods },
    Squeezes { front: Squeezes, side: ElbowsBack },
    Angels(Angels),
    SideBend(Hold),
    ChinTuck(Hold),
}

impl Eye {
    pub fn new(seen: Seen) -> Self {
        match seen {
            Seen::ShoulderRolls => Self::Rolls(Rolls::new()),
            Seen::HalfCircles => Self::HalfCircles { front: HalfCircles::new(), side: Nods::new() },
            Seen::ElbowSqueezes => Self::Squeezes { front: Squeezes::new(), side: ElbowsBack::new() },
            Seen::WallAngels => Self::Angels(Angels::new()),
            Seen::SideBend => Self::SideBend(Hold::absolute(LEAST_BEND)),
            Seen::ChinTuck => Self::ChinTuck(Hold::against_rest(LEAST_TUCK)),
        }
    }

    /// What `pose` says in `leg`. Between the legs that count, the level of rest is learned.
    pub fn look(&mut self, at: Duration, leg: Leg, pose: Option<&Pose>) -> Look {
        let resting = matches!(leg, Leg::Ready { .. } | Leg::Rest { .. });
        match self {
            Self::Rolls(rolls) => counted(pose.and_then(signal::heights).map(|heights| rolls.step(at, heights))),
            Self::HalfCircles { front, side } => {
                let before = pose.and_then(signal::head).map(|head| front.step(at, head));
                counted(before.or_else(|| Some(side.step(at, pose.and_then(signal::nod)?))))
            }
            Self::Squeezes { front, side } => {
                let before = pose.and_then(signal::arms).map(|arms| front.step(at, arms));
                counted(before.or_else(|| Some(side.step(at, pose.and_then(signal::behind)?))))
            }
            Self::Angels(angels) => counted(pose.and_then(signal::raised).map(|raised| angels.step(at, raised))),
            Self::SideBend(hold) => {
                let to = if let Leg::Hold { side: Some(Side::Right), .. } = leg { -1.0 } else { 1.0 };
                hold.look(at, pose.and_then(signal::head).map(|head| to * head.lean), resting)
            }
            Self::ChinTuck(hold) => hold.look(at, pose.and_then(signal::chin_back), resting),
        }
    }
}

fn counted(repetitions: Option<u32>) -> Look {
    repetitions.map_or(Look::Unreadable, Look::Counted)
}
