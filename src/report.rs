//! Reports in words: for people, in text.
//!
//! Numbers are printed no more precisely than they are known: degrees and centimetres whole, ratios to two places, each
//! with its uncertainty.

mod remedy;
mod text;

pub use self::remedy::{remedies, remedy};
pub use self::text::{Text, in_words, paragraph, severity, severity_style, short_title};
use crate::{
    geometry::{Degrees, wrapped},
    measure::{Facing, Measurement, Metric, Reference, Unit, View},
};

/// A measurement with its uncertainty, as people read it: `47 ± 3°`, `0.61 ± 0.07`, `88 ± 23 cm`.
pub fn quantity(measurement: &Measurement) -> String {
    let Measurement { value, uncertainty, .. } = *measurement;
    match measurement.unit() {
        Unit::Deg => format!("{} ± {:.0}°", whole(value), uncertainty.max(1.0)),
        Unit::Cm => format!("{} ± {:.0} cm", whole(value), uncertainty.max(1.0)),
        Unit::S => format!("{} ± {:.0} s", whole(value), uncertainty.max(1.0)),
        Unit::Ratio => format!("{value:.2} ± {:.2}", uncertainty.max(0.01)).replace('-', "−"),
    }
}

/// A number without decimals, with a proper minus and no minus zero.
pub fn whole(value: f32) -> String {
    let rounded = value.round();
    if rounded < 0.0 { format!("−{}", -rounded) } else { format!("{}", rounded.abs()) }
}

/// What the sign of a measurement means, where it exceeds its uncertainty: `looking down`, `left shoulder lower`. `None`
/// for a metric without a sign, or when the sign is not sure.
pub fn direction(measurement: &Measurement) -> Option<&'static str> {
    if measurement.reference != Reference::Absolute || measurement.value.abs() <= measurement.uncertainty {
        return None;
    }
    let positive = measurement.value > 0.0;
    match measurement.metric {
        Metric::HeadPitch => Some(if positive { "looking up" } else { "looking down" }),
        // In a frontal view the right edge of the picture is on the person's left.
        Metric::HeadRoll => Some(if positive { "towards the left shoulder" } else { "towards the right shoulder" }),
        Metric::ShoulderTilt => Some(if positive { "left shoulder lower" } else { "right shoulder lower" }),
        Metric::TrunkLean => Some(if positive { "leaning forward" } else { "leaning back" }),
        Metric::CraniovertebralAngle
        | Metric::NeckFlexion
        | Metric::ShoulderProtraction
        | Metric::EarShoulderHeight
        | Metric::EyeDistance
        | Metric::ShoulderRaise
        | Metric::Distance
        | Metric::Stillness => None,
    }
}

/// From where a person is seen, as the rest of the sentence "Seen …".
pub fn seen_from(view: View, facing: Facing) -> String {
    let side = match facing {
        Facing::Left => ", facing left",
        Facing::Right => ", facing right",
        Facing::Camera | Facing::Away | Facing::Unknown => "",
    };
    match view {
        View::Lateral => format!("from the side{side}"),
        View::NearLateral => format!("nearly from the side{side}"),
        View::Oblique => format!("at an angle{side}"),
        View::Frontal => "from the front".to_owned(),
        View::Back => "from behind".to_owned(),
        View::Unknown => "from an unknown side".to_owned(),
    }
}

/// How to move the camera so that more can be measured, as one sentence; `None` where the view is good, or unknown.
///
/// Left and right are the person's own, angles roughly to 5°. A positive `trunk_yaw` means that the camera stands to the
/// person's left.
pub fn move_camera(view: View, trunk_yaw: Option<Degrees>) -> Option<String> {
    let yaw = wrapped(trunk_yaw?);
    let (here, away) = if yaw >= 0.0 { ("left", "right") } else { ("right", "left") };
    let about = |angle: Degrees| ((angle / 5.0).round() * 5.0).max(5.0);
    let (from_front, from_side) = (about(yaw.abs()), about((yaw.abs() - 90.0).abs()));
    match view {
        View::NearLateral if yaw.abs() < 90.0 => Some(format!(
            "To measure the craniovertebral angle, move the camera about {from_side}° further round to your {here}, or turn \
             as much to your {away}."
        )),
        View::NearLateral => Some(format!(
            "To measure the craniovertebral angle, move the camera about {from_side}° towards your front, or turn as much \
             to your {here}."
        )),
        View::Oblique => Some(format!(
            "The camera stands about {from_front}° to your {here}: between the side and the front, where neither angle nor \
             ratio holds. Move it about {from_side}° further round to your {here} to be seen from the side, or about \
             {from_front}° back towards your front."
        )),
        View::Back => Some("The camera is behind you: move it to your side, or in front of you.".to_owned()),
        View::Lateral | View::Frontal | View::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn absolute(metric: Metric, value: f32, uncertainty: f32) -> Measurement {
        Measurement { metric, value, uncertainty, reference: Reference::Absolute }
    }

    #[test]
    fn numbers_are_no_more_precise_than_they_are_known() {
        for (metric, value, uncertainty, expected) in [
            (Metric::CraniovertebralAngle, 47.23, 3.12, "47 ± 3°"),
            (Metric::HeadPitch, -17.6, 12.9, "−18 ± 13°"),
            (Metric::HeadRoll, -0.3, 0.2, "0 ± 1°"),
            (Metric::EarShoulderHeight, 0.614, 0.068, "0.61 ± 0.07"),
            (Metric::Distance, 87.9, 23.2, "88 ± 23 cm"),
        ] {
            assert_eq!(quantity(&absolute(metric, value, uncertainty)), expected);
        }
        let nearer = Measurement { reference: Reference::Baseline, ..absolute(Metric::Distance, -0.25, 0.1) };
        assert_eq!(quantity(&nearer), "−0.25 ± 0.10");
    }

    #[test]
    fn a_direction_is_named_only_beyond_the_uncertainty() {
        assert_eq!(direction(&absolute(Metric::HeadPitch, -18.0, 13.0)), Some("looking down"));
        assert_eq!(direction(&absolute(Metric::HeadPitch, -8.0, 13.0)), None);
        assert_eq!(direction(&absolute(Metric::ShoulderTilt, 6.0, 4.0)), Some("left shoulder lower"));
        assert_eq!(direction(&absolute(Metric::Distance, 80.0, 20.0)), None);
    }

    #[test]
    fn the_way_to_move_the_camera_follows_the_side_it_stands_on() {
        let words = move_camera(View::Oblique, Some(42.0)).expect("advice");
        assert!(words.contains("about 40° to your left"), "{words}");
        assert!(words.contains("about 50° further round to your left"), "{words}");
        let words = move_camera(View::Oblique, Some(-42.0)).expect("advice");
        assert!(words.contains("about 50° further round to your right"), "{words}");
        let words = move_camera(View::NearLateral, Some(111.0)).expect("advice");
        assert!(words.contains("about 20° towards your front, or turn as much to your left"), "{words}");
        assert_eq!(move_camera(View::Lateral, Some(88.0)), None);
        assert_eq!(move_camera(View::Oblique, None), None);
    }
}
