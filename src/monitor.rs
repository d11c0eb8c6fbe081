//! What has lasted long enough to be said. The only state of the core, still pure: time comes in as data.
//!
//! # How it listens
//!
//! - Each rule has a track. Its level is smoothed with a time constant of two seconds: what one frame says by chance does not
//!   count. A deviation becomes a finding when it was there for `persist_s` without a break (dips shorter than
//!   `exit_hold_s` are none), or for the given share of the window. It ends when the level was below `exit_factor` for
//!   `exit_hold_s`.
//! - A time without a measurement holds a track: it adds nothing, neither for nor against, and ends nothing. Beginnings
//!   older than a gap of `persist_s` are forgotten: what was seen before it cannot be called lasting.
//! - Nobody seen for ten seconds is a departure, unreadable for ten seconds is said so; both count from when they began, and
//!   it takes two seconds of the contrary to end them.
//! - A step of more than a minute is a gap in time (a suspended machine): nothing accumulates over it.
//! - When a finding has lasted as long as its worst lasting severity asks for, a stretch is suggested: one at a time, by the
//!   order of the rules, within cool-downs and budgets.
//!
//! All of this is counted in time, never in frames: the same session at 1 to 60 frames per second gives the same events.

mod budget;
mod presence;
mod sight;
mod track;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use self::sight::Sight;
use self::{budget::Budget, presence::Presence, track::Track};
use crate::{
    measure::{Facing, Metric, Reason, View},
    rules::{Assessment, Finding, RuleId, Rules},
    stretches::{Advice, Stretches},
};

/// A longer step is a gap in time: the machine slept, or the source did.
const LONGEST_STEP: Duration = Duration::from_secs(60);

/// What one frame, or one outage, said.
#[derive(Debug, Clone, PartialEq)]
pub enum Observation {
    /// A person was seen and every rule was assessed.
    Seen(Vec<Assessment>),
    /// A person was seen but posture could not be read.
    Unreadable(Reason),
    /// The picture was good and nobody was in it.
    Nobody,
    /// No picture could be had.
    Blind(String),
}

/// A change worth telling.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A finding has persisted.
    Began {
        /// What was found.
        finding: Finding,
        /// When the deviation was first seen.
        since: Duration,
        /// When it had lasted long enough to be said.
        at: Duration,
    },
    /// A finding is over.
    Ended {
        /// Which rule.
        rule: RuleId,
        /// When.
        at: Duration,
    },
    /// The person has gone.
    Left {
        /// When they were last seen.
        at: Duration,
    },
    /// The person is back, or was seen for the first time.
    Returned {
        /// When.
        at: Duration,
    },
    /// Posture cannot be read at the moment.
    Unmeasurable {
        /// Why, for people.
        why: String,
        /// Since when.
        at: Duration,
    },
    /// Posture can be read again.
    Measurable {
        /// Since when.
        at: Duration,
    },
    /// A stretch is recommended.
    Suggested {
        /// Which, and for what.
        advice: Advice,
        /// When.
        at: Duration,
    },
    /// The person is seen from another side, or for the first time.
    View {
        /// From which side.
        view: View,
        /// Which way they face in the picture.
        facing: Facing,
        /// Since when.
        at: Duration,
    },
    /// A baseline is being learned: deviations in this view cannot be told yet.
    Learning {
        /// In which view.
        view: View,
        /// Since when.
        at: Duration,
    },
    /// A baseline has been learned: deviations of these metrics are told from now on.
    Learned {
        /// In which view.
        view: View,
        /// Which metrics.
        metrics: Vec<Metric>,
        /// When.
        at: Duration,
    },
}

impl Event {
    /// The moment that it stands for; for a change of state, when the new state began.
    pub const fn at(&self) -> Duration {
        match self {
            Self::Began { at, .. }
            | Self::Ended { at, .. }
            | Self::Left { at }
            | Self::Returned { at }
            | Self::Unmeasurable { at, .. }
            | Self::Measurable { at }
            | Self::Suggested { at, .. }
            | Self::View { at, .. }
            | Self::Learning { at, .. }
            | Self::Learned { at, .. } => *at,
        }
    }
}

