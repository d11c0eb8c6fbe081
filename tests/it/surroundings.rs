//! What the desktop says about its screen, on a private bus with services of our own.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::Child,
    thread,
    time::Duration,
};

use posture::surroundings::Surroundings;
use zbus::{Connection, block_on, connection::Builder, interface};

use crate::notify::Bus;

/// A session of systemd.
struct Session {
    locked: bool,
}

#[interface(name = "org.freedesktop.login1.Session")]
impl Session {
    #[zbus(property)]
    fn locked_hint(&self) -> bool {
        self.locked
    }
}

/// A screen saver, of a desktop that says nothing to systemd.
struct Saver {
    active: bool,
}

#[interface(name = "org.freedesktop.ScreenSaver")]
impl Saver {
    fn get_active(&self) -> bool {
        self.active
    }
}

const MANAGER: &str = "org.freedesktop.login1";
const SESSION: &str = "/org/freedesktop/login1/session/auto";
const SAVER: &str = "org.freedesktop.ScreenSaver";
const SAVER_OBJECT: &str = "/org/freedesktop/ScreenSaver";

/// Prints a line whenever what is known of the lock has changed, until nobody reads.
#[test]
#[ignore = "runs on a bus of its own"]
fn a_look_at_the_lock() {
    let (mut surroundings, mut before) = (Surroundings::default(), None);
    let mut out = std::io::stdout();
    loop {
        let now = Some(surroundings.is_locked());
        if now != before && writeln!(out, "lock: {:?}", now.flatten()).and_then(|()| out.flush()).is_err() {
            return;
        }
        before = now;
        thread::sleep(Duration::from_millis(20));
    }
}

/// The looks of a process on a bus; it ends with this.
struct Looks {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Looks {
    fn of(mut child: Child) -> Self {
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// What is known next.
    fn next(&mut self) -> String {
        self.lines
            .by_ref()
            .find_map(|line| Some(line.unwrap().split_once("lock: ")?.1.to_owned()))
            .expect("it looks until it is ended")
    }
}

impl Drop for Looks {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lock(connection: &Connection, locked: bool) {
    let session = block_on(connection.object_server().interface::<_, Session>(SESSION)).unwrap();
    block_on(session.get_mut()).locked = locked;
}

fn save(connection: &Connection, active: bool) {
    let saver = block_on(connection.object_server().interface::<_, Saver>(SAVER_OBJECT)).unwrap();
    block_on(saver.get_mut()).active = active;
}

#[test]
fn a_locked_screen_is_known_from_the_session_or_from_the_desktop() {
    let Some(bus) = Bus::start() else { return };
    let mut looks = Looks::of(bus.run("surroundings::a_look_at_the_lock"));
    assert_eq!(looks.next(), "None", "nobody is there to tell");
    let built = |builder: Builder<'_>| block_on(builder.build()).unwrap();
    let address = bus.address.as_str();
    let manager = built(Builder::address(address).name(MANAGER).serve_at(SESSION, Session { locked: false }));
    assert_eq!(looks.next(), "Some(false)");
    lock(&manager, true);
    assert_eq!(looks.next(), "Some(true)");
    lock(&manager, false);
    assert_eq!(looks.next(), "Some(false)");
    let desktop = built(Builder::address(address).name(SAVER).serve_at(SAVER_OBJECT, Saver { active: true }));
    assert_eq!(looks.next(), "Some(true)");
    save(&desktop, false);
    assert_eq!(looks.next(), "Some(false)");
    drop(desktop);
    drop(manager);
    assert_eq!(looks.next(), "None", "they have ended, and that is no error");
}

/// The whole program in front of a fake camera, on a bus with a desktop that locks its screen.
#[cfg(all(feature = "camera", target_os = "linux"))]
#[test]
fn a_watch_closes_its_camera_while_the_screen_is_locked() {
    let Some(camshim) = crate::camera::tool("shim/camshim") else { return };
    let Some(bus) = Bus::start() else { return };
    let desktop = Builder::address(bus.address.as_str()).name(SAVER).serve_at(SAVER_OBJECT, Saver { active: false });
    let desktop = block_on(desktop.build()).unwrap();
    let buses = [("DBUS_SESSION_BUS_ADDRESS", bus.address.as_str()), ("DBUS_SYSTEM_BUS_ADDRESS", bus.address.as_str())];
    let mut watch = crate::control::Watch::start_with(&camshim, &[], &["--no-notify"], &buses);
    save(&desktop, true);
    watch.wait(|status| status["status"]["suspended"] == "locked");
    let said = watch.ask(&["status"]).out;
    assert!(said.contains("; the camera is closed while the screen is locked.\n"), "{said}");
    save(&desktop, false);
    watch.wait(|status| status["status"]["suspended"].is_null());
    let watched = watch.status()["status"]["watched_s"].as_f64().unwrap();
    watch.wait(|status| status["status"]["watched_s"].as_f64() > Some(watched));
    watch.ask(&["quit"]);
    watch.end();
    let names: Vec<String> = watch
        .events()
        .iter()
        .map(|event| serde_json::to_value(event).unwrap()["event"].as_str().unwrap().to_owned())
        .filter(|name| ["suspended", "continued", "unmeasurable"].contains(&name.as_str()))
        .collect();
    assert_eq!(names, ["suspended", "continued"]);
}
