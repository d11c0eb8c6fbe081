//! How many frames several threads take together, against one alone.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use anyhow::{Result, anyhow};
use serde::{Deserialize, Serialize};

use super::{
    document::{milliseconds, rounded},
    picture::{Darkroom, Picture},
    stopwatch::Stopwatch,
};
use crate::{estimator::Network, pipeline::OnePass, rules::Rules};

/// One and several threads take turns, so often each, so that what else the machine does falls on both, …
const TURNS: u32 = 3;

/// … and each turn lasts this long, or a twentieth of the time that the run may take.
const TURN: Duration = Duration::from_millis(700);

/// Frames of several threads against those of one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Throughput {
    /// How many threads worked side by side.
    pub threads: usize,
    /// All of them together.
    pub frames_per_second: f64,
    /// One thread alone.
    pub alone_frames_per_second: f64,
    /// The first over the second.
    pub speedup: f64,
    /// CPU time for a frame, milliseconds, side by side.
    pub cpu_ms: f64,
    /// CPU time for a frame, milliseconds, alone.
    pub alone_cpu_ms: f64,
}

/// Frames, and the time they took.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    frames: u64,
    wall: Duration,
    cpu: Duration,
}

impl Tally {
    fn and(self, other: Self) -> Self {
        Self { frames: self.frames + other.frames, wall: self.wall + other.wall, cpu: self.cpu + other.cpu }
    }

    fn frames_per_second(self) -> f64 {
        self.frames as f64 / self.wall.as_secs_f64().max(1e-9)
    }

    fn cpu_ms(self) -> f64 {
        milliseconds(self.cpu.div_f64(self.frames.max(1) as f64))
    }
}

impl Throughput {
    /// Times `threads` threads against one, each with `network` on `pictures`, in a run that may take `time`.
    pub fn measure(network: &Network, pictures: &[Picture], threads: usize, time: Duration) -> Result<Self> {
        let turn = TURN.min(time / 20);
        let (mut alone, mut together) = (Tally::default(), Tally::default());
        for _ in 0..TURNS {
            alone = alone.and(work(network, pictures, 1, turn)?);
            together = together.and(work(network, pictures, threads, turn)?);
        }
        Ok(Self {
            threads,
            frames_per_second: rounded(together.frames_per_second(), 1),
            alone_frames_per_second: rounded(alone.frames_per_second(), 1),
            speedup: rounded(together.frames_per_second() / alone.frames_per_second().max(1e-9), 3),
            cpu_ms: together.cpu_ms(),
            alone_cpu_ms: alone.cpu_ms(),
        })
    }
}

/// What `threads` threads do in `turn`, after one frame each to warm up.
fn work(network: &Network, pictures: &[Picture], threads: usize, turn: Duration) -> Result<Tally> {
    let (frames, ready) = (AtomicU64::new(0), Barrier::new(threads + 1));
    let one = || -> Result<()> {
        let mut pass = OnePass::new(network.clone(), Rules::embedded());
        let mut darkroom = Darkroom::default();
        let mut turns = pictures.iter().cycle();
        let mut next = || -> Result<()> {
            let Some(picture) = turns.next() else { return Ok(()) };
            let frame = darkroom.develop(picture)?;
            pass.run(&frame, &mut |_| {})?;
            darkroom.take_back(frame);
            Ok(())
        };
        let warm: Result<()> = next();
        ready.wait();
        warm?;
        let watch = Stopwatch::start();
        while watch.stop().wall < turn {
            next()?;
            frames.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        ready.wait();
        let watch = Stopwatch::start();
        for worker in workers {
            worker.join().map_err(|_| anyhow!("a thread broke down; please report this"))??;
        }
        let span = watch.stop();
        Ok(Tally { frames: frames.load(Ordering::Relaxed), wall: span.wall, cpu: span.cpu })
    })
}
