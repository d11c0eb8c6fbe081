//! What goes on around the user that recommendations had better wait for: a call, a desktop that is not to be disturbed,
//! something that fills the screen.
//!
//! | what | how it is known | not known |
//! |---|---|---|
//! | [`Held::Call`] | Linux: a microphone records (`/proc/asound`), or another program of this user has a camera open (`/proc/*/fd`) | elsewhere; microphones that ALSA does not know (Bluetooth) |
//! | [`Held::DoNotDisturb`] | the property `Inhibited` of the notification service (KDE Plasma), `paused` of dunst, `show-banners` of GNOME | other desktops |
//! | [`Held::FullScreen`] | X11: the active window says so; asked with `xprop`, where that is installed | Wayland tells no program about others |
//!
//! What cannot be known holds nothing back. A program that records without a call (a level meter, a noise filter that always
//! runs) counts as one: recommendations are owed meanwhile, not lost.

#[cfg(all(unix, not(target_os = "macos")))]
mod desktop;
mod devices;
mod screen;

use std::{collections::BTreeSet, path::Path, process, thread, time::Duration};

#[cfg(all(unix, not(target_os = "macos")))]
use self::desktop::Desktop;
use crate::monitor::{Held, Request};

/// How often the surroundings are looked at.
const EVERY: Duration = Duration::from_secs(10);

/// Looks around every ten seconds in a thread of its own, and gives what has changed to `ask`, until that says that nobody
/// wants to know.
pub fn watch(mut ask: impl FnMut(Request) -> bool + Send + 'static) {
    thread::spawn(move || {
        let (mut surroundings, mut before) = (Surroundings::default(), BTreeSet::new());
        loop {
            let now = surroundings.look();
            if !changes(&before, &now).into_iter().all(&mut ask) {
                return;
            }
            before = now;
            thread::sleep(EVERY);
        }
    });
}

/// What can be looked at, with what it takes to look.
#[derive(Debug, Default)]
pub struct Surroundings {
    desktop: Desktop,
}

impl Surroundings {
    /// What goes on now.
    pub fn look(&mut self) -> BTreeSet<Held> {
        let proc = Path::new("/proc");
        let call = devices::recording(proc) || devices::filming(proc, process::id());
        let quiet = self.desktop.not_to_be_disturbed();
        [(Held::Call, call), (Held::DoNotDisturb, quiet), (Held::FullScreen, screen::is_full())]
            .into_iter()
            .filter_map(|(held, is_so)| is_so.then_some(held))
            .collect()
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
