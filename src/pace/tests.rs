//! The pace over generated sessions.

use super::*;
use crate::{
    measure::{Facing, Measurement, Metric, Reading, Reference},
    pose::drawn::drawn,
    rules::{Finding, RuleId, Severity},
};

/// What a moment shows.
#[derive(Clone, Copy, PartialEq)]
enum Moment {
    Nobody,
    /// Somebody whose head is here, pixels, and whether they deviate.
    Person(f32, bool),
    NoPicture,
}

const STILL_AND_UPRIGHT: Moment = Moment::Person(320.0, false);

fn report(at: Duration, x: f32, deviates: bool) -> Report {
    let pose = drawn(&[
        (BodyPart::Nose, x, 200.0),
        (BodyPart::LeftShoulder, x + 80.0, 300.0),
        (BodyPart::RightShoulder, x - 80.0, 300.0),
    ]);
    let reading =
        Reading { view: View::Frontal, facing: Facing::Camera, measurements: Vec::new(), unmeasured: Vec::new() };
    let by = Measurement {
        metric: Metric::EarShoulderHeight,
        value: 0.2,
        uncertainty: 0.05,
        reference: Reference::Baseline,
    };
    let finding = Finding { rule: RuleId("forward_head".into()), severity: Severity::Mild, by };
    let findings = deviates.then_some(finding).into_iter().collect();
    Report { findings, ..Report::new("test", at, (640, 480), Some((pose, reading))) }
}

/// Runs a session as the loop does, and gives every plan with its time, seconds.
fn session(share: Share, seconds: u64, show: impl Fn(f64) -> Moment) -> Vec<(f64, Plan)> {
    let mut pace = Pace::new(share);
    let (mut at, mut plans) = (Duration::ZERO, Vec::new());
    while at < Duration::from_secs(seconds) {
        match pace.plan(at, false) {
            plan @ Plan::Look(interval) => {
                plans.push((at.as_secs_f64(), plan));
                at += interval;
                match show(at.as_secs_f64()) {
                    Moment::Nobody => pace.seen(&Report { person: None, ..report(at, 0.0, false) }, &[]),
                    Moment::Person(x, deviates) => pace.seen(&report(at, x, deviates), &[]),
                    Moment::NoPicture => pace.blind(),
                }
            }
            plan @ Plan::Rest(until) => {
                assert!(until > at);
                plans.push((at.as_secs_f64(), plan));
                at = until;
            }
        }
    }
    plans
}

/// The plan that holds at a moment of a session, seconds.
fn plan_at(plans: &[(f64, Plan)], at: f64) -> Plan {
    plans.iter().rfind(|(since, _)| *since <= at).expect("a plan").1
}

#[test]
fn a_still_and_upright_person_is_looked_at_every_two_seconds() {
    let plans = session(Share::WHOLE, 600, |_| STILL_AND_UPRIGHT);
    for (at, interval) in [(0.5, FAST), (5.0, ATTENTIVE), (20.0, CALM), (500.0, CALM)] {
        assert_eq!(plan_at(&plans, at), Plan::Look(interval), "{at}");
    }
    assert!(plans.len() < 350, "{} frames in ten minutes", plans.len());
}

#[test]
fn a_movement_a_deviation_and_an_empty_chair_have_their_own_pace() {
    let plans = session(Share::WHOLE, 120, |at| match at {
        // The head sways by a fortieth of the shoulders' width: still. It goes a quarter of it to the side: a movement.
        ..40.0 => Moment::Person(320.0 + 2.0 * at.sin() as f32, false),
        ..60.0 => Moment::Person(360.0, true),
        ..80.0 => Moment::Nobody,
        ..100.0 => STILL_AND_UPRIGHT,
        _ => Moment::NoPicture,
    });
    for (at, interval) in
        [(35.0, CALM), (55.0, ATTENTIVE), (70.0, EMPTY), (85.0, ATTENTIVE), (99.0, CALM), (110.0, EMPTY)]
    {
        assert_eq!(plan_at(&plans, at), Plan::Look(interval), "{at}");
    }
    // Each change is noticed with the next look, and looked at closely for two seconds.
    for change in [40.0, 60.0, 80.0] {
        let close = plans.iter().filter(|(at, plan)| (change..change + 5.0).contains(at) && *plan == Plan::Look(FAST));
        assert!((18..=22).contains(&close.count()), "{change}");
    }
}

