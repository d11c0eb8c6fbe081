//! From the arguments as typed to a configuration that holds together, checked once; and how the process ends.

use std::{num::NonZeroUsize, path::PathBuf, process::ExitCode, thread};

use anyhow::{Context, Result, bail};

use crate::{
    cli::{BenchArgs, CheckArgs, EvalArgs, WatchArgs},
    pace::Share,
};

/// How the process ends. The numbers are part of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitStatus {
    /// Everything was read and nothing was found, or a command without a verdict did its work.
    Fine = 0,
    /// There is a finding.
    Finding = 1,
    /// Wrong usage, or input that cannot be read.
    BadInput = 2,
    /// No reading: nobody there, or nothing measurable.
    NoReading = 3,
    /// The camera is not there, is busy, or may not be used.
    CameraUnavailable = 4,
}

impl ExitStatus {
    /// The status of two inputs together: bad input before a finding, before no reading, before fine.
    pub fn and(self, other: Self) -> Self {
        let weight = |status| match status {
            Self::Fine => 0,
            Self::NoReading => 1,
            Self::Finding => 2,
            Self::BadInput => 3,
            Self::CameraUnavailable => 4,
        };
        if weight(self) >= weight(other) { self } else { other }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
    }
}

/// What `posture check` is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Photos, folders, or `-`.
    pub paths: Vec<PathBuf>,
    /// JSON lines in place of text.
    pub json: bool,
    /// Where annotated copies go.
    pub annotate: Option<PathBuf>,
    /// How many photos are analysed side by side.
    pub threads: NonZeroUsize,
    /// The network's file; `None` for the built-in one.
    pub model: Option<PathBuf>,
    /// The file of the table of rules; `None` for the built-in one.
    pub rules: Option<PathBuf>,
}

impl TryFrom<CheckArgs> for Check {
    type Error = anyhow::Error;

    fn try_from(args: CheckArgs) -> Result<Self> {
        if cfg!(not(feature = "annotate")) && args.annotate.is_some() {
            bail!("--annotate is not part of this build; build with the feature `annotate`");
        }
        let threads = args.threads.unwrap_or_else(cores);
        Ok(Self {
            paths: args.paths,
            json: args.json,
            annotate: args.annotate,
            threads,
            model: args.model.model,
            rules: args.rules.rules,
        })
    }
}

/// What `posture eval` is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Eval {
    /// Where the labels and the pictures are.
    pub folder: PathBuf,
    /// The file of the labels; `None`: those in the folder.
    pub labels: Option<PathBuf>,
    /// The file of the predictions; `None`: the network makes them.
    pub predictions: Option<PathBuf>,
    /// One JSON object in place of tables.
    pub json: bool,
    /// How many pictures are analysed side by side.
    pub threads: NonZeroUsize,
    /// The network's file; `None` for the built-in one.
    pub model: Option<PathBuf>,
}

impl From<EvalArgs> for Eval {
    fn from(args: EvalArgs) -> Self {
        let EvalArgs { folder, labels, predictions, json, threads, model } = args;
        Self { folder, labels, predictions, json, threads: threads.unwrap_or_else(cores), model: model.model }
    }
}

/// As many threads as this machine runs at once.
fn cores() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// What `posture watch` is to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Watch {
    /// A camera's number or name, a folder, a file, or `-`.
    pub source: String,
    /// Frames per second to analyse, above 0; `None` for as many as are worth it.
    pub fps: Option<f64>,
    /// The share of the time that the camera may be on.
    pub camera_budget: Share,
    /// JSON lines in place of text.
    pub json: bool,
    /// The network's file; `None` for the built-in one.
    pub model: Option<PathBuf>,
    /// The file of the table of rules; `None` for the built-in one.
    pub rules: Option<PathBuf>,
}

/// The most frames per second that `--fps` takes: posture takes seconds to change.
const MOST_FPS: f64 = 60.0;

impl TryFrom<WatchArgs> for Watch {
    type Error = anyhow::Error;

    fn try_from(args: WatchArgs) -> Result<Self> {
        if let Some(fps) = args.fps.filter(|fps| !(*fps > 0.0 && *fps <= MOST_FPS)) {
            bail!("--fps {fps}: give a number of frames per second above 0 and up to {MOST_FPS}");
        }
        let camera_budget = match args.camera_budget {
            None => Share::WHOLE,
            Some(percent) => Share::percent(percent)
                .with_context(|| format!("--camera-budget {percent}: give a percentage from 10 to 100"))?,
        };
        Ok(Self {
            source: args.source,
            fps: args.fps,
            camera_budget,
            json: args.json,
            model: args.model.model,
            rules: args.rules.rules,
        })
    }
}

/// What `posture bench` is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bench {
    /// The photos to run on; none for the embedded sample.
    pub photos: Vec<PathBuf>,
    /// Frames to time.
    pub frames: u32,
    /// Frames to run before that.
    pub warm_up: u32,
    /// One JSON object in place of a table.
    pub json: bool,
    /// The network's file; `None` for the built-in one.
    pub model: Option<PathBuf>,
}

impl From<BenchArgs> for Bench {
    fn from(args: BenchArgs) -> Self {
        Self {
            photos: args.photos,
            frames: args.frames,
            warm_up: args.warm_up,
            json: args.json,
            model: args.model.model,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{ModelArgs, RulesArgs};

    #[test]
    fn bad_input_comes_before_a_finding_before_no_reading() {
        use ExitStatus::{BadInput, Finding, Fine, NoReading};
        for (several, together) in [
            (&[][..], Fine),
            (&[Fine, NoReading], NoReading),
            (&[NoReading, Finding, Fine], Finding),
            (&[Finding, BadInput, NoReading], BadInput),
        ] {
            assert_eq!(several.iter().copied().fold(Fine, ExitStatus::and), together, "{several:?}");
        }
    }

    #[test]
    fn a_rate_must_be_a_number_of_frames() {
        let args = |fps| WatchArgs {
            source: "0".into(),
            fps,
            camera_budget: None,
            json: false,
            model: ModelArgs::default(),
            rules: RulesArgs::default(),
        };
        assert!(Watch::try_from(args(Some(2.0))).is_ok() && Watch::try_from(args(None)).is_ok());
        for fps in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(Watch::try_from(args(Some(fps))).is_err(), "{fps}");
        }
    }
}
