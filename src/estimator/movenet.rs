//! The outputs of MoveNet, single pose (Google, 2021): y, x and score of the 17 COCO keypoints, in 0..1 of the input.
//!
//! It has no mouth corners, no chin and no C7, its shoulders are the centres of the joints and not the acromia, and it
//! estimates no angles: a [`Sighting`] of it says so by leaving them out.

use super::{
    decode::{Sighting, Spot},
    network::Outputs,
};
use crate::{geometry::Point, pose::BodyPart};

/// What each of the keypoints is; the legs below the hips have no place here.
const PARTS: [Option<BodyPart>; 17] = [
    Some(BodyPart::Nose),
    Some(BodyPart::LeftEye),
    Some(BodyPart::RightEye),
    Some(BodyPart::LeftEar),
    Some(BodyPart::RightEar),
    Some(BodyPart::LeftShoulder),
    Some(BodyPart::RightShoulder),
    Some(BodyPart::LeftElbow),
    Some(BodyPart::RightElbow),
    Some(BodyPart::LeftWrist),
    Some(BodyPart::RightWrist),
    Some(BodyPart::LeftHip),
    Some(BodyPart::RightHip),
    None,
    None,
    None,
    None,
];

/// How many of [`PARTS`], from the front, belong to the head and shoulders.
const UPPER: usize = 7;

/// From the side an ear and a shoulder are hidden: this many of the [`UPPER`] speak for a person.
const SHOWN: usize = 5;

/// Mean score of the [`SHOWN`] best keypoints that counts as a presence of 1. With it a person is reported from a mean of
/// 0.3; on 94 webcam-like photos of one person each the mean was below that twice, and 0.57 in the middle.
const CERTAIN: f32 = 0.6;

pub(super) fn decode(outputs: &Outputs) -> Sighting {
    let mut spots = [Spot::NOWHERE; BodyPart::COUNT];
    let mut upper = [0.0; UPPER];
    let found = outputs.tensors.iter().flat_map(|tensor| tensor.chunks_exact(3));
    for (index, (part, keypoint)) in PARTS.iter().zip(found).enumerate() {
        let &[y, x, score] = keypoint else { continue };
        let at = Point::new(x * outputs.side as f32, y * outputs.side as f32);
        let within = (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y);
        if let Some(part) = part {
            spots[*part as usize] = Spot { at, score, inside: f32::from(u8::from(within)) };
        }
        if let Some(upper) = upper.get_mut(index) {
            *upper = score;
        }
    }
    upper.sort_unstable_by(|a, b| b.total_cmp(a));
    let mean = upper[..SHOWN].iter().sum::<f32>() / SHOWN as f32;
    Sighting {
        spots,
        presence: (mean / CERTAIN).clamp(0.0, 1.0),
        head: None,
        trunk_yaw: None,
        craniovertebral_angle: None,
        rival: None,
        input_side: outputs.side,
    }
}
