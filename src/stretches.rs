//! From a finding to a stretch, by the table in `stretches.toml`.

use serde::{Deserialize, Serialize};

use crate::rules::{Finding, RuleId};

/// The name of a stretch, as in `stretches.toml` and on the wire: `chin_tuck`, …
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StretchId(pub String);

/// A stretch that was chosen, and the finding that it was chosen for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// Which stretch.
    pub stretch: StretchId,
    /// Which rule's finding it is for.
    pub because: RuleId,
}

/// The table of stretches.
#[derive(Debug, Clone)]
pub struct Stretches {}

impl Stretches {
    /// The best stretch for `finding` that is not in `recent` (the last ones given, newest last); one from `recent` when
    /// there is no other; `None` when no stretch helps this finding.
    pub fn advise(&self, _finding: &Finding, _recent: &[StretchId]) -> Option<Advice> {
        None
    }
}
