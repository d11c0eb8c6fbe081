//! What stands at a moment, for displays.

use std::{collections::BTreeSet, time::Duration};

use super::{Held, Monitor, Suspension, track::Track};
use crate::{
    rules::{Finding, Rule, RuleId},
    stretches::Advice,
};

/// What stands at a moment. All times are those of the session.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// The moment.
    pub at: Duration,
    /// Whether somebody is there, as far as has been told.
    pub somebody: bool,
    /// Whether posture can be read, as far as has been told.
    pub readable: bool,
    /// Set while paused.
    pub paused: Option<Pause>,
    /// What suspends watching, if anything does.
    pub suspended: Option<Suspension>,
    /// Until when recommendations are put off, if they are.
    pub snoozed: Option<Duration>,
    /// What withholds recommendations.
    pub held: BTreeSet<Held>,
    /// The rule for which one was withheld and is still owed.
    pub owed: Option<RuleId>,
    /// The last recommendation, and when it was made.
    pub last: Option<(Advice, Duration)>,
    /// Where each rule stands, in the order of the rules.
    pub rules: Vec<Standing>,
}

/// A pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// Since when.
    pub since: Duration,
    /// When it ends by itself; `None`: when it is resumed.
    pub until: Option<Duration>,
}

/// Where one rule stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Which rule.
    pub rule: RuleId,
    /// Its smoothed level: 0 neutral, 1, 2 and 3 at its thresholds. `None` while it cannot be told.
    pub level: Option<f32>,
    /// The finding that lasts, if one does.
    pub finding: Option<Finding>,
    /// For how much measured time it has lasted.
    pub lasted: Duration,
    /// Whether a quiet sign is in place.
    pub ambient: bool,
    /// When something is recommended for it at the earliest, if it goes on as it is; `None` while nothing lasts.
    pub next: Option<Duration>,
}

impl Monitor {
    /// What stands at `at`.
    pub fn state(&self, at: Duration) -> State {
        let (somebody, readable) = self.presence.now();
        State {
            at,
            somebody,
            readable,
            paused: self.paused,
            suspended: self.suspension(),
            snoozed: self.holds.snoozed(at),
            held: self.held(at),
            owed: self.owed.as_ref().map(|owed| owed.due.rule.clone()),
            last: self.budget.last().map(|(advice, time)| (advice.clone(), self.clock.session(time))),
            rules: self
                .tracks
                .iter()
                .zip(self.rules.iter())
                .map(|(track, rule)| self.standing(at, track, rule))
                .collect(),
        }
    }

    fn standing(&self, at: Duration, track: &Track, rule: &Rule) -> Standing {
        let ambient = self.rules.patience().ambient;
        let (level, lasted, shows, wait) = match &rule.timer {
            Some(timer) => {
                let lasted = self.breaks.lasted(timer.counts);
                let level = timer.level(lasted);
                (Some(level), lasted, level >= 1.0, Some(timer.after[0].saturating_sub(lasted)))
            }
            None => {
                let wait = track.finding().map(|f| rule.nudge(f.severity).saturating_sub(track.lasted()));
                (self.last.and_then(|last| track.level(last)), track.lasted(), track.shows(ambient), wait)
            }
        };
        let allowed =
            || self.clock.session(self.budget.earliest(&rule.id, self.clock.moment(at), self.rules.patience()));
        let snoozed = self.holds.snoozed(at).unwrap_or_default();
        let next = wait.map(|wait| (at + wait).max(allowed()).max(snoozed));
        Standing { rule: rule.id.clone(), level, finding: track.finding(), lasted, ambient: shows, next }
    }
}
