//! The figures as tables: for people, as wide as their terminal, and in Markdown.

use std::io::{self, Write};

use comfy_table::{Cell, CellAlignment, ColumnConstraint, Table, TableStyle, presets};
use terminal_size::{Width, terminal_size};

use super::{
    document::{BesideFirst, Document, Row, Run},
    machine::Machine,
    start::Step,
    steady::Stopped,
};

/// Characters to a line where the output is no terminal.
const USUAL_WIDTH: usize = 100;

/// The columns of figures; [`SPARED`] says which go first where there is little room.
const COLUMNS: [&str; 10] = ["median", "mean ± σ", "min", "p95", "p99", "max", "CPU", "share", "× old", "frames"];

/// Columns that are left out one after the other until the table fits.
const SPARED: [&str; 7] = ["frames", "p99", "max", "share", "min", "mean ± σ", "p95"];

/// Writes `document` as a table that fits the terminal.
pub fn write(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    let width = terminal_size().map_or(USUAL_WIDTH, |(Width(columns), _)| usize::from(columns));
    write_within(document, width, out)
}

fn write_within(document: &Document, width: usize, out: &mut dyn Write) -> io::Result<()> {
    heading(document, out)?;
    for run in &document.runs {
        writeln!(out)?;
        paragraph(run, width, out)?;
        writeln!(out, "{}\n", fitting(run, width))?;
        writeln!(out, "{}", cost(run))?;
        if let Some(beside) = &run.beside_first {
            writeln!(out, "{}", comparison(beside, &document.runs[0].label()))?;
        }
    }
    let rest = rest(document);
    if !rest.is_empty() {
        writeln!(out)?;
    }
    rest.iter().try_for_each(|line| writeln!(out, "{line}"))?;
    document.warnings.iter().try_for_each(|warning| writeln!(out, "warning: {warning}"))
}

/// Writes `document` in Markdown.
pub fn write_markdown(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    heading(document, out)?;
    for run in &document.runs {
        writeln!(out, "\n**{}**: {}\n", run.label(), counted(run))?;
        writeln!(out, "{}\n", grid(run, presets::ASCII_MARKDOWN, &[]))?;
        writeln!(out, "- {}", cost(run))?;
        if let Some(beside) = &run.beside_first {
            writeln!(out, "- {}", comparison(beside, &document.runs[0].label()))?;
        }
    }
    rest(document).iter().try_for_each(|line| writeln!(out, "- {line}"))?;
    document.warnings.iter().try_for_each(|warning| writeln!(out, "- warning: {warning}"))
}

/// The program and the machine.
fn heading(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    let Machine { cpu, cores, os, arch, features, .. } = &document.machine;
    let cpu = cpu.as_deref().unwrap_or("an unnamed processor");
    let cores = if *cores == 1 { "1 core".to_owned() } else { format!("{cores} cores") };
    let about = [cores, format!("{os} {arch}")].into_iter().chain((!features.is_empty()).then(|| features.join(" ")));
    writeln!(out, "posture {} on {cpu} ({})", document.version, about.collect::<Vec<_>>().join(", "))
}

/// What a run was made on.
fn paragraph(run: &Run, width: usize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}, loaded in {} ms", run.label(), digits(run.load_ms))?;
    for picture in &run.pictures {
        let nobody = if picture.person { "" } else { ": nobody seen, so no measurements to time" };
        let line = format!("{}, {}×{}{nobody}", picture.source, picture.width, picture.height);
        writeln!(out, "{}", cut(&line, width))?;
    }
    writeln!(out, "{}\n", counted(run))
}

/// How many frames, and why not more of them.
fn counted(run: &Run) -> String {
    let why = match run.stopped {
        Stopped::Frames => "",
        Stopped::Seconds => "; the time was up",
        Stopped::Stable => "; the median stood still",
        Stopped::Ended => "; the source ended",
    };
    format!("{} frames after {} to warm up{why}; times in ms", run.frames, run.warm_up)
}

