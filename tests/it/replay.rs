//! Sessions of numbers, replayed: what would have been said, and when.
//!
//! The sessions in samples/sessions are lines of the wire schema, made by [`scene`]. After a change to it or to the metrics,
//! `cargo test --test it -- --ignored write_the_sessions` writes them anew.

pub mod hours;
pub mod scene;

use std::{fs, path::PathBuf, time::Duration};

use posture::{
    baseline::Learner,
    measure::{Known, Metric, Reading, Reason, measure},
    monitor::{Event, Monitor, Observation},
    pipeline::Report,
    pose::{BodyPart, Pose},
    rules::{Against, Rules},
    stretches::Stretches,
    wire::{Line, PoseLine},
};

use self::scene::{FORWARD_HEAD, LOOKING_DOWN, Scene};

/// Who was seen when.
type Session = Vec<(Duration, Option<Pose>)>;

fn file(scene: &Scene) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("samples/sessions").join(scene.name).with_extension("jsonl")
}

fn lines(scene: &Scene) -> Vec<PoseLine> {
    let path = file(scene);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let read = |line: &str| match Line::parse(line).unwrap_or_else(|error| panic!("{}: {error}", path.display())) {
        Line::Pose(line) => *line,
        Line::Event(event) => panic!("an event in {}: {event:?}", path.display()),
    };
    text.lines().map(read).collect()
}

fn session(scene: &Scene) -> Session {
    lines(scene).iter().map(|line| (Duration::from_secs_f64(line.at), line.pose())).collect()
}

/// The same session at another frame rate: each picture stays until the next.
fn resampled(session: &Session, rate: f64) -> Session {
    let end = session.last().expect("a session").0.as_secs_f64();
    (0..=(end * rate) as u32)
        .map(|i| {
            let at = Duration::from_secs_f64(f64::from(i) / rate);
            let now = session.iter().rfind(|(then, _)| *then <= at).expect("a session starts at 0");
            (at, now.1.clone())
        })
        .collect()
}

/// What one picture says to the monitor, as it is while watching: against a baseline that is still being learned.
fn observe(at: Duration, pose: Option<&Pose>, rules: &Rules, learner: &mut Learner) -> Observation {
    let Some(pose) = pose else { return Observation::Nobody };
    let reading = measure(pose, Known { baseline: Some(learner.baseline()), ..Known::default() });
    if reading.measurements.is_empty() {
        return Observation::Unreadable(reading.unmeasured.first().map_or(Reason::Hidden, |missing| missing.because));
    }
    learner.observe(at, &reading);
    Observation::Seen(rules.assess(&reading, Against::Baseline))
}

/// What is said at each step of `session`, when what is observed goes through `lens` first.
fn replay(
    session: &Session,
    mut lens: impl FnMut(Duration, Observation) -> Observation,
) -> Vec<(Observation, Vec<Event>)> {
    let rules = Rules::embedded();
    let mut monitor = Monitor::new(rules.clone(), Stretches::embedded());
    let mut learner = Learner::default();
    session
        .iter()
        .map(|(at, pose)| {
            let observation = lens(*at, observe(*at, pose.as_ref(), &rules, &mut learner));
            (observation.clone(), monitor.step(*at, observation))
        })
        .collect()
}

/// One event in words, and its time in seconds.
fn told(event: &Event) -> (String, f64) {
    let (what, at) = match event {
        Event::Began { finding, at, .. } => (format!("{} began, {:?}", finding.rule.0, finding.severity), at),
        Event::Worsened { finding, at } => (format!("{} worse, {:?}", finding.rule.0, finding.severity), at),
        Event::Ended { rule, at } => (format!("{} ended", rule.0), at),
        Event::Left { at } => ("left".into(), at),
        Event::Returned { at } => ("returned".into(), at),
        Event::Unmeasurable { why, at } => (format!("unmeasurable, {why}"), at),
        Event::Measurable { at } => ("measurable".into(), at),
        Event::Suggested { advice, at, .. } => (format!("{} for {}", advice.stretch.0, advice.because.0), at),
        Event::BreakDue { rule, at, .. } => (format!("break for {}", rule.0), at),
        Event::View { .. } | Event::Learning { .. } | Event::Learned { .. } => {
            unreachable!("a session tells these, the monitor does not")
        }
        Event::Owed { advice, because, at } => {
            (format!("{} owed for {}, {because:?}", advice.stretch.0, advice.because.0), at)
        }
        Event::Dismissed { .. }
        | Event::Completed { .. }
        | Event::Paused { .. }
        | Event::Resumed { .. }
        | Event::Suspended { .. }
        | Event::Continued { .. }
        | Event::Snoozed { .. } => unreachable!("nobody asks for anything here"),
    };
    (what, at.as_secs_f64())
}

