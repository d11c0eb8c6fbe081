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
    guide::{Cue, Guide, Leg, Moment, Outcome, Side, Sight},
    sink::words::clock,
    stretches::{Breath, GuideWords, Stretch},
};

/// Cells of the bar that fills with each breath.
const BREATH: usize = 8;

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
            let text = match *cue {
                Cue::Begin(leg) => self.leg(leg),
                Cue::Counted { done, of } => counted(&self.words.counted, done, of),
                Cue::Held => self.words.held.clone(),
                Cue::Waiting => self.words.waits.clone(),
                Cue::ByClock => self.words.unseen.clone(),
                Cue::End(_) => self.words.done.clone(),
            };
            self.say(&text)?;
        }
        Ok(())
    }

    fn leg(&self, leg: Leg) -> String {
        let words = self.words;
        match leg {
            Leg::Ready { length } => format!("{} {}", words.ready, self.seconds(length)),
            Leg::Rest { length } => format!("{}, {}", words.rest, self.seconds(length)),
            Leg::Hold { side, length, number, of } => {
                let side = match side {
                    Some(Side::Left) => format!(", {}", words.left),
                    Some(Side::Right) => format!(", {}", words.right),
                    None => String::new(),
                };
                format!("{}{side}, {} ({})", words.hold, self.seconds(length), counted(&words.counted, number, of))
            }
            Leg::Move { reps, .. } => {
                let counts = if self.guide.moment().is_some_and(|moment| moment.sight != Sight::Clock) {
                    format!(" {}", words.counts)
                } else {
                    String::new()
                };
                format!("{}: {reps}. {}{counts}", words.repeat, self.stretch.words.breathing)
            }
        }
    }

    /// The line that is rewritten, where there is a terminal.
    fn moment(&mut self) -> io::Result<()> {
        let Some(moment) = self.guide.moment().filter(|_| self.keys.raw) else { return Ok(()) };
        let text = self.in_words(&moment);
        write!(self.out, "\r\x1b[2K  {text}")?;
        self.out.flush()
    }

    fn in_words(&self, moment: &Moment) -> String {
        let words = self.words;
        let mut parts = vec![match moment.leg {
            Leg::Move { reps, .. } => counted(&words.counted, moment.done, reps),
            Leg::Ready { .. } | Leg::Rest { .. } | Leg::Hold { .. } => self.seconds(moment.left),
        }];
        if let Some((breath, along)) = moment.breath.filter(|_| !moment.paused) {
            let filled = match breath {
                Breath::In => along,
                Breath::Out => 1.0 - along,
            };
            let filled = ((filled * BREATH as f32).round() as usize).min(BREATH);
            let word = if breath == Breath::In { &words.breathe_in } else { &words.breathe_out };
            parts.push(format!("{}{} {word}", "●".repeat(filled), "·".repeat(BREATH - filled)));
        }
        if moment.paused {
            parts.push(words.paused.clone());
        } else if matches!(moment.leg, Leg::Hold { .. }) && moment.sight == Sight::Waiting {
            parts.push(words.waits.clone());
        }
        parts.join("   ")
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

    fn seconds(&self, time: Duration) -> String {
        self.words.seconds.replace("{s}", &format!("{:.0}", time.as_secs_f64().ceil()))
    }
}

fn counted(template: &str, done: u32, of: u32) -> String {
    template.replace("{n}", &done.to_string()).replace("{of}", &of.to_string())
}
