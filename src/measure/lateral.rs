//! Metrics of the lateral view.

use super::{BAND, Facing, Reason, View, seen};
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

/// Standard deviation of the shoulder–C7 angle and of the trunk's lean as read off the picture, degrees. Provisional, from
/// the median errors of the points on held-out renders (a sixth of a shoulder width at the near shoulder and a fifth at the
/// hip, over lines of a third of a shoulder width and of one and a half).
const PROTRACTION_NOISE: Degrees = 25.0;
const TRUNK_LEAN_NOISE: Degrees = 10.0;

type Value = Result<(f32, f32), Reason>;

/// The side that a person seen from the side shows the camera.
struct Side {
    /// +1 when they face the right edge of the picture, −1 when the left.
    forward: f32,
    ear: BodyPart,
    shoulder: BodyPart,
    hip: BodyPart,
}

impl Side {
    fn new(view: View, facing: Facing) -> Result<Self, Reason> {
        use BodyPart::{LeftEar, LeftHip, LeftShoulder, RightEar, RightHip, RightShoulder};
        let (View::Lateral, Some(forward)) = (view, facing.forward()) else { return Err(Reason::View) };
        // A person facing the left edge shows the camera their left side.
        let (ear, shoulder, hip) =
            if forward < 0.0 { (LeftEar, LeftShoulder, LeftHip) } else { (RightEar, RightShoulder, RightHip) };
        Ok(Self { forward, ear, shoulder, hip })
    }
}

/// The craniovertebral angle in 3-D as the network regressed it, if C7 and the near tragus are seen where that angle can be
/// true. Value and 90 % band, degrees, against the horizontal of the picture.
pub(super) fn craniovertebral_angle(pose: &Pose, view: View, facing: Facing) -> Value {
    let side = Side::new(view, facing)?;
    let regressed = pose.craniovertebral_angle.ok_or(Reason::Model)?;
    let (tragus, c7) = (seen(pose, side.ear)?, seen(pose, BodyPart::C7)?);
    let in_picture = elevation(c7, tragus, side.forward).ok_or(Reason::Contradiction)?;
    if (in_picture - regressed.value).abs() > LARGEST_DIFFERENCE {
        return Err(Reason::Contradiction);
    }
    let band = BAND * (UNDERSTATED * regressed.deviation).hypot(CAMERA_ROLL);
    if band > WIDEST_BAND { Err(Reason::Uncertain) } else { Ok((regressed.value, band)) }
}

/// The line from C7 to the tragus counted from the vertical, as ergonomic studies name neck flexion: 90° less the
/// craniovertebral angle, and known as well as that.
pub(super) fn neck_flexion(pose: &Pose, view: View, facing: Facing) -> Value {
    craniovertebral_angle(pose, view, facing).map(|(angle, band)| (90.0 - angle, band))
}

/// The sagittal shoulder–C7 angle (Raine & Twomey 1997: 53.7° in 160 adults): in the picture, at the near acromion, between
/// the horizontal and the line to C7. It becomes smaller as the shoulder comes forward.
pub(super) fn shoulder_protraction(pose: &Pose, view: View, facing: Facing) -> Value {
    let side = Side::new(view, facing)?;
    let (acromion, c7) = (seen(pose, side.shoulder)?, seen(pose, BodyPart::C7)?);
    let angle = elevation(acromion, c7, -side.forward).ok_or(Reason::Contradiction)?;
    Ok((angle, BAND * PROTRACTION_NOISE.hypot(CAMERA_ROLL)))
}

/// Lean of the line from the near hip to the near acromion from the vertical, in the picture; positive is forward.
pub(super) fn trunk_lean(pose: &Pose, view: View, facing: Facing) -> Value {
    let side = Side::new(view, facing)?;
    let (hip, acromion) = (seen(pose, side.hip)?, seen(pose, side.shoulder)?);
    let rise = elevation(hip, acromion, side.forward).ok_or(Reason::Contradiction)?;
    Ok((90.0 - rise, BAND * TRUNK_LEAN_NOISE.hypot(CAMERA_ROLL)))
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
    fn neck_flexion_is_the_same_line_from_the_vertical() {
        let (angle, band) = craniovertebral_angle(&facing_left(48.0, 45.0), View::Lateral, Facing::Left).expect("seen");
        assert_eq!(neck_flexion(&facing_left(48.0, 45.0), View::Lateral, Facing::Left), Ok((90.0 - angle, band)));
        assert_eq!(neck_flexion(&facing_left(48.0, 45.0), View::Frontal, Facing::Camera), Err(Reason::View));
    }

    #[test]
    fn shoulder_and_trunk_are_read_on_the_near_side_in_the_facing_direction() {
        let mut pose = facing_left(48.0, 45.0);
        let at = |x: f32, y: f32| Some(Keypoint { at: Point::new(x, y), score: 0.9 });
        // The acromion 30 px in front of C7 and 40 px below; the hip 34 px behind it and 200 px below.
        pose.keypoints.set(BodyPart::LeftShoulder, at(270.0, 240.0));
        assert_eq!(trunk_lean(&pose, View::Lateral, Facing::Left), Err(Reason::Hidden));
        pose.keypoints.set(BodyPart::LeftHip, at(304.0, 440.0));
        let (protraction, _) = shoulder_protraction(&pose, View::Lateral, Facing::Left).expect("seen");
        assert!((protraction - 40.0_f32.atan2(30.0).to_degrees()).abs() < 1e-3, "{protraction}");
        let (lean, _) = trunk_lean(&pose, View::Lateral, Facing::Left).expect("seen");
        assert!((lean - 34.0_f32.atan2(200.0).to_degrees()).abs() < 1e-3, "{lean}");
        assert_eq!(shoulder_protraction(&pose, View::Lateral, Facing::Right), Err(Reason::Hidden));
        assert_eq!(trunk_lean(&pose, View::NearLateral, Facing::Left), Err(Reason::View));
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
