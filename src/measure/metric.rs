//! What can be measured, by name, and in which unit.

use serde::{Deserialize, Serialize};

/// A quantity that can be measured. The table of [`measure`](super) says what each one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Angle at C7 between the horizontal and the line to the tragus, degrees.
    CraniovertebralAngle,
    /// The line from C7 to the tragus counted from the vertical, degrees.
    NeckFlexion,
    /// Angle at the near acromion between the horizontal and the line to C7, degrees.
    ShoulderProtraction,
    /// Lean of the trunk from the vertical, degrees; positive is forward.
    TrunkLean,
    /// Nod of the head, degrees; negative looks down.
    HeadPitch,
    /// Height of the ears above the shoulder line over the shoulder width, ratio.
    EarShoulderHeight,
    /// Distance between the eyes over the shoulder width, ratio.
    EyeDistance,
    /// Tilt of the eye line, degrees; positive is clockwise in the picture.
    HeadRoll,
    /// Tilt of the shoulder line, degrees; positive is clockwise in the picture.
    ShoulderTilt,
    /// Height of the shoulder line above the middle of the picture over the shoulder width, ratio.
    ShoulderRaise,
    /// Distance from the camera to the eyes, centimetres.
    Distance,
    /// Time since head or shoulders last moved, seconds.
    Stillness,
}

impl Metric {
    /// All metrics, in the order in which they are reported.
    pub const ALL: [Self; 12] = [
        Self::CraniovertebralAngle,
        Self::NeckFlexion,
        Self::ShoulderProtraction,
        Self::TrunkLean,
        Self::HeadPitch,
        Self::EarShoulderHeight,
        Self::EyeDistance,
        Self::HeadRoll,
        Self::ShoulderTilt,
        Self::ShoulderRaise,
        Self::Distance,
        Self::Stillness,
    ];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CraniovertebralAngle => "craniovertebral_angle",
            Self::NeckFlexion => "neck_flexion",
            Self::ShoulderProtraction => "shoulder_protraction",
            Self::TrunkLean => "trunk_lean",
            Self::HeadPitch => "head_pitch",
            Self::EarShoulderHeight => "ear_shoulder_height",
            Self::EyeDistance => "eye_distance",
            Self::HeadRoll => "head_roll",
            Self::ShoulderTilt => "shoulder_tilt",
            Self::ShoulderRaise => "shoulder_raise",
            Self::Distance => "distance",
            Self::Stillness => "stillness",
        }
    }

    /// The name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::CraniovertebralAngle => "craniovertebral angle",
            Self::NeckFlexion => "neck flexion",
            Self::ShoulderProtraction => "shoulder angle at the acromion",
            Self::TrunkLean => "trunk lean",
            Self::HeadPitch => "head pitch",
            Self::EarShoulderHeight => "ear–shoulder height / shoulder width",
            Self::EyeDistance => "eye distance / shoulder width",
            Self::HeadRoll => "head roll",
            Self::ShoulderTilt => "shoulder tilt",
            Self::ShoulderRaise => "shoulder height / shoulder width",
            Self::Distance => "distance to a webcam",
            Self::Stillness => "time without moving",
        }
    }

    /// Whether no picture gives it at present: it is always refused as too uncertain.
    pub const fn out_of_reach(self) -> bool {
        matches!(self, Self::ShoulderProtraction)
    }

    /// The unit of an absolute measurement of this metric.
    pub const fn unit(self) -> Unit {
        match self {
            Self::CraniovertebralAngle
            | Self::NeckFlexion
            | Self::ShoulderProtraction
            | Self::TrunkLean
            | Self::HeadPitch
            | Self::HeadRoll
            | Self::ShoulderTilt => Unit::Deg,
            Self::EarShoulderHeight | Self::EyeDistance | Self::ShoulderRaise => Unit::Ratio,
            Self::Distance => Unit::Cm,
            Self::Stillness => Unit::S,
        }
    }
}

/// What a number is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Degrees.
    Deg,
    /// A pure number.
    Ratio,
    /// Centimetres.
    Cm,
    /// Seconds.
    S,
}
