//! From measurements to findings, by the table in `rules.toml`. Stateless: patience lives in [`monitor`](crate::monitor).
//!
//! # The level of a rule
//!
//! Every signal of a rule is brought onto one scale: 0 neutral, 1 at the mild threshold, 2 at the moderate, 3 at the marked
//! one, straight in between and on beyond. Below the mild threshold the scale runs from 0 at the baseline; for an absolute
//! threshold, which has no neutral of its own, 0 lies as far before mild as moderate lies behind it (for a tilt to either
//! side it is level). The signal with the highest level speaks for the rule.
//!
//! # When a deviation is a finding
//!
//! When it reaches the mild threshold **and** exceeds its own uncertainty: a change smaller than the measurement error is
//! never called a change, and its level stays below 1. This holds for deviations from the baseline and for tilts from
//! level. An absolute band below or above a threshold is another question: there the value itself has to be beyond the
//! threshold, and the band is shown beside it, also where it reaches across.

mod overlay;
mod own;
mod text;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    measure::{Measurement, Metric, Reading, Reference, View},
    table::TableError,
};

/// The name of a rule, as in `rules.toml` and on the wire: `forward_head`, …
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleId(pub String);

/// How large a deviation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// At or beyond the rule's first threshold.
    Mild,
    /// At or beyond the second.
    Moderate,
    /// At or beyond the third.
    Marked,
}

impl Severity {
    /// All severities, mildest first.
    pub const ALL: [Self; 3] = [Self::Mild, Self::Moderate, Self::Marked];

    /// The level at which it begins: 1, 2, 3.
    pub const fn level(self) -> f32 {
        match self {
            Self::Mild => 1.0,
            Self::Moderate => 2.0,
            Self::Marked => 3.0,
        }
    }

    /// The severity of `level`; `None` below 1.
    pub fn of_level(level: f32) -> Option<Self> {
        Self::ALL.into_iter().rfind(|severity| level >= severity.level())
    }
}

/// A deviation that a rule names.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Which rule.
    pub rule: RuleId,
    /// How large.
    pub severity: Severity,
    /// The measurement that shows it.
    pub by: Measurement,
}

/// What findings are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// The user's own baseline: what the live monitor acts on.
    Baseline,
    /// Bands of the population and absolute limits: what a single photo can be held against.
    Population,
}

impl Against {
    const fn reference(self) -> Reference {
        match self {
            Self::Baseline => Reference::Baseline,
            Self::Population => Reference::Absolute,
        }
    }
}

/// Where a rule stands at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// Which rule.
    pub rule: RuleId,
    /// The deviation on the [rule's own scale](self): 0 neutral, 1, 2 and 3 at its thresholds. `None` when nothing that it
    /// needs could be measured, or when another finding excuses it, so that it cannot be told. Missing is never zero.
    pub level: Option<f32>,
    /// Set when the level has reached 1: the deviation is at a threshold, exceeds its uncertainty, and nothing excuses it.
    pub finding: Option<Finding>,
}

/// To which side of a threshold a value has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// At or above.
    Above,
    /// At or below.
    Below,
    /// Its absolute value at or above: a tilt to the left or to the right.
    Either,
}

/// One metric held against three thresholds.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    /// Which metric.
    pub metric: Metric,
    /// What it is counted from.
    pub reference: Reference,
    /// The views in which it counts.
    pub views: Vec<View>,
    /// To which side of the thresholds.
    pub direction: Direction,
    /// Mild, moderate, marked; in the unit of the measurement.
    pub thresholds: [f32; 3],
    /// Where the thresholds come from.
    pub source: String,
}

