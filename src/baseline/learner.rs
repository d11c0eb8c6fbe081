//! Learning a provisional baseline from the first time that the user can be measured.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use super::{Baseline, Neutral};
use crate::measure::{Aspect, BAND, Measurement, Metric, Reading, Reference, View};

/// How long a metric has to be read in one aspect before it is learned.
const LONG_ENOUGH: Duration = Duration::from_secs(30);
/// How often, at least.
const OFTEN_ENOUGH: usize = 20;
/// The longest time that one reading can speak for.
const ONE_READING: Duration = Duration::from_secs(2);
/// After a longer pause learning starts again: the user may have sat down anew.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// How much is kept of a time that was too unsteady to learn from.
const KEPT: Duration = Duration::from_secs(20);

/// Learns, for each aspect and metric, the first steady half minute that it sees.
///
/// Time decides, not the number of frames: any frame rate from 1 to 60 per second learns the same to within its noise. A
/// metric that the baseline knows already is left as it is. A time in which the readings spread more than their own
/// uncertainty allows is one in which the user moved: it is dropped from its beginning until what is left is steady.
#[derive(Debug, Clone, Default)]
pub struct Learner {
    baseline: Baseline,
    collected: BTreeMap<(Aspect, Metric), Collected>,
}

/// What was learned with one reading.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    /// In which view.
    pub view: View,
    /// Which metrics, in the order of the reading.
    pub metrics: Vec<Metric>,
}

/// Readings of one metric in one aspect, oldest first.
#[derive(Debug, Clone, Default)]
struct Collected(VecDeque<(Duration, Measurement)>);

impl Learner {
    /// A learner that fills in what `baseline` does not know yet.
    pub fn new(baseline: Baseline) -> Self {
        Self { baseline, collected: BTreeMap::new() }
    }

    /// What is known so far.
    pub fn baseline(&self) -> &Baseline {
        &self.baseline
    }

    /// Takes in a reading made at `at`, and says what it completed, if anything.
    pub fn observe(&mut self, at: Duration, reading: &Reading) -> Option<Learned> {
        let (view, aspect) = (reading.view, reading.aspect());
        let mut metrics = Vec::new();
        let learnable = |m: &&Measurement| m.reference == Reference::Absolute && m.metric != Metric::Stillness;
        for measurement in reading.measurements.iter().filter(learnable) {
            let key = (aspect, measurement.metric);
            if self.baseline.get(aspect, measurement.metric).is_some() {
                continue;
            }
            if let Some(neutral) = self.collected.entry(key).or_default().take(at, *measurement) {
                self.baseline.set(aspect, measurement.metric, neutral);
                self.collected.remove(&key);
                metrics.push(measurement.metric);
            }
        }
        (!metrics.is_empty()).then_some(Learned { view, metrics })
    }
}

impl Collected {
    /// Adds a measurement, and gives the neutral that the readings amount to once they are enough and steady.
    fn take(&mut self, at: Duration, measurement: Measurement) -> Option<Neutral> {
        if self.0.back().is_some_and(|(last, _)| at.saturating_sub(*last) > LONGEST_PAUSE) {
            self.0.clear();
        }
        self.0.push_back((at, measurement));
        if self.0.len() < OFTEN_ENOUGH || self.covered() < LONG_ENOUGH {
            return None;
        }
        let values: Vec<f32> = self.0.iter().map(|(_, m)| m.value).collect();
        let bands: Vec<f32> = self.0.iter().map(|(_, m)| m.uncertainty).collect();
        let allowed = Neutral::of(&bands)?.median / BAND;
        let steady = Neutral::of(&values).filter(|neutral| neutral.spread <= allowed);
        if steady.is_none() {
            self.0.retain(|(then, _)| at.saturating_sub(*then) <= KEPT);
        }
        steady
    }