fn transcript(session: &Session) -> Vec<(String, f64)> {
    replay(session, |_, observation| observation).iter().flat_map(|(_, events)| events).map(told).collect()
}

#[track_caller]
fn same(is: &[(String, f64)], expected: &[(&str, f64)], within: f64, what: &str) {
    let same = is.len() == expected.len()
        && is.iter().zip(expected).all(|((a, at), (b, expected))| a == b && (at - expected).abs() <= within);
    assert!(same, "{what}: {is:#?}, expected {expected:#?}");
}

const FORWARD_HEAD_SAYS: [(&str, f64); 5] = [
    ("returned", 0.0),
    ("forward_head began, Moderate", 243.0),
    ("chin_tuck owed for forward_head, JustStarted", 273.0),
    ("chin_tuck for forward_head", 300.0),
    ("forward_head ended", 489.0),
];

const LOOKING_DOWN_SAYS: [(&str, f64); 6] = [
    ("returned", 0.0),
    ("left", 59.5),
    ("returned", 80.0),
    ("looking_down began, Marked", 154.5),
    ("chin_tuck owed for looking_down, JustStarted", 154.5),
    ("looking_down ended", 178.5),
];

const SESSIONS: [(&Scene, &[(&str, f64)]); 2] =
    [(&FORWARD_HEAD, &FORWARD_HEAD_SAYS), (&LOOKING_DOWN, &LOOKING_DOWN_SAYS)];

#[test]
fn each_session_says_what_it_says() {
    for (scene, says) in SESSIONS {
        same(&transcript(&session(scene)), says, 0.01, scene.name);
    }
}

#[test]
fn the_frame_rate_changes_nothing() {
    for (scene, says) in SESSIONS {
        for rate in [1.0, 2.0, 4.0, 10.0] {
            same(&transcript(&resampled(&session(scene), rate)), says, 2.0, &format!("{} at {rate}", scene.name));
        }
        // The same scene filmed at other rates: other noise, and more of it.
        for rate in [1.0, 2.0, 4.0, 10.0, 30.0, 60.0] {
            same(&transcript(&scene.at_rate(rate)), says, 3.0, &format!("{} filmed at {rate}", scene.name));
        }
    }
}

#[test]
fn lost_frames_change_nothing() {
    for (scene, says) in SESSIONS {
        let kept = |i: usize| !(i.is_multiple_of(3) || i % 17 < 4) || i == 0;
        let thinned =
            session(scene).into_iter().enumerate().filter(|(i, _)| kept(*i)).map(|(_, frame)| frame).collect();
        same(&transcript(&thinned), says, 5.0, scene.name);
    }
}

#[test]
fn what_is_missing_neither_begins_nor_ends_a_finding() {
    for (scene, says) in SESSIONS {
        let session = session(scene);
        for seed in 0..50_u64 {
            // Outages of random length up to 40 s, a third of the time.
            let missing = |at: Duration| {
                let block = at.as_secs() / (5 + seed % 36);
                (block.wrapping_mul(0x9e37_79b9).wrapping_add(seed * 7_919) >> 7).is_multiple_of(3)
            };
            let outage = |at, seen| if missing(at) { Observation::Unreadable(Reason::Hidden) } else { seen };
            for (observation, events) in replay(&session, outage) {
                for event in events.iter().filter(|e| matches!(e, Event::Began { .. } | Event::Ended { .. })) {
                    let (what, _) = told(event);
                    assert!(matches!(observation, Observation::Seen(_)), "{what} at an outage, seed {seed}");
                    let rule = what.split(' ').next().expect("a rule");
                    assert!(says.iter().any(|(says, _)| says.starts_with(rule)), "{what}, seed {seed}");
                }
            }
        }
    }
}

