//! `posture check` with points that the user placed, and with a reference photo.

use std::{fs, path::Path};

use posture::wire::{Line, PoseLine};

use crate::cli::{Said, folder_with_a_photo, posture, sample};

/// The true tragus and C7 of side_upright_left.jpg, whole pixels.
const TRAGUS: &str = "312,127";
const C7: &str = "352,185";

fn check(folder: &Path, args: &[&str]) -> Said {
    posture(folder, &[&["check"], args].concat())
}

fn line(said: &Said) -> PoseLine {
    match Line::parse(said.out.trim()).unwrap() {
        Line::Pose(line) => *line,
        Line::Event(event) => panic!("an event: {event:?}"),
    }
}

/// The angle by hand and its band, degrees.
fn by_hand(said: &Said) -> (f32, f32) {
    let measured = line(said).by_hand.unwrap().measurement;
    (measured.value, measured.uncertainty)
}

#[test]
fn two_points_give_the_angle_in_the_picture() {
    let folder = folder_with_a_photo();
    let said = check(folder.path(), &["--json", "--tragus", TRAGUS, "--c7", C7, "side.jpg"]);
    assert_eq!(said.err, "");
    let (angle, band) = by_hand(&said);
    assert!((angle - 55.4).abs() < 0.5, "{angle}");
    assert!((4.5..5.5).contains(&band), "{band}");
    let levelled =
        by_hand(&check(folder.path(), &["--json", "--tragus", TRAGUS, "--c7", C7, "--level", "-3", "side.jpg"]));
    assert!(
        (levelled.0 - (angle + 3.0)).abs() < 0.15,
        "facing left, a horizontal that falls to the left: {levelled:?}"
    );
    assert!(levelled.1 < band, "a level that was measured is worth something: {levelled:?}");
}

#[test]
fn findings_and_words_are_about_the_points() {
    let folder = folder_with_a_photo();
    let low = check(folder.path(), &["--tragus", "290,160", "--c7", C7, "side.jpg"]);
    assert_eq!(low.status, 1, "{}", low.out);
    assert!(low.out.contains("craniovertebral angle by hand"), "{}", low.out);
    assert!(low.out.contains("Head forward: marked"), "{}", low.out);
    let json = line(&check(folder.path(), &["--json", "--tragus", "290,160", "--c7", C7, "side.jpg"]));
    assert_eq!(json.findings.len(), 1);
    assert!(json.person.is_some(), "what the network saw is there as well");
}

#[test]
fn the_network_is_not_needed_and_its_doubt_is_told() {
    let here = sample("");
    let nobody = check(&here, &["--tragus", "300,200", "--c7", "340,260", "nobody.jpg"]);
    assert!(nobody.out.starts_with("nobody.jpg\n  Nobody seen by the network.\n    craniovertebral angle by hand"));
    assert_eq!(nobody.status, 0, "{}", nobody.out);
    let front = check(&here, &["--tragus", "300,200", "--c7", "340,260", "front_upright.jpg"]);
    assert!(
        front.out.contains("The network sees this person from the front: the angle in the picture"),
        "{}",
        front.out
    );
}

#[test]
fn points_that_cannot_be_are_one_clear_line() {
    let folder = folder_with_a_photo();
    for (tragus, c7, err) in [
        (
            "5000,100",
            C7,
            "side.jpg: --tragus 5000,100 lies outside the picture, which is 640×480; count pixels from its top left corner",
        ),
        (
            TRAGUS,
            "-1,100",
            "side.jpg: --c7 -1,100 lies outside the picture, which is 640×480; count pixels from its top left corner",
        ),
        (
            "100,100",
            "100,100",
            "side.jpg: --tragus and --c7 are the same point; the tragus is at the ear, C7 at the base of the neck",
        ),
        (
            "100,200",
            "140,100",
            "side.jpg: --tragus 100,200 is not above --c7 140,100 (y counts downwards); are the two exchanged?",
        ),
        (
            "100,100",
            "103,103",
            "side.jpg: --tragus and --c7 are only 4 pixels apart, too few for an angle; take a larger picture",
        ),
    ] {
        let said = check(folder.path(), &["--tragus", tragus, "--c7", c7, "side.jpg"]);
        assert_eq!((said.out.as_str(), said.err, said.status), ("", format!("error: {err}\n"), 2));
    }
    let malformed = check(folder.path(), &["--tragus", "12", "--c7", C7, "side.jpg"]);
    assert!(malformed.err.contains("as in 236,191"), "{}", malformed.err);
    assert_eq!(malformed.status, 2);
    let alone = check(folder.path(), &["--tragus", TRAGUS, "side.jpg"]);
    assert!(alone.err.contains("--c7 <X,Y>") && alone.status == 2, "{}", alone.err);
    for paths in [&["side.jpg", "side.jpg"][..], &["."], &["-"]] {
        let said = check(folder.path(), &[&["--tragus", TRAGUS, "--c7", C7], paths].concat());
        assert_eq!(said.err, "error: --tragus and --c7 are places on one photo: name that photo alone\n");
    }
}

