//! `posture replay`, `posture rules` and `posture watch --record`, as their users meet them.

use std::{fs, path::Path};

use crate::cli::{Said, posture, posture_command, said, sample};

const SESSION: &str = "sessions/side-forward-head.jsonl";

fn folder(name: &str, text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), text).unwrap();
    folder
}

fn recorded() -> String {
    fs::read_to_string(sample(SESSION)).unwrap()
}

fn replay(folder: &Path, args: &[&str]) -> Said {
    posture(folder, &[&["replay"], args].concat())
}

/// Names and times of the events in JSON lines.
fn events(out: &str) -> Vec<(String, f64)> {
    let event = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        (line["event"].as_str().unwrap().to_owned(), line["at"].as_f64().unwrap())
    };
    out.lines().map(event).collect()
}

#[test]
fn a_recorded_session_says_again_what_it_said() {
    let folder = folder("one.jsonl", &recorded());
    let said = replay(folder.path(), &["one.jsonl"]);
    assert_eq!((said.err.as_str(), said.status), ("", 0));
    for words in [
        "   0:00  Somebody is there.",
        "   4:03  Head forward, moderate: neck 12 ± 3° further forward than your baseline for 1 min.",
        "   4:33  Head forward: a stretch is owed; it waits for the end of the first minutes.",
        "   5:00  Head forward: time for a stretch.",
        "   8:09  Head forward: over.",
        "1 finding, 1 stretch suggested.",
    ] {
        assert!(said.out.contains(words), "{words:?} in {}", said.out);
    }
}

#[test]
fn other_rules_say_something_else() {
    let folder = folder("one.jsonl", &recorded());
    fs::write(folder.path().join("my.toml"), "[defaults]\nstart_s = 0\nnudge_s = { moderate = 60 }\n").unwrap();
    let usual = replay(folder.path(), &["--json", "one.jsonl"]);
    assert_eq!((usual.err.as_str(), usual.status), ("", 0));
    let names = |said: &Said| events(&said.out).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(
        names(&usual),
        ["returned", "view", "learning", "learned", "began", "owed", "suggested", "ended", "closed"]
    );
    let mine = replay(folder.path(), &["--json", "--rules", "my.toml", "one.jsonl"]);
    assert_eq!(names(&mine), ["returned", "view", "learning", "learned", "began", "suggested", "ended", "closed"]);
    let at = |said: &Said, name: &str| events(&said.out).into_iter().find(|(event, _)| event == name).unwrap().1;
    assert_eq!((at(&usual, "suggested"), at(&mine, "suggested")), (300.0, 243.0));
    assert_eq!((at(&usual, "closed"), at(&mine, "closed")), (515.0, 515.0));
    // The same table in the folder for the configuration needs no argument.
    let own = folder.path().join("home/config/posture");
    fs::create_dir_all(&own).unwrap();
    fs::copy(folder.path().join("my.toml"), own.join("rules.toml")).unwrap();
    assert_eq!(replay(folder.path(), &["--json", "one.jsonl"]), mine);
}

#[test]
fn what_cannot_be_read_is_told_and_nothing_else_is_lost() {
    let mut lines: Vec<Vec<u8>> = recorded().lines().map(|line| line.as_bytes().to_vec()).collect();
    lines.insert(100, b"{\"schema\":\"posture/1\",\"kind\":\"pose\",\"sour".to_vec());
    lines.insert(200, vec![0xff, 0xfe, b'x']);
    lines.insert(300, b"".to_vec());
    lines.insert(301, b"{\"schema\":\"posture/2\",\"kind\":\"pose\"}".to_vec());
    lines.insert(
        302,
        br#"{"schema":"posture/1","kind":"pose","source":"a","at":-1,"width":1,"height":1,"person":null}"#.to_vec(),
    );
    lines.insert(303, br#"{"schema":"posture/1","kind":"event","at":3.0,"event":"left"}"#.to_vec());
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("one.jsonl"), lines.join(&b"\r\n"[..])).unwrap();
    let said = replay(folder.path(), &["--json", "one.jsonl"]);
    let places: Vec<&str> = said.err.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(places, ["one.jsonl:101:", "one.jsonl:201:", "one.jsonl:302:", "one.jsonl:303:"], "{}", said.err);
    assert!(said.err.lines().all(|line| line.contains("passed over: ")), "{}", said.err);
    let whole = folder.path().join("whole.jsonl");
    fs::write(&whole, recorded()).unwrap();
    assert_eq!(said.out, replay(folder.path(), &["--json", "whole.jsonl"]).out);
    assert_eq!(said.status, 2);
}

