//! The command line as clap sees it, and nothing else: completions and manual pages are made from these types.

mod bench;
mod calibrate;
mod control;
mod groups;
mod replay;
mod stretch;

use std::path::PathBuf;

use clap::{Args, Subcommand};
pub use clap::{CommandFactory, Parser};
use clap_complete::Shell;

pub use self::{
    bench::BenchArgs,
    calibrate::CalibrateArgs,
    control::{
        CamerasArgs, ConfigAction, ConfigArgs, DoctorArgs, LogLevel, PauseArgs, ServiceAction, ServiceArgs, SnoozeArgs,
        StatusArgs,
    },
    replay::{ReplayArgs, RulesAction, RulesVerbArgs},
    stretch::StretchArgs,
};

/// Measures how you sit, through any webcam or on a photo, on this machine alone.
///
/// From the side it measures the craniovertebral angle, with its uncertainty. From the front it measures how far you have
/// moved from your own upright baseline. Where it cannot tell, it says so. No picture is stored or sent anywhere.
///
/// It screens posture; it does not diagnose.
#[derive(Debug, Parser)]
#[command(name = "posture", version, max_term_width = 100, help_template = groups::template(), after_help = "Run `posture help COMMAND` for examples.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Use this configuration in place of your own (`posture config path`)
    #[arg(long = "config", value_name = "FILE", global = true, help_heading = "Configuration")]
    pub config: Option<PathBuf>,
    /// Whether standard output is a terminal that can be drawn on. No argument: `main` finds out.
    #[arg(skip)]
    pub terminal: bool,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Measure posture on photos
    Check(CheckArgs),
    /// Watch how you sit, and recommend a stretch when poor posture persists
    Watch(WatchArgs),
    /// Record how you sit upright and how you slouch, as a profile that `watch` holds you against
    Calibrate(CalibrateArgs),
    /// List stretches, tell about one, and guide through one; the camera counts where it can
    Stretch(StretchArgs),
    /// Time every stage from the encoded picture to the rules
    Bench(BenchArgs),
    /// Say what would have been said over a recorded session
    Replay(ReplayArgs),
    /// Show the rules, or check a table of your own
    Rules(RulesVerbArgs),
    /// Judge the network against labelled pictures
    Eval(EvalArgs),
    /// Say what a running watch does, and how posture stands
    Status(StatusArgs),
    /// Stop measuring for a while; the camera is released
    Pause(PauseArgs),
    /// Go on after a pause or a snooze
    Resume,
    /// Pause, or go on if paused: for a key of your desktop
    Toggle,
    /// Keep recommendations back for a while, and go on measuring
    Snooze(SnoozeArgs),
    /// End a running watch
    Quit,
    /// List the cameras, and say which work
    Cameras(CamerasArgs),
    /// Check everything that watching needs, and say what to do where it is missing
    Doctor(DoctorArgs),
    /// Watch from login on, as a service of your own
    Service(ServiceArgs),
    /// Show, check or edit the configuration
    Config(ConfigArgs),
    /// Print a completion script for your shell
    Completions(CompletionsArgs),
    /// Print the manual page
    #[command(hide = true)]
    Man,
}

/// Which network to use.
#[derive(Debug, Clone, Default, Args)]
pub struct ModelArgs {
    /// Use this ONNX network in place of the built-in one
    ///
    /// Either a network with the outputs that models/README.md describes, or the MoveNet layout (1×1×17×3); MoveNet marks
    /// shoulder joints and has no C7, so there is no craniovertebral angle with it.
    #[arg(long = "model", value_name = "FILE", help_heading = "Model and rules")]
    pub model: Option<PathBuf>,
}

/// Which rules to hold measurements against.
#[derive(Debug, Clone, Default, Args)]
pub struct RulesArgs {
    /// Lay this table over the built-in rules [default: rules.toml in the configuration folder]
    ///
    /// It names only what it changes; `posture rules show` prints the built-in table, `posture rules check` checks yours.
    #[arg(long = "rules", value_name = "FILE", help_heading = "Model and rules")]
    pub rules: Option<PathBuf>,
}

/// Arguments of `posture check`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  posture check side.jpg                     one photo, in words
  posture check --annotate out.png side.jpg  and a copy with the angle drawn in
  posture check --json photos/ > out.jsonl   a folder, one JSON object per line
  find . -name '*.jpg' | posture check -     paths from standard input
  posture check --json --skip-done out.jsonl photos/ >> out.jsonl
                                             the same command again goes on where Ctrl-C ended it
  posture check --tragus 236,191 --c7 330,268 side.jpg
                                             the angle between two points that you placed
  posture check --reference-photo may.jpg june.jpg
                                             what has changed by more than the error since may.jpg

