//! Where a session's reports and events go, and their words.

mod brief;
mod exec;
mod jsonl;
mod log;
mod notify;
mod record;
mod terminal;
mod tui;
pub mod words;

use std::{io, time::Duration};

pub use self::{
    exec::Exec,
    jsonl::JsonLines,
    log::Log,
    notify::{Answer, Notify},
    record::Record,
    terminal::Terminal,
    tui::{Key, Tui},
};
use crate::{
    monitor::{Event, State, Totals},
    pipeline::Report,
    rules::Rules,
    stretches::Stretch,
};

/// Where a stretch stands that is being guided.
#[derive(Debug, Clone)]
pub struct Taught<'a> {
    /// The time of the session.
    pub at: Duration,
    /// Which stretch.
    pub stretch: &'a Stretch,
    /// What is said now, line by line.
    pub said: &'a [String],
    /// The moment in one line: what is left, how to breathe.
    pub now: String,
    /// Which part of it that is, from 1, and of how many.
    pub part: (usize, usize),
    /// What is seen of the person, where a picture was just taken.
    pub report: Option<&'a Report>,
}

/// Tells somebody what a session finds. Its errors are those of where it writes.
pub trait Sink {
    /// What a frame said. Called for every frame, before its events.
    fn report(&mut self, report: &Report) -> io::Result<()>;

    /// A change worth telling.
    fn event(&mut self, event: &Event) -> io::Result<()>;

    /// Something about the source that the user should know, as one line without its end: a picture that cannot be read.
    fn trouble(&mut self, what: &str) -> io::Result<()>;

    /// An answer to what somebody asked for, as one line without its end.
    fn note(&mut self, what: &str) -> io::Result<()> {
        self.trouble(what)
    }

    /// What stands, after the events of a frame and after what somebody asked for. Only those who show the moment care.
    fn state(&mut self, _state: &State) -> io::Result<()> {
        Ok(())
    }

    /// Where a stretch stands that is being guided; `None` once none is any more.
    fn taught(&mut self, _taught: Option<&Taught<'_>>) -> io::Result<()> {
        Ok(())
    }

    /// What deviations are held against from now on. Only those who show thresholds care.
    fn rules(&mut self, _rules: &Rules) -> io::Result<()> {
        Ok(())
    }

    /// What somebody pressed. Only those who have a keyboard before them care.
    fn pressed(&mut self, _key: Key) -> io::Result<()> {
        Ok(())
    }

    /// The session is over.
    fn end(&mut self, totals: &Totals) -> io::Result<()>;
}

/// Several sinks as one. Each is told everything, in the order in which they were added; the first that fails ends it.
#[derive(Default)]
pub struct Sinks<'a>(Vec<Box<dyn Sink + 'a>>);

impl<'a> Sinks<'a> {
    /// One more.
    pub fn add(&mut self, sink: impl Sink + 'a) {
        self.0.push(Box::new(sink));
    }
}

impl Sink for Sinks<'_> {
    fn report(&mut self, report: &Report) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.report(report))
    }

    fn event(&mut self, event: &Event) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.event(event))
    }

    fn trouble(&mut self, what: &str) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.trouble(what))
    }

    fn note(&mut self, what: &str) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.note(what))
    }

    fn state(&mut self, state: &State) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.state(state))
    }

    fn taught(&mut self, taught: Option<&Taught<'_>>) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.taught(taught))
    }

    fn rules(&mut self, rules: &Rules) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.rules(rules))
    }

    fn pressed(&mut self, key: Key) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.pressed(key))
    }

    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.end(totals))
    }
}
