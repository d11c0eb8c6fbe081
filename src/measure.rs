//! From a pose to numbers that measure what they name, each with its uncertainty.
//!
//! | metric | view | unit | what it is |
//! |---|---|---|---|
//! | `craniovertebral_angle` | lateral | deg | at C7, between the horizontal and the line to the tragus; smaller is further forward |
//! | `neck_flexion` | lateral | deg | the same line counted from the vertical, as ergonomics does; larger is further bent |
//! | `shoulder_protraction` | lateral | deg | at the near acromion, between the horizontal and the line to C7; smaller is further forward |
//! | `trunk_lean` | lateral | deg | of the line from the near hip to the near acromion from the vertical; positive is forward |
//! | `head_pitch` | all but back | deg | nod of the head against the camera's axis; negative looks down |
//! | `ear_shoulder_height` | frontal | ratio | height of the ears above the shoulder line ÷ shoulder width |
//! | `eye_distance` | frontal | ratio | distance between the eyes ÷ shoulder width |
//! | `head_roll` | frontal | deg | tilt of the eye line in the picture; positive is clockwise |
//! | `shoulder_tilt` | frontal | deg | tilt of the shoulder line in the picture; positive is clockwise |
//! | `shoulder_raise` | frontal | ratio | height of the shoulder line above the middle of the picture ÷ shoulder width |
//! | `distance` | frontal | cm | from the camera to the eyes, under a field of view of 65° and 6.3 cm between the pupils |
//! | `stillness` | any | s | time since head or shoulders last moved ([`Stillness`]); not from a single picture |
//!
//! A [`Measurement`] with [`Reference::Absolute`] holds the metric itself. With [`Reference::Baseline`] it holds how far
//! the metric has moved from the user's own upright baseline, turned so that **0 is neutral and larger is worse** (see
//! [`Baseline`]). `uncertainty` is the half width of a band that should hold the true value in
//! about 90 % of the cases.

mod apparent;
mod frontal;
mod lateral;
mod level;
mod metric;
mod stillness;
mod view;

use serde::{Deserialize, Serialize};

pub use self::{
    metric::{Metric, Unit},
    stillness::Stillness,
    view::{Aspect, Facing, View, classify},
};
use crate::{
    baseline::Baseline,
    geometry::{Degrees, Point},
    pose::{BodyPart, Pose, Scene},
};

/// Keypoints below this score do not enter a measurement.
pub const MIN_SCORE: f32 = 0.3;

/// A second face this sure is a second person, as large as the first. On 73 pairs of renders set side by side, of any two
/// sizes, it was reached by 12 with the second network, on 485 pictures of one person by none, with a smaller person behind by 0 in 28.
const RIVAL: f32 = 0.75;

/// Nod from the baseline, as it is read, beyond which the height of the ears is not held against it, degrees. A nod of 15° is
/// read as about 12°. On 65 sets of rendered postures, with a threshold of 5 %, one nod of 15° in fifty is then still taken
/// for a head moved forward (nine in ten without it), and so are 44 % of the heads that did move forward by 10°.
const BOWED: Degrees = 5.0;

/// Factor from one standard deviation to the half width of a central 90 % band of a normal distribution.
pub const BAND: f32 = 1.645;

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
    /// A body part that it needs lies beyond the edge of the picture.
    CutOff,
    /// The picture is too dark.
    Dark,
    /// Two people are equally large: it cannot be told who is meant.
    Crowded,
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
            Self::Hidden => "a body part that it needs is hidden",
            Self::CutOff => "a body part that it needs is cut off by the edge of the picture",
            Self::Dark => "the picture is too dark, or the camera is covered",
            Self::Crowded => "two people are equally large in the picture",
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
    /// Which body part was hidden or cut off, where that is the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<BodyPart>,
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
    /// From where the person is seen, as far as readings are comparable.
    pub fn aspect(&self) -> Aspect {
        Aspect::new(self.view, self.facing)
    }

    /// The measurement of `metric` against `reference`, if there is one.
    pub fn get(&self, metric: Metric, reference: Reference) -> Option<Measurement> {
        self.measurements.iter().copied().find(|m| m.metric == metric && m.reference == reference)
    }
}

/// What is known besides the pose.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// How the user sits upright.
    pub baseline: Option<&'a Baseline>,
    /// By how much the true horizontal is tilted in the picture, degrees, positive clockwise: the roll of the camera. It is
    /// taken out of every angle; where it is not known, it is in their uncertainty.
    pub level: Option<Degrees>,
    /// What the picture was like.
    pub scene: Scene,
}

/// A pose, level as far as the camera's roll is known, and from where it is seen.
struct Seen {
    pose: Pose,
    view: View,
    facing: Facing,
    /// Standard deviation of what is not known about the camera's roll, degrees.
    roll: Degrees,
}

impl Seen {
    fn new(pose: &Pose, level: Option<Degrees>) -> Self {
        let (view, facing) = classify(pose);
        let pose = level.map_or_else(|| pose.clone(), |level| level::levelled(pose, facing, level));
        Self { pose, view, facing, roll: if level.is_some() { level::KNOWN_ROLL } else { level::UNKNOWN_ROLL } }
    }

