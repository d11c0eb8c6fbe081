//! Whether the desktop shows notifications.

use super::Finding;

const CHECK: &str = "notifications";

/// Asks the desktop who shows notifications, and waits three seconds at most: a bus can take its time.
#[cfg(all(unix, not(target_os = "macos")))]
pub fn notifications() -> Finding {
    use std::{sync::mpsc::channel, thread, time::Duration};

    let remedy = "what is recommended is said where `posture watch` runs";
    let (sender, answer) = channel();
    thread::spawn(move || {
        // Nobody waits any more where it took too long.
        let _ = sender.send(notify_rust::get_server_information());
    });
    match answer.recv_timeout(Duration::from_secs(3)) {
        Ok(Ok(server)) => Finding::pass(CHECK, format!("shown by {} {}", server.name, server.version)),
        Ok(Err(_)) => Finding::warn(CHECK, "nothing here shows notifications", remedy),
        Err(_) => Finding::warn(CHECK, "the desktop does not answer", remedy),
    }
}

/// Only a desktop with a session bus can be asked.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub fn notifications() -> Finding {
    Finding::pass(CHECK, "the system shows them, unless its settings say otherwise")
}
