//! What goes on around the user that recommendations had better wait for (a call, a desktop that is not to be disturbed,
//! something that fills the screen), and what the camera is closed for.
//!
//! | what | how it is known | not known |
//! |---|---|---|
//! | [`Held::Call`] | Linux: a microphone records (`/proc/asound`, `pw-dump` or `pactl` where installed), or another program of this user has a camera open (`/proc/*/fd`) | elsewhere |
//! | [`Held::DoNotDisturb`] | the property `Inhibited` of the notification service (KDE Plasma), `paused` of dunst, `show-banners` of GNOME | other desktops |
//! | [`Held::FullScreen`] | X11: the active window says so; asked with `xprop`, where that is installed | Wayland tells no program about others |
//! | the screen is locked | `LockedHint` of the session (systemd, elogind), or `GetActive` of the desktop's screen saver | other desktops, other systems |
//! | the machine runs on battery | Linux: `/sys/class/power_supply` | elsewhere |
//!
//! What cannot be known holds nothing back, and closes nothing. A program that records without a call (a level meter, a noise
//! filter that always runs) counts as one: recommendations are owed meanwhile, not lost.

#[cfg(all(unix, not(target_os = "macos")))]
mod bus;
mod camera;
#[cfg(all(unix, not(target_os = "macos")))]
mod desktop;
mod devices;
#[cfg(all(unix, not(target_os = "macos")))]
mod lock;
mod power;
mod screen;
mod sound;

use std::{collections::BTreeSet, path::Path, process, thread, time::Duration};

use self::camera::Camera;
pub use self::camera::OnBattery;
#[cfg(all(unix, not(target_os = "macos")))]
use self::{desktop::Desktop, lock::Lock};
use crate::monitor::{Held, Request};

/// How often it is looked for what recommendations wait for.
const EVERY: Duration = Duration::from_secs(10);

/// How often it is looked whether the screen is locked: whoever locks it sees the camera go off.
const SOON: Duration = Duration::from_secs(2);

/// What has changed around the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// What to ask of the monitor.
    Ask(Request),
    /// Whether the camera is to be on for short looks only.
    Slow(bool),
}

/// Looks around in threads of its own, and gives what has changed to `tell`, until that says that nobody wants to know.
pub fn watch(on_battery: OnBattery, tell: impl Fn(Change) -> bool + Clone + Send + 'static) {
    let (mut surroundings, mut before, asked) = (Surroundings::default(), BTreeSet::new(), tell.clone());
    every(EVERY, move || {
        let now = surroundings.look();
        let go_on = changes(&before, &now).into_iter().map(Change::Ask).all(&asked);
        before = now;
        go_on
    });
    // What recommendations wait for can take long to find out; the camera does not wait for it.
    let (mut lock, mut before) = (Lock::default(), Camera::default());
    every(SOON, move || {
        let power = power::on_battery(Path::new("/sys/class/power_supply"));
        let now = Camera::of(lock.is_locked(), power, on_battery);
        let go_on = before.changes(&now).into_iter().all(&tell);
        before = now;
        go_on
    });
}

/// Does it so often, in a thread, until it says that it is enough.
fn every(interval: Duration, mut look: impl FnMut() -> bool + Send + 'static) {
    thread::spawn(move || {
        while look() {
            thread::sleep(interval);
        }
    });
}

/// What can be looked at, with what it takes to look.
#[derive(Debug, Default)]
pub struct Surroundings {
    desktop: Desktop,
    lock: Lock,
}

impl Surroundings {
    /// What recommendations had better wait for now.
    pub fn look(&mut self) -> BTreeSet<Held> {
        let proc = Path::new("/proc");
        let call = devices::recording(proc) || devices::filming(proc, process::id()) || sound::recording();
        let quiet = self.desktop.not_to_be_disturbed();
        [(Held::Call, call), (Held::DoNotDisturb, quiet), (Held::FullScreen, screen::is_full())]
            .into_iter()
            .filter_map(|(held, is_so)| is_so.then_some(held))
            .collect()
    }

    /// Whether the screen is locked; `None` where nobody tells.
    pub fn is_locked(&mut self) -> Option<bool> {
        self.lock.is_locked()
    }
}

/// Where the desktop tells nobody.
#[cfg(not(all(unix, not(target_os = "macos"))))]
#[derive(Debug, Default)]
struct Desktop;

#[cfg(not(all(unix, not(target_os = "macos"))))]
impl Desktop {
    fn not_to_be_disturbed(&mut self) -> bool {
        false
    }
}

/// Where nobody tells whether the screen is locked.
#[cfg(not(all(unix, not(target_os = "macos"))))]
#[derive(Debug, Default)]
struct Lock;

#[cfg(not(all(unix, not(target_os = "macos"))))]
impl Lock {
    fn is_locked(&mut self) -> Option<bool> {
        None
    }
}

/// What to ask for when `before` has become `now`.
fn changes(before: &BTreeSet<Held>, now: &BTreeSet<Held>) -> Vec<Request> {
    let over = before.difference(now).map(|because| Request::Release { because: *because });
    let begun = now.difference(before).map(|because| Request::Hold { because: *because });
    over.chain(begun).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changes_is_asked_for() {
        let (call, full): (BTreeSet<_>, BTreeSet<_>) = ([Held::Call].into(), [Held::Call, Held::FullScreen].into());
        assert_eq!(changes(&call, &call), []);
        assert_eq!(changes(&BTreeSet::new(), &call), [Request::Hold { because: Held::Call }]);
        assert_eq!(changes(&call, &full), [Request::Hold { because: Held::FullScreen }]);
        let none = changes(&full, &[Held::DoNotDisturb].into());
        let release = |because| Request::Release { because };
        assert_eq!(
            none,
            [release(Held::Call), release(Held::FullScreen), Request::Hold { because: Held::DoNotDisturb }]
        );
    }
}
