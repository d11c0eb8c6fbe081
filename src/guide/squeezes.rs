//! Counting elbow squeezes from the front: hands clasped behind the back, elbows drawn towards each other and let go.
//!
//! Drawing the elbows together turns the collar bones back, and the shoulders come closer to each other, by 1 to 15 % in the
//! rendered sequences. That is hardly more than the noise of one reading, so it takes the mean of some, and turning points
//! in place of a level of rest. Somebody who leans or turns at a desk has shoulders that come closer too, but elbows that stay
//! wide: a squeeze counts only where the elbows are within the shoulders. How close the elbows come says no more than that,
//! because they are hidden behind the back.

use std::time::Duration;

use super::{recent::Recent, signal::Arms, swings::Swings};

/// The least by which the shoulders come closer, and part again, as a difference of logarithms: a share, whatever the distance
/// from the camera. 0.0125 to 0.0175 count the same on the rendered sequences, but for one person.
const LEAST: f32 = 0.015;
/// How close the elbows are, shoulder widths: in all but one of the rendered people who squeeze, and at a desk seldom.
const CLOSE: f32 = 0.985;
/// Length of the mean of the widths, and of the median of the elbows.
const SMOOTHING: (Duration, Duration) = (Duration::from_millis(700), Duration::from_secs(2));

/// Counts squeezes.
#[derive(Debug, Clone)]
pub(super) struct Squeezes {
    swings: Swings,
    widths: Recent<f32>,
    elbows: Recent<f32>,
}

impl Squeezes {
    /// A counter that has seen nothing yet.
    pub const fn new() -> Self {
        Self { swings: Swings::new(LEAST), widths: Recent::new(SMOOTHING.0), elbows: Recent::new(SMOOTHING.1) }
    }

    /// Takes in the arms at `at`; returns how many squeezes count with it, as [`Swings::step`] does.
    pub fn step(&mut self, at: Duration, arms: Arms) -> u32 {
        if self.swings.lapsed(at) {
            *self = Self::new();
        }
        self.elbows.push(at, arms.elbows);
        self.widths.push(at, arms.shoulders.ln());
        let close = self.elbows.median(|elbows| elbows) <= CLOSE;
        self.swings.step(at, self.widths.mean(), close)
    }
}
