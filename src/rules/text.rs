//! Reading `rules.toml`, and saying what is wrong with it.

use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::{Counts, Direction, Excuse, Patience, Rule, RuleId, Rules, Severity, Signal, Timer, overlay::Layers};
use crate::{
    measure::{Metric, Reference, View},
    rules,
    table::{Table, TableError},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    /// Whether the built-in table is left out, which is done before this is read.
    #[serde(default, rename = "replace")]
    _replace: bool,
    defaults: Spanned<Defaults>,
    rule: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Defaults {
    persist_s: Spanned<f64>,
    persist_window: Window,
    ambient_s: Spanned<f64>,
    nudge_s: Spanned<Nudge>,
    exit_factor: Spanned<f32>,
    exit_hold_s: Spanned<f64>,
    cooldown_s: Cooldown,
    backoff: Backoff,
    budget: Budget,
    owed_s: Spanned<f64>,
    break_s: Spanned<f64>,
    start_s: Spanned<f64>,
    prompt: Prompt,
    escalation: Escalation,
    source: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Window {
    length_s: Spanned<f64>,
    share: Spanned<f32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cooldown {
    nudged: Spanned<f64>,
    dismissed: Spanned<f64>,
    completed: Spanned<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Backoff {
    dismissals: Spanned<u32>,
    multiplier: Spanned<u32>,
    longest_s: Spanned<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Prompt {
    stretches: Spanned<u32>,
    length_s: Spanned<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Escalation {
    again_s: Spanned<f64>,
    lasting_s: Spanned<f64>,
    guide_gap_s: Spanned<f64>,
    guides_per_day: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Budget {
    per_hour: usize,
    per_day: usize,
    min_gap_s: Spanned<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nudge {
    mild: f64,
    moderate: f64,
    marked: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: Spanned<String>,
    #[serde(default = "yes")]
    enabled: bool,
    title: Spanned<String>,
    why: Spanned<String>,
    setup_tip: Spanned<String>,
    nudge_s: Option<Spanned<Nudge>>,
    #[serde(default)]
    not_if: Vec<Spanned<Unless>>,
    #[serde(default)]
    signal: Vec<Spanned<Limit>>,
    cooldown_s: Option<Cooldown>,
    timer: Option<Spanned<Time>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Time {
    counts: Counts,
    mild: f64,
    moderate: f64,
    marked: f64,
    source: Spanned<String>,
}

const fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unless {
    rule: String,
    severity: Severity,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    metric: Metric,
    reference: Reference,
    views: Spanned<Vec<View>>,
    direction: Spanned<Direction>,
    mild: Spanned<f32>,
    moderate: f32,
    marked: f32,
    source: Spanned<String>,
}

/// Reads the table in `text`, laid over the one in `base`.
pub(super) fn parse(text: &str, file: &str, base: Option<&str>) -> Result<Rules, TableError> {
    let base = Table { text: base.unwrap_or_default(), file: "built-in rules.toml" };
    let below = "\n".repeat(base.text.len()) + text;
    let table = Layers { base, own: Table { text: &below, file } };
    let sheet: Sheet = table.read()?;
    let patience = table.patience(sheet.defaults.get_ref())?;
    let usual = table.nudge(&sheet.defaults.get_ref().nudge_s)?;
    let names: Vec<&str> = sheet.rule.iter().map(|row| row.id.get_ref().as_str()).collect();
    for (i, row) in sheet.rule.iter().enumerate() {
        if names[..i].contains(&names[i]) {
            return Err(table.wrong(row.id.span(), format!("a second rule `{}`: give each its own id", names[i])));
        }
    }
    let rules = sheet.rule.iter().map(|row| table.rule(row, usual, &names)).collect::<Result<Vec<_>, _>>()?;
    let enabled = rules.into_iter().zip(&sheet.rule).filter(|(_, row)| row.enabled).map(|(rule, _)| rule).collect();
    Ok(Rules { rules: enabled, patience })
}

impl Layers<'_> {
    fn patience(self, defaults: &Defaults) -> Result<Patience, TableError> {
        let Defaults { persist_window, cooldown_s, backoff, budget, escalation, exit_factor, .. } = defaults;
        self.words(&defaults.source, "source")?;
        let share = *persist_window.share.get_ref();
        if !(share > 0.0 && share <= 1.0) {
            return Err(self.wrong(persist_window.share.span(), "share is a fraction: more than 0, at most 1"));
        }
        if !(*exit_factor.get_ref() > 0.0 && *exit_factor.get_ref() < 1.0) {
            let why = "exit_factor lies between 0 and 1: a finding ends below the threshold at which it began";
            return Err(self.wrong(exit_factor.span(), why));
        }
        let persist = self.seconds(&defaults.persist_s)?;
        let window = self.seconds(&persist_window.length_s)?;
        if window < persist {
            return Err(self.wrong(persist_window.length_s.span(), "length_s is at least persist_s"));
        }
        Ok(Patience {
            persist,
            window,
            share,
            ambient: self.seconds(&defaults.ambient_s)?,
            exit_factor: *exit_factor.get_ref(),
            exit_hold: self.seconds(&defaults.exit_hold_s)?,
            cooldown: self.cooldown(cooldown_s)?,
            backoff: rules::Backoff {
                dismissals: self.at_least_one(&backoff.dismissals)?,
                multiplier: self.at_least_one(&backoff.multiplier)?,
                longest: self.seconds(&backoff.longest_s)?,
            },
            per_hour: budget.per_hour,
            per_day: budget.per_day,
            min_gap: self.seconds(&budget.min_gap_s)?,
            owed: self.seconds(&defaults.owed_s)?,
            rest: self.seconds(&defaults.break_s)?,
            start: Duration::try_from_secs_f64(*defaults.start_s.get_ref())
                .map_err(|_| self.wrong(defaults.start_s.span(), "not a length of time: write seconds, 0 or more"))?,
            stretches: self.at_least_one(&defaults.prompt.stretches)? as usize,
            prompt: self.seconds(&defaults.prompt.length_s)?,
            escalation: rules::Escalation {
                again: self.seconds(&escalation.again_s)?,
                lasting: self.seconds(&escalation.lasting_s)?,
                guide_gap: self.seconds(&escalation.guide_gap_s)?,
                guides_per_day: escalation.guides_per_day,
            },
        })
    }

    fn rule(self, row: &Row, usual: [Duration; 3], names: &[&str]) -> Result<Rule, TableError> {
        self.words(&row.id, "id")?;
        if row.signal.is_empty() == row.timer.is_none() {
            let why = format!("rule `{}` has either [[rule.signal]] or [rule.timer]", row.id.get_ref());
            return Err(self.wrong(row.id.span(), why));
        }
        let excuse = |unless: &Spanned<Unless>| {
            let Unless { rule, severity } = unless.get_ref();
            if !names.contains(&rule.as_str()) || rule == row.id.get_ref() {
                let why = format!("not_if names `{rule}`; the other rules are {}", listed(names, row.id.get_ref()));
                return Err(self.wrong(unless.span(), why));
            }
            Ok(Excuse { rule: RuleId(rule.clone()), severity: *severity })
        };
        Ok(Rule {
            id: RuleId(row.id.get_ref().clone()),
            title: self.words(&row.title, "title")?,
            why: self.words(&row.why, "why")?,
            setup_tip: self.words(&row.setup_tip, "setup_tip")?,
            not_if: row.not_if.iter().map(excuse).collect::<Result<_, _>>()?,
            signals: row.signal.iter().map(|signal| self.signal(signal)).collect::<Result<_, _>>()?,
            timer: row.timer.as_ref().map(|timer| self.timer(timer)).transpose()?,
            cooldown: row.cooldown_s.as_ref().map(|cooldown| self.cooldown(cooldown)).transpose()?,
            nudge: row.nudge_s.as_ref().map_or(Ok(usual), |nudge| self.nudge(nudge))?,
        })
    }

    fn signal(self, signal: &Spanned<Limit>) -> Result<Signal, TableError> {
        let Limit { metric, reference, views, direction, mild, moderate, marked, source } = signal.get_ref();
        let thresholds = [*mild.get_ref(), *moderate, *marked];
        let from_neutral = *reference == Reference::Baseline || *direction.get_ref() == Direction::Either;
        if *reference == Reference::Baseline && *direction.get_ref() != Direction::Above {
            let why = "a deviation from the baseline grows with what is worse: its direction is \"above\"";
            return Err(self.wrong(direction.span(), why));
        }
        let sign = if *direction.get_ref() == Direction::Below { -1.0 } else { 1.0 };
        let [a, b, c] = thresholds.map(|threshold| sign * threshold);
        if !(a < b && b < c && c.is_finite()) {
            let order = if sign > 0.0 { "mild < moderate < marked" } else { "mild > moderate > marked" };
            return Err(self.wrong(mild.span(), format!("thresholds out of order: {order} in this direction")));
        }
        if from_neutral && a <= 0.0 {
            return Err(self.wrong(mild.span(), "mild is more than 0: 0 is neutral here"));
        }
        if views.get_ref().is_empty() {
            return Err(self.wrong(views.span(), "views is empty: name the views in which this signal counts"));
        }
        Ok(Signal {
            metric: *metric,
            reference: *reference,
            views: views.get_ref().clone(),
            direction: *direction.get_ref(),
            thresholds,
            source: self.words(source, "source")?,
        })
    }

    fn timer(self, timer: &Spanned<Time>) -> Result<Timer, TableError> {
        let Time { counts, mild, moderate, marked, source } = timer.get_ref();
        let [a, b, c] = [*mild, *moderate, *marked]
            .map(|seconds| duration(seconds).ok_or_else(|| self.wrong(timer.span(), NO_SECONDS)));
        let after = [a?, b?, c?];
        if !after.is_sorted_by(|a, b| a < b) {
            return Err(self.wrong(timer.span(), "times out of order: mild < moderate < marked"));
        }
        Ok(Timer { counts: *counts, after, source: self.words(source, "source")? })
    }

    fn cooldown(self, cooldown: &Cooldown) -> Result<rules::Cooldown, TableError> {
        Ok(rules::Cooldown {
            nudged: self.seconds(&cooldown.nudged)?,
            dismissed: self.seconds(&cooldown.dismissed)?,
            completed: self.seconds(&cooldown.completed)?,
        })
    }

    fn nudge(self, nudge: &Spanned<Nudge>) -> Result<[Duration; 3], TableError> {
        let Nudge { mild, moderate, marked } = *nudge.get_ref();
        if !(mild >= moderate && moderate >= marked) {
            return Err(self.wrong(nudge.span(), "nudge_s: what is more severe does not wait longer"));
        }
        let seconds = [mild, moderate, marked].map(|s| duration(s).ok_or_else(|| self.wrong(nudge.span(), NO_SECONDS)));
        let [mild, moderate, marked] = seconds;
        Ok([mild?, moderate?, marked?])
    }

    fn seconds(self, seconds: &Spanned<f64>) -> Result<Duration, TableError> {
        duration(*seconds.get_ref()).ok_or_else(|| self.wrong(seconds.span(), NO_SECONDS))
    }

    fn at_least_one(self, count: &Spanned<u32>) -> Result<u32, TableError> {
        let number = *count.get_ref();
        if number == 0 { Err(self.wrong(count.span(), "not a number of times: write 1 or more")) } else { Ok(number) }
    }

    fn words(self, text: &Spanned<String>, key: &str) -> Result<String, TableError> {
        if text.get_ref().trim().is_empty() {
            return Err(self.wrong(text.span(), format!("{key} is empty")));
        }
        Ok(text.get_ref().clone())
    }
}

const NO_SECONDS: &str = "not a length of time: write seconds, more than 0";

fn duration(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds).ok().filter(|duration| !duration.is_zero())
}

fn listed(names: &[&str], but: &str) -> String {
    names.iter().filter(|name| **name != but).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
