//! What a running `watch` says about itself.

use std::{process, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    monitor::{self, Held, State, Suspension, Totals},
    rules::{RuleId, Severity},
    stretches::StretchId,
};

/// What holds at a moment. Lengths of time are seconds, counted from that moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// What it does.
    pub state: Mode,
    /// For how much longer, where that ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_s: Option<f64>,
    /// What suspends watching, though nobody asked for a pause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended: Option<Suspension>,
    /// The process.
    pub pid: u32,
    /// What it watches: a camera's name.
    pub source: String,
    /// Whether somebody is there, as far as is known.
    pub somebody: bool,
    /// Whether posture can be read, as far as is known.
    pub readable: bool,
    /// What keeps recommendations back.
    pub held: Vec<Held>,
    /// The rule for which one is owed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owed: Option<RuleId>,
    /// The last recommendation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Recommended>,
    /// Where each rule stands.
    pub rules: Vec<Standing>,
    /// For how long it has watched, without gaps in time.
    pub watched_s: f64,
    /// Of that, how long posture could be read.
    pub measured_s: f64,
    /// Of that, how long nobody was there.
    pub away_s: f64,
    /// How many findings persisted.
    pub findings: u32,
    /// How many stretches were recommended.
    pub advice: u32,
}

/// What a running `watch` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// It measures, and recommends.
    Watching,
    /// It measures, and keeps recommendations back.
    Snoozed,
    /// It measures nothing, and the camera is released.
    Paused,
}

/// Where one rule stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// Which rule.
    pub rule: RuleId,
    /// Its level: 0 neutral; 1, 2 and 3 at its thresholds. Absent while it cannot be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<f64>,
    /// How large the finding is that lasts, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<Severity>,
    /// For how much measured time it has lasted.
    pub lasted_s: f64,
    /// In how long something is recommended at the earliest, if it goes on as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_s: Option<f64>,
}

/// A stretch that was recommended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recommended {
    /// Which.
    pub stretch: StretchId,
    /// The rule that it was for.
    pub because: RuleId,
    /// How long ago.
    pub ago_s: f64,
}

impl Status {
    /// What this process says, which watches `source`.
    pub fn new(source: &str, state: &State, totals: &Totals) -> Self {
        let left = |until: Duration| seconds(until.saturating_sub(state.at));
        let (mode, left_s) = match (state.paused, state.snoozed) {
            (Some(pause), _) => (Mode::Paused, pause.until.map(left)),
            (None, Some(until)) => (Mode::Snoozed, Some(left(until))),
            (None, None) => (Mode::Watching, None),
        };
        let recommended = |(advice, at): &(crate::stretches::Advice, Duration)| Recommended {
            stretch: advice.stretch.clone(),
            because: advice.because.clone(),
            ago_s: seconds(state.at.saturating_sub(*at)),
        };
        Self {
            state: mode,
            left_s,
            suspended: state.suspended,
            pid: process::id(),
            source: source.to_owned(),
            somebody: state.somebody,
            readable: state.readable,
            held: state.held.iter().copied().collect(),
            owed: state.owed.clone(),
            last: state.last.as_ref().map(recommended),
            rules: state.rules.iter().map(|standing| Standing::new(standing, state.at)).collect(),
            watched_s: seconds(totals.watched),
            measured_s: seconds(totals.measured),
            away_s: seconds(totals.away),
            findings: totals.findings,
            advice: totals.advice,
        }
    }

    /// Its totals, as the summary of a session takes them.
    pub fn totals(&self) -> Totals {
        let time = |seconds| Duration::try_from_secs_f64(seconds).unwrap_or_default();
        Totals {
            watched: time(self.watched_s),
            measured: time(self.measured_s),
            away: time(self.away_s),
            findings: self.findings,
            advice: self.advice,
        }
    }

    /// That of a monitor that has seen nothing yet.
    #[cfg(test)]
    pub(super) fn sample() -> Self {
        use crate::{monitor::Monitor, rules::Rules, stretches::Stretches};
        let monitor = Monitor::new(Rules::embedded(), Stretches::embedded());
        Self::new("camera 0 (Webcam)", &monitor.state(Duration::ZERO), &monitor.totals())
    }
}

impl Standing {
    fn new(standing: &monitor::Standing, at: Duration) -> Self {
        Self {
            rule: standing.rule.clone(),
            level: standing.level.map(|level| (f64::from(level) * 100.0).round() / 100.0),
            finding: standing.finding.as_ref().map(|finding| finding.severity),
            lasted_s: seconds(standing.lasted),
            next_s: standing.next.map(|next| seconds(next.saturating_sub(at))),
        }
    }
}

/// Seconds to one decimal.
fn seconds(length: Duration) -> f64 {
    (length.as_secs_f64() * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        monitor::{Monitor, Request},
        rules::Rules,
        stretches::Stretches,
    };

    #[test]
    fn a_pause_comes_before_a_snooze_and_both_say_what_is_left() {
        let at = Duration::from_secs;
        let mut monitor = Monitor::new(Rules::embedded(), Stretches::embedded());
        let status = |monitor: &Monitor, now| {
            let status = Status::new("camera 0", &monitor.state(at(now)), &monitor.totals());
            (status.state, status.left_s)
        };
        assert_eq!(status(&monitor, 0), (Mode::Watching, None));
        monitor.ask(at(10), Request::Snooze { until: at(100) });
        assert_eq!(status(&monitor, 40), (Mode::Snoozed, Some(60.0)));
        monitor.ask(at(40), Request::Pause { until: Some(at(70)) });
        assert_eq!(status(&monitor, 50), (Mode::Paused, Some(20.0)));
        monitor.ask(at(50), Request::Pause { until: None });
        assert_eq!(status(&monitor, 50), (Mode::Paused, None));
    }

    #[test]
    fn a_status_reads_back_as_it_was() {
        let status = Status::sample();
        let line = serde_json::to_string(&status).expect("JSON");
        assert!(line.starts_with(r#"{"state":"watching","pid":"#) && !line.contains("null"), "{line}");
        assert_eq!(serde_json::from_str::<Status>(&line).expect("a status"), status);
        assert_eq!(status.rules.len(), Rules::embedded().iter().count());
    }
}
