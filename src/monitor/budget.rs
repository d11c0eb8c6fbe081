//! How often something may be recommended, and how strongly.

use std::{collections::BTreeMap, time::Duration};

use super::{Offer, clock::Moment};
use crate::{
    rules::{Cooldown, Patience, RuleId, Rules},
    stretches::{Advice, StretchId},
};

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);

/// Of how many of the last recommendations the stretches are not repeated while there is another.
const NOT_AGAIN: usize = 2;

/// The recommendations of the last day, and what came of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Budget {
    /// Oldest first.
    given: Vec<Given>,
    /// Until when each rule rests.
    rests: BTreeMap<RuleId, Duration>,
    /// How many were dismissed since one was taken up.
    in_a_row: u32,
}

#[derive(Debug, Clone)]
struct Given {
    at: Moment,
    advice: Advice,
    offer: Offer,
    answered: bool,
}

impl Budget {
    /// The earliest time at which something may be recommended for `rule`; it has come when it is not after `now`.
    pub fn earliest(&self, rule: &RuleId, now: Moment, patience: &Patience) -> Duration {
        let rested = self.rests.get(rule).copied().unwrap_or_default();
        let gap = self.patiently(patience.min_gap, patience);
        let apart = self.given.last().map_or(Duration::ZERO, |given| given.at.time + gap);
        rested.max(apart).max(self.after(patience.per_hour, HOUR)).max(self.next_day(now, patience))
    }

    /// When the last `most` recommendations no longer fill `span`.
    fn after(&self, most: usize, span: Duration) -> Duration {
        match most.checked_sub(1) {
            Some(others) => self.given.iter().rev().nth(others).map_or(Duration::ZERO, |given| given.at.time + span),
            None => Duration::MAX,
        }
    }

    /// When the budget of the day is there again: at midnight, or where the time of day is not known, 24 hours later.
    fn next_day(&self, now: Moment, patience: &Patience) -> Duration {
        match now.day {
            Some(day) if self.today(now).count() >= patience.per_day => now.time + day.left,
            Some(_) => Duration::ZERO,
            None => self.after(patience.per_day, DAY),
        }
    }

    /// The recommendations of this day, or of the last 24 hours where the time of day is not known.
    fn today(&self, now: Moment) -> impl Iterator<Item = &Given> {
        self.given.iter().filter(move |given| match (now.day, given.at.day) {
            (Some(today), Some(day)) => day.date == today.date,
            _ => now.time.saturating_sub(given.at.time) < DAY,
        })
    }

    /// `time`, or longer after several dismissals in a row.
    fn patiently(&self, time: Duration, patience: &Patience) -> Duration {
        let backoff = patience.backoff;
        let steps = (self.in_a_row + 1).saturating_sub(backoff.dismissals);
        let factor = backoff.multiplier.saturating_pow(steps);
        time.saturating_mul(factor).min(backoff.longest.max(time))
    }

    /// How strongly to recommend something for `rule`, whose finding has lasted for `lasted`.
    pub fn offer(&self, rule: &RuleId, lasted: Duration, now: Moment, patience: &Patience) -> Offer {
        let escalation = patience.escalation;
        let since = |given: &Given| now.time.saturating_sub(given.at.time);
        let guides = || self.today(now).filter(|given| given.offer == Offer::Guide);
        let again = self.given.iter().any(|given| given.advice.because == *rule && since(given) < escalation.again);
        if guides().count() >= escalation.guides_per_day {
            Offer::Break
        } else if guides().any(|given| since(given) < escalation.guide_gap) || !(again || lasted >= escalation.lasting)
        {
            Offer::Notice
        } else {
            Offer::Guide
        }
    }

    /// The last stretches given, newest last.
    pub fn recent(&self) -> Vec<StretchId> {
        let old = self.given.len().saturating_sub(NOT_AGAIN);
        let stretches = |given: &Given| [Some(given.advice.stretch.clone()), given.advice.then.clone()];
        self.given[old..].iter().flat_map(stretches).flatten().collect()
    }

    /// The last recommendation, and when it was made.
    pub fn last(&self) -> Option<(&Advice, Duration)> {
        self.given.last().map(|given| (&given.advice, given.at.time))
    }

