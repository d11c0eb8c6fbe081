//! What was read in the last while.

use std::{collections::VecDeque, time::Duration};

use crate::geometry::median;

/// So many are kept at least, however long ago they were read: fewer have no middle to speak of.
const LEAST: usize = 3;

/// What was read in the last while, and when.
#[derive(Debug, Clone)]
pub(super) struct Recent<T> {
    length: Duration,
    /// Oldest first.
    read: VecDeque<(Duration, T)>,
}

impl<T: Copy> Recent<T> {
    /// Nothing yet, of a while of `length`.
    pub const fn new(length: Duration) -> Self {
        Self { length, read: VecDeque::new() }
    }

    /// Takes in what is read at `at`.
    pub fn push(&mut self, at: Duration, value: T) {
        self.read.push_back((at, value));
        while self.read.len() > LEAST
            && self.read.front().is_some_and(|(then, _)| at.saturating_sub(*then) > self.length)
        {
            self.read.pop_front();
        }
    }

    /// When something was last read.
    pub fn last(&self) -> Option<Duration> {
        self.read.back().map(|(at, _)| *at)
    }

    /// What was read, oldest first.
    pub fn values(&self) -> impl Iterator<Item = T> {
        self.read.iter().map(|(_, value)| *value)
    }

    /// The median of a number in it; 0 of nothing.
    pub fn median(&self, of: impl Fn(T) -> f32) -> f32 {
        median(self.values().map(of)).unwrap_or_default() as f32
    }

    /// How far a number in it goes, from its lowest tenth to its highest; 0 of nothing.
    pub fn spread(&self, of: impl Fn(T) -> f32) -> f32 {
        let values = self.sorted(of);
        let (low, high) = (values.get(values.len() / 10), values.get(values.len() * 9 / 10));
        low.zip(high).map_or(0.0, |(low, high)| high - low)
    }

    fn sorted(&self, of: impl Fn(T) -> f32) -> Vec<f32> {
        let mut values: Vec<f32> = self.values().map(of).collect();
        values.sort_by(f32::total_cmp);
        values
    }

    /// Forgets all of it.
    pub fn clear(&mut self) {
        self.read.clear();
    }
}

impl Recent<f32> {
    /// The lowest tenth; 0 of nothing.
    pub fn low(&self) -> f32 {
        let values = self.sorted(|value| value);
        values.get(values.len() / 10).copied().unwrap_or_default()
    }

    /// The mean; 0 of nothing.
    pub fn mean(&self) -> f32 {
        let (sum, count) = self.values().fold((0.0, 0.0_f32), |(sum, count), value| (sum + value, count + 1.0));
        sum / count.max(1.0)
    }
}
