//! The arguments of `posture calibrate`.

use clap::Args;

use super::ModelArgs;

/// Arguments of `posture calibrate`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  posture calibrate                          with the first camera: upright, then your slouch, 5 s each
  posture calibrate --profile office         under a name of your own, for this desk
  posture calibrate --source photos/         from pictures: first upright, then slouching
  posture watch --profile office             against this profile, whatever the camera

Exit status: 0 saved · 2 bad input, or it cannot be saved · 3 nothing recorded · 4 camera unavailable.")]
pub struct CalibrateArgs {
    /// The name to save it under; one of that name is replaced [default: side or front, by the view]
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// A camera's number or name, a folder of photos, a video file, or `-` [default: as set in the configuration, else 0]
    ///
    /// In a folder or a film, somebody sits upright first and then slouches; five seconds of each are looked for.
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,
    /// Photos in a folder count as this many per second; frames analysed per second of anything else
    #[arg(long, value_name = "N")]
    pub fps: Option<f64>,
    /// Seconds to take up each posture, before a camera's pictures are recorded
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u64).range(0..=60))]
    pub countdown: u64,
    /// By how much the true horizontal is tilted in the picture, degrees, clockwise positive, if you have measured it
    ///
    /// It is taken out of every angle, here and by `watch`, and the angles are known the better for it. From the front it is
    /// estimated where eyes and shoulders are tilted alike; from the side nothing in the picture of a person shows it.
    #[arg(long, value_name = "DEG", allow_hyphen_values = true)]
    pub level: Option<f32>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub model: ModelArgs,
}
