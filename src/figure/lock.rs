//! Following one person: who is found now is them, or somebody else.
//!
//! The network finds one person, the one that it sees best, and tracking follows whoever walks through the close-up. So the
//! lock remembers where and how large the followed person is, and takes a pose for somebody else's
//! - when it **leaps**: within a second the middle of head and shoulders moves by more than [`LEAP`] of their size, the size
//!   changes by more than [`SIZE_LEAP`], or the trunk turns by more than [`TURN`]. A passer-by who covers the user does that;
//! - when it is **elsewhere**: further than [`ZONE`] of their size from the usual place, or larger or smaller by more than
//!   [`SIZE_ZONE`]. Standing up does that, and leaving.
//!
//! From then on nobody is followed until somebody holds still: for a second where and as large as the followed person was,
//! for two in their zone (they turned their chair), for half a minute anywhere else (they moved it). Who comes first is
//! followed at once, or after five seconds when the profile knows another size. A passer-by does not hold still. All of these are ours; tests/it/lock.rs has what passers-by did.

use std::{collections::VecDeque, time::Duration};

use super::Figure;
use crate::{
    geometry::{Degrees, Point, median, wrapped},
    pose::Pose,
};

/// Poses further apart in time say nothing about leaps.
const SOON: Duration = Duration::from_secs(1);
/// A leap, as a share of the size.
const LEAP: f32 = 0.3;
const SIZE_LEAP: f32 = 1.35;
const TURN: Degrees = 45.0;
/// The zone of the followed person, as a share of their size.
const ZONE: f32 = 0.75;
const SIZE_ZONE: f32 = 1.6;
/// As good as the same place.
const CLOSE: f32 = 0.35;
const SIZE_CLOSE: f32 = 1.25;
/// Holding still moves by less than this share of the size.
const STILL: f32 = 0.15;
const SIZE_STILL: f32 = 1.2;
/// For how long somebody holds still to be followed: close to the last place, in the zone, and elsewhere.
const BACK_CLOSE: Duration = Duration::from_secs(1);
const BACK_IN_ZONE: Duration = Duration::from_secs(2);
const ELSEWHERE: Duration = Duration::from_secs(30);
/// … and where nobody was followed yet, of another size than is known: the camera was moved, or a passer-by came first.
const FIRST: Duration = Duration::from_secs(5);
/// The usual place is the middle of the last while of this length.
const USUAL: Duration = Duration::from_secs(30);
/// A place that was held for less than this is forgotten after an absence of ten seconds: it may have been a passer-by's.
const TRUSTED: Duration = Duration::from_secs(30);
const ABSENCE: Duration = Duration::from_secs(10);

/// Follows one person.
#[derive(Debug, Clone, Default)]
pub struct Lock {
    /// Sizes that the person is known to have, as shares of the longer side of the frame.
    known: Vec<f32>,
    /// The usual place and size.
    home: Option<Figure>,
    /// Where the person was in the last while, one entry a second.
    lately: VecDeque<(Duration, Figure)>,
    /// For how long they have been followed.
    followed: Duration,
    /// The last pose that was theirs.
    last: Option<(Duration, Figure, Option<Degrees>)>,
    /// Somebody who may be them, and since when they hold still.
    candidate: Option<(Figure, Duration)>,
}

impl Lock {
    /// A lock on somebody of one of these sizes, as shares of the longer side of the frame; on whoever comes first when there
    /// are none.
    pub fn on(known: Vec<f32>) -> Self {
        Self { known, ..Self::default() }
    }

    /// Takes in who was found at `at`, and says whether they are the followed person. A pose of which too little is seen to
    /// tell is, as long as somebody is followed.
    pub fn step(&mut self, at: Duration, pose: Option<&Pose>) -> bool {
        let Some(pose) = pose else {
            self.candidate = None;
            self.absent(at);
            return false;
        };
        let Some(figure) = Figure::of(pose) else { return self.candidate.is_none() };
        if self.home.is_none() && self.is_expected(figure, pose) {
            self.follow(at, figure, pose.trunk_yaw);
            return true;
        }
        let theirs = self.candidate.is_none() && self.in_zone(figure) && !self.leaps(at, figure, pose.trunk_yaw);
        if theirs || self.holds_still(at, figure) {
            self.follow(at, figure, pose.trunk_yaw);
            return true;
        }
        self.absent(at);
        false
    }

    /// Whether somebody whom nobody followed before may be followed at once.
    fn is_expected(&self, figure: Figure, pose: &Pose) -> bool {
        let share = figure.size / pose.frame_width.max(pose.frame_height).max(1) as f32;
        self.candidate.is_none()
            && (self.known.is_empty() || self.known.iter().any(|size| alike(share, *size, SIZE_ZONE)))
    }

