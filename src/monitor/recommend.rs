//! What to recommend, and when.

use std::{collections::BTreeSet, time::Duration};

use super::{Event, Held, Monitor, Offer, Why, track::Track};
use crate::{
    rules::{Assessment, Rule, RuleId},
    stretches::{Advice, Prompt},
};

/// A recommendation that was withheld.
#[derive(Debug, Clone)]
pub(super) struct Owed {
    pub due: Due,
    /// When its finding was over, once it is.
    pub over: Option<Duration>,
}

/// A recommendation whose time has come.
#[derive(Debug, Clone)]
pub(super) struct Due {
    pub rule: RuleId,
    /// What was found; `None` for a rule that counts time.
    pub reason: Option<Why>,
    pub lasted: Duration,
}

impl Monitor {
    /// Says, withholds, or gives later what is due at `at`.
    pub(super) fn recommend(&mut self, at: Duration, stand: &[Assessment]) -> Option<Event> {
        let long_over =
            |owed: &Owed| owed.over.is_some_and(|over| at.saturating_sub(over) > self.rules.patience().owed);
        if self.owed.as_ref().is_some_and(long_over) {
            self.owed = None;
        }
        let due = self.due(at, stand).or_else(|| self.owed.as_ref().map(|owed| owed.due.clone()))?;
        let (now, patience) = (self.clock.moment(at), *self.rules.patience());
        if self.budget.earliest(&due.rule, now, &patience) > now.time {
            return None;
        }
        let offer = match due.reason {
            Some(_) => self.budget.offer(&due.rule, due.lasted, now, &patience),
            None => Offer::Break,
        };
        let advice = self.choose(&due, offer)?;
        let held = self.held(at).into_iter().next();
        if held.is_some() || self.holds.snoozed(at).is_some() {
            if self.owed.is_some() {
                return None;
            }
            self.owed = Some(Owed { due, over: None });
            return held.map(|because| Event::Owed { advice, because, at });
        }
        self.owed = None;
        self.budget.spend(now, &advice, offer, &patience, self.rules.cooldown(&due.rule));
        Some(match due.reason {
            Some(reason) => Event::Suggested { advice, reason, offer, at },
            None => Event::BreakDue { rule: due.rule, lasted: due.lasted, advice, at },
        })
    }

    fn choose(&self, due: &Due, offer: Offer) -> Option<Advice> {
        let patience = self.rules.patience();
        let prompt = Prompt {
            stretches: if offer == Offer::Guide { patience.stretches } else { 1 },
            length: patience.prompt,
            rest: offer == Offer::Break && due.reason.is_some(),
        };
        self.stretches.advise(&due.rule, &self.budget.recent(), &self.suits, &prompt)
    }

    /// The first recommendation whose time has come, of a rule that shows its finding in `stand` and rests no longer.
    fn due(&self, at: Duration, stand: &[Assessment]) -> Option<Due> {
        let (patience, now) = (self.rules.patience(), self.clock.moment(at));
        let ready = |rule: &Rule| self.budget.earliest(&rule.id, now, patience) <= now.time;
        let due = |(track, rule): (&Track, &Rule)| match &rule.timer {
            Some(timer) => {
                let lasted = self.breaks.lasted(timer.counts);
                (lasted >= timer.after[0]).then(|| Due { rule: rule.id.clone(), reason: None, lasted })
            }
            None => {
                let finding = track.finding()?;
                let level = stand.iter().find(|a| a.rule == rule.id).and_then(|a| a.level);
                let shows = level.is_some_and(|level| level >= patience.exit_factor);
                let lasted = track.lasted();
                (shows && lasted >= rule.nudge(finding.severity)).then(|| {
                    let reason = Some(Why { finding, share: track.share(at) });
                    Due { rule: rule.id.clone(), reason, lasted }
                })
            }
        };
        self.tracks.iter().zip(self.rules.iter()).filter(|(_, rule)| ready(rule)).find_map(due)
    }

    /// What withholds recommendations at `at`.
    pub(super) fn held(&self, at: Duration) -> BTreeSet<Held> {
        let mut held = self.holds.held(self.clock.now(at));
        if self.totals.watched < self.rules.patience().start {
            held.insert(Held::JustStarted);
        }
        held
    }
}
