//! The angle that a picture shows of a neck whose craniovertebral angle is known.
//!
//! What a picture shows is the line from C7 to the **near** tragus, through a pinhole. That tragus stands half a head closer to
//! the camera than C7 does, and in front of it or behind it when the head is turned, so that the line differs from the angle in
//! the body by what this module computes: with the camera 0.2 m above the ear and 0.5 m away it is 12° too flat, 10° of yaw
//! make it 4 to 5° too steep or too flat.
//!
//! Where the camera stands is known roughly: its distance from how large the neck is in the picture, under an assumed field of
//! view; its height not at all, within [`HEIGHTS`]. So a body that is seen from some side shows an **interval** of angles
//! ([`interval`]). Lengths are metres, angles degrees.

use crate::geometry::Degrees;

/// From C7 to the middle between the tragi, and from there to the near tragus, of an adult (clinical geometry: 16 and 7 to
/// 7.5 cm).
const NECK: f32 = 0.16;
const HALF_HEAD: f32 = 0.07;

/// Heights of the camera above the ear that are ordinary at a desk. Nine of ten held-out renders lie within −0.26 and +0.33.
const HEIGHTS: [f32; 2] = [-0.2, 0.2];

/// The nearest and the farthest that a camera is taken to be, whatever the size of the neck says.
const NEAREST: f32 = 0.4;
const FARTHEST: f32 = 3.0;

/// From which side a neck and the head on it are seen; 90° is the profile, less is turned towards the camera.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    /// Turn of the trunk.
    pub trunk: Degrees,
    /// Turn of the head, against the camera as well.
    pub head: Degrees,
}

/// Where the camera stands, seen from the middle between the tragi.
#[derive(Debug, Clone, Copy)]
struct Camera {
    /// Away from the person, along the ground.
    distance: f32,
    /// Above the ear.
    height: f32,
}

impl Camera {
    /// Where a point is in the picture of a level camera that aims at the ears: ahead and up, any scale. The point lies
    /// `ahead`, `up` and `near`er than the middle between the tragi.
    fn project(self, [ahead, up, near]: [f32; 3]) -> [f32; 2] {
        let (sin, cos) = self.height.atan2(self.distance).sin_cos();
        let (up, away) = (up - self.height, self.distance - near);
        let depth = away * cos - up * sin;
        [ahead / depth, (up * cos + away * sin) / depth]
    }
}

/// C7 and the near tragus of a neck at `angle`, from the middle between the tragi: ahead, up, nearer.
fn landmarks(angle: Degrees, turn: Turn) -> ([f32; 3], [f32; 3]) {
    let (up, ahead) = angle.to_radians().sin_cos();
    let (trunk_ahead, trunk_near) = turn.trunk.to_radians().sin_cos();
    let (head_near, head_ahead) = turn.head.to_radians().sin_cos();
    let c7 = [-NECK * ahead * trunk_ahead, -NECK * up, -NECK * ahead * trunk_near];
    (c7, [-HALF_HEAD * head_ahead, 0.0, HALF_HEAD * head_near])
}

/// The angle between the horizontal and the line from C7 to the near tragus in the picture.
fn in_picture(angle: Degrees, turn: Turn, camera: Camera) -> Degrees {
    let (c7, tragus) = landmarks(angle, turn);
    let (c7, tragus) = (camera.project(c7), camera.project(tragus));
    (tragus[1] - c7[1]).atan2(tragus[0] - c7[0]).to_degrees()
}

/// How far the camera is from a neck at `angle` whose C7 and near tragus are `share` of the focal length apart in the picture.
fn distance(angle: Degrees, turn: Turn, share: f32) -> f32 {
    let (c7, tragus) = landmarks(angle, turn);
    ((tragus[0] - c7[0]).hypot(tragus[1] - c7[1]) / share).clamp(NEAREST, FARTHEST)
}

/// The least and the largest angle that a picture can show of a neck at `angle`, seen from that side, with C7 and the near
/// tragus `share` of the focal length apart.
pub(super) fn interval(angle: Degrees, turn: Turn, share: f32) -> (Degrees, Degrees) {
    let distance = distance(angle, turn, share);
    // The higher the camera, the flatter the line: the ends are at the ends.
    let [low, high] = HEIGHTS.map(|height| in_picture(angle, turn, Camera { distance, height }));
    (low.min(high), low.max(high))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROFILE: Turn = Turn { trunk: 90.0, head: 90.0 };

    fn turned(yaw: Degrees) -> Turn {
        Turn { trunk: yaw, head: yaw }
    }

    #[test]
    fn a_far_camera_at_the_height_of_the_ear_sees_the_angle_itself() {
        for angle in [30.0, 50.0, 65.0] {
            let seen = in_picture(angle, PROFILE, Camera { distance: 100.0, height: 0.0 });
            assert!((seen - angle).abs() < 0.1, "{angle}: {seen}");
        }
    }

    #[test]
    fn height_distance_and_yaw_do_what_renders_show() {
        // Rendered bodies, minus the angle in 3-D: at 0.5 m and +0.2 m −16°, at 0.8 m −8°, at 1.2 m −5°; from 0.3 m below, at
        // 0.8 m, +4°; ten degrees of yaw at 2.5 m +4° and −4°, thirty +19°. Rendered heads are not this simple: within 5°.
        for (distance, height, yaw, rendered) in [
            (0.5, 0.2, 90.0, -16.4),
            (0.8, 0.2, 90.0, -8.5),
            (1.2, 0.2, 90.0, -5.0),
            (0.8, -0.3, 90.0, 3.8),
            (2.5, 0.0, 80.0, 4.4),
            (2.5, 0.0, 100.0, -3.9),
            (2.5, 0.0, 60.0, 19.0),
        ] {
            let error = in_picture(49.0, turned(yaw), Camera { distance, height }) - 49.0;
            assert!((error - rendered).abs() < 5.0, "{distance} {height} {yaw}: {error}");
        }
    }

    #[test]
    fn a_head_turned_towards_the_camera_takes_its_near_ear_back_over_c7() {
        let camera = Camera { distance: 0.8, height: 0.0 };
        let seen = |head| in_picture(50.0, Turn { trunk: 90.0, head }, camera);
        assert!(seen(60.0) > seen(90.0) + 10.0 && seen(120.0) < seen(90.0) - 5.0, "{} {}", seen(60.0), seen(120.0));
    }

    #[test]
    fn the_interval_is_narrower_the_farther_the_camera_and_holds_every_height_between() {
        // 16 cm at 1.6 m are a tenth of the focal length.
        let width = |share| {
            let (low, high) = interval(50.0, PROFILE, share);
            high - low
        };
        assert!(width(0.4) > 2.0 * width(0.1), "{} {}", width(0.4), width(0.1));
        let (low, high) = interval(50.0, PROFILE, 0.2);
        for height in [-0.15, 0.0, 0.1] {
            let seen = in_picture(50.0, PROFILE, Camera { distance: 0.8, height });
            assert!(low < seen && seen < high, "{low} {seen} {high}");
        }
    }

    #[test]
    fn distance_follows_the_size_of_the_neck_between_its_bounds() {
        assert!((distance(50.0, PROFILE, 0.16) - 1.0).abs() < 1e-5);
        assert_eq!(distance(50.0, PROFILE, 0.0), FARTHEST);
        assert_eq!(distance(50.0, PROFILE, 9.0), NEAREST);
    }
}
