use std::{fs, time::Duration};

use jiff::civil::date;

use super::*;
use crate::{
    baseline::Neutral,
    measure::{Known, Reading, measure},
    pose::{BodyPart, Pose, drawn::drawn},
};

fn profile(name: &str, view: View, day: i8) -> Profile {
    let (metric, facing) = match view {
        View::Frontal => (Metric::EarShoulderHeight, Facing::Camera),
        _ => (Metric::CraniovertebralAngle, Facing::Left),
    };
    let mut upright = Baseline::default();
    let aspect = Aspect::new(view, facing);
    upright.set(aspect, metric, Neutral { median: 51.5, spread: 0.75, readings: 50 });
    let mut slouch = Baseline::default();
    slouch.set(aspect, metric, Neutral { median: 36.25, spread: 1.5, readings: 50 });
    Profile {
        name: name.into(),
        camera: "camera 0 (Virtual)".into(),
        made: date(2026, 11, day).at(16, 30, 0, 0),
        network: "85944171f73967e8".into(),
        view,
        facing,
        frame: (640, 480),
        size: 0.3125,
        level: Some(-2.5),
        upright,
        slouch: Some(slouch),
        thresholds: vec![Threshold { metric, mild: 6.0 }],
    }
}

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::new(folder.path().join("with spaces/profiles"));
    (folder, store)
}

#[test]
fn a_profile_is_read_back_as_it_was_written_and_replaced_in_one_piece() {
    let (_folder, store) = store();
    assert_eq!(store.names().expect("none"), Vec::<String>::new());
    let mut desk = profile("my desk", View::Lateral, 3);
    let path = store.keep(&desk).expect("saved");
    assert!(path.ends_with("with spaces/profiles/my desk.toml"), "{}", path.display());
    assert_eq!(store.load("my desk").expect("read"), desk);
    desk.slouch = None;
    desk.level = None;
    desk.thresholds.clear();
    store.keep(&desk).expect("replaced");
    assert_eq!(store.load("my desk").expect("read"), desk);
    fs::write(path.with_extension("toml~"), "an editor's").expect("written");
    assert_eq!(store.names().expect("one"), ["my desk"], "nothing half written is left, and nothing else counted");
    assert_eq!(fs::read_dir(path.parent().expect("a folder")).expect("there").count(), 2);
}

#[test]
fn names_that_are_paths_and_profiles_that_are_not_there_are_refused() {
    let (_folder, store) = store();
    for name in ["", "../up", "a/b", ".hidden", " x", "x\n", &"x".repeat(200)] {
        let error = store.load(name).expect_err("refused").to_string();
        assert!(error.starts_with("profile name ") && !error.contains('\n'), "{error}");
    }
    let error = store.load("desk").expect_err("none").to_string();
    assert!(error.contains("no profile \"desk\" in ") && error.ends_with("`posture calibrate` makes one"), "{error}");
    store.keep(&profile("office", View::Lateral, 3)).expect("saved");
    let error = store.load("desk").expect_err("none").to_string();
    assert!(error.ends_with("; there is office"), "{error}");
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let (_folder, store) = store();
    let path = store.keep(&profile("desk", View::Lateral, 3)).expect("saved");
    let good = fs::read_to_string(&path).expect("there");
    let place = |line: &str| good.lines().position(|l| l.starts_with(line)).expect("a line") + 1;
    for (from, to, line, what) in [
        ("version = 2", "version = 7", place("version"), "version 7 of the form, and this posture knows 1 to 2"),
        ("made = \"2026-11-03T16:30:00\"", "made = \"yesterday\"", place("made"), "made is not a date and time"),
        ("size = 0.3125", "size = nan", place("size"), "size is the share of the picture"),
        ("level = -2.5", "level = 90", place("level"), "level is a tilt in degrees"),
        ("view = \"lateral\"", "view = \"sideways\"", place("view"), "unknown variant `sideways`"),
        ("camera =", "kamera =", place("camera"), "unknown field `kamera`"),
        ("mild = 6.0", "mild = 0.0", place("[[threshold]]"), "mild is more than 0"),
        ("median = 51.5", "median = nan", place("[upright]"), "a median or spread here is not a number"),
    ] {
        assert!(good.contains(from), "{from} in {good}");
        fs::write(&path, good.replacen(from, to, 1)).expect("written");
        let error = store.load("desk").expect_err("wrong").to_string();
        assert!(error.starts_with(&format!("{}:{line}:", path.display())), "{error} should name line {line}");
        assert!(error.contains(what), "{error}");
        assert!(error.ends_with("; mend it, or calibrate again") && !error.contains('\n'), "{error}");
    }
    fs::write(&path, [0xff, 0xfe]).expect("written");
    assert!(store.load("desk").expect_err("no text").to_string().contains("the profile cannot be read"));
}

