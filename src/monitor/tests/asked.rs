//! What is asked of a monitor, and what comes of it.

use jiff::civil::{date, time};

use super::*;

pub const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Runs `monitor` through a constant marked deviation until `seconds`, asking at each of the given seconds.
fn marked(monitor: &mut Monitor, seconds: u64, asked: &[(u64, Request)]) -> Vec<String> {
    with(monitor, seconds, asked, |_| forward(4.0))
}

pub fn with(
    monitor: &mut Monitor,
    seconds: u64,
    asked: &[(u64, Request)],
    scene: impl Fn(f64) -> Observation,
) -> Vec<String> {
    let first = monitor.last.map_or(0, |last| last.as_secs() + 1);
    let mut events = Vec::new();
    for at in first..=seconds {
        for (_, request) in asked.iter().filter(|(then, _)| *then == at) {
            events.extend(monitor.ask(s(at), request.clone()));
        }
        events.extend(monitor.step(s(at), scene(at as f64)));
    }
    said(&events)
}

fn suggested(said: &[String]) -> Vec<f64> {
    let time = |said: &String| said.starts_with("suggested").then(|| said.rsplit_once('@')?.1.parse().ok()).flatten();
    said.iter().filter_map(time).collect()
}

#[test]
fn a_pause_stops_everything_and_keeps_what_was_measured() {
    let mut monitor = monitor();
    let asked = [(50, Request::Pause { until: None }), (4_050, Request::Resume)];
    let said = marked(&mut monitor, 4_070, &asked);
    assert!(
        alike(&said, &["paused@50", "resumed@4050", "began forward_head@4061", "suggested chin_tuck@4061"]),
        "{said:?}"
    );
    assert_eq!(monitor.totals().watched, s(70));
}

#[test]
fn a_pause_ends_by_itself_and_says_since_when() {
    let mut monitor = monitor();
    let said = marked(&mut monitor, 480, &[(50, Request::Pause { until: Some(s(449)) })]);
    assert!(
        alike(&said, &["paused@50", "resumed@449", "began forward_head@461", "suggested chin_tuck@461"]),
        "{said:?}"
    );
    monitor.ask(s(490), Request::Pause { until: Some(s(500)) });
    assert_eq!(monitor.ask(s(600), Request::Resume), [Event::Resumed { at: s(500) }], "it was over already");
}

#[test]
fn a_pause_that_is_over_or_never_was_is_none() {
    let mut monitor = monitor();
    assert_eq!(monitor.ask(s(10), Request::Pause { until: Some(s(10)) }), []);
    assert_eq!(monitor.ask(s(10), Request::Resume), []);
    assert_eq!(monitor.state(s(10)).paused, None);
}

#[test]
fn a_second_pause_replaces_the_end_of_the_first() {
    let mut monitor = monitor();
    run(&mut monitor, 0.0, 50.0, 1.0, |_| forward(4.0));
    monitor.ask(s(50), Request::Pause { until: Some(s(100)) });
    monitor.ask(s(60), Request::Pause { until: None });
    assert_eq!(monitor.step(s(1_000), forward(4.0)), []);
    assert_eq!(monitor.state(s(1_000)).paused, Some(Pause { since: s(50), until: None }));
}

#[test]
fn who_leaves_during_a_pause_is_told_of_after_it() {
    let asked = [(100, Request::Pause { until: None }), (500, Request::Resume)];
    let scene = |at| if at < 100.0 { forward(0.0) } else { Observation::Nobody };
    let said = with(&mut monitor(), 520, &asked, scene);
    assert!(alike(&said, &["paused@100", "resumed@500", "left@499"]), "{said:?}");
}

#[test]
fn snoozing_puts_recommendations_off_and_nothing_else() {
    let mut monitor = monitor();
    let said = marked(&mut monitor, 300, &[(30, Request::Snooze { until: s(200) })]);
    assert!(alike(&said, &["snoozed@30", "began forward_head@61", "suggested chin_tuck@200"]), "{said:?}");
}

