//! What the monitor tells.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Held, Suspension};
use crate::{
    measure::{Facing, Metric, View},
    rules::{Finding, RuleId},
    stretches::{Advice, StretchId},
};

/// A change worth telling.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A finding has persisted.
    Began {
        /// What was found.
        finding: Finding,
        /// When the deviation was first seen.
        since: Duration,
        /// When it had lasted long enough to be said.
        at: Duration,
    },
    /// A finding that lasts has become worse.
    Worsened {
        /// What is found now.
        finding: Finding,
        /// When.
        at: Duration,
    },
    /// A finding is over.
    Ended {
        /// Which rule.
        rule: RuleId,
        /// When.
        at: Duration,
    },
    /// The person has gone.
    Left {
        /// When they were last seen.
        at: Duration,
    },
    /// The person is back, or was seen for the first time.
    Returned {
        /// When.
        at: Duration,
    },
    /// Posture cannot be read at the moment.
    Unmeasurable {
        /// Why, for people.
        why: String,
        /// Since when.
        at: Duration,
    },
    /// Posture can be read again.
    Measurable {
        /// Since when.
        at: Duration,
    },
    /// A stretch is recommended.
    Suggested {
        /// Which, and for what.
        advice: Advice,
        /// What was measured, and for how long.
        reason: Why,
        /// How strongly.
        offer: Offer,
        /// When.
        at: Duration,
    },
    /// A stretch would be recommended now, and is withheld until its moment.
    Owed {
        /// Which, and for what.
        advice: Advice,
        /// What withholds it.
        because: Held,
        /// When.
        at: Duration,
    },
    /// A break is recommended: nothing moved, or nobody got up, for too long.
    BreakDue {
        /// The rule that asks for it.
        rule: RuleId,
        /// For how long it has been so.
        lasted: Duration,
        /// What to do.
        advice: Advice,
        /// When.
        at: Duration,
    },
    /// The last recommendation was waved away.
    Dismissed {
        /// The rule that it was for.
        rule: RuleId,
        /// When.
        at: Duration,
    },
    /// A stretch was done.
    Completed {
        /// Which.
        stretch: StretchId,
        /// When.
        at: Duration,
    },
    /// Watching is suspended: nothing is measured, and what was measured is kept.
    Paused {
        /// When it goes on by itself; `None` when it waits to be resumed.
        until: Option<Duration>,
        /// Since when.
        at: Duration,
    },
    /// Watching goes on, or nothing is put off any more.
    Resumed {
        /// When.
        at: Duration,
    },
    /// Nothing is measured for now, though nobody asked for a pause.
    Suspended {
        /// Why.
        because: Suspension,
        /// Since when.
        at: Duration,
    },
    /// It is over: watching goes on.
    Continued {
        /// When.
        at: Duration,
    },
    /// Recommendations wait; measuring goes on.
    Snoozed {
        /// Until when.
        until: Duration,
        /// Since when.
        at: Duration,
    },
    /// The person is seen from another side, or for the first time.
    View {
        /// From which side.
        view: View,
        /// Which way they face in the picture.
        facing: Facing,
        /// Since when.
        at: Duration,
    },
    /// A baseline is being learned: deviations in this view cannot be told yet.
    Learning {
        /// In which view.
        view: View,
        /// Since when.
        at: Duration,
    },
    /// A baseline has been learned: deviations of these metrics are told from now on.
    Learned {
        /// In which view.
        view: View,
        /// Which metrics.
        metrics: Vec<Metric>,
        /// When.
        at: Duration,
    },
}

impl Event {
    /// The moment that it stands for; for a change of state, when the new state began.
    pub const fn at(&self) -> Duration {
        match self {
            Self::Began { at, .. }
            | Self::Worsened { at, .. }
            | Self::Ended { at, .. }
            | Self::Left { at }
            | Self::Returned { at }
            | Self::Unmeasurable { at, .. }
            | Self::Measurable { at }
            | Self::Suggested { at, .. }
            | Self::Owed { at, .. }
            | Self::BreakDue { at, .. }
            | Self::Dismissed { at, .. }
            | Self::Completed { at, .. }
            | Self::Paused { at, .. }
            | Self::Resumed { at }
            | Self::Suspended { at, .. }
            | Self::Continued { at }
            | Self::Snoozed { at, .. }
            | Self::View { at, .. }
            | Self::Learning { at, .. }
            | Self::Learned { at, .. } => *at,
        }
    }
}

/// Why something is recommended: the numbers of the sentence that explains it.
#[derive(Debug, Clone, PartialEq)]
pub struct Why {
    /// What was found, at its worst lasting severity, with the measurement that shows it.
    pub finding: Finding,
    /// For how much of the last while it was there.
    pub share: Share,
}

/// A part of the last while.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// For how long it was there.
    pub there: Duration,
    /// The while that this is a part of.
    pub of: Duration,
}

/// How strongly something is recommended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Offer {
    /// Said quietly, with its reason and the one thing to do.
    Notice,
    /// A stretch, guided.
    Guide,
    /// A break away from the desk.
    Break,
}
