use std::collections::BTreeSet;

use ratatui::{Terminal, backend::TestBackend};

use super::*;
use crate::{
    geometry::Point,
    measure::{Facing, Measurement, Metric, Reading, Reason, Reference, Unmeasured, View},
    monitor::{Held, Offer, Pause, Share, Standing, Suspension, Why},
    pose::{BodyPart, Keypoint, Keypoints, Pose, Scene},
    rules::{Finding, RuleId, Severity},
    stretches::{Advice, StretchId},
};

const SIZES: [(u16, u16); 2] = [(80, 24), (200, 60)];

fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn rule(id: &str) -> RuleId {
    RuleId(id.to_owned())
}

fn measured(metric: Metric, value: f32, uncertainty: f32, reference: Reference) -> Measurement {
    Measurement { metric, value, uncertainty, reference }
}

/// Somebody at a desk, in a frame of 640 × 480.
fn person(view: View, trunk_yaw: f32) -> Pose {
    use BodyPart::{C7, Chin, LeftEar, LeftElbow, LeftEye, LeftHip, LeftShoulder, LeftWrist, MouthLeft, Nose};
    let places = [
        (LeftEar, 318.0, 142.0),
        (LeftEye, 262.0, 128.0),
        (Nose, 244.0, 152.0),
        (MouthLeft, 262.0, 180.0),
        (Chin, 266.0, 204.0),
        (C7, 368.0, 204.0),
        (LeftShoulder, 340.0, 244.0),
        (LeftElbow, 330.0, 352.0),
        (LeftWrist, 228.0, 372.0),
        (LeftHip, 360.0, 420.0),
    ];
    let sees = |part| view != View::Oblique || part != C7;
    let keypoints: Keypoints = places
        .into_iter()
        .filter(|(part, ..)| sees(*part))
        .map(|(part, x, y)| (part, Keypoint { at: Point::new(x, y), score: 0.9 }))
        .collect();
    Pose {
        keypoints,
        presence: 0.98,
        head: None,
        trunk_yaw: Some(trunk_yaw),
        craniovertebral_angle: None,
        frame_width: 640,
        frame_height: 480,
    }
}

/// What is read off somebody seen from the side whose head is `forward` degrees further forward than when upright.
fn reading(forward: Option<f32>) -> Reading {
    let angle = measured(Metric::CraniovertebralAngle, 52.0 - forward.unwrap_or(0.0), 3.4, Reference::Absolute);
    let pitch = measured(Metric::HeadPitch, -6.0, 8.0, Reference::Absolute);
    let deviations = forward.map(|forward| {
        [
            measured(Metric::CraniovertebralAngle, forward, 2.1, Reference::Baseline),
            measured(Metric::HeadPitch, 3.0, 4.3, Reference::Baseline),
        ]
    });
    let mut measurements = vec![angle, pitch];
    measurements.extend(deviations.into_iter().flatten());
    let unmeasured = vec![Unmeasured { metric: Metric::HeadRoll, because: Reason::View, part: None }];
    Reading { view: View::Lateral, facing: Facing::Left, measurements, unmeasured }
}

fn report(at: u64, person: Option<(Pose, Reading)>) -> Report {
    let scene = Scene { brightness: Some(0.45), ..Scene::default() };
    Report { scene, ..Report::new("camera 0 (Integrated Webcam)", s(at), (640, 480), person) }
}

fn finding(forward: f32) -> Finding {
    Finding {
        rule: rule("forward_head"),
        severity: Severity::Moderate,
        by: measured(Metric::CraniovertebralAngle, forward, 2.1, Reference::Baseline),
    }
}

/// What stands at `at` when every rule has a level of `level`, the first one with `finding`.
fn state(at: u64, level: Option<f32>, finding: Option<Finding>) -> State {
    let standing = Standing {
        rule: rule("forward_head"),
        level,
        lasted: if finding.is_some() { s(70) } else { Duration::ZERO },
        ambient: finding.is_some(),
        next: finding.is_some().then(|| s(at + 80)),
        finding,
    };
    State {
        at: s(at),
        somebody: true,
        readable: true,
        paused: None,
        suspended: None,
        snoozed: None,
        held: BTreeSet::new(),
        owed: None,
        last: None,
        rules: vec![standing],
    }
}

