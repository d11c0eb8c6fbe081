//! `posture watch`: a session in front of a camera, a folder, a video or a pipe.

mod eye;
mod interrupts;
mod live;

use std::io::Write;

use anyhow::{Context as _, Result};

pub use self::live::{Input, Inputs, follow};
use crate::{
    baseline::Baseline,
    capture::open_source,
    config::{ExitStatus, Watch},
    estimator::Estimator,
    pace::Pace,
    pipeline::Session,
    sink::{JsonLines, Record, Sinks, Terminal},
    stretches::Stretches,
};

/// Watches until the source ends or somebody presses Ctrl-C, and writes what happens to `out`.
pub fn run(config: &Watch, out: &mut dyn Write, err: &mut dyn Write) -> Result<ExitStatus> {
    let (rules, stretches) = (super::rules(config.rules.as_deref())?, Stretches::embedded());
    let estimator = Estimator::tracking(super::network(config.model.as_deref())?);
    let source = open_source(&config.source, config.fps)?;
    let inputs = Inputs::default();
    interrupts::send_to(inputs.sender())?;
    let mut session =
        Session::new(source.name(), Box::new(estimator), Baseline::default(), rules.clone(), stretches.clone());
    let mut sinks = Sinks::default();
    if config.json {
        sinks.add(JsonLines::new(out, err));
    } else {
        writeln!(out, "Watching {}; Ctrl-C ends it.", source.name())?;
        sinks.add(Terminal::new(out, err, &rules, &stretches, true));
    }
    if let Some(file) = &config.record {
        sinks.add(Record::open(file).with_context(|| format!("{}: cannot be recorded to", file.display()))?);
    }
    // A rate that was asked for is kept.
    let pace = config.fps.is_none().then(|| Pace::new(config.camera_budget));
    follow(source, &mut session, &mut sinks, &inputs, pace)
}
