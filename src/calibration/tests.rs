use super::*;
use crate::{
    geometry::Point,
    measure::{Facing, Known, measure},
    pose::{HeadPose, Keypoint, Regressed, drawn::drawn},
};

/// Somebody facing left at that craniovertebral angle, whose C7 stands `shift` pixels to the right of the usual place.
fn side(angle: Degrees, shift: f32) -> Pose {
    let (sin, cos) = angle.to_radians().sin_cos();
    let (x, y) = (340.0 + shift, 240.0);
    let ear = (x - 80.0 * cos, y - 80.0 * sin);
    let parts = [
        (BodyPart::C7, x, y),
        (BodyPart::LeftEar, ear.0, ear.1),
        (BodyPart::Nose, ear.0 - 55.0, ear.1 + 8.0),
        (BodyPart::LeftShoulder, x - 20.0, y + 40.0),
    ];
    Pose {
        head: Some(HeadPose { yaw: 90.0, pitch: -3.0, roll: 0.0 }),
        trunk_yaw: Some(90.0),
        craniovertebral_angle: Some(Regressed { value: angle, deviation: 2.0 }),
        ..drawn(&parts)
    }
}

/// Somebody seen from the front whose ears stand `height` shoulder widths above the shoulders, in a picture that is turned
/// clockwise by `roll` degrees.
fn front(height: f32, roll: Degrees) -> Pose {
    use BodyPart::{LeftEar, LeftEye, LeftShoulder, Nose, RightEar, RightEye, RightShoulder};
    let ears = 300.0 - 200.0 * height;
    let parts = [
        (Nose, 320.0, ears + 10.0),
        (LeftEye, 338.0, ears - 5.0),
        (RightEye, 302.0, ears - 5.0),
        (LeftEar, 365.0, ears),
        (RightEar, 275.0, ears),
        (LeftShoulder, 420.0, 300.0),
        (RightShoulder, 220.0, 300.0),
    ];
    let centre = Point::new(320.0, 240.0);
    let seen = |(part, x, y): (BodyPart, f32, f32)| {
        (part, Keypoint { at: Point::new(x, y).rotated(roll, centre), score: 0.9 })
    };
    Pose {
        keypoints: parts.into_iter().map(seen).collect(),
        trunk_yaw: Some(2.0),
        craniovertebral_angle: None,
        head: Some(HeadPose { yaw: 0.0, pitch: -3.0, roll }),
        ..side(50.0, 0.0)
    }
}

/// Feeds who is seen at each second for `seconds` at `rate`; what was said, with its time.
fn feed(recorder: &mut Recorder, rate: f64, seconds: f64, seen: impl Fn(f64) -> Option<Pose>) -> Vec<(f64, Moment)> {
    (0..=(seconds * rate) as u32)
        .map(|i| {
            let at = f64::from(i) / rate;
            let read = seen(at).map(|pose| (measure(&pose, Known::default()), pose));
            let seen = read.as_ref().map(|(reading, pose)| Seen { pose, reading });
            (at, recorder.step(Duration::from_secs_f64(at), Some(0.5), seen))
        })
        .collect()
}

/// A person who sways a little: the angle by a degree, the place by two pixels.
fn swaying(angle: Degrees, at: f64) -> Pose {
    side(angle + (1.9 * at as f32).sin(), 2.0 * (0.7 * at as f32).sin())
}

fn done(said: &[(f64, Moment)]) -> Option<f64> {
    said.iter().find(|(_, moment)| moment.phase == Phase::Done).map(|(at, _)| *at)
}

#[test]
fn upright_and_slouch_are_recorded_at_any_frame_rate_and_come_out_the_same() {
    for rate in [2.0, 10.0, 30.0] {
        let mut recorder = Recorder::new(Duration::from_secs(5), None);
        let said = feed(&mut recorder, rate, 60.0, |at| Some(swaying(if at < 11.0 { 52.0 } else { 36.0 }, at)));
        let end = done(&said).expect("recorded");
        assert!((20.0..=22.5).contains(&end), "{rate}: two countdowns and two recordings of 5 s each: {end}");
        let recorded = recorder.recorded().expect("both");
        assert_eq!((recorded.view, recorded.facing, recorded.frame), (View::Lateral, Facing::Left, (640, 480)));
        let range = recorded.range().expect("a slouch");
        assert!((range.value - 16.0).abs() < 1.0, "{rate}: {range:?}");
        let mild = recorded.thresholds()[0];
        assert_eq!(mild.metric, Metric::CraniovertebralAngle);
        assert!((mild.mild - 0.4 * range.value).abs() < 1e-4, "40 % of the way: {mild:?}");
        assert!((0.1..0.4).contains(&recorded.size), "{}", recorded.size);
    }
}