#[test]
fn where_time_starts_again_another_session_begins() {
    let folder = folder("two.jsonl", &(recorded() + &recorded()));
    let said = replay(folder.path(), &["--json", "two.jsonl"]);
    let closed: Vec<f64> =
        events(&said.out).into_iter().filter(|(name, _)| name == "closed").map(|(_, at)| at).collect();
    assert_eq!((closed, said.status), (vec![515.0, 515.0], 0));
}

#[test]
fn there_has_to_be_something_to_replay() {
    let folder = folder("none.jsonl", "\n\n");
    for (args, says) in [
        (
            ["none.jsonl"],
            "error: none.jsonl: no recorded pose in it; `posture watch --record FILE` writes such files\n",
        ),
        (["missing.jsonl"], "error: missing.jsonl: cannot be opened: No such file or directory (os error 2)\n"),
    ] {
        let said = replay(folder.path(), &args);
        assert_eq!((said.err.as_str(), said.status), (says, 2));
    }
}

#[test]
fn what_is_watched_is_recorded_as_numbers_and_can_be_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let samples = sample("");
    let args = ["watch", "--source", samples.to_str().unwrap(), "--fps", "1", "--record", "numbers.jsonl", "--json"];
    let watched = said(&mut posture_command(folder.path(), &args));
    assert_eq!((watched.err.as_str(), watched.status), ("", 0));
    let recorded = fs::read_to_string(folder.path().join("numbers.jsonl")).unwrap();
    let poses = watched.out.lines().filter(|line| line.contains(r#""kind":"pose""#)).count();
    assert_eq!(recorded.lines().count(), poses);
    assert!(recorded.lines().all(|line| line.contains(r#""measurements":[]"#)), "{recorded}");
    let replayed = replay(folder.path(), &["--json", "numbers.jsonl"]);
    let said: Vec<&str> = watched.out.lines().filter(|line| line.contains(r#""kind":"event""#)).collect();
    assert_eq!(replayed.out.lines().collect::<Vec<_>>(), said, "{}", replayed.err);
    let full = said_of(folder.path(), "/dev/full");
    assert!(
        full.err.contains("the recording ends early, the session was watched to its end: No space left"),
        "{full:?}"
    );
    assert_eq!((full.err.lines().count(), full.status), (1, 2));
}

fn said_of(folder: &Path, record: &str) -> Said {
    let samples = sample("");
    posture(folder, &["watch", "--source", samples.to_str().unwrap(), "--fps", "1", "--record", record, "--json"])
}

#[test]
fn a_table_of_ones_own_is_checked_and_shown() {
    let folder =
        folder("my.toml", "[[rule]]\nid = \"head_tilt\"\nenabled = false\n\n[defaults]\nbudget = { per_hour = 1 }\n");
    let said = posture(folder.path(), &["rules", "check", "my.toml"]);
    assert_eq!(
        said,
        Said { out: "my.toml: fine. Off: head_tilt. Defaults changed.\n".into(), err: String::new(), status: 0 }
    );
    let shown = posture(folder.path(), &["rules", "show", "--rules", "my.toml"]);
    assert_eq!((shown.err.as_str(), shown.status), ("", 0));
    assert!(
        shown.out.contains("At most 1 suggestions in an hour") && !shown.out.contains("head_tilt"),
        "{}",
        shown.out
    );
    assert!(shown.out.contains("craniovertebral angle from your baseline: 5°, 8°, 12° or more"), "{}", shown.out);
    assert!(shown.out.contains("a break is due after 45 min"), "{}", shown.out);
    let silent = shown.out.lines().filter(|line| line.contains("it stays silent")).count();
    let after = shown.out.split("(rounded_shoulders)").nth(1).expect("a rule");
    assert!(silent == 1 && after.lines().nth(2).is_some_and(|line| line.contains("stays silent")), "{after}");
    fs::write(folder.path().join("my.toml"), "[defaults]\n\nbuget = { per_hour = 1 }\n").unwrap();
    let said = posture(folder.path(), &["rules", "check", "my.toml"]);
    assert!(
        said.err.starts_with("error: my.toml:3:1: unknown field `buget`, expected one of `persist_s`"),
        "{}",
        said.err
    );
    assert_eq!((said.out.as_str(), said.err.lines().count(), said.status), ("", 1, 2));
    let table = posture(folder.path(), &["rules", "show", "--toml"]);
    assert_eq!(table.out, include_str!("../../src/rules.toml"));
    fs::write(folder.path().join("my.toml"), table.out).unwrap();
    assert_eq!(posture(folder.path(), &["rules", "check", "my.toml"]).out, "my.toml: fine. It changes nothing.\n");
}
