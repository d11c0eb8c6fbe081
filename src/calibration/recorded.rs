//! What a calibration amounts to.

use serde::{Deserialize, Serialize};

use super::{FRONTAL_ERROR, LATERAL_ERROR, error, telling, window::Window};
use crate::{
    baseline::Baseline,
    geometry::Degrees,
    measure::{Aspect, Facing, Measurement, Metric, Reference, View},
};

/// Share of the way from upright to slouch at which a deviation begins.
const SHARE: f32 = 0.4;

/// Metrics that a slouch moves, and the error below which no threshold of theirs goes.
const SLOUCHES: [(Metric, f32); 5] = [
    (Metric::CraniovertebralAngle, LATERAL_ERROR),
    (Metric::NeckFlexion, LATERAL_ERROR),
    (Metric::ShoulderProtraction, LATERAL_ERROR),
    (Metric::TrunkLean, LATERAL_ERROR),
    (Metric::EarShoulderHeight, FRONTAL_ERROR),
];

/// The tilts of eyes and shoulders that are taken for one and the same differ by no more than this, degrees, and the
/// smallest common tilt that is told. People hold both level to about 1° (Raine & Twomey 1997, means); the rest is ours.
const SAME_TILT: Degrees = 3.0;
const SMALLEST_TILT: Degrees = 2.0;

/// Where a deviation of one metric begins for this user.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// Which metric.
    pub metric: Metric,
    /// The deviation from the baseline at which it is mild; in the unit of deviations.
    pub mild: f32,
}

/// Both postures, recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// From where the person was seen.
    pub view: View,
    /// Which way they faced in the picture.
    pub facing: Facing,
    /// Width and height of the frames, pixels.
    pub frame: (u32, u32),
    /// The size of the person, about a shoulder width, as a share of the longer side of the frame.
    pub size: f32,
    /// The tilt of the camera, as the user measured it or as it was [estimated](Self::is_level_estimated): it is taken out of
    /// both postures. `None` where nothing is known of it.
    pub level: Option<Degrees>,
    /// Whether nobody measured the tilt: eyes and shoulders show it.
    pub is_level_estimated: bool,
    /// What was read upright.
    pub upright: Baseline,
    /// What was read in the slouch; `None` when there was none.
    pub slouch: Option<Baseline>,
}

impl Recorded {
    /// `None` when nothing was recorded. `level` is what was taken out of the samples already.
    pub(super) fn of(upright: &Window, slouch: Option<&Window>, level: Option<Degrees>) -> Option<Self> {
        let last = upright.last()?;
        let estimate = if level.is_none() { camera_roll(&upright.baseline()) } else { None };
        let baseline = |window: &Window| match estimate {
            Some(roll) => window.levelled(roll).baseline(),
            None => window.baseline(),
        };
        let long_side = last.frame.0.max(last.frame.1).max(1) as f32;
        Some(Self {
            view: last.view,
            facing: last.facing,
            frame: last.frame,
            size: upright.size() / long_side,
            level: level.or(estimate),
            is_level_estimated: estimate.is_some(),
            upright: baseline(upright),
            slouch: slouch.map(baseline),
        })
    }

    /// From where the person was seen, as far as readings are comparable.
    pub fn aspect(&self) -> Aspect {
        Aspect::new(self.view, self.facing)
    }

    /// How far the slouch is from upright, as the metric that tells it in this view counts deviations.
    pub fn range(&self) -> Option<Measurement> {
        let metric = telling(self.view)?;
        let value = range(&self.upright, self.slouch.as_ref()?, self.aspect(), metric)?;
        let uncertainty = error(self.view);
        Some(Measurement { metric, value, uncertainty, reference: Reference::Baseline })
    }

    /// Where deviations begin: at 40 % of the way from upright to slouch, never below the measurement error. Without a slouch
    /// there are none, and those of the rules hold.
    pub fn thresholds(&self) -> Vec<Threshold> {
        let Some(slouch) = &self.slouch else { return Vec::new() };
        let threshold = |(metric, error): (Metric, f32)| {
            let range = range(&self.upright, slouch, self.aspect(), metric)?;
            Some(Threshold { metric, mild: (SHARE * range).max(error) })
        };
        SLOUCHES.into_iter().filter_map(threshold).collect()
    }
}

/// The tilt of the camera, degrees, positive clockwise, if it can be told: from the front, when eyes and shoulders of somebody
/// `upright` are tilted alike. From the side a person shows no horizontal.
fn camera_roll(upright: &Baseline) -> Option<Degrees> {
    let front = Aspect::new(View::Frontal, Facing::Camera);
    let tilt = |metric| upright.get(front, metric).map(|neutral| neutral.median);
    let (eyes, shoulders) = (tilt(Metric::HeadRoll)?, tilt(Metric::ShoulderTilt)?);
    let common = (eyes + shoulders) / 2.0;
    ((eyes - shoulders).abs() <= SAME_TILT && common.abs() >= SMALLEST_TILT).then_some(common)
}

/// The deviation of `slouch` from `upright`.
pub(super) fn range(upright: &Baseline, slouch: &Baseline, aspect: Aspect, metric: Metric) -> Option<f32> {
    let value = slouch.get(aspect, metric)?.median;
    let slouched = Measurement { metric, value, uncertainty: 0.0, reference: Reference::Absolute };
    upright.deviation(aspect, &slouched).map(|deviation| deviation.value)
}
