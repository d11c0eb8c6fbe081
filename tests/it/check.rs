//! `posture check` on real pictures: its lines, its text, its annotated copies, its exit status.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use assert_cmd::cargo::cargo_bin;
use posture::{
    measure::{Facing, View},
    wire::{Line, PoseLine},
};

use crate::cli::{Said, folder_with_a_photo, posture, sample};

fn lines(said: &Said) -> Vec<PoseLine> {
    let read = |line| match Line::parse(line).unwrap() {
        Line::Pose(line) => *line,
        Line::Event(event) => panic!("an event: {event:?}"),
    };
    said.out.lines().map(read).collect()
}

#[test]
fn a_line_says_who_is_seen_and_reads_back_as_it_was() {
    let folder = folder_with_a_photo();
    let said = posture(folder.path(), &["check", "--json", "side.jpg"]);
    assert_eq!(said.err, "");
    let [line] = &lines(&said)[..] else { panic!("one line: {}", said.out) };
    assert_eq!(format!("{}\n", serde_json::to_string(line).unwrap()), said.out);
    assert_eq!((line.source.as_str(), line.at), ("side.jpg", 0.0));
    let (width, height) = image::image_dimensions(folder.path().join("side.jpg")).unwrap();
    assert_eq!((line.width, line.height), (width, height));
    let person = line.person.as_ref().unwrap();
    assert_eq!((person.view, person.facing), (View::Lateral, Facing::Left));
    assert_eq!(said.status, i32::from(!line.findings.is_empty()));
    for keypoint in person.keypoints.values() {
        assert!((0.0..=width as f32).contains(&keypoint.x) && (0.0..=height as f32).contains(&keypoint.y));
    }
}

#[test]
fn nobody_is_no_reading() {
    let nobody = sample("nobody.jpg");
    let said = posture(Path::new("."), &["check", "--json", nobody.to_str().unwrap()]);
    let [line] = &lines(&said)[..] else { panic!("one line: {}", said.out) };
    assert_eq!((&line.person, said.status, said.err.as_str()), (&None, 3, ""));
    let said = posture(nobody.parent().unwrap(), &["check", "nobody.jpg"]);
    assert!(said.out.starts_with("nobody.jpg\n  Nobody seen.\n\n"), "{}", said.out);
    assert_eq!(said.status, 3);
}

#[test]
fn text_ends_with_what_the_program_is_not() {
    let folder = folder_with_a_photo();
    let said = posture(folder.path(), &["check", "side.jpg", "side.jpg"]);
    assert!(said.out.starts_with("side.jpg\n  Seen from the side, facing left.\n"), "{}", said.out);
    assert!(said.out.ends_with("It screens posture; it cannot diagnose.\n"), "{}", said.out);
    assert_eq!(said.out.matches("cannot diagnose").count(), 1);
}

#[test]
fn folders_are_searched_in_order_and_lists_are_read_from_standard_input() {
    let folder = folder_with_a_photo();
    let inside = folder.path().join("photos/b");
    fs::create_dir_all(&inside).unwrap();
    for name in ["photos/c.jpg", "photos/a.jpg", "photos/b/x.jpg", "photos/notes.txt"] {
        fs::copy(folder.path().join("side.jpg"), folder.path().join(name)).unwrap();
    }
    let said = posture(folder.path(), &["check", "--json", "photos"]);
    let sources: Vec<_> = lines(&said).into_iter().map(|line| line.source).collect();
    let expected = ["a.jpg", "b/x.jpg", "c.jpg"].map(|name| Path::new("photos").join(name).display().to_string());
    assert_eq!(sources, expected);

    let mut command = Command::new(cargo_bin!("posture"));
    command.args(["check", "--json", "-"]).current_dir(folder.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"photos/c.jpg\nside.jpg\n").unwrap();
    let out = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let sources: Vec<_> = lines(&Said { out, err: String::new(), status: 0 }).into_iter().map(|l| l.source).collect();
    assert_eq!(sources, ["photos/c.jpg", "side.jpg"]);
}

