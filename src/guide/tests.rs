use super::*;
use crate::{
    geometry::Point,
    pose::{BodyPart, HeadPose, Keypoint, Keypoints},
    stretches::Repetition,
};

const SECOND: Duration = Duration::from_secs(1);

fn holds(seconds: u32, reps: u32) -> Dose {
    Dose { repetition: Repetition::Hold(seconds * SECOND), reps, sets: 1, rest: SECOND, per_side: true }
}

fn moves(reps: u32) -> Dose {
    Dose { repetition: Repetition::Move(2 * SECOND), reps, sets: 1, rest: SECOND, per_side: false }
}

/// Somebody who faces the camera, the head leaned to the left by so many degrees, the shoulders so high.
fn pose(lean: f32, lift: f32) -> Pose {
    let neck = Point::new(160.0, 120.0);
    let at = |x, y| Point::new(x, y).rotated(lean, neck);
    let shoulder = |x| Point::new(x, 140.0 - 100.0 * lift);
    let keypoints: Keypoints = [
        (BodyPart::Nose, at(160.0, 85.0)),
        (BodyPart::LeftEye, at(172.0, 75.0)),
        (BodyPart::RightEye, at(148.0, 75.0)),
        (BodyPart::LeftEar, at(185.0, 85.0)),
        (BodyPart::RightEar, at(135.0, 85.0)),
        (BodyPart::LeftShoulder, shoulder(210.0)),
        (BodyPart::RightShoulder, shoulder(110.0)),
    ]
    .map(|(part, at)| (part, Keypoint { at, score: 0.9 }))
    .into_iter()
    .collect();
    Pose {
        keypoints,
        presence: 1.0,
        head: None,
        trunk_yaw: Some(0.0),
        craniovertebral_angle: None,
        frame_width: 320,
        frame_height: 240,
    }
}

/// Takes `guide` through `seconds` at `rate`, and says what came when.
fn run(
    guide: &mut Guide,
    seconds: std::ops::Range<f64>,
    rate: f64,
    seen: impl Fn(f64) -> Option<Pose>,
) -> Vec<(f64, Cue)> {
    let steps = ((seconds.end - seconds.start) * rate) as u32;
    (0..steps)
        .flat_map(|i| {
            let at = seconds.start + f64::from(i) / rate;
            guide.step(Duration::from_secs_f64(at), seen(at).as_ref()).into_iter().map(move |cue| (at, cue))
        })
        .collect()
}

fn end(cues: &[(f64, Cue)]) -> Option<(f64, Outcome)> {
    cues.iter().find_map(|(at, cue)| if let Cue::End(outcome) = cue { Some((*at, *outcome)) } else { None })
}

#[test]
fn without_a_camera_the_clock_guides_and_says_so() {
    let mut guide = Guide::new(&holds(10, 1), Breath::In, 5 * SECOND, None);
    let cues = run(&mut guide, 0.0..60.0, 4.0, |_| None);
    let (at, outcome) = end(&cues).expect("it ends");
    // 5 s to get ready, twice 10 s, 4 s between.
    assert_eq!(at, 29.0);
    assert_eq!(outcome, Outcome { whole: true, waited: 20 * SECOND, ..Outcome::default() });
    assert!(guide.ended() && guide.moment().is_none());
}

#[test]
fn a_hold_runs_only_while_it_is_seen() {
    let mut guide = Guide::new(&holds(10, 1), Breath::In, 5 * SECOND, Some(Seen::SideBend));
    // Eight seconds upright before the head leans to the left, then to the right.
    let lean = |at: f64| {
        if (13.0..28.0).contains(&at) {
            25.0
        } else if at >= 28.0 {
            -25.0
        } else {
            0.0
        }
    };
    let cues = run(&mut guide, 0.0..60.0, 10.0, |at| Some(pose(lean(at), 0.0)));
    let (at, outcome) = end(&cues).expect("it ends");
    assert!((38.0..39.5).contains(&at), "{at}");
    assert!(outcome.held >= 20 * SECOND && outcome.waited.is_zero() && outcome.whole, "{outcome:?}");
    let held: Vec<f64> = cues.iter().filter(|(_, cue)| *cue == Cue::Held).map(|(at, _)| *at).collect();
    assert!(held.len() == 2 && (13.0..14.0).contains(&held[0]), "{held:?}");
}

