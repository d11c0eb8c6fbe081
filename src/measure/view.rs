//! From which side a person is seen.

use serde::{Deserialize, Serialize};

use super::MIN_SCORE;
use crate::{
    geometry::{Degrees, wrapped},
    pose::{BodyPart, Pose},
};

/// From which side the trunk is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// From the side: |trunk yaw| within 15° of 90°.
    Lateral,
    /// Nearly from the side: within 30°.
    NearLateral,
    /// Between the side and the front.
    Oblique,
    /// From the front: |trunk yaw| at most 25°.
    Frontal,
    /// From behind.
    Back,
    /// Cannot tell.
    Unknown,
}

/// Which way the person faces, as seen in the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Facing {
    /// Towards the left edge of the picture.
    Left,
    /// Towards the right edge of the picture.
    Right,
    /// Towards the camera.
    Camera,
    /// Away from the camera.
    Away,
    /// Cannot tell.
    Unknown,
}

/// Half width of the lateral gate about 90° of trunk yaw, degrees.
const LATERAL: Degrees = 15.0;
/// Half width of the near-lateral gate about 90° of trunk yaw, degrees.
const NEAR_LATERAL: Degrees = 30.0;
/// Largest trunk yaw that is still frontal, degrees.
const FRONTAL: Degrees = 25.0;

impl View {
    /// The name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Lateral => "side",
            Self::NearLateral => "nearly side",
            Self::Oblique => "oblique",
            Self::Frontal => "front",
            Self::Back => "back",
            Self::Unknown => "unknown",
        }
    }

    /// The gate that a trunk yaw falls into.
    pub fn of_yaw(trunk_yaw: Degrees) -> Self {
        let turned = wrapped(trunk_yaw).abs();
        let from_side = (turned - 90.0).abs();
        if from_side <= LATERAL {
            Self::Lateral
        } else if from_side <= NEAR_LATERAL {
            Self::NearLateral
        } else if turned <= FRONTAL {
            Self::Frontal
        } else if turned < 90.0 {
            Self::Oblique
        } else {
            Self::Back
        }
    }
}

impl Facing {
    /// The way a trunk yaw faces.
    pub fn of_yaw(trunk_yaw: Degrees) -> Self {
        let yaw = wrapped(trunk_yaw);
        if yaw.abs() <= FRONTAL {
            Self::Camera
        } else if yaw.abs() >= 180.0 - FRONTAL {
            Self::Away
        } else if yaw > 0.0 {
            Self::Left
        } else {
            Self::Right
        }
    }

    /// +1 when the person faces the right edge of the picture, −1 when the left; `None` when neither.
    pub const fn forward(self) -> Option<f32> {
        match self {
            Self::Left => Some(-1.0),
            Self::Right => Some(1.0),
            Self::Camera | Self::Away | Self::Unknown => None,
        }
    }
}

/// The view and the facing of `pose`.
///
/// From the network's trunk yaw. A model that does not estimate it leaves only one safe reading: a person whose nose stands
/// between two surely seen ears and above two surely seen shoulders, right shoulder to the left in the picture, faces the
/// camera. Anything else is unknown.
pub fn classify(pose: &Pose) -> (View, Facing) {
    match pose.trunk_yaw {
        Some(yaw) => (View::of_yaw(yaw), Facing::of_yaw(yaw)),
        None if faces_camera(pose) => (View::Frontal, Facing::Camera),
        None => (View::Unknown, Facing::Unknown),
    }
}

fn faces_camera(pose: &Pose) -> bool {
    let x = |part| pose.keypoints.get(part).filter(|k| k.score >= MIN_SCORE).map(|k| k.at.x);
    let ordered =
        |right, between, left| matches!((x(right), x(between), x(left)), (Some(r), Some(b), Some(l)) if r < b && b < l);
    ordered(BodyPart::RightEar, BodyPart::Nose, BodyPart::LeftEar)
        && ordered(BodyPart::RightShoulder, BodyPart::Nose, BodyPart::LeftShoulder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_are_symmetric_and_leave_no_gap() {
        for (yaw, view) in [
            (0.0, View::Frontal),
            (25.0, View::Frontal),
            (26.0, View::Oblique),
            (59.0, View::Oblique),
            (61.0, View::NearLateral),
            (76.0, View::Lateral),
            (104.0, View::Lateral),
            (119.0, View::NearLateral),
            (121.0, View::Back),
            (180.0, View::Back),
        ] {
            assert_eq!(View::of_yaw(yaw), view, "{yaw}");
            assert_eq!(View::of_yaw(-yaw), view, "-{yaw}");
        }
    }

    #[test]
    fn positive_yaw_faces_the_left_edge() {
        assert_eq!(Facing::of_yaw(90.0), Facing::Left);
        assert_eq!(Facing::of_yaw(-90.0), Facing::Right);
        assert_eq!(Facing::of_yaw(10.0), Facing::Camera);
        assert_eq!(Facing::of_yaw(-170.0), Facing::Away);
    }
}
