//! `posture watch`: a session in front of a camera, a folder, a video or a pipe.

use std::{
    io::Write,
    sync::atomic::{AtomicBool, Ordering},
};

use anyhow::{Context, Result};

use crate::{
    baseline::Baseline,
    capture::{Captured, Fault, FrameSource, open_source},
    config::{ExitStatus, Watch},
    estimator::Estimator,
    pipeline::Session,
    sink::{JsonLines, Sink, Terminal},
    stretches::Stretches,
};

/// Set once somebody asks the process to end.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Watches until the source ends or somebody presses Ctrl-C, and writes what happens to `out`.
pub fn run(config: &Watch, out: &mut dyn Write, err: &mut dyn Write) -> Result<ExitStatus> {
    let (rules, stretches) = (super::rules(config.rules.as_deref())?, Stretches::embedded());
    let estimator = Estimator::tracking(super::network(config.model.as_deref())?);
    let mut source = open_source(&config.source, config.fps)?;
    listen_for_interrupts()?;
    let mut session =
        Session::new(source.name(), Box::new(estimator), Baseline::default(), rules.clone(), stretches.clone());
    if config.json {
        return follow(&mut *source, &mut session, &mut JsonLines::new(out, err), &INTERRUPTED);
    }
    writeln!(out, "Watching {}; Ctrl-C ends it.", source.name())?;
    let mut terminal = Terminal::new(out, err, &rules, &stretches, true);
    follow(&mut *source, &mut session, &mut terminal, &INTERRUPTED)
}

/// Takes frames from `source` through `session` to `sink`, until the source ends or `stop` is set.
///
/// A picture that cannot be read is told and passed over; the status says so in the end.
///
/// # Errors
///
/// Those of the network and of where `sink` writes.
pub fn follow(
    source: &mut dyn FrameSource,
    session: &mut Session,
    sink: &mut dyn Sink,
    stop: &AtomicBool,
) -> Result<ExitStatus> {
    let mut status = ExitStatus::Fine;
    while !stop.load(Ordering::Relaxed) {
        let events = match source.next_frame() {
            Ok(Captured::Frame(frame)) => {
                let step = session.frame(&frame)?;
                sink.report(&step.report)?;
                step.events
            }
            Ok(Captured::Outage { at, why }) => session.blind(at, why),
            Ok(Captured::Waiting) => Vec::new(),
            Ok(Captured::End) => break,
            Err(error) => {
                sink.trouble(&error.to_string())?;
                status = status.and(match error.fault() {
                    Fault::Input => ExitStatus::BadInput,
                    Fault::Camera => ExitStatus::CameraUnavailable,
                });
                Vec::new()
            }
        };
        for event in &events {
            sink.event(event)?;
        }
    }
    sink.end(&session.totals())?;
    Ok(status)
}

/// From now on Ctrl-C, and a polite request to terminate, end the session instead of the process.
fn listen_for_interrupts() -> Result<()> {
    match ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed)) {
        // A second session in one process is ended by the same flag.
        Ok(()) | Err(ctrlc::Error::MultipleHandlers) => Ok(()),
        Err(error) => Err(error).context("Ctrl-C cannot be caught"),
    }
}
