//! Reports as text for a terminal, with ANSI styles that the stream drops where they do not belong.

mod photo;

use std::{
    collections::BTreeSet,
    fmt::{self, Display},
    io::{self, Write},
};

use anstyle::{AnsiColor, Style};

use super::{direction, quantity, remedies, remedy, seen_from, whole};
use crate::{
    measure::{Metric, Reading, Reason, Reference, Unit, obstacle},
    pipeline::Report,
    pose::Pose,
    rules::{Direction, Finding, Rules, Severity, Signal},
    stretches::{Advice, Dose, Repetition, Stretch, StretchId, Stretches},
};

const HEADING: Style = Style::new().bold();
const VALUE: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();
const STRETCH: Style = AnsiColor::Green.on_default().bold();

/// Lines are broken before this column.
const WIDTH: usize = 100;

/// What only a view from the side shows.
const FROM_THE_SIDE: [Metric; 4] =
    [Metric::CraniovertebralAngle, Metric::NeckFlexion, Metric::ShoulderProtraction, Metric::TrunkLean];

/// Why else a metric is not measured.
const OTHER_REASONS: [Reason; 8] = [
    Reason::Dark,
    Reason::Crowded,
    Reason::Hidden,
    Reason::CutOff,
    Reason::HeadTurned,
    Reason::Contradiction,
    Reason::Uncertain,
    Reason::Model,
];

/// Where values begin.
const COLUMN: usize = 44;

/// Writes one report after another, and what has to be said once at the end.
#[derive(Debug)]
pub struct Text<'a> {
    rules: &'a Rules,
    stretches: &'a Stretches,
    /// Stretches whose steps have been written.
    explained: BTreeSet<StretchId>,
    has_findings: bool,
}

impl<'a> Text<'a> {
    /// A writer that takes the words of rules and stretches from these tables.
    pub fn new(rules: &'a Rules, stretches: &'a Stretches) -> Self {
        Self { rules, stretches, explained: BTreeSet::new(), has_findings: false }
    }

    /// Writes what one photo said, and an empty line. The steps of a stretch are written the first time it comes up.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn report(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{HEADING}{}{HEADING:#}", report.source)?;
        match &report.person {
            None => match obstacle(&report.scene).filter(|_| report.by_hand.is_none()) {
                Some(reason) => {
                    writeln!(out, "  Nobody seen: {}.", reason.explain())?;
                    paragraph(out, Style::new(), "  ", remedy(reason).unwrap_or_default())?;
                }
                None => {
                    writeln!(out, "  Nobody seen{}.", if report.by_hand.is_some() { " by the network" } else { "" })?
                }
            },
            Some((_, reading)) => writeln!(out, "  Seen {}.", seen_from(reading.view, reading.facing))?,
        }
        if let Some(by_hand) = &report.by_hand {
            photo::by_hand(by_hand, report, out)?;
        } else if let Some((pose, reading)) = &report.person {
            measurements(reading, out)?;
            unmeasured(pose, reading, out)?;
        }
        if let Some(comparison) = &report.compared {
            photo::comparison(comparison, report, out)?;
        }
        for finding in &report.findings {
            self.has_findings = true;
            self.finding(finding, out)?;
        }
        for advice in &report.advice {
            self.advice(advice, out)?;
        }
        writeln!(out)
    }

    /// Writes what holds for all reports together.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn end(&self, out: &mut dyn Write) -> io::Result<()> {
        let safety = self.stretches.safety();
        if self.has_findings {
            let against =
                "A photo alone is held against bands of the population, not against your own upright baseline.";
            paragraph(out, QUIET, "", against)?;
        }
        if !self.explained.is_empty() {
            paragraph(out, QUIET, "", &safety.stop)?;
        }
        paragraph(out, QUIET, "", &safety.disclaimer)
    }

    fn finding(&self, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let style = severity_style(finding.severity);
        let rule = self.rules.get(&finding.rule);
        let title = rule.map_or(finding.rule.0.as_str(), |rule| rule.title.as_str());
        let signal = rule
            .into_iter()
            .flat_map(|rule| &rule.signals)
            .find(|signal| signal.metric == finding.by.metric && signal.reference == finding.by.reference);
        let band = signal.map(|signal| band(signal, finding)).unwrap_or_default();
        let shown = format!("{} {}{band}", finding.by.metric.title(), quantity(&finding.by));
        writeln!(out, "  {style}{title}: {}{style:#} ({shown})", severity(finding.severity))?;
        match rule {
            Some(rule) => {
                paragraph(out, Style::new(), "    ", &rule.why)?;
                paragraph(out, Style::new(), "    ", &rule.setup_tip)
            }
            None => Ok(()),
        }
    }

    /// Writes a stretch with its dose; its steps and cautions the first time it comes up.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn advice(&mut self, advice: &Advice, out: &mut dyn Write) -> io::Result<()> {
        let Some(stretch) = self.stretches.get(&advice.stretch) else {
            return writeln!(out, "  {STRETCH}Try: {}{STRETCH:#}", advice.stretch.0);
        };
        let Stretch { words, dose, .. } = stretch;
        if !self.explained.insert(stretch.id.clone()) {
            return writeln!(out, "  {STRETCH}Try: {}{STRETCH:#}, as above", words.name);
        }
        writeln!(out, "  {STRETCH}Try: {}{STRETCH:#}, {}", words.name, in_words(dose))?;
        for (number, step) in (1..).zip(&words.steps) {
            paragraph(out, Style::new(), &format!("    {number}. "), step)?;
        }
        for caution in &words.cautions {
            paragraph(out, QUIET, "    ", caution)?;
        }
        Ok(())
    }
}

