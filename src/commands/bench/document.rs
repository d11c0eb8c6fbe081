//! What a run of `posture bench` found: the schema `posture-bench/2`, from which every form of output is made.
//!
//! Times are in milliseconds. Adding fields is free; renaming or removing one raises the number.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    agreement::Disagreement,
    machine::Machine,
    start::Start,
    steady::Stopped,
    stopwatch::{Timing, Timings},
    throughput::Throughput,
};
use crate::pipeline::Stage;

/// The name of the schema; a file with any other is refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Schema {
    /// The second one: several networks and sizes in one file.
    #[default]
    #[serde(rename = "posture-bench/2")]
    PostureBench2,
}

/// All that was measured, and on what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// `posture-bench/2`.
    pub schema: Schema,
    /// Of the program.
    pub version: String,
    /// Where it was measured.
    pub machine: Machine,
    /// One for each network at each size; they took turns.
    pub runs: Vec<Run>,
    /// What a start costs; absent where this program cannot start itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Start>,
    /// Several threads against one, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throughput: Option<Throughput>,
    /// Joules that the whole processor spent for each frame of all runs; absent where it does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joules_per_frame: Option<f64>,
    /// The most memory that the process that timed ever held; absent where the system does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_memory_bytes: Option<u64>,
    /// What makes the figures doubtful, and what to do about it.
    #[serde(default)]
    pub warnings: Vec<String>,
}

/// A network on pictures of one size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The network, as people call it.
    pub model: String,
    /// The size that the pictures were brought to, as in `640×480`; absent where they kept their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// From nothing to a network that can run.
    pub load_ms: f64,
    /// The same in CPU time.
    pub load_cpu_ms: f64,
    /// The pictures, in the order in which they took turns.
    pub pictures: Vec<Input>,
    /// Frames before the watch ran.
    pub warm_up: u32,
    /// Frames timed.
    pub frames: u64,
    /// Why there were no more of them.
    pub stopped: Stopped,
    /// The stages that any frame reached.
    pub stages: Vec<Row>,
    /// Whole frames, capturing apart.
    pub total: Row,
    /// The share of the frames that took more than 1.5 times the median.
    pub outliers: f64,
    /// Of one thread that does nothing else.
    pub frames_per_second: f64,
    /// At so many frames per second …
    pub fps: f64,
    /// … an hour takes so many seconds of CPU time.
    pub cpu_seconds_per_hour: f64,
    /// Beside the first run; absent for that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside_first: Option<BesideFirst>,
}

/// A run beside the first one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BesideFirst {
    /// Its time over that of the first, median over the rounds.
    pub wall_ratio: f64,
    /// Its CPU time over that of the first.
    pub cpu_ratio: f64,
    /// How far the keypoints are apart from those of the first network at the same size; absent for that network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disagreement: Option<Disagreement>,
}

/// A picture that was timed, or a source of frames.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Its path, what the built-in one is called, or the camera's name.
    pub source: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Whether somebody was seen on it: only then are there measurements and rules to time.
    pub person: bool,
}

/// What one stage took, milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub stage: String,
    pub frames: u64,
    pub median_ms: f64,
    pub mean_ms: f64,
    pub deviation_ms: f64,
    pub min_ms: f64,
    pub p95_ms: f64,
    pub p99_ms: f64,
    pub max_ms: f64,
    pub cpu_ms: f64,
    /// The median over that of the file given with `--compare`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio: Option<f64>,
}

impl Row {
    /// What `timing` says about `stage`.
    pub fn new(stage: &str, timing: &Timing) -> Self {
        Self {
            stage: stage.to_owned(),
            frames: timing.frames(),
            median_ms: milliseconds(timing.quantile(0.5)),
            mean_ms: milliseconds(timing.mean()),
            deviation_ms: milliseconds(timing.deviation()),
            min_ms: milliseconds(timing.min()),
            p95_ms: milliseconds(timing.quantile(0.95)),
            p99_ms: milliseconds(timing.quantile(0.99)),
            max_ms: milliseconds(timing.max()),
            cpu_ms: milliseconds(timing.cpu()),
            ratio: None,
        }
    }
}

impl Run {
    /// The stages that any frame reached.
    pub fn stages(timings: &Timings) -> Vec<Row> {
        let row = |stage: Stage| Some(Row::new(stage.name(), timings.stage(stage)?));
        Stage::ALL.into_iter().filter_map(row).collect()
    }

