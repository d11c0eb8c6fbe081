use super::*;
use crate::{
    measure::{Measurement, Metric, Reference},
    rules::{Finding, Severity},
    stretches::Advice,
};

mod asked;
mod breaks;
mod edges;
mod hours;
mod suspended;

const RATES: [f64; 6] = [1.0, 2.0, 4.0, 10.0, 30.0, 60.0];

/// The built-in rules, without the first while in which nothing is recommended, and where nobody ever has to get up.
fn rules() -> Rules {
    let text = include_str!("../rules.toml").replace("start_s = 300", "start_s = 0");
    let (from, to) = ("mild = 2700\nmoderate = 3600\nmarked = 5400", "mild = 2e6\nmoderate = 3e6\nmarked = 4e6");
    assert!(text.contains(from), "the times of sitting_too_long");
    Rules::parse(&text.replace(from, to), "rules.toml").expect("the built-in table")
}

fn monitor() -> Monitor {
    Monitor::new(rules(), Stretches::embedded())
}

fn assessment(rule: &str, level: f32) -> Assessment {
    let by = Measurement {
        metric: Metric::CraniovertebralAngle,
        value: 5.0 * level,
        uncertainty: 3.0,
        reference: Reference::Baseline,
    };
    let rule = RuleId(rule.into());
    let finding = Severity::of_level(level).map(|severity| Finding { rule: rule.clone(), severity, by });
    Assessment { rule, level: Some(level), finding }
}

fn forward(level: f32) -> Observation {
    Observation::Seen(vec![assessment("forward_head", level)])
}

/// A rule whose signals could not be measured, beside one that could.
fn untold() -> Observation {
    let untold = Assessment { rule: RuleId("forward_head".into()), level: None, finding: None };
    Observation::Seen(vec![untold, assessment("head_tilt", 0.0)])
}

/// Steps `monitor` through `seconds` from `start` (excluded), `rate` times per second.
fn run(
    monitor: &mut Monitor,
    start: f64,
    seconds: f64,
    rate: f64,
    observation: impl Fn(f64) -> Observation,
) -> Vec<Event> {
    let at = |i: u32| start + f64::from(i) / rate;
    (1..=(seconds * rate) as u32)
        .flat_map(|i| monitor.step(Duration::from_secs_f64(at(i)), observation(at(i))))
        .collect()
}

/// `what@second` of each event but the first sight, rounded to whole seconds.
fn said(events: &[Event]) -> Vec<String> {
    events
        .iter()
        .filter_map(|event| {
            let (what, at) = match event {
                Event::Began { finding, at, .. } => (format!("began {}", finding.rule.0), at),
                Event::Worsened { finding, at } => (format!("worsened {}", finding.rule.0), at),
                Event::Ended { rule, at } => (format!("ended {}", rule.0), at),
                Event::Left { at } => ("left".into(), at),
                Event::Returned { at } if at.as_secs() <= 1 => return None,
                Event::Returned { at } => ("returned".into(), at),
                Event::Unmeasurable { at, .. } => ("unmeasurable".into(), at),
                Event::Measurable { at } => ("measurable".into(), at),
                Event::Suggested { advice, at, .. } => (format!("suggested {}", advice.stretch.0), at),
                Event::Owed { advice, because, at } => (format!("owed {} {because:?}", advice.stretch.0), at),
                Event::BreakDue { rule, at, .. } => (format!("break {}", rule.0), at),
                Event::Dismissed { rule, at } => (format!("dismissed {}", rule.0), at),
                Event::Completed { stretch, at } => (format!("completed {}", stretch.0), at),
                Event::Suspended { because, at } => (format!("suspended {because:?}"), at),
                Event::Continued { at } => ("continued".into(), at),
                Event::Paused { at, .. } => ("paused".into(), at),
                Event::Resumed { at } => ("resumed".into(), at),
                Event::Snoozed { at, .. } => ("snoozed".into(), at),
                Event::View { .. } | Event::Learning { .. } | Event::Learned { .. } => return None,
            };
            Some(format!("{what}@{}", at.as_secs_f64().round()))
        })
        .collect()
}

