//! Keys that are pressed while a stretch is guided, where there is a terminal, and the wish to end, where there is not.

use std::{
    io::{self, IsTerminal},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use anyhow::Result;
use ratatui::crossterm::{
    event::{self, Event, KeyCode, KeyEventKind, KeyModifiers},
    terminal::{disable_raw_mode, enable_raw_mode},
};

use crate::commands::watch::{Input, interrupts};

/// What somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// To stop for a moment, or to go on.
    Pause,
    /// To leave out the current leg.
    Skip,
    /// To end.
    Quit,
}

/// Listens to the keyboard while it lives; the terminal is as it was afterwards, however that comes.
pub(super) struct Keys {
    /// Whether keys come one by one, without echo; lines then need a return of their own.
    pub raw: bool,
    interrupts: Receiver<Input>,
}

impl Keys {
    /// Listens, to the keyboard too where `live` and where both ends are a terminal.
    ///
    /// # Errors
    /// The terminal or the signals cannot be had.
    pub fn listen(live: bool) -> Result<Self> {
        let (sender, interrupts) = channel();
        interrupts::send_to(sender)?;
        let raw = live && io::stdin().is_terminal() && io::stdout().is_terminal();
        if raw {
            enable_raw_mode()?;
        }
        Ok(Self { raw, interrupts })
    }

    /// What somebody wants by now.
    ///
    /// # Errors
    /// The terminal cannot be read.
    pub fn next(&self) -> Result<Option<Key>> {
        if self.interrupts.try_recv().is_ok() {
            return Ok(Some(Key::Quit));
        }
        while self.raw && event::poll(Duration::ZERO)? {
            let Event::Key(key) = event::read()? else { continue };
            if key.kind != KeyEventKind::Press {
                continue;
            }
            let interrupt = key.modifiers.contains(KeyModifiers::CONTROL);
            match key.code {
                KeyCode::Char('c' | 'd') if interrupt => return Ok(Some(Key::Quit)),
                KeyCode::Char('q') | KeyCode::Esc => return Ok(Some(Key::Quit)),
                KeyCode::Char(' ' | 'p') => return Ok(Some(Key::Pause)),
                KeyCode::Char('s') | KeyCode::Right | KeyCode::Enter => return Ok(Some(Key::Skip)),
                _ => {}
            }
        }
        Ok(None)
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        if self.raw {
            // When the terminal is gone there is nothing to restore.
            let _ = disable_raw_mode();
        }
    }
}
