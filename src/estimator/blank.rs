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
    let (mut count, mut sum, mut squares) = (0.0_f32, 0.0_f32, 0.0_f32);
    for value in values(image) {
        // Centred, so that the squares stay exact.
        let value = value - 128.0;
        count += 1.0;
        sum += value;
        squares += value * value;
    }
    let mean = sum / count;
    count == 0.0 || squares / count - mean * mean < CONTRAST * CONTRAST
}

/// Mean brightness of `image`, 0 to 255; 0 where there are no pixels.
pub fn brightness(image: &RgbImage) -> f32 {
    let (count, sum) = values(image).fold((0.0_f32, 0.0_f32), |(count, sum), value| (count + 1.0, sum + value));
    sum / count.max(1.0)
}

/// Brightness of a grid of pixels, 0 to 255.
fn values(image: &RgbImage) -> impl Iterator<Item = f32> + '_ {
    let step = |size: u32| (size / GRID).max(1) as usize;
    let (across, down) = (step(image.width()), step(image.height()));
    image.rows().step_by(down).flat_map(move |row| row.step_by(across)).map(|pixel| {
        let [r, g, b] = pixel.0.map(f32::from);
        // Green counts twice: a rough luma is enough here.
        (r + 2.0 * g + b) / 4.0
    })
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
    fn brightness_is_the_mean_of_the_picture() {
        assert_eq!(brightness(&RgbImage::from_pixel(640, 480, Rgb([40, 60, 80]))), 60.0);
        assert_eq!(brightness(&RgbImage::from_fn(64, 64, |x, _| Rgb([if x < 32 { 0 } else { 200 }; 3]))), 100.0);
        assert_eq!(brightness(&RgbImage::new(0, 0)), 0.0);
    }

    #[test]
    fn a_dim_scene_shows_something() {
        let dim = RgbImage::from_fn(640, 480, |x, _| Rgb([if x < 200 { 4 } else { 20 }; 3]));
        assert!(!is_blank(&dim));
    }
}