impl Signal {
    /// The level of `by` against this signal, below 1 if `by` does not exceed its uncertainty although it has to.
    fn level(&self, by: Measurement) -> Option<f32> {
        let (sign, value) = match self.direction {
            Direction::Above => (1.0, by.value),
            Direction::Below => (-1.0, by.value),
            Direction::Either => (1.0, by.value.abs()),
        };
        let [mild, moderate, marked] = self.thresholds.map(|threshold| sign * threshold);
        let value = sign * value;
        let from_neutral = self.reference == Reference::Baseline || self.direction == Direction::Either;
        let level = if value >= moderate {
            2.0 + (value - moderate) / (marked - moderate)
        } else if value >= mild || !from_neutral {
            1.0 + (value - mild) / (moderate - mild)
        } else {
            value / mild
        };
        let told = !from_neutral || value > by.uncertainty;
        let level = if told { level } else { level.min(1.0_f32.next_down()) };
        by.value.is_finite().then_some(level.max(0.0))
    }
}

/// A rule whose finding excuses another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excuse {
    /// Which rule.
    pub rule: RuleId,
    /// From which severity on.
    pub severity: Severity,
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name.
    pub id: RuleId,
    /// Its name for people.
    pub title: String,
    /// One kind sentence: why it is worth a change.
    pub why: String,
    /// What to change about the workplace.
    pub setup_tip: String,
    /// The rules that excuse it.
    pub not_if: Vec<Excuse>,
    /// What it is read from; empty for a rule that counts time.
    pub signals: Vec<Signal>,
    /// What it counts, for a rule that asks for a break.
    pub timer: Option<Timer>,
    /// Its own cool-downs, where it has any.
    pub cooldown: Option<Cooldown>,
    nudge: [Duration; 3],
}

/// What a rule counts that asks for a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    /// Time with somebody there, without a break.
    Presence,
    /// Time in which head and shoulders have not moved: the metric `stillness`.
    Stillness,
}

/// A rule that counts time.
#[derive(Debug, Clone, PartialEq)]
pub struct Timer {
    /// What it counts.
    pub counts: Counts,
    /// After how long a break is due; moderate and marked are for displays.
    pub after: [Duration; 3],
    /// Where the times come from.
    pub source: String,
}

impl Timer {
    /// The level of `lasted`: 0 at the beginning, 1, 2 and 3 at its times, straight in between and on beyond.
    pub fn level(&self, lasted: Duration) -> f32 {
        let [mild, moderate, marked] = self.after.map(|after| after.as_secs_f32());
        let lasted = lasted.as_secs_f32();
        if lasted >= moderate {
            2.0 + (lasted - moderate) / (marked - moderate)
        } else if lasted >= mild {
            1.0 + (lasted - mild) / (moderate - mild)
        } else {
            lasted / mild
        }
    }
}

impl Rule {
    /// How much measured time of a deviation of this severity passes before a stretch is suggested.
    pub fn nudge(&self, severity: Severity) -> Duration {
        self.nudge[severity as usize]
    }

    /// The level of this rule and the measurement that shows it.
    fn level(&self, reading: &Reading, against: Against) -> Option<(f32, Measurement)> {
        self.signals
            .iter()
            .filter(|signal| signal.reference == against.reference() && signal.views.contains(&reading.view))
            .filter_map(|signal| {
                let by = reading.get(signal.metric, signal.reference)?;
                Some((signal.level(by)?, by))
            })
            .reduce(|best, next| if next.0 > best.0 { next } else { best })
    }

    fn assess(&self, reading: &Reading, against: Against) -> Assessment {
        let stands = self.level(reading, against);
        let finding = stands
            .and_then(|(level, by)| Some(Finding { rule: self.id.clone(), severity: Severity::of_level(level)?, by }));
        Assessment { rule: self.id.clone(), level: stands.map(|(level, _)| level), finding }
    }
}

