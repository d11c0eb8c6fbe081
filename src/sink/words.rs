//! What a session says, in words that any sink can use.

use std::time::Duration;

use crate::{
    measure::{Measurement, Metric, Reference},
    monitor::{Held, Share, Suspension, Totals, Why},
    report::{quantity, whole},
};

/// A time into the session, as a clock shows it: `0:07`, `12:30`, `1:02:03`.
pub fn clock(at: Duration) -> String {
    let seconds = at.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// A length of time, no more precisely than it matters: `45 s`, `1 min`, `12 min`, `2 h 5 min`.
pub fn lasting(time: Duration) -> String {
    let seconds = time.as_secs_f64().round() as u64;
    let minutes = (seconds + 30) / 60;
    match (seconds, minutes) {
        (..60, _) => format!("{seconds} s"),
        (_, ..60) => format!("{minutes} min"),
        (..) if minutes.is_multiple_of(60) => format!("{} h", minutes / 60),
        (..) => format!("{} h {} min", minutes / 60, minutes % 60),
    }
}

/// How far somebody is from their baseline, as a clause: `neck 9 ± 3° further forward than your baseline`. A measurement
/// that is no deviation is named with its value.
pub fn deviation(by: &Measurement) -> String {
    if by.reference == Reference::Absolute {
        return format!("{} {}", by.metric.title(), quantity(by));
    }
    let degrees = quantity(by);
    let percent = format!("{} ± {:.0} %", whole(100.0 * by.value), (100.0 * by.uncertainty).max(1.0));
    match by.metric {
        Metric::CraniovertebralAngle => format!("neck {degrees} further forward than your baseline"),
        Metric::NeckFlexion => format!("neck bent {degrees} further than your baseline"),
        Metric::ShoulderProtraction => format!("shoulders {degrees} further forward than your baseline"),
        Metric::TrunkLean => format!("leaning {degrees} further forward than your baseline"),
        Metric::HeadPitch => format!("looking {degrees} further down than your baseline"),
        Metric::HeadRoll => format!("head tilted {degrees} from your baseline"),
        Metric::ShoulderTilt => format!("shoulders tilted {degrees} from your baseline"),
        Metric::EarShoulderHeight => format!("head {percent} lower over the shoulders than your baseline"),
        Metric::EyeDistance => format!("face {percent} larger beside the shoulders than your baseline"),
        Metric::ShoulderRaise => format!("shoulders {percent} of their width higher than your baseline"),
        Metric::Stillness => format!("{degrees} without moving"),
        Metric::Distance => format!("face {percent} larger in the picture than your baseline"),
    }
}

/// Why something is recommended, as one clause: `neck 9 ± 3° further forward than your baseline for 4 min of the last 5`.
pub fn reason(why: &Why) -> String {
    let Why { finding, share: Share { there, of } } = why;
    let what = deviation(&finding.by);
    let (part, whole) = (lasting(*there), lasting(*of));
    // What was there nearly all the time was there for that time.
    if there.as_secs_f32() >= 0.95 * of.as_secs_f32() || part == whole {
        return format!("{what} for {part}");
    }
    match (part.strip_suffix(" min"), whole.strip_suffix(" min")) {
        (Some(_), Some(minutes)) => format!("{what} for {part} of the last {minutes}"),
        _ => format!("{what} for {part} of the last {whole}"),
    }
}

/// What withholds a recommendation, to stand after "after": `the call`.
pub const fn held(because: Held) -> &'static str {
    match because {
        Held::Call => "the call",
        Held::DoNotDisturb => "do not disturb",
        Held::FullScreen => "the full screen",
        Held::QuietHours => "the quiet hours",
        Held::JustStarted => "the first minutes",
    }
}

/// What suspends watching, as a clause.
pub const fn suspended(because: Suspension) -> &'static str {
    match because {
        Suspension::Locked => "the camera is closed while the screen is locked",
        Suspension::Battery => "the camera is closed while the machine runs on battery",
        Suspension::Stretch => "posture is not judged while a stretch is guided",
    }
}