struct Told {
    reports: Vec<Report>,
    events: Vec<Event>,
    state: State,
}

/// Somebody who has sat upright for ten minutes but for a minute after the fifth.
fn upright() -> Told {
    let seen = |at| report(at, Some((person(View::Lateral, 88.0), reading(Some(1.0)))));
    let view = Event::View { view: View::Lateral, facing: Facing::Left, at: s(1) };
    let learned = Event::Learned { view: View::Lateral, metrics: vec![Metric::CraniovertebralAngle], at: s(31) };
    let events = vec![Event::Returned { at: s(0) }, view, Event::Learning { view: View::Lateral, at: s(1) }, learned];
    Told { reports: vec![seen(600)], events, state: state(600, Some(0.2), None) }
}

/// The view after all of it, at `width` × `height`.
fn drawn(told: &Told, (width, height): (u16, u16), help: bool) -> String {
    let (rules, stretches) = (Rules::embedded(), Stretches::embedded());
    let mut screen = Screen::new("camera 0 (Integrated Webcam)", &rules, &stretches);
    screen.help = help;
    let until = told.state.at.as_secs();
    for at in (0..until).step_by(10).filter(|at| *at > 30 && !(200..=220).contains(at)) {
        screen.state(&state(at, Some(if (300..360).contains(&at) { 1.6 } else { 0.2 }), None));
    }
    told.events.iter().for_each(|event| screen.event(event));
    told.reports.iter().for_each(|report| screen.report(report));
    screen.state(&told.state);
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal in memory");
    terminal.draw(|canvas| canvas.render_widget(&screen, canvas.area())).expect("drawn");
    terminal.backend().to_string()
}

/// Compares with the snapshots of this name, one for each size.
fn matches(name: &str, told: &Told) {
    for size in SIZES {
        let (width, height) = size;
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), drawn(told, size, false));
    }
}

#[test]
fn starting() {
    let (rules, stretches) = (Rules::embedded(), Stretches::embedded());
    let screen = Screen::new("camera 0 (Integrated Webcam)", &rules, &stretches);
    for (width, height) in SIZES {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal in memory");
        terminal.draw(|canvas| canvas.render_widget(&screen, canvas.area())).expect("drawn");
        insta::assert_snapshot!(format!("starting_{width}x{height}"), terminal.backend());
    }
}

#[test]
fn learning() {
    let mut told = upright();
    told.events.truncate(3);
    told.reports = vec![report(12, Some((person(View::Lateral, 88.0), reading(None))))];
    told.state = state(12, None, None);
    told.state.held = [Held::JustStarted].into();
    matches("learning", &told);
}

#[test]
fn sitting_upright() {
    matches("upright", &upright());
}

fn forward() -> Told {
    let mut told = upright();
    told.events.push(Event::Began { finding: finding(9.2), since: s(530), at: s(590) });
    told.reports = vec![report(600, Some((person(View::Lateral, 88.0), reading(Some(9.2)))))];
    told.state = state(600, Some(2.3), Some(finding(9.2)));
    told
}

#[test]
fn a_finding() {
    matches("finding", &forward());
}

fn advised() -> Told {
    let mut told = forward();
    let advice = Advice { stretch: StretchId("chin_tuck".into()), then: None, because: rule("forward_head") };
    let share = Share { there: s(240), of: s(300) };
    let reason = Why { finding: finding(9.2), share };
    told.events.push(Event::Suggested { advice, reason, offer: Offer::Guide, at: s(600) });
    told
}

#[test]
fn advice() {
    matches("advice", &advised());
}

#[test]
fn an_answer_takes_the_advice_away() {
    let mut told = advised();
    assert!(drawn(&told, SIZES[0], false).contains("Time for a stretch"));
    told.events.push(Event::Dismissed { rule: rule("forward_head"), at: s(600) });
    assert!(!drawn(&told, SIZES[0], false).contains("Time for a stretch:"));
}

#[test]
fn paused() {
    let mut told = forward();
    told.events.push(Event::Paused { until: Some(s(2_400)), at: s(600) });
    told.state.paused = Some(Pause { since: s(600), until: Some(s(2_400)) });
    matches("paused", &told);
}

