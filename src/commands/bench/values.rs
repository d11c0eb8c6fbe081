//! The figures as comma-separated values: a line for each stage of each run.

use std::io::Write;

use anyhow::Result;
use serde::Serialize;

use super::document::{Document, Row, Run};

/// One line; its fields are the columns.
#[derive(Serialize)]
struct Line<'a> {
    model: &'a str,
    size: &'a str,
    stage: &'a str,
    frames: u64,
    median_ms: f64,
    mean_ms: f64,
    deviation_ms: f64,
    min_ms: f64,
    p95_ms: f64,
    p99_ms: f64,
    max_ms: f64,
    cpu_ms: f64,
    ratio_to_old: Option<f64>,
}

impl<'a> Line<'a> {
    fn new(run: &'a Run, row: &'a Row) -> Self {
        Self {
            model: &run.model,
            size: run.size.as_deref().unwrap_or_default(),
            stage: &row.stage,
            frames: row.frames,
            median_ms: row.median_ms,
            mean_ms: row.mean_ms,
            deviation_ms: row.deviation_ms,
            min_ms: row.min_ms,
            p95_ms: row.p95_ms,
            p99_ms: row.p99_ms,
            max_ms: row.max_ms,
            cpu_ms: row.cpu_ms,
            ratio_to_old: row.ratio,
        }
    }
}

/// Writes the stages and totals of `document`, with a line of titles.
pub fn write(document: &Document, out: &mut dyn Write) -> Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    for run in &document.runs {
        for row in run.rows() {
            writer.serialize(Line::new(run, row))?;
        }
    }
    Ok(writer.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::bench::document::tests::full_document;

    #[test]
    fn values_are_as_they_should_be() {
        let mut document = full_document();
        document.runs[1].model = "my, other.onnx".to_owned();
        document.runs[1].size = Some("640×480".to_owned());
        document.runs[1].total.ratio = Some(1.25);
        let mut out = Vec::new();
        write(&document, &mut out).expect("memory takes all");
        insta::assert_snapshot!("values", String::from_utf8(out).expect("text"));
    }
}
