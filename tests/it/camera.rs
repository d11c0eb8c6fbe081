//! `posture watch` in front of a camera that is not there: a fake device for the whole program, the network included.
//!
//! It is a tool that lies beside the checkout, in ../shared; without it these tests say so and pass.

use std::{
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use assert_cmd::cargo::cargo_bin;
use posture::wire::{Event, EventLine, Line, PoseLine};

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

pub fn sample(name: &str) -> String {
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
    watch_with(camshim, options, seconds, &["--fps", "4"])
}

/// The same with these arguments.
fn watch_with(camshim: &Path, options: &[&str], seconds: u32, args: &[&str]) -> Session {
    let output = Command::new(camshim)
        .args(options)
        // The state that the camera starts in is there half a second later.
        .args(["sh", "-c", "sleep 0.5; exec \"$@\"", "sh"])
        .args(["timeout", "--preserve-status", "-s", "INT", &seconds.to_string()])
        .arg(cargo_bin!("posture"))
        .args(["watch", "--json"])
        .args(args)
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

/// The names of these events in the order in which they came.
fn names(session: &Session) -> Vec<&'static str> {
    let name = |line: &EventLine| match line.event {
        Event::Returned {} => Some("returned"),
        Event::Left {} => Some("left"),
        Event::Unmeasurable { .. } => Some("unmeasurable"),
        Event::Measurable {} => Some("measurable"),
        _ => None,
    };
    session.events.iter().filter_map(name).collect()
}

#[test]
fn who_leaves_and_comes_back_is_seen() {
    let Some(camshim) = tool("shim/camshim") else { return };
    let person = sample("front_upright.jpg");
    let (first, then) = (format!("{person}@5"), format!("{}@13", sample("nobody.jpg")));
    let session = watch(&camshim, &["--image", &first, "--image", &then, "--image", &person], 24);
    assert_eq!(names(&session), ["returned", "left", "returned"], "{:?}", session.events);
    assert_eq!(session.status, 0, "{}", session.err);
}

#[test]
fn a_black_picture_is_told_and_is_nobody_gone() {
    let Some(camshim) = tool("shim/camshim") else { return };
    let person = sample("front_upright.jpg");
    let session = watch(&camshim, &["--image", &format!("{person}@5"), "--image", "black@14", "--image", &person], 25);
    assert_eq!(names(&session), ["returned", "unmeasurable"], "{:?}", session.events);
    let is_black = |event: &Event| matches!(event, Event::Unmeasurable { why } if why.contains("the picture is black"));
    let Some(black) = session.position(is_black) else { panic!("{:?}", session.events) };
    let seen: Vec<f64> = session.poses.iter().map(|pose| pose.at).collect();
    assert!(seen.iter().any(|at| *at < black) && seen.iter().any(|at| *at > black + 13.0), "{seen:?}");
    let within = seen.iter().filter(|at| (black + 0.5..black + 12.0).contains(at));
    assert_eq!(within.count(), 0, "nothing is read off a black picture: {seen:?}");
    assert_eq!(session.status, 0, "{}", session.err);
}

#[test]
fn the_same_picture_again_and_again_is_told_as_such() {
    let Some(camshim) = tool("shim/camshim") else { return };
    let person = sample("front_upright.jpg");
    let session = watch(&camshim, &["--formats", "yuyv:640x480@15", "--image", &person], 24);
    let is_frozen = |event: &Event| matches!(event, Event::Unmeasurable { why } if why.contains("the same picture"));
    assert!(session.position(is_frozen).is_some(), "{:?}", session.events);
    assert_eq!(session.status, 0, "{}", session.err);
}
