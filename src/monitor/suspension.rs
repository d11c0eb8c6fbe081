//! What suspends watching though nobody asked for a pause: a locked screen, a battery, a stretch that is being guided.

use std::{collections::BTreeSet, time::Duration};

use serde::{Deserialize, Serialize};

use super::{Event, Monitor};

/// Why nothing is measured for now, though nobody asked for a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suspension {
    /// The screen is locked.
    Locked,
    /// The machine runs on battery, and the user wants the camera closed then.
    Battery,
    /// The user is being guided through a stretch: their posture is the stretch's.
    Stretch,
}

impl Suspension {
    /// Whether the camera is closed meanwhile.
    pub const fn closes_camera(self) -> bool {
        matches!(self, Self::Locked | Self::Battery)
    }
}

/// What suspends watching, since when.
#[derive(Debug, Clone)]
pub(super) struct Suspended {
    since: Duration,
    by: BTreeSet<Suspension>,
    /// Whether nothing is known of what the user did meanwhile.
    unknown: bool,
}

impl Suspended {
    /// What was before `at` belongs to a pause.
    pub fn count_from(&mut self, at: Duration) {
        self.since = self.since.max(at);
    }
}

impl Monitor {
    /// What suspends watching, the first where it is several things.
    pub(super) fn suspension(&self) -> Option<Suspension> {
        self.suspended.as_ref().and_then(|suspended| suspended.by.first().copied())
    }

    pub(super) fn suspend(&mut self, at: Duration, because: Suspension) -> Option<Event> {
        let before = self.suspension();
        let suspended =
            self.suspended.get_or_insert_with(|| Suspended { since: at, by: BTreeSet::new(), unknown: false });
        suspended.by.insert(because);
        suspended.unknown |= because.closes_camera();
        self.suspension().filter(|now| before != Some(*now)).map(|because| Event::Suspended { because, at })
    }

    /// Ends one of the suspensions. After the last, what was measured before goes on: as if no time had passed after a
    /// stretch, and as after a gap in time where nothing is known of it, which is a break when it was long enough.
    pub(super) fn carry_on(&mut self, at: Duration, because: Suspension) -> Option<Event> {
        let before = self.suspension()?;
        let suspended = self.suspended.as_mut()?;
        suspended.by.remove(&because);
        if let Some(now) = suspended.by.first() {
            return (*now != before).then_some(Event::Suspended { because: *now, at });
        }
        let (since, unknown) = (suspended.since, suspended.unknown);
        self.suspended = None;
        // A pause moves the time that it takes itself.
        let end = self.paused.map_or(at, |pause| pause.since.min(at));
        let length = end.saturating_sub(since);
        if !unknown {
            self.shift(length);
        } else {
            if length >= self.rules.patience().rest {
                self.rest();
            }
            self.last = self.last.map(|last| last.max(end));
        }
        Some(Event::Continued { at })
    }
}