#[test]
fn an_outage_in_the_middle_of_a_finding_leaves_it_standing() {
    for (scene, says) in SESSIONS {
        let (began, at) = says.iter().find(|(what, _)| what.contains("began")).expect("a finding");
        let from_then_on = Duration::from_secs_f64(at + 1.0);
        let blind = |at, seen| if at >= from_then_on { Observation::Blind("unplugged".into()) } else { seen };
        let events: Vec<_> = replay(&session(scene), blind).into_iter().flat_map(|(_, events)| events).collect();
        assert!(events.iter().any(|event| told(event).0 == *began));
        assert!(!events.iter().any(|event| matches!(event, Event::Ended { .. })), "{events:?}");
    }
}

#[test]
fn hidden_body_parts_take_away_findings_and_add_none() {
    for (scene, says) in SESSIONS {
        for part in BodyPart::ALL {
            let mut session = session(scene);
            for pose in session.iter_mut().filter_map(|(_, pose)| pose.as_mut()) {
                pose.keypoints.set(part, None);
            }
            for (what, _) in transcript(&session).iter().filter(|(what, _)| what.contains(" began")) {
                assert!(says.iter().any(|(says, _)| says == what), "{what} without {part:?}");
            }
        }
    }
}

#[test]
fn nobody_is_told_anything_in_an_upright_hour_but_to_get_up() {
    for scene in [&FORWARD_HEAD, &LOOKING_DOWN] {
        let upright = Scene { length: 3_600.0, sitting: |_| (FORWARD_HEAD.sitting)(0.0), ..*scene };
        same(
            &transcript(&upright.at_rate(2.0)),
            &[("returned", 0.0), ("break for sitting_too_long", 2_700.0)],
            0.0,
            scene.name,
        );
    }
}

#[test]
fn the_sessions_are_those_of_the_generator() {
    for scene in [&FORWARD_HEAD, &LOOKING_DOWN] {
        let (lines, scene) = (lines(scene), scene.at_rate(scene.rate));
        assert_eq!(lines.len(), scene.len());
        for (line, (at, pose)) in lines.iter().zip(&scene) {
            assert_eq!(line.at, at.as_secs_f64());
            let (Some(pose), Some(read)) = (pose, line.pose()) else {
                assert_eq!((pose.is_some(), line.person.is_some()), (false, false), "at {at:?}");
                continue;
            };
            for part in BodyPart::ALL {
                let apart = pose.keypoints.get(part).zip(read.keypoints.get(part)).map(|(a, b)| a.at.distance(b.at));
                assert_eq!(
                    pose.keypoints.get(part).is_some(),
                    read.keypoints.get(part).is_some(),
                    "{part:?} at {at:?}"
                );
                assert!(apart.is_none_or(|apart| apart < 0.2), "{part:?} at {at:?}");
            }
            let now: Vec<(Metric, f32)> =
                measure(pose, Known::default()).measurements.iter().map(|m| (m.metric, m.value)).collect();
            assert_eq!(now.len(), line.measurements.len(), "at {at:?}: write the sessions anew");
            for ((metric, value), written) in now.into_iter().zip(&line.measurements) {
                let near = metric == written.metric && (value - written.value).abs() < 0.2;
                assert!(near, "{metric:?} at {at:?}: write the sessions anew");
            }
        }
    }
}

#[test]
#[ignore = "writes samples/sessions"]
fn write_the_sessions() {
    for scene in [&FORWARD_HEAD, &LOOKING_DOWN] {
        let line = |(at, pose): (Duration, Option<Pose>)| {
            let person = pose.map(|pose| {
                // A replay works out anew what could not be measured.
                let reading = Reading { unmeasured: Vec::new(), ..measure(&pose, Known::default()) };
                (pose, reading)
            });
            let report = Report::new(scene.name, at, (640, 480), person);
            serde_json::to_string(&PoseLine::from(&report)).expect("a line") + "\n"
        };
        let text: String = scene.at_rate(scene.rate).into_iter().map(line).collect();
        fs::write(file(scene), text).expect("written");
    }
}
