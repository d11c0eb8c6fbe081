//! The command line as its users meet it: all of stdout, stderr and the exit status.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use assert_cmd::cargo::cargo_bin;

/// What the program said, and its exit status.
#[derive(Debug, PartialEq, Eq)]
pub struct Said {
    pub out: String,
    pub err: String,
    pub status: i32,
}

/// Runs `posture` with `args` in `folder`, with nothing on standard input.
pub fn posture(folder: &Path, args: &[&str]) -> Said {
    said(posture_command(folder, args).stdin(Stdio::null()))
}

/// `posture` with `args` in `folder`, for a user whose own folders are all below `folder/home`.
pub fn posture_command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(cargo_bin!("posture"));
    command.args(args).current_dir(folder);
    let home = folder.join("home");
    for (variable, name) in [("CONFIG_HOME", "config"), ("STATE_HOME", "state"), ("RUNTIME_DIR", "runtime")] {
        command.env(format!("XDG_{variable}"), home.join(name));
    }
    command.env("HOME", home).env_remove("VISUAL").env_remove("EDITOR");
    command
}

/// Runs `command` to its end.
pub fn said(command: &mut Command) -> Said {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { out: text(output.stdout), err: text(output.stderr), status: output.status.code().unwrap() }
}

/// A sample of the repository.
pub fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)
}

/// A folder with nothing in it but a photo of a person from the side, `side.jpg`.
pub fn folder_with_a_photo() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(sample("side_upright_left.jpg"), folder.path().join("side.jpg")).unwrap();
    folder
}

fn refused(err: &str) -> Said {
    Said { out: String::new(), err: err.to_owned(), status: 2 }
}

/// A PNG that says it is `width`×`height` and has no more to say.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend([width.to_be_bytes(), height.to_be_bytes()].concat());
    header.extend([8, 2, 0, 0, 0]);
    let crc = header.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 })
    });
    [b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec(), header, (!crc).to_be_bytes().to_vec(), b"\0\0\0\0IDAT".to_vec()].concat()
}

#[test]
fn bad_photos_are_refused_one_clear_line_each() {
    let folder = folder_with_a_photo();
    let at = |name| folder.path().join(name);
    let photo = fs::read(at("side.jpg")).unwrap();
    fs::write(at("text.jpg"), "Dear diary, today I sat up straight.\n").unwrap();
    fs::write(at("half.jpg"), &photo[..photo.len() / 2]).unwrap();
    fs::write(at("huge.png"), png_header(20_000, 20_000)).unwrap();
    fs::create_dir(at("empty")).unwrap();
    for (name, err) in [
        ("nowhere.jpg", "nowhere.jpg: no such file or folder; check the spelling"),
        ("text.jpg", "text.jpg: text, not a picture that can be read; give a JPEG, PNG, WebP, BMP or GIF"),
        ("half.jpg", "half.jpg: JPEG picture cut short; copy it again from where it came"),
        (
            "huge.png",
            "huge.png: picture too large, 20000×20000: at most 67 million pixels are read; make it smaller first",
        ),
        ("empty", "empty: no pictures in this folder or below (looked for jpg, jpeg, jpe, jfif, png, webp, bmp, gif)"),
    ] {
        for args in [&["check", name][..], &["check", "--json", name]] {
            assert_eq!(posture(folder.path(), args), refused(&format!("error: {err}\n")), "{args:?}");
        }
    }
}

#[test]
fn a_bad_photo_takes_nothing_from_the_others() {
    let folder = folder_with_a_photo();
    fs::write(folder.path().join("text.jpg"), "no picture").unwrap();
    let alone = posture(folder.path(), &["check", "--json", "side.jpg"]);
    assert_eq!((alone.err.as_str(), alone.out.lines().count()), ("", 1));
    for threads in ["1", "2", "5"] {
        let args = ["check", "--json", "--threads", threads, "side.jpg", "text.jpg", "nowhere.jpg", "side.jpg"];
        let said = posture(folder.path(), &args);
        assert_eq!(said.out, alone.out.repeat(2));
        assert_eq!(said.err.lines().count(), 2, "{}", said.err);
        assert!(said.err.starts_with("error: text.jpg: text, not a picture"), "{}", said.err);
        assert!(said.err.ends_with("error: nowhere.jpg: no such file or folder; check the spelling\n"), "{}", said.err);
        assert_eq!(said.status, 2);
    }
}

#[test]
fn a_broken_network_is_refused() {
    let folder = folder_with_a_photo();
    fs::write(folder.path().join("broken.onnx"), "not a network").unwrap();
    let said = posture(folder.path(), &["check", "--model", "broken.onnx", "side.jpg"]);
    assert_eq!((said.out.as_str(), said.status), ("", 2));
    assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    assert!(said.err.starts_with("error: broken.onnx: not a usable ONNX network ("), "{}", said.err);
    let said = posture(folder.path(), &["check", "--model", "nowhere.onnx", "side.jpg"]);
    assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    assert!(said.err.starts_with("error: nowhere.onnx: cannot be read: "), "{}", said.err);
    assert_eq!((said.out.as_str(), said.status), ("", 2));
}