#[test]
fn the_other_side_does_not_count() {
    let mut guide = Guide::new(&holds(10, 1), Breath::In, 5 * SECOND, Some(Seen::SideBend));
    let cues = run(&mut guide, 0.0..20.0, 10.0, |_| Some(pose(-25.0, 0.0)));
    assert_eq!(guide.outcome().held, Duration::ZERO);
    assert!(cues.iter().all(|(_, cue)| *cue != Cue::Held), "{cues:?}");
}

#[test]
fn what_cannot_be_told_blocks_nobody() {
    let mut guide = Guide::new(&holds(10, 1), Breath::In, 5 * SECOND, Some(Seen::SideBend));
    let cues = run(&mut guide, 0.0..60.0, 4.0, |_| None);
    let (_, outcome) = end(&cues).expect("it ends");
    assert!(outcome.whole && outcome.held.is_zero() && outcome.waited >= 20 * SECOND, "{outcome:?}");
    let blind = cues.iter().find(|(_, cue)| *cue == Cue::ByClock).expect("it says so");
    assert!((8.0..10.5).contains(&blind.0), "{blind:?}");
    // Somebody who is seen, but never leans far enough for the camera.
    let mut guide = Guide::new(&holds(10, 1), Breath::In, 5 * SECOND, Some(Seen::SideBend));
    let (_, outcome) = end(&run(&mut guide, 0.0..120.0, 4.0, |_| Some(pose(5.0, 0.0)))).expect("it ends");
    assert!(outcome.held.is_zero() && outcome.waited >= 20 * SECOND, "{outcome:?}");
}

/// Rolls of two seconds from the tenth second on.
fn rolling(at: f64) -> Option<Pose> {
    let lift = if at < 10.0 { 0.0 } else { 0.5 - 0.5 * (std::f64::consts::PI * (at - 10.0)).cos() };
    Some(pose(0.0, 0.12 * lift as f32))
}

#[test]
fn repetitions_count_as_they_are_seen_whatever_the_rate() {
    for rate in [4.0, 10.0, 30.0, 60.0] {
        let mut guide = Guide::new(&moves(6), Breath::In, 5 * SECOND, Some(Seen::ShoulderRolls));
        let (at, outcome) = end(&run(&mut guide, 0.0..60.0, rate, rolling)).expect("it ends");
        assert_eq!((outcome.counted, outcome.timed), (6, 0), "at {rate} a second");
        assert!((21.0..23.0).contains(&at), "{at} at {rate} a second");
    }
}

/// Somebody who faces the camera, the shoulders closer by this share, the elbows so many shoulder widths apart.
fn arms(closer: f32, elbows: f32) -> Pose {
    let mut pose = pose(0.0, 0.0);
    let half = 50.0 * (1.0 - closer);
    let at = |x, y| Keypoint { at: Point::new(160.0 + x, y), score: 0.9 };
    pose.keypoints = pose
        .keypoints
        .iter()
        .filter(|(part, _)| !matches!(part, BodyPart::LeftShoulder | BodyPart::RightShoulder))
        .chain([
            (BodyPart::LeftShoulder, at(half, 140.0)),
            (BodyPart::RightShoulder, at(-half, 140.0)),
            (BodyPart::LeftElbow, at(half * elbows, 190.0)),
            (BodyPart::RightElbow, at(-half * elbows, 190.0)),
        ])
        .collect();
    pose
}