Exit status: 0 measured, no finding · 1 a finding · 2 bad input, or interrupted ·
3 nobody or nothing measurable.")]
pub struct CheckArgs {
    /// Photos or folders (searched through, in order of name); `-` reads one path per line from standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Print one JSON object per photo (schema posture/1) instead of text
    #[arg(long)]
    pub json: bool,
    /// Pass over the photos that have a line in FILE, an earlier output of --json; a FILE that is not there yet names none
    ///
    /// Append to the same FILE, with `>>`: then the same command again goes on where the last one was interrupted. Photos that
    /// could not be read are tried again. The exit status is that of the photos of this run.
    #[arg(long, value_name = "FILE", requires = "json")]
    pub skip_done: Option<PathBuf>,
    /// Write a copy with keypoints and angles drawn in: a file for one photo, a folder for several
    ///
    /// Folders are made as needed and earlier copies replaced; a photo is never overwritten. Copies are JPEG or PNG, by the
    /// ending of OUT or of the photo.
    #[arg(long, value_name = "OUT")]
    pub annotate: Option<PathBuf>,
    /// Place the tragus (the flap in front of the ear canal) by hand: pixels from the left and the top of the photo
    ///
    /// With --c7 this gives the angle that physiotherapists measure on photographs, in place of the network's estimate: the
    /// angle in the picture, for one photo taken square from the side. Any image viewer shows the pixel under the pointer.
    #[arg(long, value_name = "X,Y", value_parser = place, requires = "c7", allow_hyphen_values = true, help_heading = "By hand")]
    pub tragus: Option<[f32; 2]>,
    /// Place C7 (the bump at the base of the neck) by hand
    #[arg(long, value_name = "X,Y", value_parser = place, requires = "tragus", allow_hyphen_values = true, help_heading = "By hand")]
    pub c7: Option<[f32; 2]>,
    /// By how much the true horizontal is tilted in the photo, degrees, clockwise positive
    ///
    /// Read it off something level or plumb in the picture: a door frame that leans to the right by 2° is `--level 2`. It is
    /// taken out of every angle degree for degree, the network's as well; with several photos it holds for all.
    #[arg(long, value_name = "DEG", allow_hyphen_values = true, help_heading = "By hand")]
    pub level: Option<f32>,
    /// Hold each photo against this earlier one of the same person, and say what has changed by more than the error
    ///
    /// A change counts when it is larger than the errors of both photos together and than what photographs can show at all
    /// (5.5° for the craniovertebral angle, 6 % for the height of the ears). Take both from the same side.
    #[arg(long, value_name = "PHOTO", help_heading = "Comparison")]
    pub reference_photo: Option<PathBuf>,
    /// Place the tragus on the reference photo by hand, too
    #[arg(long, value_name = "X,Y", value_parser = place, requires_all = ["reference_c7", "reference_photo", "tragus"], allow_hyphen_values = true, help_heading = "Comparison")]
    pub reference_tragus: Option<[f32; 2]>,
    /// Place C7 on the reference photo by hand, too
    #[arg(long, value_name = "X,Y", value_parser = place, requires_all = ["reference_tragus", "reference_photo", "tragus"], allow_hyphen_values = true, help_heading = "Comparison")]
    pub reference_c7: Option<[f32; 2]>,
    /// By how much the true horizontal is tilted in the reference photo
    #[arg(
        long,
        value_name = "DEG",
        requires = "reference_tragus",
        allow_hyphen_values = true,
        help_heading = "Comparison"
    )]
    pub reference_level: Option<f32>,
    /// Photos analysed side by side [default: one per core]
    #[arg(long, value_name = "N")]
    pub threads: Option<std::num::NonZeroUsize>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub model: ModelArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub rules: RulesArgs,
}

/// A place in a picture, as in `236,191`.
fn place(text: &str) -> Result<[f32; 2], String> {
    let number = |text: &str| text.trim().parse::<f32>().ok().filter(|number| number.is_finite());
    text.split_once(',')
        .and_then(|(x, y)| Some([number(x)?, number(y)?]))
        .ok_or_else(|| "give two numbers of pixels, from the left and from the top, as in 236,191".to_owned())
}

