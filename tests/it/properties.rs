//! What holds for every pose: properties of measurement, tried on drawn people, and that of turning a picture on photos as well.

use std::time::Duration;

use image::{Rgb, RgbImage};
use posture::{
    baseline::{Baseline, Neutral},
    capture::open_photo,
    estimator::{Estimator, Network, PoseEstimator},
    frame::Frame,
    geometry::{Degrees, Point},
    measure::{Aspect, Facing, Known, Metric, Reading, Reference, View, measure},
    monitor::{Event, Sight},
    pose::{BodyPart, HeadPose, Keypoint, Keypoints, Pose, Regressed},
};
use proptest::prelude::*;

use crate::cli::sample;

const WIDTH: f32 = 640.0;
const HEIGHT: f32 = 480.0;

/// Where the parts are on somebody who faces the camera, and on somebody who faces the left edge.
const FRONT: [(f32, f32); BodyPart::COUNT] = [
    (320.0, 190.0),
    (338.0, 175.0),
    (302.0, 175.0),
    (365.0, 180.0),
    (275.0, 180.0),
    (333.0, 210.0),
    (307.0, 210.0),
    (320.0, 228.0),
    (420.0, 300.0),
    (220.0, 300.0),
    (450.0, 400.0),
    (190.0, 400.0),
    (430.0, 470.0),
    (210.0, 470.0),
    (390.0, 470.0),
    (250.0, 470.0),
    (320.0, 275.0),
];
const SIDE: [(f32, f32); BodyPart::COUNT] = [
    (250.0, 190.0),
    (262.0, 172.0),
    (264.0, 170.0),
    (310.0, 180.0),
    (314.0, 176.0),
    (262.0, 212.0),
    (264.0, 210.0),
    (262.0, 230.0),
    (330.0, 300.0),
    (346.0, 286.0),
    (318.0, 400.0),
    (330.0, 390.0),
    (240.0, 420.0),
    (250.0, 412.0),
    (352.0, 470.0),
    (360.0, 462.0),
    (372.0, 252.0),
];

/// Somebody like one of the two, every part a little elsewhere and seen more or less surely.
fn person() -> impl Strategy<Value = Pose> {
    let parts = prop::array::uniform17((-14.0..14.0_f32, -14.0..14.0_f32, 0.0..1.0_f32));
    let angles = (-30.0..30.0_f32, -30.0..30.0_f32, -25.0..25.0_f32, -30.0..30.0_f32);
    (any::<bool>(), parts, angles, 25.0..65.0_f32, 0.5..5.0_f32).prop_map(|(front, parts, angles, angle, deviation)| {
        let (trunk, yaw, roll, pitch) = angles;
        let middle = if front { 0.0 } else { 90.0 };
        let place = |(part, (x, y, score)): (BodyPart, (f32, f32, f32))| {
            let (px, py) = if front { FRONT[part as usize] } else { SIDE[part as usize] };
            // Most parts are seen: a square root leaves one in eleven below the score that measuring asks for.
            (part, Keypoint { at: Point::new(px + x, py + y), score: score.sqrt() })
        };
        Pose {
            keypoints: BodyPart::ALL.into_iter().zip(parts).map(place).collect(),
            presence: 0.9,
            head: Some(HeadPose { yaw: middle + yaw, pitch, roll }),
            trunk_yaw: Some(middle + trunk),
            craniovertebral_angle: Some(Regressed { value: angle, deviation }),
            frame_width: WIDTH as u32,
            frame_height: HEIGHT as u32,
        }
    })
}

fn moved(pose: &Pose, to: impl Fn(Point) -> Point) -> Pose {
    let keypoints = pose.keypoints.iter().map(|(part, k)| (part, Keypoint { at: to(k.at), ..k })).collect();
    Pose { keypoints, ..pose.clone() }
}

fn mirrored(pose: &Pose) -> Pose {
    let other = |part: BodyPart| {
        let name = part.name();
        let swapped = if name.contains("left") { name.replace("left", "right") } else { name.replace("right", "left") };
        BodyPart::ALL.into_iter().find(|part| part.name() == swapped).expect("both sides are named alike")
    };
    let across =
        |(part, k): (BodyPart, Keypoint)| (other(part), Keypoint { at: Point::new(WIDTH - k.at.x, k.at.y), ..k });
    Pose {
        keypoints: pose.keypoints.iter().map(across).collect(),
        head: pose.head.map(|head| HeadPose { yaw: -head.yaw, roll: -head.roll, ..head }),
        trunk_yaw: pose.trunk_yaw.map(|yaw| -yaw),
        ..pose.clone()
    }
}

