//! `posture doctor` on photos: each thing that it looks at, good and bad.

use std::{fs, path::Path};

use image::RgbImage;
use serde_json::Value;

use crate::cli::{Said, posture, sample};

/// The verdicts of `posture doctor --json --source pictures` in `folder`, and its exit status.
fn doctor(folder: &Path, args: &[&str]) -> (Vec<(String, String)>, i32) {
    let said = posture(folder, &[&["doctor", "--json", "--source", "pictures"], args].concat());
    let page: Value = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{said:?}"));
    assert_eq!(page["schema"], "posture-doctor/1");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let checks = page["checks"].as_array().unwrap().iter().map(|c| (text(&c["check"]), text(&c["verdict"]))).collect();
    (checks, said.status)
}

/// A folder with the folder `pictures` in it, and there `name`.
fn looking_at(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("pictures")).unwrap();
    fs::copy(sample(name), folder.path().join("pictures").join(name)).unwrap();
    folder
}

fn verdict<'a>(checks: &'a [(String, String)], check: &str) -> Option<&'a str> {
    checks.iter().find(|(name, _)| name == check).map(|(_, verdict)| verdict.as_str())
}

#[test]
fn a_good_place_passes_in_everything_but_the_desktop() {
    let folder = looking_at("side_upright_left.jpg");
    let (checks, status) = doctor(folder.path(), &[]);
    let expected =
        ["config", "state folder", "runtime folder", "notifications", "model", "camera", "light", "view", "profile"];
    assert_eq!(checks.iter().map(|(check, _)| check.as_str()).collect::<Vec<_>>(), expected);
    for (check, verdict) in &checks {
        let missing = ["notifications", "profile"].contains(&check.as_str());
        let expected = if missing { "warn" } else { "pass" };
        assert_eq!(verdict, expected, "{check}");
    }
    assert_eq!(status, 0);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
}

#[test]
fn nobody_and_black_pictures_are_told_apart() {
    let (checks, status) = doctor(looking_at("nobody.jpg").path(), &[]);
    assert_eq!((verdict(&checks, "light"), verdict(&checks, "view"), status), (Some("pass"), Some("warn"), 0));
    let folder = looking_at("nobody.jpg");
    RgbImage::new(640, 480).save(folder.path().join("pictures/z-black.png")).unwrap();
    let (checks, status) = doctor(folder.path(), &[]);
    assert_eq!((verdict(&checks, "light"), verdict(&checks, "view"), status), (Some("fail"), None, 2));
    let Said { out, .. } = posture(folder.path(), &["doctor", "--source", "pictures"]);
    assert!(out.contains("FAIL  light           the picture is black; open the camera's shutter"), "{out}");
}

#[test]
fn what_fails_says_so_with_its_status() {
    let folder = looking_at("nobody.jpg");
    let config = folder.path().join("home/config/posture/config.toml");
    fs::create_dir_all(config.parent().unwrap()).unwrap();
    fs::write(&config, "[camera]\nfps = 0\n").unwrap();
    let (checks, status) = doctor(folder.path(), &[]);
    assert_eq!((verdict(&checks, "config"), verdict(&checks, "camera"), status), (Some("fail"), Some("pass"), 2));
    fs::remove_file(&config).unwrap();
    let (checks, status) = doctor(folder.path(), &["--model", "nowhere.onnx"]);
    assert_eq!((verdict(&checks, "model"), verdict(&checks, "camera"), status), (Some("fail"), None, 2));
    let none = posture(folder.path(), &["doctor", "--source", "no such camera"]);
    let why = if cfg!(feature = "camera") { "no camera" } else { "this posture was built without camera support" };
    assert!(none.status == 4 && none.out.contains(&format!("FAIL  camera          {why}")), "{none:?}");
}
