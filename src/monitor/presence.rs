//! Whether somebody is there, and whether posture can be read.

use std::time::Duration;

use super::{Event, Observation};

/// Nobody seen for this long is a departure; nothing readable for this long is an outage.
const GONE_AFTER: Duration = Duration::from_secs(10);
/// Seen, or readable, for this long ends it.
const BACK_AFTER: Duration = Duration::from_secs(2);

/// A state of two that changes when the contrary has been observed for long enough.
#[derive(Debug, Clone, Copy)]
struct Switch {
    on: bool,
    /// When the state was last confirmed.
    confirmed: Duration,
    /// The contrary, as far as it goes.
    contrary: Option<Contrary>,
}

#[derive(Debug, Clone, Copy)]
struct Contrary {
    since: Duration,
    lasted: Duration,
}

impl Switch {
    const fn new(on: bool) -> Self {
        Self { on, confirmed: Duration::ZERO, contrary: None }
    }

    /// Takes in that `observed` is the case, and has been for `elapsed`. When the contrary of the state has been for `hold`
    /// with nothing between to confirm the state, the state changes; this gives when it was last confirmed and since when
    /// the contrary is.
    fn step(
        &mut self,
        at: Duration,
        elapsed: Duration,
        observed: bool,
        hold: Duration,
    ) -> Option<(Duration, Duration)> {
        if observed == self.on {
            self.confirmed = at;
            self.contrary = None;
            return None;
        }
        let contrary = self.contrary.get_or_insert(Contrary { since: at, lasted: Duration::ZERO });
        contrary.lasted += elapsed;
        let Contrary { since, lasted } = *contrary;
        (lasted >= hold).then(|| {
            let confirmed = self.confirmed;
            *self = Self { on: observed, confirmed: at, contrary: None };
            (confirmed, since)
        })
    }
}

/// Whether somebody is there, and whether posture can be read.
#[derive(Debug, Clone)]
pub(super) struct Presence {
    somebody: Switch,
    readable: Switch,
    /// Whether anybody has been seen yet: the first sight needs no confirmation.
    met: bool,
}

impl Default for Presence {
    fn default() -> Self {
        Self { somebody: Switch::new(false), readable: Switch::new(true), met: false }
    }
}

impl Presence {
    /// Takes in one observation; `told` says that it told where at least one rule stands.
    pub fn step(&mut self, at: Duration, elapsed: Duration, observation: &Observation, told: bool) -> Vec<Event> {
        self.somebody(at, elapsed, observation)
            .into_iter()
            .chain(self.readable(at, elapsed, observation, told))
            .collect()
    }

    /// Whether somebody is there, and whether posture can be read, as far as it has been told.
    pub fn now(&self) -> (bool, bool) {
        (self.somebody.on, self.readable.on)
    }

    /// Moves all that was seen ahead by `pause`, as if no time had passed.
    pub fn shift(&mut self, pause: Duration) {
        for switch in [&mut self.somebody, &mut self.readable] {
            switch.confirmed += pause;
            if let Some(contrary) = &mut switch.contrary {
                contrary.since += pause;
            }
        }
    }

    fn somebody(&mut self, at: Duration, elapsed: Duration, observation: &Observation) -> Option<Event> {
        let seen = match observation {
            Observation::Seen(_) | Observation::Unreadable(_) => true,
            Observation::Nobody => false,
            // A picture that cannot be had says nothing about who is there.
            Observation::Blind(_) => return None,
        };
        let hold = match (seen, self.met) {
            (false, _) => GONE_AFTER,
            (true, true) => BACK_AFTER,
            (true, false) => Duration::ZERO,
        };
        self.met |= seen;
        let (last_seen, first_seen) = self.somebody.step(at, elapsed, seen, hold)?;
        if seen {
            return Some(Event::Returned { at: first_seen });
        }
        // Who has left cannot be read; that is no outage.
        self.readable = Switch::new(true);
        Some(Event::Left { at: last_seen })
    }

    fn readable(&mut self, at: Duration, elapsed: Duration, observation: &Observation, told: bool) -> Option<Event> {
        let readable = match observation {
            Observation::Seen(_) if told => true,
            // Somebody is seen, and nothing is known yet to hold them against.
            Observation::Seen(_) => return None,
            Observation::Unreadable(_) | Observation::Blind(_) => false,
            // A good picture of an empty chair ends an outage of the camera; it does not end one of a person half seen.
            Observation::Nobody if !self.somebody.on => true,
            Observation::Nobody => return None,
        };
        let hold = if readable { BACK_AFTER } else { GONE_AFTER };
        let (_, since) = self.readable.step(at, elapsed, readable, hold)?;
        Some(match observation {
            Observation::Unreadable(reason) => Event::Unmeasurable { why: reason.explain().to_owned(), at: since },
            Observation::Blind(why) => Event::Unmeasurable { why: why.clone(), at: since },
            Observation::Seen(_) | Observation::Nobody => Event::Measurable { at: since },
        })
    }
}
