//! How far two networks are apart about the same pictures.

use serde::{Deserialize, Serialize};

use super::document::rounded;
use crate::pose::{BodyPart, Pose};

/// Distances between the keypoints of two networks, pixels of the pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Disagreement {
    /// Keypoints that both reported.
    pub keypoints: usize,
    /// Half of them are closer than this.
    pub median_px: f64,
    /// The farthest are so far apart.
    pub max_px: f64,
    /// Which body part that is; absent when there is none in common.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub farthest: Option<String>,
    /// Keypoints that one reported and the other did not.
    pub one_alone: usize,
}

impl Disagreement {
    /// Between what two networks saw on the same pictures.
    pub fn between(first: &[Option<Pose>], second: &[Option<Pose>]) -> Self {
        let found = |pose: &Option<Pose>, part| pose.as_ref().and_then(|pose| pose.keypoints.get(part));
        let (mut apart, mut one_alone) = (Vec::new(), 0);
        for (a, b) in first.iter().zip(second) {
            for part in BodyPart::ALL {
                match (found(a, part), found(b, part)) {
                    (Some(a), Some(b)) => apart.push((f64::from(a.at.distance(b.at)), part)),
                    (None, None) => {}
                    _ => one_alone += 1,
                }
            }
        }
        apart.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let px = |index: usize| apart.get(index).map_or(0.0, |(px, _)| rounded(*px, 2));
        Self {
            keypoints: apart.len(),
            median_px: px(apart.len() / 2),
            max_px: px(apart.len().saturating_sub(1)),
            farthest: apart.last().map(|(_, part)| part.name().to_owned()),
            one_alone,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pose::drawn::drawn;

    fn pose(parts: &[(BodyPart, f32, f32)]) -> Option<Pose> {
        Some(drawn(parts))
    }

    #[test]
    fn distances_are_those_of_keypoints_that_both_see() {
        use BodyPart::{C7, Chin, LeftEar, Nose};
        let first = [pose(&[(Nose, 10.0, 10.0), (C7, 50.0, 50.0), (Chin, 20.0, 30.0)]), None];
        let second = [pose(&[(Nose, 13.0, 14.0), (C7, 50.0, 51.0), (LeftEar, 1.0, 1.0)]), pose(&[(Nose, 1.0, 1.0)])];
        let found = Disagreement::between(&first, &second);
        assert_eq!((found.keypoints, found.one_alone), (2, 3));
        assert_eq!((found.median_px, found.max_px, found.farthest.as_deref()), (5.0, 5.0, Some("nose")));
        let nothing = Disagreement::between(&[None], &[None]);
        assert_eq!((nothing.keypoints, nothing.max_px, nothing.farthest), (0, 0.0, None));
    }
}
