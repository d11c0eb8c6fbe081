//! Whether the desktop is not to be disturbed, as far as it tells over D-Bus.

use std::process::{Command, Stdio};

use zbus::{Connection, Proxy, block_on, fdo::DBusProxy, names::BusName, proxy::CacheProperties};

const SERVICE: &str = "org.freedesktop.Notifications";
const OBJECT: &str = "/org/freedesktop/Notifications";

/// Where notification services say that they hold notifications back: the interface and its property.
const SAID: [(&str, &str); 2] = [
    // KDE Plasma.
    (SERVICE, "Inhibited"),
    ("org.dunstproject.cmd0", "paused"),
];

/// Whether the notification service that runs, or GNOME's setting, says so.
pub fn not_to_be_disturbed() -> bool {
    // A desktop that cannot be asked is taken to have nothing against it.
    block_on(service_holds_back()).unwrap_or(false) || (is_gnome() && gnome_shows_no_banners())
}

async fn service_holds_back() -> zbus::Result<bool> {
    let connection = Connection::session().await?;
    // Asking must not start a service that is not there.
    let running = DBusProxy::new(&connection).await?.name_has_owner(BusName::try_from(SERVICE)?).await?;
    if !running {
        return Ok(false);
    }
    for (interface, property) in SAID {
        let proxy: Proxy<'_> = zbus::proxy::Builder::new(&connection)
            .destination(SERVICE)?
            .path(OBJECT)?
            .interface(interface)?
            .cache_properties(CacheProperties::No)
            .build()
            .await?;
        // A service without the property answers with an error.
        if proxy.get_property::<bool>(property).await.unwrap_or(false) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_gnome() -> bool {
    std::env::var("XDG_CURRENT_DESKTOP").is_ok_and(|names| names.split(':').any(|name| name == "GNOME"))
}

fn gnome_shows_no_banners() -> bool {
    Command::new("gsettings")
        .args(["get", "org.gnome.desktop.notifications", "show-banners"])
        .stdin(Stdio::null())
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"false")
}