    /// The time that the readings speak for.
    fn covered(&self) -> Duration {
        self.0.iter().zip(self.0.iter().skip(1)).map(|((a, _), (b, _))| b.saturating_sub(*a).min(ONE_READING)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Facing;

    fn reading(view: View, value: f32) -> Reading {
        let measurement = Measurement {
            metric: Metric::CraniovertebralAngle,
            value,
            uncertainty: 5.0,
            reference: Reference::Absolute,
        };
        Reading { view, facing: Facing::Left, measurements: vec![measurement], unmeasured: Vec::new() }
    }

    /// Feeds `seconds` at `rate` readings per second from `start`; when it was learned, in seconds.
    fn feed(learner: &mut Learner, start: f64, seconds: f64, rate: f64, value: impl Fn(f64) -> f32) -> Option<f64> {
        (0..=(seconds * rate) as u32).find_map(|i| {
            let at = start + f64::from(i) / rate;
            learner.observe(Duration::from_secs_f64(at), &reading(View::Lateral, value(at))).map(|_| at)
        })
    }

    fn swaying(at: f64) -> f32 {
        50.0 + (at * 1.7).sin() as f32
    }

    #[test]
    fn half_a_minute_is_enough_at_any_frame_rate_and_teaches_the_same() {
        for rate in [1.0, 2.0, 10.0, 60.0] {
            let mut learner = Learner::default();
            let learned = feed(&mut learner, 0.0, 60.0, rate, swaying).expect("learned");
            assert!((30.0..=31.0).contains(&learned), "{rate}: {learned}");
            let neutral = learner
                .baseline()
                .get(Aspect::new(View::Lateral, Facing::Left), Metric::CraniovertebralAngle)
                .expect("learned");
            assert!((neutral.median - 50.0).abs() < 0.3 && (0.5..1.5).contains(&neutral.spread), "{rate}: {neutral:?}");
        }
    }

    #[test]
    fn a_few_readings_far_apart_are_not_enough() {
        let mut learner = Learner::default();
        assert_eq!(feed(&mut learner, 0.0, 300.0, 0.05, swaying), None);
        assert!(learner.baseline().is_empty());
    }

    #[test]
    fn each_view_is_learned_by_itself() {
        let mut learner = Learner::default();
        feed(&mut learner, 0.0, 40.0, 2.0, swaying).expect("learned");
        assert_eq!(
            learner.baseline().get(Aspect::new(View::Frontal, Facing::Left), Metric::CraniovertebralAngle),
            None
        );
        assert_eq!(learner.observe(Duration::from_secs(41), &reading(View::Frontal, 40.0)), None);
    }

    #[test]
    fn each_flank_is_learned_by_itself() {
        let mut learner = Learner::default();
        feed(&mut learner, 0.0, 40.0, 2.0, swaying).expect("learned");
        let turned = |at| {
            learner.observe(Duration::from_secs(at), &Reading { facing: Facing::Right, ..reading(View::Lateral, 40.0) })
        };
        assert_eq!((50..=120).filter_map(turned).count(), 1, "after another half minute");
        let median = |facing| {
            let neutral = learner.baseline().get(Aspect::new(View::Lateral, facing), Metric::CraniovertebralAngle);
            neutral.expect("learned").median
        };
        assert!((median(Facing::Left) - 50.0).abs() < 0.3 && median(Facing::Right) == 40.0);
    }

    #[test]
    fn a_restless_time_is_not_learned_from_and_the_steady_one_after_it_is() {
        let mut learner = Learner::default();
        let restless = |at: f64| if at < 60.0 { 45.0 + 10.0 * (at * 0.8).sin() as f32 } else { swaying(at) };
        let learned = feed(&mut learner, 0.0, 200.0, 2.0, restless).expect("learned");
        assert!((70.0..=100.0).contains(&learned), "{learned}");
        let neutral = learner
            .baseline()
            .get(Aspect::new(View::Lateral, Facing::Left), Metric::CraniovertebralAngle)
            .expect("learned");
        assert!((neutral.median - 50.0).abs() < 1.0, "{neutral:?}");
    }

    #[test]
    fn a_pause_starts_it_again_and_what_is_known_stays() {
        let mut learner = Learner::default();
        assert_eq!(feed(&mut learner, 0.0, 25.0, 2.0, |_| 30.0), None);
        let learned = feed(&mut learner, 60.0, 60.0, 2.0, |_| 50.0).expect("learned");
        assert!(learned >= 90.0, "{learned}");
        let baseline = learner.baseline().clone();
        assert_eq!(
            baseline.get(Aspect::new(View::Lateral, Facing::Left), Metric::CraniovertebralAngle).map(|n| n.median),
            Some(50.0)
        );
        let mut learner = Learner::new(baseline.clone());
        assert_eq!(feed(&mut learner, 0.0, 60.0, 2.0, |_| 40.0), None);
        assert_eq!(learner.baseline(), &baseline);
    }
}
