//! `posture replay`: what would have been said over a recorded session.

use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};

use crate::{
    baseline::Baseline,
    config::{ExitStatus, Replay},
    estimator::{ModelError, PoseEstimator},
    frame::Frame,
    monitor::Totals,
    pipeline::{Session, Step},
    pose::Pose,
    rules::Rules,
    sink::{Sink as _, Terminal},
    stretches::Stretches,
    wire::{EventLine, Line, PoseLine},
};

/// Replays the session that `config` names, and writes what would have been said to `out`.
pub fn run(config: &Replay, stdin: &mut dyn BufRead, out: &mut dyn Write, err: &mut dyn Write) -> Result<ExitStatus> {
    let (rules, stretches) = (super::rules(config.rules.as_deref())?, Stretches::embedded());
    let name = config.session.display().to_string();
    let mut file;
    let lines: &mut dyn BufRead = if name == "-" {
        stdin
    } else {
        file = BufReader::new(File::open(&config.session).with_context(|| format!("{name}: cannot be opened"))?);
        &mut file
    };
    let teller = match config.json {
        true => Teller::Json { out, err },
        false => Teller::Text(Box::new(Terminal::new(out, err, &rules, &stretches, false))),
    };
    let mut replayed = Replayed { rules: &rules, stretches: &stretches, teller, session: None, poses: 0 };
    let (mut status, mut bytes) = (ExitStatus::Fine, Vec::new());
    for number in 1.. {
        bytes.clear();
        if lines.read_until(b'\n', &mut bytes).with_context(|| format!("{name}: cannot be read"))? == 0 {
            break;
        }
        match line(&bytes) {
            Ok(Some(pose)) => replayed.pose(&pose)?,
            Ok(None) => {}
            Err(why) => {
                status = ExitStatus::BadInput;
                replayed.teller.trouble(&format!("{name}:{number}: passed over: {why}"))?;
            }
        }
    }
    replayed.end()?;
    if replayed.poses == 0 {
        bail!("{name}: no recorded pose in it; `posture watch --record FILE` writes such files");
    }
    Ok(status)
}

/// The pose on one line; `None` where there is nothing to replay; or why it cannot be read.
fn line(bytes: &[u8]) -> Result<Option<Box<PoseLine>>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not text".to_owned())?.trim();
    if text.is_empty() {
        return Ok(None);
    }
    match Line::parse(text) {
        Ok(Line::Event(_)) => Ok(None),
        Ok(Line::Pose(pose)) if Duration::try_from_secs_f64(pose.at).is_err() => Err(format!("no time is {}", pose.at)),
        Ok(Line::Pose(pose)) => Ok(Some(pose)),
        Err(error) => Err(format!("not a line of the schema posture/1: {error}")),
    }
}

/// A replay under way.
struct Replayed<'a> {
    rules: &'a Rules,
    stretches: &'a Stretches,
    teller: Teller<'a>,
    /// The session, and the time of its last pose.
    session: Option<(Session, Duration)>,
    poses: usize,
}

impl Replayed<'_> {
    /// Takes in the next pose. Where time starts again, another session begins.
    fn pose(&mut self, line: &PoseLine) -> Result<()> {
        let at = Duration::from_secs_f64(line.at);
        if self.session.as_ref().is_some_and(|(_, last)| at < *last) {
            self.end()?;
        }
        let (session, last) = self.session.get_or_insert_with(|| {
            let (rules, stretches) = (self.rules.clone(), self.stretches.clone());
            (Session::new(&line.source, Box::new(NoPictures), Baseline::default(), rules, stretches), at)
        });
        *last = at;
        let step = session.pose(at, (line.width, line.height), line.pose());
        self.poses += 1;
        self.teller.step(&step)
    }

    /// Ends the session under way, if one is.
    fn end(&mut self) -> Result<()> {
        match self.session.take() {
            Some((session, at)) => self.teller.end(at, &session.totals()),
            None => Ok(()),
        }
    }
}

/// How it is told.
enum Teller<'a> {
    Text(Box<Terminal<'a>>),
    Json { out: &'a mut dyn Write, err: &'a mut dyn Write },
}

impl Teller<'_> {
    fn step(&mut self, step: &Step) -> Result<()> {
        if let (Self::Text(terminal), Some(report)) = (&mut *self, &step.report) {
            terminal.report(report)?;
        }
        for event in &step.events {
            match self {
                Self::Text(terminal) => terminal.event(event)?,
                Self::Json { out, .. } => writeln!(out, "{}", serde_json::to_string(&EventLine::from(event))?)?,
            }
        }
        Ok(())
    }

    fn trouble(&mut self, what: &str) -> Result<()> {
        match self {
            Self::Text(terminal) => terminal.trouble(what)?,
            Self::Json { err, .. } => writeln!(err, "{what}")?,
        }
        Ok(())
    }

    fn end(&mut self, at: Duration, totals: &Totals) -> Result<()> {
        match self {
            Self::Text(terminal) => terminal.end(totals)?,
            Self::Json { out, .. } => writeln!(out, "{}", serde_json::to_string(&EventLine::closed(at, totals))?)?,
        }
        Ok(())
    }
}

/// A recorded session has no pictures: its poses are given to the session as they are.
struct NoPictures;

impl PoseEstimator for NoPictures {
    fn estimate(&mut self, _: &Frame) -> Result<Option<Pose>, ModelError> {
        Ok(None)
    }
}
