//! From a pose to numbers that measure what they name, each with its uncertainty.
//!
//! | metric | view | unit | what it is |
//! |---|---|---|---|
//! | `craniovertebral_angle` | lateral | deg | at C7, between the horizontal and the line to the tragus; smaller is further forward |
//! | `head_pitch` | all but back | deg | nod of the head against the camera's axis; negative looks down |
//! | `ear_shoulder_height` | frontal | ratio | height of the ears above the shoulder line ÷ shoulder width |
//! | `eye_distance` | frontal | ratio | distance between the eyes ÷ shoulder width |
//! | `head_roll` | frontal | deg | tilt of the eye line in the picture; positive is clockwise |
//! | `shoulder_tilt` | frontal | deg | tilt of the shoulder line in the picture; positive is clockwise |
//! | `distance` | frontal | cm | from the camera to the eyes, under the assumptions of [`distance`] |
//!
//! A [`Measurement`] with [`Reference::Absolute`] holds the metric itself. With [`Reference::Baseline`] it holds how far
//! the metric has moved from the user's own upright baseline, turned so that **0 is neutral and larger is worse** (see
//! [`Baseline`]). `uncertainty` is the half width of a band that should hold the true value in
//! about 90 % of the cases.

mod frontal;
mod lateral;
mod view;

use serde::{Deserialize, Serialize};

pub use self::{
    frontal::distance,
    view::{Facing, View, classify},
};
use crate::{baseline::Baseline, pose::Pose};

/// Keypoints below this score do not enter a measurement.
pub const MIN_SCORE: f32 = 0.3;

/// Factor from one standard deviation to the half width of a central 90 % band of a normal distribution.
pub const BAND: f32 = 1.645;

/// A quantity that can be measured. The [module table](self) says what each one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Angle at C7 between the horizontal and the line to the tragus, degrees.
    CraniovertebralAngle,
    /// Nod of the head, degrees; negative looks down.
    HeadPitch,
    /// Height of the ears above the shoulder line over the shoulder width, ratio.
    EarShoulderHeight,
    /// Distance between the eyes over the shoulder width, ratio.
    EyeDistance,
    /// Tilt of the eye line, degrees; positive is clockwise in the picture.
    HeadRoll,
    /// Tilt of the shoulder line, degrees; positive is clockwise in the picture.
    ShoulderTilt,
    /// Distance from the camera to the eyes, centimetres.
    Distance,
}

impl Metric {
    /// All metrics, in the order in which they are reported.
    pub const ALL: [Self; 7] = [
        Self::CraniovertebralAngle,
        Self::HeadPitch,
        Self::EarShoulderHeight,
        Self::EyeDistance,
        Self::HeadRoll,
        Self::ShoulderTilt,
        Self::Distance,
    ];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CraniovertebralAngle => "craniovertebral_angle",
            Self::HeadPitch => "head_pitch",
            Self::EarShoulderHeight => "ear_shoulder_height",
            Self::EyeDistance => "eye_distance",
            Self::HeadRoll => "head_roll",
            Self::ShoulderTilt => "shoulder_tilt",
            Self::Distance => "distance",
        }
    }

    /// The name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::CraniovertebralAngle => "craniovertebral angle",
            Self::HeadPitch => "head pitch",
            Self::EarShoulderHeight => "ear–shoulder height / shoulder width",
            Self::EyeDistance => "eye distance / shoulder width",
            Self::HeadRoll => "head roll",
            Self::ShoulderTilt => "shoulder tilt",
            Self::Distance => "distance to a webcam",
        }
    }

    /// The unit of an absolute measurement of this metric.
    pub const fn unit(self) -> Unit {
        match self {
            Self::CraniovertebralAngle | Self::HeadPitch | Self::HeadRoll | Self::ShoulderTilt => Unit::Deg,
            Self::EarShoulderHeight | Self::EyeDistance => Unit::Ratio,
            Self::Distance => Unit::Cm,
        }
    }
}

/// What a number is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Degrees.
    Deg,
    /// A pure number.
    Ratio,
    /// Centimetres.
    Cm,
}

