//! Where a session's reports and events go, and their words.

mod jsonl;
mod terminal;
mod words;

use std::io;

pub use self::{jsonl::JsonLines, terminal::Terminal};
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
