//! Profiles as `posture watch` meets them: picked, named, stale, broken.

use std::{fs, path::Path, time::Duration};

use posture::{
    baseline::{Baseline, Neutral},
    calibration::Threshold,
    estimator::{ModelError, Network, PoseEstimator},
    frame::Frame,
    measure::{Aspect, Facing, Measurement, Metric, Reference, View},
    pipeline::Session,
    pose::Pose,
    profile::{Profile, Store, baseline},
    rules::Rules,
    stretches::Stretches,
};

use crate::{
    cli::{Said, folder_with_a_photo, posture},
    watch::sitting,
};

/// A profile of somebody seen from the side in the pictures of `.`.
fn side(network: &str) -> Profile {
    let mut upright = Baseline::default();
    upright.set(
        Aspect::new(View::Lateral, Facing::Left),
        Metric::CraniovertebralAngle,
        Neutral { median: 56.0, spread: 1.0, readings: 50 },
    );
    Profile {
        name: "desk".into(),
        camera: ".".into(),
        made: "2026-11-22T16:30:00".parse().unwrap(),
        network: network.into(),
        view: View::Lateral,
        facing: Facing::Left,
        frame: (640, 480),
        size: 0.25,
        level: None,
        upright,
        slouch: None,
        thresholds: vec![Threshold { metric: Metric::CraniovertebralAngle, mild: 6.0 }],
    }
}

fn fingerprint() -> String {
    Network::embedded().unwrap().fingerprint().to_owned()
}

fn store(folder: &Path) -> Store {
    Store::new(folder.join("home/config/posture/profiles"))
}

/// Watches `side.jpg` for twelve seconds.
fn watch(folder: &Path, args: &[&str]) -> Said {
    for number in 0..24 {
        fs::copy(folder.join("side.jpg"), folder.join(format!("{number:02}.jpg"))).unwrap();
    }
    posture(folder, &[&["watch", "--source", ".", "--fps", "2"], args].concat())
}

#[test]
fn a_profile_that_fits_is_used_without_a_word_of_doubt() {
    let folder = folder_with_a_photo();
    store(folder.path()).keep(&side(&fingerprint())).unwrap();
    let said = watch(folder.path(), &[]);
    assert_eq!((said.err.as_str(), said.status), ("", 0));
    assert!(said.out.contains("held against your profile \"desk\" of 2026-11-22."), "{}", said.out);
}

/// The poses are given.
struct NoPictures;

impl PoseEstimator for NoPictures {
    fn estimate(&mut self, _: &Frame) -> Result<Option<Pose>, ModelError> {
        Ok(None)
    }
}

#[test]
fn the_tilt_of_the_camera_that_a_profile_knows_is_taken_out_while_watching_and_off_the_band() {
    let angle = |level| -> [Measurement; 2] {
        let profile = Profile { level, ..side("") };
        let (known, rules, stretches) =
            (baseline(std::slice::from_ref(&profile)), Rules::embedded(), Stretches::embedded());
        let mut session = Session::new("camera", Box::new(NoPictures), known, rules, stretches);
        session.expect(vec![profile]);
        let step = session.pose(Duration::ZERO, (640, 480), sitting(0.0, 50.0, 90.0));
        let (_, reading) = step.report.unwrap().person.unwrap();
        [Reference::Absolute, Reference::Baseline].map(|r| reading.get(Metric::CraniovertebralAngle, r).unwrap())
    };
    let [absolute, deviation] = angle(None);
    let [levelled, from_baseline] = angle(Some(4.0));
    // Facing left, a picture that is turned clockwise shows the angle too large.
    assert!((levelled.value - absolute.value + 4.0).abs() < 1e-3, "{absolute:?} {levelled:?}");
    assert!((from_baseline.value - deviation.value - 4.0).abs() < 1e-3, "{deviation:?} {from_baseline:?}");
    assert!(levelled.uncertainty < absolute.uncertainty && from_baseline.uncertainty < deviation.uncertainty);
}

#[test]
fn what_does_not_fit_is_said_before_the_first_finding() {
    let folder = folder_with_a_photo();
    let large = Profile { size: 0.6, frame: (1280, 720), ..side(&fingerprint()) };
    store(folder.path()).keep(&large).unwrap();
    let said = watch(folder.path(), &["--json"]);
    let lines: Vec<&str> = said.err.lines().collect();
    assert_eq!(lines.len(), 2, "{}", said.err);
    assert!(lines[0].contains("pictures of 1280×720, and these are 640×480"), "{}", said.err);
    assert!(lines[1].contains("smaller in the picture than in your profile \"desk\""), "{}", said.err);
    assert!(said.out.lines().all(|line| line.starts_with("{\"schema\":\"posture/1\"")), "standard output stays JSON");
}

#[test]
fn another_networks_profile_is_not_used() {
    let folder = folder_with_a_photo();
    store(folder.path()).keep(&side("0123456789abcdef")).unwrap();
    let said = watch(folder.path(), &[]);
    assert!(said.err.contains("was read by another network, whose numbers differ, and is not used"), "{}", said.err);
    assert!(said.out.contains("Learning your baseline"), "a provisional one takes its place: {}", said.out);
}

#[test]
fn a_broken_profile_is_told_and_ends_only_what_names_it() {
    let folder = folder_with_a_photo();
    let path = store(folder.path()).keep(&side(&fingerprint())).unwrap();
    fs::write(&path, "version = 1\nview = sideways\n").unwrap();
    let said = watch(folder.path(), &[]);
    let place = format!("{}:2:", path.display());
    assert!(said.err.starts_with(&place) && said.status == 0, "{}", said.err);
    let named = watch(folder.path(), &["--profile", "desk"]);
    assert!(named.err.starts_with(&format!("error: {place}")) && named.status == 2, "{}", named.err);
    let missing = watch(folder.path(), &["--profile", "office"]);
    assert!(missing.err.starts_with("error: no profile \"office\" in ") && missing.status == 2, "{}", missing.err);
    assert!(missing.err.ends_with("; there is desk\n"), "{}", missing.err);
}
