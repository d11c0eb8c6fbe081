//! Whether the desktop is not to be disturbed, as far as it tells over D-Bus.

use std::{
    env,
    process::{Command, Stdio},
};

use zbus::{Connection, block_on};

use super::bus::{Place, at, is_there};

const SERVICE: &str = "org.freedesktop.Notifications";
const OBJECT: &str = "/org/freedesktop/Notifications";

/// Where notification services say that they hold notifications back: the interface and its property.
const SAID: [(&str, &str); 2] = [
    // KDE Plasma.
    (SERVICE, "Inhibited"),
    ("org.dunstproject.cmd0", "paused"),
];

/// The desktop that can be asked.
#[derive(Debug, Default)]
pub struct Desktop {
    bus: Option<Connection>,
}

impl Desktop {
    /// Whether the notification service that runs, or GNOME's setting, says that it is not to be disturbed.
    pub fn not_to_be_disturbed(&mut self) -> bool {
        match block_on(self.service_holds_back()) {
            Ok(true) => true,
            Ok(false) => is_gnome() && gnome_shows_no_banners(),
            // A desktop that cannot be asked is taken to have nothing against it; the next time it is asked anew.
            Err(_) => {
                self.bus = None;
                false
            }
        }
    }

    async fn service_holds_back(&mut self) -> zbus::Result<bool> {
        let bus = match self.bus.take() {
            Some(bus) => bus,
            None => Connection::session().await?,
        };
        let bus = self.bus.insert(bus);
        if !is_there(bus, SERVICE).await? {
            return Ok(false);
        }
        for (interface, property) in SAID {
            let service = at(bus, Place { service: SERVICE, object: OBJECT, interface }).await?;
            // A service without the property answers with an error.
            if service.get_property::<bool>(property).await.unwrap_or(false) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn is_gnome() -> bool {
    env::var("XDG_CURRENT_DESKTOP").is_ok_and(|names| names.split(':').any(|name| name == "GNOME"))
}

fn gnome_shows_no_banners() -> bool {
    Command::new("gsettings")
        .args(["get", "org.gnome.desktop.notifications", "show-banners"])
        .stdin(Stdio::null())
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"false")
}
