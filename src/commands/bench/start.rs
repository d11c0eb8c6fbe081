//! What a start costs: from the moment the process is asked for to its first pose.
//!
//! The program starts itself anew, several times, and each of these processes loads the network, looks at one photo as
//! `posture check` does, and says so. Their files are in the system's cache by then: a first start after the machine's own
//! takes longer by what the disk takes.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use super::{
    document::milliseconds,
    machine,
    picture::Picture,
    stopwatch::{Span, Stopwatch, cpu_of_process},
};
use crate::{
    config::{Bench, ExitStatus},
    estimator::{Estimator, Loading, Network, PoseEstimator},
    geometry::median,
};

/// How many processes are started.
const RUNS: u32 = 7;

/// What a start costs, milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// From the start of the process to its first pose, median.
    pub cold_ms: f64,
    /// The shortest.
    pub cold_min_ms: f64,
    /// The CPU time of that, median.
    pub cold_cpu_ms: f64,
    /// Of it, from nothing to a network that can run, median.
    pub load_ms: f64,
    /// The steps of that and what they took, medians.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub load_steps: Vec<Step>,
    /// How many processes were started.
    pub runs: u32,
    /// The most memory that one of them ever held: that of `posture check` on one photo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_memory_bytes: Option<u64>,
}

/// A step from a file to a network that can run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its name.
    pub step: String,
    /// What it took.
    pub wall_ms: f64,
    /// The CPU time of that.
    pub cpu_ms: f64,
}

/// What a process says after its first pose.
#[derive(Debug, Serialize, Deserialize)]
struct FirstPose {
    load_ms: f64,
    load_steps: Vec<Step>,
    cpu_ms: f64,
    peak_memory_bytes: Option<u64>,
}

/// Looks at one photo and says when: what the started processes do.
pub fn first_pose(config: &Bench, out: &mut dyn Write) -> Result<ExitStatus> {
    let watch = Stopwatch::start();
    let (mut load_steps, mut lap) = (Vec::new(), watch);
    let network = Network::load(config.models.first().and_then(Option::as_deref), &mut |step: Loading| {
        let Span { wall, cpu } = lap.stop();
        let (wall_ms, cpu_ms) = (milliseconds(wall), milliseconds(cpu));
        load_steps.push(Step { step: step.name().to_owned(), wall_ms, cpu_ms });
        lap = Stopwatch::start();
    })?;
    let load = watch.stop().wall;
    let picture = Picture::first(&config.photos)?;
    Estimator::for_photos(network).estimate(&picture.decode()?)?;
    let said = FirstPose {
        load_ms: milliseconds(load),
        load_steps,
        cpu_ms: milliseconds(cpu_of_process()),
        peak_memory_bytes: machine::peak_memory(),
    };
    serde_json::to_writer(&mut *out, &said)?;
    writeln!(out)?;
    Ok(ExitStatus::Fine)
}

/// Starts this program several times with the first of the networks on the first of the photos; `None` where the process
/// that runs is another program that uses this one as a library.
pub fn measure(config: &Bench) -> Result<Option<Start>> {
    let Some(program) = this_program() else { return Ok(None) };
    let (mut walls, mut said, mut peak) = (Vec::new(), Vec::new(), None);
    for _ in 0..RUNS {
        let (wall, first) = once(&program, config)?;
        walls.push(milliseconds(wall));
        peak = peak.max(first.peak_memory_bytes);
        said.push(first);
    }
    let middle = |of: fn(&FirstPose) -> f64| median(said.iter().map(of)).unwrap_or_default();
    Ok(Some(Start {
        cold_ms: median(walls.iter().copied()).unwrap_or_default(),
        cold_min_ms: walls.iter().copied().fold(f64::INFINITY, f64::min),
        cold_cpu_ms: middle(|first| first.cpu_ms),
        load_ms: middle(|first| first.load_ms),
        load_steps: Loading::ALL.into_iter().map(|step| typical(&said, step.name())).collect(),
        runs: RUNS,
        peak_memory_bytes: peak,
    }))
}

/// The file of this program, if this process runs it: under its own name.
fn this_program() -> Option<PathBuf> {
    env::current_exe().ok().filter(|program| program.file_stem().is_some_and(|name| name == env!("CARGO_PKG_NAME")))
}

/// One start: how long until the first pose, and what the process said.
fn once(program: &Path, config: &Bench) -> Result<(Duration, FirstPose)> {
    let mut command = Command::new(program);
    command.args(["bench", "--first-pose"]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    if let Some(Some(model)) = config.models.first() {
        command.arg("--model").arg(model);
    }
    command.arg("--").args(config.photos.first());
    let failed = || format!("{}: cannot be started to time that", program.display());
    let watch = Stopwatch::start();
    let mut child = command.spawn().with_context(failed)?;
    let mut line = String::new();
    if let Some(stdout) = child.stdout.take() {
        BufReader::new(stdout).read_line(&mut line).with_context(failed)?;
    }
    let wall = watch.stop().wall;
    let status = child.wait().with_context(failed)?;
    ensure!(status.success(), "{}: ended with {status} when started to time that", program.display());
    Ok((wall, serde_json::from_str(&line).with_context(failed)?))
}

/// What `step` took the processes, medians.
fn typical(said: &[FirstPose], step: &str) -> Step {
    let of = |time: fn(&Step) -> f64| {
        let steps = said.iter().flat_map(|first| &first.load_steps).filter(|taken| taken.step == step);
        median(steps.map(time)).unwrap_or_default()
    };
    Step { step: step.to_owned(), wall_ms: of(|step| step.wall_ms), cpu_ms: of(|step| step.cpu_ms) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_program_itself_is_started_again() {
        assert_eq!(this_program(), None, "this is a test: it would start the tests again");
    }
}