/// Whether the same things were said, each within two seconds.
fn alike(said: &[String], expected: &[&str]) -> bool {
    let split =
        |text: &str| text.rsplit_once('@').map(|(what, at)| (what.to_owned(), at.parse::<f64>().expect("seconds")));
    said.len() == expected.len()
        && said.iter().zip(expected).all(|(a, b)| {
            let ((a, at), (b, expected)) = (split(a).expect("a time"), split(b).expect("a time"));
            a == b && (at - expected).abs() <= 2.0
        })
}

#[track_caller]
fn tells(expected: &[&str], scene: impl Fn(f64) -> Observation, seconds: f64) {
    for rate in RATES {
        let said = said(&run(&mut monitor(), 0.0, seconds, rate, &scene));
        assert!(alike(&said, expected), "at {rate} per second: {said:?}, expected {expected:?}");
    }
}

#[test]
fn a_minute_of_deviation_is_a_finding_and_five_seconds_of_recovery_its_end() {
    let scene = |at| forward(if (30.0..120.0).contains(&at) { 1.6 } else { 0.0 });
    tells(&["began forward_head@92", "ended forward_head@127"], scene, 200.0);
}

#[test]
fn less_is_none() {
    tells(&[], |at| forward(if (30.0..85.0).contains(&at) { 2.0 } else { 0.0 }), 200.0);
}

#[test]
fn a_short_dip_is_no_break_and_a_longer_one_is() {
    let dip = |length| move |at| forward(if (40.0..40.0 + length).contains(&at) { 0.0 } else { 1.6 });
    tells(&["began forward_head@61"], dip(3.0), 90.0);
    tells(&["began forward_head@108"], dip(8.0), 115.0);
}

#[test]
fn nothing_begins_while_the_deviation_is_gone() {
    tells(&[], |at| forward(if at < 58.0 { 1.6 } else { 0.0 }), 100.0);
}

#[test]
fn seventy_percent_of_three_minutes_is_a_finding_too() {
    let flapping = |bad: f64, good: f64| move |at: f64| forward(if at % (bad + good) < bad { 2.0 } else { 0.7 });
    tells(&["began forward_head@146"], flapping(45.0, 12.0), 165.0);
    tells(&[], flapping(35.0, 30.0), 1_000.0);
}

#[test]
fn a_finding_ends_below_the_exit_not_below_the_threshold() {
    let hovering = |level| move |at| forward(if at < 80.0 { 1.6 } else { level });
    tells(&["began forward_head@61"], hovering(0.65), 170.0);
    tells(&["began forward_head@61", "ended forward_head@89"], hovering(0.5), 170.0);
    let glance = |at| forward(if (80.0..84.0).contains(&at) { 0.0 } else { 1.6 });
    tells(&["began forward_head@61"], glance, 170.0);
}

#[test]
fn what_is_over_has_to_last_again() {
    let again = |at| forward(if (150.0..160.0).contains(&at) { 0.0 } else { 1.6 });
    tells(&["began forward_head@61", "ended forward_head@157"], again, 175.0);
    tells(&["began forward_head@61", "ended forward_head@157", "began forward_head@222"], again, 230.0);
}

#[test]
fn noise_about_a_level_is_not_the_level() {
    // ±1.2 about 0.6, changing sign every frame: at the threshold and beyond in every second frame, and below in between.
    for rate in [2.0, 10.0, 60.0] {
        let noisy = |at: f64| forward(if (at * rate).round() as i64 % 2 == 0 { 1.8 } else { -0.6 });
        assert_eq!(said(&run(&mut monitor(), 0.0, 1_000.0, rate, noisy)), [""; 0], "{rate}");
        let noisy = |at: f64| forward(if (at * rate).round() as i64 % 2 == 0 { 2.9 } else { 0.5 });
        let said = said(&run(&mut monitor(), 0.0, 100.0, rate, noisy));
        assert!(alike(&said, &["began forward_head@60"]), "{rate}: {said:?}");
    }
}

