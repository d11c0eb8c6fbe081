//! Counting shoulder rolls: the shoulders rise to the ears and sink again, and the head stays where it is.
//!
//! Seen against the shoulders, ears that sink look as shoulders do that rise: whoever looks down at a keyboard again and again
//! would be taken for somebody who rolls. So it has to be the shoulders that move in the picture.

use std::time::Duration;

use super::{recent::Recent, repetition::Counter, signal::Heights};

/// The least that shoulders rise in a roll, shoulder widths. 0.035 to 0.05 count the same on the rendered sequences.
const LEAST: f32 = 0.045;
/// How much further than the ears the shoulders move. In the rendered rolls 2.8 times at least, at a desk seldom once.
const FURTHER: f32 = 1.7;
/// For how long it is looked at who moves.
const WHILE: Duration = Duration::from_secs(3);

/// Counts rolls.
#[derive(Debug, Clone)]
pub(super) struct Rolls {
    counter: Counter,
    recent: Recent<Heights>,
}

impl Rolls {
    /// A counter that has seen nothing yet.
    pub fn new() -> Self {
        Self { counter: Counter::new(LEAST), recent: Recent::new(WHILE) }
    }

    /// Takes in the heights at `at`; returns how many rolls count with them, as [`Counter::step`] does.
    pub fn step(&mut self, at: Duration, heights: Heights) -> u32 {
        self.recent.push(at, heights);
        let moved = |of: fn(Heights) -> f32| self.recent.spread(of);
        let genuine = moved(|heights| heights.shoulders) >= FURTHER * moved(|heights| heights.ears);
        self.counter.step(at, (heights.ears - heights.shoulders) / heights.width, genuine)
    }
}
