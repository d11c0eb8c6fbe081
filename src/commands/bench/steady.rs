//! When enough frames were timed.

use std::{collections::VecDeque, time::Duration};

use serde::{Deserialize, Serialize};

/// Fewest frames that say anything about a 95th percentile.
const FEWEST: u64 = 50;

/// The median is looked at every so many frames, …
const EVERY: u64 = 10;

/// … and has to keep still over so many looks.
const LOOKS: usize = 10;

/// Why the timing stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stopped {
    /// The frames asked for were timed.
    Frames,
    /// The time was up.
    Seconds,
    /// The median stood still.
    Stable,
    /// The source came to its end.
    Ended,
}

/// What is enough: whichever comes first.
#[derive(Debug, Clone, Copy)]
pub struct Enough {
    /// Frames.
    pub frames: u64,
    /// Time since the first one.
    pub time: Duration,
    /// The share of itself within which the median stands still.
    pub stable: Option<f64>,
}

/// The medians of the last looks.
#[derive(Debug, Default)]
pub struct Medians(VecDeque<Duration>);

impl Medians {
    /// Notes the median after `frames` frames; most frames are passed over.
    pub fn note(&mut self, frames: u64, median: impl FnOnce() -> Duration) {
        if frames.is_multiple_of(EVERY) {
            self.0.truncate(LOOKS - 1);
            self.0.push_front(median());
        }
    }

    /// Whether they keep within the share `stable` of the last one.
    fn keep_within(&self, stable: f64) -> bool {
        let (Some(low), Some(high), Some(last)) = (self.0.iter().min(), self.0.iter().max(), self.0.front()) else {
            return false;
        };
        self.0.len() == LOOKS && (*high - *low).as_secs_f64() <= stable * last.as_secs_f64()
    }
}

impl Enough {
    /// Why to stop after `frames` frames of every kind in turn and `elapsed`, if there is a reason.
    pub fn reached(&self, frames: u64, elapsed: Duration, medians: &[&Medians]) -> Option<Stopped> {
        if frames >= self.frames {
            return Some(Stopped::Frames);
        }
        if frames < FEWEST {
            return None;
        }
        if elapsed >= self.time {
            return Some(Stopped::Seconds);
        }
        let stable = self.stable?;
        medians.iter().all(|medians| medians.keep_within(stable)).then_some(Stopped::Stable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENOUGH: Enough = Enough { frames: 1000, time: Duration::from_secs(10), stable: Some(0.01) };

    /// Medians noted over `frames` frames.
    fn medians(frames: u64, median: impl Fn(u64) -> u64) -> Medians {
        let mut medians = Medians::default();
        (1..=frames).for_each(|frame| medians.note(frame, || Duration::from_micros(median(frame))));
        medians
    }

    /// Why to stop after `frames` frames and a second.
    fn reached(frames: u64, medians: &[&Medians]) -> Option<Stopped> {
        ENOUGH.reached(frames, Duration::from_secs(1), medians)
    }

    #[test]
    fn the_first_reason_ends_it() {
        let moving = medians(300, |frame| 4000 + frame);
        let late = |frames| ENOUGH.reached(frames, Duration::from_secs(11), &[&moving]);
        assert_eq!(reached(1000, &[&moving]), Some(Stopped::Frames));
        assert_eq!(late(60), Some(Stopped::Seconds));
        assert_eq!(late(49), None, "too few to tell anything");
        assert_eq!(reached(300, &[&moving]), None, "90 in 4000 is more than a percent");
        let still = medians(200, |_| 4000);
        assert_eq!(reached(200, &[&still]), Some(Stopped::Stable));
        let endless = Enough { stable: None, ..ENOUGH };
        assert_eq!(endless.reached(200, Duration::from_secs(1), &[&still]), None);
    }

    #[test]
    fn a_median_stands_still_only_over_a_hundred_frames_and_all_of_them_must() {
        assert_eq!(reached(99, &[&medians(99, |_| 4000)]), None);
        let step = |frame| if frame < 150 { 4000 } else { 4100 };
        assert_eq!(reached(200, &[&medians(200, step)]), None);
        assert_eq!(reached(250, &[&medians(250, step)]), Some(Stopped::Stable));
        assert_eq!(reached(200, &[&medians(200, |_| 4000), &medians(200, step)]), None);
    }
}
