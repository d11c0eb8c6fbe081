//! Whether a position is held: one threshold to take it, a lower one to leave it, and a moment's grace.

use std::time::Duration;

use super::{eye::Look, recent::Recent};

/// The share of the threshold below which a position is left.
const LEAVE: f32 = 0.6;
/// Drop-outs up to this long do not end a hold.
const GRACE: Duration = Duration::from_secs(1);
/// Length of the median.
const SMOOTHING: Duration = Duration::from_millis(800);
/// For how long the level of rest is learned: the lower quartile of this time, because people let go late.
const LEARNING: Duration = Duration::from_secs(8);

/// Watches a number that is high while a position is held.
#[derive(Debug, Clone)]
pub(super) struct Hold {
    least: f32,
    /// Whether the number counts from the level of rest.
    relative: bool,
    recent: Recent<f32>,
    resting: Recent<f32>,
    held: bool,
    /// When it was last seen held.
    seen: Option<Duration>,
}

impl Hold {
    /// A position is held from `least` on.
    pub fn absolute(least: f32) -> Self {
        let (recent, resting) = (Recent::new(SMOOTHING), Recent::new(LEARNING));
        Self { least, relative: false, recent, resting, held: false, seen: None }
    }

    /// A position is held from `least` above the level of rest on.
    pub fn against_rest(least: f32) -> Self {
        Self { relative: true, ..Self::absolute(least) }
    }

    /// Takes in the number at `at`; `resting` says that nothing is held at this time.
    pub fn look(&mut self, at: Duration, value: Option<f32>, resting: bool) -> Look {
        if resting {
            (self.held, self.seen) = (false, None);
            self.recent.clear();
            if let Some(value) = value {
                self.resting.push(at, value);
            }
            return Look::NotHeld;
        }
        if let Some(value) = value {
            self.recent.push(at, value);
        }
        let in_grace = self.seen.is_some_and(|seen| at.saturating_sub(seen) <= GRACE);
        let (Some(_), Some(rest)) = (value, self.rest()) else {
            return if in_grace { Look::Held } else { Look::Unreadable };
        };
        let height = self.recent.median(|value| value) - rest;
        self.held = height >= if self.held { LEAVE * self.least } else { self.least };
        if self.held {
            self.seen = Some(at);
        }
        if self.held || in_grace { Look::Held } else { Look::NotHeld }
    }

    fn rest(&self) -> Option<f32> {
        match self.relative {
            false => Some(0.0),
            true => {
                let mut values: Vec<f32> = self.resting.values().collect();
                values.sort_by(f32::total_cmp);
                values.get(values.len() / 4).copied()
            }
        }
    }
}