#[test]
fn what_is_missing_neither_begins_nor_ends_anything() {
    tells(&["began forward_head@61"], |at| if at < 100.0 { forward(1.6) } else { untold() }, 2_000.0);
    tells(&[], |at| if at < 50.0 { forward(1.6) } else { untold() }, 2_000.0);
    let sparse = |at: f64| if at as u64 % 10 < 3 { untold() } else { forward(1.6) };
    tells(&["began forward_head@86", "suggested chin_tuck@258"], sparse, 300.0);
}

#[test]
fn a_gap_keeps_what_came_before_for_as_long_as_a_finding_takes() {
    let gap = |length: f64| move |at: f64| if (40.0..40.0 + length).contains(&at) { untold() } else { forward(1.6) };
    tells(&["began forward_head@91"], gap(30.0), 100.0);
    tells(&["began forward_head@170"], gap(70.0), 175.0);
}

#[test]
fn nothing_accumulates_while_the_machine_sleeps() {
    let mut monitor = monitor();
    run(&mut monitor, 0.0, 50.0, 2.0, |_| forward(1.6));
    let woken = run(&mut monitor, 7_200.0, 58.0, 2.0, |_| forward(1.6));
    assert_eq!(said(&woken), [""; 0]);
    let later = run(&mut monitor, 7_258.0, 10.0, 2.0, |_| forward(1.6));
    assert!(alike(&said(&later), &["began forward_head@7260"]), "{later:?}");
    assert_eq!(monitor.totals().watched, Duration::from_millis(49_500 + 57_500 + 10_000));
}

#[test]
fn time_that_runs_backwards_adds_nothing() {
    let mut monitor = monitor();
    run(&mut monitor, 0.0, 30.0, 2.0, |_| forward(1.6));
    run(&mut monitor, 0.0, 30.0, 2.0, |_| forward(1.6));
    assert_eq!(monitor.totals().watched, Duration::from_millis(29_500));
    assert!(alike(&said(&run(&mut monitor, 30.0, 40.0, 2.0, |_| forward(1.6))), &["began forward_head@61"]));
}

#[test]
fn who_is_gone_for_ten_seconds_left_when_last_seen() {
    let away = |at| if (30.0..45.0).contains(&at) { Observation::Nobody } else { forward(0.0) };
    tells(&["left@30", "returned@45"], away, 60.0);
    let nearly = |at| if (30.0..39.0).contains(&at) { Observation::Nobody } else { forward(0.0) };
    tells(&[], nearly, 60.0);
    let stays_away = |at: f64| if at < 30.0 { forward(0.0) } else { Observation::Nobody };
    tells(&["left@30"], stays_away, 5_000.0);
}

#[test]
fn one_frame_of_somebody_is_no_return() {
    let mut monitor = monitor();
    run(&mut monitor, 0.0, 10.0, 2.0, |_| forward(0.0));
    assert!(alike(&said(&run(&mut monitor, 10.0, 20.0, 2.0, |_| Observation::Nobody)), &["left@10"]));
    let flicker =
        run(&mut monitor, 30.0, 100.0, 2.0, |at| if at % 5.0 < 1.0 { forward(0.0) } else { Observation::Nobody });
    assert_eq!(said(&flicker), [""; 0]);
}

#[test]
fn the_first_sight_is_told_at_once() {
    let mut monitor = monitor();
    assert_eq!(monitor.step(Duration::ZERO, Observation::Nobody), []);
    let at = Duration::from_millis(500);
    assert_eq!(monitor.step(at, forward(0.0)), [Event::Returned { at }]);
}

