//! `posture stretch`.

use std::path::PathBuf;

use clap::Args;

/// Arguments of `posture stretch`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  posture stretch                              all stretches, those for the desk first
  posture stretch --show chin_tuck             all about one: steps, cautions, evidence
  posture stretch shoulder_rolls               guide through it; the camera counts where it can
  posture stretch upper_trapezius --no-camera  by the clock alone
  posture stretch neck_half_circles --source session.jsonl   a recorded session in place of a camera
  posture stretch --symptom                    something hurts or is numb: exercises are off from now on

Keys while it guides: space pauses, s skips, q ends.
Exit status: 0 done or ended · 1 exercises are off after a reported symptom · 2 bad input · 4 camera unavailable.")]
pub struct StretchArgs {
    /// The stretch to be guided through; without one, all are listed
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// Tell all about a stretch in place of guiding through it
    #[arg(long, value_name = "ID", conflicts_with_all = ["id"])]
    pub show: Option<String>,
    /// A camera's number or name, a folder of photos, a video file, `-`, or a session file (.jsonl) [default: as in the
    /// settings, else 0; without a camera, the clock]
    #[arg(long, value_name = "SOURCE", requires = "id")]
    pub source: Option<String>,
    /// Go by the clock alone
    #[arg(long, conflicts_with = "source")]
    pub no_camera: bool,
    /// Frames analysed per second [default: 10]
    #[arg(long, value_name = "N")]
    pub fps: Option<f64>,
    /// Record what is seen as well: keypoints and angles, no picture; the file serves as a session for --source
    #[arg(long, value_name = "FILE", requires = "id", conflicts_with = "no_camera")]
    pub record: Option<PathBuf>,
    /// The language: en or de [default: as in the settings, else that of the system]
    #[arg(long, value_name = "LANG")]
    pub lang: Option<String>,
    /// Read the signs that need a clinician before any exercise
    #[arg(long, conflicts_with_all = ["id", "show"])]
    pub screening: bool,
    /// Report a symptom: exercises are off until a clinician says otherwise
    #[arg(long, conflicts_with_all = ["id", "show", "screening"])]
    pub symptom: bool,
    /// Say that none of the signs applies, or that a clinician allows exercises
    #[arg(long, conflicts_with_all = ["id", "show", "screening", "symptom"])]
    pub cleared: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub model: super::ModelArgs,
}
