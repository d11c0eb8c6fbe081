//! Who is followed when somebody else comes into the picture: composed photos through the real network.

use std::time::Duration;

use image::{RgbImage, imageops};
use posture::{
    baseline::Baseline,
    capture::open_photo,
    estimator::{Estimator, Network},
    frame::Frame,
    geometry::Point,
    measure::View,
    monitor::Event,
    pipeline::{Session, Step},
    pose::{BodyPart, Keypoint, Pose},
    rules::Rules,
    stretches::Stretches,
};

use crate::{cli::sample, watch::sitting};

/// Frames per second.
const RATE: u32 = 4;

fn photo(name: &str) -> RgbImage {
    open_photo(&sample(name)).unwrap()
}

/// The part of a photo with the person in it.
fn person(name: &str) -> RgbImage {
    let photo = photo(name);
    imageops::crop_imm(&photo, 150, 0, 350, photo.height()).to_image()
}

fn with(scene: &RgbImage, person: &RgbImage, x: i64) -> RgbImage {
    let mut composed = scene.clone();
    imageops::overlay(&mut composed, person, x, 0);
    composed
}

fn watch(frames: impl IntoIterator<Item = RgbImage>) -> Vec<Step> {
    let estimator = Box::new(Estimator::tracking(Network::embedded().unwrap()));
    let mut session =
        Session::new("composed", estimator, Baseline::default(), Rules::embedded(), Stretches::embedded());
    let frame = |(number, image)| Frame { image, at: Duration::from_secs(1) * number / RATE };
    (0_u32..).zip(frames).map(|numbered| session.frame(&frame(numbered)).unwrap()).collect()
}

fn nose(step: &Step) -> Option<f32> {
    step.report.as_ref()?.person.as_ref()?.0.keypoints.get(BodyPart::Nose).map(|nose| nose.at.x)
}

#[test]
fn a_passer_by_in_front_of_the_user_does_not_become_the_reading() {
    let user = photo("front_upright.jpg");
    let still = |seconds: u32| std::iter::repeat_n(user.clone(), (seconds * RATE) as usize);
    for name in ["side_upright_right.jpg", "front_forward_head.jpg"] {
        let passer_by = person(name);
        let passing = (0..12).map(|step| with(&user, &passer_by, -340 + 80 * step));
        let steps = watch(still(4).chain(passing).chain(still(4)));
        let home = nose(&steps[8]).unwrap();
        for step in &steps {
            assert!(
                nose(step).is_none_or(|x| (x - home).abs() < 60.0),
                "{name} at {:?}: {:?}",
                step.report.as_ref().unwrap().at,
                nose(step)
            );
            for event in &step.events {
                let told =
                    matches!(event, Event::View { view: View::Lateral | View::NearLateral, .. } | Event::Left { .. });
                assert!(!told, "{name}: {event:?}");
            }
        }
        let covered = steps[16..28].iter().filter(|step| step.report.as_ref().unwrap().person.is_none()).count();
        assert!(covered >= 4, "{name}: nobody is read while somebody else stands there: {covered}");
        assert!(steps[36..].iter().all(|step| nose(step).is_some()), "{name}: followed again two seconds after it");
    }
}

/// Somebody seen from the side, so many pixels higher in the picture than when they sit.
fn from_the_side(at: f64, higher: f32) -> Pose {
    let mut pose = sitting(at, 50.0, 90.0).expect("somebody");
    let seen = |x: f32, y: f32| Some(Keypoint { at: Point::new(x, y), score: 0.9 });
    pose.keypoints.set(BodyPart::Nose, seen(195.0, 145.0));
    pose.keypoints.set(BodyPart::LeftShoulder, seen(280.0, 250.0));
    let moved = |(part, k): (BodyPart, Keypoint)| (part, Keypoint { at: Point::new(k.at.x, k.at.y - higher), ..k });
    Pose { keypoints: pose.keypoints.iter().map(moved).collect(), ..pose }
}

#[test]
fn standing_up_is_left_and_never_good_posture() {
    let estimator = Box::new(Estimator::tracking(Network::embedded().unwrap()));
    let mut session = Session::new("side", estimator, Baseline::default(), Rules::embedded(), Stretches::embedded());
    // Seated for two minutes, up within a second, standing for twenty, and seated again.
    let higher = |at: f64| match at {
        ..120.0 => 0.0,
        ..121.0 => 200.0 * (at as f32 - 120.0),
        ..141.0 => 200.0,
        _ => 0.0,
    };
    let (mut told, mut read) = (Vec::new(), 0);
    for frame in 0..150 * RATE {
        let at = f64::from(frame) / f64::from(RATE);
        let step = session.pose(Duration::from_secs_f64(at), (640, 480), Some(from_the_side(at, higher(at))));
        read += u32::from((121.0..141.0).contains(&at) && step.report.unwrap().person.is_some());
        told.extend(step.events.into_iter().filter_map(|event| match event {
            Event::Left { at } => Some(("left", at.as_secs())),
            Event::Returned { at } => Some(("returned", at.as_secs())),
            _ => None,
        }));
    }
    assert_eq!(read, 0, "nobody who stands is measured");
    let [("returned", 0), ("left", left), ("returned", back)] = told[..] else { panic!("{told:?}") };
    assert!((120..=121).contains(&left) && (141..=143).contains(&back), "{told:?}");
}

#[test]
fn who_stays_in_the_background_when_the_user_has_left_does_not_take_their_place() {
    let user = photo("front_upright.jpg");
    let empty = photo("nobody.jpg");
    let empty = imageops::resize(&empty, user.width(), user.height(), imageops::FilterType::Triangle);
    let visitor = person("front_forward_head.jpg");
    let visitor = imageops::resize(&visitor, visitor.width() / 2, visitor.height() / 2, imageops::FilterType::Triangle);
    let visited = with(&empty, &visitor, 0);
    // Long enough for the place to be trusted as the user's.
    let seated = 32 * RATE as usize;
    let steps = watch(std::iter::repeat_n(user, seated).chain(std::iter::repeat_n(visited, 15 * RATE as usize)));
    let events: Vec<&Event> = steps.iter().flat_map(|step| &step.events).collect();
    assert!(steps[seated + 1..].iter().all(|step| step.report.as_ref().unwrap().person.is_none()), "{events:?}");
    assert!(events.iter().any(|event| matches!(event, Event::Left { .. })), "{events:?}");
}
