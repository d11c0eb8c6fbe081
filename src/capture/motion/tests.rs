//! Whole pictures and broken ones.

use std::io::Cursor;

use image::{DynamicImage, GrayImage, ImageFormat, Luma};

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

fn decoded(jpeg: &[u8]) -> Option<RgbImage> {
    MotionJpeg::new().decode(jpeg, RgbImage::default())
}

fn whole(jpeg: &[u8]) -> bool {
    decoded(jpeg).is_some()
}

fn encoded(image: impl Into<DynamicImage>) -> Vec<u8> {
    let mut jpeg = Cursor::new(Vec::new());
    image.into().write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    jpeg.into_inner()
}

#[test]
fn memory_that_comes_back_is_used_again() {
    let mut motion = MotionJpeg::new();
    let first = motion.decode(PHOTO, RgbImage::default()).unwrap();
    let place = first.as_ptr();
    let second = motion.decode(PHOTO, first).unwrap();
    assert_eq!(second.as_ptr(), place);
    assert_eq!(second, decode(PHOTO).unwrap());
    assert_eq!(motion.length(), PHOTO.len());
}

#[test]
fn what_a_picture_says_of_its_way_up_is_heeded() {
    let turned = b"\xff\xe1\0\x22Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let photo = [&PHOTO[..2], turned, &PHOTO[2..]].concat();
    assert_eq!(decoded(&photo), decode(&photo).ok());
    assert_eq!(decode(&photo).unwrap().dimensions(), (480, 640));
    assert!(!whole(&photo[..photo.len() - 900]), "cut short all the same");
}

#[test]
fn nothing_of_one_picture_is_left_in_the_next() {
    let mut motion = MotionJpeg::new();
    assert!(motion.decode(PHOTO, RgbImage::default()).is_some());
    assert_eq!(motion.decode(&PHOTO[..PHOTO.len() / 2], RgbImage::default()), None, "half a picture is none");
    let fresh = decoded(&small());
    assert!(fresh.is_some());
    assert_eq!(motion.decode(&small(), RgbImage::default()), fresh);
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
    assert_eq!(decoded(&jpeg), decode(&picture(3)).ok());
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
