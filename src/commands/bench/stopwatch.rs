//! Wall and CPU time, and what many frames took.
//!
//! Quantiles come from a histogram with three significant digits. CPU time is that of the whole process, averaged over the
//! frames: some systems count it in steps of 16 ms, too coarse for a single stage of a single frame.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use cpu_time::ProcessTime;
use hdrhistogram::Histogram;

use crate::pipeline::Stage;

/// A stretch of time.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Span {
    /// By the clock.
    pub wall: Duration,
    /// That the processor worked for this process.
    pub cpu: Duration,
}

/// A watch that was started.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch {
    wall: Instant,
    cpu: ProcessTime,
}

impl Stopwatch {
    /// Starts now.
    #[expect(clippy::disallowed_methods, reason = "telling the time is what this command is for")]
    pub fn start() -> Self {
        Self { cpu: ProcessTime::now(), wall: Instant::now() }
    }

    /// The time since the start.
    pub fn stop(&self) -> Span {
        Span { wall: self.wall.elapsed(), cpu: self.cpu.elapsed() }
    }
}

/// The CPU time of this process since its start.
pub fn cpu_of_process() -> Duration {
    ProcessTime::now().as_duration()
}

/// How long one stage, or a whole frame, took over many frames.
#[derive(Debug, Clone)]
pub struct Timing {
    nanoseconds: Histogram<u64>,
    cpu: Duration,
}

/// A longer stage counts as this long.
const LONGEST: Duration = Duration::from_secs(600);

impl Timing {
    /// No frames yet.
    pub fn new() -> Self {
        let nanoseconds = Histogram::new_with_bounds(1, LONGEST.as_nanos() as u64, 3)
            .expect("bounds and digits that the histogram allows");
        Self { nanoseconds, cpu: Duration::ZERO }
    }

    /// Adds one frame.
    pub fn add(&mut self, span: Span) {
        self.nanoseconds.saturating_record(span.wall.as_nanos().try_into().unwrap_or(u64::MAX));
        self.cpu += span.cpu;
    }

    /// How many frames passed this stage.
    pub fn frames(&self) -> u64 {
        self.nanoseconds.len()
    }

    /// The time below which the share `quantile` (0..1) of the frames stayed.
    pub fn quantile(&self, quantile: f64) -> Duration {
        Duration::from_nanos(self.nanoseconds.value_at_quantile(quantile))
    }

    /// The shortest time.
    pub fn min(&self) -> Duration {
        Duration::from_nanos(self.nanoseconds.min())
    }

    /// The longest time.
    pub fn max(&self) -> Duration {
        Duration::from_nanos(self.nanoseconds.max())
    }

    /// The standard deviation of the time.
    pub fn deviation(&self) -> Duration {
        Duration::from_nanos(self.nanoseconds.stdev().round() as u64)
    }

    /// How many frames took longer than `time`.
    pub fn longer_than(&self, time: Duration) -> u64 {
        let limit = time.as_nanos().try_into().unwrap_or(u64::MAX);
        self.frames() - self.nanoseconds.count_between(0, limit)
    }

    /// How the times are spread: the middle of each of `slots` equal slots from `low` to `high`, with the share of the frames
    /// in it.
    pub fn spread(&self, low: Duration, high: Duration, slots: u32) -> Vec<(Duration, f64)> {
        let step = (high.saturating_sub(low) / slots.max(1)).max(Duration::from_nanos(1));
        let frames = self.frames().max(1) as f64;
        let up_to = |slot: u32| (low + step * slot).as_nanos().try_into().unwrap_or(u64::MAX);
        let share = |slot: u32| {
            let [from, to] = [up_to(slot), up_to(slot + 1)];
            (low + step * slot + step / 2, self.nanoseconds.count_between(from, to - 1) as f64 / frames)
        };
        (0..slots).map(share).collect()
    }

    /// The mean time.
    pub fn mean(&self) -> Duration {
        Duration::from_nanos(self.nanoseconds.mean().round() as u64)
    }

    /// The mean CPU time; zero before the first frame.
    pub fn cpu(&self) -> Duration {
        match u32::try_from(self.frames()) {
            Ok(frames) if frames > 0 => self.cpu / frames,
            _ => Duration::ZERO,
        }
    }
}

/// Timings of every stage and of whole frames.
#[derive(Debug, Clone)]
pub struct Timings {
    stages: BTreeMap<Stage, Timing>,
    total: Timing,
}

impl Timings {
    /// No frames yet.
    pub fn new() -> Self {
        Self { stages: Stage::ALL.map(|stage| (stage, Timing::new())).into(), total: Timing::new() }
    }

    /// Starts the watch for a frame.
    pub fn frame(&mut self) -> FrameWatch<'_> {
        let started = Stopwatch::start();
        FrameWatch { timings: self, started, lap: started }
    }

    /// Books `span` on `stage`.
    pub fn add(&mut self, stage: Stage, span: Span) {
        self.stages.entry(stage).or_insert_with(Timing::new).add(span);
    }

    /// How long `stage` took; `None` when no frame came that far.
    pub fn stage(&self, stage: Stage) -> Option<&Timing> {
        self.stages.get(&stage).filter(|timing| timing.frames() > 0)
    }

    /// How long whole frames took.
    pub fn total(&self) -> &Timing {
        &self.total
    }
}

/// The watch of one frame under way.
#[derive(Debug)]
pub struct FrameWatch<'a> {
    timings: &'a mut Timings,
    started: Stopwatch,
    lap: Stopwatch,
}

impl FrameWatch<'_> {
    /// Books the time since the last stage on `stage`.
    pub fn done(&mut self, stage: Stage) {
        let span = self.lap.stop();
        self.timings.add(stage, span);
        self.lap = Stopwatch::start();
    }

    /// Books the time since the start of the frame on the total, and tells it.
    pub fn end(self) -> Span {
        let span = self.started.stop();
        self.timings.total.add(span);
        span
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_frames() {
        let mut timing = Timing::new();
        for milliseconds in 1..=100 {
            let wall = Duration::from_millis(milliseconds);
            timing.add(Span { wall, cpu: wall / 2 });
        }
        let close = |found: Duration, milliseconds: f64| {
            assert!((found.as_secs_f64() * 1000.0 / milliseconds - 1.0).abs() < 0.002, "{found:?} {milliseconds}");
        };
        assert_eq!(timing.frames(), 100);
        close(timing.quantile(0.5), 50.0);
        close(timing.quantile(0.95), 95.0);
        close(timing.quantile(0.99), 99.0);
        close(timing.min(), 1.0);
        close(timing.mean(), 50.5);
        close(timing.cpu(), 25.25);
        close(timing.max(), 100.0);
        close(timing.deviation(), 28.866);
        assert_eq!(timing.longer_than(Duration::from_millis(90)), 10);
        let quarters = timing.spread(Duration::ZERO, Duration::from_millis(100), 4);
        assert_eq!(quarters[1].0, Duration::from_micros(37_500));
        assert!(quarters.iter().all(|(_, share)| (share - 0.25).abs() < 0.02), "{quarters:?}");
    }

    #[test]
    fn stages_that_no_frame_reached_have_no_timing() {
        let mut timings = Timings::new();
        let mut frame = timings.frame();
        frame.done(Stage::Decode);
        frame.end();
        assert_eq!(timings.stage(Stage::Decode).map(Timing::frames), Some(1));
        assert!(timings.stage(Stage::Rules).is_none());
        assert_eq!(timings.total().frames(), 1);
        assert_eq!(Timing::new().cpu(), Duration::ZERO);
    }
}
