//! Counting wall angels: arms like a goalpost slide up and come down again.

use std::time::Duration;

use super::{recent::Recent, signal::Raised, swings::Swings};

/// The least that the higher wrist rises, in heights of the nose above the shoulders. What happens below the nose does not
/// count, so that hands which are brought to a face stay below this. 0.4 to 0.7 count the same on the rendered sequences,
/// but for one person.
const LEAST: f32 = 0.6;
/// An elbow lower than this below the shoulders hangs, in the same. Those of a goalpost are about level.
const HANGING: f32 = 0.5;
/// Length of the medians of the nose and of the wrists. Where arms have the colours of what is behind them they are missed for
/// a moment now and then.
const SMOOTHING: (Duration, Duration) = (Duration::from_secs(4), Duration::from_millis(800));

/// Counts wall angels.
#[derive(Debug, Clone)]
pub(super) struct Angels {
    swings: Swings,
    noses: Recent<f32>,
    wrists: Recent<f32>,
}

impl Angels {
    /// A counter that has seen nothing yet.
    pub const fn new() -> Self {
        Self { swings: Swings::new(LEAST), noses: Recent::new(SMOOTHING.0), wrists: Recent::new(SMOOTHING.1) }
    }

    /// Takes in at `at` how high the arms are; returns how many wall angels count with it, as [`Swings::step`] does.
    pub fn step(&mut self, at: Duration, Raised { nose, arms }: Raised) -> u32 {
        if self.swings.lapsed(at) {
            *self = Self::new();
        }
        self.noses.push(at, nose);
        let nose = self.noses.median(|nose| nose);
        let raised = arms.into_iter().flatten().filter(|arm| arm.elbow >= -HANGING * nose);
        self.wrists.push(at, raised.map(|arm| arm.wrist / nose).fold(1.0, f32::max));
        self.swings.step(at, -self.wrists.median(|wrist| wrist), true)
    }
}
