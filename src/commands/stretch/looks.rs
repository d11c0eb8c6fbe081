//! Where a guide's time and poses come from: a camera, a file of pictures, a recorded session, or a clock alone.

use std::{
    fs::{self, File},
    path::Path,
    thread,
    time::Duration,
    vec,
};

use anyhow::{Context, Result, bail};

use crate::{
    capture::{Captured, Clock, FrameSource},
    commands::lend,
    config::Stretch,
    estimator::PoseEstimator,
    frame::Frame,
    measure::{Known, measure},
    monitor::Totals,
    pipeline::Report,
    pose::Pose,
    sink::{Record, Sink},
    wire::Line,
};

/// Looks per second where none are asked for.
const RATE: f64 = 10.0;
/// A session's file ends in this.
const SESSION: &str = "jsonl";

/// One look.
pub(super) enum Look {
    /// What is seen at a time; `None` where nobody is, or no camera is asked.
    At(Duration, Option<Box<Pose>>),
    /// Nothing new yet.
    Nothing,
    /// There is nothing more to come.
    End,
}

/// A stream of looks in the order of their time.
pub(super) enum Looks {
    /// Frames through the network, recorded where that is asked for.
    Frames { source: Box<dyn FrameSource>, estimator: Box<dyn PoseEstimator>, record: Option<Record<File>> },
    /// The poses of a recorded session.
    Session(vec::IntoIter<(Duration, Option<Pose>)>),
    /// Time alone.
    Clock(Clock),
}

impl Looks {
    /// Time alone, as it passes.
    pub fn clock() -> Self {
        Self::Clock(Clock::start())
    }

    /// The source that is asked for, or else the one that is set; `lent` by a running watch, or not.
    ///
    /// # Errors
    /// It cannot be opened or read, or what is seen cannot be recorded.
    pub fn open(config: &Stretch, lent: bool, estimator: Box<dyn PoseEstimator>) -> Result<Self> {
        let spec = config.source.as_deref().unwrap_or(&config.camera);
        if Path::new(spec).extension().is_some_and(|ending| ending == SESSION) {
            if config.record.is_some() {
                bail!("--record: {spec} is a session already; record from a camera or from pictures");
            }
            return session(Path::new(spec));
        }
        let source = lend::open(spec, Some(config.fps.unwrap_or(RATE)), lent)?;
        let record = match &config.record {
            Some(file) => {
                Some(Record::open(file).with_context(|| format!("{}: cannot be recorded to", file.display()))?)
            }
            None => None,
        };
        Ok(Self::Frames { source, estimator, record })
    }

    /// Ends the recording, where there is one.
    ///
    /// # Errors
    /// Something could not be recorded.
    pub fn end(&mut self) -> Result<()> {
        match self {
            Self::Frames { record: Some(record), .. } => Ok(record.end(&Totals::default())?),
            Self::Frames { .. } | Self::Session(_) | Self::Clock(_) => Ok(()),
        }
    }

    /// Whether time passes as it is looked at.
    pub fn live(&self) -> bool {
        match self {
            Self::Frames { source, .. } => source.clock().is_some(),
            Self::Session(_) => false,
            Self::Clock(_) => true,
        }
    }

    /// The next look. Live ones take up to about a quarter of a second.
    ///
    /// # Errors
    /// The network fails, or a picture cannot be read.
    pub fn next(&mut self) -> Result<Look> {
        Ok(match self {
            Self::Clock(clock) => {
                thread::sleep(Duration::from_secs_f64(1.0 / RATE));
                Look::At(clock.now(), None)
            }
            Self::Session(poses) => match poses.next() {
                Some((at, pose)) => Look::At(at, pose.map(Box::new)),
                None => Look::End,
            },
            Self::Frames { source, estimator, record } => match source.next_frame()? {
                Captured::Frame(frame) => {
                    let pose = estimator.estimate(&frame)?;
                    if let Some(record) = record {
                        record.report(&report(source.name(), &frame, estimator.as_ref(), pose.clone()))?;
                    }
                    Look::At(frame.at, pose.map(Box::new))
                }
                Captured::Outage { at, .. } => Look::At(at, None),
                Captured::Waiting => Look::Nothing,
                Captured::End => Look::End,
            },
        })
    }
}

/// What was seen of `frame`, measured as far as a session records it.
fn report(source: &str, frame: &Frame, estimator: &dyn PoseEstimator, pose: Option<Pose>) -> Report {
    let known = || Known { baseline: None, level: None, scene: estimator.scene() };
    let person = pose.map(|pose| {
        let reading = measure(&pose, known());
        (pose, reading)
    });
    Report::new(source, frame.at, frame.image.dimensions(), person)
}

fn session(file: &Path) -> Result<Looks> {
    let name = file.display();
    let text = fs::read_to_string(file).with_context(|| format!("{name}: the session cannot be read"))?;
    let mut poses = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let line = Line::parse(line).with_context(|| format!("{name}:{}: not a line of a session", number + 1))?;
        if let Line::Pose(line) = line {
            let at = Duration::try_from_secs_f64(line.at)
                .with_context(|| format!("{name}:{}: `at` is not a time", number + 1))?;
            poses.push((at, line.pose()));
        }
    }
    Ok(Looks::Session(poses.into_iter()))
}
