//! Whether the screen is locked, as far as the session manager or the desktop tells over D-Bus.

use zbus::{Connection, block_on};

use super::bus::{Place, at, is_there};

/// systemd's, or elogind's, session of the user.
const SESSION: Place = Place {
    service: "org.freedesktop.login1",
    object: "/org/freedesktop/login1/session/auto",
    interface: "org.freedesktop.login1.Session",
};

/// Desktops that say whether their screen saver, which locks, is there.
const SAVERS: [Place; 3] = [
    Place {
        service: "org.freedesktop.ScreenSaver",
        object: "/org/freedesktop/ScreenSaver",
        interface: "org.freedesktop.ScreenSaver",
    },
    // Where the specification does not say which object, some have put it here.
    Place { service: "org.freedesktop.ScreenSaver", object: "/ScreenSaver", interface: "org.freedesktop.ScreenSaver" },
    Place { service: "org.gnome.ScreenSaver", object: "/org/gnome/ScreenSaver", interface: "org.gnome.ScreenSaver" },
];

/// The screen's lock.
#[derive(Debug, Default)]
pub struct Lock {
    system: Option<Connection>,
    session: Option<Connection>,
}

impl Lock {
    /// Whether somebody says that the screen is locked; `None` where nobody can be asked.
    pub fn is_locked(&mut self) -> Option<bool> {
        let hint = block_on(hint(&mut self.system));
        let saver = block_on(saver(&mut self.session));
        // A bus that could not be asked is met anew the next time.
        if hint.is_err() {
            self.system = None;
        }
        if saver.is_err() {
            self.session = None;
        }
        let said = [hint.ok().flatten(), saver.ok().flatten()];
        said.into_iter().flatten().reduce(|one, other| one || other)
    }
}

/// What the session manager says.
async fn hint(bus: &mut Option<Connection>) -> zbus::Result<Option<bool>> {
    let known = match bus.take() {
        Some(bus) => bus,
        None => Connection::system().await?,
    };
    let bus = bus.insert(known);
    if !is_there(bus, SESSION.service).await? {
        return Ok(None);
    }
    // Who is in no session has none to lock.
    Ok(at(bus, SESSION).await?.get_property::<bool>("LockedHint").await.ok())
}

/// What the desktop says.
async fn saver(bus: &mut Option<Connection>) -> zbus::Result<Option<bool>> {
    let known = match bus.take() {
        Some(bus) => bus,
        None => Connection::session().await?,
    };
    let bus = bus.insert(known);
    for place in SAVERS {
        if !is_there(bus, place.service).await? {
            continue;
        }
        if let Ok(active) = at(bus, place).await?.call::<_, _, bool>("GetActive", &()).await {
            return Ok(Some(active));
        }
    }
    Ok(None)
}
