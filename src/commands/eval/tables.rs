//! An evaluation as tables for people.

use std::io::{self, Write};

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use crate::evaluation::{Derived, Evaluation, Presence, Row};

/// Writes all tables to `out`.
pub fn write(evaluation: &Evaluation, out: &mut dyn Write) -> io::Result<()> {
    presence(&evaluation.presence, out)?;
    writeln!(out, "\nKeypoints: error ÷ size of the person, seen keypoints")?;
    points(evaluation.points.iter().filter(|row| row.visible), out)?;
    if evaluation.points.iter().any(|row| !row.visible && row.view == "all") {
        writeln!(out, "\nThe same, hidden keypoints, all views")?;
        points(evaluation.points.iter().filter(|row| !row.visible && row.view == "all"), out)?;
    }
    if let Some([outward, down]) = evaluation.shoulder_offset {
        writeln!(out, "Front shoulders lie {outward:+.3} outward and {down:+.3} down on the median.")?;
    }
    derived(&evaluation.derived, out)?;
    angles(evaluation, out)?;
    views(evaluation, out)?;
    reliability(evaluation, out)
}

/// A table without frames whose first `text` columns are words and the others numbers.
fn table<const N: usize>(text: usize, header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled).set_header(header);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if index >= text {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

fn presence(presence: &Presence, out: &mut dyn Write) -> io::Result<()> {
    let Presence { people, found, empty, seen_in_empty, unmeasured, .. } = *presence;
    writeln!(out, "Somebody found in {found} of {people} pictures of people{}.", percent(presence.recall))?;
    if empty > 0 {
        writeln!(out, "Somebody seen in {seen_in_empty} of {empty} pictures of nobody.")?;
    }
    writeln!(out, "Nothing measured of {unmeasured} of the {found} found{}.", percent(presence.refusal_rate))
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(String::new, |share| format!(" ({:.1} %)", 100.0 * share))
}

fn number(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.decimals$}"))
}

fn points<'a>(rows: impl Iterator<Item = &'a Row>, out: &mut dyn Write) -> io::Result<()> {
    let mut table =
        table(2, ["view", "keypoints", "n", "missing", "median", "p90", "within .05", "within .1", "within .2"]);
    for row in rows {
        let [a, b, c] = row.pck.map(|share| format!("{:.0} %", 100.0 * share));
        let (n, missing) = (row.n.to_string(), row.missing.to_string());
        table.add_row([&row.view, &row.group, &n, &missing, &number(row.median, 3), &number(row.p90, 3), &a, &b, &c]);
    }
    writeln!(out, "{}", table.trim_fmt())
}

fn derived(rows: &[Derived], out: &mut dyn Write) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nWhat follows from them: absolute error")?;
    let mut table = table(2, ["quantity", "unit", "n", "missing", "median", "mean", "p90", "bias", "in its band"]);
    for row in rows {
        let held = row.held.map_or_else(|| "–".to_owned(), |share| format!("{:.0} %", 100.0 * share));
        table.add_row([
            row.name.to_owned(),
            row.unit.to_owned(),
            row.n.to_string(),
            row.missing.to_string(),
            number(row.median, 2),
            number(row.mean, 2),
            number(row.p90, 2),
            number(row.bias, 2),
            held,
        ]);
    }
    writeln!(out, "{}", table.trim_fmt())
}

fn angles(evaluation: &Evaluation, out: &mut dyn Write) -> io::Result<()> {
    if evaluation.angles.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nCraniovertebral angles measured by hand, degrees")?;
    let mut table = table(1, ["photo", "by hand", "in the picture", "as measured"]);
    for angle in &evaluation.angles {
        let measured = angle.measured.map_or_else(
            || "cannot tell".to_owned(),
            |[value, uncertainty]| format!("{value:.0} ± {:.0}", uncertainty.max(1.0)),
        );
        let in_picture = number(angle.in_picture.map(f64::from), 1);
        table.add_row([angle.file.clone(), format!("{:.1}", angle.truth), in_picture, measured]);
    }
    writeln!(out, "{}", table.trim_fmt())
}

fn views(evaluation: &Evaluation, out: &mut dyn Write) -> io::Result<()> {
    if evaluation.views.by_view.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nViews")?;
    let mut table = table(1, ["view", "n", "named rightly"]);
    for (view, n, right) in &evaluation.views.by_view {
        table.add_row([view.clone(), n.to_string(), format!("{:.0} %", 100.0 * *right as f64 / *n as f64)]);
    }
    writeln!(out, "{}", table.trim_fmt())?;
    match evaluation.views.trunk_yaw_median {
        Some(median) => writeln!(out, "Turn of the trunk: median error {median:.1}°."),
        None => Ok(()),
    }
}

fn reliability(evaluation: &Evaluation, out: &mut dyn Write) -> io::Result<()> {
    if evaluation.reliability.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nWhat scores mean: share seen and within 0.1 of the truth")?;
    let mut table = table(1, ["score", "n", "right"]);
    for row in &evaluation.reliability {
        let scores = format!("{:.1} to {:.1}", row.from, row.to);
        table.add_row([scores, row.n.to_string(), format!("{:.0} %", 100.0 * row.right)]);
    }
    writeln!(out, "{}", table.trim_fmt())
}
