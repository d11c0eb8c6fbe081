//! What `posture bench` is to do.

use std::{num::NonZeroUsize, path::PathBuf, time::Duration};

use anyhow::{Result, bail};

use super::settings::MOST_FPS;
use crate::cli::BenchArgs;

/// What `--model` calls the network inside this program.
const BUILT_IN: &str = "built-in";

/// Longest side of a size that is timed, pixels.
const LONGEST_SIDE: u32 = 8192;

/// Most seconds that a run may take.
const LONGEST: f64 = 86_400.0;

/// What `posture bench` is to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Bench {
    /// The photos to run on; none for the embedded sample.
    pub photos: Vec<PathBuf>,
    /// A camera or video in place of photos.
    pub source: Option<String>,
    /// The sizes to bring the pictures to; none for their own.
    pub sizes: Vec<Size>,
    /// Stop after so many frames, …
    pub frames: u32,
    /// … or so much time, …
    pub time: Duration,
    /// … or once the median keeps within this share of itself.
    pub stable: Option<f64>,
    /// Frames to run before that.
    pub warm_up: u32,
    /// How many threads to set against one.
    pub threads: Option<NonZeroUsize>,
    /// Frames per second of which an hour's cost is worked out, above 0.
    pub fps: f64,
    /// How the figures are written.
    pub form: Form,
    /// Where the plot goes.
    pub plot: Option<PathBuf>,
    /// Earlier figures to set beside the new ones.
    pub compare: Option<PathBuf>,
    /// The conditions under which the run counts as failed, as typed.
    pub fail_if: Vec<String>,
    /// The networks' files; `None` for the built-in one. At least one.
    pub models: Vec<Option<PathBuf>>,
    /// Whether to look at one picture only, as a process that another one times.
    pub first_pose: bool,
}

/// How figures are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For people, as wide as their terminal.
    Table,
    /// One JSON object.
    Json,
    /// Comma-separated values.
    Csv,
    /// Tables in Markdown.
    Markdown,
}

/// Size of a picture, pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Size {
    /// Reads `640x480`.
    fn parse(text: &str) -> Result<Self> {
        let side = |side: &str| side.trim().parse().ok().filter(|side| (16..=LONGEST_SIDE).contains(side));
        let size = text.split_once(['x', 'X', '×']).and_then(|(width, height)| Some((side(width)?, side(height)?)));
        let Some((width, height)) = size else {
            bail!("--size {text}: give width and height in pixels, from 16 to {LONGEST_SIDE}, as in 640x480");
        };
        Ok(Self { width, height })
    }
}

impl TryFrom<BenchArgs> for Bench {
    type Error = anyhow::Error;

    fn try_from(args: BenchArgs) -> Result<Self> {
        if !(args.seconds > 0.0 && args.seconds <= LONGEST) {
            bail!("--seconds {}: give a number of seconds above 0 and up to {LONGEST}", args.seconds);
        }
        if !(0.0..=100.0).contains(&args.stable) {
            bail!("--stable {}: give a number of percent from 0 (go on) to 100", args.stable);
        }
        if !(args.fps > 0.0 && args.fps <= MOST_FPS) {
            bail!("--fps {}: give a number of frames per second above 0 and up to {}", args.fps, MOST_FPS);
        }
        let file = |path: PathBuf| (path.as_os_str() != BUILT_IN).then_some(path);
        let models: Vec<_> = args.model.into_iter().map(file).collect();
        let form = match (args.json, args.csv, args.markdown) {
            (true, ..) => Form::Json,
            (_, true, _) => Form::Csv,
            (.., true) => Form::Markdown,
            _ => Form::Table,
        };
        Ok(Self {
            photos: args.photos,
            source: args.source,
            sizes: args.size.iter().map(|size| Size::parse(size)).collect::<Result<_>>()?,
            frames: args.frames,
            time: Duration::from_secs_f64(args.seconds),
            stable: (args.stable > 0.0).then_some(args.stable / 100.0),
            warm_up: args.warm_up,
            threads: args.threads,
            fps: args.fps,
            form,
            plot: args.plot,
            compare: args.compare,
            fail_if: args.fail_if,
            models: if models.is_empty() { vec![None] } else { models },
            first_pose: args.first_pose,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command, Parser as _};

    fn resolved(args: &[&str]) -> Result<Bench> {
        let cli = Cli::try_parse_from([&["posture", "bench"], args].concat())?;
        let Command::Bench(args) = cli.command else { bail!("another verb") };
        args.try_into()
    }

    #[test]
    fn what_is_typed_becomes_what_is_meant() {
        let plain = resolved(&[]).expect("all have defaults");
        assert_eq!((plain.models, plain.form, plain.stable), (vec![None], Form::Table, Some(0.005)));
        let given = resolved(&["--model", "built-in", "--model", "x.onnx", "--size", "640x480,1280X720", "--csv"]);
        let given = given.expect("fits together");
        assert_eq!(given.models, [None, Some(PathBuf::from("x.onnx"))]);
        assert_eq!(given.sizes, [Size { width: 640, height: 480 }, Size { width: 1280, height: 720 }]);
        assert_eq!((given.form, resolved(&["--stable", "0"]).expect("never").stable), (Form::Csv, None));
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_the_argument_named() {
        for args in [
            ["--size", "640"],
            ["--size", "640x0"],
            ["--size", "9000x10"],
            ["--seconds", "0"],
            ["--seconds", "NaN"],
            ["--stable", "101"],
            ["--fps", "0"],
        ] {
            let error = resolved(&args).expect_err("refused").to_string();
            assert!(error.starts_with(&args.join(" ")) && error.lines().count() == 1, "{error}");
        }
        assert!(resolved(&["--json", "--csv"]).is_err());
        assert!(resolved(&["--source", "0", "--size", "640x480"]).is_err());
    }
}
