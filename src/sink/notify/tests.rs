use std::{
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use super::*;
use crate::{
    measure::{Measurement, Metric, Reference},
    monitor::{Request, Share, Why},
    rules::{Finding, Severity},
    stretches::StretchId,
};

fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn advice(rule: &str, stretch: &str) -> Advice {
    Advice { stretch: StretchId(stretch.to_owned()), then: None, because: RuleId(rule.to_owned()) }
}

fn suggested(rule: &str, stretch: &str, at: u64) -> Event {
    let by = Measurement {
        metric: Metric::CraniovertebralAngle,
        value: 9.2,
        uncertainty: 3.1,
        reference: Reference::Baseline,
    };
    let finding = Finding { rule: RuleId(rule.to_owned()), severity: Severity::Moderate, by };
    let reason = Why { finding, share: Share { there: s(240), of: s(300) } };
    Event::Suggested { advice: advice(rule, stretch), reason, offer: Offer::Guide, at: s(at) }
}

/// What the desktop is ordered to do when `events` happen, and at the end.
fn orders(events: &[Event]) -> Vec<String> {
    let (rules, stretches) = (Rules::embedded(), Stretches::embedded());
    let (orders, given): (_, Receiver<Order>) = channel();
    let mut notify = Notify { rules: &rules, stretches: &stretches, orders, shown: None };
    events.iter().for_each(|event| notify.event(event).expect("ordered"));
    notify.end(&Totals::default()).expect("ordered");
    drop(notify);
    given
        .into_iter()
        .map(|order| match order {
            Order::Show(message) => format!("{} | {}", message.summary, message.body.replace('\n', " | ")),
            Order::Close => "close".to_owned(),
        })
        .collect()
}

/// What is shown for [`suggested`], with the dose of the table.
fn shown_head() -> String {
    let stretches = Stretches::embedded();
    let dose = in_words(&stretches.get(&StretchId("chin_tuck".to_owned())).expect("in the table").dose);
    format!(
        "Head forward: time for a stretch | Neck 9 ± 3° further forward than your baseline for 4 min of the last 5. | Try: \
         Chin tuck, {dose}."
    )
}

#[test]
fn a_recommendation_says_what_was_measured_and_what_to_do() {
    assert_eq!(orders(&[suggested("forward_head", "chin_tuck", 700)]), [&shown_head(), "close"]);
}

#[test]
fn a_break_is_called_one() {
    let rule = RuleId("static_too_long".to_owned());
    let advice = advice("static_too_long", "shoulder_rolls");
    let [said, _] = &orders(&[Event::BreakDue { rule, lasted: s(2_400), advice, at: s(2_400) }])[..] else {
        panic!("shown and closed");
    };
    assert!(said.contains(": time for a break | ") && said.contains(" for 40 min. | Try: "), "{said}");
}

#[test]
fn what_is_answered_or_over_is_taken_away_once_and_nothing_else_is_said() {
    let (head, tilt) = (RuleId("forward_head".to_owned()), RuleId("head_tilt".to_owned()));
    let shown = suggested("forward_head", "chin_tuck", 700);
    for over in [
        Event::Ended { rule: head.clone(), at: s(720) },
        Event::Dismissed { rule: head.clone(), at: s(720) },
        Event::Completed { stretch: StretchId("chin_tuck".to_owned()), at: s(720) },
        Event::Left { at: s(720) },
        Event::Paused { until: None, at: s(720) },
        Event::Snoozed { until: s(1_300), at: s(720) },
    ] {
        let events = [Event::Returned { at: s(1) }, shown.clone(), over.clone(), Event::Left { at: s(800) }];
        assert_eq!(orders(&events), [&shown_head(), "close"], "{over:?}");
    }
    let other = [shown, Event::Ended { rule: tilt, at: s(720) }, Event::Measurable { at: s(800) }];
    assert_eq!(orders(&other), [&shown_head(), "close"], "only in the end");
    assert!(orders(&[Event::Ended { rule: head, at: s(1) }, Event::Left { at: s(2) }]).is_empty());
}

#[test]
fn answers_ask_for_what_they_say() {
    assert_eq!(Answer::NotNow.request(s(100)), Some(Request::Dismiss));
    assert_eq!(Answer::Later.request(s(100)), Some(Request::Snooze { until: s(700) }));
    assert_eq!(Answer::Start.request(s(100)), None);
}