    fn in_zone(&self, figure: Figure) -> bool {
        self.home.is_some_and(|home| near(home, figure, ZONE, SIZE_ZONE))
    }

    fn leaps(&self, at: Duration, figure: Figure, turned: Option<Degrees>) -> bool {
        let Some((then, last, yaw)) = self.last.filter(|(then, ..)| at.saturating_sub(*then) <= SOON) else {
            return false;
        };
        let turn = yaw.zip(turned).map_or(0.0, |(before, now)| wrapped(now - before).abs());
        then < at && (!near(last, figure, LEAP, SIZE_LEAP) || turn > TURN)
    }

    /// Whether somebody has held still for as long as it takes to be followed where they are.
    fn holds_still(&mut self, at: Duration, figure: Figure) -> bool {
        let since = match self.candidate {
            Some((place, since)) if near(place, figure, STILL, SIZE_STILL) => since,
            _ => {
                self.candidate = Some((figure, at));
                at
            }
        };
        let long = match self.home {
            Some(home) if near(home, figure, CLOSE, SIZE_CLOSE) => BACK_CLOSE,
            Some(home) if near(home, figure, ZONE, SIZE_ZONE) => BACK_IN_ZONE,
            Some(_) => ELSEWHERE,
            None => FIRST,
        };
        at.saturating_sub(since) >= long
    }

    fn follow(&mut self, at: Duration, figure: Figure, trunk_yaw: Option<Degrees>) {
        if !self.in_zone(figure) {
            self.lately.clear();
            self.followed = Duration::ZERO;
        }
        let before = self.last.map_or(at, |(then, ..)| then);
        self.followed += at.saturating_sub(before).min(SOON);
        self.last = Some((at, figure, trunk_yaw));
        self.candidate = None;
        if self.lately.back().is_none_or(|(then, _)| then.as_secs() != at.as_secs()) {
            self.lately.push_back((at, figure));
            self.lately.retain(|(then, _)| at.saturating_sub(*then) <= USUAL);
        }
        self.home = middle(&self.lately);
    }

    /// Takes in that the followed person is not seen.
    fn absent(&mut self, at: Duration) {
        let gone = self.last.is_some_and(|(then, ..)| at.saturating_sub(then) >= ABSENCE);
        if gone && self.followed < TRUSTED {
            (self.home, self.last, self.followed) = (None, None, Duration::ZERO);
            self.lately.clear();
        }
    }
}

/// Whether `b` lies within `share` of the size of `a` from it, and is as large up to a factor of `ratio`.
fn near(a: Figure, b: Figure, share: f32, ratio: f32) -> bool {
    a.centre.distance(b.centre) <= share * a.size && alike(a.size, b.size, ratio)
}

fn alike(a: f32, b: f32, ratio: f32) -> bool {
    (1.0 / ratio..=ratio).contains(&(b / a))
}

