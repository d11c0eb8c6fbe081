//! `posture eval`, on the samples and, where ../shared is, against its referee.

use std::{fs, path::Path, process::Command};

use assert_cmd::cargo::cargo_bin_cmd;
use predicates::{prelude::PredicateBooleanExt as _, str::contains};
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn json(args: &[&str]) -> Value {
    let output = cargo_bin_cmd!("posture").args(["eval", "--json"]).args(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn row<'a>(evaluation: &'a Value, view: &str, group: &str) -> &'a Value {
    let rows = evaluation["points"].as_array().unwrap();
    rows.iter().find(|r| r["view"] == view && r["group"] == group && r["visible"] == true).unwrap()
}

#[test]
fn the_samples_are_evaluated_by_the_network() {
    let samples = root().join("samples");
    let evaluation = json(&[samples.to_str().unwrap()]);
    assert_eq!(evaluation["schema"], "posture-eval/1");
    assert_eq!((&evaluation["presence"]["found"], &evaluation["presence"]["people"]), (&13.into(), &13.into()));
    assert_eq!(evaluation["presence"]["seen_in_empty"], 0);
    let nose = row(&evaluation, "front", "nose");
    assert!(nose["median"].as_f64().unwrap() < 0.05, "{nose}");
}

#[test]
fn tables_name_what_was_judged() {
    cargo_bin_cmd!("posture")
        .arg("eval")
        .arg(root().join("samples"))
        .assert()
        .success()
        .stdout(contains("Somebody found in 13 of 13 pictures of people (100.0 %).").and(contains("shoulders")))
        .stdout(contains("craniovertebral angle as measured"));
}

#[test]
fn what_is_missing_is_said_with_what_to_do() {
    let empty = tempfile::tempdir().unwrap();
    let eval = |args: &[&str]| cargo_bin_cmd!("posture").arg("eval").args(args).assert().code(2);
    let folder = empty.path().to_str().unwrap();
    eval(&[folder]).stderr(contains("no labels here").and(contains("--labels")));
    eval(&["no/such/folder"]).stderr(contains("no/such/folder: cannot be read"));
    fs::write(empty.path().join("labels.jsonl"), "{\"file\":\"a.jpg\"}\n").unwrap();
    eval(&[folder]).stderr(contains("labels.jsonl: line 1: missing field"));
    fs::write(empty.path().join("labels.jsonl"), "{\"source\":\"a b.jpg\",\"person\":null}\n").unwrap();
    eval(&[folder]).stderr(contains("no labelled picture could be read").and(contains("a b.jpg")));
    let lines = empty.path().join("other.jsonl");
    fs::write(&lines, "{\"source\":\"b.jpg\",\"person\":null}\n").unwrap();
    eval(&[folder, "--predictions", lines.to_str().unwrap()]).stderr(contains("no line is about a labelled picture"));
    fs::write(&lines, "nonsense\n").unwrap();
    eval(&[folder, "--predictions", lines.to_str().unwrap()]).stderr(contains("other.jsonl:1: not a line"));
}

/// What the referee of ../shared/val makes of `predictions`: its rows and derived quantities.
fn referee(val: &Path, predictions: &Path) -> Value {
    let script = r#"
import json, math, sys
sys.path.insert(0, sys.argv[1])
import score
truth = [json.loads(l) for l in open(sys.argv[1] + '/labels.jsonl')]
rows, derived, off, found, cva = score.score(truth, score.load_predictions(sys.argv[2]))
finite = lambda x: x if x < math.inf else None
out = {'found': found, 'offset': off, 'rows': [], 'derived': {}}
for (view, group), e in rows.items():
    out['rows'].append({'view': view, 'group': group, 'n': len(e), 'missing': sum(x == math.inf for x in e),
                        'median': finite(score.quantile(e, .5)), 'p90': finite(score.quantile(e, .9)),
                        'pck': [sum(x <= t for x in e) / len(e) for t in (.05, .1, .2)]})
for name, e in derived.items():
    f = [x for x in e if x < math.inf]
    if f: out['derived'][name] = {'n': len(e), 'mean': sum(f) / len(f), 'median': score.quantile(f, .5)}
print(json.dumps(out))
"#;
    let output =
        Command::new("python3").args(["-B", "-c", script]).arg(val).arg(predictions).output().expect("python3 runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn near(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-4,
        (None, None) => true,
        _ => false,
    }
}

#[test]
fn it_agrees_with_the_referee_on_every_peer() {
    let val = root().join("../shared/val");
    if !val.is_dir() {
        println!("skipped: no ../shared");
        return;
    }
    for peer in ["movenet", "blazepose_lite", "mediapipe_full"] {
        let predictions = val.join("peers").join(peer).with_extension("jsonl");
        let judged = referee(&val, &predictions);
        let evaluation = json(&[val.to_str().unwrap(), "--predictions", predictions.to_str().unwrap()]);
        assert_eq!(evaluation["presence"]["found"], judged["found"], "{peer}");
        for (mine, theirs) in [0, 1].map(|axis| (&evaluation["shoulder_offset"][axis], &judged["offset"][axis])) {
            assert!(near(mine, theirs), "{peer}: offset {mine} {theirs}");
        }
        let rows = judged["rows"].as_array().unwrap();
        let shown = rows.iter().filter(|row| !row["group"].as_str().unwrap().ends_with("(hidden)"));
        let mut compared = 0;
        for theirs in shown {
            let mine = row(&evaluation, theirs["view"].as_str().unwrap(), theirs["group"].as_str().unwrap());
            assert_eq!((&mine["n"], &mine["missing"]), (&theirs["n"], &theirs["missing"]), "{peer} {theirs}");
            for key in ["median", "p90"] {
                assert!(near(&mine[key], &theirs[key]), "{peer} {key}: {mine} {theirs}");
            }
            for tolerance in 0..3 {
                assert!(near(&mine["pck"][tolerance], &theirs["pck"][tolerance]), "{peer}: {mine} {theirs}");
            }
            compared += 1;
        }
        assert!(compared > 15, "{peer}: only {compared} rows");
        for (ours, name) in [
            ("shoulder tilt", "shoulder tilt deg"),
            ("head roll (eyes)", "head roll deg (eyes)"),
            ("ear-shoulder height / width", "ear-shoulder height / width"),
        ] {
            let mine = evaluation["derived"].as_array().unwrap().iter().find(|d| d["name"] == ours).unwrap();
            let theirs = &judged["derived"][name];
            assert_eq!(mine["n"], theirs["n"], "{peer} {name}");
            assert!(near(&mine["mean"], &theirs["mean"]) && near(&mine["median"], &theirs["median"]), "{peer} {name}");
        }
    }
}
