//! The whole way from a camera to a real desktop: dunst on a display without a screen.

use std::thread;

use super::*;

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
