//! `posture bench`: what it prints. How long anything takes is no matter for a test.

use std::io;

use posture::{
    cli::{Cli, Parser as _},
    config::ExitStatus,
    paths::Paths,
};
use serde_json::Value;

/// Status, standard output and standard error of `posture bench` with fifty frames.
fn bench(args: &[&str]) -> (ExitStatus, String, String) {
    let given = [&["posture", "bench", "--frames", "50", "--warm-up", "1"], args].concat();
    let cli = Cli::try_parse_from(given).expect("arguments");
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = posture::run(cli, &Paths::default(), &mut io::empty(), &mut out, &mut err);
    (status, String::from_utf8(out).expect("text"), String::from_utf8(err).expect("text"))
}

fn sample(name: &str) -> String {
    format!("{}/samples/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_built_in_picture_passes_every_stage() {
    let (status, out, err) = bench(&["--json"]);
    assert_eq!((status, err.as_str(), out.lines().count()), (ExitStatus::Fine, "", 1));
    let object: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(object["schema"], "posture-bench/1");
    assert_eq!(object["pictures"][0]["source"], "built-in sample");
    assert_eq!(
        object["pictures"][0]["person"], true,
        "the sample shows somebody, so that there is something to measure"
    );
    assert_eq!((&object["warm_up"], &object["frames"]), (&1.into(), &50.into()));
    let stages = object["stages"].as_array().expect("stages");
    let names: Vec<_> = stages.iter().map(|row| row["stage"].as_str().expect("a name")).collect();
    assert_eq!(names, ["decode", "letterbox", "infer", "keypoints", "measure", "rules"]);
    for row in stages.iter().chain([&object["total"]]) {
        assert_eq!(row["frames"], 50, "{row}");
        let times = ["min_ms", "median_ms", "p95_ms", "p99_ms"].map(|key| row[key].as_f64().expect("a time"));
        assert!(times.is_sorted() && times[0] >= 0.0, "{row}");
        assert!(row["mean_ms"].is_number() && row["cpu_ms"].is_number(), "{row}");
    }
    assert!(object["load_ms"].as_f64().is_some_and(|ms| ms > 0.0));
    assert!(object["frames_per_second"].as_f64().is_some_and(|rate| rate > 0.0));
    if cfg!(target_os = "linux") {
        assert!(object["peak_memory_bytes"].as_u64().is_some_and(|bytes| bytes > 1 << 20));
    }
}

#[test]
fn a_table_names_the_machine_the_network_and_the_pictures() {
    let (side, nobody) = (sample("side_upright_left.jpg"), sample("nobody.jpg"));
    let (status, out, err) = bench(&[&side, &nobody]);
    assert_eq!((status, err.as_str()), (ExitStatus::Fine, ""));
    for part in [
        "the built-in network, loaded in ",
        &side,
        &format!("{nobody}, "),
        "50 frames after 1 for the warm-up; milliseconds",
        "stage         median       p95       p99       min       CPU",
        "\ninfer ",
        "\ntotal ",
        " frames/s",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
    let line = |name: &str| out.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    assert!(line(&nobody).ends_with("nobody seen: no measurements to time"), "{out}");
}

#[test]
fn what_cannot_be_timed_is_one_clear_line() {
    let no_picture = sample("side_upright_left.pose.json");
    for (args, reason) in [
        (&["no/such.jpg"][..], "no/such.jpg: no such file"),
        (&[no_picture.as_str()], "side_upright_left.pose.json: "),
        (&["--model", "no/such.onnx"], "no/such.onnx"),
    ] {
        let (status, out, err) = bench(args);
        assert_eq!((status, out.as_str()), (ExitStatus::BadInput, ""), "{args:?}");
        assert!(err.contains(reason) && err.lines().count() == 1, "{args:?}: {err}");
    }
    let few = Cli::try_parse_from(["posture", "bench", "--frames", "49"]).expect_err("too few to tell anything");
    assert!(few.to_string().contains("49 is not in 50.."), "{few}");
}
