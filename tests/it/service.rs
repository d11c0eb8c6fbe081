//! `posture service` on Linux, with a `systemctl` that writes down what it is asked.
//!
//! systemd-analyze holds the unit to systemd's own grammar where it is installed.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, process::Command};

use crate::cli::{Said, posture_command, said};

/// Where the unit of the user of `folder` is.
const UNIT: &str = "home/config/systemd/user/posture.service";

/// Runs `posture service ACTION` for the user of `folder`, with our `systemctl` before any other.
fn service(folder: &Path, action: &[&str]) -> Said {
    let bin = folder.join("bin");
    fs::create_dir_all(&bin).unwrap();
    let systemctl = bin.join("systemctl");
    fs::write(&systemctl, format!("#!/bin/sh\necho \"$@\" >> {}\necho active\n", folder.join("asked").display()))
        .unwrap();
    fs::set_permissions(&systemctl, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    said(posture_command(folder, &[&["service"], action].concat()).env("PATH", path))
}

fn asked(folder: &Path) -> String {
    fs::read_to_string(folder.join("asked")).unwrap_or_default()
}

#[test]
fn a_dry_run_writes_nothing_and_shows_everything() {
    let folder = tempfile::tempdir().unwrap();
    let shown = service(folder.path(), &["install", "--dry-run"]);
    assert_eq!((shown.err.as_str(), shown.status), ("", 0));
    for part in ["# would write ", "ProtectSystem=strict\n", "# would run: systemctl --user enable --now posture\n"] {
        assert!(shown.out.contains(part), "{part}: {}", shown.out);
    }
    assert!(!folder.path().join("home").exists() && asked(folder.path()).is_empty());
}

#[test]
fn what_is_installed_is_told_started_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join(UNIT);
    let none = service(folder.path(), &["status"]);
    assert!(none.status == 3 && none.out.contains("not installed"), "{}", none.out);
    let installed = service(folder.path(), &["install"]);
    assert!(installed.status == 0 && installed.out.contains("posture.service: written\n"), "{installed:?}");
    assert_eq!(asked(folder.path()), "--user daemon-reload\n--user enable --now posture\n");
    let text = fs::read_to_string(&unit).unwrap();
    assert!(text.contains(&format!("XDG_STATE_HOME={}", folder.path().join("home/state").display())), "{text}");
    let told = service(folder.path(), &["status"]);
    assert!(told.out.contains("installed, as this version writes it\n"), "{}", told.out);
    assert!(told.out.ends_with("systemctl --user is-active posture: active\n") && told.status == 0, "{}", told.out);
    assert!(service(folder.path(), &["install"]).out.contains("there already\n"));
    let dry = service(folder.path(), &["uninstall", "--dry-run"]);
    assert!(dry.out.contains("# would remove ") && unit.exists(), "{}", dry.out);
    let removed = service(folder.path(), &["uninstall"]);
    assert!(removed.out.ends_with("posture.service: removed\n") && !unit.exists(), "{removed:?}");
    assert!(asked(folder.path()).ends_with("--user disable --now posture\n"));
    assert!(service(folder.path(), &["uninstall"]).out.contains("not there"));
}

#[test]
fn what_somebody_else_wrote_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join(UNIT);
    fs::create_dir_all(unit.parent().unwrap()).unwrap();
    fs::write(&unit, "[Service]\nExecStart=mine\n").unwrap();
    for (action, why) in [("install", "there already, and different"), ("uninstall", "not written by `posture service")]
    {
        let refused = service(folder.path(), &[action]);
        assert!(refused.status == 2 && refused.err.contains(why) && refused.err.lines().count() == 1, "{refused:?}");
    }
    assert_eq!(fs::read_to_string(&unit).unwrap(), "[Service]\nExecStart=mine\n");
    assert!(asked(folder.path()).is_empty());
}

#[test]
fn systemd_understands_the_unit() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(service(folder.path(), &["install"]).status, 0);
    let verify =
        Command::new("systemd-analyze").args(["verify", "--user", "--man=no"]).arg(folder.path().join(UNIT)).output();
    let Ok(output) = verify else {
        println!("skipped: no systemd-analyze");
        return;
    };
    let complaints = String::from_utf8(output.stderr).unwrap();
    let ours: Vec<_> = complaints.lines().filter(|line| line.contains("posture")).collect();
    assert!(ours.is_empty(), "{complaints}");
}
