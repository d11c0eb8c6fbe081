//! From a finding to a stretch, by the table in `stretches.toml` and its words in `stretches.en.toml`.
//!
//! The table holds what is the same in every language: what a stretch helps, and its dose. The words, evidence and sources
//! among them, are a file of their own, so that another language is another file.

mod choice;
mod seen;
mod text;
mod words;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use self::{
    choice::{Prompt, Suits},
    seen::{Breath, Seen, SeenFrom},
    words::{GuideWords, Labels, Language, Phrases, Screening},
};
use crate::{rules::RuleId, table::TableError};

/// The name of a stretch, as in `stretches.toml` and on the wire: `chin_tuck`, …
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StretchId(pub String);

/// A stretch that was chosen, and the finding that it was chosen for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// Which stretch.
    pub stretch: StretchId,
    /// A second one to go on with, where there is time for both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<StretchId>,
    /// Which rule's finding it is for.
    pub because: RuleId,
}

/// The position in which a stretch is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// On a chair.
    Seated,
    /// Standing.
    Standing,
    /// On a chair or standing.
    SeatedOrStanding,
    /// On the knees, on a mat.
    Kneeling,
    /// Lying on the back.
    Lying,
}

/// What one repetition of a stretch consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repetition {
    /// A position held for this long.
    Hold(Duration),
    /// A slow movement that takes this long.
    Move(Duration),
}

impl Repetition {
    /// How long one repetition takes.
    pub const fn length(self) -> Duration {
        match self {
            Self::Hold(length) | Self::Move(length) => length,
        }
    }
}

/// How much of a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dose {
    /// One repetition.
    pub repetition: Repetition,
    /// How many repetitions make a set; for each side where both take turns.
    pub reps: u32,
    /// How many sets.
    pub sets: u32,
    /// The rest between two sets.
    pub rest: Duration,
    /// Whether each repetition is done once for either side.
    pub per_side: bool,
}

impl Dose {
    /// How long it takes: all repetitions of all sets and sides, and the rests between sets.
    pub fn duration(&self) -> Duration {
        let sides = if self.per_side { 2 } else { 1 };
        self.repetition.length() * (self.reps * self.sets * sides) + self.rest * self.sets.saturating_sub(1)
    }
}

/// That a stretch helps a rule's finding.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Help {
    /// Which rule.
    pub rule: RuleId,
    /// Its place among the stretches for that rule, by weight of evidence; 1 is first.
    pub rank: u32,
}

/// What is said about a stretch, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Its name.
    pub name: String,
    /// What it stretches or works.
    pub targets: String,
    /// How to do it, step by step.
    pub steps: Vec<String>,
    /// How to breathe.
    pub breathing: String,
    /// When not to do it, or what to mind.
    pub cautions: Vec<String>,
    /// A gentler way to do it.
    pub easier: String,
    /// How well it is supported, and by what.
    pub evidence: String,
    /// Where the exercise and its dose come from.
    pub source: String,
}

/// What has to be said about stretching at all, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Safety {
    /// When to stop a stretch. Stands beside every one.
    pub stop: String,
    /// When to see a clinician.
    pub clinician: String,
    /// When to call emergency services.
    pub emergency: String,
    /// What this program is not.
    pub disclaimer: String,
}

/// One stretch.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// Its name in tables and on the wire.
    pub id: StretchId,
    /// The exercise of the article that the collection began with, `a` to `f`, if it is one.
    pub source_id: Option<String>,
    /// What it helps.
    pub helps: Vec<Help>,
    /// The position in which it is done.
    pub position: Position,
    /// Whether it can be done beside a desk, in ordinary clothes, without a mat.
    pub desk_friendly: bool,
    /// How much of it.
    pub dose: Dose,
    /// Conditions with which it is left out, by the words of the table's head.
    pub avoid: Vec<String>,
    /// Whether it is a rest and no exercise: it is offered even where exercises are off.
    pub rest: bool,
    /// How a camera can see it; `None` where only a clock can guide it.
    pub seen: Option<Seen>,
    /// The breath that goes with the first half of a movement.
    pub breathe: Breath,
    /// What is said about it.
    pub words: Words,
}

impl Stretch {
    fn rank(&self, rule: &RuleId) -> Option<u32> {
        self.helps.iter().find(|help| help.rule == *rule).map(|help| help.rank)
    }
}

/// The table of stretches.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretches {
    stretches: Vec<Stretch>,
    safety: Safety,
    phrases: Phrases,
}

impl Stretches {
    /// The built-in table with its English words.
    pub fn embedded() -> Self {
        Self::embedded_in(Language::English)
    }

    /// The built-in table with its words in `language`.
    pub fn embedded_in(language: Language) -> Self {
        let table = (include_str!("stretches.toml"), "stretches.toml");
        let mut stretches = Self::parse(table, language.table()).expect("the tests read these very texts");
        stretches.phrases.language = language;
        stretches
    }

    /// Reads a table and its words, each given as TOML and the name that errors call it.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line and column: TOML that does not parse, a key that is missing or unknown, a
    /// dose that is none, two stretches of one rank for a rule, a stretch without words or words without a stretch.
    pub fn parse(table: (&str, &str), words: (&str, &str)) -> Result<Self, TableError> {
        text::parse(table, words)
    }

    /// All stretches, in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = &Stretch> {
        self.stretches.iter()
    }

    /// The conditions that stretches name in `avoid`.
    pub const fn conditions() -> &'static [&'static str] {
        &text::CONDITIONS
    }

    /// The stretch named `id`.
    pub fn get(&self, id: &StretchId) -> Option<&Stretch> {
        self.stretches.iter().find(|stretch| stretch.id == *id)
    }

    /// What has to be said about stretching at all.
    pub fn safety(&self) -> &Safety {
        &self.safety
    }

    /// All that is said about stretching apart from the stretches themselves.
    pub fn phrases(&self) -> &Phrases {
        &self.phrases
    }

    /// The stretches that help `rule`: those for the desk first, then by rank.
    pub fn helping(&self, rule: &RuleId) -> Vec<&Stretch> {
        let mut helping: Vec<_> =
            self.stretches.iter().filter_map(|stretch| Some((stretch.rank(rule)?, stretch))).collect();
        helping.sort_by_key(|(rank, stretch)| (!stretch.desk_friendly, *rank));
        helping.into_iter().map(|(_, stretch)| stretch).collect()
    }

    /// What to recommend for the finding of `rule`; `None` when nothing suits. Those for the desk come first, then those with
    /// the best evidence, none of `recent` (the last ones given, newest last) while there is another, and never the very
    /// last one while there is anything else.
    pub fn advise(&self, rule: &RuleId, recent: &[StretchId], suits: &Suits, prompt: &Prompt) -> Option<Advice> {
        choice::choose(self, rule, recent, suits, prompt)
    }
}

#[cfg(test)]
mod tests;
