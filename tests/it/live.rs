//! The loop of `posture watch` in front of a live source: pauses, pace, outages, and what cannot be seen.

use std::{
    sync::{Arc, Mutex, mpsc::Sender},
    thread,
    time::Duration,
};

use image::RgbImage;
use posture::{
    baseline::Baseline,
    capture::{CaptureError, Captured, Clock, FrameSource},
    commands::watch::{Input, Inputs, Manner, follow},
    config::ExitStatus,
    estimator::{Blind, ModelError, PoseEstimator},
    frame::Frame,
    monitor::{Request, Suspension},
    pace::{Pace, Share},
    pipeline::Session,
    pose::Pose,
    rules::Rules,
    sink::JsonLines,
    stretches::Stretches,
    surroundings::Change,
    wire::Line,
};

/// What was asked of a camera: a pace, or `None` for a rest.
type Paces = Arc<Mutex<Vec<Option<Duration>>>>;

/// Whether it was enough, from the number of frames and from what was asked.
type Enough = fn(u32, &[Option<Duration>]) -> bool;

/// A camera that sends grey pictures at the pace that is asked for, until it was enough.
struct Webcam {
    clock: Clock,
    paces: Paces,
    interval: Option<Duration>,
    enough: Enough,
    /// Who is told after this many frames, and what.
    caller: Option<(u32, Sender<Input>, Vec<Input>)>,
    frames: u32,
}

impl Webcam {
    fn new(enough: Enough) -> Self {
        let (paces, interval) = (Paces::default(), Some(Duration::ZERO));
        Self { clock: Clock::start(), paces, interval, enough, caller: None, frames: 0 }
    }
}

impl FrameSource for Webcam {
    fn next_frame(&mut self) -> Result<Captured, CaptureError> {
        thread::sleep(self.interval.unwrap_or(Duration::from_millis(50)).min(Duration::from_millis(50)));
        if (self.enough)(self.frames, &self.paces.lock().expect("nobody panicked")) {
            return Ok(Captured::End);
        }
        if self.interval.is_none() {
            return Ok(Captured::Waiting);
        }
        self.frames += 1;
        if let Some((frames, session, inputs)) = self.caller.take() {
            if self.frames < frames {
                self.caller = Some((frames, session, inputs));
            } else {
                inputs.into_iter().for_each(|input| session.send(input).expect("somebody listens"));
            }
        }
        Ok(Captured::Frame(Frame { image: RgbImage::new(64, 48), at: self.clock.now() }))
    }

    fn name(&self) -> &str {
        "webcam"
    }

    fn clock(&self) -> Option<Clock> {
        Some(self.clock.clone())
    }

    fn set_pace(&mut self, interval: Option<Duration>) {
        if interval != self.interval {
            self.paces.lock().expect("nobody panicked").push(interval);
        }
        self.interval = interval;
    }
}

/// An estimator that sees nobody, or nothing at all.
struct Eyes(Option<Blind>);

impl PoseEstimator for Eyes {
    fn estimate(&mut self, _: &Frame) -> Result<Option<Pose>, ModelError> {
        Ok(None)
    }

    fn blind(&self) -> Option<Blind> {
        self.0
    }
}

/// The names of the lines of a session, poses included.
fn lines(camera: Webcam, eyes: Eyes, inputs: &Inputs, pace: Option<Pace>) -> Vec<String> {
    let (rules, stretches) = (Rules::embedded(), Stretches::embedded());
    let mut session = Session::new("webcam", Box::new(eyes), Baseline::default(), rules, stretches);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut sink = JsonLines::new(&mut out, &mut err);
    let status = follow(Box::new(camera), &mut session, &mut sink, inputs, Manner { pace, ..Manner::default() })
        .expect("nothing fails");
    assert_eq!((status, err.len()), (ExitStatus::Fine, 0));
    let text = String::from_utf8(out).expect("text");
    text.lines()
        .map(|line| match Line::parse(line).expect("a line of the schema") {
            Line::Pose(_) => "pose".to_owned(),
            Line::Event(line) => {
                serde_json::to_value(line).expect("an object")["event"].as_str().expect("a name").to_owned()
            }
        })
        .collect()
}

