//! Whole pictures and broken ones, and their pixels beside those of another decoder.

use std::io::Cursor;

use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgb};

use super::{super::decode::decode, *};

/// A photo of 640 × 480 in 4:2:0.
const PHOTO: &[u8] = include_bytes!("../../../samples/side_upright_left.jpg");

/// 56×40 in 4:2:0 with a restart every two units: what `image` does not write.
const SMALL: &str = "\
    ffd8ffe000104a46494600010100000100010000ffdb004300140e0f120f0d14121012171514181e32211e1c1c1e3d2c2e243249404c\
    4b47404645505a736250556d5645466488656d777b8182814e608d978c7d96737e817cffdb0043011517171e1a1e3b21213b7c534653\
    7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7cffc00011\
    080028003803012200021101031101ffc4001a000003010101010000000000000000000000020403050601ffc4001810010101010100\
    000000000000000000000003010261ffc4001801010101010100000000000000000000000403050100ffc4001b110003010100030000\
    00000000000000000001020312112131ffdd00040002ffda000c03010002110311003f00f23933649564cf927a2c876499236496648d\
    922e343bd1ffd0f33913647c5b91f0f91f1ad1a1120c8f81d1c8f80a5afa3be0ffd1e4e4cf9251ccdaf320a6ccb9b26c91f24ab9935e\
    644ce85a68ffd29f227c8f8b398b4e63e2d3a07923c8f81d1e63e0216a5523ffd3fbccdaf32018f2d9810d9b7326bcc8022698b867ff\
    d4eb7316bcc7c0079a61a0d798f800595312be1fffd9";

fn small() -> Vec<u8> {
    (0..SMALL.len() / 2).map(|i| u8::from_str_radix(&SMALL[2 * i..2 * i + 2], 16).unwrap()).collect()
}

/// A smooth picture with a rough spot, elsewhere for every seed.
fn picture(seed: u32) -> Vec<u8> {
    let (width, height) = (160, 96);
    let (left, top) = (seed * 37 % 120, seed * 23 % 60);
    let pixel = |x: u32, y: u32| {
        let rough = (left..left + 40).contains(&x) && (top..top + 36).contains(&y);
        if rough { (x * x * 7 + y * y * 13 + x * y * seed) as u8 } else { (x / 2 + y) as u8 }
    };
    let pixels: Vec<u8> = (0..width * height).map(|i| pixel(i % width, i / width)).collect();
    encoded(GrayImage::from_raw(width, height, pixels).unwrap())
}

fn whole(jpeg: &[u8]) -> bool {
    MotionJpeg::new().read(jpeg)
}

fn encoded(image: impl Into<DynamicImage>) -> Vec<u8> {
    let mut jpeg = Cursor::new(Vec::new());
    image.into().write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    jpeg.into_inner()
}

/// Waves of colour.
fn waves(width: u32, height: u32) -> RgbImage {
    let wave = |at: u32, period: f32| (127.0 + 90.0 * (at as f32 / period).sin()) as u8;
    RgbImage::from_fn(width, height, |x, y| Rgb([wave(x, 30.0), wave(y, 23.0), wave(x + y, 41.0)]))
}

/// Mean and largest difference between the samples of two pictures of one size.
fn apart(one: &RgbImage, other: &RgbImage) -> (f64, u8) {
    assert_eq!(one.dimensions(), other.dimensions());
    let differences = || one.iter().zip(other.iter()).map(|(a, b)| a.abs_diff(*b));
    let sum: f64 = differences().map(f64::from).sum();
    (sum / one.len() as f64, differences().max().unwrap())
}

#[test]
fn pixels_are_those_of_another_decoder() {
    let mut motion = MotionJpeg::new();
    for (name, jpeg, mean, most) in [
        ("grey", picture(2), 0.1, 1),
        ("4:4:4", encoded(waves(120, 77)), 0.5, 3),
        // The other decoder smoothes between the samples of colour.
        ("4:2:0", PHOTO.to_vec(), 0.8, 60),
        ("grey again", picture(5), 0.1, 1),
    ] {
        let image = motion.decode(&jpeg).unwrap();
        let apart = apart(&image, &decode(&jpeg).unwrap());
        assert!(apart.0 < mean && apart.1 <= most, "{name}: {apart:?}");
        motion.take_back(image);
    }
}

