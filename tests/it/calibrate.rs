//! `posture calibrate` from a folder of photos, through the real network, and what `watch` makes of the profile.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::cli::{Said, posture, sample};

/// A folder with `photos`: sample names, each so many times, in that order.
fn pictures(photos: &[(&str, usize)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("my photos")).unwrap();
    let names = photos.iter().flat_map(|(name, times)| std::iter::repeat_n(name, *times));
    for (number, name) in names.enumerate() {
        fs::copy(sample(name), folder.path().join(format!("my photos/{number:03}.jpg"))).unwrap();
    }
    folder
}

fn calibrate(folder: &Path, args: &[&str]) -> Said {
    posture(folder, &[&["calibrate", "--source", "my photos", "--fps", "2"], args].concat())
}

fn profile(folder: &Path, name: &str) -> PathBuf {
    folder.join("home/config/posture/profiles").join(format!("{name}.toml"))
}

#[test]
fn upright_then_slouching_photos_become_a_profile_that_watch_takes() {
    let folder = pictures(&[("side_upright_left.jpg", 12), ("side_forward_head_left.jpg", 14)]);
    let made = calibrate(folder.path(), &[]);
    assert_eq!((made.err.as_str(), made.status), ("", 0), "{}", made.out);
    let lines: Vec<&str> = made.out.lines().collect();
    assert!(lines[0].starts_with("Calibrating with my photos; Ctrl-C ends it"), "{}", made.out);
    assert!(lines[1].starts_with("1 of 2: sit comfortably upright"), "{}", made.out);
    assert!(lines.contains(&"Upright: recorded.") && lines.contains(&"Slouch: recorded."), "{}", made.out);
    assert!(made.out.contains("Saved the profile \"side\", seen from the side, facing left: "), "{}", made.out);
    let text = fs::read_to_string(profile(folder.path(), "side")).unwrap();
    assert!(text.contains("version = 2\ncamera = \"my photos\"\n"), "{text}");
    let read: toml::Table = text.parse().unwrap();
    let mild = read["threshold"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["metric"].as_str() == Some("craniovertebral_angle"));
    assert!(mild.unwrap()["mild"].as_float().unwrap() > 5.0, "40 % of more than 12.5°: {text}");
    assert_eq!(fs::read_dir(profile(folder.path(), "side").parent().unwrap()).unwrap().count(), 1);

    let watched = posture(folder.path(), &["watch", "--source", "my photos", "--fps", "2"]);
    assert_eq!((watched.err.as_str(), watched.status), ("", 0));
    assert!(watched.out.contains("Seen from the side, facing left, held against your profile \"side\" of "));
    let named = posture(folder.path(), &["watch", "--source", "my photos", "--fps", "2", "--profile", "side"]);
    assert_eq!(named.out, watched.out);
}

#[test]
fn without_a_slouch_upright_is_saved_and_said_so() {
    let folder = pictures(&[("front_upright.jpg", 12)]);
    let made = calibrate(folder.path(), &["--profile", "my desk"]);
    assert_eq!((made.err.as_str(), made.status), ("", 0), "{}", made.out);
    assert!(made.out.contains("No slouch was recorded: deviations begin where the rules say."), "{}", made.out);
    let text = fs::read_to_string(profile(folder.path(), "my desk")).unwrap();
    assert!(!text.contains("\n[slouch") && !text.contains("\n[[threshold]]"), "{text}");
}

#[test]
fn pictures_that_show_nobody_or_too_little_save_nothing() {
    for (photos, why) in [
        (&[("nobody.jpg", 12)][..], "Nobody is seen: sit down in front of the camera"),
        (&[("threequarter_upright.jpg", 12)], "move"),
        (&[("side_upright_left.jpg", 6)], "it ended before 5 s in a row were recorded."),
    ] {
        let folder = pictures(photos);
        let made = calibrate(folder.path(), &[]);
        assert_eq!((made.err.as_str(), made.status), ("", 3), "{}", made.out);
        let last = made.out.lines().last().unwrap();
        assert!(last.starts_with("Nothing was recorded and nothing saved: "), "{}", made.out);
        assert!(last.to_lowercase().contains(&why.to_lowercase()), "{}", made.out);
        assert!(!profile(folder.path(), "side").exists() && !profile(folder.path(), "front").exists());
    }
}

#[test]
fn what_cannot_be_saved_is_told_before_anybody_sits_still() {
    let folder = pictures(&[("side_upright_left.jpg", 1)]);
    let bad = calibrate(folder.path(), &["--profile", "../up"]);
    assert_eq!(
        bad.err,
        "error: profile name \"../up\": use letters, digits, spaces, - and _, at most 100 characters\n"
    );
    assert_eq!((bad.out.as_str(), bad.status), ("", 2));
    fs::create_dir_all(folder.path().join("home/config/posture")).unwrap();
    fs::write(folder.path().join("home/config/posture/profiles"), "in the way").unwrap();
    let full = calibrate(folder.path(), &[]);
    assert_eq!((full.out.as_str(), full.status), ("", 2));
    assert!(full.err.contains("the profile cannot be written (") && full.err.lines().count() == 1, "{}", full.err);
}
