//! The user's own upright posture, and how far from it they are now.
//!
//! # Deviations
//!
//! 0 is neutral, larger is worse. With *b* the median learned in the same view, of the same flank where a person is seen from the
//! side ([`Aspect`]), and *v* the value now:
//!
//! | metric | deviation | unit |
//! |---|---|---|
//! | `craniovertebral_angle` | *b* − *v* | deg, the head further forward |
//! | `neck_flexion`, `trunk_lean` | *v* − *b* | deg, bent or leaning further forward |
//! | `shoulder_protraction` | *b* − *v* | deg, the shoulders further forward |
//! | `head_pitch` | *b* − *v* | deg, looking further down |
//! | `head_roll`, `shoulder_tilt` | \|*v* − *b*\| | deg, to either side |
//! | `ear_shoulder_height` | (*b* − *v*) / *b* | fraction, the head lower over the shoulders |
//! | `eye_distance` | *v* / *b* − 1 | fraction, the face larger beside the shoulders |
//! | `shoulder_raise` | *v* − *b* | ratio, the shoulders higher ([`measure`](crate::measure) asks for the ears as well) |
//! | `distance` | *b* / *v* − 1 | fraction, the face larger in the picture |
//!
//! `stillness` counts from the last movement, not from a baseline.
//!
//! # Uncertainty of a deviation
//!
//! Two parts, added in quadrature, each the half width of a 90 % band:
//! - the flicker of a single reading: [`BAND`] times the spread seen while learning, when the user sat still;
//! - a [share](changing_share) of the absolute band. The constant part of an absolute error (this face, this camera, this
//!   network's bias) is in *b* as well as in *v* and cancels; what changes with posture does not. The shares were measured on
//!   rendered people who change their posture before a camera that stays (models/README.md, "Measurement").
//!
//! The error of the median itself (at most a quarter of the spread, from 20 readings or more) is left out.

mod learner;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::learner::{Learned, Learner};
use crate::{
    geometry::median,
    measure::{Aspect, BAND, Facing, Measurement, Metric, Reference, View},
};

/// Share of an absolute band that changes with posture and so does not cancel against the baseline.
pub const fn changing_share(metric: Metric) -> f32 {
    match metric {
        Metric::EarShoulderHeight | Metric::EyeDistance | Metric::Distance => 0.3,
        Metric::ShoulderTilt | Metric::ShoulderRaise => 0.25,
        Metric::CraniovertebralAngle
        | Metric::NeckFlexion
        | Metric::ShoulderProtraction
        | Metric::TrunkLean
        | Metric::HeadPitch
        | Metric::HeadRoll
        | Metric::Stillness => 0.5,
    }
}

/// The posture that deviations are counted from: for each aspect and metric, what was read while the user sat upright.
///
/// Serialised with a version; a version that this program does not know is refused. The first version did not say which flank
/// was seen from the side: see [`facing`](Self::facing).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Baseline {
    neutral: BTreeMap<(Aspect, Metric), Neutral>,
}

/// What one metric read in one aspect while the user sat upright.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Neutral {
    /// The median, in the metric's unit.
    pub median: f32,
    /// The spread about it, as one standard deviation: 1.4826 times the median absolute deviation.
    pub spread: f32,
    /// How many readings it comes from.
    pub readings: u32,
}

impl Neutral {
    /// The neutral of `values`; `None` when there are none.
    pub fn of(values: &[f32]) -> Option<Self> {
        let middle = median(values.iter().copied())? as f32;
        let apart = median(values.iter().map(|value| (value - middle).abs()))? as f32;
        let readings = u32::try_from(values.len()).unwrap_or(u32::MAX);
        Some(Self { median: middle, spread: 1.4826 * apart, readings })
    }
}

impl Baseline {
    /// What `metric` read in `aspect` while the user sat upright.
    pub fn get(&self, aspect: Aspect, metric: Metric) -> Option<Neutral> {
        self.neutral.get(&(aspect, metric)).copied()
    }

    /// Sets what `metric` reads in `aspect` when the user sits upright.
    pub fn set(&mut self, aspect: Aspect, metric: Metric, neutral: Neutral) {
        self.neutral.insert((aspect, metric), neutral);
    }

    /// This baseline, with `facing` wherever it was not written down which flank was seen: what has none is held against
    /// nothing.
    pub fn facing(self, facing: Facing) -> Self {
        let told = |aspect: Aspect| match aspect.facing() {
            Some(Facing::Unknown) => Aspect::new(aspect.view(), facing),
            _ => aspect,
        };
        Self { neutral: self.neutral.into_iter().map(|((aspect, metric), n)| ((told(aspect), metric), n)).collect() }
    }

    /// Whether nothing has been learned yet.
    pub fn is_empty(&self) -> bool {
        self.neutral.is_empty()
    }