/// `line` no longer than `width`.
fn cut(line: &str, width: usize) -> String {
    match line.chars().count() <= width {
        true => line.to_owned(),
        false => line.chars().take(width.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// The table of a run with as many columns as fit.
fn fitting(run: &Run, width: usize) -> String {
    let fits = |text: &String| text.lines().all(|line| line.chars().count() <= width);
    let narrower = (0..=SPARED.len()).map(|spared| grid(run, presets::NOTHING, &SPARED[..spared]));
    let mut last = String::new();
    for text in narrower {
        last = text;
        if fits(&last) {
            break;
        }
    }
    last
}

/// The table of a run, without the columns `spared` and those that have nothing to say.
fn grid(run: &Run, style: TableStyle, spared: &[&str]) -> String {
    let mut table = Table::new();
    table.load_style(style).set_header(
        [Cell::new("stage")]
            .into_iter()
            .chain(COLUMNS.map(|title| Cell::new(title).set_alignment(CellAlignment::Right))),
    );
    for row in run.rows() {
        table.add_row([row.stage.clone()].into_iter().chain(cells(run, row)));
    }
    let compared = run.rows().any(|row| row.ratio.is_some());
    let uneven = run.rows().any(|row| row.frames != run.total.frames);
    if let Some(stage) = table.column_mut(0).filter(|_| style == presets::NOTHING) {
        stage.set_padding((0, 1));
    }
    for (column, title) in table.column_iter_mut().skip(1).zip(COLUMNS) {
        column.set_cell_alignment(CellAlignment::Right);
        let empty = title == "× old" && !compared || title == "frames" && !uneven;
        if empty || spared.contains(&title) {
            column.set_constraint(ColumnConstraint::Hidden);
        }
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// A line of the table, in the order of [`COLUMNS`].
fn cells(run: &Run, row: &Row) -> [String; 10] {
    let deviation = format!("{} ± {}", digits(row.mean_ms), digits(row.deviation_ms));
    let [median, min, p95, p99, max, cpu] =
        [row.median_ms, row.min_ms, row.p95_ms, row.p99_ms, row.max_ms, row.cpu_ms].map(digits);
    let share = run.share(row).map_or_else(String::new, |share| format!("{:.0} %", 100.0 * share));
    let ratio = row.ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
    [median, deviation, min, p95, p99, max, cpu, share, ratio, row.frames.to_string()]
}

/// What a run costs in use.
fn cost(run: &Run) -> String {
    format!(
        "{:.0} frames/s on one core; at {} frames/s an hour takes {} s of CPU time",
        run.frames_per_second,
        run.fps,
        digits(run.cpu_seconds_per_hour)
    )
}

/// A run beside the first.
fn comparison(beside: &BesideFirst, first: &str) -> String {
    let mut line = format!("{:.2} × the time of {first} ({:.2} × in CPU time)", beside.wall_ratio, beside.cpu_ratio);
    if let Some(apart) = &beside.disagreement {
        line += &match &apart.farthest {
            Some(part) => format!(
                "; {} keypoints apart by {:.1} px in the median, {:.1} at most ({part})",
                apart.keypoints, apart.median_px, apart.max_px
            ),
            None => "; no keypoint in common".to_owned(),
        };
        if apart.one_alone > 0 {
            line += &format!("; {} seen by one of them alone", apart.one_alone);
        }
    }
    line
}

/// What was measured besides the stages, a line each.
fn rest(document: &Document) -> Vec<String> {
    let megabytes = |bytes: u64| format!("{:.0} MB", bytes as f64 / 1e6);
    let start = document.start.as_ref().map(|start| {
        let memory = start.peak_memory_bytes.map_or_else(String::new, |bytes| format!(", {}", megabytes(bytes)));
        format!(
            "process start to first pose: {} ms (at best {}, CPU {}), {} of them to load the network{memory}",
            digits(start.cold_ms),
            digits(start.cold_min_ms),
            digits(start.cold_cpu_ms),
            digits(start.load_ms)
        )
    });
    let steps = document.start.as_ref().map(|start| &start.load_steps).filter(|steps| !steps.is_empty()).map(|steps| {
        let step = |step: &Step| format!("{} {}", step.step, digits(step.cpu_ms));
        format!("loading the network, CPU ms: {}", steps.iter().map(step).collect::<Vec<_>>().join(", "))
    });
    let threads = document.throughput.as_ref().map(|all| {
        format!(
            "{} threads: {:.0} frames/s, {:.2} × one alone (CPU {} ms a frame, alone {})",
            all.threads,
            all.frames_per_second,
            all.speedup,
            digits(all.cpu_ms),
            digits(all.alone_cpu_ms)
        )
    });
    let energy = document.joules_per_frame.map(|joules| format!("energy: {joules:.3} J a frame, whole processor"));
    let memory = document.peak_memory_bytes.map(|bytes| format!("peak memory of this bench: {}", megabytes(bytes)));
    [start, steps, threads, energy, memory].into_iter().flatten().collect()
}

/// With about three digits that mean something.
pub fn digits(value: f64) -> String {
    let decimals = match value {
        100.0.. => 0,
        10.0.. => 1,
        1.0.. => 2,
        _ => 3,
    };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::bench::document::tests::{document, full_document};

    fn table(document: &Document, width: usize) -> String {
        let mut out = Vec::new();
        write_within(document, width, &mut out).expect("memory takes all");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn times_are_printed_with_three_digits() {
        for (value, printed) in [(0.003, "0.003"), (0.512, "0.512"), (1.234, "1.23"), (45.678, "45.7"), (123.4, "123")]
        {
            assert_eq!(digits(value), printed);
        }
    }

    #[test]
    fn a_narrow_terminal_gets_fewer_columns_and_never_a_broken_line() {
        let stages = |width| table(&document(), width).lines().skip(6).take(5).map(str::to_owned).collect::<Vec<_>>();
        for (width, titles) in [
            (90, "stage      median       mean ± σ    min    p95    p99    max    CPU  share"),
            (72, "stage      median       mean ± σ    min    p95    max    CPU  share"),
            (64, "stage      median       mean ± σ    min    p95    CPU  share"),
            (40, "stage      median    p95    CPU"),
            (30, "stage      median    CPU"),
            (10, "stage      median    CPU"),
        ] {
            let stages = stages(width);
            let squeezed = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(squeezed(&stages[0]), squeezed(titles), "{width}");
            assert!(width < 30 || stages.iter().all(|line| line.chars().count() <= width), "{stages:?}");
            assert_eq!(stages.len(), 5, "one line to a stage");
        }
    }

    #[test]
    fn the_table_is_as_it_should_be() {
        insta::assert_snapshot!("table", table(&document(), 100));
        insta::assert_snapshot!("table_of_everything", table(&full_document(), 100));
    }

    #[test]
    fn markdown_is_as_it_should_be() {
        let mut out = Vec::new();
        write_markdown(&full_document(), &mut out).expect("memory takes all");
        insta::assert_snapshot!("markdown", String::from_utf8(out).expect("text"));
    }

    #[test]
    fn stages_that_some_frames_missed_and_earlier_figures_get_their_columns() {
        let mut document = document();
        document.runs[0].stages[2].frames = 300;
        for row in document.runs[0].stages.iter_mut().skip(1) {
            row.ratio = Some(1.25);
        }
        insta::assert_snapshot!("compared", table(&document, 120));
    }
}
