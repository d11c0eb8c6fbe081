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
//! - What is due while recommendations are withheld (a call, quiet hours) is owed: said once as such, and given as soon as
//!   nothing withholds it, unless its finding has been over for `owed_s`.
//! - Rules that count time (sitting, not moving) ask for a break once it is up, in the same order and within the same budgets.
//! - In the first `start_s` of a session recommendations are withheld as well.
//! - Nobody there for `break_s`, or a gap in time as long, was a break: what lasted before it does not count after it.
//! - A pause is cut out of the time of all tracks: what was measured before it goes on after it. So is a stretch that is being
//!   guided. While a locked screen or a battery closes the camera nothing is known: that is a gap in time.
//!
//! All of this is counted in time, never in frames: the same session at 1 to 60 frames per second gives the same events.

mod breaks;
mod budget;
mod clock;
mod event;
mod holds;
mod presence;
mod recommend;
mod request;
mod sight;
mod state;
mod suspension;
mod track;

use std::time::Duration;

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use self::{
    breaks::Breaks, budget::Budget, clock::Clock, holds::Holds, presence::Presence, recommend::Owed,
    suspension::Suspended, track::Track,
};
pub use self::{
    event::{Event, Offer, Share, Why},
    request::{Held, QuietHours, Request},
    sight::Sight,
    state::{Pause, Standing, State},
    suspension::Suspension,
};
use crate::{
    measure::Reason,
    rules::{Assessment, Counts, RuleId, Rules},
    stretches::{StretchId, Stretches, Suits},
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
    clock: Clock,
    holds: Holds,
    breaks: Breaks,
    suits: Suits,
    paused: Option<Pause>,
    suspended: Option<Suspended>,
    owed: Option<Owed>,
    /// When they were last seen, of somebody who has left.
    left: Option<Duration>,
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
            clock: Clock::default(),
            holds: Holds::default(),
            breaks: Breaks::default(),
            suits: Suits::default(),
            paused: None,
            suspended: None,
            owed: None,
            left: None,
            last: None,
            totals: Totals::default(),
        }
    }

    /// Sets the hours of the day at which nothing is recommended. They hold from when a [`Request::Clock`] says what time it
    /// is.
    pub fn quiet_hours(&mut self, hours: Vec<QuietHours>) {
        self.holds.quiet = hours;
    }

    /// Sets what suits the user.
    pub fn suits(&mut self, suits: Suits) {
        self.suits = suits;
    }

    /// Takes in for how long nothing has moved, before the step that this was seen in.
    pub fn still(&mut self, time: Duration) {
        self.breaks.still(time);
    }

    /// Takes in what was observed at `at`, and says what changed. `at` is the time since the source opened and does not
    /// decrease; the time since the last step counts as spent in what is observed now.
    pub fn step(&mut self, at: Duration, observation: Observation) -> Vec<Event> {
        let mut events = self.go_on(at);
        if self.paused.is_some() || self.suspended.is_some() {
            return events;
        }
        let elapsed = self.elapsed(at);
        let told = matches!(&observation, Observation::Seen(stand) if stand.iter().any(|a| a.level.is_some()));
        self.totals.watched += elapsed;
        match observation {
            Observation::Nobody => self.totals.away += elapsed,
            _ if told => self.totals.measured += elapsed,
            _ => {}
        }
        let came_and_went = self.presence.step(at, elapsed, &observation, told);
        came_and_went.iter().for_each(|event| self.come_or_go(event));
        events.extend(came_and_went);
        if self.presence.now().0 && !matches!(observation, Observation::Blind(_)) {
            self.breaks.sit(elapsed);
        }
        match observation {
            Observation::Seen(stand) => {
                events.extend(self.follow(at, elapsed, &stand));
                events.extend(self.recommend(at, &stand));
            }
            Observation::Unreadable(_) => events.extend(self.recommend(at, &[])),
            Observation::Nobody | Observation::Blind(_) => {}
        }
        for event in &events {
            match event {
                Event::Began { .. } => self.totals.findings += 1,
                Event::Suggested { .. } | Event::BreakDue { .. } => self.totals.advice += 1,
                _ => {}
            }
        }
        events
    }

    /// Does what is asked at `at`, and says what changed.
    pub fn ask(&mut self, at: Duration, request: Request) -> Vec<Event> {
        let mut events = self.go_on(at);
        let changed = match request {
            Request::Pause { until } => self.pause(at, until),
            Request::Resume => self.resume(at),
            Request::Snooze { until } => {
                self.holds.snooze(until);
                Some(Event::Snoozed { until, at })
            }
            Request::Dismiss => {
                let rule = self.budget.dismiss(self.clock.moment(at), &self.rules);
                rule.map(|rule| Event::Dismissed { rule, at })
            }
            Request::Complete { stretch } => self.complete(at, stretch),
            Request::Hold { because } => {
                self.holds.hold(because);
                None
            }
            Request::Release { because } => {
                self.holds.release(because);
                None
            }
            Request::Suspend { because } => self.suspend(at, because),
            Request::Continue { because } => self.carry_on(at, because),
            Request::Clock { now } => {
                self.set_clock(at, now);
                None
            }
        };
        events.extend(changed);
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
        if elapsed <= LONGEST_STEP {
            return elapsed;
        }
        if elapsed >= self.rules.patience().rest {
            self.rest();
        }
        Duration::ZERO
    }

    /// After a break, or a time of which nothing is known: what lasted before it does not count any more.
    fn rest(&mut self) {
        self.tracks.iter_mut().for_each(Track::rest);
        self.breaks.rest();
        self.owed = None;
    }

    fn come_or_go(&mut self, event: &Event) {
        match (event, self.left) {
            (Event::Left { at }, _) => self.left = Some(*at),
            (Event::Returned { at }, Some(left)) => {
                self.left = None;
                if at.saturating_sub(left) >= self.rules.patience().rest {
                    self.rest();
                }
            }
            _ => {}
        }
    }

    /// Moves every track on to `at`, where the rules stand as `stand` says.
    fn follow(&mut self, at: Duration, elapsed: Duration, stand: &[Assessment]) -> Vec<Event> {
        let patience = self.rules.patience();
        let step = |track: &mut Track| {
            let assessment = stand.iter().find(|assessment| assessment.rule == *track.rule())?;
            track.step(at, elapsed, assessment, patience)
        };
        let events: Vec<Event> = self.tracks.iter_mut().filter_map(step).collect();
        for event in &events {
            if let (Event::Ended { rule, at }, Some(owed)) = (event, &mut self.owed)
                && owed.due.rule == *rule
            {
                owed.over = Some(*at);
            }
        }
        events
    }

    fn complete(&mut self, at: Duration, stretch: StretchId) -> Option<Event> {
        let done = self.stretches.get(&stretch)?;
        let helps: Vec<RuleId> = done.helps.iter().map(|help| help.rule.clone()).collect();
        let timer = |rule: &RuleId| self.rules.get(rule).and_then(|rule| rule.timer.as_ref());
        if done.rest && helps.iter().filter_map(timer).any(|timer| timer.counts == Counts::Presence) {
            self.breaks.rest();
        }
        self.budget.complete(self.clock.moment(at), &stretch, helps, &self.rules);
        Some(Event::Completed { stretch, at })
    }

    fn set_clock(&mut self, at: Duration, now: DateTime) {
        let slept = self.clock.set(at, now);
        if slept.is_some_and(|slept| slept >= self.rules.patience().rest) {
            self.rest();
        }
    }

    fn pause(&mut self, at: Duration, until: Option<Duration>) -> Option<Event> {
        if until.is_some_and(|until| until <= at) {
            return None;
        }
        let since = self.paused.map_or(at, |pause| pause.since);
        self.paused = Some(Pause { since, until });
        Some(Event::Paused { until, at })
    }

    /// Ends a pause whose time is over.
    fn go_on(&mut self, at: Duration) -> Vec<Event> {
        let until = self.paused.and_then(|pause| pause.until).filter(|until| *until <= at);
        until.and_then(|until| self.resume(until)).into_iter().collect()
    }

    fn resume(&mut self, at: Duration) -> Option<Event> {
        let snoozed = self.holds.wake(at);
        let Some(Pause { since, .. }) = self.paused.take() else {
            return snoozed.then_some(Event::Resumed { at });
        };
        self.shift(at.saturating_sub(since));
        if let Some(suspended) = &mut self.suspended {
            suspended.count_from(at);
        }
        Some(Event::Resumed { at })
    }

    /// Moves all that was seen ahead by `pause`, as if no time had passed.
    fn shift(&mut self, pause: Duration) {
        self.tracks.iter_mut().for_each(|track| track.shift(pause));
        self.presence.shift(pause);
        self.left = self.left.map(|left| left + pause);
        self.last = self.last.map(|last| last + pause);
    }
}

#[cfg(test)]
mod tests;
