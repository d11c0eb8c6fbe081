//! What keeps recommendations back for a while.

use std::{collections::BTreeSet, time::Duration};

use jiff::civil::DateTime;

use super::{Held, QuietHours};

/// What keeps recommendations back.
#[derive(Debug, Clone, Default)]
pub(super) struct Holds {
    asked: BTreeSet<Held>,
    /// Until when they are put off.
    snoozed: Option<Duration>,
    pub quiet: Vec<QuietHours>,
}

impl Holds {
    pub fn hold(&mut self, because: Held) {
        self.asked.insert(because);
    }

    pub fn release(&mut self, because: Held) {
        self.asked.remove(&because);
    }

    /// Puts recommendations off until `until`.
    pub fn snooze(&mut self, until: Duration) {
        self.snoozed = Some(until);
    }

    /// Puts nothing off any more; says whether it did.
    pub fn wake(&mut self, at: Duration) -> bool {
        self.snoozed.take().is_some_and(|until| at < until)
    }

    /// Until when recommendations are put off at `at`, if they are.
    pub fn snoozed(&self, at: Duration) -> Option<Duration> {
        self.snoozed.filter(|until| at < *until)
    }

    /// What withholds recommendations when the wall clock shows `now`.
    pub fn held(&self, now: Option<DateTime>) -> BTreeSet<Held> {
        let mut held = self.asked.clone();
        if now.is_some_and(|now| self.quiet.iter().any(|hours| hours.contain(now.time()))) {
            held.insert(Held::QuietHours);
        }
        held
    }
}
