//! Time without moving.

use std::time::Duration;

use super::{Measurement, Metric, Reference};
use crate::{
    geometry::Point,
    pose::{BodyPart, Pose},
};

/// Head or shoulders have moved when they are this far from where they were, in shoulder widths (about 4 cm): beyond the
/// flicker of the keypoints, and about what a change of position makes. Ours.
const MOVED: f32 = 0.10;

/// Places are smoothed with this time constant, so that what one frame says by chance is no movement.
const SMOOTHING: Duration = Duration::from_secs(1);

/// Somebody who was not seen for longer has moved, as far as anyone can tell.
const LONGEST_GAP: Duration = Duration::from_secs(30);

/// How exactly the beginning of stillness is known, seconds: twice the smoothing.
const UNCERTAINTY: f32 = 2.0;

/// Distance from C7 to a tragus and from one eye to the other, as parts of a shoulder width.
const NECK: f32 = 1.0 / 2.5;
const EYES: f32 = 1.0 / 5.5;

const HEAD: &[BodyPart] = &[BodyPart::Nose, BodyPart::LeftEar, BodyPart::RightEar];
const TRUNK: &[BodyPart] = &[BodyPart::LeftShoulder, BodyPart::RightShoulder, BodyPart::C7];

/// How long head and shoulders have stayed where they are. Time decides, not the number of frames.
#[derive(Debug, Clone, Default)]
pub struct Stillness {
    /// Where every part was when stillness began, and is now, smoothed.
    places: [Option<(Point, Point)>; BodyPart::COUNT],
    /// Since when nothing has moved, and when it was last seen.
    span: Option<(Duration, Duration)>,
}

impl Stillness {
    /// Takes in the pose seen at `at`, which does not decrease; `None` when there is nothing to hold movement against. The
    /// view may change in between: what moves then is a movement.
    pub fn step(&mut self, at: Duration, pose: &Pose) -> Option<Measurement> {
        let scale = scale(pose)?;
        let (since, last) =
            self.span.filter(|(_, last)| at.saturating_sub(*last) <= LONGEST_GAP).unwrap_or_else(|| {
                self.places = [None; BodyPart::COUNT];
                (at, at)
            });
        let weight = 1.0 - (-at.saturating_sub(last).as_secs_f32() / SMOOTHING.as_secs_f32()).exp();
        for &part in HEAD.iter().chain(TRUNK) {
            let Some(seen) = super::at(pose, part) else { continue };
            let place = &mut self.places[part as usize];
            *place = Some(place.map_or((seen, seen), |(anchor, now)| (anchor, between(now, seen, weight))));
        }
        let moved = [HEAD, TRUNK].into_iter().any(|parts| self.shift(parts) > MOVED * scale);
        if moved {
            for place in self.places.iter_mut().flatten() {
                place.0 = place.1;
            }
        }
        let since = if moved { at } else { since };
        self.span = Some((since, at));
        Some(Measurement {
            metric: Metric::Stillness,
            value: at.saturating_sub(since).as_secs_f32(),
            uncertainty: UNCERTAINTY,
            reference: Reference::Absolute,
        })
    }

    /// Forgets everything: whoever comes next has just moved.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// How far `parts` have moved together, pixels.
    fn shift(&self, parts: &[BodyPart]) -> f32 {
        let places = || parts.iter().filter_map(|part| self.places[*part as usize]);
        let count = places().count().max(1) as f32;
        let (x, y) = places().fold((0.0, 0.0), |(x, y), (then, now)| (x + now.x - then.x, y + now.y - then.y));
        (x / count).hypot(y / count)
    }
}

fn between(a: Point, b: Point, weight: f32) -> Point {
    Point::new(a.x + weight * (b.x - a.x), a.y + weight * (b.y - a.y))
}

/// A shoulder width in pixels, from whatever shows it best: a view from the side hides the shoulders' distance, one from
/// the front the neck's.
fn scale(pose: &Pose) -> Option<f32> {
    use BodyPart::{C7, LeftEar, LeftEye, LeftShoulder, RightEar, RightEye, RightShoulder};
    let apart = |a, b| Some(super::at(pose, a)?.distance(super::at(pose, b)?));
    [
        apart(LeftShoulder, RightShoulder),
        apart(C7, LeftEar).map(|length| length / NECK),
        apart(C7, RightEar).map(|length| length / NECK),
        apart(LeftEye, RightEye).map(|length| length / EYES),
    ]
    .into_iter()
    .flatten()
    .filter(|scale| *scale > 0.0)
    .reduce(f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pose::drawn::drawn;

    /// Somebody seen from the front, shoulders 200 px wide, the head moved by (`x`, `y`).
    fn person(x: f32, y: f32) -> Pose {
        let parts = [
            (BodyPart::Nose, 320.0 + x, 190.0 + y),
            (BodyPart::LeftEar, 365.0 + x, 180.0 + y),
            (BodyPart::RightEar, 275.0 + x, 180.0 + y),
            (BodyPart::LeftShoulder, 420.0, 300.0),
            (BodyPart::RightShoulder, 220.0, 300.0),
        ];
        Pose { trunk_yaw: Some(0.0), ..drawn(&parts) }
    }

    /// What it says at the end of `seconds` at `rate` frames per second.
    fn after(seconds: f64, rate: f64, pose: impl Fn(f64) -> Option<Pose>) -> f32 {
        let mut stillness = Stillness::default();
        let said = (0..=(seconds * rate) as u32).filter_map(|frame| {
            let at = f64::from(frame) / rate;
            stillness.step(Duration::from_secs_f64(at), &pose(at)?)
        });
        said.last().expect("measurable").value
    }

    #[test]
    fn sitting_still_adds_up_and_flicker_is_no_movement_at_any_frame_rate() {
        for rate in [1.0, 2.0, 10.0, 60.0] {
            let flicker = |at: f64| Some(person(8.0 * (at * 97.0).sin() as f32, 8.0 * (at * 71.0).cos() as f32));
            assert_eq!(after(300.0, rate, flicker), 300.0, "{rate}");
        }
    }

    #[test]
    fn a_movement_of_the_head_or_the_trunk_begins_it_anew() {
        for rate in [1.0, 2.0, 10.0, 60.0] {
            let value = after(100.0, rate, |at| Some(person(if at < 40.0 { 0.0 } else { 50.0 }, 0.0)));
            assert!((58.0..=60.0).contains(&value), "{rate}: {value}");
        }
    }

    #[test]
    fn a_short_absence_holds_it_and_a_long_one_ends_it() {
        let away = |from: f64, to: f64| move |at: f64| (!(from..to).contains(&at)).then(|| person(0.0, 0.0));
        assert_eq!(after(100.0, 2.0, away(40.0, 60.0)), 100.0);
        assert_eq!(after(100.0, 2.0, away(40.0, 80.0)), 20.0);
    }

    #[test]
    fn without_anything_to_give_the_scale_nothing_is_said() {
        let mut pose = person(0.0, 0.0);
        pose.keypoints = pose.keypoints.iter().filter(|(part, _)| *part == BodyPart::Nose).collect();
        assert_eq!(Stillness::default().step(Duration::ZERO, &pose), None);
    }
}
