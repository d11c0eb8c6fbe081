//! What the view shows: the last report, what stands, and what was said, reduced to a headline and its reason.

use std::{collections::VecDeque, time::Duration};

use ratatui::style::{Color, Modifier, Style};

use super::{
    history::History,
    lesson::Lesson,
    light::{light, view},
};
use crate::{
    measure::{Facing, Reading, View},
    monitor::{Event, Standing, State, Suspension},
    pipeline::Report,
    pose::{Pose, Scene},
    report::{in_words, move_camera, seen_from, severity},
    rules::{RuleId, Rules, Severity},
    sink::{
        Taught,
        brief::{brief, title},
        words::{deviation, held, lasting, reason as because, sentence, suspended},
    },
    stretches::{Advice, Stretches},
};

/// How many of the last events are kept.
const SAID: usize = 40;

/// For how long a picture shows the present; at the slowest pace the next one comes sooner.
const PRESENT: Duration = Duration::from_secs(5);

/// How the headline looks; its words say the same.
const PLAIN: Style = Style::new().add_modifier(Modifier::BOLD);
const QUIET: Style = Style::new().add_modifier(Modifier::DIM);
const FINE: Style = Style::new().fg(Color::Green).add_modifier(Modifier::BOLD);
const DUE: Style = Style::new().fg(Color::Cyan).add_modifier(Modifier::BOLD);

/// How a severity looks.
pub const fn style(severity: Severity) -> Style {
    match severity {
        Severity::Mild => Style::new().fg(Color::Yellow),
        Severity::Moderate => Style::new().fg(Color::Yellow).add_modifier(Modifier::BOLD),
        Severity::Marked => Style::new().fg(Color::Red).add_modifier(Modifier::BOLD),
    }
}

/// All that the view shows.
#[derive(Debug)]
pub struct Screen<'a> {
    pub rules: Rules,
    stretches: &'a Stretches,
    /// What people call where the pictures come from.
    pub source: String,
    /// The moment of what was last taken in.
    pub at: Duration,
    /// Who is in the last picture; the outer `None` before the first one.
    seen: Option<Option<(Pose, Reading)>>,
    /// When that was taken.
    taken: Duration,
    state: Option<State>,
    /// The view in which a baseline is being learned.
    learning: Option<View>,
    /// Why posture cannot be read.
    unreadable: Option<String>,
    /// What is recommended, and why, until it is answered or no longer called for.
    advice: Option<(Advice, String)>,
    /// What was said, newest last.
    pub said: VecDeque<(Duration, String)>,
    pub history: History,
    /// What the last picture was like otherwise.
    scene: Scene,
    /// The stretch that is being guided.
    pub lesson: Option<Lesson>,
    /// Whether the keys are explained in place of the rest.
    pub help: bool,
}

impl<'a> Screen<'a> {
    /// A view of which nothing is known yet.
    pub fn new(source: &str, rules: &Rules, stretches: &'a Stretches) -> Self {
        Self {
            rules: rules.clone(),
            stretches,
            source: source.to_owned(),
            at: Duration::ZERO,
            seen: None,
            taken: Duration::ZERO,
            state: None,
            learning: None,
            unreadable: None,
            advice: None,
            said: VecDeque::new(),
            history: History::default(),
            scene: Scene::default(),
            lesson: None,
            help: false,
        }
    }

    pub fn report(&mut self, report: &Report) {
        self.at = self.at.max(report.at);
        self.taken = report.at;
        self.seen = Some(report.person.clone());
        self.scene = report.scene;
    }

    pub fn taught(&mut self, taught: Option<&Taught<'_>>) {
        self.lesson = taught.map(|taught| Lesson::new(taught, self.lesson.as_ref()));
        let Some(taught) = taught else { return };
        self.at = self.at.max(taught.at);
        taught.said.iter().for_each(|what| self.say(taught.at, what.clone()));
        if let Some(report) = taught.report {
            self.report(report);
        }
    }

    pub fn state(&mut self, state: &State) {
        self.at = self.at.max(state.at);
        let level = state.rules.iter().filter_map(|standing| standing.level).reduce(f32::max);
        let told = state.somebody && state.readable && state.paused.is_none();
        self.history.push(state.at, level.filter(|_| told));
        self.state = Some(state.clone());
    }

