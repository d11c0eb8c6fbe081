//! Recommendations on a desktop: a private bus with a notification service of our own, and with dunst where it is installed.
//!
//! What notifies runs in a process of its own, this very binary again: which bus is the session's is read from the
//! environment.

#[cfg(feature = "camera")]
mod desktop;

use std::{
    collections::HashMap,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::mpsc::{Receiver, Sender, channel},
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
pub struct Bus {
    daemon: Child,
    pub address: String,
}

impl Bus {
    /// `None`, and a line that says so, where there is no bus to start.
    pub fn start() -> Option<Self> {
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
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.address).env("DBUS_SYSTEM_BUS_ADDRESS", &self.address);
        command
    }

    /// What a session told that this binary runs as `test`, on this bus.
    pub fn run(&self, test: &str) -> Child {
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
