//! How long somebody has been sitting, and how long nothing has moved.

use std::time::Duration;

use crate::rules::Counts;

/// What rules that count time count.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Breaks {
    /// For how long somebody has been there without a break.
    sitting: Duration,
    /// For how long nothing has moved.
    still: Duration,
}

impl Breaks {
    /// For how long it has been so.
    pub fn lasted(&self, counts: Counts) -> Duration {
        match counts {
            Counts::Presence => self.sitting,
            Counts::Stillness => self.still,
        }
    }

    /// Somebody has been there for `elapsed` more.
    pub fn sit(&mut self, elapsed: Duration) {
        self.sitting += elapsed;
    }

    /// Nothing has moved for this long.
    pub fn still(&mut self, time: Duration) {
        self.still = time;
    }

    /// There was a break.
    pub fn rest(&mut self) {
        *self = Self::default();
    }
}
