//! What a run of `posture bench` found, as a table for people and as one JSON object (schema `posture-bench/1`).

use std::{
    io::{self, Write},
    time::Duration,
};

use serde::Serialize;

use super::{
    machine::Machine,
    stopwatch::{Span, Timing, Timings},
};
use crate::pipeline::Stage;

/// All that was measured, and on what.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Where it was measured.
    pub machine: Machine,
    /// The network, as people call it.
    pub model: String,
    /// From nothing to a network that can run.
    pub load: Span,
    /// The pictures, in the order in which they took turns.
    pub pictures: Vec<Input>,
    /// Frames before the watch ran.
    pub warm_up: u32,
    /// What the stages took.
    pub timings: Timings,
    /// The most memory that the process ever held, bytes, where the system tells.
    pub peak_memory: Option<u64>,
}

/// A picture that was timed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Input {
    /// Its path, or what the built-in one is called.
    pub source: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Whether somebody was seen on it: only then are there measurements and rules to time.
    pub person: bool,
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    version: &'static str,
    machine: &'a Machine,
    model: &'a str,
    load_ms: f64,
    load_cpu_ms: f64,
    pictures: &'a [Input],
    warm_up: u32,
    frames: u64,
    stages: Vec<Row>,
    total: Row,
    frames_per_second: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_memory_bytes: Option<u64>,
}

/// One line of the table, milliseconds.
#[derive(Serialize)]
struct Row {
    stage: &'static str,
    frames: u64,
    median_ms: f64,
    p95_ms: f64,
    p99_ms: f64,
    min_ms: f64,
    mean_ms: f64,
    cpu_ms: f64,
}

impl Row {
    fn new(stage: &'static str, timing: &Timing) -> Self {
        Self {
            stage,
            frames: timing.frames(),
            median_ms: milliseconds(timing.quantile(0.5)),
            p95_ms: milliseconds(timing.quantile(0.95)),
            p99_ms: milliseconds(timing.quantile(0.99)),
            min_ms: milliseconds(timing.min()),
            mean_ms: milliseconds(timing.mean()),
            cpu_ms: milliseconds(timing.cpu()),
        }
    }
}

impl Outcome {
    /// One JSON object on one line. Stages that no frame reached are absent.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let document = Document {
            schema: "posture-bench/1",
            version: env!("CARGO_PKG_VERSION"),
            machine: &self.machine,
            model: &self.model,
            load_ms: milliseconds(self.load.wall),
            load_cpu_ms: milliseconds(self.load.cpu),
            pictures: &self.pictures,
            warm_up: self.warm_up,
            frames: self.timings.total().frames(),
            stages: self.rows().map(|(stage, timing)| Row::new(stage, timing)).collect(),
            total: Row::new("total", self.timings.total()),
            frames_per_second: (10.0 * self.frames_per_second()).round() / 10.0,
            peak_memory_bytes: self.peak_memory,
        };
        serde_json::to_writer(&mut *out, &document)?;
        writeln!(out)
    }

    /// A table that fits 80 columns, with what it was measured on above and what follows from it below.
    pub fn write_table(&self, out: &mut dyn Write) -> io::Result<()> {
        let Machine { cpu, cores, os, arch, optimised } = &self.machine;
        let cpu = cpu.as_deref().unwrap_or("unnamed processor");
        let cores = if *cores == 1 { "1 core".to_owned() } else { format!("{cores} cores") };
        writeln!(out, "posture {} on {cpu} ({cores}, {os} {arch})", env!("CARGO_PKG_VERSION"))?;
        writeln!(out, "{}, loaded in {} ms", self.model, digits(self.load.wall))?;
        for Input { source, width, height, person } in &self.pictures {
            let nobody = if *person { "" } else { ", nobody seen: no measurements to time" };
            writeln!(out, "{source}, {width}×{height}{nobody}")?;
        }
        let frames = self.timings.total().frames();
        writeln!(out, "{frames} frames after {} for the warm-up; milliseconds\n", self.warm_up)?;
        let titles = ["median", "p95", "p99", "min", "CPU"];
        writeln!(out, "{:<10}{}", "stage", titles.map(|title| format!("{title:>10}")).concat())?;
        for (stage, timing) in self.rows().chain([("total", self.timings.total())]) {
            let [median, p95, p99] = [0.5, 0.95, 0.99].map(|q| timing.quantile(q));
            let columns = [median, p95, p99, timing.min(), timing.cpu()].map(|time| format!("{:>10}", digits(time)));
            writeln!(out, "{stage:<10}{}", columns.concat())?;
        }
        write!(out, "\n{:.0} frames/s", self.frames_per_second())?;
        if let Some(bytes) = self.peak_memory {
            write!(out, ", peak memory {:.0} MB", bytes as f64 / 1e6)?;
        }
        writeln!(out)?;
        if !optimised {
            writeln!(out, "built without optimisation: `cargo build --release` gives the figures that count")?;
        }
        Ok(())
    }

    fn rows(&self) -> impl Iterator<Item = (&'static str, &Timing)> {
        Stage::ALL.into_iter().filter_map(|stage| Some((stage.name(), self.timings.stage(stage)?)))
    }

    /// Of one thread that does nothing else.
    fn frames_per_second(&self) -> f64 {
        1.0 / self.timings.total().mean().as_secs_f64().max(1e-9)
    }
}