    /// All rows of the table, the total last.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.stages.iter().chain([&self.total])
    }

    /// The share of the total's CPU time that `row` has; none for capturing, which is no part of it.
    pub fn share(&self, row: &Row) -> Option<f64> {
        let part = row.stage != Stage::Capture.name() && self.total.cpu_ms > 0.0;
        part.then(|| row.cpu_ms / self.total.cpu_ms)
    }

    /// The network and the size or picture, for people.
    pub fn label(&self) -> String {
        let of = self.size.clone().or_else(|| match &self.pictures[..] {
            [one] => Some(format!("{}×{}", one.width, one.height)),
            _ => None,
        });
        [Some(self.model.clone()), of].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// Milliseconds, to 100 ns.
pub fn milliseconds(time: Duration) -> f64 {
    rounded(time.as_secs_f64() * 1e3, 4)
}

/// `value` to so many decimals.
pub fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    (value * scale).round() / scale
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::commands::bench::start::Step;

    fn row(stage: &str, median_ms: f64) -> Row {
        Row {
            stage: stage.to_owned(),
            frames: 400,
            median_ms,
            mean_ms: median_ms * 1.125,
            deviation_ms: median_ms / 8.0,
            min_ms: median_ms * 0.875,
            p95_ms: median_ms * 1.25,
            p99_ms: median_ms * 1.5,
            max_ms: median_ms * 4.0,
            cpu_ms: median_ms,
            ratio: None,
        }
    }

    /// A run whose total takes `total_ms`.
    pub fn run(model: &str, total_ms: f64) -> Run {
        let part = |stage, share: f64| row(stage, total_ms * share);
        Run {
            model: model.to_owned(),
            size: None,
            load_ms: 41.234,
            load_cpu_ms: 40.0,
            pictures: vec![Input { source: "side.jpg".to_owned(), width: 640, height: 480, person: true }],
            warm_up: 10,
            frames: 400,
            stopped: Stopped::Stable,
            stages: vec![part("decode", 0.1875), part("letterbox", 0.0625), part("infer", 0.75)],
            total: row("total", total_ms),
            outliers: 0.01,
            frames_per_second: 1000.0 / total_ms,
            fps: 2.0,
            cpu_seconds_per_hour: 7.2 * total_ms,
            beside_first: None,
        }
    }

    /// What the built-in network might say on some machine.
    pub fn document() -> Document {
        Document {
            schema: Schema::PostureBench2,
            version: "1.2.3".to_owned(),
            machine: Machine {
                cpu: Some("Example CPU 3000".to_owned()),
                cores: 2,
                os: "linux".to_owned(),
                arch: "x86_64".to_owned(),
                features: vec!["avx2".to_owned(), "fma".to_owned()],
                optimised: true,
                load: Some(0.25),
            },
            runs: vec![run("the built-in network", 4.0)],
            start: None,
            throughput: None,
            joules_per_frame: None,
            peak_memory_bytes: Some(60_400_000),
            warnings: Vec::new(),
        }
    }

    /// Two networks and everything that can be measured besides.
    pub fn full_document() -> Document {
        let mut document = document();
        let mut other = run("other.onnx", 6.0);
        other.pictures[0].person = false;
        other.beside_first = Some(BesideFirst {
            wall_ratio: 1.5,
            cpu_ratio: 1.4375,
            disagreement: Some(Disagreement {
                keypoints: 9,
                median_px: 1.25,
                max_px: 8.5,
                farthest: Some("c7".to_owned()),
                one_alone: 2,
            }),
        });
        document.runs.push(other);
        document.start = Some(Start {
            cold_ms: 61.25,
            cold_min_ms: 58.5,
            cold_cpu_ms: 55.0,
            load_ms: 30.5,
            load_steps: [("read", 1.25), ("parse", 8.5)]
                .map(|(step, ms)| Step { step: step.to_owned(), wall_ms: ms, cpu_ms: ms })
                .into(),
            runs: 5,
            peak_memory_bytes: Some(52_000_000),
        });
        document.throughput = Some(Throughput {
            threads: 2,
            frames_per_second: 400.0,
            alone_frames_per_second: 210.0,
            speedup: 1.905,
            cpu_ms: 4.5,
            alone_cpu_ms: 4.25,
        });
        document.joules_per_frame = Some(0.125);
        document.warnings = vec!["the figures are made up: measure".to_owned()];
        document
    }

    #[test]
    fn a_document_reads_back_as_it_was_written() {
        for document in [document(), full_document()] {
            let text = serde_json::to_string(&document).expect("JSON");
            assert!(text.starts_with(r#"{"schema":"posture-bench/2","version":"1.2.3","machine":{"cpu":"#), "{text}");
            assert_eq!(serde_json::from_str::<Document>(&text).expect("reads"), document);
        }
    }

    #[test]
    fn what_was_not_measured_is_absent() {
        let object = serde_json::to_value(document()).expect("JSON");
        for key in ["start", "throughput", "joules_per_frame"] {
            assert!(object.get(key).is_none(), "{key}");
        }
        assert!(object["runs"][0]["total"].get("ratio").is_none());
    }

    #[test]
    fn shares_are_those_of_the_total_and_capturing_has_none() {
        let mut run = run("x", 4.0);
        run.stages.insert(0, row("capture", 30.0));
        let shares: Vec<_> = run.rows().map(|row| run.share(row)).collect();
        assert_eq!(shares, [None, Some(0.1875), Some(0.0625), Some(0.75), Some(1.0)]);
    }
}
