//! How far the photos are, for people who wait.

use indicatif::{ProgressBar, ProgressStyle};

/// With fewer photos than this there is nothing to wait for.
const MANY: usize = 20;

/// A progress bar on standard error, if that is a terminal and there are many photos.
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar for `photos` photos.
    pub fn new(photos: usize) -> Self {
        if photos < MANY {
            return Self(ProgressBar::hidden());
        }
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} photos, {eta} left")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        Self(ProgressBar::new(photos as u64).with_style(style))
    }

    /// Runs `write` with the bar out of its way.
    pub fn above<T>(&self, write: impl FnOnce() -> T) -> T {
        self.0.suspend(write)
    }

    /// One photo more is done.
    pub fn step(&self) {
        self.0.inc(1);
    }

    /// Takes the bar away.
    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}
