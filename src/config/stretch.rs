//! `posture stretch`, as it is asked for.

use std::path::PathBuf;

use anyhow::{Error, Result};

use super::settings::{self, Settings};
use crate::{cli::StretchArgs, stretches::Language};

/// What `posture stretch` is to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// The stretch to guide through; `None` to list them all.
    pub id: Option<String>,
    /// The stretch to tell about.
    pub show: Option<String>,
    /// The source that was asked for by name: a camera, a folder, a file, `-`, a session.
    pub source: Option<String>,
    /// The camera otherwise.
    pub camera: String,
    /// Whether a clock alone guides.
    pub no_camera: bool,
    /// Frames per second to analyse.
    pub fps: Option<f64>,
    /// Where to record what is seen.
    pub record: Option<PathBuf>,
    /// The language; `None` for that of the system.
    pub language: Option<Language>,
    /// Whether the settings say that the screening is settled.
    pub screened: bool,
    /// To read the screening, to report a symptom, to say that none applies.
    pub screening: bool,
    /// To report a symptom.
    pub symptom: bool,
    /// To say that there is none, or that a clinician allows exercises.
    pub cleared: bool,
    /// The network's file; `None` for the built-in one.
    pub model: Option<PathBuf>,
}

impl Stretch {
    /// What `args` ask for, and `settings` where they say nothing.
    ///
    /// # Errors
    /// A language that there are no words in, or a rate at which no frames can be taken.
    pub fn new(args: StretchArgs, settings: &Settings) -> Result<Self> {
        let asked = args.lang.map(|lang| {
            Language::of_code(&lang).ok_or_else(|| Error::msg(format!("--lang {lang}: there are en and de")))
        });
        Ok(Self {
            id: args.id,
            show: args.show,
            source: args.source,
            camera: settings.camera.source.clone(),
            no_camera: args.no_camera,
            fps: args.fps.map(settings::rate).transpose().map_err(|why| Error::msg(format!("--fps {why}")))?,
            record: args.record,
            language: asked.transpose()?.or(settings.stretches.language),
            screened: settings.stretches.screened,
            screening: args.screening,
            symptom: args.symptom,
            cleared: args.cleared,
            model: args.model.model,
        })
    }
}
