//! What the network saw, as numbers: keypoints with scores, and the angles it read off the whole picture.
//!
//! Everything is in **frame pixels** (x right, y down); normalised coordinates never leave the estimator. Left and right
//! are the person's own.
//!
//! # Signs of angles
//!
//! | angle | 0° | positive |
//! |---|---|---|
//! | trunk yaw, head yaw | facing the camera | turned towards the left edge of the picture; ±180° is the back |
//! | head pitch | level with the camera's axis | looking up |
//! | head roll | upright in the picture | tilted clockwise in the picture |

#[cfg(test)]
pub(crate) mod drawn;

use serde::{Deserialize, Serialize};

use crate::geometry::{Degrees, Point};

/// A named place on the body. The order is the order of the network's channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(usize)]
pub enum BodyPart {
    /// Tip of the nose.
    Nose,
    /// Centre of the left iris.
    LeftEye,
    /// Centre of the right iris.
    RightEye,
    /// Tragus of the left ear.
    LeftEar,
    /// Tragus of the right ear.
    RightEar,
    /// Left corner of the mouth.
    MouthLeft,
    /// Right corner of the mouth.
    MouthRight,
    /// Front of the chin.
    Chin,
    /// Left acromion: the bony tip of the shoulder, not the joint centre below it that COCO models mark.
    LeftShoulder,
    /// Right acromion.
    RightShoulder,
    /// Centre of the left elbow joint.
    LeftElbow,
    /// Centre of the right elbow joint.
    RightElbow,
    /// Centre of the left wrist.
    LeftWrist,
    /// Centre of the right wrist.
    RightWrist,
    /// Centre of the left hip joint.
    LeftHip,
    /// Centre of the right hip joint.
    RightHip,
    /// Skin over the spinous process of the seventh cervical vertebra.
    C7,
}

impl BodyPart {
    /// How many body parts there are.
    pub const COUNT: usize = 17;

    /// All body parts in channel order.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Nose,
        Self::LeftEye,
        Self::RightEye,
        Self::LeftEar,
        Self::RightEar,
        Self::MouthLeft,
        Self::MouthRight,
        Self::Chin,
        Self::LeftShoulder,
        Self::RightShoulder,
        Self::LeftElbow,
        Self::RightElbow,
        Self::LeftWrist,
        Self::RightWrist,
        Self::LeftHip,
        Self::RightHip,
        Self::C7,
    ];

    /// The parts of the face, in channel order.
    pub const FACE: [Self; 8] = [
        Self::Nose,
        Self::LeftEye,
        Self::RightEye,
        Self::LeftEar,
        Self::RightEar,
        Self::MouthLeft,
        Self::MouthRight,
        Self::Chin,
    ];

    /// The same part of the body's other side; the nose, the chin and C7 are their own.
    pub const fn other_side(self) -> Self {
        match self {
            Self::Nose | Self::Chin | Self::C7 => self,
            Self::LeftEye => Self::RightEye,
            Self::RightEye => Self::LeftEye,
            Self::LeftEar => Self::RightEar,
            Self::RightEar => Self::LeftEar,
            Self::MouthLeft => Self::MouthRight,
            Self::MouthRight => Self::MouthLeft,
            Self::LeftShoulder => Self::RightShoulder,
            Self::RightShoulder => Self::LeftShoulder,
            Self::LeftElbow => Self::RightElbow,
            Self::RightElbow => Self::LeftElbow,
            Self::LeftWrist => Self::RightWrist,
            Self::RightWrist => Self::LeftWrist,
            Self::LeftHip => Self::RightHip,
            Self::RightHip => Self::LeftHip,
        }
    }

    /// The name on the wire: `left_eye`, `c7`, …
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nose => "nose",
            Self::LeftEye => "left_eye",
            Self::RightEye => "right_eye",
            Self::LeftEar => "left_ear",
            Self::RightEar => "right_ear",
            Self::MouthLeft => "mouth_left",
            Self::MouthRight => "mouth_right",
            Self::Chin => "chin",
            Self::LeftShoulder => "left_shoulder",
            Self::RightShoulder => "right_shoulder",
            Self::LeftElbow => "left_elbow",
            Self::RightElbow => "right_elbow",
            Self::LeftWrist => "left_wrist",
            Self::RightWrist => "right_wrist",
            Self::LeftHip => "left_hip",
            Self::RightHip => "right_hip",
            Self::C7 => "c7",
        }
    }
}

/// One body part found in the picture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Keypoint {
    /// Where, in frame pixels.
    pub at: Point,
    /// 0..1: how sure the estimator is that the part is seen and lies where it says.
    pub score: f32,
}

/// The body parts that were found. Absent means not found: never zero, never guessed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Keypoints {
    found: [Option<Keypoint>; BodyPart::COUNT],
    /// Of those that were not found: which lie beyond the edge of what was looked at.
    outside: [bool; BodyPart::COUNT],
}

