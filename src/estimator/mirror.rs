//! A photo is looked at twice, the second time in a mirror: what both looks agree on is nearer to the truth than either.

use super::decode::{Sighting, Spot};
use crate::{
    geometry::{Degrees, Point, wrapped},
    pose::{BodyPart, HeadPose, Regressed},
};

/// Two looks mean the same spot when they place it within this share of the input's side from each other. Further apart one
/// of them is wrong, and the middle would be as well.
const ALIKE: f32 = 1.0 / 12.0;

impl Sighting {
    /// What was seen in the mirror, as it is: left and right exchanged. Its points must still be in pixels of the input.
    pub(super) fn mirrored(self) -> Self {
        let side = self.input_side as f32;
        let turned = |spot: Spot| match spot == Spot::NOWHERE {
            true => spot,
            false => Spot { at: Point::new(side - spot.at.x, spot.at.y), ..spot },
        };
        Self {
            spots: BodyPart::ALL.map(|part| turned(self.spots[part.other_side() as usize])),
            head: self.head.map(|head| HeadPose { yaw: -head.yaw, pitch: head.pitch, roll: -head.roll }),
            trunk_yaw: self.trunk_yaw.map(|yaw| -yaw),
            ..self
        }
    }

    /// The middle of this look and `other`, both in pixels of the input. Of a spot that they place apart, the one that lies
    /// nearer to those on which they agree: the other may be somebody else's.
    pub(super) fn together_with(self, other: &Self) -> Self {
        let pairs = BodyPart::ALL.map(|part| (self.spots[part as usize], other.spots[part as usize]));
        let alike = |(a, b): &(Spot, Spot)| a.at.distance(b.at) <= ALIKE * self.input_side as f32;
        let agreed = || pairs.iter().filter(|pair| pair.0 != Spot::NOWHERE && alike(pair));
        let (x, y) = agreed().fold((0.0, 0.0), |(x, y), (spot, _)| (x + spot.at.x, y + spot.at.y));
        let count = agreed().count() as f32;
        let there = Point::new(x / count, y / count);
        Self {
            spots: pairs.map(|(a, b)| match alike(&(a, b)) {
                true => between(a, b),
                false if b.at.distance(there) < a.at.distance(there) => b,
                false => a,
            }),
            presence: f32::midpoint(self.presence, other.presence),
            head: self.head.zip(other.head).map(|(a, b)| HeadPose {
                yaw: middle(a.yaw, b.yaw),
                pitch: f32::midpoint(a.pitch, b.pitch),
                roll: middle(a.roll, b.roll),
            }),
            trunk_yaw: self.trunk_yaw.zip(other.trunk_yaw).map(|(a, b)| middle(a, b)),
            craniovertebral_angle: self.craniovertebral_angle.zip(other.craniovertebral_angle).map(|(a, b)| {
                Regressed { value: f32::midpoint(a.value, b.value), deviation: f32::midpoint(a.deviation, b.deviation) }
            }),
            ..self
        }
    }
}

fn between(a: Spot, b: Spot) -> Spot {
    Spot { at: a.at.midpoint(b.at), score: f32::midpoint(a.score, b.score), inside: f32::midpoint(a.inside, b.inside) }
}

/// The direction halfway between two, the shorter way round.
fn middle(a: Degrees, b: Degrees) -> Degrees {
    wrapped(a + wrapped(b - a) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::decode::tests::saw;

    fn seen(parts: &[(BodyPart, f32, f32, f32)], yaw: Degrees) -> Sighting {
        Sighting {
            presence: 0.8,
            head: Some(HeadPose { yaw, pitch: 4.0, roll: 6.0 }),
            trunk_yaw: Some(yaw),
            craniovertebral_angle: Some(Regressed { value: 50.0, deviation: 4.0 }),
            ..saw(parts)
        }
    }

    #[test]
    fn in_the_mirror_left_is_right() {
        let back = seen(&[(BodyPart::LeftEar, 50.0, 60.0, 0.9), (BodyPart::Nose, 100.0, 70.0, 0.8)], 30.0).mirrored();
        let spot = |part: BodyPart| back.spots[part as usize];
        assert_eq!((spot(BodyPart::RightEar).at, spot(BodyPart::RightEar).score), (Point::new(142.0, 60.0), 0.9));
        assert_eq!(spot(BodyPart::Nose).at, Point::new(92.0, 70.0));
        assert_eq!(spot(BodyPart::LeftEar), Spot::NOWHERE);
        assert_eq!(back.trunk_yaw, Some(-30.0));
        assert_eq!(back.head, Some(HeadPose { yaw: -30.0, pitch: 4.0, roll: -6.0 }));
        assert_eq!(back.craniovertebral_angle.map(|angle| angle.value), Some(50.0));
        let twice = back.clone().mirrored();
        assert_eq!(twice.mirrored(), back, "and right is left again");
    }

    #[test]
    fn two_looks_meet_in_the_middle() {
        let one = seen(&[(BodyPart::Nose, 100.0, 70.0, 0.8)], 170.0);
        let mut other = seen(&[(BodyPart::Nose, 104.0, 72.0, 0.6)], -170.0);
        other.craniovertebral_angle = Some(Regressed { value: 54.0, deviation: 6.0 });
        other.presence = 0.4;
        let both = one.together_with(&other);
        let nose = both.spots[BodyPart::Nose as usize];
        assert_eq!(nose.at, Point::new(102.0, 71.0));
        assert!((nose.score - 0.7).abs() < 1e-6 && (both.presence - 0.6).abs() < 1e-6, "{both:?}");
        assert_eq!(both.craniovertebral_angle, Some(Regressed { value: 52.0, deviation: 5.0 }));
        assert!((both.trunk_yaw.unwrap().abs() - 180.0).abs() < 1e-3, "{:?}", both.trunk_yaw);
    }

    #[test]
    fn of_two_places_that_lie_apart_the_one_beside_the_others_is_taken() {
        let face = [(BodyPart::Nose, 90.0, 70.0, 0.9), (BodyPart::LeftEye, 100.0, 60.0, 0.9)];
        let one = seen(&[face[0], face[1], (BodyPart::LeftEar, 110.0, 65.0, 0.5)], 0.0);
        let other = seen(&[face[0], face[1], (BodyPart::LeftEar, 170.0, 65.0, 0.9)], 0.0);
        let taken = |a: &Sighting, b: &Sighting| a.clone().together_with(b).spots[BodyPart::LeftEar as usize];
        assert_eq!(taken(&one, &other), one.spots[BodyPart::LeftEar as usize], "not the surer one");
        assert_eq!(taken(&other, &one), one.spots[BodyPart::LeftEar as usize]);
    }

    #[test]
    fn where_two_looks_agree_on_nothing_the_first_one_stands() {
        let one = seen(&[(BodyPart::C7, 50.0, 70.0, 0.5)], 0.0);
        let other = seen(&[(BodyPart::C7, 150.0, 70.0, 0.6)], 0.0);
        assert_eq!(one.clone().together_with(&other).spots, one.spots);
    }
}
