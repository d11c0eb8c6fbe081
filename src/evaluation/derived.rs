//! What follows from keypoints: tilts, a height, angles at C7.

use serde::Serialize;

use super::{Prediction, Truth, mean, quantile, share};
use crate::{
    geometry::{Point, elevation},
    measure::{Metric, View},
    pose::BodyPart::{self, C7, LeftEar, LeftEye, LeftShoulder, Nose, RightEar, RightEye, RightShoulder},
};

/// How far a quantity that follows from predicted keypoints is from the one that follows from true keypoints.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Derived {
    /// What.
    pub name: &'static str,
    /// `deg` or `ratio`.
    pub unit: &'static str,
    /// In how many pictures the truth gives it.
    pub n: usize,
    /// In how many of these it was not given.
    pub missing: usize,
    /// Median of the absolute error, where it was given.
    pub median: Option<f64>,
    /// Mean of the absolute error.
    pub mean: Option<f64>,
    /// 90th percentile of the absolute error.
    pub p90: Option<f64>,
    /// Mean of the error with its sign, where the sign has a meaning.
    pub bias: Option<f64>,
    /// Share of pictures in which the truth lay within the stated uncertainty, where one is stated.
    pub held: Option<f64>,
}

/// An angle measured by hand beside the one measured here, degrees.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Angle {
    /// Which photo.
    pub file: String,
    /// By hand.
    pub truth: f32,
    /// The plain angle in the picture between C7 and the tragus, as predicted.
    pub in_picture: Option<f32>,
    /// The craniovertebral angle as it was measured, and its uncertainty; `None`: it was refused.
    pub measured: Option<[f32; 2]>,
}

/// An error with its sign, and whether it lay within a stated band.
type Error = (f64, Option<bool>);

impl Derived {
    fn new(name: &'static str, unit: &'static str, signed: bool, errors: &[Option<Error>]) -> Option<Self> {
        let given: Vec<Error> = errors.iter().flatten().copied().collect();
        let sizes: Vec<f64> = given.iter().map(|(error, _)| error.abs()).collect();
        let bands: Vec<bool> = given.iter().filter_map(|(_, held)| *held).collect();
        (!errors.is_empty()).then(|| Self {
            name,
            unit,
            n: errors.len(),
            missing: errors.len() - given.len(),
            median: quantile(&sizes, 0.5),
            mean: mean(&sizes),
            p90: quantile(&sizes, 0.9),
            bias: mean(&given.iter().map(|(error, _)| *error).collect::<Vec<_>>()).filter(|_| signed),
            held: share(bands.iter().filter(|held| **held).count(), bands.len()),
        })
    }
}

type Pair = (Truth, Option<Prediction>);
type Places<'a> = &'a dyn Fn(BodyPart) -> Option<Point>;

