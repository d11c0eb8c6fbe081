//! `posture watch` in front of a camera that is not there: a fake device for the whole program, and a virtual machine with
//! the kernel's own webcam driver for capture alone.
//!
//! Both are tools that lie beside the checkout, in ../shared; without them these tests say so and pass.

use std::{
    collections::BTreeSet,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use assert_cmd::cargo::cargo_bin;
use posture::{
    capture::{CameraSource, Captured, FrameSource},
    wire::{Event, EventLine, Line, PoseLine},
};

/// A tool from ../shared/tools/camera that is ready for use, or `None` and a line that says what is missing.
pub fn tool(name: &str) -> Option<PathBuf> {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/tools/camera");
    let skipped = |why: &str| {
        println!("skipped: {why}");
        None
    };
    if !tools.exists() {
        return skipped("no ../shared");
    }
    // What the tools are made of is fetched or built once.
    let prepared = Command::new(tools.join("camera-vm")).arg("--prepare").output();
    if !prepared.is_ok_and(|output| output.status.success()) {
        return skipped("../shared/tools/camera cannot be made ready; see its README");
    }
    Some(tools.join(name))
}

fn sample(name: &str) -> String {
    format!("{}/samples/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// What a session in front of the fake camera said.
#[derive(Debug)]
struct Session {
    poses: Vec<PoseLine>,
    events: Vec<EventLine>,
    err: String,
    status: i32,
}

impl Session {
    fn position(&self, is_it: impl Fn(&Event) -> bool) -> Option<f64> {
        self.events.iter().find(|line| is_it(&line.event)).map(|line| line.at)
    }
}

/// Watches the fake camera with `options` of camshim, and presses Ctrl-C after some seconds.
fn watch(camshim: &Path, options: &[&str], seconds: u32) -> Session {
    let output = Command::new(camshim)
        .args(options)
        // The state that the camera starts in is there half a second later.
        .args(["sh", "-c", "sleep 0.5; exec \"$@\"", "sh"])
        .args(["timeout", "--preserve-status", "-s", "INT", &seconds.to_string()])
        .arg(cargo_bin!("posture"))
        .args(["watch", "--json", "--fps", "4"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut session = Session {
        poses: Vec::new(),
        events: Vec::new(),
        err: String::from_utf8(output.stderr).unwrap(),
        status: output.status.code().unwrap(),
    };
    for line in text.lines() {
        match Line::parse(line).unwrap() {
            Line::Pose(pose) => session.poses.push(*pose),
            Line::Event(event) => session.events.push(event),
        }
    }
    session
}

#[test]
fn compressed_and_raw_frames_are_seen_alike() {
    let Some(camshim) = tool("shim/camshim") else { return };
    for formats in ["mjpeg:640x480@30", "yuyv:640x480@30/15/5", "mjpeg:1920x1080@30,mjpeg:640x360@30/15"] {
        let session = watch(&camshim, &["--formats", formats, "--image", &sample("front_upright.jpg")], 4);
        assert_eq!((session.status, session.err.as_str()), (0, ""), "{formats}");
        assert!(session.poses.len() >= 6, "{formats}: {} frames", session.poses.len());
        for pose in &session.poses {
            assert_eq!((pose.source.as_str(), pose.width), ("camera 0 (CamShim Webcam)", 640), "{formats}");
            assert!(pose.person.is_some(), "{formats}: nobody at {}", pose.at);
        }
        assert!(session.poses.windows(2).all(|pair| pair[0].at < pair[1].at), "{formats}");
    }
}

#[test]
fn a_camera_that_cannot_be_had_is_one_line_and_status_4() {
    let Some(camshim) = tool("shim/camshim") else { return };
    let busy = watch(&camshim, &["--at", "0", "busy"], 20);
    assert_eq!(busy.status, 4);
    assert!(busy.err.contains("camera 0 (/dev/video0) is busy; close the program that is using it"), "{}", busy.err);
    let none = watch(&camshim, &["--at", "0", "unplug"], 20);
    assert_eq!(none.status, 4);
    assert!(none.err.contains("no camera found; plug one in"), "{}", none.err);
    assert!([busy, none].iter().all(|session| session.poses.is_empty() && session.err.lines().count() == 1));
}

#[test]
fn outages_are_told_and_survived() {
    let Some(camshim) = tool("shim/camshim") else { return };
    let cases = [("unplug", "is gone; plug it in again"), ("freeze", "has stopped sending pictures")];
    thread::scope(|scope| {
        for (state, told) in cases {
            let camshim = &camshim;
            scope.spawn(move || {
                let picture = sample("nobody.jpg");
                let session = watch(camshim, &["--image", &picture, "--at", "3", state, "--at", "17", ""], 22);
                let lost = session.position(|event| matches!(event, Event::Unmeasurable { why } if why.contains(told)));
                let back = session.position(|event| matches!(event, Event::Measurable {}));
                let (Some(lost), Some(back)) = (lost, back) else { panic!("{state}: {session:?}") };
                assert!(lost < back, "{state}: {session:?}");
                assert!(session.poses.iter().any(|pose| pose.at < lost), "{state}: no picture before");
                assert!(!session.poses.iter().any(|pose| pose.at > lost && pose.at < back), "{state}: {session:?}");
                assert!(session.poses.iter().any(|pose| pose.at > back), "{state}: no picture after");
                assert_eq!(session.status, 0, "{state}");
            });
        }
    });
}

#[test]
fn who_leaves_and_comes_back_is_seen() {
    let Some(camshim) = tool("shim/camshim") else { return };
    let person = sample("front_upright.jpg");
    let (first, then) = (format!("{person}@5"), "black@13");
    let session = watch(&camshim, &["--image", &first, "--image", then, "--image", &person], 24);
    let told: Vec<_> = session
        .events
        .iter()
        .filter_map(|line| match line.event {
            Event::Returned {} => Some("returned"),
            Event::Left {} => Some("left"),
            _ => None,
        })
        .collect();
    assert_eq!(told, ["returned", "left", "returned"], "{:?}", session.events);
    assert_eq!(session.status, 0, "{}", session.err);
}

/// How long the camera is watched inside the virtual machine.
const IN_THE_MACHINE: Duration = Duration::from_secs(28);

/// What runs inside the virtual machine: a line for each frame with its mean, and for each outage.
#[test]
#[ignore = "runs inside the virtual machine"]
fn frames_for_the_machine() {
    let mut camera = CameraSource::open("0", 4.0).unwrap();
    let mut out = io::stdout();
    #[allow(clippy::disallowed_methods, reason = "how long to watch")]
    let opened = Instant::now();
    let mut last = String::new();
    while opened.elapsed() < IN_THE_MACHINE {
        match camera.next_frame().unwrap() {
            Captured::Frame(frame) => {
                let samples = frame.image.as_raw();
                let sum: u64 = samples.iter().map(|&sample| u64::from(sample)).sum();
                let mean = (sum + samples.len() as u64 / 2) / samples.len() as u64;
                writeln!(out, "frame {} {}x{} {mean}", frame.at.as_millis(), frame.image.width(), frame.image.height())
                    .unwrap();
                last.clear();
            }
            Captured::Outage { why, .. } if why != last => {
                writeln!(out, "outage {why}").unwrap();
                last = why;
            }
            _ => {}
        }
    }
}

#[test]
fn with_the_kernels_driver_damaged_frames_are_never_seen_and_outages_survived() {
    let Some(camera_vm) = tool("camera-vm") else { return };
    let folder = tempfile::tempdir().unwrap();
    let slim = folder.path().join("it");
    let stripped = Command::new("strip").arg("-o").arg(&slim).arg(std::env::current_exe().unwrap()).status();
    let has_qemu = Command::new("qemu-system-x86_64").arg("--version").stdout(Stdio::null()).status().is_ok();
    if !stripped.is_ok_and(|status| status.success()) || !has_qemu {
        println!("skipped: no qemu-system-x86_64 or strip");
        return;
    }
    let (one, other) = (format!("{}@1", sample("front_upright.jpg")), format!("{}@1", sample("nobody.jpg")));
    let output = Command::new(camera_vm)
        .args(["--formats", "mjpeg:640x480@15", "--image", &one, "--image", &other])
        .args(["--at", "4", "corrupt 60", "--at", "10", "truncate 30"])
        .args(["--at", "13", "freeze", "--at", "17", "resume", "--at", "19", "unplug", "--at", "22", "plug"])
        .arg(&slim)
        .args(["camera::frames_for_the_machine", "--exact", "--ignored", "--nocapture"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<_> = text.lines().filter(|line| line.starts_with("frame ") || line.starts_with("outage ")).collect();
    let means: BTreeSet<_> = lines.iter().filter_map(|line| line.strip_prefix("frame ")?.rsplit(' ').next()).collect();
    assert_eq!(means.len(), 2, "pictures that were never in front of the camera: {text}");
    let mut rest = lines.iter();
    for told in ["sends damaged pictures", "has stopped sending pictures", "is gone; plug it in again"] {
        assert!(rest.any(|line| line.starts_with("frame ") && line.contains(" 640x480 ")), "before `{told}`: {text}");
        assert!(rest.any(|line| line.starts_with("outage ") && line.contains(told)), "`{told}`: {text}");
    }
    assert!(rest.any(|line| line.starts_with("frame ")), "in the end: {text}");
}
