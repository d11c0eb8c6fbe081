//! Hours of numbers, from poses to what is said.
//!
//! - **Recorded as such**: tests/fixtures/hour.jsonl, one line a second of an hour and two minutes that `posture watch --record`
//!   wrote before a fake camera (tests/fixtures/make_hour.py).
//! - **Recorded and repeated**: what the network saw of rendered people who sit and type (tests/fixtures/stretches, 100 s each at two
//!   pictures a second, in the lines that `posture watch --record` writes), repeated until an hour is full.
//! - **Generated**: scenes of the [generator](super::scene), with somebody else in the picture now and then.

use std::{fs, path::PathBuf, time::Duration};

use posture::{
    baseline::Baseline,
    geometry::Point,
    monitor::Event,
    pipeline::Session,
    pose::{BodyPart, Keypoint, Pose},
    rules::Rules,
    stretches::Stretches,
    wire::Line,
};

use super::{
    same,
    scene::{Scene, Side, Sitting},
    told,
};
use crate::day::NoPictures;

const HOUR: f64 = 3_600.0;

/// What is said over `poses`, but for views and baselines.
fn said(poses: impl IntoIterator<Item = (Duration, Option<Pose>)>, size: (u32, u32)) -> Vec<(String, f64)> {
    let (rules, stretches) = (Rules::embedded(), Stretches::embedded());
    let mut session = Session::new("hours", Box::new(NoPictures), Baseline::default(), rules, stretches);
    let events = poses.into_iter().flat_map(|(at, pose)| session.pose(at, size, pose).events);
    let quiet = |event: &Event| matches!(event, Event::View { .. } | Event::Learning { .. } | Event::Learned { .. });
    events.filter(|event| !quiet(event)).map(|event| told(&event)).collect()
}

/// The poses of a session among the fixtures, and when they were seen.
pub fn session(name: &str) -> Vec<(Duration, Option<Pose>)> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    let text = fs::read_to_string(file.with_extension("jsonl")).unwrap();
    let line = |line: &str| match Line::parse(line).unwrap() {
        Line::Pose(line) => (Duration::from_secs_f64(line.at), line.pose()),
        Line::Event(event) => panic!("{event:?}"),
    };
    text.lines().map(line).collect()
}

/// What the watch said while it recorded: somebody typed, their head forward from 1,500 to 1,980 s and from 3,300 to 3,345 s, was
/// gone from 2,400 to 2,580 s, and the camera was unplugged for a minute after that.
const WATCH_SAID: [(&str, f64); 6] = [
    ("returned", 0.067),
    ("forward_head began, Mild", 1_592.734),
    ("chin_tuck for forward_head", 1_761.534),
    ("forward_head ended", 1_988.334),
    ("left", 2_399.467),
    ("returned", 2_640.884),
];

#[test]
fn a_recorded_hour_says_what_the_watch_said_while_it_recorded() {
    let poses = session("hour");
    assert!(poses.last().unwrap().0 > Duration::from_secs(3_700), "{:?}", poses.last());
    // The watch looked about three times a second, of which one is kept.
    same(&said(poses, (640, 480)), &WATCH_SAID, 8.0, "an hour");
}

/// An hour of a recording that is repeated.
fn recorded(name: &str) -> Vec<(Duration, Option<Pose>)> {
    let once = session(&format!("stretches/{name}"));
    let length = once.last().unwrap().0 + once[1].0;
    let again = (0..).flat_map(|round| once.iter().map(move |(at, pose)| (length * round + *at, pose.clone())));
    again.take_while(|(at, _)| at.as_secs_f64() <= HOUR).collect()
}

/// Of the sixth the network reads the shoulder line up to 18 degrees askew in most pictures and level in the others; the
/// renderer kept it level within three. So this is a false finding, and what is said of it.
const READ_ASKEW: [(&str, f64); 5] = [
    ("returned", 0.0),
    ("uneven_shoulders began, Mild", 91.5),
    ("shoulder_rolls owed for uneven_shoulders, JustStarted", 212.5),
    ("shoulder_rolls for uneven_shoulders", 300.0),
    ("upper_trapezius for uneven_shoulders", 900.0),
];

