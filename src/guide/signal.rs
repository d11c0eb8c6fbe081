//! The numbers that rise and fall with a stretch, read off one pose. `None` where the view or the scores do not allow it.

use crate::{
    geometry::{Degrees, Point},
    measure::{MIN_SCORE, View, classify},
    pose::{BodyPart, Pose},
};

/// The narrowest shoulders that ratios are read from, pixels.
const NARROW: f32 = 8.0;

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

fn part(pose: &Pose, part: BodyPart) -> Option<Point> {
    pose.keypoints.get(part).filter(|keypoint| keypoint.score >= MIN_SCORE).map(|keypoint| keypoint.at)
}

fn shoulders(pose: &Pose) -> Option<(Point, Point)> {
    Some((part(pose, BodyPart::LeftShoulder)?, part(pose, BodyPart::RightShoulder)?))
}

fn from_the_front(pose: &Pose) -> bool {
    matches!(classify(pose).0, View::Frontal | View::Oblique)
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

/// How far the left one of a pair lies below the right one, as an angle. The camera faces the person, so that a head that
/// leans to its left turns clockwise in the picture.
fn slope(left: Point, right: Point) -> Degrees {
    (left.y - right.y).atan2(left.x - right.x).to_degrees()
}

/// The craniovertebral angle, degrees, which grows when the chin is drawn back. From the side.
pub(super) fn chin_back(pose: &Pose) -> Option<f32> {
    let from_the_side = matches!(classify(pose).0, View::Lateral | View::NearLateral);
    pose.craniovertebral_angle.filter(|_| from_the_side).map(|angle| angle.value)
}
