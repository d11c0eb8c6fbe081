//! The stretch that is being guided, in place of the measurements.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Modifier, Style},
    text::Line,
    widgets::{Block, Paragraph, Widget, Wrap},
};

use crate::sink::Taught;

const QUIET: Style = Style::new().add_modifier(Modifier::DIM);
const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);

/// What is shown of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    pub name: String,
    steps: Vec<String>,
    /// What was said last.
    pub cue: String,
    now: String,
    part: (usize, usize),
}

impl Lesson {
    /// What is shown of `taught` after `before`.
    pub fn new(taught: &Taught<'_>, before: Option<&Self>) -> Self {
        let cue = taught.said.last().or(before.map(|before| &before.cue)).cloned();
        Self {
            name: taught.stretch.words.name.clone(),
            steps: taught.stretch.words.steps.clone(),
            cue: cue.unwrap_or_default(),
            now: taught.now.clone(),
            part: taught.part,
        }
    }

    /// How far it is.
    pub fn progress(&self) -> String {
        let (number, of) = self.part;
        format!("Part {number} of {of} of the stretch; posture is not judged meanwhile.")
    }

    /// Draws it within `block`.
    pub fn draw(&self, block: Block<'_>, area: Rect, canvas: &mut Buffer) {
        let mut lines = vec![Line::default(), Line::styled(format!("  {}", self.now), BOLD), Line::default()];
        let steps = self.steps.iter().enumerate();
        lines.extend(steps.map(|(number, step)| Line::styled(format!(" {}. {step}", number + 1), QUIET)));
        Paragraph::new(lines).wrap(Wrap { trim: false }).block(block).render(area, canvas);
    }
}
