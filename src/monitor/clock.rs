//! The time of the session, and that of the day.

use std::time::Duration;

use jiff::civil::{Date, DateTime};

/// The wall clock may differ by this much from what was expected without the machine having slept.
const TOLERANCE: Duration = Duration::from_secs(60);

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// Maps the time of a session, which may stand still while the machine sleeps, to the time of the day.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Clock {
    /// A moment of the session, and what the wall clock showed then.
    set: Option<(Duration, DateTime)>,
    /// How long the machine slept while the session's time stood still.
    slept: Duration,
}

impl Clock {
    /// Takes in that the wall clock shows `now` at `at`. Gives for how long the machine slept unnoticed, if it did: a clock
    /// that was put back, or by less than a minute, is only put right.
    pub fn set(&mut self, at: Duration, now: DateTime) -> Option<Duration> {
        let expected = self.now(at);
        self.set = Some((at, now));
        let ahead = now.duration_since(expected?);
        let slept = Duration::try_from(ahead).ok().filter(|ahead| *ahead > TOLERANCE)?;
        self.slept += slept;
        Some(slept)
    }

    /// What the wall clock shows at `at`; `None` while nobody said.
    pub fn now(&self, at: Duration) -> Option<DateTime> {
        let (then, shown) = self.set?;
        Some(shown.saturating_add(at.saturating_sub(then)))
    }

    /// A time that goes on while the machine sleeps, and the day if it is known.
    pub fn moment(&self, at: Duration) -> Moment {
        let day = self.now(at).map(|now| {
            let gone = now.duration_since(now.date().at(0, 0, 0, 0)).unsigned_abs();
            Day { date: now.date(), left: DAY.saturating_sub(gone) }
        });
        Moment { time: at + self.slept, day }
    }

    /// The time of the session at which `time`, one that goes on while the machine sleeps, is reached.
    pub fn session(&self, time: Duration) -> Duration {
        time.saturating_sub(self.slept)
    }
}

/// A moment, for what goes by hours and days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    /// Since the session began, sleep included.
    pub time: Duration,
    /// The day, if it is known.
    pub day: Option<Day>,
}

/// A day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day {
    /// Which.
    pub date: Date,
    /// What is left of it.
    pub left: Duration,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_day_goes_on_from_what_was_last_said() {
        let mut clock = Clock::default();
        assert_eq!((clock.now(s(5)), clock.moment(s(5))), (None, Moment { time: s(5), day: None }));
        let evening = date(2026, 3, 1).at(23, 59, 0, 0);
        assert_eq!(clock.set(s(10), evening), None);
        assert_eq!(clock.now(s(10)), Some(evening));
        let first = Day { date: date(2026, 3, 1), left: s(60) };
        let second = Day { date: date(2026, 3, 2), left: s(86_400) };
        assert_eq!(clock.moment(s(10)), Moment { time: s(10), day: Some(first) });
        assert_eq!(clock.moment(s(70)), Moment { time: s(70), day: Some(second) });
    }

    #[test]
    fn a_clock_that_is_ahead_says_how_long_the_machine_slept() {
        let mut clock = Clock::default();
        let noon = date(2026, 3, 1).at(12, 0, 0, 0);
        clock.set(s(0), noon);
        assert_eq!(clock.set(s(100), noon.saturating_add(s(160))), None, "put right");
        assert_eq!(clock.set(s(200), noon.saturating_add(s(321))), Some(s(61)));
        assert_eq!((clock.moment(s(200)).time, clock.session(s(261))), (s(261), s(200)));
        assert_eq!(clock.set(s(200), noon), None, "put back");
        assert_eq!(clock.moment(s(200)).time, s(261));
    }
}
