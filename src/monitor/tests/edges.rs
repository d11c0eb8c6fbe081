//! What holds exactly at an edge, and what does only beside it.

use super::{
    asked::{s, with},
    *,
};

/// For how long it has been what the rule counts.
fn lasted(monitor: &Monitor, at: u64, rule: &str) -> Duration {
    monitor.state(s(at)).rules.iter().find(|standing| standing.rule.0 == rule).expect("a rule").lasted
}

#[test]
fn an_absence_is_as_long_as_it_was_without_the_pause_in_it() {
    let mut monitor = monitor();
    let pause = [(150, Request::Pause { until: None }), (200, Request::Resume)];
    let scene = |at| if (100.0..205.0).contains(&at) { Observation::Nobody } else { forward(0.0) };
    with(&mut monitor, 250, &pause, scene);
    assert!(lasted(&monitor, 250, "sitting_too_long") > s(140), "fifty-five seconds away are no break");
}

#[test]
fn a_rest_that_helps_no_rule_about_sitting_does_not_start_its_time_again() {
    let look_far = r#"helps = [{ rule = "too_close", rank = 1 }]"#;
    let table = include_str!("../../stretches.toml");
    assert!(table.contains(look_far));
    let table = table
        .replace(look_far, r#"helps = [{ rule = "too_close", rank = 1 }, { rule = "static_too_long", rank = 9 }]"#);
    let stretches = Stretches::parse((&table, "t.toml"), (include_str!("../../stretches.en.toml"), "w.toml"));
    let mut monitor = Monitor::new(rules(), stretches.expect("a table"));
    with(&mut monitor, 1_800, &[], |_| forward(0.0));
    monitor.ask(s(1_800), Request::Complete { stretch: StretchId("look_far".into()) });
    assert_eq!(lasted(&monitor, 1_800, "sitting_too_long"), s(1_800));
}

#[test]
fn a_snooze_is_over_when_its_time_is_up() {
    let mut monitor = monitor();
    monitor.ask(s(10), Request::Snooze { until: s(200) });
    assert_eq!(monitor.state(s(199)).snoozed, Some(s(200)));
    assert_eq!(monitor.state(s(200)).snoozed, None);
    assert_eq!(monitor.ask(s(200), Request::Resume), [], "there is nothing to resume");
}

#[test]
fn an_outage_with_a_pause_in_it_began_when_it_would_have_without() {
    let pause = [(105, Request::Pause { until: None }), (205, Request::Resume)];
    let scene = |at| if at < 100.0 { forward(0.0) } else { Observation::Unreadable(Reason::Hidden) };
    let said = with(&mut monitor(), 230, &pause, scene);
    assert_eq!(said, ["paused@105", "resumed@205", "unmeasurable@200"]);
}

#[test]
fn an_outage_does_not_end_with_somebody_of_whom_nothing_can_be_told_yet() {
    let scene = |at| match at {
        ..30.0 => forward(0.0),
        30.0..60.0 => Observation::Unreadable(Reason::Hidden),
        _ => Observation::Seen(vec![Assessment { rule: RuleId("forward_head".into()), level: None, finding: None }]),
    };
    tells(&["unmeasurable@30"], scene, 120.0);
}

#[test]
fn what_is_owed_is_given_until_its_time_is_up() {
    let scene = |at| forward(if at < 200.0 { 4.0 } else { 0.0 });
    let call = |end| [(10, Request::Hold { because: Held::Call }), (end, Request::Release { because: Held::Call })];
    let over = with(&mut monitor(), 300, &call(300), scene);
    let ended = |said: &String| said.strip_prefix("ended forward_head@")?.parse::<u64>().ok();
    let over = over.iter().find_map(ended).expect("an end");
    let given = |end| with(&mut monitor(), 1_000, &call(end), scene).iter().any(|said| said.starts_with("suggested"));
    let owed = rules().patience().owed.as_secs();
    assert_eq!((given(over + owed), given(over + owed + 1)), (true, false));
}

#[test]
fn a_gap_as_long_as_a_finding_takes_keeps_what_came_before() {
    let gap = |until: f64| move |at: f64| if at > 40.0 && at < until { untold() } else { forward(1.6) };
    assert_eq!(with(&mut monitor(), 130, &[], gap(100.0)), ["began forward_head@119"]);
    assert_eq!(with(&mut monitor(), 165, &[], gap(101.0)), ["began forward_head@161"]);
}

#[test]
fn what_shows_a_finding_is_smoothed_with_its_uncertainty_and_starts_anew_with_another_metric() {
    let by = |metric, value, uncertainty| Measurement { metric, value, uncertainty, reference: Reference::Baseline };
    let seen = |by: Measurement| {
        let rule = RuleId("forward_head".into());
        let finding = Some(Finding { rule: rule.clone(), severity: Severity::Mild, by });
        Observation::Seen(vec![Assessment { rule, level: Some(1.5), finding }])
    };
    let began = |scene: &dyn Fn(f64) -> Measurement| {
        let events = run(&mut monitor(), 0.0, 90.0, 1.0, |at| seen(scene(at)));
        let finding = events.into_iter().find_map(|event| match event {
            Event::Began { finding, .. } => Some(finding),
            _ => None,
        });
        finding.expect("a finding").by
    };
    let angle = Metric::CraniovertebralAngle;
    let now = began(&|at| if at < 30.0 { by(angle, 6.0, 3.0) } else { by(angle, 7.0, 6.0) });
    assert!((now.value - 7.0).abs() < 0.01 && (now.uncertainty - 6.0).abs() < 0.01, "{now:?}");
    // Half a minute later there is nothing left of the first; two seconds later there is a third.
    let late = began(&|at| if at < 59.0 { by(angle, 6.0, 3.0) } else { by(angle, 9.0, 6.0) });
    assert!((6.5..8.5).contains(&late.value) && (3.5..5.5).contains(&late.uncertainty), "{late:?}");
    let height = Metric::EarShoulderHeight;
    let other = began(&|at| if at < 61.0 { by(angle, 6.0, 3.0) } else { by(height, 0.07, 0.02) });
    assert_eq!(other, by(height, 0.07, 0.02), "no angle is mixed with a ratio");
}

#[test]
fn what_flaps_for_long_began_within_the_window_that_it_is_counted_in() {
    // A quarter of an hour in which it is there for half of the time, then for four fifths.
    let share = |at: f64| if at < 900.0 { 20.0 } else { 36.0 };
    let flapping = |at: f64| forward(if at % 45.0 < share(at) { 1.6 } else { 0.5 });
    let events = run(&mut monitor(), 0.0, 1_200.0, 1.0, flapping);
    let began = events.iter().find_map(|event| match event {
        Event::Began { since, at, .. } => Some((*since, *at)),
        _ => None,
    });
    let (since, at) = began.expect("a finding");
    let window = rules().patience().window;
    assert!(at > s(900) && at - since <= window && at - since > window - s(45), "{since:?} to {at:?}");
}