/// Squeezes of four seconds from the tenth second on; the elbows come this close.
fn squeezing(at: f64, elbows: f32) -> Option<Pose> {
    let squeeze = if at < 10.0 { 0.0 } else { (0.5 - 0.5 * (std::f64::consts::PI * (at - 10.0) / 2.0).cos()) as f32 };
    Some(arms(0.05 * squeeze, 1.1 + squeeze * (elbows - 1.1)))
}

#[test]
fn squeezes_count_whatever_the_rate() {
    for rate in [4.0, 10.0, 30.0, 60.0] {
        let mut guide = Guide::new(&moves(6), Breath::In, 5 * SECOND, Some(Seen::ElbowSqueezes));
        let (at, outcome) = end(&run(&mut guide, 0.0..60.0, rate, |at| squeezing(at, 0.7))).expect("it ends");
        assert_eq!((outcome.counted, outcome.timed), (6, 0), "at {rate} a second");
        assert!((32.0..34.5).contains(&at), "{at} at {rate} a second");
    }
}

#[test]
fn shoulders_that_come_closer_while_the_elbows_stay_wide_are_no_squeeze() {
    let mut guide = Guide::new(&moves(6), Breath::In, 5 * SECOND, Some(Seen::ElbowSqueezes));
    run(&mut guide, 0.0..30.0, 10.0, |at| squeezing(at, 1.0));
    assert_eq!(guide.outcome().counted, 0);
}

#[test]
fn a_single_squeeze_and_one_after_a_long_rest_do_not_count() {
    let mut guide = Guide::new(&moves(6), Breath::In, 5 * SECOND, Some(Seen::ElbowSqueezes));
    let once_and_again = |at: f64| squeezing(if at < 14.0 { at } else { (at - 9.0).clamp(14.0, 18.0) }, 0.7);
    run(&mut guide, 0.0..29.0, 10.0, once_and_again);
    assert_eq!(guide.outcome().counted, 0);
}

#[test]
fn without_arms_squeezes_go_by_the_clock() {
    let mut guide = Guide::new(&moves(6), Breath::In, 5 * SECOND, Some(Seen::ElbowSqueezes));
    let cues = run(&mut guide, 0.0..30.0, 10.0, rolling);
    assert!(cues.iter().any(|(_, cue)| *cue == Cue::ByClock), "{cues:?}");
    assert_eq!((guide.outcome().counted, guide.outcome().timed), (0, 6));
}

#[test]
fn ears_that_sink_to_the_shoulders_are_no_rolls() {
    let mut guide = Guide::new(&moves(6), Breath::In, 5 * SECOND, Some(Seen::ShoulderRolls));
    let nodding = |at: f64| {
        let mut pose = rolling(at)?;
        // The whole picture moved so that the shoulders stay where they are.
        let by = pose.keypoints.get(BodyPart::LeftShoulder)?.at.y - 140.0;
        let moved = |k: Keypoint| Keypoint { at: Point::new(k.at.x, k.at.y - by), ..k };
        pose.keypoints = pose.keypoints.iter().map(|(part, k)| (part, moved(k))).collect();
        Some(pose)
    };
    run(&mut guide, 0.0..24.0, 10.0, nodding);
    assert_eq!(guide.outcome().counted, 0);
}

#[test]
fn one_shrug_is_no_repetition() {
    let mut guide = Guide::new(&moves(6), Breath::In, 5 * SECOND, Some(Seen::ShoulderRolls));
    let cues = run(&mut guide, 0.0..20.0, 10.0, |at| if at < 12.0 { rolling(at) } else { Some(pose(0.0, 0.0)) });
    assert_eq!((guide.outcome().counted, end(&cues)), (0, None));
}