#[test]
fn resuming_ends_a_snooze() {
    let asked = [(30, Request::Snooze { until: s(2_000) }), (150, Request::Resume)];
    let said = marked(&mut monitor(), 300, &asked);
    assert!(
        alike(&said, &["snoozed@30", "began forward_head@61", "resumed@150", "suggested chin_tuck@150"]),
        "{said:?}"
    );
}

#[test]
fn what_is_due_during_a_call_is_owed_and_given_after_it() {
    let asked = [(10, Request::Hold { because: Held::Call }), (400, Request::Release { because: Held::Call })];
    let said = marked(&mut monitor(), 500, &asked);
    assert!(
        alike(&said, &["began forward_head@61", "owed chin_tuck Call@61", "suggested chin_tuck@400"]),
        "said once as owed: {said:?}"
    );
}

#[test]
fn what_is_owed_is_given_even_if_the_finding_is_over_but_not_much_later() {
    let mut monitor = monitor();
    let call = |end| [(10, Request::Hold { because: Held::Call }), (end, Request::Release { because: Held::Call })];
    let scene = |at| forward(if at < 200.0 { 4.0 } else { 0.0 });
    let said = with(&mut monitor, 900, &call(700), scene);
    let expected =
        ["began forward_head@61", "owed chin_tuck Call@61", "ended forward_head@209", "suggested chin_tuck@700"];
    assert!(alike(&said, &expected), "{said:?}");
    let mut monitor = super::monitor();
    let said = with(&mut monitor, 1_200, &call(820), scene);
    assert!(alike(&said, &expected[..3]), "{said:?}");
    assert_eq!(monitor.state(s(1_200)).owed, None);
}

#[test]
fn a_break_settles_what_is_owed() {
    let call = [(10, Request::Hold { because: Held::Call }), (400, Request::Release { because: Held::Call })];
    let scene = |at| match at {
        ..200.0 => forward(4.0),
        200.0..300.0 => Observation::Nobody,
        _ => forward(0.0),
    };
    let said = with(&mut monitor(), 500, &call, scene);
    assert!(suggested(&said).is_empty(), "{said:?}");
}

#[test]
fn two_holds_both_have_to_go() {
    let asked = [
        (10, Request::Hold { because: Held::Call }),
        (20, Request::Hold { because: Held::FullScreen }),
        (300, Request::Release { because: Held::Call }),
        (500, Request::Release { because: Held::FullScreen }),
    ];
    assert_eq!(suggested(&marked(&mut monitor(), 600, &asked)), [500.0]);
}

#[test]
fn quiet_hours_withhold_by_the_clock_on_the_wall() {
    let mut monitor = monitor();
    monitor.quiet_hours(vec![QuietHours { from: time(12, 0, 0, 0), to: time(12, 10, 0, 0) }]);
    let now = date(2026, 3, 2).at(12, 0, 0, 0);
    let said = marked(&mut monitor, 700, &[(0, Request::Clock { now })]);
    assert!(
        alike(&said, &["began forward_head@61", "owed chin_tuck QuietHours@61", "suggested chin_tuck@600"]),
        "{said:?}"
    );
}

#[test]
fn without_a_clock_no_hour_is_quiet() {
    let mut monitor = monitor();
    monitor.quiet_hours(vec![QuietHours { from: time(0, 0, 0, 0), to: time(23, 59, 0, 0) }]);
    assert_eq!(suggested(&marked(&mut monitor, 100, &[])), [60.0]);
}

#[test]
fn a_dismissal_makes_the_cool_down_longer() {
    let said = marked(&mut monitor(), 2_000, &[(100, Request::Dismiss)]);
    assert!(said.contains(&"dismissed forward_head@100".to_owned()));
    assert_eq!(suggested(&said), [60.0, 1_300.0]);
    let mut monitor = monitor();
    assert_eq!(monitor.ask(s(0), Request::Dismiss), [], "there is nothing to dismiss");
    marked(&mut monitor, 100, &[]);
    assert_eq!(monitor.ask(s(101), Request::Dismiss).len(), 1);
    assert_eq!(monitor.ask(s(102), Request::Dismiss), [], "it was dismissed already");
}