#[test]
fn where_nothing_can_be_written_what_was_there_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("file"), "in the way").expect("written");
    let store = Store::new(folder.path().join("file"));
    for error in [store.prepare("desk").map(drop), store.keep(&profile("desk", View::Lateral, 3)).map(drop)] {
        let error = error.expect_err("a file is no folder").to_string();
        assert!(error.contains("the profile cannot be written (") && error.contains("XDG_CONFIG_HOME"), "{error}");
    }
    // A folder where the file should go: the rename fails, as it would on a disk that is full.
    let store = Store::new(folder.path().join("profiles"));
    fs::create_dir_all(folder.path().join("profiles/desk.toml/x")).expect("made");
    store.keep(&profile("desk", View::Lateral, 3)).expect_err("in the way");
    assert_eq!(fs::read_dir(folder.path().join("profiles")).expect("there").count(), 1, "nothing is left beside it");
}

#[test]
fn a_profile_of_the_first_form_is_read_as_of_the_flank_that_it_names() {
    let (_folder, store) = store();
    let desk = profile("desk", View::Lateral, 3);
    let path = store.keep(&desk).expect("saved");
    let text = fs::read_to_string(&path).expect("there");
    let before = text.find("\n[upright]").expect("a table");
    let (head, tables) = text.split_at(before);
    let tables = tables.replace("facing = \"left\"\n", "").replace("version = \"2\"", "version = \"1\"");
    fs::write(&path, head.replace("version = 2", "version = 1") + &tables).expect("written");
    let old = Profile { level: None, ..desk };
    assert_eq!(store.load("desk").expect("still read"), old, "its baseline was read without the level");
}

#[test]
fn each_flank_has_its_own_profile_and_the_larger_threshold_holds() {
    let left = profile("left", View::Lateral, 2);
    let mut right = Profile { facing: Facing::Right, ..profile("right", View::Lateral, 3) };
    right.thresholds[0].mild = 9.0;
    right.upright = Baseline::default();
    let aspect = right.aspect();
    right.upright.set(aspect, Metric::CraniovertebralAngle, Neutral { median: 47.0, spread: 1.0, readings: 50 });
    let chosen = for_camera(vec![left.clone(), right], "camera 0 (Virtual)");
    assert_eq!(chosen.iter().map(|profile| profile.name.as_str()).collect::<Vec<_>>(), ["left", "right"]);
    let median = |aspect| baseline(&chosen).get(aspect, Metric::CraniovertebralAngle).map(|neutral| neutral.median);
    assert_eq!((median(left.aspect()), median(aspect)), (Some(51.5), Some(47.0)));
    assert_eq!(thresholds(&chosen)[&Metric::CraniovertebralAngle], 9.0);
}

#[test]
fn the_newest_of_each_view_of_this_camera_is_used() {
    let other = Profile { camera: "another".into(), ..profile("elsewhere", View::Lateral, 9) };
    let (old, new) = (profile("old", View::Lateral, 2), profile("new", View::Lateral, 3));
    let front = profile("front", View::Frontal, 1);
    let chosen = for_camera(vec![old, new, front, other], "camera 0 (Virtual)");
    assert_eq!(chosen.iter().map(|profile| profile.name.as_str()).collect::<Vec<_>>(), ["new", "front"]);
    let known = baseline(&chosen);
    assert!(known.get(Aspect::new(View::Lateral, Facing::Left), Metric::CraniovertebralAngle).is_some());
    assert!(known.get(Aspect::new(View::Frontal, Facing::Camera), Metric::EarShoulderHeight).is_some());
    assert_eq!(thresholds(&chosen).len(), 2);
}

