//! The craniovertebral angle from two points that somebody placed on a photo: photogrammetry, as physiotherapists do it.
//!
//! It is the angle **in the picture**, against a horizontal that the user may correct, and so the angle in the body only as
//! far as the camera stood square to the side. Nothing here comes from the network.
//!
//! # Its error
//!
//! - **Placing a point** without markers on the skin: half a centimetre per axis, as one standard deviation, with C7 and
//!   tragus 16 cm apart; over both points that is 2.5°. Photographs *with* markers repeat to about 1.8° (one rater) and 2.0°
//!   (two raters): standard errors from the minimum detectable changes of 4.96° and 5.52° of Gallego-Izquierdo 2020
//!   (IJERPH 17:6521), divided by 2.77. Finding C7 through clothes is worse; how much is not known.
//! - **Pixels**: one pixel per axis, which matters in small pictures.
//! - **Camera roll**, degree for degree: 1.5° unless it was measured, 0.6° (nine in ten within 1°) where it was.
//!
//! Not in it, because a photo does not tell: the camera's place. With the near ear, 5° off the side move the angle by about
//! 2°, 10° by 3 to 4°; a camera tilted up or down by 10° by less than half a degree (geometry, C7 and tragus 16 cm apart).

use crate::{
    geometry::{Degrees, Point, elevation},
    measure::{BAND, Facing, Measurement, Metric, Reading, Reference, View},
};

/// Standard deviation of one coordinate of a placed point, over the distance from C7 to tragus: 0.5 cm of 16 cm.
const PLACING: f32 = 0.5 / 16.0;
/// Standard deviation of one coordinate of a placed point, pixels.
const PIXEL: f32 = 1.0;
/// Standard deviation of the roll of a camera that nobody levelled, and of one whose roll was measured, degrees.
const ROLL_UNKNOWN: Degrees = 1.5;
const ROLL_MEASURED: Degrees = 0.6;
/// Widest 90 % band that is still an answer, degrees: the bands of the population are 5° wide.
const WIDEST_BAND: Degrees = 15.0;
/// Largest roll that is believed, degrees: beyond it the picture lies on its side.
const STEEPEST: Degrees = 45.0;

/// Tragus and C7 as somebody placed them on a photo, in its pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Landmarks {
    /// The tragus: the small flap in front of the ear canal.
    pub tragus: Point,
    /// The skin over the spinous process of the seventh cervical vertebra.
    pub c7: Point,
    /// By how much the true horizontal is tilted in the picture, degrees, positive clockwise; `None` when nobody measured it.
    pub level: Option<Degrees>,
}

/// What [`Landmarks`] amount to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ByHand {
    /// Where they were placed.
    pub landmarks: Landmarks,
    /// Which way the person faces in the picture: the tragus lies in front of C7.
    pub facing: Facing,
    /// The craniovertebral angle in the picture, with its 90 % band.
    pub angle: Measurement,
}

/// Why two points give no angle. Worded to stand after the name of the photo.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum Misplaced {
    /// A point lies outside the picture.
    #[error(
        "--{name} {},{} lies outside the picture, which is {width}×{height}; count pixels from its top left corner",
        at.x, at.y
    )]
    Outside {
        /// The argument's name.
        name: &'static str,
        /// Where it was placed.
        at: Point,
        /// Width of the picture, pixels.
        width: u32,
        /// Height of the picture, pixels.
        height: u32,
    },
    /// Both points are the same.
    #[error("--tragus and --c7 are the same point; the tragus is at the ear, C7 at the base of the neck")]
    Same,
    /// The points are too close for an angle.
    #[error("--tragus and --c7 are only {apart:.0} pixels apart, too few for an angle; take a larger picture")]
    TooClose {
        /// Their distance, pixels.
        apart: f32,
    },
    /// The tragus is not above C7.
    #[error("--tragus {},{} is not above --c7 {},{} (y counts downwards); are the two exchanged?", tragus.x, tragus.y, c7.x, c7.y)]
    Below {
        /// Where the tragus was placed.
        tragus: Point,
        /// Where C7 was placed.
        c7: Point,
    },
    /// The horizontal is not one.
    #[error(
        "--level {level}: give the tilt of the true horizontal in degrees, clockwise positive, at most {STEEPEST} either way"
    )]
    Steep {
        /// As given, degrees.
        level: Degrees,
    },
}