#[test]
fn broken_rules_are_refused_with_their_place() {
    let folder = folder_with_a_photo();
    fs::write(folder.path().join("mine.toml"), "[defaults]\npersist_s = \"soon\"\n").unwrap();
    let said = posture(folder.path(), &["check", "--rules", "mine.toml", "side.jpg"]);
    assert_eq!((said.out.as_str(), said.status), ("", 2));
    assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    assert!(said.err.starts_with("error: mine.toml:2:13: invalid type: string \"soon\""), "{}", said.err);
    let said = posture(folder.path(), &["check", "--rules", "nowhere.toml", "side.jpg"]);
    assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    assert!(said.err.starts_with("error: nowhere.toml: the table of rules cannot be read: "), "{}", said.err);
}

#[test]
fn usage_errors_end_with_2_and_a_hint() {
    let folder = tempfile::tempdir().unwrap();
    for (args, names) in [
        (&["check"][..], "<PATH>..."),
        (&["slouch"], "unrecognized subcommand 'slouch'"),
        (&["check", "--jsno", "a.jpg"], "tip: a similar argument exists: '--json'"),
        (&["check", "--threads", "0", "a.jpg"], "invalid value '0' for '--threads <N>'"),
        (&["watch", "--fps", "0"], "error: --fps 0: give a number of frames per second above 0 and up to 60\n"),
        (&["watch", "--fps", "often"], "invalid value 'often' for '--fps <N>'"),
    ] {
        let said = posture(folder.path(), args);
        assert_eq!((said.out.as_str(), said.status), ("", 2), "{args:?}");
        assert!(said.err.starts_with("error: ") && said.err.contains(names), "{}", said.err);
    }
    let said = posture(folder.path(), &[]);
    assert_eq!((said.out.as_str(), said.status), ("", 2));
    assert!(said.err.contains("Usage: posture [OPTIONS] <COMMAND>"), "{}", said.err);
}

#[test]
fn help_shows_examples_and_the_exit_status() {
    let folder = tempfile::tempdir().unwrap();
    for verb in ["check", "watch", "bench", "config"] {
        let said = posture(folder.path(), &[verb, "--help"]);
        assert_eq!((said.err.as_str(), said.status), ("", 0));
        assert!(said.out.contains(&format!("Examples:\n  posture {verb} ")), "{}", said.out);
        assert_eq!(said, posture(folder.path(), &["help", verb]));
    }
    assert!(
        posture(folder.path(), &["check", "--help"]).out.contains("Exit status: 0 measured, no finding · 1 a finding")
    );
    let said = posture(folder.path(), &["--help"]);
    for expected in ["check", "watch", "bench", "completions", "it does not diagnose"] {
        assert!(said.out.contains(expected), "{expected}");
    }
    let version = format!("posture {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(posture(folder.path(), &["--version"]), Said { out: version, err: String::new(), status: 0 });
}

#[test]
fn completions_and_manual_pages_come_from_the_same_arguments() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let said = posture(folder.path(), &["completions", shell]);
        assert_eq!((said.err.as_str(), said.status), ("", 0), "{shell}");
        assert!(said.out.contains("annotate"), "{shell}");
    }
    let said = posture(folder.path(), &["man"]);
    assert_eq!((said.err.as_str(), said.status), ("", 0));
    for expected in
        [".TH posture 1", ".TH posture-check 1", ".TH posture-watch 1", "posture check \\-\\-annotate out.png side.jpg"]
    {
        assert!(said.out.contains(expected), "{expected}");
    }
}

#[test]
fn styles_are_for_terminals_unless_asked_for() {
    let folder = folder_with_a_photo();
    let styled = |name: &str, value: &str| {
        let mut command = posture_command(folder.path(), &["check", "side.jpg", "nowhere.jpg"]);
        let Said { out, err, .. } = said(command.env(name, value).stdin(Stdio::null()));
        [out, err].map(|text| text.contains('\x1b'))
    };
    assert_eq!(styled("TERM", "xterm-256color"), [false, false]);
    assert_eq!(styled("CLICOLOR_FORCE", "1"), [true, true]);
    assert_eq!(styled("NO_COLOR", "1"), [false, false]);
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let folder = folder_with_a_photo();
    let mut command = posture_command(folder.path(), &["check", "--json", "side.jpg", "side.jpg", "side.jpg"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((String::from_utf8(output.stderr).unwrap().as_str(), output.status.code()), ("", Some(0)));
}
