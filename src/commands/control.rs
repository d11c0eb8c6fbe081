//! `posture status`, `pause`, `resume`, `toggle`, `snooze` and `quit`: what is asked of a running watch from elsewhere.

use std::{io::Write, time::Duration};

use anyhow::{Context as _, Result};
use jiff::Zoned;
use serde::Serialize;

pub use crate::control::Command;
use crate::{
    config::ExitStatus,
    control::{ControlError, Lapse, Mode, Schema, Status, ask},
    paths::Paths,
    report::severity,
    rules::RuleId,
    sink::words,
};

/// One line of `posture status --json`.
#[derive(Serialize)]
struct Line<'a> {
    schema: Schema,
    running: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'a Status>,
}

/// Prints what the running watch does.
pub fn status(paths: &Paths, json: bool, out: &mut dyn Write) -> Result<ExitStatus> {
    let status = match ask(&paths.socket()?, &Command::Status) {
        Ok(status) => Some(status),
        Err(ControlError::Nobody) => None,
        Err(error) => return Err(error.into()),
    };
    match &status {
        status if json => {
            let line = Line { schema: Schema::default(), running: status.is_some(), status: status.as_ref() };
            writeln!(out, "{}", serde_json::to_string(&line)?)?;
        }
        Some(status) => describe(status, &Zoned::now(), out)?,
        None => writeln!(out, "No posture is watching; start one with `posture watch`.")?,
    }
    Ok(if status.is_some() { ExitStatus::Fine } else { ExitStatus::NoReading })
}

/// Pauses the running watch for `length`, or until it is resumed.
pub fn pause(paths: &Paths, length: Option<&str>, out: &mut dyn Write) -> Result<ExitStatus> {
    let for_s = length.map(|length| seconds("pause", length)).transpose()?;
    tell(paths, &Command::Pause { for_s }, out)
}

/// Keeps the recommendations of the running watch back for `length`.
pub fn snooze(paths: &Paths, length: &str, out: &mut dyn Write) -> Result<ExitStatus> {
    tell(paths, &Command::Snooze { for_s: seconds("snooze", length)? }, out)
}

/// Asks `command` of the running watch, and prints what it does then.
pub fn tell(paths: &Paths, command: &Command, out: &mut dyn Write) -> Result<ExitStatus> {
    let status = ask(&paths.socket()?, command)?;
    match command {
        Command::Quit => writeln!(out, "It ends.")?,
        Command::Calibrate => writeln!(out, "Sit upright, the way you want to sit: it learns your baseline anew.")?,
        _ => writeln!(out, "{}", mode(&status, &Zoned::now()))?,
    }
    Ok(ExitStatus::Fine)
}

fn seconds(verb: &str, length: &str) -> Result<f64> {
    let lapse: Lapse = length.parse().with_context(|| verb.to_owned())?;
    Ok(lapse.from(&Zoned::now()).as_secs_f64())
}

/// What it does at `now`, as a sentence.
fn mode(status: &Status, now: &Zoned) -> String {
    let until = status.left_s.map_or_else(String::new, |left| {
        let end = Duration::try_from_secs_f64(left).ok().and_then(|left| now.checked_add(left).ok());
        end.map_or_else(String::new, |end| format!(" until {}", end.strftime("%H:%M:%S")))
    });
    match status.state {
        Mode::Watching => match status.suspended {
            Some(because) => format!("Watching {}; {}.", status.source, words::suspended(because)),
            None => format!("Watching {}.", status.source),
        },
        Mode::Snoozed => format!("Watching {}; recommendations are put off{until}.", status.source),
        Mode::Paused if until.is_empty() => "Paused until `posture resume`; the camera is released.".to_owned(),
        Mode::Paused => format!("Paused{until}; the camera is released."),
    }
}

/// What it does at `now`, in words.
fn describe(status: &Status, now: &Zoned, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "{}", mode(status, now))?;
    if status.state == Mode::Paused {
        return Ok(());
    }
    match (status.somebody, status.readable) {
        (true, true) => {}
        (true, false) => writeln!(out, "Somebody is there; posture cannot be read.")?,
        (false, _) => writeln!(out, "Nobody is there.")?,
    }
    for standing in &status.rules {
        let Some(found) = standing.finding else { continue };
        let lasted = words::lasting(Duration::try_from_secs_f64(standing.lasted_s).unwrap_or_default());
        writeln!(out, "{}, {}, for {lasted}.", words::sentence(&name(&standing.rule)), severity(found))?;
    }
    let held: Vec<_> = status.held.iter().map(|because| words::held(*because)).collect();
    if !held.is_empty() {
        writeln!(out, "Recommendations wait for the end of {}.", words::listed(&held))?;
    }
    Ok(writeln!(out, "{}", words::summary(&status.totals()))?)
}

/// What people call a rule.
fn name(rule: &RuleId) -> String {
    rule.0.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        measure::{Measurement, Metric, Reference},
        monitor::{Held, Pause, Standing, State, Totals},
        rules::{Finding, Severity},
    };

    fn now() -> Zoned {
        "2026-11-22T14:00:00+01:00[Europe/Berlin]".parse().expect("a time")
    }

    /// Two minutes of head forward after ten minutes, during a call.
    fn state() -> State {
        let rule = RuleId("forward_head".into());
        let by = Measurement {
            metric: Metric::CraniovertebralAngle,
            value: 9.0,
            uncertainty: 3.0,
            reference: Reference::Baseline,
        };
        let at = Duration::from_secs(600);
        State {
            at,
            somebody: true,
            readable: true,
            paused: None,
            suspended: None,
            snoozed: None,
            held: BTreeSet::from([Held::Call]),
            owed: None,
            last: None,
            rules: vec![Standing {
                rule: rule.clone(),
                level: Some(1.2),
                finding: Some(Finding { rule, severity: Severity::Moderate, by }),
                lasted: Duration::from_secs(120),
                ambient: true,
                next: None,
            }],
        }
    }

    fn described(state: &State) -> String {
        let totals =
            Totals { watched: Duration::from_secs(600), measured: Duration::from_secs(540), ..Totals::default() };
        let mut out = Vec::new();
        describe(&Status::new("camera 0 (Webcam)", state, &totals), &now(), &mut out).expect("it is written");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_status_says_what_it_does_what_stands_and_what_waits() {
        assert_eq!(
            described(&state()),
            "Watching camera 0 (Webcam).\nForward head, moderate, for 2 min.\nRecommendations wait for the end of the call.\n\
             Watched for 10 min: posture could be held against your baseline for 90 % of the time that somebody was there; \
             no findings, no stretches suggested.\n"
        );
    }

    #[test]
    fn a_pause_says_when_it_ends_by_the_clock_on_the_wall() {
        let paused = |until: Option<u64>| {
            let pause = Pause { since: Duration::ZERO, until: until.map(Duration::from_secs) };
            described(&State { paused: Some(pause), ..state() })
        };
        assert_eq!(paused(Some(2_400)), "Paused until 14:30:00; the camera is released.\n");
        assert_eq!(paused(None), "Paused until `posture resume`; the camera is released.\n");
        let snoozed = described(&State { snoozed: Some(Duration::from_secs(4_200)), somebody: false, ..state() });
        assert!(
            snoozed.starts_with(
                "Watching camera 0 (Webcam); recommendations are put off until 15:00:00.\nNobody is there.\n"
            ),
            "{snoozed}"
        );
    }
}
