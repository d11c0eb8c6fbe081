//! Pictures in which there is nothing to see.

use image::RgbImage;

/// Standard deviation of the brightness, of 255, below which a picture shows nothing. Photos of people begin at 24, rendered
/// ones in low light at 10 (4,000 of each). How noisy the picture of a covered camera is was not measured on any camera.
const CONTRAST: f32 = 4.0;

/// About this many pixels in each direction are looked at.
const GRID: u32 = 64;

/// Whether `image` is black, covered, washed out, or of one colour throughout. The network was not taught such pictures, and
/// sees people in the black ones.
pub(super) fn is_blank(image: &RgbImage) -> bool {
    let step = |size: u32| (size / GRID).max(1) as usize;
    let (mut count, mut sum, mut squares) = (0.0_f32, 0.0_f32, 0.0_f32);
    for row in image.rows().step_by(step(image.height())) {
        for pixel in row.step_by(step(image.width())) {
            let [r, g, b] = pixel.0.map(f32::from);
            // Green counts twice: a rough luma is enough here. Centred, so that the squares stay exact.
            let brightness = (r + 2.0 * g + b) / 4.0 - 128.0;
            count += 1.0;
            sum += brightness;
            squares += brightness * brightness;
        }
    }
    let mean = sum / count;
    count == 0.0 || squares / count - mean * mean < CONTRAST * CONTRAST
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

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
}