/// Milliseconds, to 100 ns.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e7).round() / 1e4
}

/// Milliseconds with about three digits that mean something.
fn digits(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1e3;
    let decimals = match milliseconds {
        100.0.. => 0,
        10.0.. => 1,
        1.0.. => 2,
        _ => 3,
    };
    format!("{milliseconds:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(person: bool) -> Outcome {
        let mut timings = Timings::new();
        let mut frame = timings.frame();
        frame.done(Stage::Decode);
        frame.done(Stage::Infer);
        frame.end();
        Outcome {
            machine: Machine { cpu: None, cores: 1, os: "linux", arch: "x86_64", optimised: true },
            model: "the built-in network".to_owned(),
            load: Span { wall: Duration::from_micros(41_234), cpu: Duration::from_micros(40_000) },
            pictures: vec![Input { source: "side.jpg".to_owned(), width: 640, height: 480, person }],
            warm_up: 10,
            timings,
            peak_memory: Some(60_400_000),
        }
    }

    fn text(write: impl Fn(&mut dyn Write) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).expect("memory takes all");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn the_table_says_what_was_measured_on_what() {
        let table = text(|out| outcome(false).write_table(out));
        let version = env!("CARGO_PKG_VERSION");
        assert!(
            table.starts_with(&format!(
                "posture {version} on unnamed processor (1 core, linux x86_64)\n\
             the built-in network, loaded in 41.2 ms\n\
             side.jpg, 640×480, nobody seen: no measurements to time\n\
             1 frames after 10 for the warm-up; milliseconds\n\n\
             stage         median       p95       p99       min       CPU\n\
             decode    "
            )),
            "{table}"
        );
        assert!(table.contains("\ninfer ") && table.contains("\ntotal ") && !table.contains("\nrules "), "{table}");
        assert!(table.contains("frames/s, peak memory 60 MB\n") && !table.contains("optimisation"), "{table}");
        assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    }

    #[test]
    fn the_object_has_a_schema_and_every_stage_that_ran() {
        let object: serde_json::Value = serde_json::from_str(&text(|out| outcome(true).write_json(out))).expect("JSON");
        assert_eq!(object["schema"], "posture-bench/1");
        assert_eq!(object["load_ms"], 41.234);
        assert_eq!(object["pictures"][0]["person"], true);
        let stages: Vec<_> = object["stages"].as_array().expect("stages").iter().map(|row| &row["stage"]).collect();
        assert_eq!(stages, ["decode", "infer"]);
        assert_eq!(object["total"]["frames"], 1);
        assert!(object["machine"].get("cpu").is_none(), "unknown is absent");
    }

    #[test]
    fn times_are_printed_with_three_digits() {
        for (microseconds, printed) in
            [(3, "0.003"), (512, "0.512"), (1_234, "1.23"), (45_678, "45.7"), (123_456, "123")]
        {
            assert_eq!(digits(Duration::from_micros(microseconds)), printed);
        }
    }
}
