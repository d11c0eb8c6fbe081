//! Where a session's reports and events go, and their words.

mod jsonl;
mod record;
mod terminal;
pub mod words;

use std::io;

pub use self::{jsonl::JsonLines, record::Record, terminal::Terminal};
use crate::{
    monitor::{Event, Totals},
    pipeline::Report,
};

/// Tells somebody what a session finds. Its errors are those of where it writes.
pub trait Sink {
    /// What a frame said. Called for every frame, before its events.
    fn report(&mut self, report: &Report) -> io::Result<()>;

    /// A change worth telling.
    fn event(&mut self, event: &Event) -> io::Result<()>;

    /// Something about the source that the user should know, as one line without its end: a picture that cannot be read.
    fn trouble(&mut self, what: &str) -> io::Result<()>;

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

    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.end(totals))
    }
}