    pub fn event(&mut self, event: &Event) {
        self.at = self.at.max(event.at());
        match event {
            Event::Unmeasurable { why, .. } => self.unreadable = Some(why.clone()),
            Event::Measurable { .. } | Event::Returned { .. } => self.unreadable = None,
            Event::Learning { view, .. } => self.learning = Some(*view),
            Event::Learned { .. } => self.learning = None,
            Event::Suggested { advice, reason, .. } => {
                self.advice = Some((advice.clone(), format!("{}.", sentence(&because(reason)))));
            }
            Event::BreakDue { advice, rule, lasted, .. } => {
                self.advice = Some((advice.clone(), format!("{} for {}.", self.title(rule), lasting(*lasted))));
            }
            Event::Ended { rule, .. } if self.advice.as_ref().is_some_and(|(advice, _)| advice.because == *rule) => {
                self.advice = None;
            }
            Event::Left { .. } => (self.advice, self.unreadable) = (None, None),
            Event::Dismissed { .. } | Event::Completed { .. } | Event::Paused { .. } | Event::Snoozed { .. } => {
                self.advice = None;
            }
            _ => {}
        }
        self.say(event.at(), brief(event, &self.rules, self.stretches));
    }

    /// Takes down a line that was said.
    pub fn say(&mut self, at: Duration, what: String) {
        self.said.push_back((at, what));
        self.said.drain(..self.said.len().saturating_sub(SAID));
    }

    /// The person in the last picture, while that is not too old to be the present.
    pub fn person(&self) -> Option<&(Pose, Reading)> {
        self.seen.as_ref().and_then(Option::as_ref).filter(|_| self.is_present())
    }

    /// Whether the last picture shows the present.
    fn is_present(&self) -> bool {
        let closed = |state: &State| state.paused.is_some() || state.suspended.is_some_and(Suspension::closes_camera);
        !self.state.as_ref().is_some_and(closed) && self.at.saturating_sub(self.taken) <= PRESENT
    }

    /// What closes the camera, if anything does.
    fn closed(&self) -> Option<Suspension> {
        self.state.as_ref()?.suspended.filter(|because| because.closes_camera())
    }

    /// What the last picture shows, in a few words.
    pub fn pictured(&self) -> String {
        match (self.person(), self.seen.as_ref().filter(|_| self.is_present())) {
            (Some((_, reading)), _) => sentence(&seen_from(reading.view, reading.facing)),
            (None, Some(_)) => "Nobody seen".to_owned(),
            (None, None) => "No picture".to_owned(),
        }
    }

    /// How good light and view are in the last picture.
    pub fn quality(&self) -> String {
        let light = if self.is_present() { light(&self.scene) } else { "" };
        let view = self.person().map_or("", |(_, reading)| view(reading));
        [light, view].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
    }

    /// What stands now, in a few words, and how they look.
    pub fn headline(&self) -> (String, Style) {
        if let Some(lesson) = &self.lesson {
            return (lesson.name.clone(), DUE);
        }
        let state = self.state.as_ref();
        if state.is_some_and(|state| state.paused.is_some()) {
            return ("Paused".to_owned(), PLAIN);
        }
        if self.closed().is_some() {
            return ("Camera closed".to_owned(), PLAIN);
        }
        if self.unreadable.is_some() {
            return ("Posture cannot be read".to_owned(), PLAIN);
        }
        let Some(state) = state.filter(|_| self.seen.is_some()) else {
            return ("Starting".to_owned(), QUIET.add_modifier(Modifier::BOLD));
        };
        if !state.somebody {
            return ("Nobody is there".to_owned(), QUIET.add_modifier(Modifier::BOLD));
        }
        if let Some((advice, _)) = &self.advice {
            return (format!("Time for a stretch: {}", self.stretch(advice)), DUE);
        }
        if let Some(finding) = self.worst().and_then(|standing| standing.finding.as_ref()) {
            let what = format!("{}, {}", self.title(&finding.rule), severity(finding.severity));
            return (what, style(finding.severity));
        }
        if let Some(standing) = self.deviating() {
            return (format!("{}, for a moment", self.title(&standing.rule)), PLAIN);
        }
        if self.learning.is_some() {
            return ("Learning your baseline".to_owned(), DUE);
        }
        match state.rules.iter().any(|standing| standing.level.is_some()) {
            true => ("Near your upright baseline".to_owned(), FINE),
            false => ("Nothing to hold your posture against yet".to_owned(), PLAIN),
        }
    }

