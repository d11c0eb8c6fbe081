use std::time::Duration;

use image::Rgb;

use super::*;
use crate::{
    geometry::Point,
    measure::{Known, Reading, measure},
    pose::{BodyPart, Keypoint, Pose, Regressed},
};

const GREY: Rgb<u8> = Rgb([128; 3]);

/// A person in a picture of 640×480, scaled to `width` with their picture.
fn person(width: u32, trunk_yaw: f32, parts: &[(BodyPart, f32, f32)]) -> (Pose, Reading) {
    let scale = width as f32 / 640.0;
    let keypoint =
        |&(part, x, y): &(BodyPart, f32, f32)| (part, Keypoint { at: Point::new(x * scale, y * scale), score: 0.9 });
    let pose = Pose {
        keypoints: parts.iter().map(keypoint).collect(),
        presence: 1.0,
        head: None,
        trunk_yaw: Some(trunk_yaw),
        craniovertebral_angle: Some(Regressed { value: 47.0, deviation: 1.0 }),
        frame_width: width,
        frame_height: width * 3 / 4,
    };
    let reading = measure(&pose, Known::default());
    (pose, reading)
}

fn from_the_side(width: u32) -> (Pose, Reading) {
    let parts = [(BodyPart::LeftEar, 250.0, 140.0), (BodyPart::Nose, 200.0, 150.0), (BodyPart::C7, 330.0, 230.0)];
    person(width, 90.0, &parts)
}

fn from_the_front(width: u32) -> (Pose, Reading) {
    use BodyPart::*;
    let parts = [
        (Nose, 320.0, 190.0),
        (LeftEye, 338.0, 175.0),
        (RightEye, 302.0, 175.0),
        (LeftEar, 365.0, 180.0),
        (RightEar, 275.0, 180.0),
        (LeftShoulder, 420.0, 310.0),
        (RightShoulder, 220.0, 300.0),
    ];
    person(width, 0.0, &parts)
}

fn report(width: u32, person: Option<(Pose, Reading)>) -> Report {
    Report::new("photo.jpg", Duration::ZERO, (width, width * 3 / 4), person)
}

fn drawn(width: u32, person: Option<(Pose, Reading)>) -> RgbImage {
    draw(RgbImage::from_pixel(width, width * 3 / 4, GREY), &report(width, person))
}

/// Share of the pixels that are not as they were.
fn changed(image: &RgbImage) -> f32 {
    image.pixels().filter(|pixel| **pixel != GREY).count() as f32 / (image.width() * image.height()) as f32
}

fn is_light((x, y): (u32, u32), image: &RgbImage) -> bool {
    image.get_pixel(x, y).0.iter().all(|value| *value > 200)
}

#[test]
fn the_angle_is_drawn_where_it_is() {
    let image = drawn(640, Some(from_the_side(640)));
    assert_eq!(image.dimensions(), (640, 480));
    let Ink(r, g, b, _) = Ink::CALM;
    assert_eq!(*image.get_pixel(290, 185), Rgb([r, g, b]), "half way from C7 to the tragus");
    assert_eq!(*image.get_pixel(250, 140), Rgb([r, g, b]), "on the tragus");
    assert!((200..330).any(|x| is_light((x, 230), &image)), "on the horizontal through C7");
    assert_eq!(*image.get_pixel(600, 60), GREY, "away from all of it");
}

#[test]
fn the_shoulder_line_is_drawn_where_it_is() {
    let image = drawn(640, Some(from_the_front(640)));
    let Ink(r, g, b, _) = Ink::CALM;
    assert_eq!(*image.get_pixel(320, 305), Rgb([r, g, b]), "half way from shoulder to shoulder");
    assert!((220..420).any(|x| is_light((x, 300), &image)), "on the level of the right shoulder");
}

#[test]
fn pictures_of_any_size_are_drawn_on_alike() {
    for person in [from_the_side, from_the_front] {
        let share = changed(&drawn(640, Some(person(640))));
        assert!((0.01..0.2).contains(&share), "{share}");
        let larger = changed(&drawn(2560, Some(person(2560))));
        assert!((0.9..1.1).contains(&(larger / share)), "{larger} for {share}");
        assert!(changed(&drawn(320, Some(person(320)))) < 3.0 * share);
    }
}

#[test]
fn nobody_is_said_in_a_corner() {
    let image = drawn(640, None);
    let share = changed(&image);
    assert!((0.001..0.02).contains(&share), "{share}");
    assert_ne!(*image.get_pixel(20, 460), GREY);
}

#[test]
fn a_picture_of_hardly_any_pixels_is_drawn_on_all_the_same() {
    for (width, height) in [(1, 1), (7, 3), (1, 400), (400, 1)] {
        let image = draw(RgbImage::from_pixel(width, height, GREY), &report(8, Some(from_the_side(8))));
        assert_eq!(image.dimensions(), (width, height));
    }
    assert_eq!(draw(RgbImage::new(0, 0), &report(0, None)).dimensions(), (0, 0));
}

#[test]
fn the_font_has_every_letter_that_is_written() {
    use ab_glyph::{Font as _, FontRef};
    let font = FontRef::try_from_slice(epaint_default_fonts::UBUNTU_LIGHT).expect("a font");
    for letter in "abc 0123456789 ±°−–,.()\u{a0}".chars() {
        assert_ne!(font.glyph_id(letter).0, 0, "{letter:?}");
    }
}

#[test]
fn only_a_complete_copy_takes_a_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let (photo, other_name) = (folder.path().join("photo.png"), folder.path().join("other.png"));
    fs::write(&photo, "the photo").expect("written");
    fs::hard_link(&photo, &other_name).expect("linked");
    write(RgbImage::from_pixel(64, 48, GREY), &report(64, None), &other_name).expect("written");
    assert_eq!(fs::read(&photo).expect("there"), b"the photo", "a copy does not write through a link");
    assert!(image::open(&other_name).is_ok());
    assert_eq!(fs::read_dir(folder.path()).expect("there").count(), 2, "nothing is left beside it");
    let error = write(RgbImage::new(8, 8), &report(8, None), &photo.join("x.png")).expect_err("below a file");
    assert!(error.to_string().contains("the annotated copy cannot be written ("), "{error}");
}