#[test]
fn a_finding_waits_for_its_owner() {
    let scene = |at| match at {
        100.0..1_000.0 => Observation::Nobody,
        1_050.0.. => forward(0.0),
        _ => forward(1.6),
    };
    tells(&["began forward_head@61", "left@100", "returned@1000", "ended forward_head@1057"], scene, 1_100.0);
}

#[test]
fn what_cannot_be_read_for_ten_seconds_is_said_with_the_reason() {
    let hidden = |at| if (30.0..60.0).contains(&at) { Observation::Unreadable(Reason::Hidden) } else { forward(0.0) };
    tells(&["unmeasurable@30", "measurable@60"], hidden, 100.0);
    let briefly = |at| if (30.0..39.0).contains(&at) { Observation::Unreadable(Reason::View) } else { forward(0.0) };
    tells(&[], briefly, 100.0);
    let events = run(&mut monitor(), 0.0, 20.0, 2.0, |_| Observation::Unreadable(Reason::Hidden));
    let why = Reason::Hidden.explain().to_owned();
    assert_eq!(events[1], Event::Unmeasurable { why, at: Duration::from_millis(500) });
}

#[test]
fn a_blind_camera_is_not_an_empty_chair() {
    let blind = |at| if (30.0..60.0).contains(&at) { Observation::Blind("unplugged".into()) } else { forward(0.0) };
    tells(&["unmeasurable@30", "measurable@60"], blind, 100.0);
    let never_seen = |at| if at < 30.0 { Observation::Blind("busy".into()) } else { Observation::Nobody };
    tells(&["unmeasurable@1", "measurable@30"], never_seen, 100.0);
}

#[test]
fn who_left_is_not_unmeasurable() {
    let scene = |at| match at {
        ..30.0 => forward(0.0),
        30.0..38.0 => Observation::Unreadable(Reason::Hidden),
        38.0..80.0 => Observation::Nobody,
        _ => forward(0.0),
    };
    tells(&["left@38", "returned@80"], scene, 100.0);
    let half_seen_again = |at| match at {
        ..30.0 => forward(0.0),
        38.0..80.0 => Observation::Nobody,
        30.0..85.0 => Observation::Unreadable(Reason::Hidden),
        _ => forward(0.0),
    };
    tells(&["left@38", "returned@80"], half_seen_again, 100.0);
    let half_seen_for_long = |at| match at {
        ..30.0 => forward(0.0),
        30.0..45.0 => Observation::Unreadable(Reason::Hidden),
        45.0..80.0 => Observation::Nobody,
        _ => forward(0.0),
    };
    tells(&["unmeasurable@30", "left@45", "returned@80"], half_seen_for_long, 100.0);
}

#[test]
fn until_something_is_known_to_hold_against_nothing_is_wrong_with_the_picture() {
    let learning =
        Observation::Seen(vec![Assessment { rule: RuleId("forward_head".into()), level: None, finding: None }]);
    tells(&[], |_| learning.clone(), 100.0);
    let mut monitor = monitor();
    run(&mut monitor, 0.0, 100.0, 2.0, |_| learning.clone());
    assert_eq!(monitor.totals().measured, Duration::ZERO);
}

#[test]
fn the_more_severe_the_sooner_a_stretch() {
    for (level, at) in [(1.5, 181), (2.6, 91), (4.0, 61)] {
        let began = "began forward_head@61".to_owned();
        let suggested = format!("suggested chin_tuck@{at}");
        tells(&[&began, &suggested], |_| forward(level), 400.0);
    }
}

#[test]
fn the_worst_that_lasted_counts() {
    let worsens = |at| forward(if at < 65.0 { 1.6 } else { 2.6 });
    tells(&["began forward_head@61", "worsened forward_head@109", "suggested chin_tuck@109"], worsens, 150.0);
    let eases = |at| forward(if at < 65.0 { 2.6 } else { 1.6 });
    tells(&["began forward_head@61", "suggested chin_tuck@91"], eases, 150.0);
    let flashes = |at| forward(if (70.0..90.0).contains(&at) { 3.5 } else { 1.6 });
    tells(&["began forward_head@61", "suggested chin_tuck@181"], flashes, 200.0);
}