    /// Why it says so, and what can be done, in a sentence or two.
    pub fn why(&self) -> String {
        if let Some(lesson) = &self.lesson {
            return lesson.cue.clone();
        }
        let state = self.state.as_ref();
        if let Some(pause) = state.and_then(|state| state.paused) {
            let until = match pause.until {
                Some(until) => format!("It goes on by itself in {}", lasting(until.saturating_sub(self.at))),
                None => "It goes on when you press p".to_owned(),
            };
            return format!("Nothing is measured. {until}; what was measured is kept.");
        }
        if let Some(because) = self.closed() {
            let what = sentence(suspended(because));
            return format!("{what}. It opens by itself afterwards; what was measured is kept.");
        }
        if let Some(why) = &self.unreadable {
            let person = self.person();
            let how = person.and_then(|(pose, reading)| move_camera(reading.view, pose.trunk_yaw)).unwrap_or_default();
            return format!("{}. {how}", sentence(why)).trim_end().to_owned();
        }
        let Some(state) = state.filter(|_| self.seen.is_some()) else {
            return "The first picture is on its way.".to_owned();
        };
        if !state.somebody {
            return "An empty chair counts neither for nor against.".to_owned();
        }
        if let Some((advice, why)) = &self.advice {
            let dose =
                self.stretches.get(&advice.stretch).map(|stretch| format!(" Dose: {}.", in_words(&stretch.dose)));
            return format!("{why}{} Press g to be guided, s for later, n for not now.", dose.unwrap_or_default());
        }
        if let Some((finding, lasted)) =
            self.worst().and_then(|standing| Some((standing.finding.as_ref()?, standing.lasted)))
        {
            let tip = self.rules.get(&finding.rule).map(|rule| rule.setup_tip.clone()).unwrap_or_default();
            return format!("{} for {}. {tip}", sentence(&deviation(&finding.by)), lasting(lasted));
        }
        if self.deviating().is_some() {
            return "It counts once it has lasted.".to_owned();
        }
        match self.learning {
            Some(view) => format!(
                "For half a minute, sit upright, the way you want to sit. You are seen {}; nothing is judged until then.",
                seen_from(view, Facing::Unknown)
            ),
            None => "No deviation is larger than its measurement error and its threshold.".to_owned(),
        }
    }

    /// What comes next, and when.
    pub fn next(&self) -> String {
        let Some(state) = &self.state else { return String::new() };
        if let Some(lesson) = &self.lesson {
            return lesson.progress();
        }
        if state.paused.is_some() {
            return "Nothing is recommended while paused.".to_owned();
        }
        if self.closed().is_some() {
            return "Nothing is recommended while the camera is closed.".to_owned();
        }
        if let Some(until) = state.snoozed {
            return format!("Snoozed: recommendations wait for {}.", lasting(until.saturating_sub(self.at)));
        }
        if let Some(because) = state.held.first() {
            let owed = state.owed.as_ref().map(|rule| format!(" One is owed: {}.", self.title(rule)));
            return format!("Recommendations wait for the end of {}.{}", held(*because), owed.unwrap_or_default());
        }
        let due = state.rules.iter().filter_map(|standing| Some((standing.next?, standing))).min_by_key(|(at, _)| *at);
        match due {
            Some((next, standing)) => {
                let title = self.title(&standing.rule);
                format!("{title}: a stretch in {}, if it goes on.", lasting(next.saturating_sub(self.at)))
            }
            None => "Nothing is due.".to_owned(),
        }
    }

    /// The finding to name: the most severe, equals in the order of the rules.
    fn worst(&self) -> Option<&Standing> {
        let lasting = self.state.as_ref()?.rules.iter().filter(|standing| standing.finding.is_some());
        lasting.rev().max_by_key(|standing| standing.finding.as_ref().map(|finding| finding.severity))
    }

    /// A rule at its first threshold that has not lasted yet.
    fn deviating(&self) -> Option<&Standing> {
        let beyond = |standing: &&Standing| standing.level.is_some_and(|level| level >= Severity::Mild.level());
        self.state.as_ref()?.rules.iter().find(beyond)
    }

    fn title(&self, rule: &RuleId) -> String {
        title(rule, &self.rules)
    }

    fn stretch(&self, advice: &Advice) -> String {
        self.stretches
            .get(&advice.stretch)
            .map_or_else(|| advice.stretch.0.clone(), |stretch| stretch.words.name.clone())
    }
}