#[test]
fn a_locked_screen() {
    let mut told = forward();
    told.events.push(Event::Suspended { because: Suspension::Locked, at: s(600) });
    told.state.suspended = Some(Suspension::Locked);
    matches("locked", &told);
}

#[test]
fn a_guided_stretch() {
    let (rules, stretches) = (Rules::embedded(), Stretches::embedded());
    let stretch = stretches.get(&StretchId("chin_tuck".into())).expect("in the table");
    let seen = report(602, Some((person(View::Lateral, 88.0), reading(Some(9.2)))));
    for (width, height) in SIZES {
        let mut screen = Screen::new("camera 0 (Integrated Webcam)", &rules, &stretches);
        screen.state(&state(600, Some(2.3), Some(finding(9.2))));
        let mut taught = Taught {
            at: s(601),
            stretch,
            said: &["Hold, 5 s (1 of 5)".to_owned()],
            now: "5 s   ●●······ breathe in".to_owned(),
            part: (2, 10),
            report: None,
        };
        screen.taught(Some(&taught));
        (taught.at, taught.said, taught.report) = (s(602), &[], Some(&seen));
        taught.now = "4 s   ●●●●···· breathe in".to_owned();
        screen.taught(Some(&taught));
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal in memory");
        terminal.draw(|canvas| canvas.render_widget(&screen, canvas.area())).expect("drawn");
        insta::assert_snapshot!(format!("lesson_{width}x{height}"), terminal.backend());
        screen.taught(None);
        assert_ne!(screen.headline().0, stretch.words.name);
    }
}

#[test]
fn a_dark_room_is_told() {
    let mut told = upright();
    told.reports[0].scene.brightness = Some(0.1);
    let view = drawn(&told, SIZES[0], false);
    assert!(view.contains("light: dim; view: good"), "{view}");
}

#[test]
fn nobody() {
    let mut told = upright();
    told.events.push(Event::Left { at: s(590) });
    told.reports.push(report(600, None));
    told.state = state(600, None, None);
    told.state.somebody = false;
    matches("nobody", &told);
}

#[test]
fn at_an_angle() {
    let mut told = upright();
    let reading =
        Reading { view: View::Oblique, facing: Facing::Left, measurements: Vec::new(), unmeasured: Vec::new() };
    told.events.push(Event::View { view: View::Oblique, facing: Facing::Left, at: s(588) });
    told.events.push(Event::Unmeasurable { why: Reason::View.explain().to_owned(), at: s(590) });
    told.reports.push(report(600, Some((person(View::Oblique, 45.0), reading))));
    told.state = state(600, None, None);
    told.state.readable = false;
    matches("oblique", &told);
}

#[test]
fn a_blind_camera() {
    let mut told = upright();
    let why = "camera 0 (/dev/video0) is gone; plug it in again".to_owned();
    told.events.push(Event::Unmeasurable { why, at: s(590) });
    told.reports = vec![report(589, Some((person(View::Lateral, 88.0), reading(Some(1.0)))))];
    told.state = state(600, None, None);
    told.state.readable = false;
    matches("blind", &told);
}

#[test]
fn the_keys_are_explained_in_place_of_the_rest() {
    insta::assert_snapshot!("help_80x24", drawn(&upright(), SIZES[0], true));
}

#[test]
fn what_holds_advice_back_is_named_and_so_is_what_is_owed() {
    let mut told = forward();
    told.state.held = [Held::Call].into();
    told.state.owed = Some(rule("forward_head"));
    let view = drawn(&told, SIZES[0], false);
    assert!(view.contains("Recommendations wait for the end of the call. One is owed: Head forward."), "{view}");
    told.state.held = BTreeSet::new();
    told.state.snoozed = Some(s(900));
    let view = drawn(&told, SIZES[0], false);
    assert!(view.contains("Snoozed: recommendations wait for 5 min."), "{view}");
}

#[test]
fn no_size_is_too_small_to_draw() {
    for size in [(1, 1), (20, 5), (39, 10), (80, 4)] {
        drawn(&advised(), size, false);
        drawn(&advised(), size, true);
    }
}
