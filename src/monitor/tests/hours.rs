//! Hours at a desk, told to the second.
//!
//! A scene says what is observed at every second of them. One that is stepped through once a second has its transcript to
//! the second; at other rates each event comes within two seconds of it.

use jiff::civil::date;

use super::*;

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// What happens to a session besides what is seen.
#[derive(Debug, Clone)]
enum Happens {
    /// Somebody, or something, asks.
    Asked(Request),
    /// The machine sleeps, and the time of the session goes on.
    Sleeps(Duration),
}
use Happens::{Asked, Sleeps};

/// Takes the built-in rules through `seconds` at `rate` steps a second, and says what they said when.
fn hours(
    seconds: u64,
    rate: u32,
    scene: impl Fn(f64) -> Observation,
    happens: &[(u64, Happens)],
) -> (Vec<String>, Totals) {
    let mut monitor = Monitor::new(Rules::embedded(), Stretches::embedded());
    let (mut events, mut happens, mut slept) = (Vec::new(), happens.iter().peekable(), Duration::ZERO);
    for step in 0..=seconds * u64::from(rate) {
        let at = s(1) * u32::try_from(step).expect("hours") / rate;
        while let Some((_, what)) = happens.next_if(|(then, _)| s(*then) <= at) {
            match what {
                Asked(request) => events.extend(monitor.ask(at + slept, request.clone())),
                Sleeps(time) => slept += *time,
            }
        }
        events.extend(monitor.step(at + slept, scene(at.as_secs_f64())));
    }
    (said(&events), monitor.totals())
}

/// An hour and a half in which nearly everything happens: where two rules stand at a second.
fn busy(at: f64) -> Observation {
    let stand =
        |forward, down| Observation::Seen(vec![assessment("forward_head", forward), assessment("looking_down", down)]);
    match at {
        // Upright, and half a minute of leaning over something.
        200.0..230.0 => stand(2.0, 0.0),
        // A deviation that persists, worsens, and ends.
        400.0..700.0 => stand(1.5, 0.1),
        700.0..900.0 => stand(2.5, 0.1),
        // A cup of tea.
        1_000.0..1_200.0 => Observation::Nobody,
        // Flapping about the threshold for a quarter of an hour, too short each time.
        1_200.0..2_000.0 => stand(if at % 30.0 < 10.0 { 1.2 } else { 0.7 }, 0.0),
        // A call, during which the head comes forward, and back.
        2_150.0..2_350.0 => stand(3.5, 0.0),
        // Turned away, then the camera is unplugged.
        3_000.0..3_100.0 => Observation::Unreadable(Reason::View),
        3_100.0..3_200.0 => Observation::Blind("unplugged".into()),
        // Both at once; a dip of three seconds in every minute is no break.
        3_200.0..4_300.0 => {
            if at % 60.0 < 3.0 {
                stand(0.5, 0.5)
            } else {
                stand(1.8, 2.4)
            }
        }
        4_500.0.. => stand(1.7, 0.0),
        _ => stand(0.2, 0.1),
    }
}

fn happens() -> Vec<(u64, Happens)> {
    vec![
        (850, Asked(Request::Dismiss)),
        (2_100, Asked(Request::Hold { because: Held::Call })),
        (2_600, Asked(Request::Release { because: Held::Call })),
        (2_650, Asked(Request::Complete { stretch: StretchId("scapular_squeeze".into()) })),
        (4_400, Sleeps(s(3_600))),
        (4_600, Asked(Request::Pause { until: None })),
        (4_900, Asked(Request::Resume)),
    ]
}

/// The suggestion at 4181 s would have been due at 3440 s: an hour has room for two, and the first of them was at 581 s.
const BUSY: [&str; 23] = [
    "began forward_head@461",
    "suggested chin_tuck@581",
    "worsened forward_head@742",
    "dismissed forward_head@850",
    "ended forward_head@908",
    "left@999",
    "returned@1200",
    "began forward_head@2210",
    "owed scapular_squeeze Call@2210",
    "ended forward_head@2359",
    "suggested scapular_squeeze@2600",
    "completed scapular_squeeze@2650",
    "unmeasurable@3000",
    "measurable@3200",
    "began looking_down@3260",
    "began forward_head@3260",
    "suggested levator@4181",
    "ended forward_head@4307",
    "ended looking_down@4308",
    "began forward_head@8161",
    "paused@8200",
    "resumed@8500",
    "suggested chin_tuck@8581",
];

#[test]
fn a_busy_hour_and_a_half_is_told_to_the_second() {
    let (said, totals) = hours(5_400, 1, busy, &happens());
    assert_eq!(said, BUSY);
    assert_eq!((totals.watched, totals.away), (s(5_099), s(200)), "{totals:?}");
}

#[test]
fn the_rate_of_pictures_changes_nothing_in_an_hour_and_a_half() {
    for rate in [2, 10, 60] {
        let (said, _) = hours(5_400, rate, busy, &happens());
        assert!(alike(&said, &BUSY), "at {rate} per second: {said:#?}");
    }
}

#[test]
fn a_day_of_dismissals_is_a_quiet_day() {
    let morning = date(2026, 3, 2).at(8, 0, 0, 0);
    let mut happens = vec![(0, Asked(Request::Clock { now: morning }))];
    happens.extend((1..=8 * 120).map(|half_minute| (30 * half_minute, Asked(Request::Dismiss))));
    // Somebody who takes a minute's walk in every forty, and waves all away.
    let scene = |at: f64| if at % 2_400.0 < 90.0 { Observation::Nobody } else { forward(4.0) };
    let (said, totals) = hours(8 * 3_600, 1, scene, &happens);
    let coming_or_going = |said: &str| said.starts_with("left") || said.starts_with("returned");
    let kept: Vec<&str> = said.iter().map(String::as_str).filter(|said| !coming_or_going(said)).collect();
    // Twenty minutes after the first, forty after the second, eighty after the third, and two hours after all others.
    let expected = [
        "began forward_head@150",
        "owed chin_tuck JustStarted@150",
        "suggested chin_tuck@300",
        "dismissed forward_head@330",
        "suggested scapular_squeeze@1530",
        "dismissed forward_head@1560",
        "suggested clasped_hands_back@3960",
        "dismissed forward_head@3990",
        "suggested chin_tuck@8790",
        "dismissed forward_head@8820",
        "suggested scapular_squeeze@16020",
        "dismissed forward_head@16050",
        "suggested stand_and_walk@23250",
        "dismissed forward_head@23280",
    ];
    assert_eq!(kept, expected);
    assert_eq!((totals.findings, totals.advice), (1, 6));
}
