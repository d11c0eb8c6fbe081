//! `posture rules`: the table in force, and what is wrong with one's own.

use std::io::Write;

use anyhow::Result;

use crate::{
    cli::RulesAction,
    config::{ExitStatus, Settings},
    measure::{Measurement, Reference, Unit},
    report::{short_title, whole},
    rules::{Direction, Patience, Rule, Rules, Severity, Signal},
    sink::words::lasting,
};

/// Does what `action` asks for.
pub fn run(action: RulesAction, settings: &Settings, out: &mut dyn Write) -> Result<ExitStatus> {
    match action {
        RulesAction::Show { toml: true, .. } => out.write_all(Rules::TABLE.as_bytes())?,
        RulesAction::Show { rules, .. } => {
            let file = rules.rules.or_else(|| settings.watch.rules.clone());
            show(&super::rules(file.as_deref())?, out)?;
        }
        RulesAction::Check { file } => {
            let (own, built_in) = (super::rules(Some(&file))?, Rules::embedded());
            writeln!(out, "{}: fine. {}", file.display(), differences(&own, &built_in))?;
        }
    }
    Ok(ExitStatus::Fine)
}

/// What `own` changes, as sentences.
fn differences(own: &Rules, built_in: &Rules) -> String {
    let names = |rules: Vec<&Rule>| rules.iter().map(|rule| rule.id.0.as_str()).collect::<Vec<_>>().join(", ");
    let changed = own.iter().filter(|rule| built_in.get(&rule.id).is_some_and(|before| before != *rule)).collect();
    let added = own.iter().filter(|rule| built_in.get(&rule.id).is_none()).collect();
    let off = built_in.iter().filter(|rule| own.get(&rule.id).is_none()).collect();
    let rules = [("Changed", changed), ("Added", added), ("Off", off)].map(|(what, rules)| (what, names(rules)));
    let mut said: Vec<String> = rules
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(what, names)| format!("{what}: {names}."))
        .collect();
    if own.patience() != built_in.patience() {
        said.push("Defaults changed.".to_owned());
    }
    if said.is_empty() { "It changes nothing.".to_owned() } else { said.join(" ") }
}

fn show(rules: &Rules, out: &mut dyn Write) -> Result<()> {
    for rule in rules.iter() {
        writeln!(out, "{} ({})", rule.title, rule.id.0)?;
        for signal in &rule.signals {
            writeln!(out, "  {}", against(signal))?;
        }
        if rule.signals.iter().all(|signal| signal.metric.out_of_reach()) && rule.timer.is_none() {
            writeln!(out, "  it stays silent: what it is read from is too uncertain to be worth a number yet")?;
        }
        match &rule.timer {
            Some(timer) => writeln!(out, "  a break is due after {}", lasting(timer.after[0]))?,
            None => {
                let [mild, moderate, marked] = Severity::ALL.map(|severity| lasting(rule.nudge(severity)));
                writeln!(
                    out,
                    "  a stretch is suggested after {mild} (mild), {moderate} (moderate), {marked} (marked)"
                )?;
            }
        }
    }
    let Patience { per_hour, per_day, min_gap, start, .. } = rules.patience();
    let gap = lasting(*min_gap);
    writeln!(
        out,
        "At most {per_hour} suggestions in an hour and {per_day} in a day, {gap} apart; none in the first {}.",
        lasting(*start)
    )?;
    Ok(())
}

/// A signal on one line: `head roll from your baseline: 6°, 10°, 15° or more`.
fn against(signal: &Signal) -> String {
    let (from, more) = match (signal.reference, signal.direction) {
        (Reference::Baseline, _) => (" from your baseline", "or more"),
        (Reference::Absolute, Direction::Below) => (" on a photo", "or less"),
        (Reference::Absolute, Direction::Above) => (" on a photo", "or more"),
        (Reference::Absolute, Direction::Either) => (" on a photo", "or more to either side"),
    };
    let (metric, reference) = (signal.metric, signal.reference);
    let unit = Measurement { metric, value: 0.0, uncertainty: 0.0, reference }.unit();
    let [mild, moderate, marked] = signal.thresholds.map(|threshold| match unit {
        Unit::Deg => format!("{}°", whole(threshold)),
        Unit::Ratio => format!("{} %", whole(100.0 * threshold)),
        Unit::Cm => format!("{} cm", whole(threshold)),
        Unit::S => format!("{} s", whole(threshold)),
    });
    format!("{}{from}: {mild}, {moderate}, {marked} {more}", short_title(signal.metric))
}
