//! The arguments of `posture bench`.

use std::{num::NonZeroUsize, path::PathBuf};

use clap::{ArgGroup, Args};

/// Arguments of `posture bench`.
#[derive(Debug, Clone, Args)]
#[command(
    group = ArgGroup::new("form"),
    after_help = "\
Examples:
  posture bench                                 on the built-in picture
  posture bench --seconds 30 photos/*.jpg       on your own
  posture bench --source 0                      with your camera
  posture bench --size 640x480,1280x720         the same picture at several sizes
  posture bench --model built-in --model x.onnx two networks, in turns
  posture bench --json > old.json               to compare with later:
  posture bench --compare old.json --fail-if 'total.ratio>1.2' --fail-if 'total.p95>8ms'

Pictures are decoded as a webcam's frames are: JPEGs are first walked to their end, to find broken ones out. Turning
brightness and colour into RGB happens within the decoder and is part of `decode`.

Conditions of --fail-if: NAME<LIMIT or NAME>LIMIT, also <= and >=, where NAME is
  STAGE.FIGURE    of capture, decode, letterbox, infer, keypoints, measure, rules, total;
                  median, mean, deviation, min, p95, p99, max or cpu with a time (8ms, 500us),
                  ratio to --compare (by the median) or share of the CPU time with a number
  start.cold, start.load   from process to first pose, and loading the network: a time
  memory.peak     of one photo where it was measured, else of bench itself: kB, MB or GB
  threads.speedup of --threads against one thread: a number

Exit status: 0 done, no condition met · 1 a condition of --fail-if is met · 2 bad input · 4 camera unavailable."
)]
pub struct BenchArgs {
    /// Photos to run on [default: the built-in sample]
    #[arg(value_name = "PHOTO")]
    pub photos: Vec<PathBuf>,
    /// Take frames from a camera or a video instead; the stage `capture` is then
    /// all until there are pixels, and no part of the total
    #[arg(long, value_name = "SOURCE", conflicts_with_all = ["photos", "size"])]
    pub source: Option<String>,
    /// Time the pictures at these sizes, recoded as JPEG; they are cut where the proportions differ
    #[arg(long, value_name = "WxH", value_delimiter = ',')]
    pub size: Vec<String>,
    /// Stop after this many frames
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(50..))]
    pub frames: u32,
    /// Stop after this many seconds, though not before 50 frames
    #[arg(long, value_name = "S", default_value_t = 20.0)]
    pub seconds: f64,
    /// Stop once the median has kept within this many percent over 100 frames; 0 to go on
    #[arg(long, value_name = "PERCENT", default_value_t = 0.5)]
    pub stable: f64,
    /// Frames to run first without timing them
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub warm_up: u32,
    /// Also time this many threads side by side, against one alone
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// Frames per second for which the CPU time of an hour is worked out
    #[arg(long, value_name = "N", default_value_t = 2.0)]
    pub fps: f64,
    /// Print one JSON object (schema posture-bench/2) instead of a table
    #[arg(long, group = "form")]
    pub json: bool,
    /// Print comma-separated values, a line for each stage
    #[arg(long, group = "form")]
    pub csv: bool,
    /// Print tables in Markdown
    #[arg(long, group = "form")]
    pub markdown: bool,
    /// Draw how the times of whole frames are spread
    #[arg(long, value_name = "FILE.svg")]
    pub plot: Option<PathBuf>,
    /// Set the figures beside those of an earlier --json
    #[arg(long, value_name = "OLD.json")]
    pub compare: Option<PathBuf>,
    /// End with status 1 if this holds, such as `total.p95>8ms`; may be given several times
    #[arg(long, value_name = "CONDITION")]
    pub fail_if: Vec<String>,
    /// Use this ONNX network in place of the built-in one; given several times, they take turns
    ///
    /// `built-in` stands for the one in this program. All are held against the first.
    #[arg(long, value_name = "FILE", help_heading = "Model and rules")]
    pub model: Vec<PathBuf>,
    /// Load, look at one picture, say when: what `posture bench` runs to time a start
    #[arg(long, hide = true)]
    pub first_pose: bool,
}
