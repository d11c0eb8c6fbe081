//! `posture watch` over whole sessions: what is said, when, and that the frame rate does not matter.

use std::{
    io::{self, Write},
    sync::mpsc::Sender,
    time::Duration,
};

use assert_cmd::Command;
use image::RgbImage;
use posture::{
    baseline::Baseline,
    capture::{CaptureError, Captured, FrameSource},
    cli::{Cli, Parser as _},
    commands::watch::{Input, Inputs, Manner, follow},
    config::ExitStatus,
    estimator::{ModelError, PoseEstimator},
    frame::Frame,
    geometry::Point,
    measure::Reference,
    paths::Paths,
    pipeline::Session,
    pose::{BodyPart, HeadPose, Keypoint, Pose, Regressed},
    rules::Rules,
    sink::{JsonLines, Sinks, Terminal},
    stretches::Stretches,
    wire::{Event, Line},
};

/// A camera that delivers grey pictures at an even rate.
pub struct Clockwork {
    rate: f64,
    frames: u32,
    pub next: u32,
}

impl Clockwork {
    pub fn new(rate: f64, seconds: f64) -> Self {
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
pub fn sitting(at: f64, angle: f32, trunk_yaw: f32) -> Option<Pose> {
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

pub fn session(script: fn(f64) -> Option<Pose>) -> Session {
    // Without the first five minutes in which nothing is recommended.
    let table = include_str!("../../src/rules.toml").replace("start_s = 300", "start_s = 0");
    let (rules, stretches) = (Rules::parse(&table, "rules.toml").expect("the built-in table"), Stretches::embedded());
    Session::new("clockwork", Box::new(Script(script)), Baseline::default(), rules, stretches)
}

/// What the terminal shows of `source`, without styles, and how it ended.
fn told(source: impl FrameSource + 'static, session: &mut Session) -> (String, String, ExitStatus) {
    let (rules, stretches) = (Rules::embedded(), Stretches::embedded());
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut terminal = Terminal::new(&mut out, &mut err, &rules, &stretches, false);
    let status =
        follow(Box::new(source), session, &mut terminal, &Inputs::default(), Manner::default()).expect("nothing fails");
    drop(terminal);
    let text = |bytes: Vec<u8>| anstream::adapter::strip_str(&String::from_utf8(bytes).expect("text")).to_string();
    (text(out), text(err), status)
}

/// The JSON lines of a session at `rate`.
fn lines(rate: f64, seconds: f64, script: fn(f64) -> Option<Pose>) -> Vec<Line> {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut sink = JsonLines::new(&mut out, &mut err);
    let source = Box::new(Clockwork::new(rate, seconds));
    let status =
        follow(source, &mut session(script), &mut sink, &Inputs::default(), Manner::default()).expect("nothing fails");
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
    let (text, troubles, status) = told(Clockwork::new(2.0, 450.0), &mut session(morning));
    assert_eq!((troubles.as_str(), status), ("", ExitStatus::Fine));
    // One line for each paragraph; those that begin with a time.
    let mut said: Vec<String> = Vec::new();
    for line in text.lines() {
        match (
            said.last_mut(),
            line.starts_with("         "),
            line.trim_start().starts_with(|c: char| c.is_ascii_digit()),
        ) {
            (Some(last), true, _) => *last = format!("{last} {}", line.trim()),
            (_, false, true) if line.chars().nth(4) == Some(':') => said.push(line.trim().to_owned()),
            _ => {}
        }
    }
    // The words of the stretch are those of its table.
    let said: Vec<&str> = said.iter().filter_map(|paragraph| paragraph.split(" Try: ").next()).collect();
    assert_eq!(
        said,
        [
            "0:00  Somebody is there.",
            "0:00  Seen from the side, facing left. From here: craniovertebral angle and neck flexion.",
            "0:00  Learning your baseline from the side: for half a minute, sit upright, the way you want to sit. Nothing is \
             judged until then.",
            "0:30  Learned a provisional baseline from the side, for this session: craniovertebral angle and neck flexion.",
            "2:01  Head forward, moderate: neck 10 ± 2° further forward than your baseline for 1 min. Raise the screen to eye \
             height or slightly below, and bring it to about an arm's length.",
            "2:31  Head forward: time for a stretch. Neck 10 ± 2° further forward than your baseline for 2 min.",
            "4:59  Nobody is there any more.",
            "5:30  Somebody is there.",
            "5:31  Seen from the side, facing left. From here: craniovertebral angle and neck flexion.",
            "5:35  Head forward: over.",
            "7:00  Seen at an angle, facing left. Nothing can be measured from here so far. The camera stands about 45° to \
             your left: between the side and the front, where neither angle nor ratio holds. Move it about 45° further \
             round to your left to be seen from the side, or about 45° back towards your front.",
            "7:00  Posture cannot be read: not visible from this side.",
        ]
    );
    let stretches = Stretches::embedded();
    let advised = |name: &str| text.contains(&format!("Try: {name}, "));
    let stretch = stretches.iter().find(|stretch| advised(&stretch.words.name)).expect("a stretch is named");
    assert!(text.contains(&format!("1. {}", stretch.words.steps[0])), "with its steps: {text}");
    assert!(text.replace('\n', " ").contains(
        "Watched for 8 min, nobody for 30 s: posture could be held against your baseline for 86 % of the time that somebody \
         was there; \
         1 finding, 1 stretch suggested."
    ));
    assert!(!text.contains('\u{1b}') && !text.contains('\r'), "nothing of the live line: {text}");
}

#[test]
fn the_frame_rate_does_not_matter() {
    let expected = events(&lines(2.0, 450.0, morning));
    let names = |events: &[(f64, String)]| events.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>();
    assert_eq!(
        names(&expected),
        [
            "returned",
            "view",
            "learning",
            "learned",
            "began",
            "suggested",
            "left",
            "returned",
            "view",
            "ended",
            "view",
            "unmeasurable",
            "closed",
        ]
    );
    for rate in [1.0, 10.0] {
        let found = events(&lines(rate, 450.0, morning));
        assert_eq!(names(&found), names(&expected), "{rate}");
        for ((at, name), (then, _)) in found.iter().zip(&expected) {
            assert!((at - then).abs() <= 1.5, "{rate}: {name} at {at}, not {then}");
        }
    }
}

#[test]
fn every_frame_and_every_event_is_a_line_of_the_schema() {
    let lines = lines(2.0, 130.0, morning);
    let poses = lines.iter().filter(|line| matches!(line, Line::Pose(_))).count();
    assert_eq!(poses, 261);
    let began = lines.iter().find_map(|line| match line {
        Line::Event(line) => match &line.event {
            Event::Began { rule, by, .. } => Some((rule.0.clone(), by.reference, line.at)),
            _ => None,
        },
        Line::Pose(_) => None,
    });
    assert_eq!(began, Some(("forward_head".to_owned(), Reference::Baseline, 121.0)));
    let Some(Line::Pose(last)) = lines.iter().rfind(|line| matches!(line, Line::Pose(_))) else { panic!("a pose") };
    assert_eq!(last.findings[0].rule.0, "forward_head");
    assert!(matches!(lines.last(), Some(Line::Event(line)) if matches!(line.event, Event::Closed { findings: 1, .. })));
}

/// A source that goes through a list.
struct Listed(std::vec::IntoIter<Result<Captured, CaptureError>>);

impl FrameSource for Listed {
    fn next_frame(&mut self) -> Result<Captured, CaptureError> {
        self.0.next().unwrap_or(Ok(Captured::End))
    }

    fn name(&self) -> &str {
        "list"
    }
}

fn frame(at: u64) -> Result<Captured, CaptureError> {
    Ok(Captured::Frame(Frame { image: RgbImage::new(64, 48), at: Duration::from_secs(at) }))
}

#[test]
fn an_outage_of_the_camera_is_told_and_so_is_its_end() {
    let outage = |at| Ok(Captured::Outage { at: Duration::from_secs(at), why: "camera 0 is gone".into() });
    let captured: Vec<_> = (0..5)
        .map(frame)
        .chain((5..20).map(outage))
        .chain([Ok(Captured::Waiting)])
        .chain((20..30).map(frame))
        .collect();
    let (text, troubles, status) = told(Listed(captured.into_iter()), &mut session(|at| sitting(at, 52.0, 90.0)));
    assert_eq!((troubles.as_str(), status), ("", ExitStatus::Fine));
    assert!(text.contains("   0:05  Posture cannot be read: camera 0 is gone.\n"), "{text}");
    assert!(!text.contains("Nobody"), "who is there cannot be told without pictures: {text}");
}

#[test]
fn a_bad_picture_is_told_and_the_others_are_watched() {
    let bad = Err(CaptureError::NotFound { path: "b.jpg".into() });
    let (text, troubles, status) =
        told(Listed(vec![frame(0), bad, frame(1)].into_iter()), &mut session(|at| sitting(at, 52.0, 90.0)));
    assert_eq!(status, ExitStatus::BadInput);
    assert!(troubles.contains("b.jpg: no such file or folder"), "{troubles}");
    assert!(text.contains("Watched for 1 s"), "{text}");
}

/// A camera at whose third picture somebody presses Ctrl-C, and which goes on.
struct Interrupted(Clockwork, Sender<Input>);

impl FrameSource for Interrupted {
    fn next_frame(&mut self) -> Result<Captured, CaptureError> {
        if self.0.next == 3 {
            self.1.send(Input::Interrupted).expect("somebody listens");
        }
        self.0.next_frame()
    }

    fn name(&self) -> &str {
        "interrupted"
    }
}

#[test]
fn an_interrupt_ends_it_with_the_summary_on_every_sink() {
    let inputs = Inputs::default();
    let [mut out, mut err, mut words, mut troubles] = [const { Vec::new() }; 4];
    let source = Box::new(Interrupted(Clockwork::new(1.0, 600.0), inputs.sender()));
    let (rules, stretches) = (Rules::embedded(), Stretches::embedded());
    let mut sinks = Sinks::default();
    sinks.add(JsonLines::new(&mut out, &mut err));
    sinks.add(Terminal::new(&mut words, &mut troubles, &rules, &stretches, false));
    let status = follow(source, &mut session(morning), &mut sinks, &inputs, Manner::default()).expect("nothing fails");
    drop(sinks);
    assert_eq!(status, ExitStatus::Fine);
    let text = String::from_utf8(out).expect("text");
    assert_eq!(text.lines().filter(|line| line.contains(r#""kind":"pose""#)).count(), 3);
    assert!(text.lines().last().is_some_and(|line| line.contains(r#""event":"closed","watched":2.0"#)), "{text}");
    assert!(String::from_utf8(words).expect("text").contains("Watched for 2 s"));
}

/// Somebody who closes their end of the pipe after the first line.
struct Closed(bool);

impl Write for Closed {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        if self.0 {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.0 = buffer.contains(&b'\n');
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["a.png", "b.png"] {
        RgbImage::new(64, 48).save(folder.path().join(name)).expect("a picture");
    }
    for json in [&["--json"][..], &[]] {
        let mut err = Vec::new();
        let status = posture_watch(
            &[&["--source", &folder.path().display().to_string()], json].concat(),
            &mut Closed(false),
            &mut err,
        );
        assert_eq!((status, err.len()), (ExitStatus::Fine, 0));
    }
}

fn posture_watch(args: &[&str], out: &mut dyn Write, err: &mut dyn Write) -> ExitStatus {
    let cli = Cli::try_parse_from([&["posture", "watch"], args].concat()).expect("arguments");
    posture::run(cli, &Paths::default(), &mut io::empty(), out, err)
}

/// Status, standard output and standard error of `posture watch` with the built-in network.
fn watched(args: &[&str]) -> (ExitStatus, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = posture_watch(args, &mut out, &mut err);
    (status, String::from_utf8(out).expect("text"), String::from_utf8(err).expect("text"))
}

#[test]
fn what_cannot_be_watched_is_one_clear_line() {
    for (args, status, reason) in [
        (&["--fps", "0"][..], ExitStatus::BadInput, "--fps 0"),
        (&["--fps", "NaN"], ExitStatus::BadInput, "--fps NaN"),
        (&["--fps", "61"], ExitStatus::BadInput, "up to 60"),
        (&["--camera-budget", "0"], ExitStatus::BadInput, "--camera-budget 0"),
        (&["--source", "no/such/folder"], ExitStatus::BadInput, "no/such/folder: no such file"),
        (&["--source", "no such camera"], ExitStatus::CameraUnavailable, "camera"),
        (&["--rules", "no/such.toml"], ExitStatus::BadInput, "no/such.toml"),
        (&["--model", "no/such.onnx"], ExitStatus::BadInput, "no/such.onnx"),
    ] {
        let (found, out, err) = watched(args);
        assert_eq!((found, out.as_str()), (status, ""), "{args:?}: {err}");
        assert!(err.contains(reason) && err.lines().count() == 1, "{args:?}: {err}");
    }
}

#[test]
fn the_samples_are_watched_as_a_folder() {
    let samples = format!("{}/samples", env!("CARGO_MANIFEST_DIR"));
    let (status, out, err) = watched(&["--source", &samples, "--fps", "1", "--json"]);
    assert_eq!((status, err.as_str()), (ExitStatus::Fine, ""));
    let lines: Vec<Line> = out.lines().map(|line| Line::parse(line).expect("a line of the schema")).collect();
    let people = lines.iter().filter(|line| matches!(line, Line::Pose(pose) if pose.person.is_some())).count();
    // They show different people in different places: whoever is not the one that is followed does not count.
    assert!((2..lines.len()).contains(&people), "{people} of {} lines show somebody", lines.len());
    let one = tempfile::tempdir().expect("a folder");
    for number in 0..6 {
        let copy = one.path().join(format!("{number}.jpg"));
        std::fs::copy(format!("{samples}/front_upright.jpg"), copy).expect("copied");
    }
    let (_, alone, _) = watched(&["--source", &one.path().display().to_string(), "--fps", "1", "--json"]);
    let poses: Vec<bool> = alone
        .lines()
        .filter_map(|line| match Line::parse(line).expect("a line of the schema") {
            Line::Pose(pose) => Some(pose.person.is_some()),
            Line::Event(_) => None,
        })
        .collect();
    assert_eq!(poses, [true; 6], "one person alone is followed from picture to picture");
    assert_eq!(events(&lines).last().map(|(_, name)| name.as_str()), Some("closed"));
}

/// A film in Y4M, 4:4:4, of one picture of grey squares again and again.
fn y4m(frames: usize) -> Vec<u8> {
    let mut film = b"YUV4MPEG2 W64 H48 F2:1 Ip A1:1 C444\n".to_vec();
    for _ in 0..frames {
        film.extend(b"FRAME\n");
        film.extend((0..64 * 48).map(|i| if (i % 64 / 16 + i / 64 / 16) % 2 == 0 { 60 } else { 180 }));
        film.extend([128; 2 * 64 * 48]);
    }
    film
}

#[test]
fn a_pipe_is_watched_to_its_end() {
    let mut command = Command::cargo_bin("posture").expect("the binary");
    let output = command.args(["watch", "--source", "-", "--json"]).write_stdin(y4m(5)).output().expect("it runs");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!((output.status.code(), err.as_ref()), (Some(0), ""));
    assert_eq!(out.lines().filter(|line| line.contains(r#""kind":"pose""#)).count(), 5, "{out}");
}

/// Ctrl-C, as a terminal sends it.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_process_with_a_summary_and_status_0() {
    use std::{
        io::{BufRead, BufReader},
        process::Stdio,
    };

    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("posture"))
        .args(["watch", "--source", "-", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(&y4m(3)).expect("it reads");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let first = lines.next().expect("a line").expect("text");
    assert!(first.contains(r#""kind":"pose""#), "{first}");
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().expect("kill").success());
    let rest: Vec<String> = lines.map(|line| line.expect("text")).collect();
    assert!(rest.last().is_some_and(|line| line.contains(r#""event":"closed""#)), "{rest:?}");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    drop(stdin);
}