#[test]
fn large_pictures_are_reduced_as_by_averaging() {
    for (width, height, factor) in [(1279, 41, 1), (1280, 48, 2), (2570, 40, 4), (5120, 64, 8)] {
        let jpeg = encoded(waves(width, height));
        let reduced = MotionJpeg::new().decode(&jpeg).unwrap();
        let full = decode(&jpeg).unwrap();
        let averaged = RgbImage::from_fn(width.div_ceil(factor), height.div_ceil(factor), |x, y| {
            let inside = |at: u32, size: u32| (factor * at)..(factor * (at + 1)).min(size);
            let mut sum = [0_u32; 3];
            for (x, y) in inside(x, width).flat_map(|x| inside(y, height).map(move |y| (x, y))) {
                (0..3).for_each(|c| sum[c] += u32::from(full.get_pixel(x, y).0[c]));
            }
            let count = (inside(x, width).len() * inside(y, height).len()) as u32;
            Rgb(sum.map(|sum| (sum / count) as u8))
        });
        let apart = apart(&reduced, &averaged);
        assert!(apart.0 < 1.5 && apart.1 < 16, "{factor}: {apart:?}");
    }
}

#[test]
fn what_webcams_do_not_send_is_left_to_the_other_decoder() {
    let turned = b"\xff\xe1\0\x22Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let photo = [&PHOTO[..2], turned, &PHOTO[2..]].concat();
    assert_eq!(MotionJpeg::new().decode(&photo), decode(&photo).ok());
    assert_eq!(decode(&photo).unwrap().dimensions(), (480, 640));
    assert!(!whole(&photo[..photo.len() - 900]), "cut short all the same");
}

#[test]
fn nothing_of_one_picture_is_left_in_the_next() {
    let mut motion = MotionJpeg::new();
    assert!(motion.read(PHOTO));
    assert!(!motion.read(&PHOTO[..PHOTO.len() / 2]));
    assert_eq!(motion.picture(), None, "half a picture is none");
    let fresh = MotionJpeg::new().decode(&small());
    assert!(fresh.is_some());
    assert_eq!(motion.decode(&small()), fresh);
}

#[test]
fn whole_pictures_pass() {
    assert!(whole(&small()));
    assert!((0..8).all(|seed| whole(&picture(seed))));
    let grey = encoded(GrayImage::from_pixel(33, 17, Luma([99])));
    assert!(whole(&grey));
}

#[test]
fn a_cut_picture_is_found_out_even_when_it_ends_as_another() {
    let mut passed = Vec::new();
    for seed in 0..10 {
        let (new, old) = (picture(seed), picture(seed + 10));
        for eighth in 3..8 {
            let cut = new.len() * eighth / 8;
            assert!(!whole(&[&new[..cut], b"\xff\xd9"].concat()), "{seed} ended at {cut}");
            if whole(&[&new[..cut], &old[cut.min(old.len() - 2)..]].concat()) {
                passed.push((seed, cut));
            }
        }
    }
    // By chance the rest of the other picture can hold just as many blocks.
    assert!(passed.len() <= 1, "{passed:?}");
}

#[test]
fn a_lost_restart_does_not_pass() {
    let mut jpeg = small();
    let restart = jpeg.windows(2).rposition(|pair| pair == [0xff, 0xd2]).unwrap();
    jpeg[restart + 1] = 0xd3;
    assert!(!whole(&jpeg));
}

#[test]
fn webcams_may_leave_out_the_standard_tables() {
    let mut jpeg = picture(3);
    while let Some(start) = jpeg.windows(2).position(|pair| pair == [0xff, 0xc4]) {
        let length = usize::from(jpeg[start + 2]) << 8 | usize::from(jpeg[start + 3]);
        jpeg.drain(start..start + 2 + length);
    }
    assert!(jpeg.len() < picture(3).len());
    assert!(whole(&jpeg));
}

#[test]
fn no_damage_brings_it_down() {
    let jpeg = small();
    for at in 0..jpeg.len() {
        for byte in [0x00, 0x01, 0x7f, 0xc0, 0xd9, 0xda, 0xff] {
            let mut damaged = jpeg.clone();
            damaged[at] = byte;
            whole(&damaged);
            whole(&damaged[..at]);
        }
    }
}