#[test]
fn no_threshold_lies_below_the_measurement_error() {
    let mut recorder = Recorder::new(Duration::ZERO, None);
    feed(&mut recorder, 4.0, 40.0, |at| Some(swaying(if at < 6.0 { 52.0 } else { 44.0 }, at)));
    let recorded = recorder.recorded().expect("both");
    assert!(recorded.range().is_some_and(|range| (range.value - 8.0).abs() < 1.0), "{recorded:?}");
    assert_eq!(recorded.thresholds()[0].mild, LATERAL_ERROR, "40 % of 8° is 3.2°");
    let mut recorder = Recorder::new(Duration::ZERO, None);
    feed(&mut recorder, 4.0, 40.0, |at| Some(front(if at < 6.0 { 0.60 } else { 0.54 }, 0.0)));
    let thresholds = recorder.recorded().expect("both").thresholds();
    assert_eq!(thresholds, [Threshold { metric: Metric::EarShoulderHeight, mild: FRONTAL_ERROR }]);
}

#[test]
fn who_moves_is_told_and_recorded_once_they_are_still() {
    let mut recorder = Recorder::new(Duration::ZERO, None);
    let restless = |at: f64| if at < 12.0 { side(50.0, 80.0 * (1.1 * at as f32).sin()) } else { swaying(50.0, at) };
    let said = feed(&mut recorder, 4.0, 30.0, |at| Some(restless(at)));
    let moving = said.iter().filter(|(_, moment)| moment.trouble == Some(Trouble::Moving)).count();
    assert!(moving > 0);
    let is_slouch = |m: &Moment| matches!(m.phase, Phase::Ready { posture: Posture::Slouch, .. });
    let recorded = said.iter().find(|(_, moment)| is_slouch(moment)).map(|(at, _)| *at).expect("recorded");
    assert!((15.0..=18.0).contains(&recorded), "{recorded}");
    let nodding = |at: f64| side(50.0 + 8.0 * (1.1 * at as f32).sin(), 0.0);
    let mut recorder = Recorder::new(Duration::ZERO, None);
    feed(&mut recorder, 4.0, 60.0, |at| Some(nodding(at)));
    assert_eq!(recorder.recorded(), None, "an angle that swings by 8° is no posture");
}

#[test]
fn a_slouch_that_does_not_differ_is_waited_for_and_then_taken_as_it_is() {
    let mut recorder = Recorder::new(Duration::ZERO, None);
    let said = feed(&mut recorder, 4.0, 60.0, |at| Some(swaying(50.0, at)));
    assert!(said.iter().any(|(_, moment)| moment.trouble == Some(Trouble::Alike)));
    let end = done(&said).expect("in the end");
    assert!((24.0..=30.0).contains(&end), "{end}");
    let recorded = recorder.recorded().expect("both");
    assert_eq!(recorded.thresholds()[0].mild, LATERAL_ERROR);
}

#[test]
fn a_pause_starts_a_posture_again_and_another_view_is_refused() {
    let mut recorder = Recorder::new(Duration::ZERO, None);
    let there = |at: f64| !(3.0..9.0).contains(&at);
    let said = feed(&mut recorder, 4.0, 13.0, |at| there(at).then(|| swaying(50.0, at)));
    assert!(said.iter().any(|(at, moment)| *at < 9.0 && moment.trouble == Some(Trouble::Nobody)));
    assert_eq!(recorder.recorded(), None, "3 s before it and 4 s after it are not 5 s in a row");
    let mut recorder = Recorder::new(Duration::ZERO, None);
    let said = feed(&mut recorder, 4.0, 30.0, |at| Some(if at < 6.0 { swaying(50.0, at) } else { front(0.6, 0.0) }));
    let last = said.last().expect("moments").1;
    let left = Aspect::new(View::Lateral, Facing::Left);
    assert_eq!(last.trouble, Some(Trouble::Turned { from: left }));
    assert_eq!(recorder.recorded().expect("upright").slouch, None);
    assert!(recorder.recorded().expect("upright").thresholds().is_empty());
}

