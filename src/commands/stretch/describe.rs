//! Lists of stretches and all about one.

use std::io::{self, Write};

use anstyle::Style;

use crate::{
    report::paragraph,
    stretches::{Dose, Labels, Position, Repetition, SeenFrom, Stretch, Stretches},
};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const PLAIN: Style = Style::new();

/// All stretches, those for the desk first.
pub(super) fn all(stretches: &Stretches, out: &mut dyn Write) -> io::Result<()> {
    let labels = &stretches.phrases().labels;
    let wide = stretches.iter().map(|stretch| stretch.id.0.len()).max().unwrap_or(0);
    let mut listed: Vec<&Stretch> = stretches.iter().collect();
    listed.sort_by_key(|stretch| !stretch.desk_friendly);
    for stretch in listed {
        let (id, name) = (&stretch.id.0, &stretch.words.name);
        writeln!(out, "{BOLD}{id:wide$}{BOLD:#}  {name}")?;
        let about = format!(
            "{}; {}; {}",
            position(stretch.position, labels),
            dose(&stretch.dose, labels),
            eye(stretch, labels)
        );
        paragraph(out, DIM, &" ".repeat(wide + 2), &about)?;
    }
    writeln!(out)?;
    paragraph(out, PLAIN, "", &labels.guide_it)?;
    paragraph(out, DIM, "", &stretches.safety().stop)
}

/// All about one stretch.
pub(super) fn one(stretch: &Stretch, stretches: &Stretches, out: &mut dyn Write) -> io::Result<()> {
    let labels = &stretches.phrases().labels;
    before(stretch, stretches, out)?;
    let words = &stretch.words;
    for (label, text) in [
        (&labels.breathing, &words.breathing),
        (&labels.easier, &words.easier),
        (&labels.evidence, &words.evidence),
        (&labels.source, &words.source),
    ] {
        paragraph(out, PLAIN, &format!("  {label}: "), text)?;
    }
    Ok(())
}

/// What has to be known before one begins: how much, how, where from a camera sees it, and when not.
pub(super) fn before(stretch: &Stretch, stretches: &Stretches, out: &mut dyn Write) -> io::Result<()> {
    let (labels, words) = (&stretches.phrases().labels, &stretch.words);
    writeln!(out, "{BOLD}{}{BOLD:#} ({})", words.name, stretch.id.0)?;
    let amount = format!("{}, {}", position(stretch.position, labels), dose(&stretch.dose, labels));
    paragraph(out, PLAIN, &format!("  {}: ", labels.targets), &words.targets)?;
    paragraph(out, PLAIN, &format!("  {}: ", labels.dose), &amount)?;
    paragraph(out, PLAIN, &format!("  {}: ", labels.seen), &eye(stretch, labels))?;
    for (number, step) in words.steps.iter().enumerate() {
        paragraph(out, PLAIN, &format!("  {}. ", number + 1), step)?;
    }
    for caution in &words.cautions {
        paragraph(out, PLAIN, &format!("  {}: ", labels.cautions), caution)?;
    }
    paragraph(out, DIM, "  ", &stretches.safety().stop)
}

fn position(position: Position, labels: &Labels) -> &str {
    match position {
        Position::Seated => &labels.seated,
        Position::Standing => &labels.standing,
        Position::SeatedOrStanding => &labels.seated_or_standing,
        Position::Kneeling => &labels.kneeling,
        Position::Lying => &labels.lying,
    }
}

/// `2 × 20 s, each side`, `12 times, 2 sets`.
fn dose(dose: &Dose, labels: &Labels) -> String {
    let Dose { repetition, reps, sets, per_side, .. } = *dose;
    let mut text = match repetition {
        Repetition::Hold(length) if reps == 1 => format!("{} s", length.as_secs()),
        Repetition::Hold(length) => format!("{reps} × {} s", length.as_secs()),
        Repetition::Move(_) => format!("{reps} {}", labels.times),
    };
    if per_side {
        text = format!("{text}, {}", labels.each_side);
    }
    if sets > 1 {
        text = format!("{text}, {sets} {}", labels.sets);
    }
    text
}

/// How a camera takes part.
fn eye(stretch: &Stretch, labels: &Labels) -> String {
    let Some(seen) = stretch.seen else { return labels.by_clock.clone() };
    let how = if seen.counts() { &labels.by_count } else { &labels.by_hold };
    let from = match seen.from() {
        SeenFrom::Front => &labels.from_front,
        SeenFrom::Side => &labels.from_side,
        SeenFrom::Either => &labels.from_either,
    };
    let arms = if seen.needs_arms() { format!(", {}", labels.with_arms) } else { String::new() };
    format!("{how}, {from}{arms}")
}
