//! The configuration and the folders of a user, each in a child process with an environment of its own.

use std::{fs, path::Path, process::Stdio};

use crate::cli::{Said, folder_with_a_photo, posture, posture_command, said};

/// Where the file of the user of `folder` is.
fn file(folder: &Path) -> std::path::PathBuf {
    folder.join("home/config/posture/config.toml")
}

/// Writes that file.
fn configure(folder: &Path, text: &str) {
    fs::create_dir_all(file(folder).parent().unwrap()).unwrap();
    fs::write(file(folder), text).unwrap();
}

fn fine(out: String) -> Said {
    Said { out, err: String::new(), status: 0 }
}

#[test]
fn the_file_is_where_the_environment_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = |variables: &[(&str, &str)]| {
        let mut command = posture_command(folder.path(), &["config", "path"]);
        command.env_remove("XDG_CONFIG_HOME").env("HOME", "/home/me");
        for (name, value) in variables {
            command.env(name, value);
        }
        said(&mut command)
    };
    assert_eq!(path(&[]), fine("/home/me/.config/posture/config.toml\n".into()));
    assert_eq!(path(&[("XDG_CONFIG_HOME", "/etc/mine")]), fine("/etc/mine/posture/config.toml\n".into()));
    assert_eq!(path(&[("XDG_CONFIG_HOME", "mine")]), fine("/home/me/.config/posture/config.toml\n".into()));
    let given = posture(folder.path(), &["config", "path", "--config", "x.toml"]);
    assert_eq!(given, fine("x.toml\n".into()));
}

#[test]
fn what_is_set_holds_unless_an_argument_says_otherwise() {
    let folder = folder_with_a_photo();
    configure(folder.path(), "[camera]\nsource = \"no/such/folder\"\n[watch]\nrules = \"mine.toml\"\n");
    let rules = folder.path().join("home/config/posture/mine.toml");
    for args in [&["watch"][..], &["check", "side.jpg"]] {
        let said = posture(folder.path(), args);
        let expected = format!("error: {}: the table of rules cannot be read: ", rules.display());
        assert!(said.status == 2 && said.err.starts_with(&expected), "{}", said.err);
    }
    fs::write(folder.path().join("mine.toml"), include_str!("../../src/rules.toml")).unwrap();
    let watched = posture(folder.path(), &["watch", "--rules", "mine.toml"]);
    assert!(watched.err.contains("no/such/folder: no such file or folder"), "{}", watched.err);
    fs::write(folder.path().join("other.toml"), "[camera]\nsource = \"else/where\"\n").unwrap();
    let watched = posture(folder.path(), &["--config", "other.toml", "watch"]);
    assert!(watched.err.contains("else/where: no such file or folder"), "{}", watched.err);
    let missing = posture(folder.path(), &["check", "--config", "nowhere.toml", "side.jpg"]);
    assert_eq!(missing.err, "error: nowhere.toml: no such configuration; check the spelling\n");
    assert_eq!((missing.out.as_str(), missing.status), ("", 2));
}

#[test]
fn a_mistake_is_one_line_with_its_place() {
    let folder = folder_with_a_photo();
    configure(folder.path(), "[camera]\nfps = 0\n");
    let expected = format!(
        "error: {}:2:7: fps 0: give a number of frames per second above 0 and up to 60; `posture config edit` opens it\n",
        file(folder.path()).display()
    );
    for args in [&["config", "check"][..], &["config", "show"], &["watch"], &["check", "side.jpg"]] {
        let refused = Said { out: String::new(), err: expected.clone(), status: 2 };
        assert_eq!(posture(folder.path(), args), refused, "{args:?}");
    }
    assert_eq!(posture(folder.path(), &["completions", "bash"]).status, 0, "what needs no settings goes on");
}

#[test]
fn what_holds_is_shown_as_a_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let shown = posture(folder.path(), &["config", "show"]);
    let first = format!("# {}, which is not there: defaults\n", file(folder.path()).display());
    assert!(shown.status == 0 && shown.out.starts_with(&first), "{}", shown.out);
    configure(folder.path(), "[camera]\nfps = 1.5\n");
    let shown = posture(folder.path(), &["config", "show"]).out;
    assert!(shown.contains("\n[camera]\nsource = \"0\"\nfps = 1.5\nbudget = 100.0\n"), "{shown}");
    fs::write(folder.path().join("again.toml"), &shown).unwrap();
    let again = posture(folder.path(), &["config", "show", "--config", "again.toml"]).out;
    assert_eq!(again.lines().skip(1).collect::<Vec<_>>(), shown.lines().skip(1).collect::<Vec<_>>());
}

#[cfg(unix)]
#[test]
fn the_first_edit_writes_every_option_and_the_last_word_is_a_check() {
    let folder = tempfile::tempdir().unwrap();
    let edit = |variable: &str, editor: &str| {
        let mut command = posture_command(folder.path(), &["config", "edit"]);
        said(command.env(variable, editor).stdin(Stdio::null()))
    };
    let name = file(folder.path()).display().to_string();
    let none = posture(folder.path(), &["config", "edit"]);
    assert_eq!(none.err, format!("error: no editor: set EDITOR, or open {name} yourself\n"));
    assert_eq!(fs::read_to_string(file(folder.path())).unwrap(), include_str!("../../src/config/template.toml"));
    assert_eq!(edit("EDITOR", "true"), fine(format!("{name}: nothing wrong with it\n")));
    // An editor with options and quotes, on a file that is already there and stays what it is otherwise.
    let spoilt = edit("VISUAL", "sed -i 's/#fps = 2.0/fps = 99.0/'");
    assert!(spoilt.status == 2 && spoilt.err.contains("fps 99: give a number"), "{}", spoilt.err);
    let edited = include_str!("../../src/config/template.toml").replace("#fps = 2.0", "fps = 99.0");
    assert_eq!(fs::read_to_string(file(folder.path())).unwrap(), edited);
    let failed = edit("VISUAL", "false");
    assert!(failed.status == 2 && failed.err.starts_with("error: false: the editor could not do it"), "{}", failed.err);
}
