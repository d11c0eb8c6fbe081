//! Metrics of the lateral view.

use super::{BAND, Facing, MIN_SCORE, Reason, View};
use crate::{
    geometry::{Degrees, elevation},
    pose::{BodyPart, Pose},
};

/// Standard deviation assumed for the unknown roll of the camera, degrees. A roll of 1° moves the angle by 1°.
const CAMERA_ROLL: Degrees = 1.5;

/// The network takes its own error for smaller than it is: with this factor 87 % of the true angles lie within the band, on
/// 93 held-out renders that it takes for lateral, a third of which are not quite, and whose camera is rolled by up to 8°.
const UNDERSTATED: f32 = 1.35;

/// Largest honest difference between the angle in 3-D and the angle between the near tragus and C7 in the picture, degrees.
/// At webcam distance the near tragus stands about 7 cm closer to the camera than C7; over the lateral gate and camera
/// heights of ±0.3 m this moves the angle in the picture by up to 17° (measured on renders). Beyond it one of the two must be
/// wrong.
const LARGEST_DIFFERENCE: Degrees = 25.0;

/// Widest 90 % band that is still worth printing, degrees: the bands of the population are 5° wide.
const WIDEST_BAND: Degrees = 15.0;

/// The craniovertebral angle in 3-D as the network regressed it, if C7 and the near tragus are seen where that angle can be
/// true. Value and 90 % band, degrees, against the horizontal of the picture.
pub(super) fn craniovertebral_angle(pose: &Pose, view: View, facing: Facing) -> Result<(f32, f32), Reason> {
    let (View::Lateral, Some(forward)) = (view, facing.forward()) else { return Err(Reason::View) };
    let regressed = pose.craniovertebral_angle.ok_or(Reason::Model)?;
    // A person facing the left edge shows the camera their left side.
    let near_ear = if forward < 0.0 { BodyPart::LeftEar } else { BodyPart::RightEar };
    let seen = |part| pose.keypoints.get(part).filter(|k| k.score >= MIN_SCORE).ok_or(Reason::Hidden);
    let (tragus, c7) = (seen(near_ear)?, seen(BodyPart::C7)?);
    let in_picture = elevation(c7.at, tragus.at, forward).ok_or(Reason::Contradiction)?;
    if (in_picture - regressed.value).abs() > LARGEST_DIFFERENCE {
        return Err(Reason::Contradiction);
    }
    let band = BAND * (UNDERSTATED * regressed.deviation).hypot(CAMERA_ROLL);
    if band > WIDEST_BAND { Err(Reason::Uncertain) } else { Ok((regressed.value, band)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        geometry::Point,
        pose::{Keypoint, Regressed},
    };

    /// A person facing left whose near tragus stands `angle` above C7 in the picture.
    fn facing_left(angle: Degrees, regressed: Degrees) -> Pose {
        let (sin, cos) = angle.to_radians().sin_cos();
        let keypoint = |x: f32, y: f32| Keypoint { at: Point::new(x, y), score: 0.9 };
        Pose {
            keypoints: [
                (BodyPart::C7, keypoint(300.0, 200.0)),
                (BodyPart::LeftEar, keypoint(300.0 - 80.0 * cos, 200.0 - 80.0 * sin)),
            ]
            .into_iter()
            .collect(),
            presence: 1.0,
            head: None,
            trunk_yaw: Some(90.0),
            craniovertebral_angle: Some(Regressed { value: regressed, deviation: 2.0 }),
            frame_width: 640,
            frame_height: 480,
        }
    }

    #[test]
    fn the_angle_in_3d_is_reported_with_the_roll_of_the_camera_in_its_band() {
        let (value, band) =
            craniovertebral_angle(&facing_left(48.0, 45.0), View::Lateral, Facing::Left).expect("measurable");
        assert_eq!(value, 45.0);
        assert!((band - BAND * 2.7_f32.hypot(1.5)).abs() < 1e-4, "{band}");
    }

    #[test]
    fn it_is_refused_outside_the_lateral_view_and_when_the_picture_contradicts_it() {
        let pose = facing_left(48.0, 45.0);
        assert_eq!(craniovertebral_angle(&pose, View::NearLateral, Facing::Left), Err(Reason::View));
        assert_eq!(craniovertebral_angle(&pose, View::Lateral, Facing::Right), Err(Reason::Hidden));
        assert_eq!(
            craniovertebral_angle(&facing_left(80.0, 45.0), View::Lateral, Facing::Left),
            Err(Reason::Contradiction)
        );
    }

    #[test]
    fn it_is_refused_when_c7_is_hidden_or_the_model_does_not_know() {
        let mut pose = facing_left(48.0, 45.0);
        pose.craniovertebral_angle = None;
        assert_eq!(craniovertebral_angle(&pose, View::Lateral, Facing::Left), Err(Reason::Model));
        let mut pose = facing_left(48.0, 45.0);
        pose.keypoints.set(BodyPart::C7, None);
        assert_eq!(craniovertebral_angle(&pose, View::Lateral, Facing::Left), Err(Reason::Hidden));
    }
}
