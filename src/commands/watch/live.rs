//! The loop: one channel on which everything arrives that can happen, and one thread that deals with it.

use std::{
    sync::mpsc::{Receiver, Sender, channel},
    time::Duration,
};

use anyhow::{Context, Result};
use jiff::Zoned;

use super::{
    eye::Eye,
    lessons::{Lesson, Lessons},
    profiles::Shelf,
};
use crate::{
    capture::{CaptureError, Captured, Clock, Fault, FrameSource},
    config::ExitStatus,
    control::{Command, Reply},
    monitor::{Event, Pause, Request, State, Suspension},
    pace::{Pace, Plan},
    pipeline::Session,
    sink::{Answer, Key, Sink},
    surroundings::Change,
};

/// How long the loop waits for a picture while somebody is guided; then it is seen to the time.
const GLANCE: Duration = Duration::from_millis(250);

/// How often the monitor is told what the clock on the wall shows.
const TIME_EVERY: Duration = Duration::from_secs(30);

/// All that can happen to a session.
#[derive(Debug)]
pub enum Input {
    /// The source has answered. `Waiting` never comes.
    Captured(Result<Captured, CaptureError>),
    /// Something is asked of the monitor. While it is paused the camera is released.
    Asked(Request),
    /// Something has changed around the user.
    Around(Change),
    /// Somebody asks something from elsewhere, and waits for the answer.
    Command(Command, Reply),
    /// Somebody pressed a key.
    Key(Key),
    /// Somebody answered a notification.
    Answered(Answer),
    /// Something that the user should know, as one line without its end.
    Trouble(String),
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

    /// A way to send what a thread comes by, as `input`; it says whether anybody still listens.
    pub fn send<T: 'static>(&self, input: fn(T) -> Input) -> impl Fn(T) -> bool + Clone + Send + Sync + 'static {
        let sender = self.sender();
        move |what| sender.send(input(what)).is_ok()
    }

    /// The same, for those who do not care.
    pub fn tell<T: 'static>(&self, input: fn(T) -> Input) -> impl Fn(T) + Send + Sync + 'static {
        let send = self.send(input);
        move |what| {
            send(what);
        }
    }

    /// The next input, awaited for this long, or for ever.
    fn next(&self, patience: Option<Duration>) -> Option<Input> {
        match patience {
            Some(patience) => self.receiver.recv_timeout(patience).ok(),
            None => self.receiver.recv().ok(),
        }
    }
}

/// How a session is followed.
#[derive(Debug, Default)]
pub struct Manner {
    /// When a frame of a live source is worth its cost; without one, every frame is, at the rate that the source was opened
    /// with.
    pub pace: Option<Pace>,
    /// What it takes to guide through a stretch.
    pub lessons: Lessons,
    /// Where there may be new profiles.
    pub shelf: Option<Shelf>,
}

/// Takes frames from `source` through `session` to `sink`, and deals with whatever else arrives, until the source ends or
/// somebody asks for the end.
///
/// A picture that cannot be read is told and passed over; the status says so in the end.
///
/// # Errors
///
/// Those of the network and of where `sink` writes.
pub fn follow(
    source: Box<dyn FrameSource>,
    session: &mut Session,
    sink: &mut dyn Sink,
    inputs: &Inputs,
    Manner { pace, lessons, shelf }: Manner,
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
        lessons,
        lesson: None,
        shelf,
        asked: None,
        resting: None,
        paused: None,
        closed: false,
        now: Duration::ZERO,
        told_time: None,
        status: ExitStatus::Fine,
    };
    live.look_on();
    loop {
        match inputs.next(live.patience()) {
            Some(Input::Captured(Ok(Captured::End)) | Input::Interrupted | Input::Key(Key::Interrupt)) => break,
            Some(Input::Key(Key::Quit)) if live.lesson.is_none() => break,
            Some(input) => {
                let quits = matches!(&input, Input::Command(Command::Quit, _));
                live.take(input)?;
                if quits {
                    break;
                }
            }
            None => {}
        }
        live.tick()?;
        live.tell_time()?;
        live.show()?;
        live.look_on();
    }
    live.stop_lesson()?;
    live.sink.end(&live.session.totals())?;
    Ok(live.status)
}

/// A session under way.
pub(super) struct Live<'a> {
    pub(super) session: &'a mut Session,
    pub(super) sink: &'a mut dyn Sink,
    eye: Eye,
    clock: Option<Clock>,
    pub(super) pace: Option<Pace>,
    pub(super) lessons: Lessons,
    /// The stretch that is being guided.
    pub(super) lesson: Option<Lesson>,
    pub(super) shelf: Option<Shelf>,
    /// The order that has not been answered yet.
    asked: Option<Duration>,
    /// Until when the camera is released.
    resting: Option<Duration>,
    /// The pause under way.
    paused: Option<Pause>,
    /// Whether the camera is to be closed for now, though nobody asked for a pause.
    closed: bool,
    /// The latest time that is known of.
    now: Duration,
    /// When the monitor was last told what the clock on the wall shows.
    told_time: Option<Duration>,
    status: ExitStatus,
}