    /// Takes down a recommendation made `now`, for a rule with this cool-down.
    pub fn spend(&mut self, now: Moment, advice: &Advice, offer: Offer, patience: &Patience, cooldown: Cooldown) {
        self.given.retain(|given| now.time.saturating_sub(given.at.time) < DAY);
        self.given.push(Given { at: now, advice: advice.clone(), offer, answered: false });
        self.rest(&advice.because, now.time + self.patiently(cooldown.nudged, patience));
    }

    fn rest(&mut self, rule: &RuleId, until: Duration) {
        let rests = self.rests.entry(rule.clone()).or_default();
        *rests = until.max(*rests);
    }

    /// The last recommendation, if nothing has come of it yet.
    fn open(&mut self) -> Option<&mut Given> {
        self.given.last_mut().filter(|given| !given.answered)
    }

    /// Takes down that the last recommendation was waved away; the rule it was for. `None` when there is none to dismiss.
    pub fn dismiss(&mut self, now: Moment, rules: &Rules) -> Option<RuleId> {
        let open = self.open()?;
        open.answered = true;
        let rule = open.advice.because.clone();
        self.in_a_row = self.in_a_row.saturating_add(1);
        self.rest(&rule, now.time + self.patiently(rules.cooldown(&rule).dismissed, rules.patience()));
        Some(rule)
    }

    /// Takes down that `stretch` was done: the rule of the last recommendation rests if this is what it named, else those
    /// that it helps.
    pub fn complete(&mut self, now: Moment, stretch: &StretchId, helps: Vec<RuleId>, rules: &Rules) {
        let named =
            |given: &&mut Given| [Some(&given.advice.stretch), given.advice.then.as_ref()].contains(&Some(stretch));
        let done_for = match self.open().filter(named) {
            Some(open) => {
                open.answered = true;
                vec![open.advice.because.clone()]
            }
            None => helps,
        };
        self.in_a_row = 0;
        for rule in done_for {
            self.rest(&rule, now.time + rules.cooldown(&rule).completed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(name: &str) -> RuleId {
        RuleId(name.into())
    }

    const fn moment(seconds: u64) -> Moment {
        Moment { time: Duration::from_secs(seconds), day: None }
    }

    /// A budget of which offers were spent at these seconds, for one rule.
    fn spent(given: &[(u64, Offer)]) -> (Budget, Patience) {
        let patience = *Rules::embedded().patience();
        let mut budget = Budget::default();
        for (at, offer) in given {
            let advice = Advice { stretch: StretchId("chin_tuck".into()), then: None, because: rule("forward_head") };
            budget.spend(moment(*at), &advice, *offer, &patience, patience.cooldown);
        }
        (budget, patience)
    }

    #[test]
    fn a_second_word_for_the_same_rule_within_the_hour_is_a_guided_stretch() {
        let (budget, patience) = spent(&[(1_000, Offer::Notice)]);
        let offer = |name, at| budget.offer(&rule(name), Duration::ZERO, moment(at), &patience);
        assert_eq!(offer("forward_head", 4_599), Offer::Guide);
        assert_eq!(offer("forward_head", 4_600), Offer::Notice);
        assert_eq!(offer("looking_down", 1_600), Offer::Notice);
        assert_eq!(
            budget.offer(&rule("looking_down"), Duration::from_secs(600), moment(1_600), &patience),
            Offer::Guide
        );
        assert_eq!(
            budget.offer(&rule("looking_down"), Duration::from_secs(599), moment(1_600), &patience),
            Offer::Notice
        );
    }

    #[test]
    fn guided_stretches_are_apart_and_four_a_day() {
        let (budget, patience) = spent(&[(1_000, Offer::Guide)]);
        let offer = |budget: &Budget, at| budget.offer(&rule("forward_head"), Duration::ZERO, moment(at), &patience);
        assert_eq!((offer(&budget, 2_199), offer(&budget, 2_200)), (Offer::Notice, Offer::Guide));
        let (budget, _) = spent(&[1_000, 3_000, 5_000, 7_000].map(|at| (at, Offer::Guide)));
        assert_eq!(offer(&budget, 8_000), Offer::Break);
        assert_eq!((offer(&budget, 87_399), offer(&budget, 87_400)), (Offer::Break, Offer::Notice));
    }
}