#[test]
fn an_hour_of_recorded_typing_brings_one_word_to_get_up_for_five_of_six() {
    let get_up = [("returned", 0.0), ("break for sitting_too_long", 2_700.0)];
    for (name, says) in [
        ("ordinary-front-0", &get_up[..]),
        ("ordinary-front-2", &get_up),
        ("ordinary-front-4", &READ_ASKEW),
        ("ordinary-side-1", &get_up),
        ("ordinary-side-3", &get_up),
        ("ordinary-side-5", &get_up),
    ] {
        let poses = recorded(name);
        let size = poses.iter().find_map(|(_, pose)| pose.as_ref()).map(|pose| (pose.frame_width, pose.frame_height));
        same(&said(poses, size.unwrap()), says, 0.0, name);
    }
}

/// The same person as somebody else, elsewhere: everything as far apart as `scale` says, moved to the right by `right` pixels.
fn elsewhere(mut pose: Pose, scale: f32, right: f32) -> Pose {
    for part in BodyPart::ALL {
        let moved = pose.keypoints.get(part).map(|Keypoint { at, score }| Keypoint {
            at: Point::new(320.0 + scale * (at.x - 320.0) + right, 240.0 + scale * (at.y - 240.0)),
            score,
        });
        pose.keypoints.set(part, moved);
    }
    pose
}

/// Upright, on another place of the chair in every ten minutes, and the head forward for six minutes from 3,000 s on.
fn user(at: f64) -> Option<Sitting> {
    let angle = if (3_000.0..3_360.0).contains(&at) { 39.0 } else { 52.0 };
    Some(Sitting { angle, pitch: -4.0, aside: 5.0 * ((at / 600.0) as u64 % 3) as f32 })
}

/// What is said of them, though somebody else is in the picture three times: nothing of that is a finding.
const TWO_SAY: [(&str, f64); 8] = [
    ("returned", 0.0),
    ("left", 1_199.5),
    ("returned", 1_226.0),
    ("left", 1_799.5),
    ("returned", 1_900.0),
    ("forward_head began, Moderate", 3_061.0),
    ("chin_tuck for forward_head", 3_091.0),
    ("forward_head ended", 3_368.0),
];

#[test]
fn an_hour_with_somebody_else_in_the_picture_is_the_hour_of_the_user() {
    let scene =
        |seed, sitting| Scene { name: "two", side: Side::Front, seed, length: HOUR, rate: 2.0, noise: 1.0, sitting };
    // Somebody whose head is bowed and far forward all the time.
    let other = scene(12, |_| Some(Sitting { angle: 35.0, pitch: -30.0, aside: 0.0 }));
    for rate in [1.0, 2.0, 4.0, 10.0] {
        let poses = scene(11, user).at_rate(rate).into_iter().zip(other.at_rate(rate));
        let seen = poses.map(|((at, user), (_, other))| {
            let pose = match at.as_secs_f64() {
                // A colleague sits down behind, and the user leans out of the picture for as long.
                1_200.0..1_225.0 => other.map(|pose| elsewhere(pose, 0.45, 240.0)),
                // The user has gone for a hundred seconds, and somebody looks in.
                1_830.0..1_850.0 => other.map(|pose| elsewhere(pose, 0.45, -220.0)),
                1_800.0..1_900.0 => None,
                // Somebody crosses the picture in front of the user.
                second if (2_400.0..2_408.0).contains(&second) => {
                    other.map(|pose| elsewhere(pose, 1.6, 90.0 * (second - 2_404.0) as f32))
                }
                _ => user,
            };
            (at, pose)
        });
        // The noise of the scene moves what is found by some seconds.
        same(&said(seen, (640, 480)), &TWO_SAY, 8.0, &format!("at {rate} pictures a second"));
    }
}
