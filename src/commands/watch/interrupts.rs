//! Ctrl-C, and a polite request to terminate, as inputs of the session instead of the end of the process.

use std::sync::{Mutex, PoisonError, mpsc::Sender};

use anyhow::{Context, Result};

use super::live::Input;

/// Whom to tell. A process has one handler of signals; it serves the session that began last.
static SESSION: Mutex<Option<Sender<Input>>> = Mutex::new(None);

/// From now on interrupts go to `session`.
pub(in crate::commands) fn send_to(session: Sender<Input>) -> Result<()> {
    *SESSION.lock().unwrap_or_else(PoisonError::into_inner) = Some(session);
    let pass_on = || {
        if let Some(session) = &*SESSION.lock().unwrap_or_else(PoisonError::into_inner) {
            // A session that is over needs no end.
            let _ = session.send(Input::Interrupted);
        }
    };
    match ctrlc::set_handler(pass_on) {
        Ok(()) | Err(ctrlc::Error::MultipleHandlers) => Ok(()),
        Err(error) => Err(error).context("Ctrl-C cannot be caught"),
    }
}
