//! `posture bench`: what it prints. How long anything takes is no matter for a test: digits are masked.

use std::{fs, io, path::Path};

use posture::{
    cli::{Cli, Parser as _},
    config::ExitStatus,
    paths::Paths,
};
use serde_json::Value;

use crate::cli::{Said, posture as program};

/// Status, standard output and standard error of `posture bench` with fifty frames, inside this process.
fn bench(args: &[&str]) -> (ExitStatus, String, String) {
    run(&[&["--frames", "50"], args].concat())
}

/// The same with as many frames as there are.
fn run(args: &[&str]) -> (ExitStatus, String, String) {
    let given = [&["posture", "bench", "--warm-up", "1"], args].concat();
    let cli = Cli::try_parse_from(given).expect("arguments");
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = posture::run(cli, &Paths::default(), &mut io::empty(), &mut out, &mut err);
    (status, String::from_utf8(out).expect("text"), String::from_utf8(err).expect("text"))
}

fn sample(name: &str) -> String {
    format!("{}/samples/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn object(out: &str) -> Value {
    assert_eq!(out.lines().count(), 1);
    serde_json::from_str(out).expect("JSON")
}

/// `text` with every number as `#`, runs of spaces and dashes as one, and without what depends on the machine.
fn masked(text: &str) -> String {
    let mut masked = String::new();
    let depends = |line: &str| ["warning: ", "peak memory "].iter().any(|start| line.starts_with(start));
    for line in text.lines().filter(|line| !depends(line.trim_start_matches("- "))) {
        let line = if line.starts_with("posture ") { "posture … on …" } else { line };
        let mut last = ' ';
        for c in line.chars() {
            let c = if c.is_ascii_digit() || c == '.' && last == '#' { '#' } else { c };
            if !(c == last && " #-".contains(c)) {
                masked.push(c);
            }
            last = c;
        }
        masked = masked.trim_end().to_owned() + "\n";
    }
    masked
}

/// The names of the fields of `value` and of all below, one to a line, those of lists once.
fn shape(value: &Value, above: &str, lines: &mut Vec<String>) {
    let mut note = |line: String| {
        if !lines.contains(&line) {
            lines.push(line);
        }
    };
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                shape(value, &format!("{above}.{name}"), lines);
            }
        }
        Value::Array(items) if items.is_empty() => note(format!("{above}[]")),
        Value::Array(items) => items.iter().for_each(|item| shape(item, &format!("{above}[]"), lines)),
        Value::String(_) => note(format!("{above}: text")),
        Value::Number(_) => note(format!("{above}: number")),
        Value::Bool(_) => note(format!("{above}: bool")),
        Value::Null => note(format!("{above}: null")),
    }
}

#[test]
fn the_built_in_picture_passes_every_stage() {
    let (status, out, err) = bench(&["--json"]);
    assert_eq!((status, err.as_str()), (ExitStatus::Fine, ""));
    let object = object(&out);
    assert_eq!(object["schema"], "posture-bench/2");
    let run = &object["runs"][0];
    assert_eq!(run["pictures"][0]["source"], "built-in sample");
    assert_eq!(run["pictures"][0]["person"], true, "the sample shows somebody, so that there is something to measure");
    assert_eq!((&run["warm_up"], &run["frames"], &run["stopped"]), (&1.into(), &50.into(), &"frames".into()));
    let stages = run["stages"].as_array().expect("stages");
    let names: Vec<_> = stages.iter().map(|row| row["stage"].as_str().expect("a name")).collect();
    assert_eq!(names, ["decode", "letterbox", "infer", "keypoints", "measure", "rules"]);
    for row in stages.iter().chain([&run["total"]]) {
        assert_eq!(row["frames"], 50, "{row}");
        let times = ["min_ms", "median_ms", "p95_ms", "p99_ms", "max_ms"].map(|key| row[key].as_f64().expect("a time"));
        assert!(times.is_sorted() && times[0] >= 0.0, "{row}");
        assert!(["mean_ms", "deviation_ms", "cpu_ms"].iter().all(|key| row[key].is_number()), "{row}");
    }
    assert!(object["start"].is_null(), "a test does not start itself again");
    if cfg!(target_os = "linux") {
        assert!(object["peak_memory_bytes"].as_u64().is_some_and(|bytes| bytes > 1 << 20));
    }
}

