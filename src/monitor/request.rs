//! What is asked of the monitor.

use std::time::Duration;

use jiff::civil::{DateTime, Time};
use serde::{Deserialize, Serialize};

use super::Suspension;
use crate::stretches::StretchId;

/// What a user, or the program on their behalf, asks of the monitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Nothing is measured until then; what was measured is kept as if no time had passed.
    Pause {
        /// When it goes on by itself, in the time of the session; `None`: when it is resumed.
        until: Option<Duration>,
    },
    /// Ends a pause, and what was put off is put off no longer.
    Resume,
    /// Findings go on, recommendations wait.
    Snooze {
        /// Until when, in the time of the session.
        until: Duration,
    },
    /// The last recommendation is waved away.
    Dismiss,
    /// A stretch was done, guided or not.
    Complete {
        /// Which.
        stretch: StretchId,
    },
    /// Recommendations are withheld, and owed.
    Hold {
        /// What withholds them.
        because: Held,
    },
    /// They are withheld for this no longer.
    Release {
        /// What withheld them.
        because: Held,
    },
    /// Nothing is measured until that is over.
    Suspend {
        /// Why.
        because: Suspension,
    },
    /// Nothing is suspended for this any longer.
    Continue {
        /// What is over.
        because: Suspension,
    },
    /// What the clock on the wall shows: at the start, and again after the machine slept.
    Clock {
        /// Local time.
        now: DateTime,
    },
}

/// Why recommendations are withheld for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// A call is going on.
    Call,
    /// The desktop is asked not to disturb.
    DoNotDisturb,
    /// Something fills the screen: a presentation, a film.
    FullScreen,
    /// An hour at which the user wants no word.
    QuietHours,
    /// The session has just begun.
    JustStarted,
}

/// Hours of the day at which nothing is recommended; they may reach across midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// From this time of day …
    pub from: Time,
    /// … up to this one, which is no longer part of it.
    pub to: Time,
}

impl QuietHours {
    /// Whether `time` is one of them.
    pub fn contain(&self, time: Time) -> bool {
        if self.from <= self.to { (self.from..self.to).contains(&time) } else { time >= self.from || time < self.to }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    #[test]
    fn quiet_hours_may_reach_across_midnight() {
        let at = |hour, minute| time(hour, minute, 0, 0);
        let noon = QuietHours { from: at(12, 0), to: at(13, 30) };
        assert_eq!(
            [at(11, 59), at(12, 0), at(13, 29), at(13, 30)].map(|t| noon.contain(t)),
            [false, true, true, false]
        );
        let night = QuietHours { from: at(22, 0), to: at(7, 0) };
        assert_eq!([at(21, 59), at(22, 0), at(3, 0), at(7, 0)].map(|t| night.contain(t)), [false, true, true, false]);
        let never = QuietHours { from: at(9, 0), to: at(9, 0) };
        assert_eq!([at(8, 59), at(9, 0), at(9, 1)].map(|t| never.contain(t)), [false; 3]);
    }
}
