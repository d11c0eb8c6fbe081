//! The invariants of the design that can be read off the sources: who may name whom, and what is named nowhere.
//!
//! Comments, texts and unit tests do not count. Each module has a row in [`MODULES`]; a new module gets one.

mod reader;

use std::collections::BTreeSet;

use self::reader::{Source, sources};

/// Which modules of this crate each module may name. `commands` and `main` may name all.
const MODULES: &[(&str, &[&str])] = &[
    ("geometry", &[]),
    ("frame", &[]),
    ("pose", &["geometry"]),
    ("measure", &["geometry", "pose", "baseline"]),
    ("baseline", &["geometry", "measure"]),
    ("table", &[]),
    ("rules", &["measure", "table"]),
    ("stretches", &["measure", "rules", "table"]),
    ("guide", &["geometry", "pose", "measure", "stretches"]),
    ("monitor", &["measure", "rules", "stretches"]),
    ("capture", &["frame"]),
    ("estimator", &["frame", "pose", "geometry"]),
    ("landmarks", &["geometry", "measure"]),
    ("figure", &["geometry", "pose"]),
    ("calibration", &["geometry", "pose", "measure", "baseline", "figure"]),
    ("profile", &["geometry", "pose", "measure", "baseline", "figure", "calibration", "table"]),
    ("compare", &["measure"]),
    (
        "pipeline",
        &[
            "frame",
            "geometry",
            "estimator",
            "pose",
            "measure",
            "baseline",
            "rules",
            "stretches",
            "monitor",
            "landmarks",
            "compare",
            "figure",
            "profile",
        ],
    ),
    ("wire", &["geometry", "pose", "measure", "rules", "stretches", "monitor", "pipeline", "landmarks", "compare"]),
    ("pace", &["geometry", "pose", "measure", "monitor", "pipeline", "rules"]),
    ("evaluation", &["geometry", "pose", "measure", "wire"]),
    ("report", &["geometry", "pose", "measure", "baseline", "rules", "stretches", "pipeline", "landmarks", "compare"]),
    ("annotate", &["geometry", "pose", "measure", "rules", "pipeline", "report", "landmarks"]),
    ("sink", &["geometry", "pose", "measure", "rules", "stretches", "monitor", "paths", "pipeline", "report", "wire"]),
    ("surroundings", &["monitor"]),
    ("cli", &[]),
    (
        "config",
        &[
            "cli",
            "pace",
            "rules",
            "stretches",
            "estimator",
            "geometry",
            "landmarks",
            "table",
            "monitor",
            "surroundings",
        ],
    ),
    ("paths", &[]),
    ("control", &["monitor", "rules", "stretches"]),
];

/// Which files may name an outside crate; a name that ends in `/` is a folder.
const CRATES: &[(&str, &[&str])] = &[
    ("nokhwa", &["capture/camera.rs"]),
    ("v4l", &["capture/camera.rs"]),
    ("tracing_appender", &["commands/watch/log.rs"]),
    ("tract_onnx", &["estimator/network.rs", "estimator/network/"]),
    ("ndarray", &["estimator/"]),
    ("fast_image_resize", &["estimator/letterbox.rs"]),
    ("clap", &["cli.rs", "cli/"]),
    ("clap_complete", &["cli.rs", "commands/completions.rs"]),
    ("clap_mangen", &["commands/man.rs"]),
    ("image", &["frame.rs", "capture.rs", "capture/", "estimator.rs", "estimator/", "annotate.rs", "annotate/"]),
    ("zune_jpeg", &["capture.rs", "capture/"]),
    ("zune_core", &["capture.rs", "capture/"]),
    ("yuv", &["capture.rs", "capture/"]),
    ("y4m", &["capture.rs", "capture/"]),
    ("tiny_skia", &["annotate.rs", "annotate/"]),
    ("ab_glyph", &["annotate.rs", "annotate/"]),
    ("epaint_default_fonts", &["annotate.rs", "annotate/"]),
    ("csv", &["commands/bench/"]),
    ("hdrhistogram", &["commands/bench/"]),
    ("plotters", &["commands/bench/plot.rs"]),
    ("terminal_size", &["commands/bench/table.rs"]),
    ("cpu_time", &["commands/bench/"]),
    ("nix", &["commands/bench/", "sink/exec.rs"]),
    ("etcetera", &["paths.rs"]),
    ("tracing", &["sink/log.rs", "commands/watch.rs", "commands/watch/"]),
    ("tracing_subscriber", &["commands/watch/log.rs"]),
    (
        "jiff",
        &[
            "monitor.rs",
            "monitor/",
            "config/notify.rs",
            "commands/watch/",
            "control/",
            "commands/control.rs",
            "commands/stretch/",
            "profile.rs",
            "profile/",
            "commands/calibrate.rs",
        ],
    ),
    ("comfy_table", &["commands/"]),
    ("ctrlc", &["commands/check/interrupt.rs", "commands/watch/interrupts.rs"]),
    ("ratatui", &["sink/tui.rs", "sink/tui/", "commands/stretch/"]),
    ("notify_rust", &["sink/notify/", "commands/doctor/desktop.rs"]),
    ("zbus", &["sink/notify/", "surroundings/"]),
    ("anyhow", &["config.rs", "config/", "commands.rs", "commands/"]),
];