#[test]
fn two_networks_and_two_sizes_take_turns() {
    let args = ["--json", "--model", "built-in", "--model", &sample("../tests/fixtures/movenet.onnx")];
    let (status, out, err) =
        bench(&[&args[..], &["--size", "320x240,160x120", "--threads", "2", "--seconds", "1"]].concat());
    assert_eq!((status, err.as_str()), (ExitStatus::Fine, ""));
    let object = object(&out);
    let runs = object["runs"].as_array().expect("runs");
    let sizes: Vec<_> = runs.iter().map(|run| run["size"].as_str().expect("a size")).collect();
    assert_eq!(sizes, ["320×240", "320×240", "160×120", "160×120"]);
    for (run, (width, height)) in runs.iter().zip([(320, 240), (320, 240), (160, 120), (160, 120)]) {
        assert_eq!((&run["pictures"][0]["width"], &run["pictures"][0]["height"]), (&width.into(), &height.into()));
    }
    assert!(runs[0]["beside_first"].is_null());
    assert!(runs[1..].iter().all(|run| run["beside_first"]["wall_ratio"].as_f64().is_some_and(|ratio| ratio > 0.0)));
    let disagreement = |run: &Value| run["beside_first"]["disagreement"]["keypoints"].is_number();
    assert_eq!(runs.iter().map(disagreement).collect::<Vec<_>>(), [false, true, false, true]);
    assert_eq!(object["throughput"]["threads"], 2);
    assert!(object["throughput"]["speedup"].as_f64().is_some_and(|speedup| speedup > 0.0));
}

#[test]
fn every_form_of_output_is_as_it_should_be() {
    let (_, table, _) = bench(&[]);
    insta::assert_snapshot!("bench_table", masked(&table));
    let (_, markdown, _) = bench(&["--markdown"]);
    insta::assert_snapshot!("bench_markdown", masked(&markdown));
    let (_, values, _) = bench(&["--csv"]);
    insta::assert_snapshot!("bench_csv", masked(&values));
    let (_, json, _) = bench(&["--json"]);
    let mut lines = Vec::new();
    let mut object = object(&json);
    // Whether the system says these depends on the system.
    object["machine"] = Value::Null;
    object["warnings"] = Value::Array(Vec::new());
    object
        .as_object_mut()
        .expect("an object")
        .retain(|name, _| !["joules_per_frame", "peak_memory_bytes"].contains(&name.as_str()));
    shape(&object, "", &mut lines);
    insta::assert_snapshot!("bench_json", lines.join("\n"));
}

#[test]
fn the_program_times_its_own_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = program(folder.path(), &["bench", "--frames", "50", "--warm-up", "0", "--json"]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    let start = &object(&said.out)["start"];
    let [cold, least, load] = ["cold_ms", "cold_min_ms", "load_ms"].map(|key| start[key].as_f64().expect("a time"));
    assert!(least <= cold && 0.0 < load && load < cold, "{start}");
    if cfg!(target_os = "linux") {
        assert!(start["peak_memory_bytes"].as_u64().is_some_and(|bytes| bytes > 1 << 20));
    }
}

