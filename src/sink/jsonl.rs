//! `posture watch --json`: every pose and every event as one line of the schema `posture/1`.

use std::{
    io::{self, Write},
    time::Duration,
};

use serde::Serialize;

use super::Sink;
use crate::{
    monitor::{Event, Totals},
    pipeline::Report,
    wire::{EventLine, PoseLine},
};

/// Writes JSON lines to `out`, and what is no part of them to `err`.
pub struct JsonLines<'a> {
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    /// The time of the last report or event.
    at: Duration,
}

impl<'a> JsonLines<'a> {
    /// Nothing is written yet.
    pub fn new(out: &'a mut dyn Write, err: &'a mut dyn Write) -> Self {
        Self { out, err, at: Duration::ZERO }
    }

    /// Writes a line in one piece, and sees to it that a reader gets it now.
    fn line(&mut self, line: &impl Serialize) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.out.write_all(&text)?;
        self.out.flush()
    }
}

impl Sink for JsonLines<'_> {
    fn report(&mut self, report: &Report) -> io::Result<()> {
        self.at = report.at;
        self.line(&PoseLine::from(report))
    }

    fn event(&mut self, event: &Event) -> io::Result<()> {
        self.at = self.at.max(event.at());
        self.line(&EventLine::from(event))
    }

    fn trouble(&mut self, what: &str) -> io::Result<()> {
        writeln!(self.err, "{what}")
    }

    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        self.line(&EventLine::closed(self.at, totals))
    }
}