/// A clause with a capital at its beginning.
pub fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Several names in one clause: `a`, `a and b`, `a, b and c`.
pub fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The session in one sentence.
pub fn summary(totals: &Totals) -> String {
    let Totals { watched, measured, away, findings, advice } = *totals;
    let present = watched.saturating_sub(away);
    let share = match present {
        Duration::ZERO => "nobody was there".to_owned(),
        _ => format!("posture could be held against your baseline for {:.0} % of the time that somebody was there", {
            100.0 * measured.div_duration_f64(present)
        }),
    };
    let away = match away {
        Duration::ZERO => String::new(),
        _ if present.is_zero() => String::new(),
        _ => format!(", nobody for {}", lasting(away)),
    };
    let count = |n: u32, one: &str, many: &str| match n {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        _ => format!("{n} {many}"),
    };
    format!(
        "Watched for {}{away}: {share}; {}, {}.",
        lasting(watched),
        count(findings, "finding", "findings"),
        count(advice, "stretch suggested", "stretches suggested"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Finding, RuleId, Severity};

    #[test]
    fn times_are_as_precise_as_they_matter() {
        for (seconds, shown, length) in [
            (0, "0:00", "0 s"),
            (59, "0:59", "59 s"),
            (60, "1:00", "1 min"),
            (100, "1:40", "2 min"),
            (3_600, "1:00:00", "1 h"),
            (7_500, "2:05:00", "2 h 5 min"),
        ] {
            assert_eq!(clock(Duration::from_secs(seconds)), shown);
            assert_eq!(lasting(Duration::from_secs(seconds)), length);
        }
    }

    #[test]
    fn a_deviation_says_what_moved_and_by_how_much() {
        let by =
            |metric, value, uncertainty| Measurement { metric, value, uncertainty, reference: Reference::Baseline };
        let head = by(Metric::CraniovertebralAngle, 9.2, 3.1);
        assert_eq!(deviation(&head), "neck 9 ± 3° further forward than your baseline");
        let near = by(Metric::Distance, 0.28, 0.064);
        assert_eq!(deviation(&near), "face 28 ± 6 % larger in the picture than your baseline");
        let absolute = Measurement { reference: Reference::Absolute, ..head };
        assert_eq!(deviation(&absolute), "craniovertebral angle 9 ± 3°");
    }

    #[test]
    fn a_reason_says_for_how_much_of_the_time() {
        let by = Measurement {
            metric: Metric::CraniovertebralAngle,
            value: 9.2,
            uncertainty: 3.1,
            reference: Reference::Baseline,
        };
        let finding = Finding { rule: RuleId("forward_head".into()), severity: Severity::Moderate, by };
        let said = |there, of| {
            let share = Share { there: Duration::from_secs(there), of: Duration::from_secs(of) };
            reason(&Why { finding: finding.clone(), share })
        };
        assert_eq!(said(240, 300), "neck 9 ± 3° further forward than your baseline for 4 min of the last 5");
        assert_eq!(said(290, 300), "neck 9 ± 3° further forward than your baseline for 5 min");
        assert_eq!(said(57, 70), "neck 9 ± 3° further forward than your baseline for 57 s of the last 1 min");
        assert_eq!(said(0, 0), "neck 9 ± 3° further forward than your baseline for 0 s");
    }

    #[test]
    fn the_summary_counts_only_what_was_there() {
        let mut totals = Totals {
            watched: Duration::from_secs(720),
            measured: Duration::from_secs(480),
            away: Duration::from_secs(120),
            findings: 2,
            advice: 1,
        };
        assert_eq!(
            summary(&totals),
            "Watched for 12 min, nobody for 2 min: posture could be held against your baseline for 80 % of the time that \
             somebody was there; 2 findings, 1 stretch suggested."
        );
        totals = Totals { watched: Duration::from_secs(30), away: Duration::from_secs(30), ..Totals::default() };
        assert_eq!(summary(&totals), "Watched for 30 s: nobody was there; no findings, no stretches suggested.");
    }

    #[test]
    fn names_are_listed_as_in_a_sentence() {
        assert_eq!(listed(&["a"]), "a");
        assert_eq!(listed(&["a", "b"]), "a and b");
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
    }
}