/// Somebody seen from the front, `size` pixels wide at the shoulders, in a frame of 640 × `height`.
fn seen(size: f32, height: u32, trunk_yaw: f32) -> (Pose, Reading) {
    use BodyPart::{LeftShoulder, Nose, RightShoulder};
    let parts =
        [(Nose, 320.0, 200.0), (LeftShoulder, 320.0 + size / 2.0, 210.0), (RightShoulder, 320.0 - size / 2.0, 210.0)];
    let pose = Pose { trunk_yaw: Some(trunk_yaw), frame_height: height, ..drawn(&parts) };
    let reading = measure(&pose, Known::default());
    (pose, reading)
}

/// What is stale when that is seen for ten seconds, and when it is said.
fn stale(profiles: &[Profile], (pose, reading): &(Pose, Reading)) -> Vec<(u64, Stale)> {
    let mut freshness = Freshness::new(profiles.to_vec());
    (0..=10)
        .flat_map(|second| {
            let at = Duration::from_secs(second);
            freshness.step(at, pose, reading).into_iter().map(|(_, stale)| (second, stale)).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn what_does_not_fit_is_said_once_in_the_first_seconds() {
    let profiles = [profile("front", View::Frontal, 3)];
    assert_eq!(stale(&profiles, &seen(200.0, 480, 0.0)), []);
    assert_eq!(stale(&profiles, &seen(240.0, 480, 0.0)), [], "leaning forward is no other place");
    assert!(matches!(stale(&profiles, &seen(280.0, 480, 0.0))[..], [(5, Stale::Size { ratio })] if ratio > 1.3));
    assert!(matches!(stale(&profiles, &seen(120.0, 480, 0.0))[..], [(5, Stale::Size { ratio })] if ratio < 0.7));
    let (then, now) = ((640, 480), (640, 360));
    assert_eq!(stale(&profiles, &seen(200.0, 360, 0.0)), [(0, Stale::Frame { then, now })]);
    let (then, now) = (Aspect::new(View::Frontal, Facing::Camera), Aspect::new(View::Lateral, Facing::Left));
    assert_eq!(stale(&profiles, &seen(200.0, 480, 90.0)), [(5, Stale::View { then, now })]);
    let side = [profile("side", View::Lateral, 3)];
    let (then, now) = (now, Aspect::new(View::Lateral, Facing::Right));
    assert!(stale(&side, &seen(200.0, 480, 90.0)).is_empty());
    assert_eq!(stale(&side, &seen(200.0, 480, -90.0)), [(5, Stale::View { then, now })], "the other flank");
    assert_eq!(stale(&profiles, &seen(200.0, 480, 45.0)), [], "from there nothing is held against anything");
    assert_eq!(stale(&[], &seen(200.0, 480, 90.0)), []);
}

#[test]
fn each_reason_is_a_sentence_with_what_to_do() {
    let desk = profile("my desk", View::Lateral, 3);
    let (left, front) = (Aspect::new(View::Lateral, Facing::Left), Aspect::new(View::Frontal, Facing::Camera));
    for (stale, words) in [
        (Stale::Network, "was read by another network, whose numbers differ, and is not used"),
        (Stale::Frame { then: (640, 480), now: (1280, 720) }, "pictures of 640×480, and these are 1280×720"),
        (Stale::Size { ratio: 1.4 }, "40 % larger in the picture"),
        (Stale::Size { ratio: 0.6 }, "40 % smaller in the picture"),
        (Stale::View { then: left, now: front }, "made from the side, and you are seen from the front"),
        (
            Stale::View { then: left, now: Aspect::new(View::Lateral, Facing::Right) },
            "made from your left side, and you are seen from your right side",
        ),
    ] {
        let said = stale.explain(&desk);
        assert!(said.contains("\"my desk\"") && said.contains(words) && said.ends_with('.'), "{said}");
    }
}