/// Arguments of `posture watch`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  posture watch                              the first camera, until Ctrl-C
  posture watch --source 1                   camera number 1 (/dev/video1 on Linux)
  posture watch --source talk.mp4            a video file (needs ffmpeg on the PATH)
  posture watch --profile office             against the profile that `calibrate` saved under that name
  ffmpeg … -f yuv4mpegpipe - | posture watch --source -

Exit status: 0 ended or interrupted · 2 bad input · 4 camera unavailable.")]
pub struct WatchArgs {
    /// A camera's number or name, a folder of photos, a video file, or `-` for Y4M or MJPEG on standard input
    ///
    /// Otherwise the one in the configuration, or else the first camera that works.
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,
    /// Analyse this many frames per second; photos in a folder count as this many [default: a camera at the pace of what
    /// happens, 1 frame in 2 s to 10 per second; anything else 2 per second]
    #[arg(long, value_name = "N")]
    pub fps: Option<f64>,
    /// Have the camera on for at most this share of the time, 10 to 100 percent: it is closed between short looks
    ///
    /// The time between two looks counts as spent in what the later one shows. Not together with --fps.
    #[arg(long, value_name = "PERCENT", conflicts_with = "fps")]
    pub camera_budget: Option<f64>,
    /// On battery: keep the camera as it is, slow down to short looks (a quarter of the time), or close it until the machine
    /// is plugged in [default: keep]
    ///
    /// While the screen is locked the camera is closed in any case, where the desktop tells (Linux).
    #[arg(long, value_name = "WHAT", value_parser = ["keep", "slow", "close"])]
    pub battery: Option<String>,
    /// Hold me against this profile of `posture calibrate` [default: the newest of this camera, for each view; without one, a
    /// provisional baseline is learned in the first half minute]
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Print JSON lines (schema posture/1) instead of text: every pose and every event
    #[arg(long)]
    pub json: bool,
    /// Add what is seen to FILE, as numbers: keypoints and angles, no picture (`posture replay` reads it)
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// Print a line for each change, also where standard output is a terminal
    #[arg(long, conflicts_with = "json")]
    pub plain: bool,
    /// Show no recommendations on the desktop
    #[arg(long, help_heading = "Notifications")]
    pub no_notify: bool,
    /// Ask the desktop for a sound with each recommendation
    #[arg(long, conflicts_with = "no_notify", help_heading = "Notifications")]
    pub sound: bool,
    /// Run this command for each event, with the event as a line of JSON on its standard input
    ///
    /// It runs in your shell, one event after the other, and is ended after 10 seconds. What it prints is dropped.
    #[arg(long, value_name = "COMMAND", help_heading = "Notifications")]
    pub exec: Option<String>,
    /// How much is written to the log in the state folder while a camera is watched [default: info]
    #[arg(long, value_name = "LEVEL", value_enum)]
    pub log_level: Option<LogLevel>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub model: ModelArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub rules: RulesArgs,
}

/// Arguments of `posture eval`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  posture eval samples                               the pictures that come with the source
  posture eval --json renders/ > today.json          a folder of the renderer, with its truth.jsonl
  posture eval --predictions other.jsonl photos/     what another program said about the same pictures

Labels, in the folder or by --labels: labels.jsonl (by hand), truth.jsonl or NAME.pose.json (rendered).
models/README.md has their fields, and the protocol. Exit status: 0 evaluated · 2 bad input.")]
pub struct EvalArgs {
    /// A folder with labels; the pictures lie beside them, or in its folder `photos`
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Use these labels (one JSON object a line) in place of those in the folder
    #[arg(long, value_name = "FILE")]
    pub labels: Option<PathBuf>,
    /// Judge these lines of `posture check --json`, or of another program in the same form, instead of running the network
    #[arg(long, value_name = "FILE", conflicts_with = "model")]
    pub predictions: Option<PathBuf>,
    /// Print one JSON object instead of tables
    #[arg(long)]
    pub json: bool,
    /// Pictures analysed side by side [default: one per core]
    #[arg(long, value_name = "N")]
    pub threads: Option<std::num::NonZeroUsize>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub model: ModelArgs,
}

/// Arguments of `posture completions`.
#[derive(Debug, Clone, Args)]
pub struct CompletionsArgs {
    /// The shell to write for
    #[arg(value_enum)]
    pub shell: Shell,
}
