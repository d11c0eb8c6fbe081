//! Suspensions that nobody asked for.

use super::{
    asked::{s, with},
    *,
};

fn suspend(at: u64, because: Suspension) -> (u64, Request) {
    (at, Request::Suspend { because })
}

fn go_on(at: u64, because: Suspension) -> (u64, Request) {
    (at, Request::Continue { because })
}

/// What is said over `seconds` of a marked deviation.
fn marked(seconds: u64, asked: &[(u64, Request)]) -> Vec<String> {
    with(&mut monitor(), seconds, asked, |_| forward(4.0))
}

#[test]
fn a_guided_stretch_is_cut_out_of_the_time_as_a_pause_is() {
    let said = marked(570, &[suspend(50, Suspension::Stretch), go_on(550, Suspension::Stretch)]);
    let expected = ["suspended Stretch@50", "continued@550", "began forward_head@561", "suggested chin_tuck@561"];
    assert!(alike(&said, &expected), "{said:?}");
}

#[test]
fn while_the_screen_is_locked_nothing_accumulates_and_a_finding_is_kept() {
    let locked = [suspend(100, Suspension::Locked), go_on(140, Suspension::Locked)];
    let mut monitor = monitor();
    let said = with(&mut monitor, 150, &locked, |_| forward(4.0));
    let expected = ["began forward_head@61", "suggested chin_tuck@61", "suspended Locked@100", "continued@140"];
    assert!(alike(&said, &expected), "{said:?}");
    // The last picture before it was a second old.
    assert_eq!(monitor.totals().watched, s(109), "forty seconds were not watched");
    let state = monitor.state(s(150));
    assert_eq!(state.suspended, None);
    let head = state.rules.iter().find(|standing| standing.rule.0 == "forward_head").expect("a rule");
    assert_eq!((head.finding.is_some(), head.lasted), (true, s(109)));
}

#[test]
fn a_long_lock_was_a_break() {
    let rest = rules().patience().rest.as_secs();
    let lasted = |length| {
        let mut monitor = monitor();
        let locked = [suspend(200, Suspension::Locked), go_on(200 + length, Suspension::Locked)];
        with(&mut monitor, 210 + length, &locked, |_| forward(4.0));
        let state = monitor.state(s(210 + length));
        let head = state.rules.iter().find(|standing| standing.rule.0 == "forward_head").expect("a rule");
        head.lasted
    };
    assert!(lasted(rest - 1) > s(200), "{:?}", lasted(rest - 1));
    assert!(lasted(rest) <= s(11), "{:?}", lasted(rest));
}

#[test]
fn of_several_suspensions_the_first_is_named_and_the_last_ends_it() {
    use Suspension::{Battery, Locked, Stretch};
    let asked = [
        suspend(10, Stretch),
        suspend(20, Battery),
        suspend(25, Locked),
        suspend(26, Locked),
        go_on(30, Locked),
        go_on(40, Battery),
        go_on(50, Stretch),
        go_on(51, Stretch),
    ];
    let said = marked(60, &asked);
    let expected = [
        "suspended Stretch@10",
        "suspended Battery@20",
        "suspended Locked@25",
        "suspended Battery@30",
        "suspended Stretch@40",
        "continued@50",
    ];
    assert!(alike(&said, &expected), "{said:?}");
}

#[test]
fn a_pause_and_a_suspension_that_overlap_take_their_time_once() {
    let pause = |at| (at, Request::Pause { until: None });
    let orders = [
        [pause(30), suspend(40, Suspension::Stretch), (60, Request::Resume), go_on(80, Suspension::Stretch)],
        [suspend(30, Suspension::Stretch), pause(40), go_on(60, Suspension::Stretch), (80, Request::Resume)],
    ];
    for asked in orders {
        let said = marked(120, &asked);
        let began: Vec<String> = said.into_iter().filter(|said| said.starts_with("began")).collect();
        assert!(alike(&began, &["began forward_head@111"]), "fifty seconds later: {began:?}");
    }
}