fn plain(pose: &Pose) -> Reading {
    measure(pose, Known::default())
}

/// Values by metric, without those in `but`.
fn values(reading: &Reading, but: &[Metric]) -> Vec<(Metric, Reference, f32)> {
    let kept = reading.measurements.iter().filter(|m| !but.contains(&m.metric));
    kept.map(|m| (m.metric, m.reference, m.value)).collect()
}

/// The same metrics with the same values, to a thousandth of what is worth printing.
fn same(a: &[(Metric, Reference, f32)], b: &[(Metric, Reference, f32)]) -> bool {
    let alike = |(a, b): (&(Metric, Reference, f32), &(Metric, Reference, f32))| {
        (a.0, a.1) == (b.0, b.1) && (a.2 - b.2).abs() <= 2e-3 * (1.0 + a.2.abs())
    };
    a.len() == b.len() && a.iter().zip(b).all(alike)
}

/// A baseline that knows every metric in every view.
fn baseline() -> Baseline {
    let mut baseline = Baseline::default();
    let seen = [View::Lateral, View::NearLateral, View::Oblique, View::Frontal]
        .into_iter()
        .flat_map(|view| [Facing::Left, Facing::Right].map(|facing| Aspect::new(view, facing)));
    for aspect in seen {
        for metric in Metric::ALL {
            baseline.set(aspect, metric, Neutral { median: 0.5, spread: 0.1, readings: 60 });
        }
    }
    baseline
}

/// `image`, turned clockwise about its middle.
fn turned(image: &RgbImage, by: Degrees) -> RgbImage {
    let (width, height) = image.dimensions();
    let middle = Point::new(width as f32 / 2.0, height as f32 / 2.0);
    RgbImage::from_fn(width, height, |x, y| {
        let from = Point::new(x as f32 + 0.5, y as f32 + 0.5).rotated(-by, middle);
        let inside = from.x >= 0.0 && from.y >= 0.0 && from.x < width as f32 && from.y < height as f32;
        if inside { *image.get_pixel(from.x as u32, from.y as u32) } else { Rgb([128; 3]) }
    })
}

#[test]
fn a_photo_that_is_turned_reads_an_angle_that_is_turned_and_levelling_it_takes_that_out() {
    let mut network = Estimator::for_photos(Network::embedded().expect("loads"));
    let mut shares = Vec::new();
    for name in ["side_upright_left.jpg", "side_upright_right.jpg", "side_forward_head_left.jpg"] {
        let photo = open_photo(&sample(name)).expect("a sample");
        let mut read = |turn: Degrees, level| {
            let frame = Frame { image: turned(&photo, turn), at: Duration::ZERO };
            let pose = network.estimate(&frame).expect("runs").expect("somebody");
            let reading = measure(&pose, Known { level, ..Known::default() });
            let angle = reading.get(Metric::CraniovertebralAngle, Reference::Absolute).expect("from the side");
            (angle, reading.facing.forward().expect("to one side"))
        };
        let (upright, forward) = read(0.0, None);
        for turn in [-6.0, 6.0] {
            let (raw, levelled) = (read(turn, None).0, read(turn, Some(turn)).0);
            shares.push(forward * (upright.value - raw.value) / turn);
            assert!((levelled.value - upright.value).abs() < levelled.uncertainty, "{name} by {turn}: {levelled:?}");
            assert!(levelled.uncertainty < raw.uncertainty, "{name} by {turn}");
        }
    }
    // One network's readings of single pictures scatter: all must follow the turn, and in the mean half of it to double.
    let mean = shares.iter().sum::<f32>() / shares.len() as f32;
    assert!((0.5..2.0).contains(&mean) && shares.iter().all(|share| *share > 0.0), "of the turn is read: {shares:?}");
}

