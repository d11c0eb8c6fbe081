//! All that is said about stretching apart from the stretches themselves, in one language.

use serde::{Deserialize, Serialize};

/// A language that the words are complete in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// German.
    #[serde(rename = "de")]
    German,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// The two-letter code: `en`, `de`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The language with this code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The language of a locale as in `LANG`: `de_AT.UTF-8` is German, what is not known English.
    pub fn of_locale(locale: &str) -> Self {
        Self::ALL.into_iter().find(|language| locale.to_lowercase().starts_with(language.code())).unwrap_or_default()
    }

    pub(super) const fn table(self) -> (&'static str, &'static str) {
        match self {
            Self::English => (include_str!("../stretches.en.toml"), "stretches.en.toml"),
            Self::German => (include_str!("../stretches.de.toml"), "stretches.de.toml"),
        }
    }
}

/// What is asked before the first exercise.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Screening {
    /// Why it is asked.
    pub intro: String,
    /// Signs that call for emergency services.
    pub emergency: Vec<String>,
    /// Signs that call for a clinician first.
    pub clinician: Vec<String>,
    /// What stands above the emergency signs.
    pub now: String,
    /// What stands above the others.
    pub soon: String,
    /// What is asked about all of them.
    pub question: String,
    /// What is said once a symptom is reported: exercises are off, and who to see.
    pub reported: String,
    /// What is said once somebody is cleared for exercises.
    pub cleared: String,
    /// What is said where nobody can answer.
    pub unasked: String,
}

/// What is said while a stretch is guided; `{n}`, `{of}` and `{s}` stand for numbers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "each is what its name says, in the language of the table")]
pub struct GuideWords {
    pub ready: String,
    pub hold: String,
    #[serde(rename = "move")]
    pub repeat: String,
    pub rest: String,
    pub left: String,
    pub right: String,
    pub breathe_in: String,
    pub breathe_out: String,
    pub counted: String,
    pub seconds: String,
    pub waits: String,
    pub held: String,
    pub unseen: String,
    pub by_clock: String,
    pub counts: String,
    pub paused: String,
    pub resumed: String,
    pub skipped: String,
    pub done: String,
    pub stopped: String,
    pub keys: String,
}

/// Words for lists and descriptions of stretches.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "each is what its name says, in the language of the table")]
pub struct Labels {
    pub targets: String,
    pub dose: String,
    pub steps: String,
    pub breathing: String,
    pub cautions: String,
    pub easier: String,
    pub evidence: String,
    pub source: String,
    pub seen: String,
    pub seated: String,
    pub standing: String,
    pub seated_or_standing: String,
    pub kneeling: String,
    pub lying: String,
    pub times: String,
    pub each_side: String,
    pub sets: String,
    pub by_count: String,
    pub by_hold: String,
    pub by_clock: String,
    pub from_front: String,
    pub from_side: String,
    pub from_either: String,
    pub with_arms: String,
    pub guide_it: String,
}

/// All words of a language that belong to no single stretch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrases {
    /// Which language it is.
    pub language: Language,
    /// Before the first exercise.
    pub screening: Screening,
    /// During one.
    pub guide: GuideWords,
    /// In lists.
    pub labels: Labels,
}

impl Phrases {
    /// Whether any text is empty.
    pub(super) fn has_gaps(&self) -> bool {
        let Screening { intro, emergency, clinician, now, soon, question, reported, cleared, unasked } =
            &self.screening;
        let texts = [intro, now, soon, question, reported, cleared, unasked];
        emergency.is_empty()
            || clinician.is_empty()
            || texts.into_iter().chain(emergency).chain(clinician).any(|text| text.trim().is_empty())
    }
}
