//! From measurements to findings, by the table in `rules.toml`. Stateless: patience lives in [`monitor`](crate::monitor).

use serde::{Deserialize, Serialize};

use crate::measure::{Measurement, Reading};

/// The name of a rule, as in `rules.toml` and on the wire: `forward_head`, …
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleId(pub String);

/// How large a deviation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// At or beyond the rule's first threshold.
    Mild,
    /// At or beyond the second.
    Moderate,
    /// At or beyond the third.
    Marked,
}

/// A deviation that a rule names.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Which rule.
    pub rule: RuleId,
    /// How large.
    pub severity: Severity,
    /// The measurement that shows it.
    pub by: Measurement,
}

/// What findings are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// The user's own baseline: what the live monitor acts on.
    Baseline,
    /// Bands of the population and absolute limits: what a single photo can be held against.
    Population,
}

/// Where a rule stands at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// Which rule.
    pub rule: RuleId,
    /// The deviation as a multiple of the threshold at which the rule begins; `None` when nothing that it needs could be
    /// measured. Missing is never zero.
    pub level: Option<f32>,
    /// Set when the deviation has reached a threshold, exceeds its own uncertainty, and nothing excuses it.
    pub finding: Option<Finding>,
}

/// The table of rules.
#[derive(Debug, Clone)]
pub struct Rules {}

impl Rules {
    /// Where every rule stands for `reading`, in the order of the table.
    pub fn assess(&self, _reading: &Reading, _against: Against) -> Vec<Assessment> {
        Vec::new()
    }
}
