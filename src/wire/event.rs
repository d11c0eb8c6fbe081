//! Lines of the kind `event`: what changed, at a moment of a session.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Measurement, Schema, seconds};
use crate::{
    measure::{Facing, Metric, View},
    monitor::{self, Held, Offer, Suspension, Totals, Why},
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
    /// A finding that lasts has become worse.
    Worsened {
        /// Which rule.
        rule: RuleId,
        /// How large it is now.
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
        /// A second one to go on with.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        then: Option<StretchId>,
        /// The rule whose finding it is for.
        because: RuleId,
        /// How large the finding is.
        severity: Severity,
        /// The measurement that shows it.
        by: Measurement,
        /// For how many seconds the deviation was there, …
        lasted: f64,
        /// … of the last so many.
        of: f64,
        /// How strongly.
        offer: Offer,
    },
    /// A stretch would be recommended now, and is withheld until its moment.
    Owed {
        /// Which.
        stretch: StretchId,
        /// The rule whose finding it is for.
        because: RuleId,
        /// What withholds it.
        held: Held,
    },
    /// A break is recommended.
    BreakDue {
        /// The rule that asks for it.
        rule: RuleId,
        /// For how many seconds it has been so.
        lasted: f64,
        /// What to do.
        stretch: StretchId,
        /// Something to go on with.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        then: Option<StretchId>,
    },
    /// The last recommendation was waved away.
    Dismissed {
        /// The rule that it was for.
        rule: RuleId,
    },
    /// A stretch was done.
    Completed {
        /// Which.
        stretch: StretchId,
    },
    /// Nothing is measured for now.
    Paused {
        /// When it goes on by itself, seconds; `null` when it waits to be resumed.
        until: Option<f64>,
    },
    /// It goes on.
    Resumed {},
    /// Nothing is measured for now, though nobody asked for a pause.
    Suspended {
        /// Why.
        because: Suspension,
    },
    /// It is over.
    Continued {},
    /// Recommendations wait.
    Snoozed {
        /// Until when, seconds.
        until: f64,
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
            Told::Worsened { finding, .. } => {
                Event::Worsened { rule: finding.rule, severity: finding.severity, by: Measurement::from(&finding.by) }
            }
            Told::Ended { rule, .. } => Event::Ended { rule },
            Told::Left { .. } => Event::Left {},
            Told::Returned { .. } => Event::Returned {},
            Told::Unmeasurable { why, .. } => Event::Unmeasurable { why },
            Told::Measurable { .. } => Event::Measurable {},
            Told::Suggested { advice, reason: Why { finding, share }, offer, .. } => Event::Suggested {
                stretch: advice.stretch,
                then: advice.then,
                because: advice.because,
                severity: finding.severity,
                by: Measurement::from(&finding.by),
                lasted: seconds(share.there),
                of: seconds(share.of),
                offer,
            },
            Told::Owed { advice, because, .. } => {
                Event::Owed { stretch: advice.stretch, because: advice.because, held: because }
            }
            Told::BreakDue { rule, lasted, advice, .. } => {
                Event::BreakDue { rule, lasted: seconds(lasted), stretch: advice.stretch, then: advice.then }
            }
            Told::Dismissed { rule, .. } => Event::Dismissed { rule },
            Told::Completed { stretch, .. } => Event::Completed { stretch },
            Told::Paused { until, .. } => Event::Paused { until: until.map(seconds) },
            Told::Resumed { .. } => Event::Resumed {},
            Told::Suspended { because, .. } => Event::Suspended { because },
            Told::Continued { .. } => Event::Continued {},
            Told::Snoozed { until, .. } => Event::Snoozed { until: seconds(until) },
            Told::View { view, facing, .. } => Event::View { view, facing },
            Told::Learning { view, .. } => Event::Learning { view },
            Told::Learned { view, metrics, .. } => Event::Learned { view, metrics },
        };
        Self::new(event.at(), said)
    }
}
