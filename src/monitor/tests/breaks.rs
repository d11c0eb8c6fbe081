//! Breaks: those that are due, and those that count.

use super::*;

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// With the built-in rules, but for the first while.
fn monitor() -> Monitor {
    let text = include_str!("../../rules.toml").replace("start_s = 300", "start_s = 0");
    Monitor::new(Rules::parse(&text, "rules.toml").expect("the built-in table"), Stretches::embedded())
}

const MINUTE: f64 = 60.0;

/// Somebody upright, or nobody where `away` says so; nothing moves where `still` says for how long.
fn sit(monitor: &mut Monitor, minutes: f64, rate: f64, still: fn(f64) -> f64, away: fn(f64) -> bool) -> Vec<String> {
    let mut events = Vec::new();
    for i in 0..=(minutes * MINUTE * rate) as u32 {
        let at = f64::from(i) / rate;
        if away(at) {
            events.extend(monitor.step(Duration::from_secs_f64(at), Observation::Nobody));
        } else {
            monitor.still(Duration::from_secs_f64(still(at)));
            events.extend(monitor.step(Duration::from_secs_f64(at), forward(0.0)));
        }
    }
    said(&events)
}

#[test]
fn after_three_quarters_of_an_hour_a_break_is_due_and_again_twenty_minutes_later() {
    for rate in [0.5, 1.0, 4.0] {
        let said = sit(&mut monitor(), 70.0, rate, |_| 0.0, |_| false);
        assert!(alike(&said, &["break sitting_too_long@2700", "break sitting_too_long@3900"]), "{rate}: {said:?}");
    }
}

#[test]
fn a_minute_away_is_a_break_and_half_a_minute_is_none() {
    let away = |at: f64| (1_500.0..1_562.0).contains(&at);
    let said = sit(&mut monitor(), 72.0, 1.0, |_| 0.0, away);
    assert!(alike(&said, &["left@1499", "returned@1562", "break sitting_too_long@4262"]), "{said:?}");
    let away = |at: f64| (1_500.0..1_530.0).contains(&at);
    let said = sit(&mut monitor(), 60.0, 1.0, |_| 0.0, away);
    // Until ten seconds without anybody are over, they are taken to be there.
    assert!(alike(&said, &["left@1499", "returned@1530", "break sitting_too_long@2722"]), "{said:?}");
}

#[test]
fn who_does_not_move_for_twenty_minutes_is_reminded_and_who_does_is_not() {
    let said = sit(&mut monitor(), 42.0, 1.0, |at| at, |_| false);
    assert!(alike(&said, &["break static_too_long@1200", "break static_too_long@2400"]), "{said:?}");
    let said = sit(&mut monitor(), 42.0, 1.0, |at| at % 1_190.0, |_| false);
    assert_eq!(said, [""; 0]);
}

#[test]
fn the_first_in_the_table_comes_first_and_the_other_waits_for_the_gap() {
    // Not moving from the 25th minute on, so that both are due after 45.
    let said = sit(&mut monitor(), 60.0, 1.0, |at| at - 1_500.0_f64.min(at), |_| false);
    assert!(alike(&said, &["break static_too_long@2700", "break sitting_too_long@3180"]), "{said:?}");
}

#[test]
fn a_break_says_for_how_long_and_what_to_do() {
    let mut monitor = monitor();
    let events: Vec<Event> = (0..2_800).flat_map(|at| monitor.step(s(at), forward(0.0))).collect();
    let advice =
        Advice { stretch: StretchId("stand_and_walk".into()), then: None, because: RuleId("sitting_too_long".into()) };
    let due = Event::BreakDue { rule: RuleId("sitting_too_long".into()), lasted: s(2_700), advice, at: s(2_700) };
    assert!(events.contains(&due), "{events:?}");
    assert_eq!(monitor.totals().advice, 1);
}

#[test]
fn a_walk_that_was_done_starts_the_time_again_and_a_stretch_does_not() {
    for (stretch, expected) in [("stand_and_walk", 1_800.0 + 2_700.0), ("shoulder_rolls", 1_800.0 + 2_700.0)] {
        let mut monitor = monitor();
        let mut events = sit(&mut monitor, 30.0, 1.0, |_| 0.0, |_| false);
        events.extend(said(&monitor.ask(s(1_800), Request::Complete { stretch: StretchId(stretch.into()) })));
        let sitting = |monitor: &Monitor| {
            monitor.state(s(1_800)).rules.iter().find(|rule| rule.rule.0 == "sitting_too_long").map(|rule| rule.lasted)
        };
        let kept = if stretch == "stand_and_walk" { s(0) } else { s(1_800) };
        assert_eq!(sitting(&monitor), Some(kept), "{stretch}");
        let later = run(&mut monitor, 1_800.0, 3_000.0, 1.0, |_| forward(0.0));
        // The rolls help here, too, and so the rule rests for as long after them.
        assert!(alike(&said(&later), &[&format!("break sitting_too_long@{expected}")]), "{stretch}: {later:?}");
    }
}

