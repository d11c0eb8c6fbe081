//! A running watch, asked for things from other processes: in front of a fake camera, from beginning to end.

#![allow(clippy::disallowed_methods, reason = "other processes keep their own time")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use assert_cmd::cargo::cargo_bin;
use posture::wire::{Event, Line};
use serde_json::Value;

use crate::{
    camera::tool,
    cli::{Said, at_home, posture, sample},
};

/// A watch in front of a fake camera, for the user of a folder; it ends with this.
pub struct Watch {
    child: Child,
    pub folder: tempfile::TempDir,
}

impl Drop for Watch {
    fn drop(&mut self) {
        // What the fake camera is around does not end with it. It has ended already where all went well.
        self.ask(&["quit"]);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Watch {
    /// Starts one, and waits until it can be asked.
    pub fn start(camshim: &Path, options: &[&str], arguments: &[&str]) -> Self {
        Self::start_with(camshim, options, arguments, &[])
    }

    /// The same, with more in its environment.
    pub fn start_with(camshim: &Path, options: &[&str], arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let out = fs::File::create(folder.path().join("out")).unwrap();
        let child = at_home(&mut Command::new(camshim), folder.path())
            .args(["--image", sample("side_upright_left.jpg").to_str().unwrap()])
            .args(options)
            .arg(cargo_bin!("posture"))
            .args(["watch", "--json"])
            .args(arguments)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(fs::File::create(folder.path().join("err")).unwrap())
            .spawn()
            .unwrap();
        let watch = Self { child, folder };
        watch.wait(|status| status["status"]["watched_s"].as_f64() > Some(0.0));
        watch
    }

    pub fn ask(&self, args: &[&str]) -> Said {
        posture(self.folder.path(), args)
    }

    pub fn status(&self) -> Value {
        let said = self.ask(&["status", "--json"]);
        serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{said:?}; {}", self.err()))
    }

    /// Asks until the status is as expected.
    pub fn wait(&self, expected: impl Fn(&Value) -> bool) {
        let begun = Instant::now();
        while !expected(&self.status()) {
            assert!(begun.elapsed() < Duration::from_secs(60), "{}: {}", self.status(), self.err());
            thread::sleep(Duration::from_millis(50));
        }
    }

    pub fn err(&self) -> String {
        fs::read_to_string(self.folder.path().join("err")).unwrap()
    }

    /// Waits for its end, and says how long that took and with which status it ended.
    pub fn end(&mut self) -> (Duration, Option<i32>) {
        let begun = Instant::now();
        let status = self.child.wait().unwrap();
        (begun.elapsed(), status.code())
    }

    /// What it has said, all poses left out.
    pub fn events(&self) -> Vec<Event> {
        let text = fs::read_to_string(self.folder.path().join("out")).unwrap();
        text.lines()
            .filter_map(|line| match Line::parse(line).unwrap() {
                Line::Event(line) => Some(line.event),
                Line::Pose(_) => None,
            })
            .collect()
    }

    /// The log of the session.
    fn log(&self) -> String {
        let files = fs::read_dir(self.folder.path().join("home/state/posture")).unwrap();
        let logs: Vec<PathBuf> =
            files.map(|file| file.unwrap().path()).filter(|p| p.extension().unwrap() == "log").collect();
        logs.iter().map(|log| fs::read_to_string(log).unwrap()).collect()
    }
}

#[test]
fn a_watch_is_paused_goes_on_by_itself_and_ends_when_it_is_told() {
    let Some(camshim) = tool("shim/camshim") else { return };
    let mut watch = Watch::start(&camshim, &[], &["--fps", "4"]);
    let status = watch.status();
    assert_eq!((&status["schema"], &status["running"]), (&"posture-control/1".into(), &true.into()));
    assert_eq!(status["status"]["state"], "watching");
    assert!(watch.ask(&["status"]).out.starts_with("Watching camera 0 (CamShim Webcam).\n"));

    let paused = watch.ask(&["pause", "1s"]);
    assert!(paused.status == 0 && paused.out.starts_with("Paused until ") && paused.err.is_empty(), "{paused:?}");
    assert_eq!(watch.status()["status"]["state"], "paused");
    watch.wait(|status| status["status"]["state"] == "watching");
    assert_eq!(watch.ask(&["toggle"]).out, "Paused until `posture resume`; the camera is released.\n");
    assert_eq!(watch.ask(&["resume"]).out, "Watching camera 0 (CamShim Webcam).\n");
    assert!(watch.ask(&["snooze"]).out.contains("recommendations are put off until"));

    assert_eq!(watch.ask(&["quit"]).out, "It ends.\n");
    let (took, status) = watch.end();
    assert!(took < Duration::from_secs(1), "it took {took:?}");
    assert_eq!((status, watch.err().as_str()), (Some(0), ""));
    let events = watch.events();
    let count = |is_it: fn(&Event) -> bool| events.iter().filter(|event| is_it(event)).count();
    assert_eq!(count(|event| matches!(event, Event::Paused { .. })), 2, "{events:?}");
    assert_eq!(count(|event| matches!(event, Event::Resumed { .. })), 2, "{events:?}");
    assert_eq!(count(|event| matches!(event, Event::Snoozed { .. })), 1, "{events:?}");
    assert!(matches!(events.last(), Some(Event::Closed { .. })), "{events:?}");

    let gone = watch.ask(&["status"]);
    assert_eq!((gone.out.as_str(), gone.status), ("No posture is watching; start one with `posture watch`.\n", 3));
    let gone = watch.ask(&["pause"]);
    assert_eq!(
        (gone.err.as_str(), gone.status),
        ("error: no posture is watching; start one with `posture watch`\n", 2)
    );
}

#[test]
fn a_second_watch_is_told_of_the_first_and_takes_the_place_of_a_killed_one() {
    let Some(camshim) = tool("shim/camshim") else { return };
    let mut watch = Watch::start(&camshim, &[], &["--fps", "4"]);
    let second = watch.ask(&["watch"]);
    let pid = watch.status()["status"]["pid"].as_u64().unwrap();
    let expected = format!(
        "error: posture is watching already (process {pid}); `posture status` tells about it, `posture quit` ends it\n"
    );
    assert_eq!((second.err, second.status), (expected, 2));
    // The process itself, and not the fake camera around it.
    assert!(Command::new("kill").args(["-KILL", &pid.to_string()]).status().unwrap().success());
    watch.end();
    let socket = watch.folder.path().join("home/runtime/posture/posture.sock");
    assert!(socket.exists(), "a killed process leaves its socket");
    assert_eq!(watch.ask(&["status"]).status, 3);
    let after = watch.ask(&["watch", "--source", "no such camera"]);
    assert!(after.status == 4 && after.err.contains("camera"), "{after:?}");
    assert!(!socket.exists(), "it is replaced, and removed in the end");
}

#[test]
fn a_log_has_events_and_neither_pictures_nor_body_parts() {
    let Some(camshim) = tool("shim/camshim") else { return };
    let mut watch = Watch::start(&camshim, &[], &["--fps", "8", "--log-level", "debug"]);
    watch.wait(|status| status["status"]["watched_s"].as_f64() > Some(3.0));
    watch.ask(&["quit"]);
    watch.end();
    let log = watch.log();
    for part in
        ["watches camera 0 (CamShim Webcam)", "\"event\":\"returned\"", "\"event\":\"closed\"", "\"measurements\":["]
    {
        assert!(log.contains(part), "{part}: {log}");
    }
    for part in ["keypoints", "nose", "_ear", "\"x\":", "\"c7\""] {
        assert!(!log.contains(part), "{part}: {log}");
    }
    let longest = log.lines().map(str::len).max().unwrap();
    assert!(longest < 2_000, "no line has room for a picture: {longest}");
}

#[test]
fn the_doctor_and_the_list_of_cameras_leave_a_camera_in_use_alone() {
    let Some(camshim) = tool("shim/camshim") else { return };
    let watch = Watch::start(&camshim, &[], &["--fps", "4"]);
    let said = watch.ask(&["doctor"]);
    assert!(said.out.contains("is in use by the posture that is watching"), "{said:?}");
    assert_eq!(said.status, 0);
}

#[test]
fn cameras_are_listed_with_what_they_offer() {
    let Some(camshim) = tool("shim/camshim") else { return };
    let folder = tempfile::tempdir().unwrap();
    let cameras = |options: &[&str]| {
        let mut command = Command::new(&camshim);
        let output = at_home(&mut command, folder.path())
            .args(["--image", sample("side_upright_left.jpg").to_str().unwrap()])
            .args(options)
            // The state that the camera starts in is there half a second later.
            .args(["sh", "-c", "sleep 0.5; exec \"$@\"", "sh"])
            .arg(cargo_bin!("posture"))
            .args(["cameras", "--json"])
            .output()
            .unwrap();
        let page: Value = serde_json::from_slice(&output.stdout).unwrap();
        (page["cameras"].clone(), output.status.code())
    };
    let (works, status) = cameras(&["--formats", "mjpeg:640x480@30,mjpeg:1280x720@30/15"]);
    assert_eq!((status, &works[0]["number"], &works[0]["works"]), (Some(0), &0.into(), &true.into()), "{works}");
    assert_eq!(works[0]["name"], "CamShim Webcam");
    let sizes: Vec<_> =
        works[0]["formats"].as_array().unwrap().iter().map(|f| (f["width"].clone(), f["rate"].clone())).collect();
    assert_eq!(sizes, [(1280.into(), 30.into()), (1280.into(), 15.into()), (640.into(), 30.into())], "{works}");
    let (busy, status) = cameras(&["--at", "0", "busy"]);
    assert_eq!((status, &busy[0]["works"]), (Some(4), &false.into()), "{busy}");
    assert!(busy[0]["trouble"].as_str().unwrap().contains("is busy"), "{busy}");
}
