//! Pictures that show nothing, drawn, and those that do, from the samples.

use std::path::Path;

use image::Rgb;

use super::*;

fn drawn(value: impl Fn(f32, f32) -> f32, noise: u32) -> RgbImage {
    let mut random = 0x2545_f491_u32;
    RgbImage::from_fn(640, 480, |x, y| {
        let value = value(x as f32, y as f32);
        Rgb(array::from_fn(|_| {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            (value + (random % (noise + 1)) as f32).clamp(0.0, 255.0) as u8
        }))
    })
}

fn samples() -> impl Iterator<Item = (String, RgbImage)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    std::fs::read_dir(folder).expect("samples").flatten().filter_map(|entry| {
        let name = entry.file_name().into_string().expect("a name");
        name.ends_with(".jpg").then(|| (name, image::open(entry.path()).expect("a picture").into_rgb8()))
    })
}

/// `image` with this share of its light, and the noise of a sensor.
fn darkened(image: &RgbImage, light: f32) -> RgbImage {
    let noise = drawn(|_, _| 0.0, 8);
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let noise = noise.get_pixel(x % 640, y % 480);
        let pixel = image.get_pixel(x, y);
        Rgb(array::from_fn(|c| (light * f32::from(pixel[c]) + f32::from(noise[c]) - 4.0).clamp(0.0, 255.0) as u8))
    })
}

#[test]
fn black_covered_blank_and_bars_are_told_apart() {
    let leak = |x: f32, y: f32| 40.0 * (-((x - 640.0).powi(2) + (y - 240.0).powi(2)) / 90_000.0).exp();
    let finger = |x: f32, y: f32| 60.0 - 50.0 * ((x - 320.0).powi(2) + (y - 240.0).powi(2)) / 160_000.0;
    // The eight bars of vivid and of most test cards, from the lightest to black, above other things.
    let bars = |x: f32, y: f32| match (y as u32, (x / 80.0) as usize) {
        (..320, bar) => [235.0, 210.0, 170.0, 145.0, 106.0, 81.0, 41.0, 16.0][bar],
        (_, bar) => 30.0 * (bar % 3) as f32,
    };
    for (name, image, why) in [
        ("black", drawn(|_, _| 0.0, 0), Blind::Black),
        ("black of limited range", drawn(|_, _| 16.0, 0), Blind::Black),
        ("black with noise", drawn(|_, _| 0.0, 12), Blind::Black),
        ("the noise of a shutter", drawn(|_, _| 0.0, 44), Blind::Covered),
        ("light past a shutter", drawn(leak, 8), Blind::Covered),
        ("a finger", drawn(finger, 5), Blind::Covered),
        ("grey", drawn(|_, _| 128.0, 0), Blind::Blank),
        ("white with noise", drawn(|_, _| 230.0, 25), Blind::Blank),
        ("an empty buffer of YUYV", RgbImage::from_pixel(640, 480, Rgb([0, 135, 0])), Blind::Blank),
        ("bars", drawn(bars, 0), Blind::TestCard),
        ("bars with noise", drawn(bars, 10), Blind::TestCard),
    ] {
        assert_eq!(blind(&image), Some(why), "{name}");
    }
    assert_eq!(blind(&RgbImage::new(0, 0)), None);
    assert_eq!(blind(&RgbImage::new(3, 2)), Some(Blind::Black));
}

#[test]
fn a_scene_is_seen_until_it_is_too_dark() {
    for (name, image) in samples() {
        assert_eq!(blind(&image), None, "{name}");
        assert_eq!(blind(&darkened(&image, 0.5)), None, "{name} in half the light");
        assert_eq!(blind(&darkened(&image, 0.12)), Some(Blind::Dark), "{name} in an eighth of the light");
    }
}
