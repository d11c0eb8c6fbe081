//! The loop: one channel on which everything arrives that can happen, and one thread that deals with it.

use std::{
    sync::mpsc::{Receiver, Sender, channel},
    time::Duration,
};

use anyhow::{Context, Result};

use super::eye::Eye;
use crate::{
    capture::{CaptureError, Captured, Clock, Fault, FrameSource},
    config::ExitStatus,
    monitor::Event,
    pace::{Pace, Plan},
    pipeline::Session,
    sink::Sink,
};

/// All that can happen to a session.
#[derive(Debug)]
pub enum Input {
    /// The source has answered. `Waiting` never comes.
    Captured(Result<Captured, CaptureError>),
    /// Somebody asks the session to end.
    Interrupted,
}

/// Where inputs arrive.
#[derive(Debug)]
pub struct Inputs {
    sender: Sender<Input>,
    receiver: Receiver<Input>,
}

impl Default for Inputs {
    fn default() -> Self {
        let (sender, receiver) = channel();
        Self { sender, receiver }
    }
}

impl Inputs {
    /// Another place to send from: a thread, a signal handler, a test.
    pub fn sender(&self) -> Sender<Input> {
        self.sender.clone()
    }

    /// The next input, awaited for this long, or for ever.
    fn next(&self, patience: Option<Duration>) -> Option<Input> {
        match patience {
            Some(patience) => self.receiver.recv_timeout(patience).ok(),
            None => self.receiver.recv().ok(),
        }
    }
}

/// Takes frames from `source` through `session` to `sink`, and deals with whatever else arrives, until the source ends or
/// somebody asks for the end.
///
/// `pace` says when a frame of a live source is worth its cost; without one, every frame is, at the rate that the source was
/// opened with. A picture that cannot be read is told and passed over; the status says so in the end.
///
/// # Errors
///
/// Those of the network and of where `sink` writes.
pub fn follow(
    source: Box<dyn FrameSource>,
    session: &mut Session,
    sink: &mut dyn Sink,
    inputs: &Inputs,
    pace: Option<Pace>,
) -> Result<ExitStatus> {
    let clock = source.clock();
    let pace = pace.filter(|_| clock.is_some());
    let eye = Eye::open(source, inputs.sender()).context("no thread to watch on")?;
    let mut live = Live {
        session,
        sink,
        eye,
        clock,
        pace,
        asked: None,
        resting: None,
        now: Duration::ZERO,
        status: ExitStatus::Fine,
    };
    live.look_on();
    loop {
        match inputs.next(live.patience()) {
            Some(Input::Captured(Ok(Captured::End)) | Input::Interrupted) => break,
            Some(Input::Captured(captured)) => live.captured(captured)?,
            None => {}
        }
        live.look_on();
    }
    live.sink.end(&live.session.totals())?;
    Ok(live.status)
}

/// A session under way.
struct Live<'a> {
    session: &'a mut Session,
    sink: &'a mut dyn Sink,
    eye: Eye,
    clock: Option<Clock>,
    pace: Option<Pace>,
    /// The order that has not been answered yet.
    asked: Option<Option<Duration>>,
    /// Until when the camera is released.
    resting: Option<Duration>,
    /// The latest time that is known of.
    now: Duration,
    status: ExitStatus,
}

impl Live<'_> {
    /// The time of the session.
    fn now(&mut self) -> Duration {
        self.now = self.now.max(self.clock.as_ref().map_or(self.now, Clock::now));
        self.now
    }

    /// How long to wait for an input before there is something to do without one.
    fn patience(&mut self) -> Option<Duration> {
        let until = self.resting?;
        Some(until.saturating_sub(self.now()))
    }

    /// Asks for the next frame, or lets the camera rest.
    fn look_on(&mut self) {
        let now = self.now();
        match self.pace.as_mut().map(|pace| pace.plan(now, false)) {
            Some(Plan::Rest(until)) => {
                if self.resting.is_none() {
                    self.eye.rest();
                    self.asked = None;
                }
                self.resting = Some(until);
            }
            Some(Plan::Look(interval)) => self.ask(Some(interval)),
            None => self.ask(None),
        }
    }

    /// Asks for the next frame, unless it was asked for in the same way and has not come yet.
    fn ask(&mut self, interval: Option<Duration>) {
        self.resting = None;
        if self.asked != Some(interval) {
            self.asked = Some(interval);
            self.eye.next(interval);
        }
    }

    /// Deals with an answer of the source.
    fn captured(&mut self, captured: Result<Captured, CaptureError>) -> Result<()> {
        self.asked = None;
        let events = match captured {
            // What was on its way when the camera went to rest.
            Ok(_) if self.resting.is_some() => Vec::new(),
            Ok(Captured::Frame(frame)) => {
                self.now = self.now.max(frame.at);
                let step = self.session.frame(&frame)?;
                if let Some(pace) = &mut self.pace {
                    pace.seen(&step.report, &step.events);
                }
                self.sink.report(&step.report)?;
                step.events
            }
            Ok(Captured::Outage { at, why }) => {
                if let Some(pace) = &mut self.pace {
                    pace.blind();
                }
                self.session.blind(at, why)
            }
            Ok(Captured::Waiting | Captured::End) => Vec::new(),
            Err(error) => {
                self.sink.trouble(&error.to_string())?;
                self.status = self.status.and(match error.fault() {
                    Fault::Input => ExitStatus::BadInput,
                    Fault::Camera => ExitStatus::CameraUnavailable,
                });
                Vec::new()
            }
        };
        self.tell(&events)
    }

    fn tell(&mut self, events: &[Event]) -> Result<()> {
        for event in events {
            self.sink.event(event)?;
        }
        Ok(())
    }
}