fn measurements(reading: &Reading, out: &mut dyn Write) -> io::Result<()> {
    for measurement in &reading.measurements {
        let from_baseline = match measurement.reference {
            Reference::Absolute => "",
            Reference::Baseline => ", from baseline",
        };
        let title = format!("{}{from_baseline}", measurement.metric.title());
        let meaning = direction(measurement).map(|meaning| format!(", {meaning}")).unwrap_or_default();
        let value = quantity(measurement);
        writeln!(out, "    {title:width$}{VALUE}{value}{VALUE:#}{meaning}", width = COLUMN - 4)?;
    }
    Ok(())
}

/// One line for each reason, and the way out where there is one.
fn unmeasured(pose: &Pose, reading: &Reading, out: &mut dyn Write) -> io::Result<()> {
    let because = |reason| reading.unmeasured.iter().filter(move |u| u.because == reason).map(|u| u.metric);
    let (side, front): (Vec<_>, Vec<_>) = because(Reason::View).partition(|metric| FROM_THE_SIDE.contains(metric));
    let other = OTHER_REASONS.map(|reason| (format!("Not measured, {}", reason.explain()), because(reason).collect()));
    let groups = [("Only from the side".to_owned(), side), ("Only from the front".to_owned(), front)];
    for (why, metrics) in groups.into_iter().chain(other) {
        if !metrics.is_empty() {
            let names: Vec<_> = metrics.into_iter().map(short_title).collect();
            paragraph(out, QUIET, "    ", &format!("{why}: {}.", names.join(", ")))?;
        }
    }
    remedies(pose, reading).iter().try_for_each(|how| paragraph(out, Style::new(), "  ", how))
}

/// The title of a metric without what it is divided by or counted to.
pub fn short_title(metric: Metric) -> &'static str {
    let title = metric.title();
    title.split_once(" / ").or(title.split_once(" to ")).map_or(title, |(short, _)| short)
}

/// The thresholds between which a finding lies, and whether its error reaches back across the first one.
fn band(signal: &Signal, finding: &Finding) -> String {
    let unit = match finding.by.unit() {
        Unit::Deg => "°",
        Unit::Cm => " cm",
        Unit::S => " s",
        Unit::Ratio => "",
    };
    let bound = |threshold: f32| match finding.by.unit() {
        Unit::Deg | Unit::Cm | Unit::S => format!("{}{unit}", whole(threshold)),
        Unit::Ratio => format!("{threshold:.2}"),
    };
    let index = finding.severity as usize;
    let from = bound(signal.thresholds[index]);
    let name = severity(finding.severity);
    let range = match (signal.thresholds.get(index + 1).copied().map(bound), signal.direction) {
        (Some(to), Direction::Below) => format!("{name} is {to} to {from}"),
        (Some(to), Direction::Above | Direction::Either) => format!("{name} is {from} to {to}"),
        (None, Direction::Below) => format!("{name} is below {from}"),
        (None, Direction::Above | Direction::Either) => format!("{name} is above {from}"),
    };
    let value = if signal.direction == Direction::Either { finding.by.value.abs() } else { finding.by.value };
    let first = signal.thresholds[0];
    let doubtful = if (value - first).abs() < finding.by.uncertainty {
        format!("; its error reaches past {}", bound(first))
    } else {
        String::new()
    };
    format!("; {range}{doubtful}")
}

/// The name of a severity.
pub const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Mild => "mild",
        Severity::Moderate => "moderate",
        Severity::Marked => "marked",
    }
}

/// How a severity looks.
pub const fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Mild => AnsiColor::Yellow.on_default(),
        Severity::Moderate => AnsiColor::Yellow.on_default().bold(),
        Severity::Marked => AnsiColor::Red.on_default().bold(),
    }
}

/// A dose: `5 × 5 s`, `2 sets of 8 × 4 s, each side`.
pub fn in_words(dose: &Dose) -> String {
    let Dose { repetition, reps, sets, per_side, .. } = dose;
    let sets = if *sets > 1 { format!("{sets} sets of ") } else { String::new() };
    let side = if *per_side { ", each side" } else { "" };
    let length = repetition.length().as_secs();
    match repetition {
        Repetition::Hold(_) if *reps == 1 => format!("{sets}hold {length} s{side}"),
        Repetition::Hold(_) => format!("{sets}{reps} × {length} s{side}"),
        Repetition::Move(_) => format!("{sets}{reps} times, {length} s each{side}"),
    }
}

/// Writes `text` in `style` after `lead`, further lines indented as deep, broken before column 100.
pub fn paragraph(out: &mut dyn Write, style: Style, lead: &str, text: &str) -> io::Result<()> {
    let depth = lead.chars().count();
    let mut line = String::new();
    let mut lead = lead.to_owned();
    for word in text.split_whitespace() {
        if !line.is_empty() && depth + line.chars().count() + 1 + word.chars().count() > WIDTH {
            writeln!(out, "{lead}{}", Styled(style, &line))?;
            line.clear();
            lead = " ".repeat(depth);
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    writeln!(out, "{lead}{}", Styled(style, &line))
}

/// Text in a style.
struct Styled<'a>(Style, &'a str);

impl Display for Styled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(style, text) = self;
        write!(f, "{style}{text}{style:#}")
    }
}

#[cfg(test)]
mod tests;
