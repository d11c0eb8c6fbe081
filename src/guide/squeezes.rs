//! Counting elbow squeezes: hands clasped behind the back, elbows drawn towards each other and let go.
//!
//! Drawing the elbows together turns the collar bones back, and the shoulders come closer to each other, by 1 to 15 % in the
//! rendered sequences. That is hardly more than the noise of one reading, so it takes the mean of some, and turning points
//! in place of a level of rest. The elbows come much closer where they are found right, and are found anywhere on the
//! clothes where they are not: so they add only a share. Somebody who leans or turns at a desk has shoulders that come closer
//! too, but elbows that stay wide: a squeeze counts only where the elbows are within the shoulders.

use std::{collections::VecDeque, time::Duration};

use super::{recent::Recent, signal::Arms};
use crate::geometry::median;

/// The least by which shoulders and elbows come closer, and part again.
const LEAST: f32 = 0.0175;
/// What the distance of the elbows, in shoulder widths, adds to the logarithm of that of the shoulders.
const ELBOWS: f32 = 0.25;
/// Distances of elbows beyond these are not believed, shoulder widths.
const BELIEVED: (f32, f32) = (0.4, 1.2);
/// The share of this person's usual squeeze that one takes.
const SHARE: f32 = 0.5;
/// The share of what a squeeze takes by which the shoulders wander while they are let go.
const SLACK: f32 = 0.25;
/// How close the elbows are, shoulder widths. In the rendered squeezes 0.98 at most, at a desk seldom below 1.
const CLOSE: f32 = 0.985;
/// Length of the mean of the widths, and of the median of the elbows.
const SMOOTHING: (Duration, Duration) = (Duration::from_millis(700), Duration::from_secs(2));
/// A gap this long in what is seen starts over.
const GAP: Duration = Duration::from_secs(2);
/// The shortest and the longest time from letting go to letting go.
const TIMES: (Duration, Duration) = (Duration::from_millis(800), Duration::from_secs(9));
/// The longest time between two squeezes of one row.
const PAUSE: Duration = Duration::from_secs(6);
/// How much larger one of two squeezes of one row may be.
const ALIKE: f32 = 2.5;

/// Counts squeezes. A single one is what people do anyway, so the first counts only once a second of its kind follows.
#[derive(Debug, Clone)]
pub(super) struct Squeezes {
    /// How wide shoulders and elbows are. Differences of logarithms are shares, whatever the distance from the camera.
    widths: Recent<f32>,
    elbows: Recent<f32>,
    /// Where the shoulders turned last, or have got to since.
    turn: Option<Turn>,
    /// The row of squeezes that goes on: when the last one ended, its size, how many there were.
    row: Option<(Duration, f32, u32)>,
    /// The sizes of the last few that counted.
    sizes: VecDeque<f32>,
}

#[derive(Debug, Clone, Copy)]
struct Turn {
    /// The widest, and when they were last about as wide.
    widest: f32,
    since: Duration,
    /// The narrowest after it, once a squeeze has begun.
    narrowest: Option<f32>,
}

impl Turn {
    const fn at(width: f32, since: Duration) -> Self {
        Self { widest: width, since, narrowest: None }
    }
}

impl Squeezes {
    /// A counter that has seen nothing yet.
    pub fn new() -> Self {
        let (widths, elbows) = (Recent::new(SMOOTHING.0), Recent::new(SMOOTHING.1));
        Self { widths, elbows, turn: None, row: None, sizes: VecDeque::new() }
    }

    /// Takes in the arms at `at`; returns how many squeezes count with it: 0, 1, or 2 where a second one makes the first one
    /// count.
    pub fn step(&mut self, at: Duration, arms: Option<Arms>) -> u32 {
        let Some(arms) = arms else { return 0 };
        if self.widths.last().is_some_and(|then| at.saturating_sub(then) > GAP) {
            *self = Self::new();
        }
        self.widths.push(at, arms.shoulders.ln() + ELBOWS * arms.elbows.clamp(BELIEVED.0, BELIEVED.1));
        self.elbows.push(at, arms.elbows);
        let (sum, count) = self.widths.values().fold((0.0, 0.0), |(sum, count), width| (sum + width, count + 1.0));
        let width: f32 = sum / count;
        let close = self.elbows.median(|elbows| elbows) <= CLOSE;
        let least = self.least();
        let turn = self.turn.get_or_insert(Turn::at(width, at));
        match &mut turn.narrowest {
            None if width > turn.widest => *turn = Turn::at(width, at),
            None if width <= turn.widest - least => turn.narrowest = Some(width),
            None if width > turn.widest - SLACK * least => turn.since = at,
            None => {}
            Some(narrowest) => {
                *narrowest = narrowest.min(width);
                if width >= *narrowest + least {
                    let (size, lasted) = (turn.widest - *narrowest, at.saturating_sub(turn.since));
                    let fits = close && (TIMES.0..=TIMES.1).contains(&lasted);
                    *turn = Turn::at(width, at);
                    return if fits { self.counted(at, lasted, size) } else { self.interrupted() };
                }
            }
        }
        0
    }

    fn least(&self) -> f32 {
        let usual = median(self.sizes.iter().copied()).filter(|_| self.sizes.len() > 1);
        usual.map_or(LEAST, |usual| LEAST.max(SHARE * usual as f32))
    }

    fn interrupted(&mut self) -> u32 {
        self.row = None;
        0
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