    /// All that was learned, by aspect and metric.
    pub fn iter(&self) -> impl Iterator<Item = (Aspect, Metric, Neutral)> + '_ {
        self.neutral.iter().map(|(&(aspect, metric), &neutral)| (aspect, metric, neutral))
    }

    /// How far `absolute`, seen in `aspect`, is from this baseline, as the [module table](self) says. `None` when this metric
    /// was not learned in this aspect, when `absolute` is a deviation already, or when a ratio has no meaning.
    pub fn deviation(&self, aspect: Aspect, absolute: &Measurement) -> Option<Measurement> {
        if absolute.reference != Reference::Absolute {
            return None;
        }
        let Neutral { median: neutral, spread, .. } = self.get(aspect, absolute.metric)?;
        let now = absolute.value;
        // `per` is by how much the deviation changes with the value, so that bands carry over.
        let (value, per) = match absolute.metric {
            Metric::CraniovertebralAngle | Metric::ShoulderProtraction | Metric::HeadPitch => (neutral - now, 1.0),
            Metric::NeckFlexion | Metric::TrunkLean | Metric::ShoulderRaise => (now - neutral, 1.0),
            Metric::HeadRoll | Metric::ShoulderTilt => ((now - neutral).abs(), 1.0),
            Metric::EarShoulderHeight => ((neutral - now) / neutral, 1.0 / neutral),
            Metric::EyeDistance => (now / neutral - 1.0, 1.0 / neutral),
            Metric::Distance => (neutral / now - 1.0, neutral / now.powi(2)),
            Metric::Stillness => return None,
        };
        let uncertainty = per * (BAND * spread).hypot(changing_share(absolute.metric) * absolute.uncertainty);
        (value.is_finite() && uncertainty.is_finite() && per > 0.0).then_some(Measurement {
            metric: absolute.metric,
            value,
            uncertainty,
            reference: Reference::Baseline,
        })
    }
}

/// How a baseline is written down.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    version: Version,
    #[serde(default)]
    neutral: Vec<Row>,
}

/// The ways of writing it that this program knows. The number goes up when a metric changes its definition.
#[derive(Serialize, Deserialize)]
enum Version {
    /// Without the flank.
    #[serde(rename = "1")]
    One,
    #[serde(rename = "2")]
    Two,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    view: View,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    facing: Option<Facing>,
    metric: Metric,
    median: f32,
    spread: f32,
    readings: u32,
}

impl From<Baseline> for Stored {
    fn from(baseline: Baseline) -> Self {
        let row = |(aspect, metric, Neutral { median, spread, readings }): (Aspect, _, _)| {
            let (view, facing) = (aspect.view(), aspect.facing());
            Row { view, facing, metric, median, spread, readings }
        };
        Self { version: Version::Two, neutral: baseline.iter().map(row).collect() }
    }
}

