//! How far from the baseline, over the last while: one value for every few seconds.

use std::{collections::VecDeque, time::Duration};

/// What one column stands for.
pub const STEP: Duration = Duration::from_secs(10);

/// How many columns are kept: an hour.
const KEPT: usize = 360;

/// The worst level of each [`STEP`]; nothing where none could be told.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Oldest first, without gaps in number.
    steps: VecDeque<Option<f32>>,
    /// The number of the newest.
    newest: u64,
}

impl History {
    /// Takes in the level at `at`; `None` when it cannot be told. Time does not go back.
    pub fn push(&mut self, at: Duration, level: Option<f32>) {
        let number = at.as_secs() / STEP.as_secs();
        if self.steps.is_empty() {
            self.newest = number;
            self.steps.push_back(None);
        }
        let missed = number.saturating_sub(self.newest).min(KEPT as u64);
        self.steps.extend((0..missed).map(|_| None));
        self.newest = self.newest.max(number);
        self.steps.drain(..self.steps.len().saturating_sub(KEPT));
        if let (Some(worst), Some(level)) = (self.steps.back_mut(), level) {
            *worst = Some(worst.map_or(level, |worst| worst.max(level)));
        }
    }

    /// The last `count` values, oldest first; fewer when there are not so many yet.
    pub fn last(&self, count: usize) -> impl Iterator<Item = Option<f32>> + '_ {
        self.steps.iter().skip(self.steps.len().saturating_sub(count)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(pushes: &[(u64, Option<f32>)]) -> Vec<Option<f32>> {
        let mut history = History::default();
        for (at, level) in pushes {
            history.push(Duration::from_secs(*at), *level);
        }
        history.last(5).collect()
    }

    #[test]
    fn each_step_keeps_its_worst_and_what_cannot_be_told_is_a_gap() {
        assert_eq!(history(&[]), []);
        let pushes = [(95, Some(1.0)), (98, Some(2.0)), (99, Some(0.5)), (100, None), (105, Some(0.0)), (125, None)];
        assert_eq!(history(&pushes), [Some(2.0), Some(0.0), None, None]);
        assert_eq!(history(&[(0, Some(1.0)), (1, None)]), [Some(1.0)], "unknown takes nothing away");
    }

    #[test]
    fn only_the_last_ones_are_given_and_a_long_sleep_is_a_gap() {
        let mut history = History::default();
        history.push(Duration::ZERO, Some(3.0));
        history.push(Duration::from_secs(1_000_000), Some(1.0));
        assert_eq!(history.last(3).collect::<Vec<_>>(), [None, None, Some(1.0)]);
        assert_eq!(history.last(usize::MAX).count(), KEPT);
    }
}