#[test]
fn when_nothing_is_counted_the_clock_goes_on_at_the_pace() {
    let mut guide = Guide::new(&moves(6), Breath::In, 5 * SECOND, Some(Seen::ShoulderRolls));
    let (at, outcome) = end(&run(&mut guide, 0.0..90.0, 5.0, |_| Some(pose(0.0, 0.0)))).expect("it ends");
    assert_eq!((outcome.counted, outcome.timed), (0, 6));
    // 5 s to get ready, 20 s of patience, 6 repetitions of 2 s.
    assert!((36.0..38.5).contains(&at), "{at}");
}

#[test]
fn a_pause_keeps_the_place_and_a_skip_leaves_it() {
    let mut guide = Guide::new(&holds(10, 1), Breath::In, 5 * SECOND, None);
    run(&mut guide, 0.0..10.0, 4.0, |_| None);
    let left = guide.moment().expect("running").left;
    guide.pause(true);
    run(&mut guide, 10.0..30.0, 4.0, |_| None);
    assert_eq!(guide.moment().map(|moment| (moment.left, moment.paused)), Some((left, true)));
    guide.pause(false);
    run(&mut guide, 30.0..31.0, 4.0, |_| None);
    assert!(guide.moment().expect("running").left < left);
    while !guide.ended() {
        guide.skip();
    }
    assert!(!guide.outcome().whole, "a hold was left out");
}

#[test]
fn a_machine_that_slept_has_not_stretched() {
    let mut guide = Guide::new(&holds(30, 1), Breath::In, 5 * SECOND, None);
    run(&mut guide, 0.0..10.0, 4.0, |_| None);
    guide.step(600 * SECOND, None);
    assert!(guide.moment().expect("running").left > 20 * SECOND);
}

#[test]
fn breath_follows_breath() {
    let mut guide = Guide::new(&moves(6), Breath::Out, SECOND, None);
    let breaths: Vec<_> = (0..40)
        .filter_map(|i| {
            guide.step(Duration::from_millis(1000 + 250 * i), None);
            guide.moment()?.breath.map(|(breath, _)| breath)
        })
        .collect();
    assert_eq!(breaths.first(), Some(&Breath::Out));
    assert!(breaths.windows(2).filter(|pair| pair[0] != pair[1]).count() >= 6, "{breaths:?}");
}

/// Somebody who turns their left side to the camera.
fn from_the_left(head: HeadPose, parts: &[(BodyPart, f32, f32)]) -> Pose {
    let keypoint = |&(part, x, y): &(BodyPart, f32, f32)| (part, Keypoint { at: Point::new(x, y), score: 0.9 });
    let usual = [
        (BodyPart::Nose, 130.0, 90.0),
        (BodyPart::LeftEye, 138.0, 84.0),
        (BodyPart::LeftEar, 158.0, 88.0),
        (BodyPart::LeftShoulder, 165.0, 140.0),
    ];
    Pose {
        keypoints: usual.iter().chain(parts).map(keypoint).collect(),
        head: Some(head),
        trunk_yaw: Some(90.0),
        ..pose(0.0, 0.0)
    }
}

const LEVEL: HeadPose = HeadPose { yaw: 90.0, pitch: 0.0, roll: 0.0 };

/// Half circles of four seconds from the tenth second on, leaning from side to side by so many degrees, read 12 degrees askew.
fn circling(at: f64, lean: f64) -> Option<Pose> {
    let turns = (at - 10.0).max(0.0) / 4.0;
    let side = (std::f64::consts::PI * turns).cos();
    let down = if at < 10.0 { 0.0 } else { (std::f64::consts::PI * turns).sin().abs() };
    let head = HeadPose { pitch: (-25.0 * down) as f32, roll: (12.0 + lean * side) as f32, ..LEVEL };
    Some(from_the_left(head, &[]))
}

