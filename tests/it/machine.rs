//! Capture with the kernel's own webcam drivers, in a virtual machine: formats, damage, outages, and cameras that cannot be had.
//!
//! The machine is a tool that lies beside the checkout, in ../shared; without it these tests say so and pass. What runs inside
//! is this binary, with the one test that is ignored outside.

use std::{
    collections::BTreeSet,
    fs,
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use posture::{
    capture::{CameraSource, Captured, FrameSource},
    estimator::blind,
};

use crate::camera::{sample, tool};

/// Says inside the machine for how many seconds to watch, and how many frames are looked into: its processor is slow.
const SECONDS: &str = "POSTURE_MACHINE_SECONDS";
const LOOKS: u32 = 2;

/// What runs inside the machine: a line for each frame with its mean and what is wrong with it, and for each outage.
#[test]
#[ignore = "runs inside the virtual machine"]
fn frames_for_the_machine() {
    let mut out = io::stdout();
    let seconds = std::env::var(SECONDS).unwrap().parse().unwrap();
    let mut camera = match CameraSource::open("0", 4.0) {
        Ok(camera) => camera,
        Err(error) => return writeln!(out, "refused {error}").unwrap(),
    };
    #[allow(clippy::disallowed_methods, reason = "how long to watch")]
    let opened = Instant::now();
    let (mut last, mut looks) = (String::new(), LOOKS);
    while opened.elapsed() < Duration::from_secs(seconds) {
        match camera.next_frame().unwrap() {
            Captured::Frame(frame) => {
                let samples = frame.image.as_raw();
                let sum: u64 = samples.iter().map(|&sample| u64::from(sample)).sum();
                let mean = (sum + samples.len() as u64 / 2) / samples.len() as u64;
                let (width, height) = frame.image.dimensions();
                let seen = if looks > 0 { format!("{:?}", blind(&frame.image)) } else { "unseen".to_owned() };
                looks = looks.saturating_sub(1);
                writeln!(out, "frame {} {width}x{height} {seen} {mean}", frame.at.as_millis()).unwrap();
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

/// The next frame of `camera`; no frame within a minute ends the test.
fn frame(camera: &mut CameraSource) {
    for _ in 0..240 {
        if let Captured::Frame(_) = camera.next_frame().unwrap() {
            return;
        }
    }
    panic!("no frame");
}

/// What runs inside the machine: one has the camera, lends it to another, and has it back.
#[test]
#[ignore = "runs inside the virtual machine"]
fn a_handover_for_the_machine() {
    let mut out = io::stdout();
    let mut one = CameraSource::open("0", 4.0).unwrap();
    frame(&mut one);
    let refused = CameraSource::open("0", 4.0).unwrap_err();
    writeln!(out, "refused {refused}").unwrap();
    one.set_pace(None);
    let again = || {
        thread::sleep(Duration::from_millis(200));
        CameraSource::open("0", 4.0).ok()
    };
    let mut other = (0..20).find_map(|_| again()).expect("a camera that was released is free");
    frame(&mut other);
    writeln!(out, "frame of the other").unwrap();
    drop(other);
    one.set_pace(Some(Duration::from_millis(250)));
    frame(&mut one);
    writeln!(out, "frame of the one").unwrap();
}

/// The machine, and the program to run in it.
struct Machine {
    camera_vm: PathBuf,
    folder: tempfile::TempDir,
}

impl Machine {
    /// `None`, and a line that says what is missing, where it cannot be had.
    fn new() -> Option<Self> {
        let camera_vm = tool("camera-vm")?;
        let folder = tempfile::tempdir().unwrap();
        let stripped = Command::new("strip")
            .arg("-o")
            .arg(folder.path().join("it"))
            .arg(std::env::current_exe().unwrap())
            .status();
        let has_qemu = Command::new("qemu-system-x86_64").arg("--version").stdout(Stdio::null()).status().is_ok();
        if !stripped.is_ok_and(|status| status.success()) || !has_qemu {
            println!("skipped: no qemu-system-x86_64 or strip");
            return None;
        }
        Some(Self { camera_vm, folder })
    }

    /// Watches for some seconds in a machine with these options, after the lines of `script` were run in it; `$IT` in them is
    /// the program with its arguments. The lines that came.
    fn watch(&self, options: &[&str], seconds: u32, script: &str) -> Vec<String> {
        let run = self.folder.path().join("run");
        let it = "/it machine::frames_for_the_machine --exact --ignored --nocapture";
        fs::write(&run, format!("#!/bin/sh\nIT='{it}'\n{script}\n")).unwrap();
        fs::set_permissions(&run, fs::Permissions::from_mode(0o755)).unwrap();
        let output = Command::new(&self.camera_vm)
            .args(options)
            .args(["--env", &format!("{SECONDS}={seconds}"), "--add"])
            .arg(format!("{}:/it", self.folder.path().join("it").display()))
            .arg(run)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
        let said = |line: &&str| ["frame ", "outage ", "refused "].iter().any(|start| line.starts_with(start));
        text.lines().filter(said).map(str::to_owned).collect()
    }
}

/// That these outages came in this order, with frames of 640 × 480 before, between and after them.
fn assert_survived(lines: &[String], outages: &[&str]) {
    let mut rest = lines.iter();
    for told in outages {
        assert!(
            rest.any(|line| line.starts_with("frame ") && line.contains(" 640x480 ")),
            "before `{told}`: {lines:#?}"
        );
        assert!(rest.any(|line| line.starts_with("outage ") && line.contains(told)), "`{told}`: {lines:#?}");
    }
    assert!(rest.any(|line| line.starts_with("frame ")), "in the end: {lines:#?}");
}

/// The means of the frames.
fn means(lines: &[String]) -> BTreeSet<u32> {
    lines.iter().filter_map(|line| line.strip_prefix("frame ")?.rsplit(' ').next()?.parse().ok()).collect()
}

#[test]
fn damaged_frames_are_never_seen_and_outages_survived() {
    let Some(machine) = Machine::new() else { return };
    let (one, other) = (format!("{}@1", sample("front_upright.jpg")), format!("{}@1", sample("nobody.jpg")));
    let options = ["--formats", "mjpeg:640x480@15", "--image", &one, "--image", &other];
    let damage = ["--at", "4", "corrupt 60", "--at", "10", "truncate 30"];
    let outages = ["--at", "13", "freeze", "--at", "17", "resume", "--at", "19", "unplug", "--at", "22", "plug"];
    let lines = machine.watch(&[&options[..], &damage, &outages].concat(), 32, "$IT");
    assert_eq!(means(&lines).len(), 2, "pictures that were never in front of the camera: {lines:#?}");
    assert_survived(&lines, &["sends damaged pictures", "has stopped sending pictures", "is gone; plug it in again"]);
}

#[test]
fn raw_frames_are_seen_and_their_outages_survived() {
    let Some(machine) = Machine::new() else { return };
    let (one, other) = (format!("{}@1", sample("front_upright.jpg")), format!("{}@1", sample("nobody.jpg")));
    let options = ["--formats", "yuyv:640x480@15", "--image", &one, "--image", &other];
    let events = ["--at", "4", "truncate 20", "--at", "7", "freeze", "--at", "11", "resume"];
    let gone = ["--at", "13", "unplug", "--at", "16", "plug"];
    let lines = machine.watch(&[&options[..], &events, &gone].concat(), 27, "$IT");
    assert_eq!(means(&lines).len(), 2, "pictures that were never in front of the camera: {lines:#?}");
    assert_survived(&lines, &["has stopped sending pictures", "is gone; plug it in again"]);
}

#[test]
fn a_camera_that_cannot_be_had_says_why() {
    let Some(machine) = Machine::new() else { return };
    let none = machine.watch(&["--camera", "none"], 5, "$IT");
    assert!(matches!(&none[..], [why] if why.starts_with("refused no camera found")), "{none:#?}");
    let busy = machine.watch(&[], 5, "camtool busy /dev/video0 & sleep 2\n$IT");
    assert!(matches!(&busy[..], [why] if why.contains(" is busy; close the program")), "{busy:#?}");
    let denied = "chown root /dev/video*; chmod 600 /dev/video*; chmod 755 /it\nsu nobody -c \"$IT\"";
    let denied = machine.watch(&[], 5, denied);
    assert!(matches!(&denied[..], [why] if why.contains(": no permission to use it; add yourself")), "{denied:#?}");
}

#[test]
fn a_camera_at_rest_is_free_for_another_program_and_taken_up_again() {
    let Some(machine) = Machine::new() else { return };
    let lines = machine.watch(&[], 0, "/it machine::a_handover_for_the_machine --exact --ignored --nocapture");
    let [refused, other, one] = lines.as_slice() else { panic!("{lines:#?}") };
    assert!(refused.contains(" is busy; close the program"), "{lines:#?}");
    assert_eq!((other.as_str(), one.as_str()), ("frame of the other", "frame of the one"));
}

#[test]
fn a_format_left_by_another_program_is_changed_and_a_test_card_known() {
    let Some(machine) = Machine::new() else { return };
    for left in ["GREY 640 480", "UYVY 640 480", "YUYV 640 480 2 25"] {
        let lines = machine.watch(&["--camera", "vivid"], 8, &format!("camtool setfmt /dev/video0 {left}\n$IT"));
        let cards = lines.iter().filter(|line| line.starts_with("frame ") && line.contains("Some(TestCard)"));
        assert_eq!(cards.count(), LOOKS as usize, "{left}: {lines:#?}");
    }
}
