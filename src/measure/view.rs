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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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

/// A head does not turn further on its trunk, degrees.
const LARGEST_HEAD_TURN: Degrees = 90.0;

/// Distance across between the shoulders over the height of the ears above them, as bodies show it 45° and 60° from the side
/// (clinical geometry): a person from the side does not show as much, one from the front does not show less.
const WIDEST_FROM_SIDE: f32 = 1.25;
const NARROWEST_FROM_FRONT: f32 = 0.89;

/// What readings have to share to be comparable: the view and, from the side, the flank that is seen. The two sides of a neck
/// differ (Youssef 2016), and so does what the network makes of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Aspect {
    view: View,
    facing: Option<Facing>,
}

impl Aspect {
    /// The aspect of a person seen in that view who faces that way in the picture.
    pub fn new(view: View, facing: Facing) -> Self {
        let sided = matches!(view, View::Lateral | View::NearLateral);
        Self { view, facing: sided.then_some(facing) }
    }

    /// The view.
    pub const fn view(self) -> View {
        self.view
    }

    /// Which way the person faces, where that makes a difference.
    pub const fn facing(self) -> Option<Facing> {
        self.facing
    }
}

/// The view and the facing of `pose`.
///
/// From the network's trunk yaw, as long as the turn of the head and the span of the shoulders can be true with it; unknown
/// where they cannot. They have no vote beyond that: all three come from one look of one network and err together. A view named
/// from a fit of all three is right on 311 of 449 held-out renders, from the trunk alone on 307, and no nearer to the side
/// (`models/training/crosscheck.py`).
///
/// A model that does not estimate the trunk's yaw leaves only one safe reading: a person whose nose stands
/// between two surely seen ears and above two surely seen shoulders, right shoulder to the left in the picture, faces the
/// camera. Anything else is unknown.
pub fn classify(pose: &Pose) -> (View, Facing) {
    match pose.trunk_yaw {
        Some(yaw) if is_contradicted(pose, yaw) => (View::Unknown, Facing::Unknown),
        Some(yaw) => (View::of_yaw(yaw), Facing::of_yaw(yaw)),
        None if faces_camera(pose) => (View::Frontal, Facing::Camera),
        None => (View::Unknown, Facing::Unknown),
    }
}

/// Whether head or shoulders are seen where they cannot be on a trunk that is turned by `yaw`.
fn is_contradicted(pose: &Pose, yaw: Degrees) -> bool {
    let head_turn = pose.head.map_or(0.0, |head| wrapped(head.yaw - yaw).abs());
    let span = shoulder_span(pose);
    let shoulders = match View::of_yaw(yaw) {
        View::Lateral => span.is_some_and(|span| span.abs() > WIDEST_FROM_SIDE),
        View::Frontal => span.is_some_and(|span| span < NARROWEST_FROM_FRONT),
        View::NearLateral | View::Oblique | View::Back | View::Unknown => false,
    };
    head_turn > LARGEST_HEAD_TURN || shoulders
}

/// Distance across between the shoulders over the height of the ears above them; negative when the person shows their back.
/// `None` when they are not all seen, one ear excepted, or the ears are not above.
fn shoulder_span(pose: &Pose) -> Option<f32> {
    let at = |part| super::at(pose, part);
    let (left, right) = (at(BodyPart::LeftShoulder)?, at(BodyPart::RightShoulder)?);
    let ears = match (at(BodyPart::LeftEar), at(BodyPart::RightEar)) {
        (Some(left), Some(right)) => left.midpoint(right),
        (one, other) => one.or(other)?,
    };
    let height = left.midpoint(right).y - ears.y;
    (height > 0.0).then(|| (left.x - right.x) / height)
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
    use crate::pose::{HeadPose, drawn::drawn};

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

    /// Somebody of that trunk and head yaw whose shoulders are `span` times the height of the ears above them apart.
    fn seen(trunk: Degrees, head: Degrees, span: f32) -> Pose {
        let parts = [
            (BodyPart::LeftEar, 320.0, 180.0),
            (BodyPart::LeftShoulder, 320.0 + 50.0 * span, 280.0),
            (BodyPart::RightShoulder, 320.0 - 50.0 * span, 280.0),
        ];
        let head = Some(HeadPose { yaw: head, pitch: 0.0, roll: 0.0 });
        Pose { head, trunk_yaw: Some(trunk), ..drawn(&parts) }
    }

    #[test]
    fn head_and_shoulders_confirm_the_trunk_or_nothing_is_known() {
        let view = |trunk, head, span| classify(&seen(trunk, head, span)).0;
        assert_eq!(view(0.0, 0.0, 1.8), View::Frontal);
        assert_eq!(view(0.0, 80.0, 1.8), View::Frontal, "a head may look to the side");
        assert_eq!(view(90.0, 20.0, 0.2), View::Lateral, "or at a camera that stands there");
        assert_eq!(view(90.0, 90.0, -0.9), View::Lateral);
        assert_eq!(view(90.0, -20.0, 0.2), View::Unknown, "but not backwards");
        assert_eq!(view(-170.0, 170.0, -1.8), View::Back, "half a turn is where yaw wraps");
        assert_eq!(view(90.0, 90.0, 1.6), View::Unknown, "shoulders as broad as from the front");
        assert_eq!(view(0.0, 0.0, 0.5), View::Unknown, "and as narrow as from the side");
        assert_eq!(view(0.0, 0.0, -1.8), View::Unknown, "somebody's back");
        assert_eq!(view(45.0, 45.0, 0.3), View::Oblique, "there nothing is measured that could be wrong");
        let mut alone = seen(0.0, 0.0, 0.5);
        alone.keypoints.set(BodyPart::RightShoulder, None);
        assert_eq!(classify(&alone), (View::Frontal, Facing::Camera), "what is not seen contradicts nothing");
    }

    #[test]
    fn positive_yaw_faces_the_left_edge() {
        assert_eq!(Facing::of_yaw(90.0), Facing::Left);
        assert_eq!(Facing::of_yaw(-90.0), Facing::Right);
        assert_eq!(Facing::of_yaw(10.0), Facing::Camera);
        assert_eq!(Facing::of_yaw(-170.0), Facing::Away);
    }
}
