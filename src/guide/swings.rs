//! Counting repetitions between turning points: a number that falls by so much and rises again, whatever its level was before.
//!
//! Where [`Counter`](super::repetition::Counter) knows a level of rest, this knows none: it serves where that level wanders
//! by as much as a repetition is high. A single fall is what people do anyway, so the first counts only once a second of its
//! kind follows; both count then.

use std::{collections::VecDeque, time::Duration};

use crate::geometry::median;

/// The share of this person's usual repetition that one takes.
const SHARE: f32 = 0.5;
/// The share of what a repetition takes by which the number wanders before it.
const SLACK: f32 = 0.25;
/// After a gap this long in what is seen one starts over.
const GAP: Duration = Duration::from_secs(2);
/// The shortest and the longest time that one lasts.
const TIMES: (Duration, Duration) = (Duration::from_millis(800), Duration::from_secs(9));
/// The longest time between two of one row.
const PAUSE: Duration = Duration::from_secs(6);
/// How much larger one of two of one row may be.
const ALIKE: f32 = 2.5;

/// Counts how often a number falls and rises.
#[derive(Debug, Clone)]
pub(super) struct Swings {
    least: f32,
    /// When it last stepped.
    stepped: Option<Duration>,
    /// Where the number turned last, or has got to since.
    turn: Option<Turn>,
    /// The row that goes on: when the last one ended, its size, how many there were.
    row: Option<(Duration, f32, u32)>,
    /// The sizes of the last few that counted.
    sizes: VecDeque<f32>,
}

#[derive(Debug, Clone, Copy)]
struct Turn {
    /// The highest, and when the number was last about as high.
    high: f32,
    since: Duration,
    /// The lowest after it, once a fall has begun.
    low: Option<f32>,
}

impl Turn {
    const fn at(high: f32, since: Duration) -> Self {
        Self { high, since, low: None }
    }
}

impl Swings {
    /// A counter for falls of `least` at least, in the unit of the number.
    pub const fn new(least: f32) -> Self {
        Self { least, stepped: None, turn: None, row: None, sizes: VecDeque::new() }
    }

    /// Whether what was seen before `at` is too long ago to go on from.
    pub fn lapsed(&self, at: Duration) -> bool {
        self.stepped.is_some_and(|then| at.saturating_sub(then) > GAP)
    }

    /// Takes in the number at `at`, smoothed; returns how many repetitions count with it: 0, 1, or 2 where a second one makes
    /// the first one count.
    ///
    /// `genuine` says whether what else was seen lately goes with the movement; where a repetition ends and it does not, it
    /// was something else, and ends the row.
    pub fn step(&mut self, at: Duration, value: f32, genuine: bool) -> u32 {
        self.stepped = Some(at);
        let least = self.least();
        let turn = self.turn.get_or_insert(Turn::at(value, at));
        match &mut turn.low {
            None if value > turn.high => *turn = Turn::at(value, at),
            None if value <= turn.high - least => turn.low = Some(value),
            None if value > turn.high - SLACK * least => turn.since = at,
            None => {}
            Some(low) => {
                *low = low.min(value);
                if value >= *low + least {
                    let (size, lasted) = (turn.high - *low, at.saturating_sub(turn.since));
                    let fits = genuine && (TIMES.0..=TIMES.1).contains(&lasted);
                    *turn = Turn::at(value, at);
                    if fits {
                        return self.counted(at, lasted, size);
                    }
                    self.row = None;
                }
            }
        }
        0
    }

    fn least(&self) -> f32 {
        let usual = median(self.sizes.iter().copied()).filter(|_| self.sizes.len() > 1);
        usual.map_or(self.least, |usual| self.least.max(SHARE * usual as f32))
    }

    fn counted(&mut self, at: Duration, lasted: Duration, size: f32) -> u32 {
        let goes_on = |(ended, other, _): &(Duration, f32, u32)| {
            at.saturating_sub(lasted) <= *ended + PAUSE && size.max(*other) <= ALIKE * size.min(*other)
        };
        let number = 1 + self.row.filter(goes_on).map_or(0, |(_, _, number)| number);
        self.row = Some((at, size, number));
        if number > 1 {
            self.sizes.push_back(size);
            if self.sizes.len() > 5 {
                self.sizes.pop_front();
            }
        }
        match number {
            1 => 0,
            2 => 2,
            _ => 1,
        }
    }
}
