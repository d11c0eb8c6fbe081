//! What a session says, in one short line for each event: for views that keep the last few.

use super::words::{clock, held, lasting, sentence, suspended};
use crate::{
    measure::Facing,
    monitor::{Event, Offer},
    report::{seen_from, severity},
    rules::{RuleId, Rules},
    stretches::{StretchId, Stretches},
};

/// The name of a rule for people.
pub fn title(rule: &RuleId, rules: &Rules) -> String {
    rules.get(rule).map_or_else(|| rule.0.clone(), |rule| rule.title.clone())
}

/// The name of a stretch for people.
pub fn name(stretch: &StretchId, stretches: &Stretches) -> String {
    stretches.get(stretch).map_or_else(|| stretch.0.clone(), |stretch| stretch.words.name.clone())
}

/// What `event` says, without the reasons.
pub fn brief(event: &Event, rules: &Rules, stretches: &Stretches) -> String {
    let title = |rule| title(rule, rules);
    match event {
        Event::Began { finding, .. } => format!("{}, {}", title(&finding.rule), severity(finding.severity)),
        Event::Worsened { finding, .. } => format!("{}, now {}", title(&finding.rule), severity(finding.severity)),
        Event::Ended { rule, .. } => format!("{}: over", title(rule)),
        Event::Left { .. } => "Nobody is there any more".to_owned(),
        Event::Returned { .. } => "Somebody is there".to_owned(),
        Event::Unmeasurable { why, .. } => format!("Posture cannot be read: {why}"),
        Event::Measurable { .. } => "Posture can be read again".to_owned(),
        Event::Suggested { advice, offer: Offer::Break, .. } | Event::BreakDue { advice, .. } => {
            format!("{}: time for a break, {}", title(&advice.because), name(&advice.stretch, stretches))
        }
        Event::Suggested { advice, .. } => {
            format!("{}: time for a stretch, {}", title(&advice.because), name(&advice.stretch, stretches))
        }
        Event::Owed { advice, because, .. } => {
            format!("{}: a stretch is owed after {}", title(&advice.because), held(*because))
        }
        Event::Dismissed { rule, .. } => format!("{}: not now", title(rule)),
        Event::Completed { stretch, .. } => format!("Done: {}", name(stretch, stretches)),
        Event::Paused { until: Some(until), at } => format!("Paused for {}", lasting(until.saturating_sub(*at))),
        Event::Paused { until: None, .. } => "Paused".to_owned(),
        Event::Resumed { .. } => "Going on".to_owned(),
        Event::Suspended { because, .. } => sentence(suspended(*because)),
        Event::Continued { .. } => "Watching again".to_owned(),
        Event::Snoozed { until, .. } => format!("No recommendations until {}", clock(*until)),
        Event::View { view, facing, .. } => format!("Seen {}", seen_from(*view, *facing)),
        Event::Learning { view, .. } => format!("Learning your baseline {}", seen_from(*view, Facing::Unknown)),
        Event::Learned { view, .. } => format!("Learned your baseline {}", seen_from(*view, Facing::Unknown)),
    }
}
