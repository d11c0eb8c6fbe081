//! Ctrl-C, and a polite request to terminate, end the run after a whole line instead of in the middle of one.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};

/// Whether somebody has asked. A process has one handler of signals, and one run of this command.
static ASKED: AtomicBool = AtomicBool::new(false);

/// From now on interrupts are noted and end nothing by themselves.
pub fn listen() -> Result<()> {
    match ctrlc::set_handler(|| ASKED.store(true, Ordering::Relaxed)) {
        Ok(()) | Err(ctrlc::Error::MultipleHandlers) => Ok(()),
        Err(error) => Err(error).context("Ctrl-C cannot be caught"),
    }
}

/// Whether an end was asked for.
pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
