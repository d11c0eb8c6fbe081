//! People as tests draw them.

use super::{BodyPart, Keypoint, Pose};
use crate::geometry::Point;

/// Somebody in a frame of 640 × 480 of whom these parts are seen surely, and nothing else is known.
pub(crate) fn drawn(parts: &[(BodyPart, f32, f32)]) -> Pose {
    let seen = |&(part, x, y): &(BodyPart, f32, f32)| (part, Keypoint { at: Point::new(x, y), score: 0.9 });
    Pose {
        keypoints: parts.iter().map(seen).collect(),
        presence: 1.0,
        head: None,
        trunk_yaw: None,
        craniovertebral_angle: None,
        frame_width: 640,
        frame_height: 480,
    }
}
