//! Says what a guide cues: a line for each change, and on a terminal one more that shows the moment and is rewritten.

use std::{
    io::{self, Write},
    time::Duration,
};

use anyhow::Result;

use super::{
    keys::{Key, Keys},
    looks::{Look, Looks},
};
use crate::{
    guide::{Cue, Guide, Outcome, Sight, Voice},
    sink::words::clock,
    stretches::{GuideWords, Stretch},
};

/// Takes one person through one stretch.
pub(super) struct Coach<'a> {
    stretch: &'a Stretch,
    words: &'a GuideWords,
    guide: Guide,
    keys: &'a Keys,
    out: &'a mut dyn Write,
    at: Duration,
}

impl<'a> Coach<'a> {
    pub fn new(
        stretch: &'a Stretch,
        words: &'a GuideWords,
        guide: Guide,
        keys: &'a Keys,
        out: &'a mut dyn Write,
    ) -> Self {
        Self { stretch, words, guide, keys, out, at: Duration::ZERO }
    }

    /// Guides until the stretch, the looks or the patience of the person end.
    ///
    /// # Errors
    /// The source fails, or nothing can be written.
    pub fn guide(&mut self, looks: &mut Looks) -> Result<Outcome> {
        if self.keys.raw {
            self.line(&self.words.keys)?;
        }
        if self.guide.moment().is_some_and(|moment| moment.sight == Sight::Clock) {
            self.say(&self.words.by_clock)?;
        }
        while !self.guide.ended() {
            match self.keys.next()? {
                Some(Key::Quit) => break,
                Some(Key::Pause) => {
                    self.guide.pause(!self.guide.paused());
                    self.say(if self.guide.paused() { &self.words.paused } else { &self.words.resumed })?;
                }
                Some(Key::Skip) => {
                    self.say(&self.words.skipped)?;
                    let cues = self.guide.skip();
                    self.cues(&cues)?;
                }
                None => {}
            }
            match looks.next()? {
                Look::At(at, pose) => {
                    self.at = at;
                    let cues = self.guide.step(at, pose.as_deref());
                    self.cues(&cues)?;
                    self.moment()?;
                }
                Look::Nothing => {}
                Look::End => break,
            }
        }
        let mut outcome = self.guide.outcome();
        if !self.guide.ended() {
            outcome.whole = false;
            self.say(&self.words.stopped)?;
        }
        Ok(outcome)
    }

    fn cues(&mut self, cues: &[Cue]) -> io::Result<()> {
        for cue in cues {
            let sight = self.guide.moment().map_or(Sight::Clock, |moment| moment.sight);
            let text = Voice::new(self.stretch, self.words).cue(cue, sight);
            self.say(&text)?;
        }
        Ok(())
    }

    /// The line that is rewritten, where there is a terminal.
    fn moment(&mut self) -> io::Result<()> {
        let Some(moment) = self.guide.moment().filter(|_| self.keys.raw) else { return Ok(()) };
        let text = Voice::new(self.stretch, self.words).moment(&moment);
        write!(self.out, "\r\x1b[2K  {text}")?;
        self.out.flush()
    }

    /// A line that begins with the time.
    fn say(&mut self, text: &str) -> io::Result<()> {
        let text = format!("{:>7}  {text}", clock(self.at));
        self.line(&text)
    }

    fn line(&mut self, text: &str) -> io::Result<()> {
        if self.keys.raw {
            write!(self.out, "\r\x1b[2K{text}\r\n")?;
        } else {
            writeln!(self.out, "{text}")?;
        }
        self.out.flush()
    }
}