#[test]
fn a_comparison_passes_fails_or_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = folder.path().join("old.json");
    let (_, out, _) = bench(&["--json"]);
    fs::write(&old, &out).expect("written");
    let old = old.to_str().expect("text");
    let (status, table, err) = bench(&["--compare", old, "--fail-if", "total.ratio>1000"]);
    assert_eq!((status, err.as_str()), (ExitStatus::Fine, ""));
    assert!(table.contains("× old"), "{table}");
    let (status, table, err) =
        bench(&["--compare", old, "--fail-if", "total.ratio>0.000001", "--fail-if", "infer.cpu<1ns"]);
    assert_eq!((status, err.lines().count()), (ExitStatus::Finding, 1), "{err}");
    assert!(err.starts_with("failed: total.ratio>0.000001: "), "{err}");
    assert!(table.contains("\ntotal "), "the figures are printed all the same");
    for (args, says) in [
        (vec!["--compare", old, &sample("nobody.jpg")], "has no figures for the built-in network, 640×480"),
        (vec!["--compare", "no/such.json"], "no/such.json: cannot be read"),
        (vec!["--compare", &sample("../Cargo.toml")], "not what `posture bench --json` writes"),
        (vec!["--compare", &sample("nobody.pose.json")], "has the schema posture/1, not posture-bench/2"),
        (vec!["--fail-if", "total.p95"], "neither < nor > in it"),
        (vec!["--fail-if", "total.ratio>1.2"], "give --compare OLD.json"),
        (vec!["--fail-if", "capture.median>1ms"], "was not measured"),
    ] {
        let (status, _, err) = bench(&args);
        assert_eq!((status, err.lines().count()), (ExitStatus::BadInput, 1), "{args:?}: {err}");
        assert!(err.contains(says), "{args:?}: {err}");
    }
}

#[test]
fn a_source_adds_the_stage_capture_which_the_total_leaves_out() {
    let folder = tempfile::tempdir().expect("a folder");
    for number in 0..60 {
        fs::hard_link(sample("side_upright_left.jpg"), folder.path().join(format!("{number:02}.jpg")))
            .or_else(|_| {
                fs::copy(sample("side_upright_left.jpg"), folder.path().join(format!("{number:02}.jpg"))).map(drop)
            })
            .expect("a picture");
    }
    let source = folder.path().to_str().expect("text");
    let (status, out, err) = run(&["--json", "--stable", "0", "--seconds", "600", "--source", source]);
    assert_eq!((status, err.as_str()), (ExitStatus::Fine, ""));
    let run = &object(&out)["runs"][0];
    assert_eq!((&run["stopped"], &run["frames"]), (&"ended".into(), &59.into()), "one went into the warm-up");
    let names: Vec<_> = run["stages"].as_array().expect("stages").iter().map(|row| row["stage"].clone()).collect();
    assert_eq!(names[..2], ["capture", "letterbox"]);
    assert_eq!(run["pictures"][0]["source"], source);
}

#[test]
fn a_plot_is_written_beside_the_figures() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("times.svg");
    let (status, _, err) = bench(&["--plot", file.to_str().expect("text")]);
    assert_eq!((status, err.as_str()), (ExitStatus::Fine, ""));
    assert!(fs::read_to_string(&file).expect("a file").contains("time for a whole frame"));
}

#[test]
fn what_cannot_be_timed_is_one_clear_line() {
    let no_picture = sample("side_upright_left.pose.json");
    for (args, reason) in [
        (&["no/such.jpg"][..], "no/such.jpg: no such file"),
        (&[no_picture.as_str()], "side_upright_left.pose.json: "),
        (&["--model", "no/such.onnx"], "no/such.onnx"),
        (&["--size", "640"], "--size 640: give width and height"),
        (&["--source", "no/such.mp4"], "no/such.mp4: no such file"),
    ] {
        let (status, out, err) = bench(args);
        assert_eq!((status, out.as_str()), (ExitStatus::BadInput, ""), "{args:?}");
        assert!(err.contains(reason) && err.lines().count() == 1, "{args:?}: {err}");
    }
    let few = Cli::try_parse_from(["posture", "bench", "--frames", "49"]).expect_err("too few to tell anything");
    assert!(few.to_string().contains("49 is not in 50.."), "{few}");
    let Said { err, status, .. } = program(Path::new("."), &["bench", "--json", "--csv"]);
    assert!(status == 2 && err.contains("cannot be used with"), "{err}");
}
