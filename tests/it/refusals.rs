//! What cannot be measured is refused, with a reason and a way out: from pictures through the network as shipped.

use std::{path::Path, time::Duration};

use image::{GenericImage, RgbImage, imageops};
use posture::{
    baseline::Baseline,
    estimator::{Estimator, Network},
    frame::Frame,
    measure::{Reason, View},
    monitor::Event,
    pipeline::{Report, Session, inspect},
    pose::BodyPart,
    report::Text,
    rules::Rules,
    stretches::Stretches,
};

fn sample(name: &str) -> RgbImage {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name);
    image::open(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display())).into_rgb8()
}

/// What `check` makes of a picture, and what it says, on one line.
fn checked(image: RgbImage) -> (Report, String) {
    let (rules, stretches) = (Rules::embedded(), Stretches::embedded());
    let mut estimator = Estimator::for_photos(Network::embedded().expect("loads"));
    let frame = Frame { image, at: Duration::ZERO };
    let report = inspect("photo", &frame, None, &mut estimator, &rules, &stretches).expect("inspected");
    let mut out = Vec::new();
    Text::new(&rules, &stretches).report(&report, &mut out).expect("written");
    let text = anstream::adapter::strip_str(&String::from_utf8(out).expect("text")).to_string();
    (report, text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn refused(report: &Report, because: Reason) -> Vec<Option<BodyPart>> {
    let (_, reading) = report.person.as_ref().expect("somebody is seen");
    reading.unmeasured.iter().filter(|u| u.because == because).map(|u| u.part).collect()
}

fn has_no_measurement(report: &Report) -> bool {
    report.person.as_ref().is_none_or(|(_, reading)| reading.measurements.is_empty())
}

#[test]
fn an_oblique_view_is_refused_with_the_way_to_move_the_camera() {
    let (report, said) = checked(sample("threequarter_upright.jpg"));
    let (_, reading) = report.person.as_ref().expect("somebody is seen");
    assert_eq!(reading.view, View::Oblique);
    assert!(reading.measurements.is_empty(), "{reading:?}");
    assert!(said.contains("Only from the side: craniovertebral angle"), "{said}");
    assert!(said.contains("Move it about"), "{said}");
}

#[test]
fn a_dark_picture_is_refused_whether_or_not_somebody_is_made_out() {
    for (name, share) in [
        ("front_upright.jpg", 0.15),
        ("front_upright.jpg", 0.08),
        ("front_upright.jpg", 0.02),
        ("side_upright_left.jpg", 0.06),
    ] {
        let mut dark = sample(name);
        dark.pixels_mut().for_each(|pixel| pixel.0 = pixel.0.map(|value| (share * f32::from(value)) as u8));
        let (report, said) = checked(dark);
        assert!(has_no_measurement(&report) && report.findings.is_empty(), "{name} {share}: {report:?}");
        assert!(said.contains("too dark"), "{said}");
        assert!(said.contains("Switch on a lamp in front of you"), "{said}");
    }
    assert!(!checked(sample("front_upright.jpg")).1.contains("dark"));
}

#[test]
fn two_people_equally_large_are_refused_and_a_smaller_one_behind_is_not() {
    let mut pair = RgbImage::new(640, 360);
    let person = sample("front_upright.jpg");
    let head_and_shoulders = imageops::crop_imm(&person, 160, 40, 320, 360).to_image();
    for x in [0, 320] {
        pair.copy_from(&head_and_shoulders, x, 0).expect("fits");
    }
    let (report, said) = checked(pair);
    assert!(has_no_measurement(&report), "{report:?}");
    assert!(!refused(&report, Reason::Crowded).is_empty(), "{report:?}");
    assert!(said.contains("two people are equally large"), "{said}");
    assert!(said.contains("let the other person step aside"), "{said}");
    assert!(refused(&checked(sample("two_people.jpg")).0, Reason::Crowded).is_empty());
}

#[test]
fn shoulders_beyond_the_edge_are_told_from_hidden_ones() {
    let face = imageops::crop_imm(&sample("front_upright.jpg"), 220, 40, 200, 160).to_image();
    let (report, said) = checked(face);
    let parts = refused(&report, Reason::CutOff);
    assert!(
        parts.iter().flatten().any(|p| matches!(p, BodyPart::LeftShoulder | BodyPart::RightShoulder)),
        "{report:?}"
    );
    assert!(said.contains("beyond the edge of the picture: move or turn the camera"), "{said}");
}

#[test]
fn a_hidden_ear_is_named_and_the_angle_that_needs_it_refused() {
    let mut covered = sample("side_upright_right.jpg");
    // Something dark and round before the near ear and most of the head: the network guesses behind anything smaller.
    for (x, y, pixel) in covered.enumerate_pixels_mut() {
        if (f64::from(x) - 328.3).hypot(f64::from(y) - 111.4) < 80.0 {
            pixel.0 = [24, 24, 28];
        }
    }
    let (report, said) = checked(covered);
    assert!(refused(&report, Reason::Hidden).contains(&Some(BodyPart::RightEar)), "{report:?}");
    assert!(said.contains("Your right ear is hidden"), "{said}");
}

#[test]
fn darkness_is_no_departure() {
    let (rules, stretches) = (Rules::embedded(), Stretches::embedded());
    let estimator = Box::new(Estimator::tracking(Network::embedded().expect("loads")));
    let mut session = Session::new("camera", estimator, Baseline::default(), rules, stretches);
    let mut events = Vec::new();
    for second in 0..24 {
        let image = if second < 4 { sample("side_upright_left.jpg") } else { RgbImage::new(640, 480) };
        events.extend(session.frame(&Frame { image, at: Duration::from_secs(second) }).expect("estimated").events);
    }
    assert!(!events.iter().any(|event| matches!(event, Event::Left { .. })), "{events:?}");
    let dark = |event: &Event| matches!(event, Event::Unmeasurable { why, .. } if why.contains("turn on a light"));
    assert!(events.iter().any(dark), "{events:?}");
}
