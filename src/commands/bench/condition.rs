//! Conditions under which a run counts as failed: `--fail-if 'total.p95>8ms'`.

use anyhow::{Result, anyhow, bail};

use super::document::{Document, Row, Run};
use crate::pipeline::Stage;

/// What a condition speaks of.
#[derive(Debug, Clone, Copy)]
enum Subject {
    /// A figure of a stage, or of the total.
    Row { stage: &'static str, figure: Figure },
    /// From the start of a process to its first pose.
    Cold,
    /// Loading the network.
    Load,
    /// The most memory that was held.
    Memory,
    /// Several threads against one.
    Speedup,
}

/// A column of the table.
#[derive(Debug, Clone, Copy)]
enum Figure {
    /// Milliseconds.
    Time(fn(&Row) -> f64),
    /// Against the file given with `--compare`.
    Ratio,
    /// Of the CPU time of the total, 0..1.
    Share,
}

/// A condition, such as `total.p95>8ms`.
#[derive(Debug, Clone)]
pub struct Condition {
    /// As it was typed.
    pub text: String,
    subject: Subject,
    above: bool,
    or_equal: bool,
    /// Milliseconds, bytes, or a number.
    limit: f64,
}

/// What is told of a condition that is met.
#[derive(Debug, Clone, PartialEq)]
pub struct Met {
    /// The condition as it was typed.
    pub condition: String,
    /// The figure, in words, and whose it is.
    pub figure: String,
}

impl Condition {
    /// Reads a condition.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |what: &str| anyhow!("--fail-if {text}: {what}; `posture help bench` lists what can be asked");
        let at = text.find(['<', '>']).ok_or_else(|| wrong("neither < nor > in it"))?;
        let (name, rest) = text.split_at(at);
        let (above, rest) = (rest.starts_with('>'), &rest[1..]);
        let (or_equal, limit) = rest.strip_prefix('=').map_or((false, rest), |limit| (true, limit));
        let subject = Subject::parse(name.trim()).ok_or_else(|| wrong(&format!("no figure {}", name.trim())))?;
        let limit = subject.limit(limit.trim()).map_err(|expected| wrong(&format!("expected {expected}")))?;
        Ok(Self { text: text.to_owned(), subject, above, or_equal, limit })
    }

    /// Whether it can be answered only with `--compare`.
    pub fn needs_old(&self) -> bool {
        matches!(self.subject, Subject::Row { figure: Figure::Ratio, .. })
    }

    /// Whether it can be answered only with `--threads`.
    pub fn needs_threads(&self) -> bool {
        matches!(self.subject, Subject::Speedup)
    }

    /// Where it is met in `document`.
    ///
    /// # Errors
    /// What it speaks of was not measured: nothing that is missing passes.
    pub fn met(&self, document: &Document) -> Result<Vec<Met>> {
        let figures = self.subject.figures(document);
        if figures.is_empty() {
            bail!("--fail-if {}: that was not measured here; ask for another figure", self.text);
        }
        let holds = |value: f64| match (self.above, self.or_equal) {
            (true, false) => value > self.limit,
            (true, true) => value >= self.limit,
            (false, false) => value < self.limit,
            (false, true) => value <= self.limit,
        };
        let met = |(whose, value): (String, f64)| Met {
            condition: self.text.clone(),
            figure: format!("{} ({whose})", self.subject.words(value)),
        };
        Ok(figures.into_iter().filter(|(_, value)| holds(*value)).map(met).collect())
    }
}

impl Subject {
    fn parse(name: &str) -> Option<Self> {
        let (of, figure) = name.split_once('.')?;
        Some(match (of, figure) {
            ("start", "cold") => Self::Cold,
            ("start", "load") => Self::Load,
            ("memory", "peak") => Self::Memory,
            ("threads", "speedup") => Self::Speedup,
            _ => {
                let stages = Stage::ALL.into_iter().map(Stage::name).chain(["total"]);
                Self::Row { stage: stages.into_iter().find(|stage| *stage == of)?, figure: Figure::parse(figure)? }
            }
        })
    }