/// The median place and size.
fn middle(lately: &VecDeque<(Duration, Figure)>) -> Option<Figure> {
    let middle = |along: fn(&Figure) -> f32| Some(median(lately.iter().map(|(_, figure)| along(figure)))? as f32);
    Some(Figure { centre: Point::new(middle(|f| f.centre.x)?, middle(|f| f.centre.y)?), size: middle(|f| f.size)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pose::{BodyPart, drawn::drawn};

    /// Somebody seen from the front, shoulders `size` pixels apart about (`x`, `y`), turned by `trunk_yaw`.
    fn person(x: f32, y: f32, size: f32, trunk_yaw: Degrees) -> Option<Pose> {
        let parts = [
            (BodyPart::Nose, x, y - 0.3 * size),
            (BodyPart::LeftShoulder, x + size / 2.0, y + 0.3 * size),
            (BodyPart::RightShoulder, x - size / 2.0, y + 0.3 * size),
        ];
        Some(Pose { trunk_yaw: Some(trunk_yaw), ..drawn(&parts) })
    }

    /// The user, swaying.
    fn user(at: f64) -> Option<Pose> {
        person(320.0 + 10.0 * (1.1 * at as f32).sin(), 240.0, 200.0, 2.0)
    }

    /// The seconds, to a tenth, at which somebody is followed and at which nobody is, as runs: (from, followed).
    fn runs(lock: &mut Lock, rate: f64, seconds: f64, seen: impl Fn(f64) -> Option<Pose>) -> Vec<(f64, bool)> {
        let mut runs: Vec<(f64, bool)> = Vec::new();
        for i in 0..=(seconds * rate) as u32 {
            let at = f64::from(i) / rate;
            let followed = lock.step(Duration::from_secs_f64(at), seen(at).as_ref());
            if runs.last().is_none_or(|(_, before)| *before != followed) {
                runs.push((at, followed));
            }
        }
        runs
    }

    #[test]
    fn who_moves_about_at_their_desk_is_followed() {
        let lively = |at: f64| {
            let lean = (0.4 * at as f32).sin();
            person(320.0 + 60.0 * lean, 240.0 + 20.0 * lean, 200.0 + 40.0 * (0.3 * at as f32).sin(), 20.0 * lean)
        };
        for rate in [0.5, 2.0, 10.0, 30.0] {
            assert_eq!(runs(&mut Lock::default(), rate, 120.0, lively), [(0.0, true)], "{rate}");
        }
    }

    #[test]
    fn a_passer_by_who_covers_the_user_is_never_followed() {
        // Larger, from the side, across the picture in two seconds; then the user again.
        let passing = |at: f64| match at {
            40.0..42.0 => person(640.0 * (at as f32 - 40.0) / 2.0, 230.0, 260.0, -88.0),
            _ => user(at),
        };
        for rate in [4.0, 10.0, 30.0] {
            let runs = runs(&mut Lock::default(), rate, 60.0, passing);
            let [(_, true), (lost, false), (back, true)] = runs[..] else { panic!("{rate}: {runs:?}") };
            assert!((40.0..40.3).contains(&lost) && (42.9..44.0).contains(&back), "{rate}: {runs:?}");
        }
        // One who is of the user's size and faces the camera.
        let alike = |at: f64| match at {
            40.0..43.0 => person(640.0 * (at as f32 - 40.0) / 3.0, 240.0, 200.0, 0.0),
            _ => user(at),
        };
        let runs = runs(&mut Lock::default(), 10.0, 60.0, alike);
        assert!(matches!(runs[..], [(_, true), (lost, false), (back, true)] if lost < 40.2 && back > 43.0), "{runs:?}");
    }

    #[test]
    fn standing_up_ends_it_and_sitting_down_again_resumes() {
        let stands = |at: f64| match at {
            40.0..41.0 => person(320.0, 240.0 - 200.0 * (at as f32 - 40.0), 200.0, 2.0),
            41.0..60.0 => person(320.0, 40.0, 190.0, 2.0),
            _ => user(at),
        };
        let runs = runs(&mut Lock::default(), 10.0, 80.0, stands);
        let [(_, true), (lost, false), (back, true)] = runs[..] else { panic!("{runs:?}") };
        assert!((40.5..41.0).contains(&lost) && (61.0..62.5).contains(&back), "{runs:?}");
    }

    #[test]
    fn who_turns_their_chair_is_followed_after_two_seconds_and_who_moves_it_after_half_a_minute() {
        let turns = |at: f64| if at < 40.0 { user(at) } else { person(340.0, 240.0, 170.0, 80.0) };
        let followed = runs(&mut Lock::default(), 10.0, 60.0, turns);
        assert!(
            matches!(followed[..], [(_, true), (_, false), (back, true)] if (41.0..=42.5).contains(&back)),
            "{followed:?}"
        );
        let moves = |at: f64| if at < 40.0 { user(at) } else { person(560.0, 240.0, 200.0, 2.0) };
        let followed = runs(&mut Lock::default(), 2.0, 100.0, moves);
        assert!(
            matches!(followed[..], [(_, true), (_, false), (back, true)] if (70.0..=71.0).contains(&back)),
            "{followed:?}"
        );
    }

    #[test]
    fn somebody_who_came_through_first_is_forgotten_and_a_known_size_is_waited_for() {
        let first = |at: f64| match at {
            ..3.0 => person(100.0, 200.0, 90.0, 60.0),
            ..20.0 => None,
            _ => user(at),
        };
        let runs_ = runs(&mut Lock::default(), 2.0, 30.0, first);
        assert_eq!(runs_, [(0.0, true), (3.0, false), (20.0, true)]);
        let mut lock = Lock::on(vec![200.0 / 640.0]);
        let other = runs(&mut lock, 2.0, 20.0, |_| person(100.0, 200.0, 90.0, 60.0));
        assert_eq!(other, [(0.0, false), (5.0, true)], "not the size that is known");
        let mut lock = Lock::on(vec![200.0 / 640.0]);
        assert_eq!(runs(&mut lock, 2.0, 20.0, user), [(0.0, true)]);
    }
}
