//! Counting repetitions: two thresholds on a number that rises and falls, and a rhythm.
//!
//! The number is smoothed by a median over half a second. A repetition is a rise from the level of rest past the upper
//! threshold and back below the lower one. Both stand at shares of the reach, the height that a repetition has: at first the
//! least that is worth counting, and from the second repetition on what this person's repetitions reach. A single rise is
//! what people do anyway (a shrug, a yawn), so the first counts only once a second of its kind follows; both count then.
//!
//! Nothing here counts frames: from three pictures a second on, the same movement gives the same count.

use std::{collections::VecDeque, time::Duration};

use super::recent::Recent;
use crate::geometry::median;

/// Where the thresholds stand between rest and reach.
const UPPER: f32 = 0.65;
const LOWER: f32 = 0.4;
/// Length of the median.
const SMOOTHING: Duration = Duration::from_millis(500);
/// How fast the level of rest follows upwards, seconds; downwards it follows at once.
const DRIFT: f64 = 6.0;
/// A gap this long in what is seen, seconds, starts over.
const GAP: f64 = 2.0;
/// The shortest and the longest time above the lower threshold, seconds.
const TIMES: (f64, f64) = (0.4, 8.0);
/// The longest time between two repetitions of one rhythm, seconds.
const PAUSE: f64 = 5.0;
/// How much larger or longer one of two repetitions of one kind may be.
const ALIKE: f32 = 2.5;

/// Counts how often a number rises and falls.
#[derive(Debug, Clone)]
pub struct Counter {
    least: f32,
    recent: Recent<f32>,
    rest: Option<f32>,
    risen: Option<Risen>,
    /// The heights of the last few repetitions.
    heights: VecDeque<f32>,
    /// A repetition that waits for a second one of its kind.
    waiting: Option<Repetition>,
    /// The last one that counted.
    last: Option<Repetition>,
}

#[derive(Debug, Clone, Copy)]
struct Risen {
    since: f64,
    peak: f32,
}

#[derive(Debug, Clone, Copy)]
struct Repetition {
    ended: f64,
    lasted: f64,
    height: f32,
}

impl Counter {
    /// A counter for repetitions that are at least `least` high, in the unit of the number.
    pub fn new(least: f32) -> Self {
        Self {
            least,
            recent: Recent::new(SMOOTHING),
            rest: None,
            risen: None,
            heights: VecDeque::new(),
            waiting: None,
            last: None,
        }
    }

    /// Takes in the number at `at`; returns how many repetitions count with it: 0, 1, or 2
    /// where a second one makes the first one count.
    ///
    /// `genuine` says whether what else was seen lately goes with the movement; where a repetition ends and it does not, it
    /// was something else and no repetition.
    pub fn step(&mut self, at: Duration, value: f32, genuine: bool) -> u32 {
        let now = at.as_secs_f64();
        let gap = self.recent.last().map_or(0.0, |then| now - then.as_secs_f64());
        if gap > GAP {
            (self.rest, self.risen, self.waiting, self.last) = (None, None, None, None);
            self.recent.clear();
        }
        self.recent.push(at, value);
        self.smoothed(now, gap, self.recent.median(|value| value), genuine)
    }

    fn smoothed(&mut self, now: f64, gap: f64, value: f32, genuine: bool) -> u32 {
        let rest = *self.rest.get_or_insert(value);
        let reach = self.reach();
        match &mut self.risen {
            None => {
                let share = if value < rest { 1.0 } else { (gap / DRIFT).min(1.0) as f32 };
                self.rest = Some(rest + share * (value - rest));
                if value > rest + UPPER * reach {
                    self.risen = Some(Risen { since: now, peak: value });
                    // The level of rest is that from before the rise.
                    self.rest = Some(rest);
                }
                0
            }
            Some(risen) => {
                risen.peak = risen.peak.max(value);
                let Risen { since, peak } = *risen;
                if now - since > TIMES.1 {
                    (self.risen, self.rest, self.waiting) = (None, Some(value), None);
                    return 0;
                }
                if value > rest + LOWER * (peak - rest) {
                    return 0;
                }
                self.risen = None;
                self.rest = Some(rest + 0.5 * (value - rest));
                if now - since < TIMES.0 {
                    return 0;
                }
                if !genuine {
                    self.waiting = None;
                    return 0;
                }
                self.counted(Repetition { ended: now, lasted: now - since, height: peak - rest })
            }
        }
    }

    /// The height that a repetition is expected to have.
    fn reach(&self) -> f32 {
        let usual = median(self.heights.iter().copied()).filter(|_| self.heights.len() > 1);
        usual.map_or(self.least, |usual| self.least.max(0.7 * usual as f32))
    }

    fn counted(&mut self, this: Repetition) -> u32 {
        let of_a_kind = |other: &Repetition| {
            let alike = |a: f32, b: f32| a.max(b) <= ALIKE * a.min(b);
            this.ended - this.lasted - other.ended <= PAUSE
                && alike(this.height, other.height)
                && alike(this.lasted as f32, other.lasted as f32)
        };
        let goes_on = self.last.as_ref().is_some_and(of_a_kind);
        let second = self.waiting.as_ref().is_some_and(of_a_kind);
        if !goes_on && !second {
            self.waiting = Some(this);
            return 0;
        }
        self.waiting = None;
        self.last = Some(this);
        self.heights.push_back(this.height);
        if self.heights.len() > 5 {
            self.heights.pop_front();
        }
        if goes_on { 1 } else { 2 }
    }
}
