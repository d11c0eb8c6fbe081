//! Thresholds of one user, in place of those of the table.

use std::collections::BTreeMap;

use super::{Reference, Rules};
use crate::measure::Metric;

impl Rules {
    /// The same rules for a user whose deviations of these metrics from their baseline begin where `mild` says, in the unit of
    /// deviations: the further thresholds keep their distance from the first.
    #[must_use]
    pub fn with_thresholds(mut self, mild: &BTreeMap<Metric, f32>) -> Self {
        let signals = self.rules.iter_mut().flat_map(|rule| &mut rule.signals);
        for signal in signals.filter(|signal| signal.reference == Reference::Baseline) {
            if let Some(mild) = mild.get(&signal.metric) {
                let shift = mild - signal.thresholds[0];
                signal.thresholds = signal.thresholds.map(|threshold| threshold + shift);
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_threshold_is_the_users_and_the_others_keep_their_distance() {
        let first = |rules: &Rules, metric, reference| {
            let signals = rules.iter().flat_map(|rule| &rule.signals);
            signals.filter(|s| s.metric == metric && s.reference == reference).map(|s| s.thresholds).next()
        };
        let (table, angle) = (Rules::embedded(), Metric::CraniovertebralAngle);
        let own = table.clone().with_thresholds(&BTreeMap::from([(angle, 6.5)]));
        let [mild, moderate, marked] = first(&table, angle, Reference::Baseline).expect("a signal");
        let shift = 6.5 - mild;
        assert_eq!(first(&own, angle, Reference::Baseline), Some([6.5, moderate + shift, marked + shift]));
        assert_eq!(first(&own, angle, Reference::Absolute), first(&table, angle, Reference::Absolute));
        assert_eq!(
            first(&own, Metric::HeadPitch, Reference::Baseline),
            first(&table, Metric::HeadPitch, Reference::Baseline)
        );
    }
}
