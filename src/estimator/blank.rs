//! How much light there is in a picture, and pictures in which there is nothing to see.

use std::ops::Range;

use image::RgbImage;

use super::Region;

/// Standard deviation of the brightness, of 255, below which a picture shows nothing. Photos of people begin at 24, rendered
/// ones in low light at 10 (4,000 of each). How noisy the picture of a covered camera is was not measured on any camera.
const CONTRAST: f32 = 4.0;

/// About this many pixels in each direction are looked at.
const GRID: u32 = 64;

/// How bright a picture is, and whether there is anything to see in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Light {
    /// 0..1: mean brightness.
    pub mean: f32,
    /// Whether the picture is black, covered, washed out, or of one colour throughout. The network was not taught such
    /// pictures, and sees people in the black ones.
    pub blank: bool,
}

impl Light {
    /// The light in the part of `image` that lies in `region`; in all of it when nothing does.
    pub fn of(image: &RgbImage, region: Option<Region>) -> Self {
        let (columns, rows) = region.map_or((0..image.width(), 0..image.height()), |region| {
            let span = |centre: f32, limit: u32| {
                let end = (centre + region.side / 2.0).clamp(0.0, limit as f32) as u32;
                let start = (centre - region.side / 2.0).clamp(0.0, end as f32) as u32;
                if start == end { 0..limit } else { start..end }
            };
            (span(region.centre.x, image.width()), span(region.centre.y, image.height()))
        });
        let step = |range: &Range<u32>| (range.len() as u32 / GRID).max(1) as usize;
        let (mut count, mut sum, mut squares) = (0.0_f32, 0.0_f32, 0.0_f32);
        for y in rows.clone().step_by(step(&rows)) {
            for x in columns.clone().step_by(step(&columns)) {
                let [r, g, b] = image.get_pixel(x, y).0.map(f32::from);
                // Green counts twice: a rough luma is enough here. Centred, so that the squares stay exact.
                let brightness = (r + 2.0 * g + b) / 4.0 - 128.0;
                count += 1.0;
                sum += brightness;
                squares += brightness * brightness;
            }
        }
        if count == 0.0 {
            return Self { mean: 0.0, blank: true };
        }
        let mean = sum / count;
        Self { mean: (mean + 128.0) / 255.0, blank: squares / count - mean * mean < CONTRAST * CONTRAST }
    }
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;
    use crate::geometry::Point;

    fn is_blank(image: &RgbImage) -> bool {
        Light::of(image, None).blank
    }

    #[test]
    fn one_colour_and_the_noise_of_a_covered_camera_show_nothing() {
        for value in [0, 16, 128, 255] {
            assert!(is_blank(&RgbImage::from_pixel(640, 480, Rgb([value; 3]))), "{value}");
        }
        let noise = RgbImage::from_fn(640, 480, |x, y| Rgb([((x * 31 + y * 17) % 9) as u8; 3]));
        assert!(is_blank(&noise));
        assert!(is_blank(&RgbImage::new(0, 0)));
    }

    #[test]
    fn a_dim_scene_shows_something() {
        let dim = RgbImage::from_fn(640, 480, |x, _| Rgb([if x < 200 { 4 } else { 20 }; 3]));
        assert!(!is_blank(&dim));
    }

    #[test]
    fn the_light_is_that_of_the_region_as_far_as_it_lies_in_the_picture() {
        let lamp = RgbImage::from_fn(640, 480, |x, _| Rgb([if x < 320 { 0 } else { 255 }; 3]));
        let mean = |region| Light::of(&lamp, region).mean;
        let around = |x, side| Some(Region { centre: Point::new(x, 240.0), side });
        assert!((mean(None) - 0.5).abs() < 0.01);
        assert_eq!(mean(around(100.0, 150.0)), 0.0);
        assert_eq!(mean(around(620.0, 200.0)), 1.0);
        assert!((mean(around(-500.0, 100.0)) - 0.5).abs() < 0.01, "nothing of it in the picture");
    }
}