impl Live<'_> {
    /// The time of the session.
    pub(super) fn now(&mut self) -> Duration {
        self.now = self.now.max(self.clock.as_ref().map_or(self.now, Clock::now));
        self.now
    }

    /// How long to wait for an input before there is something to do without one.
    fn patience(&mut self) -> Option<Duration> {
        if self.lesson.is_some() && self.clock.is_some() {
            return Some(GLANCE);
        }
        let until = self.resting?;
        Some(until.saturating_sub(self.now()))
    }

    /// Asks for the next frame, or lets the camera rest.
    fn look_on(&mut self) {
        let now = self.now();
        if self.paused.is_some() || self.closed {
            if let Some(pace) = &mut self.pace {
                pace.off(now);
            }
            let ends = self.paused.and_then(|pause| pause.until);
            return self.rest(ends.unwrap_or(Duration::MAX));
        }
        let guided = self.lesson.is_some();
        match self.pace.as_mut().map(|pace| pace.plan(now, guided)) {
            Some(Plan::Rest(until)) => self.rest(until),
            Some(Plan::Look(interval)) => self.look(interval),
            None => self.look(Duration::ZERO),
        }
    }

    /// Releases the camera until then.
    fn rest(&mut self, until: Duration) {
        if self.resting.is_none() {
            self.eye.rest();
            self.asked = None;
        }
        self.resting = Some(until);
    }

    /// Asks for the next frame, unless it was asked for in the same way and has not come yet.
    fn look(&mut self, interval: Duration) {
        self.resting = None;
        if self.asked != Some(interval) {
            self.asked = Some(interval);
            self.eye.next(interval);
        }
    }

    /// Deals with whatever has arrived.
    fn take(&mut self, input: Input) -> Result<()> {
        match input {
            Input::Captured(captured) => self.captured(captured),
            Input::Asked(request) | Input::Around(Change::Ask(request)) => self.ask(request),
            Input::Around(Change::Slow(slow)) => self.spare(slow),
            Input::Command(command, reply) => self.command(&command, reply),
            Input::Key(key) => self.pressed(key),
            Input::Answered(answer) => {
                let now = self.now();
                match answer.request(now) {
                    Some(request) => self.ask(request),
                    None => self.guide(),
                }
            }
            Input::Trouble(what) => Ok(self.sink.trouble(&what)?),
            Input::Interrupted => Ok(()),
        }
    }

    /// Spares the camera, or no longer. A rate that was asked for is kept.
    fn spare(&mut self, spared: bool) -> Result<()> {
        let Some(pace) = &mut self.pace else { return Ok(()) };
        pace.spare(spared);
        let what = match spared {
            true => "On battery: the camera is on for short looks, a quarter of the time at most.",
            false => "No longer on battery: the camera is used as before.",
        };
        Ok(self.sink.note(what)?)
    }

    /// What stands now.
    pub(super) fn state(&mut self) -> State {
        let now = self.now();
        self.session.state(now)
    }

    /// Has the monitor do what is asked for.
    pub(super) fn ask(&mut self, request: Request) -> Result<()> {
        let now = self.now();
        let events = self.session.ask(now, request);
        self.tell(&events)
    }

    fn pressed(&mut self, key: Key) -> Result<()> {
        self.sink.pressed(key)?;
        match key {
            _ if self.lesson.is_some() => self.pressed_in_lesson(key),
            Key::Recalibrate => {
                self.session.relearn();
                Ok(())
            }
            Key::Guide => self.guide(),
            _ => {
                let state = self.state();
                key.request(&state).map_or(Ok(()), |request| self.ask(request))
            }
        }
    }

    /// Tells the monitor what the clock on the wall shows, every so often: it notices a night's sleep of the machine, and
    /// ends a pause whose time has come.
    fn tell_time(&mut self) -> Result<()> {
        let now = self.now();
        let ends = self.paused.and_then(|pause| pause.until).is_some_and(|until| now >= until);
        let due = self.told_time.is_none_or(|told| now.saturating_sub(told) >= TIME_EVERY);
        if self.clock.is_none() || !(ends || due) {
            return Ok(());
        }
        self.told_time = Some(now);
        self.ask(Request::Clock { now: Zoned::now().datetime() })
    }

    /// Shows what stands.
    fn show(&mut self) -> Result<()> {
        let state = self.state();
        self.paused = state.paused;
        self.closed = state.suspended.is_some_and(Suspension::closes_camera);
        self.sink.state(&state)?;
        // Nobody is guided without their camera.
        if self.paused.is_some() || self.closed { self.stop_lesson() } else { Ok(()) }
    }

    /// Deals with an answer of the source.
    fn captured(&mut self, captured: Result<Captured, CaptureError>) -> Result<()> {
        self.asked = None;
        let events = match captured {
            // What was on its way when the camera went to rest.
            Ok(_) if self.resting.is_some() => Vec::new(),
            Ok(Captured::Frame(frame)) if self.lesson.is_some() => {
                self.now = self.now.max(frame.at);
                self.watch_lesson(&frame)?;
                Vec::new()
            }
            Ok(Captured::Frame(frame)) => {
                self.now = self.now.max(frame.at);
                let step = self.session.frame(&frame)?;
                self.eye.give_back(frame);
                match (&mut self.pace, &step.report) {
                    (Some(pace), Some(report)) => pace.seen(report, &step.events),
                    (Some(pace), None) => pace.blind(),
                    (None, _) => {}
                }
                if let Some(report) = &step.report {
                    self.sink.report(report)?;
                }
                step.notes.iter().try_for_each(|note| self.sink.trouble(note))?;
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
