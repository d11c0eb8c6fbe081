//! A session for its log: events as JSON lines, troubles, and, where the log is to be fine, what was measured. Where the body
//! parts are is in no log.

use std::io;

use tracing::{debug, info, warn};

use super::Sink;
use crate::{
    monitor::{Event, Totals},
    pipeline::Report,
    wire::{EventLine, PoseLine},
};

/// Writes to whatever log the thread has.
#[derive(Debug, Default)]
pub struct Log {
    last: std::time::Duration,
}

impl Sink for Log {
    fn report(&mut self, report: &Report) -> io::Result<()> {
        self.last = report.at;
        if tracing::enabled!(tracing::Level::DEBUG) {
            let PoseLine { at, person, measurements, .. } = PoseLine::from(report);
            let view = serde_json::to_string(&person.map(|person| person.view))?;
            debug!("{{\"at\":{at},\"view\":{view},\"measurements\":{}}}", serde_json::to_string(&measurements)?);
        }
        Ok(())
    }

    fn event(&mut self, event: &Event) -> io::Result<()> {
        self.last = self.last.max(event.at());
        info!("{}", serde_json::to_string(&EventLine::from(event))?);
        Ok(())
    }

    fn trouble(&mut self, what: &str) -> io::Result<()> {
        warn!("{what}");
        Ok(())
    }

    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        info!("{}", serde_json::to_string(&EventLine::closed(self.last, totals))?);
        Ok(())
    }
}