impl Keypoints {
    /// The keypoint of `part`, if it was found.
    pub fn get(&self, part: BodyPart) -> Option<Keypoint> {
        self.found[part as usize]
    }

    /// Sets or clears the keypoint of `part`.
    pub fn set(&mut self, part: BodyPart, keypoint: Option<Keypoint>) {
        self.found[part as usize] = keypoint;
    }

    /// Whether `part` was not found because it lies beyond the edge of the picture, or of the part of it that was looked at.
    pub fn is_outside(&self, part: BodyPart) -> bool {
        self.get(part).is_none() && self.outside[part as usize]
    }

    /// Notes that `part`, if it is not found, lies beyond the edge.
    pub fn set_outside(&mut self, part: BodyPart) {
        self.outside[part as usize] = true;
    }

    /// The parts that were found, in channel order.
    pub fn iter(&self) -> impl Iterator<Item = (BodyPart, Keypoint)> + '_ {
        BodyPart::ALL.into_iter().filter_map(|part| self.get(part).map(|keypoint| (part, keypoint)))
    }
}

impl FromIterator<(BodyPart, Keypoint)> for Keypoints {
    fn from_iter<I: IntoIterator<Item = (BodyPart, Keypoint)>>(found: I) -> Self {
        let mut keypoints = Self::default();
        for (part, keypoint) in found {
            keypoints.set(part, Some(keypoint));
        }
        keypoints
    }
}

/// Where the head points, relative to the camera. Signs as in the [module table](self).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct HeadPose {
    /// Turn to the side.
    pub yaw: Degrees,
    /// Nod: positive looks up.
    pub pitch: Degrees,
    /// Tilt: positive is clockwise in the picture.
    pub roll: Degrees,
}

/// A value that the network regressed, with the standard deviation that it predicts for its own error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Regressed {
    /// The value, degrees.
    pub value: Degrees,
    /// One standard deviation of the expected error, degrees.
    pub deviation: Degrees,
}

/// What a picture was like, apart from the person whose pose was read. Numbers only.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Scene {
    /// 0..1: mean brightness of what was looked at, the person's surroundings or the whole picture. `None` where nothing
    /// was looked at, as when a recording is replayed.
    pub brightness: Option<f32>,
    /// Whether there is too little light to see by.
    pub too_dark: bool,
    /// 0..1: how surely a second face is in the picture, as large as the one that was read. `None` when only the
    /// neighbourhood of the person was looked at.
    pub rival: Option<f32>,
}

/// One person as the estimator saw them.
#[derive(Debug, Clone, PartialEq)]
pub struct Pose {
    /// The body parts that were found, in frame pixels.
    pub keypoints: Keypoints,
    /// 0..1: how sure the estimator is that a person is there at all.
    pub presence: f32,
    /// Where the head points; `None` from models that do not estimate it.
    pub head: Option<HeadPose>,
    /// Turn of the trunk about the vertical; `None` from models that do not estimate it.
    pub trunk_yaw: Option<Degrees>,
    /// The craniovertebral angle in 3-D, measured against the horizontal of the picture: C7 to the mid-point of both tragi
    /// in the trunk's sagittal plane. `None` from models that do not estimate it. Only [`measure`](crate::measure) decides
    /// whether the view allows it to be used.
    pub craniovertebral_angle: Option<Regressed>,
    /// Width of the frame that the keypoints refer to, pixels.
    pub frame_width: u32,
    /// Height of that frame, pixels.
    pub frame_height: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_stands_at_its_channel_under_its_wire_name() {
        for (channel, part) in BodyPart::ALL.into_iter().enumerate() {
            assert_eq!(part as usize, channel);
            assert_eq!(serde_json::to_value(part).expect("a string"), part.name());
        }
    }

    #[test]
    fn what_was_not_found_is_absent() {
        let nose = Keypoint { at: Point::new(1.0, 2.0), score: 0.5 };
        let keypoints: Keypoints = [(BodyPart::Nose, nose)].into_iter().collect();
        assert_eq!(keypoints.get(BodyPart::Nose), Some(nose));
        assert_eq!(keypoints.get(BodyPart::C7), None);
        assert_eq!(keypoints.iter().count(), 1);
    }

    #[test]
    fn only_what_was_not_found_lies_outside() {
        let mut keypoints = Keypoints::default();
        assert!(!keypoints.is_outside(BodyPart::Nose), "not found does not say why");
        keypoints.set_outside(BodyPart::Nose);
        assert!(keypoints.is_outside(BodyPart::Nose));
        keypoints.set(BodyPart::Nose, Some(Keypoint { at: Point::new(1.0, 2.0), score: 0.5 }));
        assert!(!keypoints.is_outside(BodyPart::Nose));
    }
}