impl Landmarks {
    /// The craniovertebral angle in a picture of `width` × `height` pixels.
    ///
    /// # Errors
    /// The points cannot be a tragus and a C7 of that picture.
    pub fn measure(self, width: u32, height: u32) -> Result<ByHand, Misplaced> {
        let Self { tragus, c7, level } = self;
        for (name, at) in [("tragus", tragus), ("c7", c7)] {
            if !((0.0..=width as f32).contains(&at.x) && (0.0..=height as f32).contains(&at.y)) {
                return Err(Misplaced::Outside { name, at, width, height });
            }
        }
        let roll = level.unwrap_or(0.0);
        if roll.abs() > STEEPEST || roll.is_nan() {
            return Err(Misplaced::Steep { level: roll });
        }
        let levelled = tragus.rotated(-roll, c7);
        let forward = if levelled.x < c7.x { -1.0 } else { 1.0 };
        let value = elevation(c7, levelled, forward).ok_or(Misplaced::Same)?;
        if levelled.y >= c7.y {
            return Err(Misplaced::Below { tragus, c7 });
        }
        let apart = c7.distance(tragus);
        let placing = (2_f32.sqrt() * PLACING.hypot(PIXEL / apart)).to_degrees();
        let uncertainty = BAND * placing.hypot(if level.is_some() { ROLL_MEASURED } else { ROLL_UNKNOWN });
        if uncertainty > WIDEST_BAND {
            return Err(Misplaced::TooClose { apart });
        }
        let facing = if forward < 0.0 { Facing::Left } else { Facing::Right };
        let (metric, reference) = (Metric::CraniovertebralAngle, Reference::Absolute);
        Ok(ByHand { landmarks: self, facing, angle: Measurement { metric, value, uncertainty, reference } })
    }
}

impl ByHand {
    /// The same as a reading: of the one metric that two points give.
    pub fn reading(&self) -> Reading {
        let (view, facing, measurements) = (View::Lateral, self.facing, vec![self.angle]);
        Reading { view, facing, measurements, unmeasured: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(tragus: (f32, f32), c7: (f32, f32), level: Option<Degrees>) -> Landmarks {
        Landmarks { tragus: Point::new(tragus.0, tragus.1), c7: Point::new(c7.0, c7.1), level }
    }

    #[test]
    fn the_angle_is_that_of_the_line_from_c7_to_tragus_on_either_side() {
        for (tragus, facing) in [((200.0, 100.0), Facing::Left), ((400.0, 100.0), Facing::Right)] {
            let by_hand = placed(tragus, (300.0, 200.0), None).measure(640, 480).expect("an angle");
            assert!((by_hand.angle.value - 45.0).abs() < 1e-4);
            assert_eq!(by_hand.facing, facing);
        }
    }

    #[test]
    fn a_tilted_camera_is_set_right_in_both_directions() {
        // Facing right, 45° above the true horizontal, in a picture whose horizontal falls to the right by 10°.
        let c7 = Point::new(300.0, 300.0);
        for (forward, in_picture) in [(1.0, 35.0), (-1.0, 55.0)] {
            let (sin, cos) = f32::to_radians(in_picture).sin_cos();
            let tragus = (c7.x + forward * 100.0 * cos, c7.y - 100.0 * sin);
            let by_hand = placed(tragus, (c7.x, c7.y), Some(10.0)).measure(640, 480).expect("an angle");
            assert!((by_hand.angle.value - 45.0).abs() < 1e-3, "{by_hand:?}");
        }
    }

    #[test]
    fn the_band_holds_placing_pixels_and_roll() {
        let band = |apart: f32, level| {
            placed((1_000.0 - apart, 1_000.0 - apart), (1_000.0, 1_000.0), level)
                .measure(2_000, 2_000)
                .map(|by_hand| by_hand.angle.uncertainty)
        };
        let large = band(700.0, None).expect("an angle");
        // 1.645 · √(2.53² + 1.5²), and a little for the pixels.
        assert!((large - 4.84).abs() < 0.02, "{large}");
        assert!(band(700.0, Some(0.0)).expect("an angle") < large, "a level that was measured is worth something");
        assert!(band(15.0, None).expect("an angle") > large, "and so are pixels");
        assert!(matches!(band(4.0, None), Err(Misplaced::TooClose { .. })));
    }

    #[test]
    fn points_that_cannot_be_are_refused() {
        let refused = |tragus, c7, level| placed(tragus, c7, level).measure(640, 480).expect_err("refused").to_string();
        let outside = refused((700.0, 100.0), (300.0, 200.0), None);
        assert_eq!(
            outside,
            "--tragus 700,100 lies outside the picture, which is 640×480; count pixels from its top left corner"
        );
        assert!(refused((f32::NAN, 100.0), (300.0, 200.0), None).contains("outside the picture"));
        assert!(refused((200.0, 100.0), (300.0, -1.0), None).starts_with("--c7 300,-1 lies outside"));
        assert!(refused((300.0, 200.0), (300.0, 200.0), None).contains("the same point"));
        assert!(refused((200.0, 300.0), (300.0, 200.0), None).contains("are the two exchanged?"));
        let tilted = refused((200.0, 199.0), (300.0, 200.0), Some(10.0));
        assert!(tilted.contains("is not above"), "below the true horizontal: {tilted}");
        assert!(refused((200.0, 100.0), (300.0, 200.0), Some(60.0)).starts_with("--level 60:"));
        assert!(refused((200.0, 100.0), (300.0, 200.0), Some(f32::NAN)).starts_with("--level NaN:"));
    }
}