#[test]
fn a_finding_names_its_severity_and_what_shows_it() {
    let events = run(&mut monitor(), 0.0, 70.0, 10.0, |at| forward(if at < 4.0 { at as f32 * 0.65 } else { 2.6 }));
    let Some(Event::Began { finding, since, .. }) = events.iter().find(|e| matches!(e, Event::Began { .. })) else {
        panic!("{events:?}")
    };
    assert_eq!(finding.severity, Severity::Moderate);
    assert!((finding.by.value - 13.0).abs() < 0.01, "{:?}", finding.by);
    assert!((1.5..6.0).contains(&since.as_secs_f64()), "{since:?}");
}

#[test]
fn suggestions_keep_to_cool_downs_budgets_and_do_not_repeat() {
    // After the first at 61 s: the next not before 10 min, then none in the same hour.
    let expected = [
        "began forward_head@61",
        "suggested chin_tuck@61",
        "suggested scapular_squeeze@661",
        "suggested clasped_hands_back@3661",
        "suggested chin_tuck@4261",
    ];
    for rate in [1.0, 4.0] {
        let said = said(&run(&mut monitor(), 0.0, 7_000.0, rate, |_| forward(4.0)));
        assert!(alike(&said, &expected), "{said:?}");
    }
    let day = run(&mut monitor(), 0.0, 86_000.0, 1.0, |_| forward(4.0));
    assert_eq!(day.iter().filter(|event| matches!(event, Event::Suggested { .. })).count(), 10);
}

#[test]
fn of_several_findings_the_first_in_the_table_gets_the_stretch() {
    let both = |_| Observation::Seen(vec![assessment("forward_head", 4.0), assessment("looking_down", 4.0)]);
    let expected =
        ["began looking_down@61", "began forward_head@61", "suggested chin_tuck@61", "suggested scapular_squeeze@541"];
    tells(&expected, both, 600.0);
    let events = run(&mut monitor(), 0.0, 70.0, 2.0, both);
    let advice = Advice { stretch: StretchId("chin_tuck".into()), then: None, because: RuleId("looking_down".into()) };
    assert!(events.iter().any(|event| matches!(event, Event::Suggested { advice: is, .. } if *is == advice)));
}

#[test]
fn nothing_is_suggested_to_an_empty_chair_or_after_recovery() {
    let leaves = |at| if at < 150.0 { forward(1.6) } else { Observation::Nobody };
    tells(&["began forward_head@61", "left@150"], leaves, 400.0);
    let recovers = |at| forward(if at < 178.0 { 1.6 } else { 0.0 });
    tells(&["began forward_head@61", "ended forward_head@184"], recovers, 400.0);
}

#[test]
fn the_quiet_sign_comes_early_and_stays_with_the_finding() {
    let shown = |seconds| {
        let mut monitor = monitor();
        run(&mut monitor, 0.0, seconds, 2.0, |_| forward(1.6));
        monitor.ambient().map(|rule| rule.0.clone()).collect::<Vec<_>>()
    };
    assert_eq!(shown(10.0), [""; 0]);
    assert_eq!(shown(20.0), ["forward_head"]);
    assert_eq!(shown(100.0), ["forward_head"]);
}

#[test]
fn totals_add_up() {
    let mut monitor = monitor();
    run(&mut monitor, 0.0, 400.0, 2.0, |at| match at {
        ..300.0 => forward(4.0),
        300.0..350.0 => Observation::Nobody,
        _ => Observation::Unreadable(Reason::Hidden),
    });
    let totals = monitor.totals();
    assert_eq!(totals.watched, Duration::from_millis(399_500));
    assert_eq!(totals.measured, Duration::from_secs(299));
    assert_eq!(totals.away, Duration::from_secs(50));
    assert_eq!((totals.findings, totals.advice), (1, 1));
}