#[test]
#[cfg(feature = "annotate")]
fn a_copy_is_the_same_picture_with_something_drawn_in() {
    let folder = folder_with_a_photo();
    let photo = image::open(folder.path().join("side.jpg")).unwrap().to_rgb8();
    for (out, format) in [("out.png", image::ImageFormat::Png), ("new/folder/out.jpg", image::ImageFormat::Jpeg)] {
        let said = posture(folder.path(), &["check", "--annotate", out, "side.jpg"]);
        assert_eq!(said.err, "", "{out}");
        let bytes = fs::read(folder.path().join(out)).unwrap();
        assert_eq!(image::guess_format(&bytes).unwrap(), format);
        let copy = image::load_from_memory(&bytes).unwrap().to_rgb8();
        assert_eq!(copy.dimensions(), photo.dimensions());
        let far = |(a, b): (&image::Rgb<u8>, &image::Rgb<u8>)| (0..3).any(|c| a[c].abs_diff(b[c]) > 60);
        let drawn = copy.pixels().zip(photo.pixels()).filter(|pair| far(*pair)).count();
        let share = drawn as f32 / (photo.width() * photo.height()) as f32;
        assert!((0.002..0.3).contains(&share), "{share}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "nothing but side.jpg, out.png and new");
}

#[test]
#[cfg(feature = "annotate")]
fn a_folder_of_photos_becomes_a_folder_of_copies() {
    let folder = folder_with_a_photo();
    fs::create_dir_all(folder.path().join("photos/b")).unwrap();
    for name in ["photos/a.jpg", "photos/b/x.jpg"] {
        fs::copy(folder.path().join("side.jpg"), folder.path().join(name)).unwrap();
    }
    fs::write(folder.path().join("photos/bad.jpg"), "no picture").unwrap();
    let said = posture(folder.path(), &["check", "--json", "--annotate", "copies", "photos"]);
    assert_eq!((lines(&said).len(), said.err.lines().count(), said.status), (2, 1, 2));
    for copy in ["copies/a.jpg", "copies/b/x.jpg"] {
        assert!(image::open(folder.path().join(copy)).is_ok(), "{copy}");
    }
    assert!(!folder.path().join("copies/bad.jpg").exists());
}

#[test]
#[cfg(feature = "annotate")]
fn photos_are_never_overwritten() {
    let folder = folder_with_a_photo();
    let before = fs::read(folder.path().join("side.jpg")).unwrap();
    for (args, err) in [
        (
            &["--annotate", "side.jpg", "side.jpg"][..],
            "error: --annotate: side.jpg is one of the photos and is never overwritten; name another place\n",
        ),
        (
            &["--annotate", ".", "."],
            "error: --annotate: ./side.jpg is one of the photos and is never overwritten; name another place\n",
        ),
        (
            &["--annotate", "out.txt", "side.jpg"],
            "error: --annotate out.txt: copies are written as .png or .jpg; name such a file, or a folder\n",
        ),
        (
            &["--annotate", "out.png", "side.jpg", "side.jpg"],
            "error: --annotate out.png: several photos need a folder to go to, and this names a file\n",
        ),
        (
            &["--annotate", "side.jpg/out.png", "side.jpg"],
            "error: --annotate side.jpg/out.png: side.jpg is a file, not a folder\n",
        ),
    ] {
        let said = posture(folder.path(), &[&["check", "--json"], args].concat());
        assert_eq!((said.err.as_str(), said.status), (err, 2));
        assert_eq!(fs::read(folder.path().join("side.jpg")).unwrap(), before);
    }
}

#[test]
fn a_run_that_was_interrupted_is_taken_up_where_it_ended() {
    let folder = folder_with_a_photo();
    let names: Vec<_> = (0..60).map(|number| format!("photos/{number:02}.jpg")).collect();
    fs::create_dir(folder.path().join("photos")).unwrap();
    for name in &names {
        fs::copy(folder.path().join("side.jpg"), folder.path().join(name)).unwrap();
    }
    let out = folder.path().join("out.jsonl");
    let args = ["check", "--json", "--skip-done", "out.jsonl", "--threads", "2", "photos"];
    let run = || {
        let append = fs::File::options().create(true).append(true).open(&out).unwrap();
        let mut command = Command::new(cargo_bin!("posture"));
        command.args(args).current_dir(folder.path()).stdin(Stdio::null()).stdout(append).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let child = run();
    while fs::metadata(&out).unwrap().len() == 0 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    #[cfg(unix)]
    {
        let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(interrupted.success());
        let output = child.wait_with_output().unwrap();
        let (err, done) = (String::from_utf8(output.stderr).unwrap(), fs::read_to_string(&out).unwrap());
        assert!(done.ends_with('\n') && done.lines().count() < names.len(), "{done}");
        assert_eq!(output.status.code(), Some(2), "{err}");
        let told = format!("error: interrupted after {} of 60 photos; run it again to go on\n", done.lines().count());
        assert_eq!(err, told);
    }
    #[cfg(not(unix))]
    assert!(child.wait_with_output().unwrap().status.success());
    let output = run().wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    let all = Said { out: fs::read_to_string(&out).unwrap(), err: String::new(), status: 0 };
    assert_eq!(lines(&all).into_iter().map(|line| line.source).collect::<Vec<_>>(), names, "each once, in order");
    let output = run().wait_with_output().unwrap();
    assert_eq!((output.status.code(), fs::read_to_string(&out).unwrap()), (Some(0), all.out), "nothing is left to do");
}