#[test]
fn half_circles_count_from_the_side_and_nods_alone_do_not() {
    for rate in [4.0, 10.0, 30.0] {
        let mut guide = Guide::new(&moves(6), Breath::In, 5 * SECOND, Some(Seen::HalfCircles));
        let (at, outcome) = end(&run(&mut guide, 0.0..60.0, rate, |at| circling(at, 15.0))).expect("it ends");
        assert_eq!((outcome.counted, outcome.timed), (6, 0), "at {rate} a second");
        assert!((32.0..35.0).contains(&at), "{at} at {rate} a second");
    }
    let mut guide = Guide::new(&moves(6), Breath::In, 5 * SECOND, Some(Seen::HalfCircles));
    run(&mut guide, 0.0..30.0, 10.0, |at| circling(at, 3.0));
    assert_eq!(guide.outcome().counted, 0);
}

/// Elbow swings of four seconds from the tenth second on, from `rest` behind the shoulder by `reach`, pixels.
fn drawing_back(at: f64, rest: f32, reach: f32) -> Option<Pose> {
    let swing = if at < 10.0 { 0.0 } else { (0.5 - 0.5 * (std::f64::consts::PI * (at - 10.0) / 2.0).cos()) as f32 };
    Some(from_the_left(LEVEL, &[(BodyPart::LeftElbow, 165.0 + rest + reach * swing, 200.0)]))
}

#[test]
fn squeezes_count_from_the_side_while_the_elbow_stays_behind() {
    let counted = |rest, reach| {
        let mut guide = Guide::new(&moves(6), Breath::In, 5 * SECOND, Some(Seen::ElbowSqueezes));
        run(&mut guide, 0.0..34.5, 10.0, |at| drawing_back(at, rest, reach));
        guide.outcome().counted
    };
    assert_eq!(counted(15.0, 20.0), 6);
    assert_eq!(counted(15.0, 5.0), 0, "too small");
    assert_eq!(counted(-30.0, 50.0), 0, "an elbow that comes before the shoulder is at a desk");
}

/// Somebody who faces the camera, both wrists so many heights of the nose above the shoulders, the elbows below them by so many.
fn raised(height: f32, elbows: f32) -> Pose {
    let mut pose = pose(0.0, 0.0);
    let at = |x, height| Some(Keypoint { at: Point::new(x, 140.0 - 55.0 * height), score: 0.9 });
    for (wrist, elbow, x) in
        [(BodyPart::LeftWrist, BodyPart::LeftElbow, 230.0), (BodyPart::RightWrist, BodyPart::RightElbow, 90.0)]
    {
        pose.keypoints.set(wrist, at(x, height));
        pose.keypoints.set(elbow, at(x, -elbows));
    }
    pose
}

/// Wrists that rise from one height to another and sink again, every four seconds from the tenth on.
fn sliding(at: f64, from: f32, to: f32, elbows: f32) -> Option<Pose> {
    let slide = if at < 10.0 { 0.0 } else { (0.5 - 0.5 * (std::f64::consts::PI * (at - 10.0) / 2.0).cos()) as f32 };
    Some(raised(from + slide * (to - from), elbows))
}

#[test]
fn wall_angels_count_whatever_the_rate() {
    for rate in [4.0, 10.0, 30.0] {
        let mut guide = Guide::new(&moves(6), Breath::In, 5 * SECOND, Some(Seen::WallAngels));
        let (at, outcome) = end(&run(&mut guide, 0.0..60.0, rate, |at| sliding(at, 1.0, 2.8, 0.0))).expect("it ends");
        assert_eq!((outcome.counted, outcome.timed), (6, 0), "at {rate} a second");
        assert!((32.0..35.0).contains(&at), "{at} at {rate} a second");
    }
}

#[test]
fn hands_that_are_brought_to_a_face_are_no_wall_angels() {
    for (to, elbows) in [(1.2, 0.0), (2.8, 0.8)] {
        let mut guide = Guide::new(&moves(6), Breath::In, 5 * SECOND, Some(Seen::WallAngels));
        run(&mut guide, 0.0..30.0, 10.0, |at| sliding(at, -1.0, to, elbows));
        assert_eq!(guide.outcome().counted, 0, "to {to}, elbows {elbows} below the shoulders");
    }
}