/// Totals of a session, for its summary.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    /// Time from the first observation to the last, without gaps in time.
    pub watched: Duration,
    /// Of that, time in which posture was read: at least one rule could be told.
    pub measured: Duration,
    /// Of that, time in which nobody was there.
    pub away: Duration,
    /// Findings that persisted.
    pub findings: u32,
    /// Stretches recommended.
    pub advice: u32,
}

/// Decides over time what to say.
#[derive(Debug, Clone)]
pub struct Monitor {
    rules: Rules,
    stretches: Stretches,
    /// One for each rule, in the order of the rules.
    tracks: Vec<Track>,
    presence: Presence,
    budget: Budget,
    last: Option<Duration>,
    totals: Totals,
}

impl Monitor {
    /// A monitor that has seen nothing yet.
    pub fn new(rules: Rules, stretches: Stretches) -> Self {
        let tracks = rules.iter().map(|rule| Track::new(rule.id.clone())).collect();
        Self {
            rules,
            stretches,
            tracks,
            presence: Presence::default(),
            budget: Budget::default(),
            last: None,
            totals: Totals::default(),
        }
    }

    /// Takes in what was observed at `at`, and says what changed. `at` is the time since the source opened and does not
    /// decrease; the time since the last step counts as spent in what is observed now.
    pub fn step(&mut self, at: Duration, observation: Observation) -> Vec<Event> {
        let elapsed = self.elapsed(at);
        let told = matches!(&observation, Observation::Seen(stand) if stand.iter().any(|a| a.level.is_some()));
        self.totals.watched += elapsed;
        match observation {
            Observation::Nobody => self.totals.away += elapsed,
            _ if told => self.totals.measured += elapsed,
            _ => {}
        }
        let mut events = self.presence.step(at, elapsed, &observation, told);
        if let Observation::Seen(stand) = observation {
            let patience = self.rules.patience();
            for track in &mut self.tracks {
                let level = stand.iter().find(|assessment| assessment.rule == *track.rule());
                events.extend(level.and_then(|assessment| track.step(at, elapsed, assessment, patience)));
            }
            events.extend(self.suggest(at, &stand));
        }
        for event in &events {
            match event {
                Event::Began { .. } => self.totals.findings += 1,
                Event::Suggested { .. } => self.totals.advice += 1,
                _ => {}
            }
        }
        events
    }

    /// Totals so far.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// The rules whose deviation has been there for `ambient_s`, or whose finding lasts: what a quiet sign shows.
    pub fn ambient(&self) -> impl Iterator<Item = &RuleId> {
        let ambient = self.rules.patience().ambient;
        self.tracks.iter().filter(move |track| track.shows(ambient)).map(Track::rule)
    }

    fn elapsed(&mut self, at: Duration) -> Duration {
        let elapsed = at.saturating_sub(self.last.unwrap_or(at));
        self.last = self.last.max(Some(at));
        if elapsed > LONGEST_STEP { Duration::ZERO } else { elapsed }
    }

    /// The one stretch that is due, of a rule that shows its finding in `stand`.
    fn suggest(&mut self, at: Duration, stand: &[Assessment]) -> Option<Event> {
        let patience = self.rules.patience();
        if !self.budget.allows(at, patience) {
            return None;
        }
        let due = self.tracks.iter().zip(self.rules.iter()).filter_map(|(track, rule)| {
            let shows = stand.iter().any(|a| a.rule == rule.id && a.level.is_some_and(|l| l >= patience.exit_factor));
            let rested = self.budget.rested(at, &rule.id, patience);
            track.finding().filter(|finding| shows && rested && track.lasted() >= rule.nudge(finding.severity))
        });
        let advice = due.filter_map(|finding| self.stretches.advise(&finding, self.budget.recent())).next()?;
        self.budget.spend(at, &advice);
        Some(Event::Suggested { advice, at })
    }
}

#[cfg(test)]
mod tests;
