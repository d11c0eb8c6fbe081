//! One rule over time.

use std::{collections::VecDeque, time::Duration};

use super::{Event, Share};
use crate::{
    measure::Measurement,
    rules::{Assessment, Finding, Patience, RuleId, Severity},
};

/// How far back the share of a deviation is counted that explains a recommendation.
const SHARE_OF: Duration = Duration::from_secs(300);

/// Time constant of the smoothing of levels and measurements.
pub(super) const SMOOTHING: Duration = Duration::from_secs(2);

/// One rule over time.
#[derive(Debug, Clone)]
pub(super) struct Track {
    rule: RuleId,
    /// When the rule was last told.
    told: Option<Duration>,
    /// The smoothed level.
    level: f32,
    /// The smoothed measurement that shows a deviation.
    by: Option<Measurement>,
    run: Option<Run>,
    /// Time at each severity or beyond.
    beyond: [Window; 3],
    /// Since when the rule is told, apart from gaps.
    first: Option<Duration>,
    /// Time of the deviation, also of one that ended since.
    shown: Window,
    lasting: Option<Lasting>,
}

/// A deviation without a break.
#[derive(Debug, Clone, Copy)]
struct Run {
    since: Duration,
    /// Told time since then.
    lasted: Duration,
    /// How long the deviation has been gone now.
    dip: Duration,
}

/// A finding that has begun.
#[derive(Debug, Clone, Copy)]
struct Lasting {
    /// The worst severity that has lasted.
    severity: Severity,
    by: Measurement,
    /// Told time since the deviation was first seen.
    lasted: Duration,
    /// How long the level has been below the exit, once it is.
    below: Option<Duration>,
}

impl Track {
    pub fn new(rule: RuleId) -> Self {
        Self {
            rule,
            told: None,
            level: 0.0,
            by: None,
            run: None,
            beyond: Default::default(),
            first: None,
            shown: Window::default(),
            lasting: None,
        }
    }

    pub fn rule(&self) -> &RuleId {
        &self.rule
    }

    /// The finding that lasts, at its worst lasting severity.
    pub fn finding(&self) -> Option<Finding> {
        let Lasting { severity, by, .. } = self.lasting?;
        Some(Finding { rule: self.rule.clone(), severity, by })
    }

    /// The smoothed level, if the rule was told at `at`.
    pub fn level(&self, at: Duration) -> Option<f32> {
        self.told.filter(|told| *told == at).map(|_| self.level)
    }

    /// For how much of the last five minutes the deviation was there.
    pub fn share(&self, at: Duration) -> Share {
        let of = at.saturating_sub(self.first.unwrap_or(at)).min(SHARE_OF);
        Share { there: self.shown.within(at, SHARE_OF).min(of), of }
    }

    /// Forgets how long anything has lasted, after a break; a finding stands until something else is seen.
    pub fn rest(&mut self) {
        (self.first, self.run, self.beyond, self.shown) = (None, None, Default::default(), Window::default());
        if let Some(lasting) = &mut self.lasting {
            lasting.lasted = Duration::ZERO;
        }
    }

    /// Moves all that was seen ahead by `pause`, as if no time had passed.
    pub fn shift(&mut self, pause: Duration) {
        let times = [&mut self.told, &mut self.first].into_iter().flatten();
        times.chain(self.run.as_mut().map(|run| &mut run.since)).for_each(|time| *time += pause);
        self.beyond.iter_mut().chain([&mut self.shown]).for_each(|window| window.shift(pause));
    }

    /// For how much told time the finding has lasted.
    pub fn lasted(&self) -> Duration {
        self.lasting.map_or(Duration::ZERO, |lasting| lasting.lasted)
    }

    /// Whether a finding lasts, or a deviation has been there for `ambient`.
    pub fn shows(&self, ambient: Duration) -> bool {
        self.lasting.is_some() || self.run.is_some_and(|run| run.lasted >= ambient)
    }

    /// Takes in where the rule stands at `at`, `elapsed` after the step before.
    pub fn step(
        &mut self,
        at: Duration,
        elapsed: Duration,
        assessment: &Assessment,
        patience: &Patience,
    ) -> Option<Event> {
        let level = assessment.level?;
        let gap = self.told.map(|told| at.saturating_sub(told));
        self.told = Some(at);
        self.first = self.first.or(self.told);
        if gap.is_none_or(|gap| gap > patience.persist) {
            self.run = None;
        }
        let weight = gap.map_or(1.0, |gap| 1.0 - (-gap.div_duration_f32(SMOOTHING)).exp());
        self.level += weight * (level - self.level);
        self.blend(assessment.finding.as_ref(), weight);
        self.count(at, elapsed, patience);
        match self.lasting {
            Some(lasting) => self.go_on(at, elapsed, lasting, patience),
            None => self.begin(at, patience),
        }
    }