#[test]
fn a_pause_releases_the_camera_and_ends_by_itself() {
    let inputs = Inputs::default();
    let mut camera = Webcam::new(|frames, _| frames == 6);
    let until = Some(Duration::from_millis(1_500));
    camera.caller = Some((3, inputs.sender(), vec![Input::Asked(Request::Pause { until })]));
    let paces = Arc::clone(&camera.paces);
    let lines = lines(camera, Eyes(None), &inputs, None);
    let events: Vec<&str> = lines.iter().map(String::as_str).filter(|line| *line != "pose").collect();
    assert_eq!(events, ["paused", "resumed", "closed"]);
    assert_eq!(*paces.lock().expect("nobody panicked"), [None, Some(Duration::ZERO)]);
    let paused = lines.iter().position(|line| line == "paused").expect("paused");
    assert_eq!(lines[paused + 1..paused + 3], ["resumed", "pose"], "nothing is measured in between: {lines:?}");
}

#[test]
fn a_pause_lasts_until_it_is_resumed_and_an_interrupt_ends_it_too() {
    let inputs = Inputs::default();
    let asked = |requests: [Request; 3]| requests.map(Input::Asked).into_iter().collect::<Vec<_>>();
    let mut camera = Webcam::new(|_, _| false);
    let pause = Request::Pause { until: None };
    let mut said = asked([pause.clone(), Request::Resume, pause]);
    said.push(Input::Interrupted);
    camera.caller = Some((2, inputs.sender(), said));
    let lines = lines(camera, Eyes(None), &inputs, None);
    let events: Vec<&str> = lines.iter().map(String::as_str).filter(|line| *line != "pose").collect();
    assert_eq!(events, ["paused", "resumed", "paused", "closed"]);
}

#[test]
fn a_picture_in_which_nothing_can_be_seen_is_no_report() {
    let lines = lines(Webcam::new(|frames, _| frames == 3), Eyes(Some(Blind::Covered)), &Inputs::default(), None);
    assert_eq!(lines, ["closed"], "neither nobody nor a reading");
}

#[test]
fn the_camera_is_asked_for_frames_at_the_pace_of_what_it_shows() {
    let camera = Webcam::new(|_, paces| paces.len() == 2);
    let paces = Arc::clone(&camera.paces);
    lines(camera, Eyes(None), &Inputs::default(), Some(Pace::new(Share::WHOLE)));
    let paces = paces.lock().expect("nobody panicked");
    assert_eq!(*paces, [Some(Duration::from_millis(100)), Some(Duration::from_secs(1))], "an empty chair");
}

#[test]
fn a_locked_screen_closes_the_camera_and_it_opens_by_itself() {
    let inputs = Inputs::default();
    let mut camera = Webcam::new(|frames, _| frames == 6);
    let around = |request| Input::Around(Change::Ask(request));
    let locked = [
        around(Request::Suspend { because: Suspension::Locked }),
        around(Request::Continue { because: Suspension::Locked }),
    ];
    camera.caller = Some((3, inputs.sender(), locked.into()));
    let paces = Arc::clone(&camera.paces);
    let lines = lines(camera, Eyes(None), &inputs, None);
    let events: Vec<&str> = lines.iter().map(String::as_str).filter(|line| *line != "pose").collect();
    assert_eq!(events, ["suspended", "continued", "closed"]);
    let asked = paces.lock().expect("nobody panicked").clone();
    assert!(asked.is_empty() || asked == [None, Some(Duration::ZERO)], "closed, and opened again: {asked:?}");
}

#[test]
fn a_camera_that_a_lock_has_closed_sends_nothing_until_the_end() {
    let inputs = Inputs::default();
    let mut camera = Webcam::new(|_, _| false);
    let locked = Input::Around(Change::Ask(Request::Suspend { because: Suspension::Locked }));
    camera.caller = Some((3, inputs.sender(), vec![locked]));
    let (paces, sender) = (Arc::clone(&camera.paces), inputs.sender());
    let ends = thread::spawn(move || {
        while !matches!(paces.lock().expect("nobody panicked").last(), Some(None)) {
            thread::sleep(Duration::from_millis(5));
        }
        sender.send(Input::Interrupted).expect("somebody listens");
    });
    let lines = lines(camera, Eyes(None), &inputs, Some(Pace::new(Share::WHOLE)));
    ends.join().expect("it ended");
    let suspended = lines.iter().position(|line| line == "suspended").expect("suspended");
    assert_eq!(lines[suspended + 1..], ["closed"], "nothing is measured: {lines:?}");
}