    /// Reads a limit in the unit of this subject, or says what it should look like.
    fn limit(self, text: &str) -> Result<f64, &'static str> {
        let (units, expected): (&[(&str, f64)], _) = match self {
            Self::Row { figure: Figure::Time(_), .. } | Self::Cold | Self::Load => {
                (&[("ns", 1e-6), ("us", 1e-3), ("µs", 1e-3), ("ms", 1.0), ("s", 1e3)], "a time, such as 8ms")
            }
            Self::Memory => (&[("kB", 1e3), ("MB", 1e6), ("GB", 1e9)], "an amount of memory, such as 60MB"),
            Self::Row { .. } | Self::Speedup => (&[("", 1.0)], "a number, such as 1.2"),
        };
        let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let factor = units.iter().find(|(name, _)| *name == unit.trim()).map(|(_, factor)| *factor);
        number.parse::<f64>().ok().zip(factor).map(|(number, factor)| number * factor).ok_or(expected)
    }

    /// The figures that it means, each with whose it is.
    fn figures(self, document: &Document) -> Vec<(String, f64)> {
        let here = |value: Option<f64>| value.map(|value| ("here".to_owned(), value)).into_iter().collect();
        match self {
            Self::Cold => here(document.start.as_ref().map(|start| start.cold_ms)),
            Self::Load => document.runs.iter().map(|run| (run.label(), run.load_ms)).collect(),
            Self::Memory => {
                let of_photo = document.start.as_ref().and_then(|start| start.peak_memory_bytes);
                here(of_photo.or(document.peak_memory_bytes).map(|bytes| bytes as f64))
            }
            Self::Speedup => here(document.throughput.as_ref().map(|throughput| throughput.speedup)),
            Self::Row { stage, figure } => {
                let value = |run: &Run| figure.of(run, run.rows().find(|row| row.stage == stage)?);
                document.runs.iter().filter_map(|run| Some((run.label(), value(run)?))).collect()
            }
        }
    }

    /// `value` with its unit.
    fn words(self, value: f64) -> String {
        match self {
            Self::Row { figure: Figure::Time(_), .. } | Self::Cold | Self::Load => format!("{value:.3} ms"),
            Self::Memory => format!("{:.1} MB", value / 1e6),
            Self::Row { .. } | Self::Speedup => format!("{value:.3}"),
        }
    }
}

impl Figure {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "median" => Self::Time(|row| row.median_ms),
            "mean" => Self::Time(|row| row.mean_ms),
            "deviation" => Self::Time(|row| row.deviation_ms),
            "min" => Self::Time(|row| row.min_ms),
            "p95" => Self::Time(|row| row.p95_ms),
            "p99" => Self::Time(|row| row.p99_ms),
            "max" => Self::Time(|row| row.max_ms),
            "cpu" => Self::Time(|row| row.cpu_ms),
            "ratio" => Self::Ratio,
            "share" => Self::Share,
            _ => return None,
        })
    }

    fn of(self, run: &Run, row: &Row) -> Option<f64> {
        match self {
            Self::Time(figure) => Some(figure(row)),
            Self::Ratio => row.ratio,
            Self::Share => run.share(row),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::bench::document::tests::{document, full_document};

    fn met(text: &str) -> Vec<String> {
        let met = Condition::parse(text).expect("a condition").met(&full_document()).expect("measured");
        met.into_iter().map(|met| met.figure).collect()
    }

    #[test]
    fn conditions_speak_of_every_figure_in_its_unit() {
        for (text, holds) in [
            ("total.p95>8ms", 0),
            ("total.p95>7ms", 1),
            ("total.median<=4.0ms", 1),
            ("total.median<4ms", 0),
            ("total.min >= 3500us", 2),
            ("infer.mean>0.003s", 2),
            ("decode.max<100000ns", 0),
            ("infer.share<0.65", 0),
            ("infer.share>0.65", 2),
            ("start.cold>60ms", 1),
            ("start.load>41ms", 2),
            ("memory.peak>51MB", 1),
            ("memory.peak>0.06GB", 0),
            ("threads.speedup<1.8", 0),
            ("threads.speedup>1.9", 1),
        ] {
            assert_eq!(met(text).len(), holds, "{text}: {:?}", met(text));
        }
        assert_eq!(met("total.cpu>5ms"), ["6.000 ms (other.onnx, 640×480)"]);
        assert_eq!(met("memory.peak>50MB"), ["52.0 MB (here)"]);
    }

    #[test]
    fn what_is_no_condition_is_refused_with_what_was_expected() {
        for (text, what) in [
            ("total.p95", "neither < nor >"),
            ("total.p90>8ms", "no figure total.p90"),
            ("network.p95>8ms", "no figure network.p95"),
            ("total>8ms", "no figure total"),
            ("total.p95>8", "expected a time, such as 8ms"),
            ("total.p95>-8ms", "expected a time"),
            ("total.ratio>20%", "expected a number, such as 1.2"),
            ("memory.peak>60", "expected an amount of memory, such as 60MB"),
        ] {
            let error = Condition::parse(text).expect_err("refused").to_string();
            assert!(error.starts_with(&format!("--fail-if {text}: {what}")) && error.lines().count() == 1, "{error}");
        }
    }

    #[test]
    fn what_was_not_measured_never_passes() {
        for text in ["total.ratio>1.2", "start.cold>1ms", "threads.speedup<9", "rules.cpu>1ms", "capture.median>1ms"] {
            let error = Condition::parse(text).expect("a condition").met(&document()).expect_err("not measured");
            assert!(error.to_string().contains("was not measured"), "{error}");
        }
    }
}