/// Modules from which pixels are out of reach.
const NUMBERS_ONLY: &[&str] = &[
    "geometry",
    "pose",
    "measure",
    "baseline",
    "rules",
    "stretches",
    "monitor",
    "landmarks",
    "compare",
    "pace",
    "guide",
    "wire",
    "evaluation",
    "report",
    "sink",
];

/// Modules that cannot fail: the only `Err` in them is a `Reason`, or one with the body part to blame (`Refusal`): an ordinary value that says why something is not
/// measurable. (`rules` and `stretches` parse their tables.)
const CANNOT_FAIL: &[&str] = &["geometry", "pose", "measure", "baseline", "monitor", "pace", "guide"];

/// Files that may read a clock.
const CLOCKS: &[&str] = &["capture.rs", "capture/", "commands/bench.rs", "commands/bench/", "main.rs"];

/// Most lines in one file.
const LONGEST: usize = 400;

/// Fails with all complaints at once.
fn none(complaints: impl IntoIterator<Item = String>) {
    let complaints: BTreeSet<String> = complaints.into_iter().collect();
    assert!(complaints.is_empty(), "\n{}\n", complaints.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn modules_name_only_whom_they_may() {
    let sources = sources();
    let known: Vec<&str> = MODULES.iter().map(|(module, _)| *module).collect();
    let modules: BTreeSet<&str> = sources.iter().map(Source::top).collect();
    let mut complaints = Vec::new();
    for source in &sources {
        let top = source.top();
        if ["lib", "main", "commands"].contains(&top) {
            continue;
        }
        let Some((_, allowed)) = MODULES.iter().find(|(module, _)| *module == top) else {
            complaints.push(format!("src/{}: module `{top}` has no row in MODULES", source.file));
            continue;
        };
        for path in source.inner_paths() {
            let Some(named) = path.first() else { continue };
            if modules.contains(named.as_str()) && named != top && !allowed.contains(&named.as_str()) {
                complaints.push(format!("src/{} may not name `{named}`", source.file));
            }
        }
    }
    complaints
        .extend(known.iter().filter(|module| !modules.contains(*module)).map(|m| format!("MODULES: no module `{m}`")));
    none(complaints);
}

#[test]
fn outside_crates_are_named_only_where_they_belong() {
    none(sources().iter().flat_map(|source| {
        source.paths.iter().filter_map(|path| {
            let (name, places) = CRATES.iter().find(|(name, _)| *name == path[0])?;
            (!source.is_in(places)).then(|| format!("src/{} may not name `{name}`", source.file))
        })
    }));
}

#[test]
fn every_dependency_is_named_somewhere() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    let per_target = manifest["target"].as_table().unwrap().values().map(|target| &target["dependencies"]);
    let sources = sources();
    none(
        [&manifest["dependencies"]]
            .into_iter()
            .chain(per_target)
            .flat_map(|table| table.as_table().unwrap().keys())
            .filter_map(|name| {
                let word = name.replace('-', "_");
                let named = sources.iter().any(|source| source.paths.iter().any(|path| path[0] == word));
                (!named).then(|| format!("Cargo.toml: nothing names `{name}`"))
            }),
    );
}

#[test]
fn pixels_are_out_of_reach_below_the_estimator() {
    none(sources().iter().filter(|source| NUMBERS_ONLY.contains(&source.top())).flat_map(|source| {
        ["frame", "image", "Frame", "RgbImage", "DynamicImage"]
            .into_iter()
            .filter(|word| {
                source.names(word)
                    && (!["frame", "image"].contains(word)
                        || source.paths.iter().any(|path| path.iter().any(|s| s == word)))
            })
            .map(|word| format!("src/{} names `{word}`", source.file))
    }));
}

#[test]
fn pictures_are_written_in_one_place() {
    let writers = ["save", "save_with_format", "save_buffer", "write_with_encoder", "JpegEncoder", "PngEncoder"];
    none(sources().iter().filter(|source| !source.is_in(&["annotate.rs", "annotate/"])).flat_map(|source| {
        writers.into_iter().filter(|w| source.names(w)).map(|w| format!("src/{} names `{w}`", source.file))
    }));
}

#[test]
fn clocks_are_read_in_capture_and_bench_alone() {
    none(sources().iter().filter(|source| !source.is_in(CLOCKS)).flat_map(|source| {
        ["Instant", "SystemTime", "ThreadTime", "ProcessTime"]
            .into_iter()
            .filter(|clock| source.names(clock))
            .map(|clock| format!("src/{} names `{clock}`", source.file))
    }));
}

#[test]
fn the_time_of_day_is_read_by_commands_alone() {
    none(sources().iter().filter(|source| source.top() != "commands").flat_map(|source| {
        ["Zoned", "Timestamp"]
            .into_iter()
            .filter(|clock| source.paths.iter().any(|path| path.ends_with(&[(*clock).into(), "now".into()])))
            .map(|clock| format!("src/{} reads {clock}::now", source.file))
    }));
}

#[test]
fn the_core_cannot_fail() {
    none(sources().iter().filter(|source| CANNOT_FAIL.contains(&source.top())).flat_map(|source| {
        let errors = source.tokens.iter().filter(|token| token.ends_with("Error") || *token == "thiserror").cloned();
        let results = source.tokens.iter().enumerate().filter(|(_, token)| *token == "Result").filter_map(|(i, _)| {
            let arguments = source.arguments(i + 1);
            (arguments.last().is_none_or(|last| last != "Reason" && last != "Refusal"))
                .then(|| format!("Result{}", arguments.concat()))
        });
        errors.chain(results).map(|named| format!("src/{} names `{named}`", source.file)).collect::<Vec<_>>()
    }));
}

#[test]
fn sinks_know_no_sinks() {
    let sources = sources();
    let implements = |source: &&Source| source.tokens.windows(2).any(|pair| pair[0] == "Sink" && pair[1] == "for");
    let sinks: Vec<&str> =
        sources.iter().filter(implements).filter_map(|source| source.module.get(1)).map(String::as_str).collect();
    assert!(sinks.len() > 1, "{sinks:?}");
    none(sources.iter().filter(|source| source.top() == "sink" && source.module.len() > 1).flat_map(|source| {
        source
            .inner_paths()
            .filter(|path| {
                path[0] == "sink" && path.get(1).is_some_and(|s| sinks.contains(&s.as_str()) && *s != source.module[1])
            })
            .map(|path| format!("src/{} names `{}`", source.file, path.join("::")))
            .collect::<Vec<_>>()
    }));
}

#[test]
fn all_printing_goes_through_handles_and_all_endings_through_main() {
    none(sources().iter().flat_map(|source| {
        let macros = source.tokens.windows(2).filter(|pair| {
            ["print", "println", "eprint", "eprintln", "dbg"].contains(&pair[0].as_str()) && pair[1] == "!"
        });
        let exits = source.paths.iter().filter(|path| path.ends_with(&["process".into(), "exit".into()]));
        macros
            .map(|pair| format!("src/{} uses {}!", source.file, pair[0]))
            .chain(exits.map(|_| format!("src/{} calls process::exit", source.file)))
            .collect::<Vec<_>>()
    }));
}

#[test]
fn there_are_three_traits() {
    let mut traits: Vec<String> = sources()
        .iter()
        .flat_map(|source| {
            source.tokens.windows(2).filter(|pair| pair[0] == "trait").map(|pair| pair[1].clone()).collect::<Vec<_>>()
        })
        .collect();
    traits.sort();
    assert_eq!(traits, ["FrameSource", "PoseEstimator", "Sink"]);
}

#[test]
fn files_are_short_enough_to_read() {
    none(
        sources()
            .iter()
            .filter(|source| source.lines > LONGEST)
            .map(|source| format!("src/{} has {} lines; split it below {LONGEST}", source.file, source.lines)),
    );
}