#[test]
fn two_photos_of_one_person_are_held_against_each_other() {
    let here = sample("");
    let args = ["--reference-photo", "side_upright_left.jpg"];
    let json = line(&check(&here, &[&args[..], &["--json", "side_forward_head_left.jpg"]].concat()));
    let compared = json.compared.unwrap();
    assert_eq!(compared.with, "side_upright_left.jpg");
    let angle = &compared.changes[0];
    assert!(angle.changed && angle.change < -angle.smallest && angle.smallest >= 5.5, "{angle:?}");
    let same = check(&here, &[&args[..], &["side_upright_left.jpg"]].concat());
    assert!(same.out.contains("  Since side_upright_left.jpg:\n    craniovertebral angle"), "{}", same.out);
    assert!(same.out.contains("no change that can be told: it would have to be more than"), "{}", same.out);
    assert!(!same.out.contains("changed by"), "{}", same.out);
    let front = check(&here, &[&args[..], &["front_upright.jpg"]].concat());
    assert!(
        front.out.contains("Not compared with side_upright_left.jpg: seen from the side then and from the front now."),
        "{}",
        front.out
    );
}

#[test]
fn both_photos_can_be_measured_by_hand() {
    let folder = folder_with_a_photo();
    fs::copy(folder.path().join("side.jpg"), folder.path().join("earlier.jpg")).unwrap();
    let then = ["--reference-photo", "earlier.jpg", "--reference-tragus", TRAGUS, "--reference-c7", C7];
    let now = ["--tragus", "290,160", "--c7", C7, "--json", "side.jpg"];
    let compared = line(&check(folder.path(), &[&then[..], &now].concat())).compared.unwrap();
    assert!(compared.changes[0].changed, "{compared:?}");
    assert_eq!(compared.changes.len(), 1, "two points give one angle");
}

#[test]
fn a_reference_that_shows_nobody_is_refused() {
    let here = sample("");
    for (reference, err) in [
        ("nobody.jpg", "nobody.jpg: nobody seen on the reference photo; give one that shows the person"),
        ("nowhere.jpg", "nowhere.jpg: no such file or folder; check the spelling"),
    ] {
        let said = check(&here, &["--reference-photo", reference, "side_upright_left.jpg"]);
        assert_eq!((said.out.as_str(), said.err, said.status), ("", format!("error: {err}\n"), 2));
    }
}

#[cfg(feature = "annotate")]
#[test]
fn the_wedge_is_drawn_on_a_copy() {
    let folder = folder_with_a_photo();
    let args = ["--tragus", TRAGUS, "--c7", C7, "--annotate", "out.png", "side.jpg"];
    let said = check(folder.path(), &args);
    assert_eq!(said.err, "");
    let (copy, photo) = (
        image::open(folder.path().join("out.png")).unwrap().to_rgb8(),
        image::open(folder.path().join("side.jpg")).unwrap().to_rgb8(),
    );
    let [tragus, c7] = [TRAGUS, C7].map(|place| {
        let (x, y) = place.split_once(',').unwrap();
        [x.parse::<f32>().unwrap(), y.parse::<f32>().unwrap()]
    });
    let at = |share: f32| ((c7[0] + share * (tragus[0] - c7[0])) as u32, (c7[1] + share * (tragus[1] - c7[1])) as u32);
    for share in [0.5, 1.0, 1.1] {
        let (x, y) = at(share);
        assert_ne!(copy.get_pixel(x, y), photo.get_pixel(x, y), "{share}");
    }
}