#[test]
fn a_sleep_of_the_machine_is_a_break_for_the_time_that_is_counted() {
    let mut monitor = monitor();
    sit(&mut monitor, 40.0, 1.0, |_| 0.0, |_| false);
    let woken = run(&mut monitor, 9_000.0, 2_690.0, 1.0, |_| forward(0.0));
    assert_eq!(said(&woken), [""; 0]);
    let later = run(&mut monitor, 11_690.0, 20.0, 1.0, |_| forward(0.0));
    assert!(alike(&said(&later), &["break sitting_too_long@11701"]), "{later:?}");
}

#[test]
fn a_break_is_due_also_while_posture_cannot_be_read_but_never_to_an_empty_chair() {
    let unreadable = |_| Observation::Unreadable(Reason::View);
    let said = said(&run(&mut monitor(), 0.0, 2_800.0, 1.0, unreadable));
    assert!(alike(&said, &["unmeasurable@1", "break sitting_too_long@2701"]), "{said:?}");
    let blind = |at| if at < 2_600.0 { forward(0.0) } else { Observation::Blind("unplugged".into()) };
    let said = super::said(&run(&mut monitor(), 0.0, 4_000.0, 1.0, blind));
    assert!(alike(&said, &["unmeasurable@2600"]), "{said:?}");
}

#[test]
fn the_state_says_when_the_next_break_is_due() {
    let mut monitor = monitor();
    sit(&mut monitor, 20.0, 1.0, |_| 600.0, |_| false);
    let state = monitor.state(s(1_200));
    let standing = |rule: &str| state.rules.iter().find(|standing| standing.rule.0 == rule).expect("a rule").clone();
    let (still, sitting) = (standing("static_too_long"), standing("sitting_too_long"));
    assert_eq!((still.lasted, still.level, still.next), (s(600), Some(0.5), Some(s(1_800))));
    assert_eq!((sitting.lasted, sitting.next, sitting.ambient), (s(1_200), Some(s(2_700)), false));
}

#[test]
fn nothing_is_recommended_in_the_first_minutes() {
    let mut monitor = Monitor::new(Rules::embedded(), Stretches::embedded());
    let events = run(&mut monitor, 0.0, 400.0, 1.0, |_| forward(4.0));
    let expected = ["began forward_head@61", "owed chin_tuck JustStarted@61", "suggested chin_tuck@301"];
    assert!(alike(&said(&events), &expected), "{events:?}");
}

#[test]
fn a_guided_offer_may_hold_two_stretches_and_a_break_is_a_rest() {
    let mut monitor = super::monitor();
    let events = run(&mut monitor, 0.0, 12_000.0, 1.0, |_| forward(4.0));
    let given: Vec<(Offer, &str, Option<&str>)> = events
        .iter()
        .filter_map(|event| match event {
            Event::Suggested { advice, offer, .. } => {
                Some((*offer, advice.stretch.0.as_str(), advice.then.as_ref().map(|then| then.0.as_str())))
            }
            _ => None,
        })
        .collect();
    use Offer::{Break, Guide, Notice};
    let expected = [
        (Notice, "chin_tuck", None),
        (Guide, "scapular_squeeze", Some("thoracic_extension")),
        (Guide, "clasped_hands_back", None),
        (Notice, "chin_tuck", None),
        (Guide, "scapular_squeeze", Some("thoracic_extension")),
        (Notice, "clasped_hands_back", None),
        (Guide, "chin_tuck", None),
        (Break, "stand_and_walk", None),
    ];
    assert_eq!(given, expected);
}

#[test]
fn after_a_reported_symptom_only_rests_are_recommended() {
    let mut monitor = monitor();
    monitor.suits(Suits { exercises: false, ..Suits::default() });
    let events = run(&mut monitor, 0.0, 700.0, 1.0, |_| forward(4.0));
    let expected = ["began forward_head@61", "suggested stand_and_walk@61", "suggested look_far@661"];
    assert!(alike(&said(&events), &expected), "{events:?}");
}
