//! The clock of live sources: time since the source opened, the machine's sleep included.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

/// The wall clock is this much further ahead than the steady one only where the machine slept between two looks, or somebody
/// set the clock; a correction over the network is smaller. In either case time has been missed.
const SLEPT: Duration = Duration::from_secs(5);

/// Time since a live source opened. Copies share one time, which never goes back.
///
/// The steady clock of the system stands still while the machine sleeps. What the wall clock went on by in the meantime is
/// added here, so that a night's sleep is a gap of a night and not a moment.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Mutex<Hands>>);

#[derive(Debug)]
struct Hands {
    opened: Instant,
    /// The last look at both clocks.
    steady: Instant,
    wall: SystemTime,
    /// Time slept through since the source opened.
    slept: Duration,
}

impl Hands {
    /// Notices a sleep between the last look and this one.
    fn look(&mut self, steady: Instant, wall: SystemTime) {
        let by_steady = steady.saturating_duration_since(self.steady);
        // A wall clock that was set back tells nothing.
        let by_wall = wall.duration_since(self.wall).unwrap_or_default();
        if by_wall > by_steady + SLEPT {
            self.slept += by_wall - by_steady;
        }
        (self.steady, self.wall) = (self.steady.max(steady), wall);
    }
}

impl Clock {
    /// A clock that starts at zero.
    pub fn start() -> Self {
        let now = Instant::now();
        Self(Arc::new(Mutex::new(Hands { opened: now, steady: now, wall: SystemTime::now(), slept: Duration::ZERO })))
    }

    /// The time now.
    pub fn now(&self) -> Duration {
        self.at(Instant::now())
    }

    /// The time at a recent `moment`.
    pub fn at(&self, moment: Instant) -> Duration {
        let mut hands = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        hands.look(Instant::now(), SystemTime::now());
        moment.saturating_duration_since(hands.opened) + hands.slept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_machines_sleep_counts_and_corrections_do_not() {
        let (steady, wall) = (Instant::now(), SystemTime::now());
        let mut hands = Hands { opened: steady, steady, wall, slept: Duration::ZERO };
        // Awake; corrected by 3 s; asleep for an hour and two seconds awake; set back by a day; awake again.
        for (steady_s, wall_s, slept_s) in
            [(10, 10, 0), (20, 23, 0), (22, 3_625, 3_600), (30, 3_625 - 86_400, 3_600), (40, 3_635 - 86_400, 3_600)]
        {
            let moved = if wall_s < 0 { wall - seconds(-wall_s as u64) } else { wall + seconds(wall_s as u64) };
            hands.look(steady + seconds(steady_s), moved);
            assert_eq!(hands.slept, seconds(slept_s), "after {steady_s} s");
        }
    }

    #[test]
    fn copies_share_one_time() {
        let clock = Clock::start();
        clock.0.lock().unwrap().slept = seconds(100);
        assert!(clock.clone().now() >= seconds(100));
    }
}
