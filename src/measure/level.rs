//! Taking the roll of the camera out of a pose.

use super::Facing;
use crate::{
    geometry::{Degrees, Point, wrapped},
    pose::{HeadPose, Keypoint, Pose, Regressed},
};

/// Standard deviation of the roll of a camera that nobody levelled, degrees. Assumed. A roll of 1° moves an angle against
/// the horizontal by 1°.
pub(super) const UNKNOWN_ROLL: Degrees = 1.5;

/// Standard deviation that remains when somebody says what it is, degrees. Assumed: a spirit level, or a door frame.
pub(super) const KNOWN_ROLL: Degrees = 0.5;

/// `pose` as a level camera would have seen it: `level` is by how much the true horizontal is tilted clockwise in the
/// picture.
pub(super) fn levelled(pose: &Pose, facing: Facing, level: Degrees) -> Pose {
    let centre = Point::new(pose.frame_width as f32 / 2.0, pose.frame_height as f32 / 2.0);
    let mut upright = pose.clone();
    for (part, keypoint) in pose.keypoints.iter() {
        upright.keypoints.set(part, Some(Keypoint { at: keypoint.at.rotated(-level, centre), ..keypoint }));
    }
    upright.head = pose.head.map(|head| turned(head, -level));
    // Turning the picture clockwise raises what lies ahead of somebody who faces left.
    let forward = facing.forward().unwrap_or(0.0);
    upright.craniovertebral_angle =
        pose.craniovertebral_angle.map(|angle| Regressed { value: angle.value + forward * level, ..angle });
    upright
}

/// Where the head points after the picture was turned clockwise by `angle`. A head rotation is a roll, then a nod, then a
/// turn; away from the front a turn of the picture changes all three.
fn turned(head: HeadPose, angle: Degrees) -> HeadPose {
    let [yaw, pitch, roll] = [head.yaw, head.pitch, head.roll].map(f32::to_radians);
    let across = |yaw: f32, pitch: f32| {
        let (sin, cos) = yaw.sin_cos();
        [[cos, 0.0, sin], [sin * pitch.sin(), pitch.cos(), -cos * pitch.sin()]]
    };
    // The face's forward and the crown's up, in axes right, up, towards the camera.
    let forward = [-yaw.sin() * pitch.cos(), pitch.sin(), yaw.cos() * pitch.cos()];
    let [left, up] = across(yaw, pitch);
    let up: [f32; 3] = std::array::from_fn(|i| roll.sin() * left[i] + roll.cos() * up[i]);
    let (sin, cos) = angle.to_radians().sin_cos();
    let clockwise = |[x, y, z]: [f32; 3]| [x * cos + y * sin, y * cos - x * sin, z];
    let (forward, up) = (clockwise(forward), clockwise(up));
    let (yaw, pitch) = ((-forward[0]).atan2(forward[2]), forward[1].clamp(-1.0, 1.0).asin());
    let dot = |a: [f32; 3], b: [f32; 3]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    let roll = {
        let [left, straight] = across(yaw, pitch);
        dot(left, up).atan2(dot(straight, up))
    };
    HeadPose { yaw: wrapped(yaw.to_degrees()), pitch: pitch.to_degrees(), roll: wrapped(roll.to_degrees()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: HeadPose, b: HeadPose) -> bool {
        (a.yaw - b.yaw).abs() < 1e-3 && (a.pitch - b.pitch).abs() < 1e-3 && (a.roll - b.roll).abs() < 1e-3
    }

    #[test]
    fn before_a_face_the_roll_of_the_camera_is_a_roll_of_the_head_and_from_the_side_a_nod() {
        let facing = HeadPose { yaw: 0.0, pitch: 0.0, roll: 3.0 };
        assert!(close(turned(facing, 10.0), HeadPose { roll: 13.0, ..facing }));
        let left = HeadPose { yaw: 90.0, pitch: 5.0, roll: 0.0 };
        assert!(close(turned(left, 10.0), HeadPose { pitch: 15.0, ..left }), "{:?}", turned(left, 10.0));
        let right = HeadPose { yaw: -90.0, pitch: 5.0, roll: 0.0 };
        assert!(close(turned(right, 10.0), HeadPose { pitch: -5.0, ..right }), "{:?}", turned(right, 10.0));
    }

    #[test]
    fn turning_there_and_back_changes_nothing() {
        let head = HeadPose { yaw: 37.0, pitch: -21.0, roll: 8.0 };
        assert!(close(turned(turned(head, 14.0), -14.0), head));
    }
}
