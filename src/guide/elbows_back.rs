//! Counting elbow squeezes from the side: hands clasped behind the back, the elbows drawn back and let go.
//!
//! The near elbow swings back behind the shoulder by 0.3 to 0.8 heights of the nose above the shoulders in the rendered
//! sequences, and stays behind it all the time. At a desk elbows are before the shoulder now and then, or look so.

use std::time::Duration;

use super::{recent::Recent, signal::Behind, swings::Swings};

/// The least by which the elbow goes back, in heights of the nose above the shoulder. 0.1 to 0.2 count the same on the rendered
/// sequences.
const LEAST: f32 = 0.15;
/// The least that it stays behind the shoulder meanwhile, in the same.
const STAYS: f32 = 0.05;
/// For how long it is looked at where it stays, and the length of the median of the nose.
const WHILE: Duration = Duration::from_secs(4);
/// Length of the mean.
const SMOOTHING: Duration = Duration::from_millis(700);

/// Counts squeezes.
#[derive(Debug, Clone)]
pub(super) struct ElbowsBack {
    swings: Swings,
    noses: Recent<f32>,
    elbows: Recent<f32>,
    stays: Recent<f32>,
}

impl ElbowsBack {
    /// A counter that has seen nothing yet.
    pub fn new() -> Self {
        let (noses, elbows, stays) = (Recent::new(WHILE), Recent::new(SMOOTHING), Recent::new(WHILE));
        Self { swings: Swings::new(LEAST), noses, elbows, stays }
    }

    /// Takes in at `at` how far the near elbow is behind the shoulder; returns how many squeezes count with it, as
    /// [`Swings::step`] does.
    pub fn step(&mut self, at: Duration, Behind { nose, elbow }: Behind) -> u32 {
        if self.swings.lapsed(at) {
            *self = Self::new();
        }
        self.noses.push(at, nose);
        let behind = elbow / self.noses.median(|nose| nose);
        self.elbows.push(at, behind);
        self.stays.push(at, behind);
        let stays = self.stays.low() >= STAYS;
        self.swings.step(at, -self.elbows.mean(), stays)
    }
}
