//! Where on the terminal everything goes. Words and characters carry all of it; colour repeats it.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    style::{Color, Modifier, Style},
    symbols::border,
    text::{Line, Span, Text},
    widgets::{Block, Borders, Paragraph, Sparkline, SparklineBar, Widget, Wrap},
};

use super::{
    gauge::{self, gauge},
    history::STEP,
    keys::{KEYS, LESSON_KEYS},
    screen::{Screen, style},
    skeleton::skeleton,
};
use crate::{
    measure::{Measurement, Metric, Reading, Reason, Reference, Unmeasured, View},
    report::{quantity, short_title},
    rules::Severity,
    sink::words::{clock, lasting},
};

const QUIET: Style = Style::new().add_modifier(Modifier::DIM);
const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);

/// Where a line across meets one down.
const CORNER: border::Set<'_> = border::Set { top_left: "┬", ..border::PLAIN };

/// Widths of a measurement's name and value; its gauge gets the rest, up to a limit.
const NAME: usize = 22;
const VALUE: usize = 12;
const LONGEST_GAUGE: usize = 64;

/// Eighths of a character that a column of the history is high when the level is marked.
const TOP: u64 = 16;

impl Widget for &Screen<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        draw(self, area, buffer);
    }
}

fn draw(screen: &Screen<'_>, area: Rect, canvas: &mut Buffer) {
    let said = (area.height / 4).saturating_sub(3);
    let rows = [
        Constraint::Length(1),
        Constraint::Length(5),
        Constraint::Min(0),
        Constraint::Length(3),
        Constraint::Length(said),
        Constraint::Length(1),
        Constraint::Length(1),
    ];
    let [title, headline, middle, history, log, next, keys] = Layout::vertical(rows).areas(area);
    self::title(screen, title, canvas);
    self::headline(screen, headline, canvas);
    if screen.help {
        help(middle, canvas);
    } else {
        let columns = [Constraint::Min(40), Constraint::Percentage(38)];
        let [left, right] = Layout::horizontal(columns).areas(middle);
        match &screen.lesson {
            Some(lesson) => lesson.draw(section("Guided stretch"), left, canvas),
            None => measurements(screen, left, canvas),
        }
        person(screen, right, canvas);
    }
    self::history(screen, history, canvas);
    self::log(screen, log, canvas);
    Line::from(vec![Span::styled(" Next  ", QUIET), Span::raw(screen.next())]).render(next, canvas);
    let names: Vec<String> = match screen.lesson {
        Some(_) => LESSON_KEYS.iter().map(|(key, name)| format!("{key} {name}")).collect(),
        None => KEYS.iter().map(|(key, name, _)| format!("{key} {name}")).collect(),
    };
    Line::styled(format!(" {}", names.join("  ")), QUIET).render(keys, canvas);
}

fn title(screen: &Screen<'_>, area: Rect, canvas: &mut Buffer) {
    let bar = Style::new().add_modifier(Modifier::REVERSED);
    let right = format!("{} ", clock(screen.at));
    let width = usize::from(area.width).saturating_sub(right.chars().count());
    let left = format!(" posture · {}", screen.source);
    let left: String = left.chars().take(width).collect();
    Line::styled(format!("{left:width$}{right}"), bar).render(area, canvas);
}

fn headline(screen: &Screen<'_>, area: Rect, canvas: &mut Buffer) {
    let (words, style) = screen.headline();
    let text = Text::from(vec![Line::styled(words, style), Line::raw(screen.why())]);
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    Paragraph::new(text).wrap(Wrap { trim: true }).render(inner, canvas);
}

/// A line across, with a title in it.
fn section(title: impl Into<String>) -> Block<'static> {
    Block::new().borders(Borders::TOP).border_style(QUIET).title(Span::styled(format!(" {} ", title.into()), QUIET))
}

fn measurements(screen: &Screen<'_>, area: Rect, canvas: &mut Buffer) {
    let block = section("Measured, and how far from your baseline");
    let inner = block.inner(area);
    block.render(area, canvas);
    let Some((_, reading)) = screen.person() else { return };
    let width = usize::from(inner.width).saturating_sub(NAME + VALUE + 3).min(LONGEST_GAUGE);
    let absolute = reading.measurements.iter().filter(|m| m.reference == Reference::Absolute);
    let mut lines: Vec<Line<'_>> = absolute.map(|m| measurement(screen, reading, m, width)).collect();
    if lines.is_empty() {
        lines.push(Line::styled(" Nothing can be measured from here.", QUIET));
    } else {
        let legend = format!(" {} your baseline   {} mild, moderate, marked", gauge::BASELINE, gauge::THRESHOLD);
        lines.extend([Line::default(), Line::styled(legend, QUIET)]);
    }
    lines.push(Line::default());
    lines.extend(unmeasured(reading).into_iter().map(|line| Line::styled(line, QUIET)));
    Paragraph::new(lines).wrap(Wrap { trim: false }).render(inner, canvas);
}

