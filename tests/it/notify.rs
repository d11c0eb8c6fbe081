//! Recommendations on a desktop: a private bus with a notification service of our own, and with dunst where it is installed.
//!
//! What notifies runs in a process of its own, this very binary again: which bus is the session's is read from the
//! environment.

use std::{
    collections::HashMap,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::Duration,
};

use posture::{
    baseline::Baseline,
    estimator::{ModelError, PoseEstimator},
    frame::Frame,
    monitor,
    pipeline::Session,
    pose::Pose,
    rules::Rules,
    sink::{JsonLines, Notify, Sink},
    stretches::Stretches,
    wire::{Event, EventLine, Line},
};
use zbus::{Connection, OwnedVariant, block_on, interface};

use crate::watch::sitting;

/// A bus on which nothing is started by itself.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// A bus that nobody else is on; ends with this value.
struct Bus {
    daemon: Child,
    address: String,
}

impl Bus {
    /// `None`, and a line that says so, where there is no bus to start.
    fn start() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("bus.conf");
        fs::write(&config, BUS).unwrap();
        let daemon = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut daemon) = daemon else {
            println!("skipped: no dbus-daemon");
            return None;
        };
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Some(Self { daemon, address: address.trim().to_owned() })
    }

    /// A command on this bus.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.address);
        command
    }

    /// What a session told that this binary runs as `test`, on this bus.
    fn run(&self, test: &str) -> Child {
        self.command(&std::env::current_exe().unwrap())
            .args([test, "--exact", "--ignored", "--nocapture"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// What a notification service is asked.
#[derive(Debug)]
enum Asked {
    Show {
        id: u32,
        replaces: u32,
        summary: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedVariant>,
    },
    Close(u32),
}

/// A notification service that shows nothing and tells what it is asked.
struct Service {
    can: Vec<String>,
    next: u32,
    asked: Sender<Asked>,
}

#[interface(name = "org.freedesktop.Notifications")]
impl Service {
    fn get_capabilities(&self) -> Vec<String> {
        self.can.clone()
    }

    #[allow(clippy::too_many_arguments, reason = "the specification has as many")]
    fn notify(
        &mut self,
        _application: String,
        replaces: u32,
        _icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedVariant>,
        _patience: i32,
    ) -> u32 {
        let id = if replaces == 0 { self.next } else { replaces };
        self.next += 1;
        self.asked.send(Asked::Show { id, replaces, summary, body, actions, hints }).unwrap();
        id
    }

    fn close_notification(&self, id: u32) {
        self.asked.send(Asked::Close(id)).unwrap();
    }
}

const NAME: &str = "org.freedesktop.Notifications";
const OBJECT: &str = "/org/freedesktop/Notifications";

/// Starts the service on `bus`.
fn serve(bus: &Bus, can: &[&str]) -> (Connection, Receiver<Asked>) {
    let (asked, what) = channel();
    let service = Service { can: can.iter().map(|what| (*what).to_owned()).collect(), next: 7, asked };
    let connection =
        block_on(zbus::connection::Builder::address(bus.address.as_str()).name(NAME).serve_at(OBJECT, service).build());
    (connection.unwrap(), what)
}

/// Says to whom it may concern what a user did. The client may listen a moment after it has shown its notification, so this
/// is said until it has been heard: until the client takes the notification away.
fn say<B>(connection: &Connection, signal: &str, body: &B, asked: &Receiver<Asked>)
where
    B: serde::Serialize + zbus::DynamicType,
{
    for _ in 0..100 {
        block_on(connection.emit_signal(None::<&str>, OBJECT, NAME, signal, body)).unwrap();
        match asked.recv_timeout(Duration::from_millis(50)) {
            Ok(Asked::Close(_)) => return,
            Ok(other) => panic!("not taken away before {other:?}"),
            Err(_) => {}
        }
    }
    panic!("{signal} was not heard");
}

fn show(asked: &Receiver<Asked>) -> (u32, u32, String, String, Vec<String>, HashMap<String, OwnedVariant>) {
    match asked.recv_timeout(Duration::from_secs(20)).expect("a notification") {
        Asked::Show { id, replaces, summary, body, actions, hints } => (id, replaces, summary, body, actions, hints),
        Asked::Close(id) => panic!("{id} closed"),
    }
}

/// The lines of the schema among what `child` printed, once it has ended well.
fn events(child: Child) -> Vec<EventLine> {
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let text = String::from_utf8(stdout).unwrap();
    assert!(status.success(), "{text}{}", String::from_utf8_lossy(&stderr));
    text.lines()
        .filter_map(|line| match Line::parse(&line[line.find('{')?..]) {
            Ok(Line::Event(line)) => Some(line),
            Ok(Line::Pose(_)) | Err(_) => None,
        })
        .collect()
}

/// An estimator that is never asked.
struct Nobody;

impl PoseEstimator for Nobody {
    fn estimate(&mut self, _frame: &Frame) -> Result<Option<Pose>, ModelError> {
        Ok(None)
    }
}

/// Two hours of session time in front of the bus of the environment: upright for five minutes, then the head forward.
/// Waits for an answer to the first two notifications; prints all events.
#[test]
#[ignore = "runs on a bus of its own"]
fn a_session_with_notifications() {
    let (rules, stretches) = (Rules::embedded(), Stretches::embedded());
    let (answer, answers) = channel();
    let (told, troubles) = channel();
    let answered = move |given| answer.send(given).unwrap();
    let mut notify = Notify::new(&rules, &stretches, false, answered, move |what| told.send(what).unwrap());
    let mut session = Session::new("script", Box::new(Nobody), Baseline::default(), rules.clone(), stretches.clone());
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    writeln!(out).unwrap();
    let mut lines = JsonLines::new(&mut out, &mut err);
    let mut shown = 0;
    for second in 0..7_200 {
        let at = Duration::from_secs(second);
        let angle = if second < 300 { 52.0 } else { 40.0 };
        let mut events = session.pose(at, (640, 480), sitting(second as f64, angle, 90.0)).events;
        while !events.is_empty() {
            for event in std::mem::take(&mut events) {
                notify.event(&event).unwrap();
                lines.event(&event).unwrap();
                let recommends = matches!(event, monitor::Event::Suggested { .. } | monitor::Event::BreakDue { .. });
                if recommends && shown < 2 {
                    shown += 1;
                    let given: posture::sink::Answer = answers.recv_timeout(Duration::from_secs(20)).unwrap();
                    events.extend(given.request(at).map_or_else(Vec::new, |request| session.ask(at, request)));
                }
            }
        }
    }
    notify.end(&session.totals()).unwrap();
    drop(notify);
    assert_eq!(troubles.iter().collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn a_recommendation_is_shown_once_and_what_is_answered_is_heard() {
    let Some(bus) = Bus::start() else { return };
    let (connection, asked) = serve(&bus, &["actions", "body", "body-markup"]);
    let child = bus.run("notify::a_session_with_notifications");
    let (first, replaces, summary, body, actions, hints) = show(&asked);
    assert_eq!((replaces, summary.as_str()), (0, "Head forward: time for a stretch"));
    let reason = body.lines().next().unwrap();
    assert!(reason.contains("further forward than your baseline for ") && reason.contains('±'), "{body}");
    assert!(body.lines().nth(1).is_some_and(|line| line.starts_with("Try: ")), "{body}");
    assert_eq!(actions, ["default", "Start", "later", "Later", "not_now", "Not now"]);
    assert_eq!(hints.get("suppress-sound").map(|hint| bool::try_from(hint).unwrap()), Some(true));
    // Waved away.
    say(&connection, "NotificationClosed", &(first, 2_u32), &asked);
    let (second, replaces, ..) = show(&asked);
    assert_eq!((replaces, second != first), (0, true));
    // Later.
    say(&connection, "ActionInvoked", &(second, "later"), &asked);
    // Not answered: the next one takes its place.
    let (third, replaces, ..) = show(&asked);
    assert_eq!(replaces, 0);
    loop {
        match asked.recv_timeout(Duration::from_secs(10)).expect("taken away in the end") {
            Asked::Show { replaces, .. } => assert_eq!(replaces, third),
            Asked::Close(id) => {
                assert_eq!(id, third);
                break;
            }
        }
    }
    let events = events(child);
    let at = |is_it: fn(&Event) -> bool| -> Vec<f64> {
        events.iter().filter(|line| is_it(&line.event)).map(|line| line.at).collect()
    };
    let recommended = at(|event| matches!(event, Event::Suggested { .. } | Event::BreakDue { .. }));
    let of_the_head = at(|event| matches!(event, Event::Suggested { because, .. } if because.0 == "forward_head"));
    assert_eq!(at(|event| matches!(event, Event::Dismissed { .. })), recommended[..1], "{events:?}");
    assert_eq!(at(|event| matches!(event, Event::Snoozed { .. })), recommended[1..2], "{events:?}");
    assert_eq!(of_the_head[0], recommended[0]);
    assert!(of_the_head[1] - of_the_head[0] >= 1_200.0, "cool-down after a dismissal: {of_the_head:?}");
    assert!(recommended[2] - recommended[1] >= 600.0, "later: {recommended:?}");
}

#[test]
fn a_desktop_without_buttons_gets_none() {
    let Some(bus) = Bus::start() else { return };
    let (connection, asked) = serve(&bus, &["body"]);
    let mut child = bus.run("notify::a_session_with_notifications");
    let (first, _, _, _, actions, _) = show(&asked);
    assert_eq!(actions, [""; 0]);
    say(&connection, "NotificationClosed", &(first, 2_u32), &asked);
    child.kill().unwrap();
    child.wait().unwrap();
}

/// One recommendation in front of the bus of the environment; prints what is wrong.
#[test]
#[ignore = "runs on a bus of its own"]
fn a_session_that_nobody_shows() {
    let (rules, stretches) = (Rules::embedded(), Stretches::embedded());
    let (told, troubles) = channel();
    let mut notify = Notify::new(&rules, &stretches, false, |_| (), move |what| told.send(what).unwrap());
    let mut session = Session::new("script", Box::new(Nobody), Baseline::default(), rules.clone(), stretches.clone());
    for second in 0..3_600 {
        let angle = if second < 300 { 52.0 } else { 40.0 };
        let step = session.pose(Duration::from_secs(second), (640, 480), sitting(second as f64, angle, 90.0));
        step.events.iter().for_each(|event| notify.event(event).unwrap());
    }
    drop(notify);
    let mut out = std::io::stdout();
    troubles.iter().for_each(|what| writeln!(out, "trouble: {what}").unwrap());
}

#[test]
fn a_desktop_without_notifications_is_told_of_once() {
    let Some(bus) = Bus::start() else { return };
    let output = bus.run("notify::a_session_that_nobody_shows").wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let troubles: Vec<&str> = text.lines().filter(|line| line.contains("trouble: ")).collect();
    let [trouble] = troubles.as_slice() else { panic!("{text}") };
    assert!(trouble.contains("leave them out with --no-notify"), "{trouble}");
}

/// The rules with less patience: what lasts two seconds is a finding, and brings a recommendation after four.
fn impatient() -> String {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules.toml")).unwrap();
    let set = |line: &str| match line.split_once(" = ") {
        Some(("persist_s", _)) => "persist_s = 2".to_owned(),
        Some(("persist_window", _)) => "persist_window = { length_s = 10, share = 0.70 }".to_owned(),
        Some(("ambient_s", _)) => "ambient_s = 1".to_owned(),
        Some(("nudge_s", _)) => "nudge_s = { mild = 4, moderate = 4, marked = 4 }".to_owned(),
        Some(("cooldown_s", _)) => "cooldown_s = { nudged = 4, dismissed = 3600, completed = 3600 }".to_owned(),
        Some(("budget", _)) => "budget = { per_hour = 20, per_day = 20, min_gap_s = 2 }".to_owned(),
        Some(("start_s", _)) => "start_s = 0".to_owned(),
        _ => line.to_owned(),
    };
    text.lines().map(set).collect::<Vec<_>>().join("\n")
}

/// A display without a screen, and dunst on it; both end with this value.
struct Desktop(Vec<Child>);

impl Desktop {
    /// `None`, and a line that says so, where one of the two is not installed.
    fn start(bus: &Bus) -> Option<Self> {
        let display = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(display) = display else {
            println!("skipped: no Xvfb");
            return None;
        };
        let mut desktop = Self(vec![display]);
        let mut number = String::new();
        BufReader::new(desktop.0[0].stdout.take().unwrap()).read_line(&mut number).unwrap();
        let dunst = bus
            .command(Path::new("dunst"))
            .args(["-conf", "/dev/null"])
            .env("DISPLAY", format!(":{}", number.trim()))
            .env_remove("WAYLAND_DISPLAY")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(dunst) = dunst else {
            println!("skipped: no dunst");
            return None;
        };
        desktop.0.push(dunst);
        Some(desktop)
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// What `dunstctl` answers.
fn dunstctl(bus: &Bus, arguments: &[&str]) -> String {
    let output = bus.command(Path::new("dunstctl")).args(arguments).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Waits until `dunstctl` shows as many notifications.
fn wait_for(bus: &Bus, displayed: u32) {
    for _ in 0..900 {
        let count = dunstctl(bus, &["count", "displayed"]);
        if count.split_whitespace().last() == Some(&displayed.to_string()) {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("never {displayed} on the desktop");
}

#[cfg(feature = "camera")]
#[test]
fn from_a_camera_to_the_desktop_and_back() {
    let Some(camshim) = crate::camera::tool("shim/camshim") else { return };
    let Some(bus) = Bus::start() else { return };
    let Some(_desktop) = Desktop::start(&bus) else { return };
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("rules.toml");
    fs::write(&rules, impatient()).unwrap();
    let (upright, forward) = ("samples/side_upright_left.jpg@38", "samples/side_forward_head_left.jpg@600");
    let mut session = bus
        .command(&camshim)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["--image", upright, "--image", forward])
        .args(["sh", "-c", "echo $$ > \"$1\"; shift; exec \"$@\"", "sh"])
        .arg(folder.path().join("process"))
        .arg(assert_cmd::cargo::cargo_bin!("posture"))
        .args(["watch", "--json", "--rules"])
        .arg(&rules)
        .env("XDG_CONFIG_HOME", folder.path())
        .env("XDG_STATE_HOME", folder.path())
        .env("XDG_RUNTIME_DIR", folder.path())
        .env_remove("DISPLAY")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Read all along, so that the pipe never fills.
    let out = session.stdout.take().unwrap();
    let reader = thread::spawn(move || {
        let lines = BufReader::new(out).lines().map_while(Result::ok);
        lines
            .filter_map(|line| match Line::parse(&line) {
                Ok(Line::Event(line)) => Some(line),
                Ok(Line::Pose(_)) | Err(_) => None,
            })
            .collect::<Vec<_>>()
    });
    wait_for(&bus, 1);
    // The client listens a moment after it has shown its notification.
    thread::sleep(Duration::from_millis(500));
    dunstctl(&bus, &["close"]);
    wait_for(&bus, 0);
    let history = dunstctl(&bus, &["history"]);
    assert!(history.contains("Head forward: time for a stretch"), "{history}");
    assert!(history.contains("further forward than your baseline"), "{history}");
    // Longer than the cool-down of a recommendation that was not waved away.
    thread::sleep(Duration::from_secs(8));
    let process = fs::read_to_string(folder.path().join("process")).unwrap();
    Command::new("kill").args(["-INT", process.trim()]).status().unwrap();
    let status = session.wait().unwrap();
    let events = reader.join().unwrap();
    let at = |is_it: fn(&Event) -> bool| -> Vec<f64> {
        events.iter().filter(|line| is_it(&line.event)).map(|line| line.at).collect()
    };
    let began = at(|event| matches!(event, Event::Began { rule, .. } if rule.0 == "forward_head"));
    let suggested = at(|event| matches!(event, Event::Suggested { because, .. } if because.0 == "forward_head"));
    let dismissed = at(|event| matches!(event, Event::Dismissed { rule } if rule.0 == "forward_head"));
    assert_eq!((began.len(), suggested.len(), dismissed.len()), (1, 1, 1), "{events:?}");
    assert!(began[0] <= suggested[0] && suggested[0] < dismissed[0], "{events:?}");
    assert!(status.success(), "{status}");
}
