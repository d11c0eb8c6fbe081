//! `posture watch` over whole sessions: what is said, when, and that the frame rate does not matter.

use std::{sync::atomic::AtomicBool, time::Duration};

use image::RgbImage;
use posture::{
    baseline::Baseline,
    capture::{CaptureError, Captured, FrameSource},
    commands::watch::follow,
    config::ExitStatus,
    estimator::{ModelError, PoseEstimator},
    frame::Frame,
    geometry::Point,
    pipeline::Session,
    pose::{BodyPart, HeadPose, Keypoint, Pose, Regressed},
    rules::Rules,
    sink::{JsonLines, Sink, Terminal},
    stretches::Stretches,
    wire::{Event, Line},
};

/// A camera that delivers grey pictures at an even rate.
struct Clockwork {
    rate: f64,
    frames: u32,
    next: u32,
}

impl Clockwork {
    fn new(rate: f64, seconds: f64) -> Self {
        Self { rate, frames: (seconds * rate) as u32 + 1, next: 0 }
    }
}

impl FrameSource for Clockwork {
    fn next_frame(&mut self) -> Result<Captured, CaptureError> {
        if self.next == self.frames {
            return Ok(Captured::End);
        }
        let at = Duration::from_secs_f64(f64::from(self.next) / self.rate);
        self.next += 1;
        Ok(Captured::Frame(Frame { image: RgbImage::new(64, 48), at }))
    }

    fn name(&self) -> &str {
        "clockwork"
    }
}

/// An estimator that knows by the clock who is there.
struct Script(fn(f64) -> Option<Pose>);

impl PoseEstimator for Script {
    fn estimate(&mut self, frame: &Frame) -> Result<Option<Pose>, ModelError> {
        Ok(self.0(frame.at.as_secs_f64()))
    }
}

/// Somebody facing left, with this craniovertebral angle and this turn of the trunk, who sways a little.
fn sitting(at: f64, angle: f32, trunk_yaw: f32) -> Option<Pose> {
    let angle = angle + 0.6 * (1.3 * at as f32).sin();
    let (sin, cos) = angle.to_radians().sin_cos();
    let keypoint = |x: f32, y: f32| Keypoint { at: Point::new(x, y), score: 0.9 };
    Some(Pose {
        keypoints: [
            (BodyPart::C7, keypoint(300.0, 200.0)),
            (BodyPart::LeftEar, keypoint(300.0 - 80.0 * cos, 200.0 - 80.0 * sin)),
        ]
        .into_iter()
        .collect(),
        presence: 0.99,
        head: Some(HeadPose { yaw: trunk_yaw, pitch: 0.5 * (0.9 * at as f32).cos(), roll: 0.0 }),
        trunk_yaw: Some(trunk_yaw),
        craniovertebral_angle: Some(Regressed { value: angle, deviation: 1.5 }),
        frame_width: 640,
        frame_height: 480,
    })
}

/// A morning: upright for a minute, the head forward for four, half a minute away, upright again, turned half to the
/// camera.
fn morning(at: f64) -> Option<Pose> {
    match at {
        ..60.0 => sitting(at, 52.0, 90.0),
        ..300.0 => sitting(at, 42.0, 90.0),
        ..330.0 => None,
        ..420.0 => sitting(at, 52.0, 90.0),
        _ => sitting(at, 52.0, 45.0),
    }
}

fn session(script: fn(f64) -> Option<Pose>) -> Session {
    let (rules, stretches) = (Rules::embedded(), Stretches::embedded());
    Session::new("clockwork", Box::new(Script(script)), Baseline::default(), rules, stretches)
}

/// What the terminal shows of `source`, without styles, and how it ended.
fn told(source: &mut dyn FrameSource, session: &mut Session) -> (String, String, ExitStatus) {
    let (rules, stretches) = (Rules::embedded(), Stretches::embedded());
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut terminal = Terminal::new(&mut out, &mut err, &rules, &stretches, false);
    let status = follow(source, session, &mut terminal, &AtomicBool::new(false)).expect("nothing fails");
    drop(terminal);
    let text = |bytes: Vec<u8>| anstream::adapter::strip_str(&String::from_utf8(bytes).expect("text")).to_string();
    (text(out), text(err), status)
}

/// The JSON lines of a session at `rate`.
fn lines(rate: f64, seconds: f64, script: fn(f64) -> Option<Pose>) -> Vec<Line> {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut sink = JsonLines::new(&mut out, &mut err);
    let mut source = Clockwork::new(rate, seconds);
    let status = follow(&mut source, &mut session(script), &mut sink, &AtomicBool::new(false)).expect("nothing fails");
    assert_eq!((status, err.len()), (ExitStatus::Fine, 0));
    let text = String::from_utf8(out).expect("text");
    text.lines().map(|line| Line::parse(line).expect("a line of the schema")).collect()
}

/// Time and name of each event.
fn events(lines: &[Line]) -> Vec<(f64, String)> {
    lines
        .iter()
        .filter_map(|line| match line {
            Line::Event(line) => {
                let object = serde_json::to_value(line).expect("an object");
                Some((line.at, object["event"].as_str().expect("a name").to_owned()))
            }
            Line::Pose(_) => None,
        })
        .collect()
}

#[test]
fn a_morning_in_words() {
    let (text, troubles, status) = told(&mut Clockwork::new(2.0, 450.0), &mut session(morning));
    assert_eq!((troubles.as_str(), status), ("", ExitStatus::Fine));
    println!("{text}");
}

#[test]
fn the_frame_rate_does_not_matter() {
    let expected = events(&lines(2.0, 450.0, morning));
    let names = |events: &[(f64, String)]| events.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>();
    println!("{expected:?}");
    for rate in [1.0, 10.0] {
        let found = events(&lines(rate, 450.0, morning));
        assert_eq!(names(&found), names(&expected), "{rate}");
        for ((at, name), (then, _)) in found.iter().zip(&expected) {
            assert!((at - then).abs() <= 1.5, "{rate}: {name} at {at}, not {then}");
        }
    }
}