/// A line for each reason for which something could not be measured, with what that is.
fn unmeasured(reading: &Reading) -> Vec<String> {
    let mut reasons: Vec<(Reason, Vec<&str>)> = Vec::new();
    for Unmeasured { metric, because, .. } in &reading.unmeasured {
        match reasons.iter_mut().find(|(reason, _)| reason == because) {
            Some((_, names)) => names.push(short_title(*metric)),
            None => reasons.push((*because, vec![short_title(*metric)])),
        }
    }
    reasons
        .iter()
        .map(|(reason, names)| format!(" Not measured, {}: {}.", reason.explain(), names.join(", ")))
        .collect()
}

/// One measurement: its name, its value, and its deviation as a gauge where a rule holds one against thresholds.
fn measurement(screen: &Screen<'_>, reading: &Reading, now: &Measurement, width: usize) -> Line<'static> {
    let name = format!(" {:NAME$}", shortened(short_title(now.metric), NAME - 1));
    let value = format!("{:VALUE$}", quantity(now));
    let deviation = reading.get(now.metric, Reference::Baseline);
    let drawn = match (deviation, thresholds(screen, now.metric, reading.view)) {
        (Some(by), Some(thresholds)) => {
            // A change smaller than its own error is none, whatever the threshold.
            let beyond = thresholds.iter().filter(|threshold| by.value >= **threshold && by.value > by.uncertainty);
            let severity = beyond.count().checked_sub(1).and_then(|index| Severity::ALL.get(index));
            let style = severity.map_or(Style::new().fg(Color::Green), |severity| style(*severity));
            Span::styled(gauge(by.value, by.uncertainty, thresholds, width), style)
        }
        (None, Some(_)) => Span::styled("no baseline", QUIET),
        // No rule asks how far it is from the baseline.
        (_, None) => Span::raw(""),
    };
    Line::from(vec![Span::raw(name), Span::styled(value, BOLD), drawn])
}

/// `name` in at most `width` characters.
fn shortened(name: &str, width: usize) -> String {
    match name.chars().count() {
        count if count > width => name.chars().take(width.saturating_sub(1)).chain(['…']).collect(),
        _ => name.to_owned(),
    }
}

/// The thresholds that the first rule with a signal of this kind holds the deviation against.
fn thresholds(screen: &Screen<'_>, metric: Metric, view: View) -> Option<[f32; 3]> {
    let signals = screen.rules.iter().flat_map(|rule| &rule.signals);
    let mut fitting = signals.filter(|signal| {
        signal.metric == metric && signal.reference == Reference::Baseline && signal.views.contains(&view)
    });
    fitting.next().map(|signal| signal.thresholds)
}

fn person(screen: &Screen<'_>, area: Rect, canvas: &mut Buffer) {
    let person = screen.person();
    let block = section(screen.pictured()).borders(Borders::TOP | Borders::LEFT).border_set(CORNER);
    let inner = block.inner(area);
    block.render(area, canvas);
    let [picture, quality] = Layout::vertical([Constraint::Min(0), Constraint::Length(1)]).areas(inner);
    if let Some((pose, reading)) = person {
        skeleton(pose, reading.view, picture.width, picture.height).render(picture, canvas);
    }
    Line::styled(format!(" {}", screen.quality()), QUIET).render(quality, canvas);
}

fn history(screen: &Screen<'_>, area: Rect, canvas: &mut Buffer) {
    let width = usize::from(area.width.saturating_sub(2));
    let bars: Vec<SparklineBar> = screen
        .history
        .last(width)
        .map(|level| {
            let height = level.map(|level| {
                let share = (level / Severity::Marked.level()).clamp(0.0, 1.0);
                // Told and at the baseline is a low line; a gap is what could not be told.
                1 + (share * (TOP - 1) as f32).round() as u64
            });
            let style = level.and_then(Severity::of_level).map(style);
            SparklineBar::from(height).style(style.unwrap_or(Style::new().fg(Color::Green)))
        })
        .collect();
    let span = STEP * u32::try_from(bars.len()).unwrap_or(u32::MAX);
    let block = section(format!("Last {}: worst deviation; full height is marked", lasting(span)));
    let inner = block.inner(area);
    block.render(area, canvas);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    Sparkline::default().data(bars).max(TOP).absent_value_symbol(" ").render(inner, canvas);
}

fn log(screen: &Screen<'_>, area: Rect, canvas: &mut Buffer) {
    let block = section("Said");
    let room = usize::from(block.inner(area).height);
    let newest = screen.said.iter().skip(screen.said.len().saturating_sub(room));
    let lines: Vec<Line<'_>> = newest
        .map(|(at, what)| {
            Line::from(vec![Span::styled(format!("{:>8}  ", clock(*at)), QUIET), Span::raw(what.as_str())])
        })
        .collect();
    Paragraph::new(lines).block(block).render(area, canvas);
}

fn help(area: Rect, canvas: &mut Buffer) {
    let lines: Vec<Line<'_>> = KEYS
        .iter()
        .map(|(key, _, what)| Line::from(vec![Span::styled(format!("  {key}  "), BOLD), Span::raw(*what)]))
        .collect();
    Paragraph::new(lines).wrap(Wrap { trim: false }).block(section("Keys")).render(area, canvas);
}
