//! Guiding through one stretch: what to do now, how long still, and whether the camera sees it being done.
//!
//! A stretch's dose becomes a row of [`Leg`]s: get ready, hold, repeat, rest. [`Guide::step`] takes the time and what the
//! camera saw, and says what changed as [`Cue`]s. Time is data: a session in a file guides as a camera does, only faster.
//!
//! A camera is asked only where it can tell ([`Seen`]). Then the time of a hold runs only while the position is held, and
//! repetitions count as they are seen. What cannot be told does not stop anybody: after some seconds without a reading
//! the leg goes on by the clock, and the [`Outcome`] says how much was seen and how much was not.

mod angels;
mod elbows_back;
mod eye;
mod half_circles;
mod hold;
mod nods;
mod plan;
mod recent;
mod repetition;
mod rolls;
mod signal;
mod squeezes;
mod swings;
mod words;

use std::time::Duration;

use self::{
    eye::{Eye, Look},
    plan::legs,
};
pub use self::{
    plan::{Leg, Side},
    words::Voice,
};
use crate::{
    pose::Pose,
    stretches::{Breath, Dose, Seen, Stretch},
};

/// A leg that cannot be read for this long goes on by the clock until it can.
const BLIND: Duration = Duration::from_secs(4);
/// A leg in which nothing was seen to happen for this long goes on by the clock: never block on a check that fails.
const PATIENCE: Duration = Duration::from_secs(20);
/// Time that passes between two looks beyond this does not count: the machine slept, or the source stood still.
const LONGEST_STEP: Duration = Duration::from_secs(2);
/// One slow breath in and out while a position is held: about six a minute.
const BREATH: (Duration, Duration) = (Duration::from_secs(4), Duration::from_secs(6));

/// Time to get into a position at the desk, and on the floor.
const READY: (Duration, Duration) = (Duration::from_secs(6), Duration::from_secs(20));

/// Something that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cue {
    /// A leg begins.
    Begin(Leg),
    /// A repetition counts: so many of the leg's.
    Counted {
        /// How many by now.
        done: u32,
        /// How many the leg has.
        of: u32,
    },
    /// The position is seen to be held; its time runs.
    Held,
    /// The position is not held; its time waits.
    Waiting,
    /// The camera cannot tell; the leg goes on by the clock.
    ByClock,
    /// The stretch is at its end.
    End(Outcome),
}

/// What came of a stretch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Whether no leg was skipped or left out.
    pub whole: bool,
    /// Repetitions that a camera counted.
    pub counted: u32,
    /// Time in which a camera saw the position held.
    pub held: Duration,
    /// Repetitions that went by the clock alone.
    pub timed: u32,
    /// Time of holds that went by the clock alone.
    pub waited: Duration,
}

/// What a display shows at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// The leg, its place among all, and how many there are.
    pub leg: Leg,
    /// From 1.
    pub number: usize,
    /// How many legs there are.
    pub of: usize,
    /// Time still to go, at the pace of the stretch where repetitions are counted.
    pub left: Duration,
    /// Repetitions done, in a leg of repetitions.
    pub done: u32,
    /// How the camera takes part.
    pub sight: Sight,
    /// Which way to breathe now, and how far along (0..1) that breath is.
    pub breath: Option<(Breath, f32)>,
    /// Whether it is paused.
    pub paused: bool,
}

/// How the camera takes part in a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// It counts, or it sees the position held.
    Seen,
    /// It does not see the position; the time waits.
    Waiting,
    /// It is not asked, or cannot tell; the clock goes on alone.
    Clock,
}

/// Guides one person through one stretch.
#[derive(Debug, Clone)]
pub struct Guide {
    legs: Vec<Leg>,
    breathe: Breath,
    current: usize,
    begun: bool,
    last: Option<Duration>,
    /// Progress in the current leg.
    passed: Duration,
    done: u32,
    /// Time in this leg since something was last seen to happen, and since something was last readable.
    idle: Duration,
    blind: Duration,
    sight: Sight,
    paused: bool,
    eye: Option<Eye>,
    outcome: Outcome,
    ended: bool,
}

impl Guide {
    /// A guide through `stretch`, with time to get into its position. `seen` is as for [`new`](Self::new).
    pub fn through(stretch: &Stretch, seen: Option<Seen>) -> Self {
        let ready = if stretch.desk_friendly { READY.0 } else { READY.1 };
        Self::new(&stretch.dose, stretch.breathe, ready, seen)
    }

    /// A guide through `dose`. `seen` is how a camera sees the stretch; `None` where no camera is asked.
    pub fn new(dose: &Dose, breathe: Breath, ready: Duration, seen: Option<Seen>) -> Self {
        Self {
            legs: legs(dose, ready),
            breathe,
            current: 0,
            begun: false,
            last: None,
            passed: Duration::ZERO,
            done: 0,
            idle: Duration::ZERO,
            blind: Duration::ZERO,
            sight: if seen.is_some() { Sight::Waiting } else { Sight::Clock },
            paused: false,
            eye: seen.map(Eye::new),
            outcome: Outcome { whole: true, ..Outcome::default() },
            ended: false,
        }
    }

    /// Whether it is at its end.
    pub const fn ended(&self) -> bool {
        self.ended
    }

    /// What came of it so far.
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Stops or lets go on the time; progress is kept.
    pub fn pause(&mut self, paused: bool) {
        self.paused = paused;
    }

    /// Whether it is paused.
    pub const fn paused(&self) -> bool {
        self.paused
    }

    /// Leaves the current leg for the next one.
    pub fn skip(&mut self) -> Vec<Cue> {
        let mut cues = Vec::new();
        if !self.ended {
            self.outcome.whole &= matches!(self.legs[self.current], Leg::Ready { .. } | Leg::Rest { .. });
            self.next(&mut cues);
        }
        cues
    }

