//! What several looks at one frame say together: a close-up of the head and shoulders, a wider one, one at the whole.

use super::decode::{Sighting, Spot};
use crate::{geometry::Point, pose::BodyPart};

/// What lies below the close-up.
const BELOW: [BodyPart; 6] = [
    BodyPart::LeftElbow,
    BodyPart::RightElbow,
    BodyPart::LeftWrist,
    BodyPart::RightWrist,
    BodyPart::LeftHip,
    BodyPart::RightHip,
];

/// `close` with the arms and hips of `whole`, and with the mean of all looks that found a part for every other part. A look
/// that found somebody else is none, and without a look at the whole there are no arms. All must have been placed in the
/// frame.
pub(super) fn merged(mut close: Sighting, wide: Option<&Sighting>, whole: Option<&Sighting>) -> Sighting {
    for part in BodyPart::ALL {
        let spot = |sighting: &Sighting| sighting.spots[part as usize];
        if BELOW.contains(&part) {
            close.spots[part as usize] = whole.map_or(Spot::NOWHERE, spot);
        } else {
            let found = [Some(&close), wide, whole].into_iter().flatten().map(spot).filter(Spot::is_found);
            if let Some(mean) = mean(found) {
                close.spots[part as usize] = mean;
            }
        }
    }
    close
}

fn mean(spots: impl Iterator<Item = Spot>) -> Option<Spot> {
    let (mut sum, mut count) = (Spot::NOWHERE, 0.0);
    for spot in spots {
        sum.at.x += spot.at.x;
        sum.at.y += spot.at.y;
        sum.score += spot.score;
        sum.inside += spot.inside;
        count += 1.0;
    }
    let at = Point::new(sum.at.x / count, sum.at.y / count);
    (count > 0.0).then(|| Spot { at, score: sum.score / count, inside: sum.inside / count })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::decode::tests::saw;

    #[test]
    fn arms_are_those_of_the_whole_and_what_both_see_is_the_mean() {
        use BodyPart::{C7, LeftElbow, LeftShoulder, Nose, RightElbow, RightShoulder};
        let close = saw(&[
            (Nose, 100.0, 10.0, 0.9),
            (LeftShoulder, 150.0, 10.0, 0.8),
            (RightElbow, 60.0, 10.0, 0.9),
            (C7, 0.0, 10.0, 0.05),
        ]);
        let whole = saw(&[
            (LeftShoulder, 154.0, 10.0, 0.6),
            (RightShoulder, 50.0, 10.0, 0.5),
            (LeftElbow, 160.0, 10.0, 0.7),
            (C7, 99.0, 10.0, 0.3),
        ]);
        let wide = saw(&[(LeftShoulder, 158.0, 10.0, 0.4), (LeftElbow, 170.0, 10.0, 0.9)]);
        let all = merged(close.clone(), Some(&wide), Some(&whole));
        let at = |part: BodyPart| all.spots[part as usize].at.x;
        assert_eq!((at(Nose), at(LeftShoulder), at(RightShoulder)), (100.0, 154.0, 50.0));
        assert!((all.spots[LeftShoulder as usize].score - 0.6).abs() < 1e-6);
        assert_eq!((at(LeftElbow), at(C7)), (160.0, 99.0), "what one does not find is that of the others");
        assert_eq!(all.spots[RightElbow as usize], Spot::NOWHERE, "elbows are those of the whole");
        let alone = merged(close.clone(), None, None);
        assert_eq!(alone.spots[LeftShoulder as usize], close.spots[LeftShoulder as usize]);
        assert_eq!(alone.spots[RightElbow as usize], Spot::NOWHERE, "nobody else's arms");
    }
}
