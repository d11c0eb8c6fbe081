//! How good light and view are, in a few words.

use crate::{
    measure::{Reading, Reason, View, obstacle},
    pose::Scene,
};

/// Mean brightness, 0..1, below which poor light is the likely reason for not seeing well, as `posture calibrate` has it.
const DIM: f32 = 0.2;

/// The light in the picture; empty where it was not looked at.
pub fn light(scene: &Scene) -> &'static str {
    match scene.brightness {
        None => "",
        Some(_) if obstacle(scene) == Some(Reason::Dark) => "light: too dark",
        Some(mean) if mean < DIM => "light: dim",
        Some(_) => "light: good",
    }
}

/// How well posture can be measured from where the person is seen.
pub fn view(reading: &Reading) -> &'static str {
    match reading.view {
        _ if reading.measurements.is_empty() => "view: poor",
        View::Lateral | View::Frontal => "view: good",
        View::NearLateral => "view: fair",
        View::Oblique | View::Back | View::Unknown => "view: poor",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{Facing, Measurement, Metric, Reference};

    #[test]
    fn light_is_told_by_the_mean_of_the_picture() {
        let told = |brightness, too_dark| light(&Scene { brightness, too_dark, ..Scene::default() });
        for (mean, too_dark, expected) in [
            (Some(0.02), true, "light: too dark"),
            (Some(0.1), false, "light: dim"),
            (Some(0.5), false, "light: good"),
            (None, false, ""),
        ] {
            assert_eq!(told(mean, too_dark), expected);
        }
    }

    #[test]
    fn a_view_is_good_where_something_is_measured_square_on() {
        let measured = Measurement {
            metric: Metric::CraniovertebralAngle,
            value: 50.0,
            uncertainty: 3.0,
            reference: Reference::Absolute,
        };
        let told = |from, measurements: &[Measurement]| {
            let measurements = measurements.to_vec();
            view(&Reading { view: from, facing: Facing::Left, measurements, unmeasured: Vec::new() })
        };
        assert_eq!(told(View::Lateral, &[measured]), "view: good");
        assert_eq!(told(View::NearLateral, &[measured]), "view: fair");
        assert_eq!([told(View::Oblique, &[measured]), told(View::Frontal, &[])], ["view: poor"; 2]);
    }
}
