//! Working days of numbers: how much is said, and how soon.
//!
//! The noise is two and a half times that of samples/sessions. That is a little more than what of the network's error is
//! taken to change from picture to picture: models/README.md gives errors of single pictures (angle 5.0° in the mean on
//! held-out renders, ears .037 and shoulders .05 shoulder widths in the median), and src/baseline.rs takes √⅛ of them to
//! change with posture. How the network's error changes over a day of one person has not been measured.

use posture::{
    baseline::Baseline,
    estimator::{ModelError, PoseEstimator},
    frame::Frame,
    monitor::Event,
    pipeline::Session,
    pose::Pose,
    rules::{Rules, Severity},
    stretches::Stretches,
};

use crate::replay::scene::{Scene, Side, Sitting};

const HOUR: f64 = 3_600.0;

/// Nobody asks it: poses are given to the session as they are.
pub struct NoPictures;

impl PoseEstimator for NoPictures {
    fn estimate(&mut self, _: &Frame) -> Result<Option<Pose>, ModelError> {
        Ok(None)
    }
}

fn day(side: Side, seed: u64, sitting: fn(f64) -> Option<Sitting>) -> Scene {
    Scene { name: "day", side, seed, length: 8.0 * HOUR, rate: 1.0, noise: 2.5, sitting }
}

/// What is said over `scene`.
fn events(scene: &Scene, rate: f64) -> Vec<Event> {
    let (rules, stretches) = (Rules::embedded(), Stretches::embedded());
    let mut session = Session::new(scene.name, Box::new(NoPictures), Baseline::default(), rules, stretches);
    scene.at_rate(rate).into_iter().flat_map(|(at, pose)| session.pose(at, (640, 480), pose).events).collect()
}

/// Upright, with what a day brings: four minutes away in every forty, a slow drift of a degree and a half, a glance down of
/// eight seconds in every five minutes, another place on the chair in every ten.
fn upright(at: f64) -> Option<Sitting> {
    if at % 2_400.0 >= 2_160.0 {
        return None;
    }
    let glance = if at % 300.0 > 292.0 { -30.0 } else { 0.0 };
    let aside = 5.0 * ((at / 600.0) as u64 % 3) as f32;
    let drift = 1.5 * (at / 410.0).sin() as f32;
    Some(Sitting { angle: 52.0 + drift, pitch: -4.0 + glance, aside })
}

/// As upright, but in the second half of each time at the desk the head comes forward by `degrees`.
fn forward(at: f64, degrees: f32) -> Option<Sitting> {
    let sitting = upright(at)?;
    let late = at > 1_800.0 && (1_080.0..2_160.0).contains(&(at % 2_400.0));
    Some(Sitting { angle: sitting.angle - if late { degrees } else { 0.0 }, ..sitting })
}

/// Times of recommendations, in seconds.
fn recommended(events: &[Event]) -> Vec<f64> {
    let of = |event: &Event| match event {
        Event::Suggested { at, .. } | Event::BreakDue { at, .. } => Some(at.as_secs_f64()),
        _ => None,
    };
    events.iter().filter_map(of).collect()
}

fn within_budget(times: &[f64]) {
    assert!(times.len() <= 10, "{} in a day: {times:?}", times.len());
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] >= 480.0), "{times:?}");
    assert!(times.windows(3).all(|three| three[2] - three[0] >= HOUR), "{times:?}");
}

#[test]
fn an_upright_day_with_breaks_is_a_quiet_day() {
    for (side, seed) in [(Side::Left, 1), (Side::Left, 2), (Side::Front, 3), (Side::Front, 4)] {
        let events = events(&day(side, seed, upright), 0.5);
        let learned = events.iter().filter(|event| matches!(event, Event::Learned { .. })).count();
        assert!(learned > 0, "there is a baseline to hold against: {events:?}");
        let said: Vec<_> = events
            .iter()
            .filter(|event| {
                matches!(
                    event,
                    Event::Began { .. } | Event::Suggested { .. } | Event::BreakDue { .. } | Event::Owed { .. }
                )
            })
            .collect();
        assert!(said.is_empty(), "{side:?}, seed {seed}: {said:?}");
    }
}

#[test]
fn a_day_without_getting_up_is_reminded_to_within_the_budget() {
    let glued = |at: f64| upright(at % 2_000.0);
    let times = recommended(&events(&day(Side::Left, 5, glued), 0.5));
    within_budget(&times);
    assert_eq!(times.len(), 10, "{times:?}");
    assert!((2_700.0..2_703.0).contains(&times[0]), "{times:?}");
}

#[test]
fn a_sustained_moderate_forward_head_is_told_within_three_minutes_and_a_whole_day_of_it_keeps_the_budget() {
    for (side, seed) in [(Side::Left, 6), (Side::Front, 7)] {
        let events = events(&day(side, seed, |at| forward(at, 10.0)), 0.5);
        let times = recommended(&events);
        within_budget(&times);
        // It begins at 1800 s.
        let first = times.first().expect("something is said");
        assert!((1_860.0..1_980.0).contains(first), "{side:?}: {times:?}");
        assert!(times.len() >= 8, "every hour has its two: {times:?}");
        let severities = events.iter().filter_map(|event| match event {
            Event::Suggested { reason, .. } => Some(reason.finding.severity),
            _ => None,
        });
        assert!(severities.into_iter().any(|severity| severity >= Severity::Moderate));
    }
}

#[test]
fn the_frame_rate_changes_nothing_but_the_noise() {
    let hour = Scene { length: 3_300.0, ..day(Side::Left, 8, |at| forward(at, 10.0)) };
    let told = |rate: f64| -> Vec<(String, f64)> {
        let of = |event: &Event| {
            let what = match event {
                Event::Began { finding, .. } => format!("began {}", finding.rule.0),
                Event::Ended { rule, .. } => format!("ended {}", rule.0),
                Event::Suggested { advice, .. } => format!("suggested {}", advice.stretch.0),
                Event::Left { .. } => "left".to_owned(),
                _ => return None,
            };
            Some((what, event.at().as_secs_f64()))
        };
        events(&hour, rate).iter().filter_map(of).collect()
    };
    let expected = [
        ("began forward_head", 1_861.0),
        ("suggested chin_tuck", 1_891.0),
        ("left", 2_160.0),
        ("ended forward_head", 2_408.0),
    ];
    for rate in [1.0, 2.0, 10.0] {
        let said = told(rate);
        let same = said.len() == expected.len()
            && said.iter().zip(expected).all(|((what, at), (says, then))| what == says && (at - then).abs() <= 8.0);
        assert!(same, "{rate}: {said:?}");
    }
}
