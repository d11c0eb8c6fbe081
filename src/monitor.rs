//! What has lasted long enough to be said. The only state of the core, still pure: time comes in as data.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    measure::Reason,
    rules::{Assessment, Finding, RuleId},
    stretches::Advice,
};

/// What one frame, or one outage, said.
#[derive(Debug, Clone, PartialEq)]
pub enum Observation {
    /// A person was seen and every rule was assessed.
    Seen(Vec<Assessment>),
    /// A person was seen but posture could not be read.
    Unreadable(Reason),
    /// The picture was good and nobody was in it.
    Nobody,
    /// No picture could be had.
    Blind(String),
}

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
        /// When.
        at: Duration,
    },
}

/// Totals of a session, for its summary.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    /// Time from the first observation to the last.
    pub watched: Duration,
    /// Of that, time in which posture was read.
    pub measured: Duration,
    /// Of that, time in which nobody was there.
    pub away: Duration,
    /// Findings that persisted.
    pub findings: u32,
    /// Stretches recommended.
    pub advice: u32,
}