/// What a value is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reference {
    /// The metric itself.
    Absolute,
    /// How far the metric is from the user's own baseline; 0 neutral, larger worse.
    Baseline,
}

/// A number, what it measures, and how well it is known.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// What is measured.
    pub metric: Metric,
    /// In the unit that [`Measurement::unit`] names.
    pub value: f32,
    /// Half width of the band that should hold the true value in about 90 % of the cases; same unit.
    pub uncertainty: f32,
    /// What the value is counted from.
    pub reference: Reference,
}

impl Measurement {
    /// The unit of `value`: the metric's own, except that a change of distance against the baseline is a ratio of scales.
    pub const fn unit(&self) -> Unit {
        match (self.reference, self.metric) {
            (Reference::Baseline, Metric::Distance) => Unit::Ratio,
            (_, metric) => metric.unit(),
        }
    }
}

/// Why something could not be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The view does not show it: the metric belongs to another view.
    View,
    /// A body part that it needs was not found, or not surely enough.
    Hidden,
    /// The head is turned too far from the camera.
    HeadTurned,
    /// Two independent estimates contradict each other.
    Contradiction,
    /// The uncertainty is too large for the number to mean anything.
    Uncertain,
    /// The model in use does not estimate it.
    Model,
}

impl Reason {
    /// One clause for people, to stand after a colon.
    pub const fn explain(self) -> &'static str {
        match self {
            Self::View => "not visible from this side",
            Self::Hidden => "a body part that it needs is hidden or cut off",
            Self::HeadTurned => "the head is turned away",
            Self::Contradiction => "two estimates of it disagree",
            Self::Uncertain => "too uncertain to be worth a number",
            Self::Model => "the model in use does not estimate it",
        }
    }
}

/// A metric that could not be measured, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmeasured {
    /// What could not be measured.
    pub metric: Metric,
    /// Why not.
    pub because: Reason,
}

/// All that a pose says about posture.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// From which side the person is seen.
    pub view: View,
    /// Which way the person faces in the picture.
    pub facing: Facing,
    /// What could be measured, in the order of [`Metric::ALL`], absolute before baseline.
    pub measurements: Vec<Measurement>,
    /// What could not, and why.
    pub unmeasured: Vec<Unmeasured>,
}

impl Reading {
    /// The measurement of `metric` against `reference`, if there is one.
    pub fn get(&self, metric: Metric, reference: Reference) -> Option<Measurement> {
        self.measurements.iter().copied().find(|m| m.metric == metric && m.reference == reference)
    }
}

/// Measures everything that the view of `pose` allows, absolutely and, where `baseline` knows the same metric in the same
/// view, as a deviation from it.
pub fn measure(pose: &Pose, baseline: Option<&Baseline>) -> Reading {
    let (view, facing) = classify(pose);
    let mut reading = Reading { view, facing, measurements: Vec::new(), unmeasured: Vec::new() };
    for metric in Metric::ALL {
        match absolute(metric, pose, view, facing) {
            Ok(measurement) => {
                reading.measurements.push(measurement);
                reading.measurements.extend(baseline.and_then(|b| b.deviation(view, &measurement)));
            }
            Err(because) => reading.unmeasured.push(Unmeasured { metric, because }),
        }
    }
    reading
}

fn absolute(metric: Metric, pose: &Pose, view: View, facing: Facing) -> Result<Measurement, Reason> {
    let (value, uncertainty) = match metric {
        Metric::CraniovertebralAngle => lateral::craniovertebral_angle(pose, view, facing),
        Metric::HeadPitch => frontal::head_pitch(pose, view),
        Metric::EarShoulderHeight => frontal::ear_shoulder_height(pose, view),
        Metric::EyeDistance => frontal::eye_distance(pose, view),
        Metric::HeadRoll => frontal::head_roll(pose, view),
        Metric::ShoulderTilt => frontal::shoulder_tilt(pose, view),
        Metric::Distance => frontal::distance(pose, view),
    }?;
    Ok(Measurement { metric, value, uncertainty, reference: Reference::Absolute })
}
