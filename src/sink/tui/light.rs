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
        View::Lateral | View::Frontal if reading.measurements.is_empty() => "view: good, too little of you in it",
        View::Lateral | View::Frontal => "view: good",
        View::NearLateral => "view: fair, not quite from the side",
        View::Oblique => "view: poor, at an angle",
        View::Back => "view: poor, from behind",
        View::Unknown => "view: unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Facing;

    #[test]
    fn light_is_told_by_the_mean_of_the_picture() {
        let told = |brightness| light(&Scene { brightness, rival: None });
        for (mean, expected) in
            [(Some(0.02), "light: too dark"), (Some(0.1), "light: dim"), (Some(0.5), "light: good"), (None, "")]
        {
            assert_eq!(told(mean), expected);
        }
    }

    #[test]
    fn a_view_is_good_where_something_is_measured_square_on() {
        let reading = |view| Reading { view, facing: Facing::Left, measurements: Vec::new(), unmeasured: Vec::new() };
        assert_eq!(view(&reading(View::Lateral)), "view: good, too little of you in it");
        assert_eq!(view(&reading(View::NearLateral)), "view: fair, not quite from the side");
        assert_eq!(view(&reading(View::Oblique)), "view: poor, at an angle");
    }
}