#[test]
fn dismissals_in_a_row_make_it_quieter_and_quieter_until_a_stretch_is_done() {
    let dismiss = |times: &[u64]| times.iter().map(|at| (*at, Request::Dismiss)).collect::<Vec<_>>();
    // 20 min after the first, 40 after the second, 80 after the third, and 2 h at most after the fourth and fifth.
    let at = dismiss(&[100, 1_301, 3_702, 8_503, 15_704]);
    assert_eq!(suggested(&marked(&mut monitor(), 23_000, &at)), [60.0, 1_300.0, 3_701.0, 8_502.0, 15_703.0, 22_904.0]);
    let done = Request::Complete { stretch: StretchId("chin_tuck".into()) };
    let taken_up = [(100, Request::Dismiss), (1_301, Request::Dismiss), (3_702, done), (6_410, Request::Dismiss)];
    assert_eq!(suggested(&marked(&mut monitor(), 8_000, &taken_up)), [60.0, 1_300.0, 3_701.0, 6_402.0, 7_610.0]);
}

#[test]
fn a_stretch_that_was_done_keeps_it_quiet_for_longest() {
    let done = |stretch: &str| Request::Complete { stretch: StretchId(stretch.into()) };
    let said = marked(&mut monitor(), 4_000, &[(100, done("chin_tuck"))]);
    assert!(said.contains(&"completed chin_tuck@100".to_owned()));
    assert_eq!(suggested(&said), [60.0, 2_800.0, 3_660.0]);
    // Done without having been asked for: all that it helps rests.
    let said = marked(&mut monitor(), 4_000, &[(30, done("scapular_squeeze"))]);
    assert_eq!(suggested(&said), [2_730.0, 3_330.0]);
    let said = marked(&mut monitor(), 300, &[(30, done("look_far"))]);
    assert_eq!(suggested(&said), [60.0], "it helps something else");
    assert_eq!(monitor().ask(s(1), done("dance")), [], "no such stretch");
}

#[test]
fn offers_grow_from_a_notice_to_a_guided_stretch_to_a_break() {
    let mut monitor = monitor();
    let mut offers = Vec::new();
    for at in 0..40_000 {
        for event in monitor.step(s(at), forward(4.0)) {
            if let Event::Suggested { offer, at, .. } = event {
                offers.push((at.as_secs(), offer));
            }
        }
    }
    use Offer::{Break, Guide, Notice};
    let expected = [
        (60, Notice),
        (660, Guide),
        (3_660, Guide),
        (4_260, Notice),
        (7_260, Guide),
        (7_860, Notice),
        (10_860, Guide),
        (11_460, Break),
        (14_460, Break),
        (15_060, Break),
    ];
    assert_eq!(offers, expected);
}

#[test]
fn with_a_clock_the_budget_of_a_day_comes_back_at_midnight() {
    let mut monitor = monitor();
    let now = date(2026, 3, 1).at(16, 0, 0, 0);
    let said = marked(&mut monitor, 30_000, &[(0, Request::Clock { now })]);
    let times = suggested(&said);
    assert_eq!((times[9], times[10]), (15_060.0, 28_800.0), "{times:?}");
}

#[test]
fn a_machine_that_slept_unnoticed_has_rested() {
    let mut monitor = monitor();
    let noon = date(2026, 3, 1).at(12, 0, 0, 0);
    let later = Request::Clock { now: date(2026, 3, 1).at(14, 0, 0, 0) };
    let said = marked(&mut monitor, 900, &[(0, Request::Clock { now: noon }), (150, later)]);
    // The finding stands, has to last again, and the cool-down went on in the meantime.
    assert!(
        alike(
            &said,
            &[
                "began forward_head@61",
                "suggested chin_tuck@61",
                "suggested scapular_squeeze@210",
                "suggested thoracic_extension@810"
            ]
        ),
        "{said:?}"
    );
}