#[test]
fn what_is_learned_is_looked_at_until_it_is() {
    let mut pace = Pace::new(Share::WHOLE);
    let at = Duration::from_secs;
    let view = View::Frontal;
    pace.seen(&report(at(1), 320.0, false), &[Event::Learning { view, at: at(1) }]);
    pace.seen(&report(at(20), 320.0, false), &[]);
    assert_eq!(pace.plan(at(20), false), Plan::Look(ATTENTIVE));
    pace.seen(&report(at(31), 320.0, false), &[Event::Learned { view, metrics: Vec::new(), at: at(31) }]);
    assert_eq!(pace.plan(at(31), false), Plan::Look(CALM));
    assert_eq!(pace.plan(at(31), true), Plan::Look(FAST), "guided through a stretch");
}

#[test]
fn the_camera_is_off_while_nobody_is_there_for_long() {
    let plans = session(Share::WHOLE, 3_600, |at| if at < 3_000.0 { Moment::Nobody } else { STILL_AND_UPRIGHT });
    assert_eq!(plan_at(&plans, 290.0), Plan::Look(EMPTY));
    let rests: Vec<f64> = plans
        .iter()
        .filter_map(|(at, plan)| match plan {
            Plan::Rest(until) => Some(until.as_secs_f64() - at),
            Plan::Look(_) => None,
        })
        .collect();
    let rested: f64 = rests.iter().sum();
    assert!((0.85..0.95).contains(&(rested / 2_700.0)), "{rested} s of 2700");
    assert!(rests.iter().all(|rest| (rest - 45.0).abs() < 1e-6), "{rests:?}");
    assert_eq!(plan_at(&plans, 3_500.0), Plan::Look(CALM), "who comes back is seen");
}

#[test]
fn the_camera_is_on_for_no_more_than_its_share() {
    for percent in [10.0, 20.0, 50.0, 100.0] {
        let plans = session(Share::percent(percent).expect("a share"), 36_000, |_| STILL_AND_UPRIGHT);
        let on: f64 =
            plans.windows(2).filter(|pair| matches!(pair[0].1, Plan::Look(_))).map(|pair| pair[1].0 - pair[0].0).sum();
        let share = 100.0 * on / 36_000.0;
        // One look more than it has earned, at most.
        assert!(share <= percent + 0.1 && share > 0.8 * percent, "{share} % of {percent} %");
    }
    assert_eq!([0.0, 9.0, 101.0, f64::NAN].map(Share::percent), [None; 4]);
}

#[test]
fn a_guided_stretch_is_not_cut_short() {
    let mut pace = Pace::new(Share::percent(10.0).expect("a share"));
    let fast = (1..600).all(|tenths| pace.plan(Duration::from_millis(100 * tenths), true) == Plan::Look(FAST));
    assert!(fast);
    assert!(matches!(pace.plan(Duration::from_secs(60), false), Plan::Rest(_)));
}

#[test]
fn a_spared_camera_is_on_for_a_quarter_of_the_time() {
    let mut pace = Pace::new(Share::WHOLE);
    pace.spare(true);
    let (mut at, mut on) = (Duration::ZERO, Duration::ZERO);
    while at < Duration::from_secs(600) {
        let next = match pace.plan(at, false) {
            Plan::Look(interval) => {
                on += interval;
                at + interval
            }
            Plan::Rest(until) => until,
        };
        at = next;
    }
    let share = on.div_duration_f64(at);
    assert!((0.2..=0.27).contains(&share), "{share}");
    pace.spare(false);
    pace.plan(at, false);
    assert!(matches!(pace.plan(at + Duration::from_secs(60), false), Plan::Look(_)), "on again, and it stays so");
    assert!(matches!(pace.plan(at + Duration::from_secs(120), false), Plan::Look(_)));
}

#[test]
fn time_in_which_the_camera_was_off_for_other_reasons_is_not_spent() {
    let mut pace = Pace::new(Share::percent(50.0).expect("a share"));
    pace.plan(Duration::ZERO, false);
    for second in 1..=600 {
        pace.off(Duration::from_secs(second));
    }
    let opened = Duration::from_secs(601);
    assert!(matches!(pace.plan(opened, false), Plan::Look(_)));
    assert!(matches!(pace.plan(opened + Duration::from_secs(4), false), Plan::Look(_)), "a whole look");
}
