//! For how long: `30m`, `2h`, `1h 30m`, `until-morning`.

use std::{str::FromStr, time::Duration};

use jiff::{ToSpan as _, Zoned, fmt::friendly::SpanParser};

/// When a morning begins, by the local clock.
const MORNING: i8 = 6;

/// A length of time that somebody asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lapse {
    /// So long.
    For(Duration),
    /// Until six in the morning by the local clock, today or tomorrow.
    UntilMorning,
}

/// A length of time that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{given}: give a time such as 30m, 2h or 1h30m, or until-morning")]
pub struct LapseError {
    /// What was given.
    given: String,
}

impl Lapse {
    /// How long that is at `now`.
    pub fn from(self, now: &Zoned) -> Duration {
        match self {
            Self::For(length) => length,
            Self::UntilMorning => until_morning(now).unwrap_or(Duration::from_secs(12 * 3600)),
        }
    }
}

/// The time from `now` to the next morning; `None` at the end of the calendar.
fn until_morning(now: &Zoned) -> Option<Duration> {
    let today = now.with().time(jiff::civil::time(MORNING, 0, 0, 0)).build().ok()?;
    let morning = if *now < today { today } else { today.checked_add(1.day()).ok()? };
    Duration::try_from(now.duration_until(&morning)).ok()
}

impl FromStr for Lapse {
    type Err = LapseError;

    fn from_str(given: &str) -> Result<Self, LapseError> {
        if given == "until-morning" {
            return Ok(Self::UntilMorning);
        }
        let length = SpanParser::new().parse_unsigned_duration(given).ok().filter(|length| !length.is_zero());
        length.map(Self::For).ok_or_else(|| LapseError { given: given.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(given: &str) -> Option<u64> {
        match given.parse() {
            Ok(Lapse::For(length)) => Some(length.as_secs()),
            _ => None,
        }
    }

    #[test]
    fn lengths_are_given_as_people_write_them() {
        let understood = ["90s", "30m", "2h", "1h30m", "1h 30m", "45 minutes", "1 hour, 5 min"].map(seconds);
        assert_eq!(understood, [90, 1_800, 7_200, 5_400, 5_400, 2_700, 3_900].map(Some));
        for given in ["", "30", "soon", "0s", "-5m", "1 month"] {
            assert_eq!(seconds(given), None, "{given}");
        }
        let said = "soon".parse::<Lapse>().unwrap_err().to_string();
        assert_eq!(said, "soon: give a time such as 30m, 2h or 1h30m, or until-morning");
    }

    #[test]
    fn a_morning_is_the_next_six_oclock_by_the_local_clock() {
        let hours = |now: &str| {
            let now: Zoned = now.parse().expect("a time");
            Lapse::UntilMorning.from(&now).as_secs_f64() / 3600.0
        };
        assert_eq!(hours("2026-11-22T18:00:00+01:00[Europe/Berlin]"), 12.0);
        assert_eq!(hours("2026-11-22T05:30:00+01:00[Europe/Berlin]"), 0.5);
        assert_eq!(hours("2026-11-22T06:00:00+01:00[Europe/Berlin]"), 24.0);
        assert_eq!(hours("2026-03-28T18:00:00+01:00[Europe/Berlin]"), 11.0, "the night in which summer time begins");
    }
}
