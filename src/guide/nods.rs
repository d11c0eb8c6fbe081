//! Counting half circles of the head from the side, where each is a nod between two leans.
//!
//! From there the lean itself is read with an error that differs from person to person by more than the lean (its middle lay at
//! -10 to 14 degrees in the rendered sequences), but how far it swings is not. Nods without a swing are what people do who
//! look at their keyboard.

use std::time::Duration;

use super::{recent::Recent, repetition::Counter, signal::Nod};

/// The least that the head nods on its way, degrees; 8 to 12 count the same on the rendered sequences.
const LEAST: f32 = 10.0;
/// The least that its lean swings from side to side meanwhile, degrees; 10 to 14 count the same on the rendered sequences. Seen
/// without the network of the arms, 12 and less also count somebody who sits.
const SWING: f32 = 14.0;
/// For how long the swing is looked at; 4 to 8 s count the same.
const WHILE: Duration = Duration::from_secs(4);

/// Counts half circles.
#[derive(Debug, Clone)]
pub(super) struct Nods {
    counter: Counter,
    recent: Recent<Nod>,
}

impl Nods {
    /// A counter that has seen nothing yet.
    pub fn new() -> Self {
        Self { counter: Counter::new(LEAST), recent: Recent::new(WHILE) }
    }

    /// Takes in the head at `at`; returns how many half circles count with it, as [`Counter::step`] does.
    pub fn step(&mut self, at: Duration, head: Nod) -> u32 {
        self.recent.push(at, head);
        let swings = self.recent.spread(|head| head.lean) >= SWING;
        self.counter.step(at, head.down, swings)
    }
}