#[test]
fn after_a_break_it_has_to_last_again_before_anything_is_recommended() {
    let scene = |away: f64| {
        move |at: f64| match at {
            at if (150.0..150.0 + away).contains(&at) => Observation::Nobody,
            _ => forward(1.6),
        }
    };
    let said = with(&mut monitor(), 600, &[], scene(30.0));
    assert_eq!(suggested(&said), [210.0], "half a minute away is no break: {said:?}");
    let said = with(&mut monitor(), 600, &[], scene(90.0));
    assert_eq!(suggested(&said), [420.0], "{said:?}");
}

#[test]
fn a_recommendation_says_what_for_and_for_how_long() {
    let mut monitor = monitor();
    let flapping = |at: f64| forward(if at % 60.0 < 48.0 { 2.6 } else { 0.7 });
    let events = run(&mut monitor, 0.0, 600.0, 1.0, flapping);
    let why = |event: &Event| match event {
        Event::Suggested { reason, .. } => Some(reason.clone()),
        _ => None,
    };
    let Why { finding, share } = events.iter().find_map(why).expect("a recommendation");
    assert_eq!((finding.rule.0.as_str(), finding.severity), ("forward_head", Severity::Moderate));
    let part = share.there.div_duration_f32(share.of);
    assert!((0.75..0.88).contains(&part) && share.of <= s(300), "{share:?}");
    let steady = run(&mut super::monitor(), 0.0, 400.0, 1.0, |_| forward(1.6));
    let share = steady.iter().find_map(why).expect("a recommendation").share;
    assert!(share.of.abs_diff(share.there) <= s(3) && share.of.abs_diff(s(180)) <= s(3), "{share:?}");
}

#[test]
fn the_state_says_what_stands() {
    let mut monitor = monitor();
    let empty = monitor.state(s(0));
    assert!(!empty.somebody && empty.readable && empty.rules.iter().all(|rule| rule.finding.is_none()), "{empty:?}");
    run(&mut monitor, 0.0, 100.0, 1.0, |_| forward(1.6));
    let state = monitor.state(s(100));
    assert!(state.somebody && state.readable);
    let forward_head = state.rules.iter().find(|rule| rule.rule.0 == "forward_head").expect("a rule");
    assert!(forward_head.ambient && forward_head.level.is_some_and(|level| (level - 1.6).abs() < 0.01));
    assert_eq!(forward_head.finding.as_ref().map(|finding| finding.severity), Some(Severity::Mild));
    assert!(forward_head.next.is_some_and(|next| next.abs_diff(s(181)) <= s(2)), "{forward_head:?}");
    assert_eq!((state.last, state.held.len(), state.snoozed, state.owed), (None, 0, None, None));
    let untold = state.rules.iter().find(|rule| rule.rule.0 == "too_close").expect("a rule");
    assert_eq!((untold.level, untold.next, untold.ambient), (None, None, false));
}

#[test]
fn the_state_says_what_is_put_off_and_what_is_owed() {
    let mut monitor = monitor();
    marked(&mut monitor, 100, &[(1, Request::Hold { because: Held::DoNotDisturb })]);
    monitor.ask(s(100), Request::Snooze { until: s(500) });
    let state = monitor.state(s(100));
    assert_eq!(state.held.iter().copied().collect::<Vec<_>>(), [Held::DoNotDisturb]);
    assert_eq!((state.snoozed, state.owed.map(|rule| rule.0)), (Some(s(500)), Some("forward_head".to_owned())));
    let next = |state: &State| state.rules.iter().find(|rule| rule.rule.0 == "forward_head").and_then(|rule| rule.next);
    assert_eq!(next(&monitor.state(s(100))), Some(s(500)));
    monitor.ask(s(100), Request::Resume);
    monitor.ask(s(100), Request::Release { because: Held::DoNotDisturb });
    marked(&mut monitor, 101, &[]);
    let state = monitor.state(s(101));
    assert_eq!(state.last.as_ref().map(|(advice, at)| (advice.stretch.0.as_str(), *at)), Some(("chin_tuck", s(101))));
    assert_eq!((next(&state), state.owed), (Some(s(701)), None));
}
