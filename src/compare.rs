//! Two photos of one person: what has changed by more than can be error.
//!
//! A change is told when it exceeds the **smallest change** that these two photos can show, the larger of
//! - the bands of both values, added in quadrature: two photos taken on different days, with the camera put up anew, share
//!   little of their error that could cancel;
//! - what published repeated photographs show: 5.5° of craniovertebral angle between raters (Gallego-Izquierdo 2020, IJERPH
//!   17:6521), and 6 % of the height of the ears over the shoulders (the geometry of about as much: 4.8 % for 5°).
//!
//! Not compared: neck flexion, which is the craniovertebral angle counted from the vertical, and what depends on where the
//! camera stood (the distance to it, the height of the shoulders in the picture).

use crate::measure::{Measurement, Metric, Reading, Reference, View};

/// Minimum detectable change of the craniovertebral angle on photographs by two raters, degrees.
const ANGLE: f32 = 5.5;
/// The like for the height of the ears over the shoulders, as a fraction of it.
const EAR_HEIGHT: f32 = 0.06;

/// One metric on both photos.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// What the reference photo shows.
    pub then: Measurement,
    /// What the other one shows.
    pub now: Measurement,
    /// The smallest change that these two photos can show, in the metric's unit.
    pub smallest: f32,
}

impl Change {
    /// By how much the value has changed, in the metric's unit.
    pub fn by(&self) -> f32 {
        self.now.value - self.then.value
    }

    /// Whether that is more than can be error.
    pub fn is_told(&self) -> bool {
        self.by().abs() > self.smallest
    }
}

/// What changed between a reference photo and another one.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The name of the reference photo.
    pub with: String,
    /// From where the person is seen in it.
    pub view: View,
    /// The metrics that both photos show, in the order of [`Metric::ALL`]; none when the views differ.
    pub changes: Vec<Change>,
}

/// Holds `now` against `then`, the reading of the photo named `with`.
pub fn compare(with: &str, then: &Reading, now: &Reading) -> Comparison {
    let both = |metric| {
        if matches!(metric, Metric::NeckFlexion | Metric::Distance | Metric::ShoulderRaise | Metric::Stillness) {
            return None;
        }
        let (then, now) = (then.get(metric, Reference::Absolute)?, now.get(metric, Reference::Absolute)?);
        let known = match metric {
            Metric::CraniovertebralAngle => ANGLE,
            Metric::EarShoulderHeight => EAR_HEIGHT * then.value,
            _ => 0.0,
        };
        Some(Change { then, now, smallest: then.uncertainty.hypot(now.uncertainty).max(known) })
    };
    let changes = if then.view == now.view { Metric::ALL.into_iter().filter_map(both).collect() } else { Vec::new() };
    Comparison { with: with.to_owned(), view: then.view, changes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Facing;

    fn reading(view: View, values: &[(Metric, f32, f32)]) -> Reading {
        let measurement =
            |&(metric, value, uncertainty)| Measurement { metric, value, uncertainty, reference: Reference::Absolute };
        let measurements = values.iter().map(measurement).collect();
        Reading { view, facing: Facing::Left, measurements, unmeasured: Vec::new() }
    }

    fn angle(then: (f32, f32), now: (f32, f32)) -> Change {
        let read = |(value, band)| reading(View::Lateral, &[(Metric::CraniovertebralAngle, value, band)]);
        let comparison = compare("then.jpg", &read(then), &read(now));
        assert_eq!((comparison.with.as_str(), comparison.changes.len()), ("then.jpg", 1));
        comparison.changes[0]
    }

    #[test]
    fn a_change_is_told_beyond_both_bands_and_beyond_what_photographs_can_show() {
        assert!(!angle((52.0, 4.0), (46.6, 4.0)).is_told(), "within both bands");
        assert!(angle((52.0, 4.0), (46.0, 4.0)).is_told());
        assert!(angle((46.0, 4.0), (52.0, 4.0)).is_told(), "in either direction");
        assert!(!angle((52.0, 1.0), (47.0, 1.0)).is_told(), "below what repeated photographs can show");
        assert_eq!(angle((52.0, 1.0), (47.0, 1.0)).smallest, 5.5);
        let height = |value| reading(View::Frontal, &[(Metric::EarShoulderHeight, value, 0.0)]);
        assert!(!compare("", &height(0.60), &height(0.57)).changes[0].is_told(), "5 %");
        assert!(compare("", &height(0.60), &height(0.56)).changes[0].is_told());
    }

    #[test]
    fn only_what_both_photos_show_from_the_same_side_is_compared() {
        let (roll, tilt) = (Metric::HeadRoll, Metric::ShoulderTilt);
        let then = reading(View::Frontal, &[(roll, 1.0, 2.0), (tilt, 0.0, 4.0)]);
        let now = reading(View::Frontal, &[(roll, 8.0, 2.0)]);
        let changes = compare("", &then, &now).changes;
        assert_eq!(changes.iter().map(|change| change.now.metric).collect::<Vec<_>>(), [roll]);
        assert_eq!(changes[0].by(), 7.0);
        assert!(compare("", &then, &reading(View::Oblique, &[(roll, 8.0, 2.0)])).changes.is_empty());
    }
}
