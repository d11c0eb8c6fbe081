//! The numbers that rise and fall with a stretch, read off one pose. `None` where the view or the scores do not allow it.

use crate::{
    geometry::{Degrees, Point},
    measure::{MIN_SCORE, View, classify},
    pose::{BodyPart, Pose},
};

/// The narrowest shoulders that ratios are read from, pixels.
const NARROW: f32 = 8.0;

/// The least height of the nose above the shoulders that ratios are read from, pixels.
const LOW: f32 = 4.0;

/// The furthest that a head leans; more is a face that was not found right, degrees.
const STEEPEST: Degrees = 60.0;

/// The most that shoulders which are rolled together stand askew, degrees.
const ASKEW: Degrees = 10.0;

/// How a head leans and nods.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Head {
    /// Towards the person's left, against the picture, degrees.
    pub lean: Degrees,
    /// How far the nose has sunk towards the shoulder line: the negative height above it in shoulder widths.
    pub sunk: f32,
}

/// How a head nods and leans, seen from the side, degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Nod {
    /// How far it looks down.
    pub down: Degrees,
    /// How far it leans away from the camera or towards it, read with an error of its own in everybody.
    pub lean: Degrees,
}

/// Where ears and shoulders are, pixels from the upper edge of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Heights {
    /// Between the ears.
    pub ears: f32,
    /// Between the shoulders.
    pub shoulders: f32,
    /// From shoulder to shoulder, across.
    pub width: f32,
}

/// How far apart the shoulders and the elbows are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Arms {
    /// Between the shoulders, pixels.
    pub shoulders: f32,
    /// Between the elbows, across, in shoulder widths.
    pub elbows: f32,
}

/// How far the near elbow is behind the shoulder, pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Behind {
    /// How high the nose is above the shoulder.
    pub nose: f32,
    /// How far the elbow is behind it, across.
    pub elbow: f32,
}

/// How high arms are, pixels above the shoulders.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Raised {
    /// The nose.
    pub nose: f32,
    /// The left one and the right one, where they are found.
    pub arms: [Option<Arm>; 2],
}

/// How high the parts of an arm are, pixels above the shoulders.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Arm {
    /// The wrist.
    pub wrist: f32,
    /// The elbow.
    pub elbow: f32,
}

fn part(pose: &Pose, part: BodyPart) -> Option<Point> {
    pose.keypoints.get(part).filter(|keypoint| keypoint.score >= MIN_SCORE).map(|keypoint| keypoint.at)
}

fn shoulders(pose: &Pose) -> Option<(Point, Point)> {
    Some((part(pose, BodyPart::LeftShoulder)?, part(pose, BodyPart::RightShoulder)?))
}

fn from_the_front(pose: &Pose) -> bool {
    matches!(classify(pose).0, View::Frontal | View::Oblique)
}

fn from_the_side(pose: &Pose) -> bool {
    matches!(classify(pose).0, View::Lateral | View::NearLateral)
}

/// How high ears and shoulders stand. From the front, where shoulders rise together: one that seems to rise alone is one that
/// was not found right.
pub(super) fn heights(pose: &Pose) -> Option<Heights> {
    if !from_the_front(pose) {
        return None;
    }
    let (left, right) = shoulders(pose)?;
    let ears = part(pose, BodyPart::LeftEar)?.midpoint(part(pose, BodyPart::RightEar)?);
    let width = (left.x - right.x).abs();
    let level = slope(left, right).abs() <= ASKEW;
    (width >= NARROW && level).then(|| Heights { ears: ears.y, shoulders: left.midpoint(right).y, width })
}

/// How the head leans and nods. From the front.
///
/// The lean is that of the eye line. On rendered half circles the network's own head roll reached half of it, and the
/// shoulder line followed the head by up to a third, so that neither is what it is counted from.
pub(super) fn head(pose: &Pose) -> Option<Head> {
    if !from_the_front(pose) {
        return None;
    }
    let (left, right) = shoulders(pose)?;
    let lean = slope(part(pose, BodyPart::LeftEye)?, part(pose, BodyPart::RightEye)?);
    let (nose, width) = (part(pose, BodyPart::Nose)?, left.distance(right));
    (width >= NARROW && lean.abs() <= STEEPEST).then(|| Head { lean, sunk: (nose.y - left.midpoint(right).y) / width })
}

/// How far apart shoulders and elbows are. From the front.
pub(super) fn arms(pose: &Pose) -> Option<Arms> {
    if !from_the_front(pose) {
        return None;
    }
    let (left, right) = shoulders(pose)?;
    let (elbow, other) = (part(pose, BodyPart::LeftElbow)?, part(pose, BodyPart::RightElbow)?);
    let shoulders = left.distance(right);
    (shoulders >= NARROW).then(|| Arms { shoulders, elbows: (elbow.x - other.x).abs() / shoulders })
}

/// How the head nods and leans. From the side.
pub(super) fn nod(pose: &Pose) -> Option<Nod> {
    pose.head.filter(|_| from_the_side(pose)).map(|head| Nod { down: -head.pitch, lean: head.roll })
}

/// How far the elbow that is nearer to the camera is behind the shoulder. From the side.
pub(super) fn behind(pose: &Pose) -> Option<Behind> {
    // Somebody who faces the left edge of the picture turns their left side to the camera, and has their back to the right.
    let (shoulder, elbow, back) = match pose.trunk_yaw.filter(|_| from_the_side(pose))? {
        yaw if yaw > 0.0 => (BodyPart::LeftShoulder, BodyPart::LeftElbow, 1.0),
        _ => (BodyPart::RightShoulder, BodyPart::RightElbow, -1.0),
    };
    let (shoulder, elbow) = (part(pose, shoulder)?, part(pose, elbow)?);
    let nose = shoulder.y - part(pose, BodyPart::Nose)?.y;
    (nose >= LOW).then_some(Behind { nose, elbow: back * (elbow.x - shoulder.x) })
}

/// How high the arms are raised, of which one at least is found. From anywhere.
pub(super) fn raised(pose: &Pose) -> Option<Raised> {
    let shoulders = [BodyPart::LeftShoulder, BodyPart::RightShoulder].into_iter().filter_map(|one| part(pose, one));
    let (sum, count) = shoulders.fold((0.0, 0.0), |(sum, count), at| (sum + at.y, count + 1.0));
    let shoulders = (count > 0.0).then(|| sum / count)?;
    let nose = shoulders - part(pose, BodyPart::Nose)?.y;
    let arm =
        |wrist, elbow| Some(Arm { wrist: shoulders - part(pose, wrist)?.y, elbow: shoulders - part(pose, elbow)?.y });
    let arms = [arm(BodyPart::LeftWrist, BodyPart::LeftElbow), arm(BodyPart::RightWrist, BodyPart::RightElbow)];
    (nose >= LOW && arms.iter().any(Option::is_some)).then_some(Raised { nose, arms })
}

/// How far the left one of a pair lies below the right one, as an angle. The camera faces the person, so that a head that
/// leans to its left turns clockwise in the picture.
fn slope(left: Point, right: Point) -> Degrees {
    (left.y - right.y).atan2(left.x - right.x).to_degrees()
}

/// The craniovertebral angle, degrees, which grows when the chin is drawn back. From the side.
pub(super) fn chin_back(pose: &Pose) -> Option<f32> {
    pose.craniovertebral_angle.filter(|_| from_the_side(pose)).map(|angle| angle.value)
}
