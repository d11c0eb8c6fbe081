//! The skeleton and its keypoints.

use super::canvas::{Canvas, Ink};
use crate::{
    measure::MIN_SCORE,
    pose::{BodyPart, Pose},
};

/// Which parts are joined by a thin line.
const BONES: [(BodyPart, BodyPart); 14] = {
    use BodyPart::*;
    [
        (LeftEar, LeftEye),
        (LeftEye, Nose),
        (Nose, RightEye),
        (RightEye, RightEar),
        (MouthLeft, MouthRight),
        (C7, LeftShoulder),
        (C7, RightShoulder),
        (LeftShoulder, LeftElbow),
        (LeftElbow, LeftWrist),
        (RightShoulder, RightElbow),
        (RightElbow, RightWrist),
        (LeftShoulder, LeftHip),
        (RightShoulder, RightHip),
        (LeftHip, RightHip),
    ]
};

/// Radius of a dot, in shoulder widths, so that the dots of a small face do not cover it; and its bounds, units.
const DOT: f32 = 0.018;
const DOT_BOUNDS: (f32, f32) = (1.8, 4.0);

/// Draws thin lines between the parts that are surely seen.
pub fn skeleton(canvas: &mut Canvas, pose: &Pose) {
    let seen = |part| pose.keypoints.get(part).filter(|k| k.score >= MIN_SCORE).map(|k| k.at);
    for (from, to) in BONES {
        if let (Some(from), Some(to)) = (seen(from), seen(to)) {
            canvas.line(from, to, 1.1, Ink::LIGHT.faded(180));
        }
    }
}

/// Draws a dot for every keypoint; hollow where it is too unsure to be measured with.
pub fn keypoints(canvas: &mut Canvas, pose: &Pose) {
    let radius = (extent(pose) * DOT / canvas.unit()).clamp(DOT_BOUNDS.0, DOT_BOUNDS.1);
    for (_, keypoint) in pose.keypoints.iter() {
        if keypoint.score >= MIN_SCORE {
            canvas.dot(keypoint.at, radius, Ink::CALM);
        } else {
            canvas.ring(keypoint.at, radius + 0.7, Ink::LIGHT);
        }
    }
}

/// About a shoulder width, pixels: the spread of what is always near the head and shoulders.
fn extent(pose: &Pose) -> f32 {
    use BodyPart::{C7, LeftEar, LeftEye, LeftShoulder, Nose, RightEar, RightEye, RightShoulder};
    let places: Vec<_> = [Nose, LeftEye, RightEye, LeftEar, RightEar, LeftShoulder, RightShoulder, C7]
        .into_iter()
        .filter_map(|part| pose.keypoints.get(part))
        .map(|keypoint| keypoint.at)
        .collect();
    let distances = places.iter().flat_map(|a| places.iter().map(|b| a.distance(*b)));
    distances.fold(0.0, f32::max)
}
