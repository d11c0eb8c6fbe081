//! `posture watch` on a terminal: the state now and why, measurements beside the baseline, the last while, the person as
//! lines between keypoints, what comes next, and keys.

mod draw;
mod gauge;
mod history;
mod keys;
mod lesson;
mod light;
mod panics;
mod screen;
mod skeleton;

use std::{
    collections::VecDeque,
    io::{self, Write},
    panic,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use anstyle::Style;
use ratatui::{DefaultTerminal, crossterm::event};

pub use self::keys::Key;
use self::{
    panics::{Panics, give_back},
    screen::Screen,
};
use super::{Sink, Taught, words::summary};
use crate::{
    monitor::{Event, State, Totals},
    pipeline::Report,
    report::{Text, paragraph},
    rules::Rules,
    stretches::Stretches,
};

/// How many of the last troubles are said again in the end.
const TROUBLES: usize = 5;

/// How soon the keyboard is let go of once the view is closed.
const GLANCE: Duration = Duration::from_millis(200);

/// The view on the terminal that standard output is. The terminal is as it was before once this is dropped, and after a
/// panic.
pub struct Tui<'a> {
    terminal: DefaultTerminal,
    screen: Screen<'a>,
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    text: Text<'a>,
    /// What went wrong, to be said again when the view is gone.
    troubles: VecDeque<String>,
    open: Arc<AtomicBool>,
    panics: Panics,
}

impl<'a> Tui<'a> {
    /// Takes over the terminal. `source` is what people call where the pictures come from. In the end, when the terminal has
    /// been given back, `out` gets the summary, and `err` what went wrong last.
    ///
    /// # Errors
    /// Those of the terminal.
    pub fn open(
        source: &str,
        rules: &'a Rules,
        stretches: &'a Stretches,
        out: &'a mut dyn Write,
        err: &'a mut dyn Write,
    ) -> io::Result<Self> {
        // ratatui's own hook would give the terminal back for a panic of any thread, caught or not.
        let usual = panic::take_hook();
        let terminal = ratatui::try_init();
        let open = Arc::new(AtomicBool::new(terminal.is_ok()));
        let panics = Panics::catch(&open, usual);
        let mut view = Self {
            terminal: terminal?,
            screen: Screen::new(source, rules, stretches),
            out,
            err,
            troubles: VecDeque::new(),
            text: Text::new(rules, stretches),
            open,
            panics,
        };
        view.draw()?;
        Ok(view)
    }

    /// Listens to the keyboard in a thread, until this view is closed or `pressed` says that nobody wants to know.
    pub fn listen(&self, mut pressed: impl FnMut(Key) -> bool + Send + 'static) {
        let open = Arc::clone(&self.open);
        thread::spawn(move || {
            while open.load(Ordering::Relaxed) {
                let event = match event::poll(GLANCE) {
                    Ok(true) => event::read(),
                    Ok(false) => continue,
                    Err(error) => Err(error),
                };
                match event.map(|event| Key::of(&event)) {
                    Ok(Some(key)) if !pressed(key) => break,
                    Ok(_) => {}
                    // A terminal that is gone sends no more keys; that it is gone ends the process by a signal.
                    Err(_) => break,
                }
            }
        });
    }

    fn draw(&mut self) -> io::Result<()> {
        let screen = &self.screen;
        self.terminal.draw(|canvas| canvas.render_widget(screen, canvas.area())).map(|_| ())
    }

    fn close(&mut self) -> io::Result<()> {
        if self.open.swap(false, Ordering::Relaxed) {
            self.terminal.show_cursor()?;
            give_back()?;
        }
        Ok(())
    }
}

impl Sink for Tui<'_> {
    fn report(&mut self, report: &Report) -> io::Result<()> {
        self.screen.report(report);
        Ok(())
    }

    fn event(&mut self, event: &Event) -> io::Result<()> {
        self.screen.event(event);
        self.draw()
    }

    fn trouble(&mut self, what: &str) -> io::Result<()> {
        self.troubles.push_back(what.to_owned());
        self.troubles.drain(..self.troubles.len().saturating_sub(TROUBLES));
        self.note(what)
    }

    fn note(&mut self, what: &str) -> io::Result<()> {
        self.screen.say(self.screen.at, what.to_owned());
        self.draw()
    }

    fn state(&mut self, state: &State) -> io::Result<()> {
        self.screen.state(state);
        self.draw()
    }

    fn taught(&mut self, taught: Option<&Taught<'_>>) -> io::Result<()> {
        self.screen.taught(taught);
        self.draw()
    }

    fn rules(&mut self, rules: &Rules) -> io::Result<()> {
        self.screen.rules = rules.clone();
        Ok(())
    }

    fn pressed(&mut self, key: Key) -> io::Result<()> {
        if key == Key::Help {
            self.screen.help = !self.screen.help;
        }
        self.draw()
    }

    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        self.close()?;
        let panicked = self.panics.take();
        self.troubles.iter().chain(&panicked).try_for_each(|what| writeln!(self.err, "{what}"))?;
        paragraph(self.out, Style::new().bold(), "", &summary(totals))?;
        self.text.end(self.out)?;
        self.out.flush()
    }
}

impl Drop for Tui<'_> {
    fn drop(&mut self) {
        // There is nobody left to tell.
        let _ = self.close();
    }
}

#[cfg(test)]
mod tests;