    /// Blends in the measurement behind `finding`. Another metric starts anew.
    fn blend(&mut self, finding: Option<&Finding>, weight: f32) {
        let Some(Finding { by: new, .. }) = finding else { return };
        let by = self.by.get_or_insert(*new);
        if (by.metric, by.reference) != (new.metric, new.reference) {
            *by = *new;
        }
        by.value += weight * (new.value - by.value);
        by.uncertainty += weight * (new.uncertainty - by.uncertainty);
    }

    fn deviates(&self) -> bool {
        self.level >= Severity::Mild.level()
    }

    /// Counts the time at each severity.
    fn count(&mut self, at: Duration, elapsed: Duration, patience: &Patience) {
        for (severity, window) in Severity::ALL.into_iter().zip(&mut self.beyond) {
            window.forget(at, patience.window);
            if self.level >= severity.level() {
                window.add(at, elapsed);
            }
        }
        let deviates = self.deviates();
        self.shown.forget(at, SHARE_OF);
        if deviates {
            self.shown.add(at, elapsed);
        }
        match &mut self.run {
            Some(run) => {
                run.lasted += elapsed;
                run.dip = if deviates { Duration::ZERO } else { run.dip + elapsed };
                if run.dip >= patience.exit_hold {
                    self.run = None;
                }
            }
            None if deviates => self.run = Some(Run { since: at, lasted: Duration::ZERO, dip: Duration::ZERO }),
            None => {}
        }
    }

    fn begin(&mut self, at: Duration, patience: &Patience) -> Option<Event> {
        let by = self.by.filter(|_| self.deviates())?;
        let [window, ..] = &self.beyond;
        let often = window.within(at, patience.window);
        let (since, lasted) = match self.run {
            Some(run) if run.lasted >= patience.persist => (run.since, run.lasted),
            _ if often >= patience.window.mul_f32(patience.share) => (window.since()?, often),
            _ => return None,
        };
        let severity = self.severity(at, patience).unwrap_or(Severity::Mild);
        self.lasting = Some(Lasting { severity, by, lasted, below: None });
        Some(Event::Began { finding: self.finding()?, since, at })
    }

    fn go_on(&mut self, at: Duration, elapsed: Duration, lasting: Lasting, patience: &Patience) -> Option<Event> {
        let below = match lasting.below {
            _ if self.level >= patience.exit_factor => None,
            Some(below) => Some(below + elapsed),
            None => Some(Duration::ZERO),
        };
        if below.is_some_and(|below| below >= patience.exit_hold) {
            self.lasting = None;
            self.run = None;
            self.beyond = Default::default();
            return Some(Event::Ended { rule: self.rule.clone(), at });
        }
        let severity = lasting.severity.max(self.severity(at, patience).unwrap_or(lasting.severity));
        let by = self.by.unwrap_or(lasting.by);
        self.lasting = Some(Lasting { severity, by, lasted: lasting.lasted + elapsed, below });
        let finding = self.finding().filter(|_| severity > lasting.severity)?;
        Some(Event::Worsened { finding, at })
    }

    /// The worst severity that was there for the share of the last `persist_s`.
    fn severity(&self, at: Duration, patience: &Patience) -> Option<Severity> {
        let enough = patience.persist.mul_f32(patience.share);
        let worst = self.beyond.iter().rposition(|window| window.within(at, patience.persist) >= enough)?;
        Severity::ALL.get(worst).copied()
    }
}

/// Time spent in something, second by second, as far back as is asked for.
#[derive(Debug, Clone, Default)]
struct Window(VecDeque<(Duration, Duration)>);

impl Window {
    /// Adds `elapsed` at `at`.
    fn add(&mut self, at: Duration, elapsed: Duration) {
        match self.0.back_mut() {
            Some((start, spent)) if start.as_secs() == at.as_secs() => *spent += elapsed,
            _ => self.0.push_back((at, elapsed)),
        }
    }

    /// Forgets what is further back than `span`.
    fn forget(&mut self, at: Duration, span: Duration) {
        while self.0.front().is_some_and(|(start, _)| at.saturating_sub(*start) > span) {
            self.0.pop_front();
        }
    }

    /// The time spent within the last `span`.
    fn within(&self, at: Duration, span: Duration) -> Duration {
        self.0.iter().rev().take_while(|(start, _)| at.saturating_sub(*start) <= span).map(|(_, spent)| *spent).sum()
    }

    /// Moves all of it ahead by `pause`.
    fn shift(&mut self, pause: Duration) {
        self.0.iter_mut().for_each(|(start, _)| *start += pause);
    }

    /// The start of what is remembered.
    fn since(&self) -> Option<Duration> {
        self.0.front().map(|(start, _)| *start)
    }
}