/// How long a deviation has to last, and how often something may be said about it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Patience {
    /// A deviation that lasts this long without a break is a finding …
    pub persist: Duration,
    /// … and so is one that was there for [`Patience::share`] of the last while of this length.
    pub window: Duration,
    /// Share of [`Patience::window`], 0..1.
    pub share: f32,
    /// After this long a quiet sign is in place.
    pub ambient: Duration,
    /// A finding is over below this level, 0..1 …
    pub exit_factor: f32,
    /// … once it has been there for this long. A shorter dip is no break either.
    pub exit_hold: Duration,
    /// Time in which the same rule brings no other recommendation.
    pub cooldown: Cooldown,
    /// What several dismissals in a row change about that.
    pub backoff: Backoff,
    /// Most recommendations in any hour.
    pub per_hour: usize,
    /// Most recommendations in a day.
    pub per_day: usize,
    /// Shortest time between two recommendations.
    pub min_gap: Duration,
    /// What was withheld is still given this long after its finding ended.
    pub owed: Duration,
    /// Nobody there for this long was a break.
    pub rest: Duration,
    /// Nothing is recommended in this first while of a session.
    pub start: Duration,
    /// Most stretches in one recommendation.
    pub stretches: usize,
    /// Longest time that they may take together.
    pub prompt: Duration,
    /// When a notice becomes more.
    pub escalation: Escalation,
}

/// Time in which the same rule brings no other recommendation, by what became of the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cooldown {
    /// After it was made.
    pub nudged: Duration,
    /// After it was dismissed.
    pub dismissed: Duration,
    /// After the stretch was done.
    pub completed: Duration,
}

/// What several dismissals in a row do to cool-downs and to the shortest time between two recommendations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// From this many in a row on …
    pub dismissals: u32,
    /// … each one makes them longer by this factor …
    pub multiplier: u32,
    /// … up to this.
    pub longest: Duration,
}

/// When a notice becomes the offer of a guided stretch, and that a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Escalation {
    /// A second recommendation for the same rule within this time is a guided stretch …
    pub again: Duration,
    /// … and so is one for a finding that has lasted this long.
    pub lasting: Duration,
    /// Shortest time between two guided stretches.
    pub guide_gap: Duration,
    /// After this many in a day a break is recommended instead.
    pub guides_per_day: usize,
}

/// The table of rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    rules: Vec<Rule>,
    patience: Patience,
}

impl Rules {
    /// The text of the built-in table.
    pub const TABLE: &str = include_str!("rules.toml");

    /// The built-in table.
    pub fn embedded() -> Self {
        Self::parse(Self::TABLE, "rules.toml").expect("the tests read this very text")
    }

    /// Reads a table from TOML; `file` is what errors call it.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line and column: TOML that does not parse, a missing or unknown key, thresholds
    /// out of order, a signal without a source.
    pub fn parse(text: &str, file: &str) -> Result<Self, TableError> {
        text::parse(text, file, None)
    }

    /// Reads a table from TOML and lays it over the built-in one: what it names replaces what is there, the rest stays.
    ///
    /// # Errors
    /// As for [`parse`](Self::parse), with its line and column in this text.
    pub fn over_embedded(text: &str, file: &str) -> Result<Self, TableError> {
        text::parse(text, file, Some(Self::TABLE))
    }

    /// All rules, in their order of precedence.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter()
    }

    /// The rule named `id`.
    pub fn get(&self, id: &RuleId) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == *id)
    }

    /// How patient to be.
    pub fn patience(&self) -> &Patience {
        &self.patience
    }

    /// The cool-downs of the rule named `id`.
    pub fn cooldown(&self, id: &RuleId) -> Cooldown {
        self.get(id).and_then(|rule| rule.cooldown).unwrap_or(self.patience.cooldown)
    }

    /// Where every rule stands for `reading`, in the order of the table; what counts time is never told here.
    pub fn assess(&self, reading: &Reading, against: Against) -> Vec<Assessment> {
        let mut stand: Vec<Assessment> = self.rules.iter().map(|rule| rule.assess(reading, against)).collect();
        let holds = |excuse: &Excuse, stand: &[Assessment]| {
            stand
                .iter()
                .filter_map(|a| a.finding.as_ref())
                .any(|f| f.rule == excuse.rule && f.severity >= excuse.severity)
        };
        let excused: Vec<bool> =
            self.rules.iter().map(|rule| rule.not_if.iter().any(|excuse| holds(excuse, &stand))).collect();
        for (assessment, _) in stand.iter_mut().zip(excused).filter(|(a, excused)| *excused && a.finding.is_some()) {
            assessment.level = None;
            assessment.finding = None;
        }
        stand
    }
}

#[cfg(test)]
mod tests;