proptest! {
    #[test]
    fn a_mirrored_person_gives_the_mirrored_answer(pose in person()) {
        let (here, there) = (plain(&pose), plain(&mirrored(&pose)));
        prop_assert_eq!(here.view, there.view);
        let turned = match here.facing {
            Facing::Left => Facing::Right,
            Facing::Right => Facing::Left,
            facing => facing,
        };
        prop_assert_eq!(turned, there.facing);
        let mut expected = values(&here, &[]);
        for (metric, _, value) in &mut expected {
            if matches!(metric, Metric::HeadRoll | Metric::ShoulderTilt) {
                *value = -*value;
            }
        }
        prop_assert!(same(&expected, &values(&there, &[])), "{expected:?}\n{there:?}");
        let because = |reading: &Reading| reading.unmeasured.iter().map(|u| (u.metric, u.because)).collect::<Vec<_>>();
        prop_assert_eq!(because(&here), because(&there));
    }

    #[test]
    fn one_flank_is_never_judged_against_the_other_and_its_mirror_is_judged_alike(pose in person()) {
        let learned = |pose: &Pose| {
            let mut baseline = Baseline::default();
            let reading = plain(pose);
            for m in &reading.measurements {
                // Half a unit beside the reading, so that deviations are not all nothing.
                baseline.set(reading.aspect(), m.metric, Neutral { median: m.value + 0.5, spread: 0.1, readings: 60 });
            }
            baseline
        };
        let (own, other) = (learned(&pose), learned(&mirrored(&pose)));
        let deviations = |pose: &Pose, baseline: &Baseline| {
            let reading = measure(pose, Known { baseline: Some(baseline), ..Known::default() });
            let mut found = values(&reading, &[Metric::HeadRoll, Metric::ShoulderTilt]);
            found.retain(|(_, reference, _)| *reference == Reference::Baseline);
            found
        };
        let here = deviations(&pose, &own);
        prop_assert!(same(&here, &deviations(&mirrored(&pose), &other)), "{here:?}");
        match plain(&pose).view {
            View::Lateral | View::NearLateral => prop_assert_eq!(deviations(&pose, &other), []),
            _ => prop_assert_eq!(deviations(&pose, &other).len(), here.len()),
        }
    }

    #[test]
    fn place_changes_nothing_but_the_height_of_the_shoulders(pose in person(), x in -80.0..80.0_f32, y in -80.0..80.0_f32) {
        let elsewhere = moved(&pose, |at| Point::new(at.x + x, at.y + y));
        let but = [Metric::ShoulderRaise];
        prop_assert!(same(&values(&plain(&pose), &but), &values(&plain(&elsewhere), &but)));
    }

    #[test]
    fn a_larger_picture_changes_nothing(pose in person(), factor in 1_u32..4) {
        let scale = factor as f32;
        let mut larger = moved(&pose, |at| Point::new(scale * at.x, scale * at.y));
        (larger.frame_width, larger.frame_height) = (factor * pose.frame_width, factor * pose.frame_height);
        prop_assert!(same(&values(&plain(&pose), &[]), &values(&plain(&larger), &[])));
    }

    #[test]
    fn a_longer_lens_changes_nothing_but_the_distance(pose in person(), scale in 0.3..2.0_f32) {
        let (x, y) = (WIDTH / 2.0, HEIGHT / 2.0);
        let zoomed = moved(&pose, |at| Point::new(x + scale * (at.x - x), y + scale * (at.y - y)));
        // How far away the camera is taken to be decides which angles can be true, and so whether one is told, not which.
        let but = [Metric::Distance, Metric::CraniovertebralAngle, Metric::NeckFlexion];
        prop_assert!(same(&values(&plain(&pose), &but), &values(&plain(&zoomed), &but)));
        let angle = |pose: &Pose| plain(pose).get(Metric::CraniovertebralAngle, Reference::Absolute).map(|m| m.value);
        if let (Some(before), Some(after)) = (angle(&pose), angle(&zoomed)) {
            prop_assert_eq!(before, after);
        }
        if let Some(far) = plain(&pose).get(Metric::Distance, Reference::Absolute) {
            let near = plain(&zoomed).get(Metric::Distance, Reference::Absolute).expect("the same parts are seen");
            prop_assert!((far.value / near.value / scale - 1.0).abs() < 1e-3);
        }
    }

    #[test]
    fn turning_the_picture_moves_the_angle_by_as_much_and_saying_so_takes_it_out(pose in person(), turn in -12.0..12.0_f32) {
        // The head's own angles are no keypoints: their turning is tried in the module.
        let pose = Pose { head: None, ..pose };
        let straight = measure(&pose, Known { level: Some(0.0), ..Known::default() });
        // What a network regresses against the horizontal of the picture turns with the picture.
        let forward = straight.facing.forward().unwrap_or(0.0);
        let mut turned = moved(&pose, |at| at.rotated(turn, Point::new(WIDTH / 2.0, HEIGHT / 2.0)));
        turned.craniovertebral_angle =
            pose.craniovertebral_angle.map(|angle| Regressed { value: angle.value - forward * turn, ..angle });
        let angle = |reading: &Reading| reading.get(Metric::CraniovertebralAngle, Reference::Absolute);
        let unknown = measure(&turned, Known::default());
        if let (Some(before), Some(after)) = (angle(&straight), angle(&unknown)) {
            prop_assert!((after.value - (before.value - forward * turn)).abs() < 1e-3);
            prop_assert!(after.uncertainty > before.uncertainty, "what is not known is in the band");
        }
        let known = measure(&turned, Known { level: Some(turn), ..Known::default() });
        prop_assert!(same(&values(&straight, &[]), &values(&known, &[])), "{straight:?}\n{known:?}");
    }

    #[test]
    fn what_is_missing_never_lowers_a_deviation(pose in person(), kept in prop::array::uniform17(any::<bool>())) {
        let baseline = baseline();
        let known = Known { baseline: Some(&baseline), ..Known::default() };
        let keypoints: Keypoints = pose.keypoints.iter().filter(|(part, _)| kept[*part as usize]).collect();
        let part_of = measure(&Pose { keypoints, ..pose.clone() }, known);
        let whole = measure(&pose, known);
        for deviation in part_of.measurements.iter().filter(|m| m.reference == Reference::Baseline) {
            let before = whole.get(deviation.metric, Reference::Baseline);
            prop_assert_eq!(before.map(|m| m.value), Some(deviation.value), "{:?}", deviation.metric);
        }
    }

    #[test]
    fn every_number_is_finite_and_has_a_band(pose in person()) {
        for m in plain(&pose).measurements {
            prop_assert!(m.value.is_finite() && m.uncertainty.is_finite() && m.uncertainty > 0.0, "{m:?}");
        }
    }

    #[test]
    fn views_are_the_same_at_any_frame_rate(
        // Each view is held for a while; then comes a glance too short to count.
        held in prop::collection::vec((0_usize..3, 4.0..20.0_f64, 0_usize..3, 0.1..1.0_f64), 1..6),
        rate in 2.0..60.0_f64,
    ) {
        let turns: Vec<(usize, f64)> =
            held.into_iter().flat_map(|(view, length, other, glance)| [(view, length), (other, glance)]).collect();
        let views = [(View::Lateral, Facing::Left), (View::Frontal, Facing::Camera), (View::Oblique, Facing::Left)];
        let told = |rate: f64| {
            let mut sight = Sight::default();
            let total: f64 = turns.iter().map(|(_, length)| length).sum();
            let seen = |at: f64| {
                let mut end = 0.0;
                turns.iter().find(|(_, length)| { end += length; at < end }).map(|(view, _)| views[*view])
            };
            (0..(total * rate) as u32)
                .filter_map(|frame| sight.step(Duration::from_secs_f64(f64::from(frame) / rate), seen(f64::from(frame) / rate)))
                .filter_map(|event| match event {
                    Event::View { view, facing, at } => Some((view, facing, at.as_secs_f64())),
                    _ => None,
                })
                .collect::<Vec<_>>()
        };
        let (fine, coarse) = (told(60.0), told(rate));
        prop_assert_eq!(fine.len(), coarse.len());
        for (a, b) in fine.iter().zip(&coarse) {
            prop_assert_eq!((a.0, a.1), (b.0, b.1));
            // Each sees the change with its next frame.
            prop_assert!((a.2 - b.2).abs() <= 1.0 / rate + 1.0 / 60.0, "{a:?} {b:?}");
        }
    }
}
