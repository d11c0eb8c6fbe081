//! Lines of the kind `event`: what changed, at a moment of a session.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Measurement, Schema, seconds};
use crate::{
    measure::{Facing, Metric, View},
    monitor::{self, Totals},
    rules::{RuleId, Severity},
    stretches::StretchId,
};

/// The `kind` of an [`EventLine`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventKind {
    /// A change worth telling.
    #[default]
    #[serde(rename = "event")]
    Event,
}

/// A change worth telling, at a moment of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventLine {
    /// `posture/1`.
    pub schema: Schema,
    /// `event`.
    pub kind: EventKind,
    /// Seconds since the source opened.
    pub at: f64,
    /// What changed.
    #[serde(flatten)]
    pub event: Event,
}

/// What changed. See [`monitor::Event`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A finding has persisted.
    Began {
        /// Which rule.
        rule: RuleId,
        /// When the deviation was first seen, seconds.
        since: f64,
        /// How large it is.
        severity: Severity,
        /// The measurement that shows it.
        by: Measurement,
    },
    /// A finding is over.
    Ended {
        /// Which rule.
        rule: RuleId,
    },
    /// The person has gone.
    Left {},
    /// The person is back, or was seen for the first time.
    Returned {},
    /// Posture cannot be read.
    Unmeasurable {
        /// Why, for people.
        why: String,
    },
    /// Posture can be read again.
    Measurable {},
    /// A stretch is recommended.
    Suggested {
        /// Which.
        stretch: StretchId,
        /// The rule whose finding it is for.
        because: RuleId,
    },
    /// The person is seen from another side, or for the first time.
    View {
        /// From which side.
        view: View,
        /// Which way they face in the picture.
        facing: Facing,
    },
    /// A baseline is being learned in this view.
    Learning {
        /// Which view.
        view: View,
    },
    /// A baseline has been learned.
    Learned {
        /// In which view.
        view: View,
        /// Which metrics deviations are told of from now on.
        metrics: Vec<Metric>,
    },
    /// The session is over. Times in seconds.
    Closed {
        /// How long it watched, without gaps in time.
        watched: f64,
        /// Of that, how long posture could be read.
        measured: f64,
        /// Of that, how long nobody was there.
        away: f64,
        /// How many findings persisted.
        findings: u32,
        /// How many stretches were recommended.
        advice: u32,
    },
}

impl EventLine {
    /// The last line of a session that ended at `at`.
    pub fn closed(at: Duration, totals: &Totals) -> Self {
        let Totals { watched, measured, away, findings, advice } = *totals;
        let [watched, measured, away] = [watched, measured, away].map(seconds);
        Self::new(at, Event::Closed { watched, measured, away, findings, advice })
    }

    fn new(at: Duration, event: Event) -> Self {
        Self { schema: Schema::Posture1, kind: EventKind::Event, at: seconds(at), event }
    }
}

impl From<&monitor::Event> for EventLine {
    fn from(event: &monitor::Event) -> Self {
        use monitor::Event as Told;
        let said = match event.clone() {
            Told::Began { finding, since, .. } => Event::Began {
                rule: finding.rule,
                since: seconds(since),
                severity: finding.severity,
                by: Measurement::from(&finding.by),
            },
            Told::Ended { rule, .. } => Event::Ended { rule },
            Told::Left { .. } => Event::Left {},
            Told::Returned { .. } => Event::Returned {},
            Told::Unmeasurable { why, .. } => Event::Unmeasurable { why },
            Told::Measurable { .. } => Event::Measurable {},
            Told::Suggested { advice, .. } => Event::Suggested { stretch: advice.stretch, because: advice.because },
            Told::View { view, facing, .. } => Event::View { view, facing },
            Told::Learning { view, .. } => Event::Learning { view },
            Told::Learned { view, metrics, .. } => Event::Learned { view, metrics },
        };
        Self::new(event.at(), said)
    }
}
