//! How often something may be suggested.

use std::time::Duration;

use crate::{
    rules::{Patience, RuleId},
    stretches::{Advice, StretchId},
};

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);

/// How many of the last stretches are not repeated while there is another.
const NOT_AGAIN: usize = 2;

/// The suggestions of the last day.
#[derive(Debug, Clone, Default)]
pub(super) struct Budget {
    /// When, and for which rule; oldest first.
    given: Vec<(Duration, RuleId)>,
    recent: Vec<StretchId>,
}

impl Budget {
    /// Whether anything may be suggested at `at`.
    pub fn allows(&self, at: Duration, patience: &Patience) -> bool {
        let within = |span: Duration| self.given.iter().filter(|(then, _)| at.saturating_sub(*then) < span).count();
        within(patience.min_gap) == 0 && within(HOUR) < patience.per_hour && within(DAY) < patience.per_day
    }

    /// Whether the cool-down of `rule` is over at `at`.
    pub fn rested(&self, at: Duration, rule: &RuleId, patience: &Patience) -> bool {
        let last = self.given.iter().rev().find(|(_, given_for)| given_for == rule);
        last.is_none_or(|(then, _)| at.saturating_sub(*then) >= patience.cooldown)
    }

    /// The last stretches given, newest last.
    pub fn recent(&self) -> &[StretchId] {
        &self.recent
    }

    /// Takes down a suggestion made at `at`.
    pub fn spend(&mut self, at: Duration, advice: &Advice) {
        self.given.retain(|(then, _)| at.saturating_sub(*then) < DAY);
        self.given.push((at, advice.because.clone()));
        self.recent.push(advice.stretch.clone());
        let old = self.recent.len().saturating_sub(NOT_AGAIN);
        self.recent.drain(..old);
    }
}