    /// Takes in what is seen at `at`; `None` where nobody is seen or no camera is asked.
    pub fn step(&mut self, at: Duration, pose: Option<&Pose>) -> Vec<Cue> {
        let mut cues = Vec::new();
        if self.ended {
            return cues;
        }
        if !self.begun {
            self.begun = true;
            cues.push(Cue::Begin(self.legs[0]));
        }
        let passed = self.last.map_or(Duration::ZERO, |last| at.saturating_sub(last)).min(LONGEST_STEP);
        self.last = Some(at);
        let leg = self.legs[self.current];
        let look = self.eye.as_mut().map(|eye| eye.look(at, leg, pose));
        if self.paused {
            return cues;
        }
        match leg {
            Leg::Ready { length } | Leg::Rest { length } => self.wait(passed, length, &mut cues),
            Leg::Hold { length, .. } => self.hold(passed, length, look, &mut cues),
            Leg::Move { reps, pace } => self.repeat(passed, reps, pace, look, &mut cues),
        }
        cues
    }

    /// What to show now; `None` at the end.
    pub fn moment(&self) -> Option<Moment> {
        let leg = *self.legs.get(self.current).filter(|_| !self.ended)?;
        let left = match leg {
            Leg::Move { reps, pace } => pace * reps.saturating_sub(self.done),
            Leg::Ready { length } | Leg::Rest { length } | Leg::Hold { length, .. } => {
                length.saturating_sub(self.passed)
            }
        };
        Some(Moment {
            leg,
            number: self.current + 1,
            of: self.legs.len(),
            left,
            done: self.done,
            sight: self.sight,
            breath: self.breath(leg),
            paused: self.paused,
        })
    }

    fn breath(&self, leg: Leg) -> Option<(Breath, f32)> {
        let (first, lengths) = match leg {
            Leg::Ready { .. } | Leg::Rest { .. } => return None,
            Leg::Hold { .. } => (Breath::In, BREATH),
            Leg::Move { pace, .. } => (self.breathe, (pace / 2, pace / 2)),
        };
        let (one, other) = (lengths.0.as_secs_f32(), lengths.1.as_secs_f32());
        let along = self.passed.as_secs_f32() % (one + other);
        Some(if along < one { (first, along / one) } else { (first.other(), (along - one) / other) })
    }

    fn wait(&mut self, passed: Duration, length: Duration, cues: &mut Vec<Cue>) {
        self.passed += passed;
        if self.passed >= length {
            self.next(cues);
        }
    }

    fn hold(&mut self, passed: Duration, length: Duration, look: Option<Look>, cues: &mut Vec<Cue>) {
        let sight = self.sight_of(passed, look, |look| look == Look::Held);
        self.turn(sight, cues);
        match sight {
            Sight::Seen => {
                self.passed += passed;
                self.outcome.held += passed;
            }
            Sight::Clock => {
                self.passed += passed;
                self.outcome.waited += passed;
            }
            Sight::Waiting => {}
        }
        if self.passed >= length {
            self.next(cues);
        }
    }

    fn repeat(&mut self, passed: Duration, reps: u32, pace: Duration, look: Option<Look>, cues: &mut Vec<Cue>) {
        let counted = if let Some(Look::Counted(counted)) = look { counted } else { 0 };
        let sight = self.sight_of(passed, look, |look| matches!(look, Look::Counted(1..)));
        if sight == Sight::Clock && self.sight != sight {
            // The clock starts with a whole repetition.
            self.passed = Duration::ZERO;
        }
        self.passed += passed;
        if sight == Sight::Clock {
            self.turn(sight, cues);
            if self.passed >= pace {
                self.passed -= pace;
                self.outcome.timed += 1;
                self.count(1, reps, cues);
            }
            return;
        }
        self.sight = sight;
        if counted > 0 {
            self.outcome.counted += counted.min(reps - self.done);
            self.count(counted, reps, cues);
        }
    }

    fn count(&mut self, counted: u32, of: u32, cues: &mut Vec<Cue>) {
        self.done = (self.done + counted).min(of);
        cues.push(Cue::Counted { done: self.done, of });
        if self.done == of {
            self.next(cues);
        }
    }

    /// How the camera takes part now: by what it says, and for how long it has said nothing of use.
    fn sight_of(&mut self, passed: Duration, look: Option<Look>, good: impl Fn(Look) -> bool) -> Sight {
        let Some(look) = look else { return Sight::Clock };
        self.idle = if good(look) { Duration::ZERO } else { self.idle + passed };
        self.blind = if look == Look::Unreadable { self.blind + passed } else { Duration::ZERO };
        if good(look) {
            Sight::Seen
        } else if self.blind >= BLIND || self.idle >= PATIENCE {
            Sight::Clock
        } else if matches!(look, Look::Counted(_)) {
            Sight::Seen
        } else {
            Sight::Waiting
        }
    }

    fn turn(&mut self, sight: Sight, cues: &mut Vec<Cue>) {
        if sight != self.sight && self.eye.is_some() {
            cues.push(match sight {
                Sight::Seen => Cue::Held,
                Sight::Waiting => Cue::Waiting,
                Sight::Clock => Cue::ByClock,
            });
        }
        self.sight = sight;
    }

    fn next(&mut self, cues: &mut Vec<Cue>) {
        (self.passed, self.done, self.idle, self.blind) = Default::default();
        self.sight = if self.eye.is_some() { Sight::Waiting } else { Sight::Clock };
        self.current += 1;
        match self.legs.get(self.current) {
            Some(leg) => cues.push(Cue::Begin(*leg)),
            None => {
                self.ended = true;
                cues.push(Cue::End(self.outcome));
            }
        }
    }
}

#[cfg(test)]
mod tests;
