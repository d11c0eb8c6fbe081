//! Whether the camera gives pictures, in which somebody can be seen, from where posture can be measured.

use std::path::Path;

use super::{Finding, profiles::profiles};
use crate::{
    capture::{CaptureError, Captured, Fault, FrameSource, open_source},
    commands,
    control::{Mode, Status},
    estimator::{Blind, Estimator, PoseEstimator as _, blind},
    measure::{Known, Reading, View, measure},
    paths::Paths,
    pose::{Pose, Scene},
    report::{move_camera, seen_from},
    sink::words::listed,
};

/// Pictures looked at. The first of a camera are often dark, until it has set its exposure; the last one counts.
const PICTURES: u32 = 6;

/// How often the source is asked for one; a live source waits a quarter of a second each time.
const TRIES: u32 = 40;

/// What was seen in the last picture.
struct Seen {
    blind: Option<Blind>,
    pose: Option<Pose>,
    scene: Scene,
}

impl Seen {
    fn read(&self, pose: &Pose) -> Reading {
        measure(pose, Known { scene: self.scene, ..Known::default() })
    }
}

/// Looks through `source`, unless a watch that is `running` holds the camera.
pub fn look(source: &str, model: Option<&Path>, running: Option<&Status>, paths: &Paths) -> Vec<Finding> {
    let network = match commands::network(model) {
        Ok(network) => network,
        Err(error) => return vec![Finding::fail("model", error.to_string())],
    };
    let mut findings =
        vec![Finding::pass("model", model.map_or("the built-in one".into(), |m| m.display().to_string()))];
    if let Some(status) = running.filter(|status| status.state != Mode::Paused) {
        let says = format!("{} is in use by the posture that is watching (process {})", status.source, status.pid);
        findings.push(Finding::pass("camera", says));
        let remedy = "`posture status` tells, or `posture pause` and ask again";
        findings.push(Finding::warn("view", "not looked at, for the same reason", remedy));
        findings.push(profiles(paths, &status.source, network.fingerprint(), None));
        return findings;
    }
    let mut open = match open_source(source, None) {
        Ok(open) => open,
        Err(error) => {
            findings.push(Finding::fail(by_fault(&error), error.to_string()));
            return findings;
        }
    };
    let fingerprint = network.fingerprint().to_owned();
    match through(&mut *open, Estimator::tracking(network)) {
        Ok(seen) => {
            findings.push(Finding::pass("camera", format!("{} gives pictures", open.name())));
            findings.extend(judge(&seen));
            let read = seen.pose.as_ref().map(|pose| (pose, seen.read(pose)));
            let read = read.as_ref().map(|(pose, reading)| (*pose, reading));
            findings.push(profiles(paths, open.name(), &fingerprint, read));
        }
        Err(why) => findings.push(Finding::fail("camera", why)),
    }
    findings
}

/// What is wrong where a source cannot be opened.
fn by_fault(error: &CaptureError) -> &'static str {
    match error.fault() {
        Fault::Camera => "camera",
        Fault::Input => "source",
    }
}

/// What the last of a few pictures shows, or why there is none.
fn through(source: &mut dyn FrameSource, mut estimator: Estimator) -> Result<Seen, String> {
    let mut seen = Err(format!("{} gave no picture; unplug it and plug it in again", source.name()));
    let mut pictures = 0;
    for _ in 0..TRIES {
        match source.next_frame() {
            Ok(Captured::Frame(frame)) => {
                let pose = estimator.estimate(&frame).map_err(|error| error.to_string())?;
                seen = Ok(Seen { blind: blind(&frame.image), pose, scene: estimator.scene() });
                pictures += 1;
            }
            Ok(Captured::Waiting) => {}
            Ok(Captured::Outage { why, .. }) => seen = Err(why),
            Ok(Captured::End) => break,
            Err(error) => seen = Err(error.to_string()),
        }
        if pictures == PICTURES {
            break;
        }
    }
    seen
}

/// Light and view.
fn judge(seen: &Seen) -> Vec<Finding> {
    if let Some(blind) = seen.blind {
        return vec![Finding::fail("light", blind.to_string())];
    }
    let light = Finding::pass("light", "the picture shows a scene");
    let Some(pose) = &seen.pose else {
        return vec![light, Finding::warn("view", "nobody is seen", "sit where you work, and ask again")];
    };
    vec![light, view(&seen.read(pose), pose)]
}

fn view(reading: &Reading, pose: &Pose) -> Finding {
    let from = format!("you are seen {}", seen_from(reading.view, reading.facing));
    let measured: Vec<_> = reading.measurements.iter().map(|m| m.metric.title()).collect();
    if let Some(remedy) = move_camera(reading.view, pose.trunk_yaw) {
        return Finding::warn("view", from, remedy.trim_end_matches('.'));
    }
    match (reading.view, measured.is_empty()) {
        (View::Lateral | View::NearLateral, false) | (View::Frontal, false) => {
            Finding::pass("view", format!("{from}; measured: {}", listed(&measured)))
        }
        _ => Finding::warn(
            "view",
            format!("{from}, and nothing can be measured"),
            "show head and shoulders to the camera",
        ),
    }
}