#[test]
fn a_slouch_of_the_other_flank_is_none() {
    let mut recorder = Recorder::new(Duration::ZERO, None);
    let turned = |angle, at| {
        let mut pose = swaying(angle, at);
        let across = |k: Keypoint| Keypoint { at: Point::new(640.0 - k.at.x, k.at.y), ..k };
        for (from, to) in [(BodyPart::LeftEar, BodyPart::RightEar), (BodyPart::LeftShoulder, BodyPart::RightShoulder)] {
            pose.keypoints.set(to, pose.keypoints.get(from).map(across));
            pose.keypoints.set(from, None);
        }
        for part in [BodyPart::C7, BodyPart::Nose] {
            pose.keypoints.set(part, pose.keypoints.get(part).map(across));
        }
        Pose { trunk_yaw: Some(-90.0), head: Some(HeadPose { yaw: -90.0, pitch: -3.0, roll: 0.0 }), ..pose }
    };
    let said = feed(&mut recorder, 4.0, 30.0, |at| Some(if at < 6.0 { swaying(50.0, at) } else { turned(36.0, at) }));
    let left = Aspect::new(View::Lateral, Facing::Left);
    assert_eq!(said.last().expect("moments").1.trouble, Some(Trouble::Turned { from: left }));
    assert_eq!(recorder.recorded().expect("upright").slouch, None);
}

#[test]
fn each_reason_for_not_recording_has_its_name() {
    let trouble = |pose: Option<Pose>, brightness| {
        let read = pose.as_ref().map(|pose| (pose, measure(pose, Known::default())));
        let seen = read.as_ref().map(|(pose, reading)| Seen { pose, reading });
        Recorder::new(Duration::ZERO, None).step(Duration::ZERO, brightness, seen).trouble
    };
    assert_eq!(trouble(Some(side(50.0, 0.0)), Some(0.5)), None);
    assert_eq!(trouble(Some(side(50.0, 0.0)), Some(0.04)), None, "who is seen well is not told about the light");
    assert_eq!(trouble(None, Some(0.5)), Some(Trouble::Nobody));
    assert_eq!(trouble(None, Some(0.04)), Some(Trouble::Dark));
    let oblique = Pose { trunk_yaw: Some(45.0), ..side(50.0, 0.0) };
    assert_eq!(trouble(Some(oblique), Some(0.5)), Some(Trouble::View { view: View::Oblique, trunk_yaw: Some(45.0) }));
    let mut hidden = side(50.0, 0.0);
    hidden.keypoints.set(BodyPart::C7, None);
    let (metric, because) = (Metric::CraniovertebralAngle, Reason::Hidden);
    assert_eq!(trouble(Some(hidden.clone()), Some(0.5)), Some(Trouble::Unmeasured { metric, because }));
    assert_eq!(trouble(Some(hidden), Some(0.04)), Some(Trouble::Dark));
    let mut doubtful = front(0.6, 0.0);
    for part in [BodyPart::LeftEar, BodyPart::RightEar, BodyPart::LeftShoulder, BodyPart::RightShoulder] {
        let keypoint = doubtful.keypoints.get(part).expect("there");
        doubtful.keypoints.set(part, Some(Keypoint { score: 0.35, ..keypoint }));
    }
    assert_eq!(trouble(Some(doubtful), Some(0.5)), Some(Trouble::Unsure));
}

#[test]
fn a_tilted_camera_shows_from_the_front_where_eyes_and_shoulders_agree() {
    let recorded = |pose: fn(f64) -> Pose, level| {
        let mut recorder = Recorder::new(Duration::ZERO, level);
        feed(&mut recorder, 4.0, 8.0, |at| Some(pose(at)));
        recorder.recorded().expect("upright")
    };
    let roll = |pose| recorded(pose, None).level;
    let tilted = recorded(|_| front(0.6, 4.0), None);
    assert!(tilted.level.is_some_and(|roll| (roll - 4.0).abs() < 0.1) && tilted.is_level_estimated);
    let level = |recorded: &Recorded| recorded.upright.get(recorded.aspect(), Metric::ShoulderTilt).map(|n| n.median);
    assert!(level(&tilted).is_some_and(|tilt| tilt.abs() < 0.1), "it is taken out of what was recorded");
    let measured = recorded(|_| front(0.6, 4.0), Some(4.0));
    assert!(measured.level == Some(4.0) && !measured.is_level_estimated, "what was measured is not estimated on top");
    assert_eq!(roll(|_| front(0.6, 1.0)), None, "too little to be told");
    assert_eq!(roll(|at| swaying(50.0, at)), None, "from the side nothing shows it");
    let tilted_head = |_: f64| {
        let mut pose = front(0.6, 0.0);
        for (part, dy) in [(BodyPart::LeftEye, 5.0), (BodyPart::RightEye, -5.0)] {
            let eye = pose.keypoints.get(part).expect("there");
            pose.keypoints.set(part, Some(Keypoint { at: Point::new(eye.at.x, eye.at.y + dy), ..eye }));
        }
        pose
    };
    assert_eq!(roll(tilted_head), None, "a tilted head on level shoulders is the person's own");
}