    /// The place of `part`, if it was found surely enough to be measured.
    fn at(&self, part: BodyPart) -> Result<Point, Refusal> {
        self.at_least(part, MIN_SCORE)
    }

    /// The place of `part`, if it was found with at least this score.
    fn at_least(&self, part: BodyPart, score: f32) -> Result<Point, Refusal> {
        self.pose.keypoints.get(part).filter(|k| k.score >= score).map(|k| k.at).ok_or_else(|| {
            let because = if self.pose.keypoints.is_outside(part) { Reason::CutOff } else { Reason::Hidden };
            Refusal { because, part: Some(part) }
        })
    }
}

/// The place of `part`, if it was found surely enough to be measured.
fn at(pose: &Pose, part: BodyPart) -> Option<Point> {
    pose.keypoints.get(part).filter(|k| k.score >= MIN_SCORE).map(|k| k.at)
}

/// Why a metric cannot be measured, and which body part is to blame.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Refusal {
    because: Reason,
    part: Option<BodyPart>,
}

impl From<Reason> for Refusal {
    fn from(because: Reason) -> Self {
        Self { because, part: None }
    }
}

/// Value and half width of the 90 % band.
type Value = Result<(f32, f32), Refusal>;

/// What about a picture stands in the way of every measurement.
pub fn obstacle(scene: &Scene) -> Option<Reason> {
    if scene.too_dark {
        Some(Reason::Dark)
    } else if scene.rival.is_some_and(|rival| rival >= RIVAL) {
        Some(Reason::Crowded)
    } else {
        None
    }
}

/// Measures everything that the view of `pose` allows, absolutely and, where the baseline knows the same metric in the same
/// [`Aspect`], as a deviation from it.
pub fn measure(pose: &Pose, known: Known<'_>) -> Reading {
    let seen = Seen::new(pose, known.level);
    let obstacle = obstacle(&known.scene);
    let Seen { view, facing, .. } = seen;
    let mut reading = Reading { view, facing, measurements: Vec::new(), unmeasured: Vec::new() };
    for metric in Metric::ALL {
        let measured = match obstacle {
            Some(because) if metric != Metric::Stillness => Some(Err(because.into())),
            _ => absolute(metric, &seen),
        };
        match measured {
            Some(Ok(measurement)) => {
                reading.measurements.push(measurement);
                reading.measurements.extend(known.baseline.and_then(|b| deviation(b, &measurement, &reading)));
            }
            Some(Err(Refusal { because, part })) => reading.unmeasured.push(Unmeasured { metric, because, part }),
            None => {}
        }
    }
    reading
}

/// The deviation of `absolute` from `baseline`, where `reading` does not contradict that it means what it is called.
///
/// - Shoulders stand higher in the picture also when the whole person sits taller. Raised are those that came closer to the
///   ears as well: the smaller of both counts.
/// - The ears of a bowed head are read too low, so that looking down would pass for a head moved forward: it cannot be told
///   then ([`BOWED`]).
fn deviation(baseline: &Baseline, absolute: &Measurement, reading: &Reading) -> Option<Measurement> {
    let aspect = reading.aspect();
    let deviation = baseline.deviation(aspect, absolute)?;
    match absolute.metric {
        Metric::ShoulderRaise => {
            let upright = baseline.get(aspect, Metric::EarShoulderHeight)?.median;
            let towards_ears = upright - reading.get(Metric::EarShoulderHeight, Reference::Absolute)?.value;
            Some(Measurement { value: deviation.value.min(towards_ears), ..deviation })
        }
        Metric::EarShoulderHeight => {
            // Where the nod is usually known, one that cannot be told now is not taken for none.
            let bowed = baseline.get(aspect, Metric::HeadPitch).is_some()
                && reading.get(Metric::HeadPitch, Reference::Baseline).is_none_or(|nod| nod.value > BOWED);
            (!bowed).then_some(deviation)
        }
        _ => Some(deviation),
    }
}

/// The metric itself, or why it cannot be had; `None` for one that no single picture shows.
fn absolute(metric: Metric, seen: &Seen) -> Option<Result<Measurement, Refusal>> {
    let measured = match metric {
        Metric::CraniovertebralAngle => lateral::craniovertebral_angle(seen),
        Metric::NeckFlexion => lateral::neck_flexion(seen),
        Metric::ShoulderProtraction => lateral::shoulder_protraction(seen),
        Metric::TrunkLean => lateral::trunk_lean(seen),
        Metric::HeadPitch => frontal::head_pitch(seen),
        Metric::EarShoulderHeight => frontal::ear_shoulder_height(seen),
        Metric::EyeDistance => frontal::eye_distance(seen),
        Metric::HeadRoll => frontal::head_roll(seen),
        Metric::ShoulderTilt => frontal::shoulder_tilt(seen),
        Metric::ShoulderRaise => frontal::shoulder_raise(seen),
        Metric::Distance => frontal::distance(seen),
        Metric::Stillness => return None,
    };
    Some(measured.map(|(value, uncertainty)| Measurement {
        metric,
        value,
        uncertainty,
        reference: Reference::Absolute,
    }))
}

#[cfg(test)]
mod tests;
