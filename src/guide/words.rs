//! What a guide says, in the words of the language of the stretches.

use std::time::Duration;

use super::{Cue, Leg, Moment, Side, Sight};
use crate::stretches::{Breath, GuideWords, Stretch};

/// Cells of the bar that fills with each breath.
const BREATH: usize = 8;

/// Puts what a guide cues for one stretch into words.
#[derive(Debug, Clone, Copy)]
pub struct Voice<'a> {
    stretch: &'a Stretch,
    words: &'a GuideWords,
}

impl<'a> Voice<'a> {
    /// A voice for `stretch`, with the words of its language.
    pub const fn new(stretch: &'a Stretch, words: &'a GuideWords) -> Self {
        Self { stretch, words }
    }

    /// `cue` as a line; `sight` is how the camera takes part now.
    pub fn cue(&self, cue: &Cue, sight: Sight) -> String {
        match *cue {
            Cue::Begin(leg) => self.leg(leg, sight),
            Cue::Counted { done, of } => counted(&self.words.counted, done, of),
            Cue::Held => self.words.held.clone(),
            Cue::Waiting => self.words.waits.clone(),
            Cue::ByClock => self.words.unseen.clone(),
            Cue::End(_) => self.words.done.clone(),
        }
    }

    /// `moment` as one short line: what is left, how to breathe, and whether time stands still.
    pub fn moment(&self, moment: &Moment) -> String {
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

    fn leg(&self, leg: Leg, sight: Sight) -> String {
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
                let counts = if sight == Sight::Clock { String::new() } else { format!(" {}", words.counts) };
                format!("{}: {reps}. {}{counts}", words.repeat, self.stretch.words.breathing)
            }
        }
    }

    fn seconds(&self, time: Duration) -> String {
        self.words.seconds.replace("{s}", &format!("{:.0}", time.as_secs_f64().ceil()))
    }
}

fn counted(template: &str, done: u32, of: u32) -> String {
    template.replace("{n}", &done.to_string()).replace("{of}", &of.to_string())
}
