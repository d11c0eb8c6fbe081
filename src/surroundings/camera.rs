//! What the surroundings mean for the camera: closed while the screen is locked, and on battery as the user wants it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Change;
use crate::monitor::{Request, Suspension};

/// What is to become of the camera while the machine runs on battery.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnBattery {
    /// It is used as ever.
    #[default]
    Keep,
    /// It is on for short looks, a quarter of the time at most.
    Slow,
    /// It is closed.
    Close,
}

impl OnBattery {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Keep, Self::Slow, Self::Close];

    /// As it is written in arguments and in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Slow => "slow",
            Self::Close => "close",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// What is to become of the camera.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Camera {
    closed: BTreeSet<Suspension>,
    slow: bool,
}

impl Camera {
    /// What follows from what is known; what is not known closes nothing.
    pub fn of(locked: Option<bool>, on_battery: Option<bool>, wish: OnBattery) -> Self {
        let on_battery = on_battery == Some(true);
        let reasons =
            [(Suspension::Locked, locked == Some(true)), (Suspension::Battery, on_battery && wish == OnBattery::Close)];
        let closed = reasons.into_iter().filter_map(|(because, is_so)| is_so.then_some(because)).collect();
        Self { closed, slow: on_battery && wish == OnBattery::Slow }
    }

    /// What to ask for when this has become `now`.
    pub fn changes(&self, now: &Self) -> Vec<Change> {
        let begun = now.closed.difference(&self.closed).map(|because| Request::Suspend { because: *because });
        let over = self.closed.difference(&now.closed).map(|because| Request::Continue { because: *because });
        let pace = (self.slow != now.slow).then_some(Change::Slow(now.slow));
        begun.chain(over).map(Change::Ask).chain(pace).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_closes_the_camera_and_a_battery_does_what_is_wished() {
        use Suspension::{Battery, Locked};
        for (locked, battery, wish, closed, slow) in [
            (None, None, OnBattery::Close, &[][..], false),
            (Some(true), None, OnBattery::Keep, &[Locked], false),
            (Some(false), Some(true), OnBattery::Keep, &[], false),
            (Some(false), Some(true), OnBattery::Close, &[Battery], false),
            (Some(true), Some(true), OnBattery::Close, &[Locked, Battery], false),
            (Some(true), Some(true), OnBattery::Slow, &[Locked], true),
            (Some(false), Some(false), OnBattery::Close, &[], false),
        ] {
            let camera = Camera::of(locked, battery, wish);
            let closed = closed.iter().copied().collect();
            assert_eq!(camera, Camera { closed, slow }, "{locked:?} {battery:?} {wish:?}");
        }
    }

    #[test]
    fn only_what_changes_is_asked_for() {
        let open = Camera::default();
        let both = Camera::of(Some(true), Some(true), OnBattery::Close);
        let slow = Camera::of(Some(false), Some(true), OnBattery::Slow);
        assert_eq!(both.changes(&both), []);
        let suspend = |because| Change::Ask(Request::Suspend { because });
        let go_on = |because| Change::Ask(Request::Continue { because });
        assert_eq!(open.changes(&both), [suspend(Suspension::Locked), suspend(Suspension::Battery)]);
        assert_eq!(both.changes(&slow), [go_on(Suspension::Locked), go_on(Suspension::Battery), Change::Slow(true)]);
        assert_eq!(slow.changes(&open), [Change::Slow(false)]);
    }

    #[test]
    fn names_are_those_of_the_configuration() {
        for wish in OnBattery::ALL {
            assert_eq!(OnBattery::named(wish.name()), Some(wish));
            assert_eq!(serde_json::to_value(wish).expect("a word"), wish.name());
        }
        assert_eq!(OnBattery::named("off"), None);
    }
}
