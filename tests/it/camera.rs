//! `posture watch` as a whole in front of a camera that does not exist: `../shared/tools/camera/shim/camshim` puts a
//! false /dev/video0 before the program. Needs the folder `../shared` beside the checkout, a C compiler and Linux.

#![cfg(all(target_os = "linux", feature = "camera"))]

use std::{
    path::PathBuf,
    process::{Command, Output},
};

use posture::wire::{Event, Line};

/// The shim, or `None` after saying that it is not there.
fn camshim() -> Option<PathBuf> {
    let shim = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/tools/camera/shim/camshim");
    if !shim.exists() {
        println!("skipped: no ../shared");
    }
    shim.exists().then_some(shim)
}

fn sample(name: &str) -> String {
    format!("{}/samples/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Runs `posture watch` with `args` behind the shim with `camera` as its arguments; Ctrl-C comes after `seconds`.
fn watch(shim: PathBuf, camera: &[&str], seconds: u32, args: &[&str]) -> Output {
    Command::new(shim)
        .args(camera)
        .args(["timeout", "--preserve-status", "--signal=INT", &seconds.to_string()])
        .arg(assert_cmd::cargo::cargo_bin!("posture"))
        .arg("watch")
        .args(args)
        .output()
        .expect("the shim runs")
}

#[test]
fn shared_a_person_comes_and_goes_before_the_camera() {
    let Some(shim) = camshim() else { return };
    // Six seconds of the one, then the other for ever.
    let pictures = [format!("{}@6", sample("side_upright_left.jpg")), sample("nobody.jpg")];
    let camera = ["--image", &pictures[0], "--image", &pictures[1]];
    let output = watch(shim, &camera, 22, &["--source", "0", "--fps", "4", "--json"]);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{err}");
    let lines: Vec<Line> = out.lines().map(|line| Line::parse(line).expect("a line of the schema")).collect();
    let seen = lines.iter().filter(|line| matches!(line, Line::Pose(pose) if pose.person.is_some())).count();
    assert!(seen >= 5, "{out}");
    let events: Vec<&Event> =
        lines.iter().filter_map(|line| if let Line::Event(line) = line { Some(&line.event) } else { None }).collect();
    assert!(matches!(events.first(), Some(Event::Returned {})), "{events:?}");
    assert!(events.iter().any(|event| matches!(event, Event::View { .. })), "{events:?}");
    assert!(events.iter().any(|event| matches!(event, Event::Left {})), "{events:?}");
    assert!(matches!(events.last(), Some(Event::Closed { .. })), "{events:?}");
}

#[test]
fn shared_an_unplugged_camera_is_an_outage_and_a_busy_one_no_camera() {
    let Some(shim) = camshim() else { return };
    let picture = sample("side_upright_left.jpg");
    let camera = ["--image", &picture, "--at", "4", "unplug"];
    let output = watch(shim.clone(), &camera, 20, &["--source", "0", "--fps", "2"]);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!((output.status.code(), err.as_ref()), (Some(0), ""), "{out}");
    assert!(out.contains("Posture cannot be read: ") && out.contains("\nWatched for "), "{out}");
    let output = watch(shim, &["--image", &picture, "--at", "0", "busy"], 20, &["--source", "0"]);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!((output.status.code(), out.as_ref(), err.lines().count()), (Some(4), "", 1), "{err}");
}