/// All quantities that the truth of any picture gives.
pub(super) fn all(pairs: &[Pair]) -> Vec<Derived> {
    let front: Vec<&Pair> =
        pairs.iter().filter(|(truth, _)| truth.person.as_ref().is_some_and(|p| p.view == "front")).collect();
    let every: Vec<&Pair> = pairs.iter().collect();
    let of = |pairs: &[&Pair], formula: fn(&Truth, Places<'_>) -> Option<f32>| -> Vec<Option<Error>> {
        pairs.iter().filter_map(|(truth, prediction)| compare(truth, prediction.as_ref(), formula)).collect()
    };
    [
        Derived::new("shoulder tilt", "deg", false, &of(&front, shoulder_tilt)),
        Derived::new("head roll (eyes)", "deg", false, &of(&front, head_roll)),
        Derived::new("ear-shoulder height / width", "ratio", false, &of(&front, ear_shoulder_height)),
        Derived::new("angle at C7 in the picture", "deg", true, &of(&every, angle_at_c7)),
        Derived::new("craniovertebral angle as measured", "deg", true, &measured(pairs)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The formula on the prediction minus the formula on the truth; the outer `None` when the truth does not give it.
fn compare(
    truth: &Truth,
    prediction: Option<&Prediction>,
    formula: impl Fn(&Truth, Places<'_>) -> Option<f32>,
) -> Option<Option<Error>> {
    let whole = formula(truth, &|part| truth.point(part).map(|point| point.at()))?;
    let predicted = formula(truth, &|part| place(prediction, part));
    Some(predicted.map(|value| (f64::from(value) - f64::from(whole), None)))
}

fn place(prediction: Option<&Prediction>, part: BodyPart) -> Option<Point> {
    let at = prediction?.person.as_ref()?.keypoints.get(&part)?;
    Some(Point::new(at.x, at.y))
}

fn both_seen(truth: &Truth, left: BodyPart, right: BodyPart) -> Option<()> {
    truth.seen(left).and(truth.seen(right)).map(|_| ())
}

/// How far the left point lies below the right one, as an angle: also where a prediction has the two the wrong way round.
fn slope(right: Point, left: Point) -> f32 {
    (left.y - right.y).atan2((left.x - right.x).abs()).to_degrees()
}

/// The slope of the shoulder line, where both shoulders are seen.
fn shoulder_tilt(truth: &Truth, at: Places<'_>) -> Option<f32> {
    both_seen(truth, LeftShoulder, RightShoulder)?;
    Some(slope(at(RightShoulder)?, at(LeftShoulder)?))
}

/// The slope of the eye line, where both eyes are seen.
fn head_roll(truth: &Truth, at: Places<'_>) -> Option<f32> {
    both_seen(truth, LeftEye, RightEye)?;
    Some(slope(at(RightEye)?, at(LeftEye)?))
}

/// Height of the seen ears above the middle of the shoulders ÷ shoulder width, where both shoulders and an ear are seen.
fn ear_shoulder_height(truth: &Truth, at: Places<'_>) -> Option<f32> {
    both_seen(truth, LeftShoulder, RightShoulder)?;
    let ears: Vec<BodyPart> = [LeftEar, RightEar].into_iter().filter(|ear| truth.seen(*ear).is_some()).collect();
    let heights: Option<Vec<f32>> = ears.iter().map(|ear| Some(at(*ear)?.y)).collect();
    let ear = mean(&heights?.into_iter().map(f64::from).collect::<Vec<_>>())? as f32;
    let (left, right) = (at(LeftShoulder)?, at(RightShoulder)?);
    Some((left.midpoint(right).y - ear) / left.distance(right).max(1e-6))
}

/// The angle in the picture at C7, between the horizontal and the line to the tragus that is seen, where the
/// craniovertebral angle was measured by hand.
fn angle_at_c7(truth: &Truth, at: Places<'_>) -> Option<f32> {
    let person = truth.person.as_ref()?;
    (truth.by_hand && person.craniovertebral_angle.is_some()).then_some(())?;
    let nose = truth.point(Nose)?;
    let ear = [LeftEar, RightEar]
        .into_iter()
        .filter(|ear| truth.point(*ear).is_some())
        .min_by_key(|ear| truth.point(*ear).is_some_and(|point| !point.visible))?;
    let forward = if nose.x > truth.point(ear)?.x { 1.0 } else { -1.0 };
    elevation(at(C7)?, at(ear)?, forward)
}

/// The craniovertebral angle as measured minus the true one, wherever a side view has a true one.
fn measured(pairs: &[Pair]) -> Vec<Option<Error>> {
    let of_one = |(truth, prediction): &Pair| {
        let person = truth.person.as_ref()?;
        let from_side = truth.by_hand || person.views.contains(&View::Lateral);
        let angle = person.craniovertebral_angle.filter(|_| from_side)?;
        let shown = truth.point(C7).is_some_and(|c7| c7.inside);
        let said = prediction.as_ref().and_then(|prediction| prediction.measured(Metric::CraniovertebralAngle));
        shown.then(|| {
            said.map(|said| {
                let error = f64::from(said.value - angle);
                (error, Some(error.abs() <= f64::from(said.uncertainty)))
            })
        })
    };
    pairs.iter().filter_map(of_one).collect()
}

/// Every angle that was measured by hand.
pub(super) fn angles(pairs: &[Pair]) -> Vec<Angle> {
    let of_one = |(truth, prediction): &Pair| {
        let by_hand = truth.person.as_ref()?.craniovertebral_angle.filter(|_| truth.by_hand)?;
        let said = prediction.as_ref().and_then(|prediction| prediction.measured(Metric::CraniovertebralAngle));
        Some(Angle {
            file: truth.file.clone(),
            truth: by_hand,
            in_picture: angle_at_c7(truth, &|part| place(prediction.as_ref(), part)),
            measured: said.map(|said| [said.value, said.uncertainty]),
        })
    };
    pairs.iter().filter_map(of_one).collect()
}
