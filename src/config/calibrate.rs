//! What `posture calibrate` is asked to do.

use std::{path::PathBuf, time::Duration};

use anyhow::{Error, Result, bail};

use super::settings::{self, Settings};
use crate::cli::CalibrateArgs;

/// What `posture calibrate` is to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibrate {
    /// The name of the profile; `None` for the usual one of the view.
    pub name: Option<String>,
    /// A camera's number or name, a folder, a file, or `-`.
    pub source: String,
    /// Frames per second; `None` for the source's own.
    pub fps: Option<f64>,
    /// Time to take up a posture.
    pub countdown: Duration,
    /// The tilt of the true horizontal, degrees, as the user measured it.
    pub level: Option<f32>,
    /// The network's file; `None` for the built-in one.
    pub model: Option<PathBuf>,
}

impl Calibrate {
    /// What `args` ask for, and `settings` where they say nothing.
    ///
    /// # Errors
    /// A rate at which no frames can be taken, or a tilt that is none.
    pub fn new(args: CalibrateArgs, settings: &Settings) -> Result<Self> {
        let fps = args.fps.map(settings::rate).transpose().map_err(|why| Error::msg(format!("--fps {why}")))?;
        if let Some(level) = args.level.filter(|level| !(-45.0..=45.0).contains(level)) {
            bail!("--level {level}: give the tilt of the true horizontal in degrees, at most 45 either way");
        }
        Ok(Self {
            name: args.profile,
            source: args.source.unwrap_or_else(|| settings.camera.source.clone()),
            fps,
            countdown: Duration::from_secs(args.countdown),
            level: args.level,
            model: args.model.model,
        })
    }
}