impl From<Stored> for Baseline {
    fn from(Stored { version: Version::One | Version::Two, neutral }: Stored) -> Self {
        let entry = |Row { view, facing, metric, median, spread, readings }| {
            let aspect = Aspect::new(view, facing.unwrap_or(Facing::Unknown));
            ((aspect, metric), Neutral { median, spread, readings })
        };
        Self { neutral: neutral.into_iter().map(entry).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aspect(view: View) -> Aspect {
        Aspect::new(view, Facing::Left)
    }

    fn baseline(view: View, metric: Metric, median: f32, spread: f32) -> Baseline {
        let mut baseline = Baseline::default();
        baseline.set(aspect(view), metric, Neutral { median, spread, readings: 60 });
        baseline
    }

    fn read(metric: Metric, value: f32, uncertainty: f32) -> Measurement {
        Measurement { metric, value, uncertainty, reference: Reference::Absolute }
    }

    #[test]
    fn every_deviation_is_zero_at_the_baseline_and_grows_with_what_is_worse() {
        for (metric, neutral, worse, expected) in [
            (Metric::CraniovertebralAngle, 50.0, 42.0, 8.0),
            (Metric::NeckFlexion, 40.0, 48.0, 8.0),
            (Metric::ShoulderProtraction, 54.0, 48.0, 6.0),
            (Metric::TrunkLean, 2.0, 17.0, 15.0),
            (Metric::ShoulderRaise, -0.6, -0.5, 0.1),
            (Metric::HeadPitch, -5.0, -30.0, 25.0),
            (Metric::EarShoulderHeight, 0.6, 0.54, 0.1),
            (Metric::EyeDistance, 0.18, 0.189, 0.05),
            (Metric::HeadRoll, 2.0, -5.0, 7.0),
            (Metric::HeadRoll, 2.0, 9.0, 7.0),
            (Metric::ShoulderTilt, -1.0, 4.0, 5.0),
            (Metric::Distance, 60.0, 40.0, 0.5),
        ] {
            let baseline = baseline(View::Frontal, metric, neutral, 0.0);
            let deviation =
                |value| baseline.deviation(aspect(View::Frontal), &read(metric, value, 0.1)).expect("learned");
            assert!(deviation(neutral).value.abs() < 1e-6);
            assert!((deviation(worse).value - expected).abs() < 1e-5, "{metric:?} {}", deviation(worse).value);
            assert_eq!(deviation(worse).reference, Reference::Baseline);
        }
    }

    #[test]
    fn its_band_holds_the_flicker_and_a_share_of_the_absolute_band() {
        let angle = baseline(View::Lateral, Metric::CraniovertebralAngle, 50.0, 1.0)
            .deviation(aspect(View::Lateral), &read(Metric::CraniovertebralAngle, 45.0, 4.0))
            .expect("learned");
        assert!((angle.uncertainty - BAND.hypot(2.0)).abs() < 1e-5);
        let height = baseline(View::Frontal, Metric::EarShoulderHeight, 0.5, 0.0)
            .deviation(aspect(View::Frontal), &read(Metric::EarShoulderHeight, 0.45, 0.05))
            .expect("learned");
        assert!((height.uncertainty - 0.03).abs() < 1e-6, "a fraction of the baseline, not the ratio itself");
        let scale = baseline(View::Frontal, Metric::Distance, 60.0, 0.0)
            .deviation(aspect(View::Frontal), &read(Metric::Distance, 50.0, 10.0))
            .expect("learned");
        assert!((scale.uncertainty - 60.0 / 50.0 * 0.06).abs() < 1e-6, "relative to the distance now");
    }

    #[test]
    fn what_was_not_learned_in_this_view_has_no_deviation() {
        let baseline = baseline(View::Lateral, Metric::HeadPitch, 0.0, 1.0);
        assert_eq!(baseline.deviation(aspect(View::Frontal), &read(Metric::HeadPitch, -20.0, 8.0)), None);
        assert_eq!(baseline.deviation(aspect(View::Lateral), &read(Metric::HeadRoll, 5.0, 2.0)), None);
        let deviation =
            baseline.deviation(aspect(View::Lateral), &read(Metric::HeadPitch, -20.0, 8.0)).expect("learned");
        assert_eq!(baseline.deviation(aspect(View::Lateral), &deviation), None, "a deviation has none of its own");
    }

    #[test]
    fn a_ratio_without_meaning_is_no_deviation() {
        let nothing = baseline(View::Frontal, Metric::EarShoulderHeight, 0.0, 0.0);
        assert_eq!(nothing.deviation(aspect(View::Frontal), &read(Metric::EarShoulderHeight, 0.5, 0.1)), None);
        let near = baseline(View::Frontal, Metric::Distance, 60.0, 0.0);
        assert_eq!(near.deviation(aspect(View::Frontal), &read(Metric::Distance, 0.0, 1.0)), None);
    }

    #[test]
    fn the_median_and_its_spread_do_not_follow_outliers() {
        let neutral = Neutral::of(&[1.0, 2.0, 3.0, 4.0, 100.0]).expect("values");
        assert_eq!((neutral.median, neutral.spread, neutral.readings), (3.0, 1.4826, 5));
        assert_eq!(Neutral::of(&[1.0, 2.0]).expect("values").median, 1.5);
        assert_eq!(Neutral::of(&[]), None);
    }

    #[test]
    fn it_is_written_with_a_version_and_read_back() {
        let baseline = baseline(View::Lateral, Metric::CraniovertebralAngle, 51.5, 0.75);
        let text = toml::to_string(&baseline).expect("a table");
        assert!(text.starts_with("version = \"2\"") && text.contains("facing = \"left\""), "{text}");
        assert_eq!(toml::from_str::<Baseline>(&text).expect("the same"), baseline);
        assert!(toml::from_str::<Baseline>("version = \"3\"").is_err());
        let json = serde_json::to_string(&baseline).expect("an object");
        assert_eq!(serde_json::from_str::<Baseline>(&json).expect("the same"), baseline);
    }

    #[test]
    fn one_flank_is_never_held_against_the_other_and_an_old_file_is_told_which_it_was() {
        let seen = |facing| Aspect::new(View::Lateral, facing);
        let angle = read(Metric::CraniovertebralAngle, 45.0, 4.0);
        let learned = baseline(View::Lateral, Metric::CraniovertebralAngle, 50.0, 1.0);
        assert_eq!(learned.deviation(seen(Facing::Left), &angle).map(|d| d.value), Some(5.0));
        assert_eq!(learned.deviation(seen(Facing::Right), &angle), None);
        let front = baseline(View::Frontal, Metric::HeadPitch, 0.0, 1.0);
        let nod = read(Metric::HeadPitch, -5.0, 4.0);
        assert!(front.deviation(Aspect::new(View::Frontal, Facing::Camera), &nod).is_some(), "the front has one side");
        let old = "version = \"1\"\n[[neutral]]\nview = \"lateral\"\nmetric = \"craniovertebral_angle\"\n\
                   median = 50.0\nspread = 1.0\nreadings = 60\n";
        let old: Baseline = toml::from_str(old).expect("still read");
        assert_eq!(old.deviation(seen(Facing::Left), &angle), None);
        assert_eq!(old.clone().facing(Facing::Left), learned);
        assert_eq!(old.facing(Facing::Left).facing(Facing::Right), learned, "what is known stays");
    }
}
