//! People with their arms, which lie outside the close-up of the head and shoulders.

use super::{Blind, Estimator, ModelError, Network, PoseEstimator};
use crate::{
    frame::Frame,
    geometry::{Degrees, Point},
    pose::{BodyPart, HeadPose, Keypoint, Pose, Scene},
};

const SHOULDERS: [BodyPart; 2] = [BodyPart::LeftShoulder, BodyPart::RightShoulder];

/// A trunk that is turned by less is seen from the front, or between front and side: `measure` calls it oblique up to here.
const FROM_THE_FRONT: Degrees = 60.0;

/// Two poses are of one person where their faces lie no further apart than this share of the way from the face to the shoulders.
const SAME_FACE: f32 = 0.5;

/// Follows one person with two networks: one that was trained on heads and shoulders, and one that was trained on raised,
/// hanging and hidden arms.
///
/// The pose is that of the arms, which is found even where a raised arm hides the face. The face in it is that of the other
/// network, which sees it closer, and in a mirror as well. The nod is the mean of both, and so are shoulders from the front: that
/// is calmer than either. What one network alone finds is the pose. It takes three looks a frame.
#[derive(Debug)]
pub struct ArmsEstimator {
    people: Estimator,
    arms: Estimator,
}

impl ArmsEstimator {
    /// For the frames of one camera.
    pub fn tracking(people: Network, arms: Network) -> Self {
        Self { people: Estimator::tracking_calmly(people), arms: Estimator::tracking_arms(arms) }
    }
}

impl PoseEstimator for ArmsEstimator {
    fn estimate(&mut self, frame: &Frame) -> Result<Option<Pose>, ModelError> {
        let close = self.people.estimate(frame)?;
        let arms = self.arms.estimate(frame)?;
        Ok(match (arms, close) {
            (Some(arms), Some(close)) => Some(joined(arms, &close)),
            (arms, close) => arms.or(close),
        })
    }

    fn look_again(&mut self) {
        self.people.look_again();
        self.arms.look_again();
    }

    fn blind(&self) -> Option<Blind> {
        self.arms.blind()
    }

    fn scene(&self) -> Scene {
        self.people.scene()
    }
}

/// `arms` with the head of `close`, if that is of the same person.
fn joined(mut arms: Pose, close: &Pose) -> Pose {
    if !are_one(&arms, close) {
        return arms;
    }
    for part in BodyPart::FACE {
        if let Some(closer) = close.keypoints.get(part) {
            arms.keypoints.set(part, Some(closer));
        }
    }
    let nod = |head: HeadPose| arms.head.map_or(head.pitch, |other| (head.pitch + other.pitch) / 2.0);
    arms.head = close.head.map(|head| HeadPose { pitch: nod(head), ..head }).or(arms.head);
    if arms.trunk_yaw.is_some_and(|yaw| yaw.abs() < FROM_THE_FRONT) {
        for part in SHOULDERS {
            if let (Some(one), Some(other)) = (arms.keypoints.get(part), close.keypoints.get(part)) {
                let middle = Keypoint { at: one.at.midpoint(other.at), score: (one.score + other.score) / 2.0 };
                arms.keypoints.set(part, Some(middle));
            }
        }
    }
    arms
}

/// Whether the faces of two poses lie close to each other, as far as both have the same parts of it.
fn are_one(arms: &Pose, close: &Pose) -> bool {
    let both = |part: &BodyPart| Some((arms.keypoints.get(*part)?.at, close.keypoints.get(*part)?.at));
    let (here, there): (Vec<Point>, Vec<Point>) = BodyPart::FACE.iter().filter_map(both).unzip();
    let shoulders = SHOULDERS.iter().filter_map(|part| Some(arms.keypoints.get(*part)?.at));
    let (Some(face), Some(other), Some(shoulders)) = (middle(here), middle(there), middle(shoulders)) else {
        return false;
    };
    face.distance(other) <= SAME_FACE * face.distance(shoulders)
}

fn middle(points: impl IntoIterator<Item = Point>) -> Option<Point> {
    let (x, y, count) = points.into_iter().fold((0.0, 0.0, 0.0), |(x, y, count), at| (x + at.x, y + at.y, count + 1.0));
    (count > 0.0).then(|| Point::new(x / count, y / count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use BodyPart::{LeftElbow, LeftShoulder, Nose, RightShoulder};

    fn pose(trunk_yaw: f32, parts: &[(BodyPart, f32, f32)]) -> Pose {
        let keypoint = |&(part, x, y): &(BodyPart, f32, f32)| (part, Keypoint { at: Point::new(x, y), score: 0.8 });
        Pose {
            keypoints: parts.iter().map(keypoint).collect(),
            presence: 1.0,
            head: None,
            trunk_yaw: Some(trunk_yaw),
            craniovertebral_angle: None,
            frame_width: 320,
            frame_height: 240,
        }
    }

    fn arms(yaw: f32) -> Pose {
        let parts = [
            (Nose, 160.0, 90.0),
            (LeftShoulder, 210.0, 140.0),
            (RightShoulder, 110.0, 140.0),
            (LeftElbow, 230.0, 200.0),
        ];
        pose(yaw, &parts)
    }

    fn left_shoulder(pose: &Pose) -> f32 {
        pose.keypoints.get(LeftShoulder).expect("seen").at.x
    }

    #[test]
    fn the_face_is_that_of_the_close_up_and_shoulders_from_the_front_the_mean_of_both() {
        let close =
            |nose| pose(0.0, &[(Nose, nose, 90.0), (LeftShoulder, 204.0, 142.0), (RightShoulder, 112.0, 140.0)]);
        let nose = |pose: &Pose| pose.keypoints.get(Nose).expect("seen").at.x;
        let both = joined(arms(5.0), &close(166.0));
        assert_eq!((nose(&both), left_shoulder(&both)), (166.0, 207.0));
        assert!(both.keypoints.get(LeftElbow).is_some());
        let beside = joined(arms(5.0), &close(190.0));
        assert_eq!((nose(&beside), left_shoulder(&beside)), (160.0, 210.0), "somebody else");
        let aside = joined(arms(85.0), &close(166.0));
        assert_eq!((nose(&aside), left_shoulder(&aside)), (166.0, 210.0), "from the side");
        let headless = pose(0.0, &[(LeftShoulder, 204.0, 142.0), (RightShoulder, 112.0, 140.0)]);
        assert_eq!(left_shoulder(&joined(arms(5.0), &headless)), 210.0, "nothing says that they are one");
    }

    #[test]
    fn a_nod_is_the_mean_of_both() {
        let head = |pitch, roll| Some(HeadPose { yaw: 0.0, pitch, roll });
        let with = |head, pose: Pose| Pose { head, ..pose };
        let close = pose(0.0, &[(Nose, 160.0, 92.0)]);
        let nod = |one, other| joined(with(one, arms(0.0)), &with(other, close.clone())).head;
        assert_eq!(nod(head(-20.0, 3.0), head(-10.0, 9.0)), head(-15.0, 9.0));
        assert_eq!(nod(None, head(-10.0, 9.0)), head(-10.0, 9.0));
        assert_eq!(nod(head(-20.0, 3.0), None), head(-20.0, 3.0));
    }
}
