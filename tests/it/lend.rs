//! A running watch and a calibration in front of the same camera: who has it, and when.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use assert_cmd::cargo::cargo_bin;
use posture::wire::Event;

use crate::{
    camera::tool,
    cli::{at_home, sample},
    control::Watch,
};

/// A calibration in front of a fake camera that shows `pictures`, for the user of `watch`. Its process is named in the file
/// `calibrates`.
fn calibrate(camshim: &Path, watch: &Watch, pictures: &[&str]) -> Child {
    let folder = watch.folder.path();
    let mut command = Command::new(camshim);
    at_home(&mut command, folder);
    for picture in pictures {
        command.args(["--image", sample(picture).to_str().unwrap()]);
    }
    command
        .args(["sh", "-c", "echo $$ > \"$0\"; exec \"$@\"", folder.join("calibrates").to_str().unwrap()])
        .arg(cargo_bin!("posture"))
        .args(["calibrate", "--countdown", "1", "--fps", "8"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn said(child: Child) -> (String, String, Option<i32>) {
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

#[test]
fn a_watch_lends_its_camera_to_a_calibration_and_takes_up_the_profile() {
    let Some(camshim) = tool("shim/camshim") else { return };
    let mut watch = Watch::start(&camshim, &[], &["--fps", "4"]);
    let (out, err, status) =
        said(calibrate(&camshim, &watch, &["side_upright_left.jpg@12", "side_forward_head_left.jpg"]));
    assert_eq!((err.as_str(), status), ("", Some(0)), "{out}");
    assert!(out.starts_with("The posture that is watching lends its camera meanwhile.\n"), "{out}");
    assert!(out.ends_with("The posture that is watching holds you against it from now on.\n"), "{out}");
    assert_eq!(watch.status()["status"]["state"], "watching", "the camera was given back");
    assert!(watch.err().contains("held against your profile \"side\""), "{}", watch.err());
    watch.ask(&["quit"]);
    watch.end();
    let events = watch.events();
    let paused = events.iter().position(|event| matches!(event, Event::Paused { until: Some(_) }));
    let resumed = events.iter().position(|event| matches!(event, Event::Resumed {}));
    assert!(paused.is_some() && paused < resumed, "{events:?}");
}

#[test]
fn an_interrupted_calibration_gives_the_camera_back_and_what_was_put_off_stays_so() {
    let Some(camshim) = tool("shim/camshim") else { return };
    let watch = Watch::start(&camshim, &[], &["--fps", "4"]);
    watch.ask(&["snooze", "2h"]);
    let calibration = calibrate(&camshim, &watch, &["nobody.jpg"]);
    watch.wait(|status| status["status"]["state"] == "paused");
    // Once it has the camera it hears of Ctrl-C.
    thread::sleep(Duration::from_millis(500));
    let pid = fs::read_to_string(watch.folder.path().join("calibrates")).unwrap();
    assert!(Command::new("kill").args(["-INT", pid.trim()]).status().unwrap().success());
    let (out, _, status) = said(calibration);
    assert!(out.ends_with("Ended. Nothing was saved.\n") && status == Some(3), "{out}");
    let status = watch.status();
    assert_eq!(status["status"]["state"], "snoozed");
    assert!(status["status"]["left_s"].as_f64() > Some(7_000.0), "{status}");
}
