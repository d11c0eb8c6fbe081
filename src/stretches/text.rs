//! Reading `stretches.toml` and its words, and saying what is wrong with them.

use std::{collections::BTreeMap, time::Duration};

use serde::Deserialize;
use toml::Spanned;

use super::{
    Breath, Dose, GuideWords, Help, Labels, Language, Phrases, Position, Repetition, Safety, Screening, Seen, Stretch,
    StretchId, Stretches, Words,
};
use crate::table::{Table, TableError};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    stretch: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: Spanned<String>,
    source_id: Option<String>,
    helps: Vec<Spanned<Help>>,
    position: Position,
    desk_friendly: bool,
    dose: Spanned<Amount>,
    #[serde(default = "none")]
    avoid: Spanned<Vec<String>>,
    #[serde(default)]
    rest: bool,
    seen: Option<Seen>,
    #[serde(default)]
    breathe: Breath,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Amount {
    hold_s: Option<f64>,
    pace_s: Option<f64>,
    reps: u32,
    #[serde(default = "once")]
    sets: u32,
    #[serde(default)]
    rest_s: f64,
    #[serde(default)]
    per_side: bool,
}

fn none() -> Spanned<Vec<String>> {
    Spanned::new(0..0, Vec::new())
}

const fn once() -> u32 {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Speech {
    safety: Safety,
    screening: Spanned<Screening>,
    guide: GuideWords,
    labels: Labels,
    stretch: BTreeMap<String, Spanned<Words>>,
}

/// The conditions that a stretch may name in `avoid`, and a user in the settings.
pub(super) const CONDITIONS: [&str; 11] = [
    "knee",
    "foot",
    "pregnancy",
    "dizziness",
    "osteoporosis",
    "shoulder_instability",
    "frozen_shoulder",
    "shoulder_pain",
    "neck_vessels",
    "neck_instability",
    "recent_injury",
];

pub(super) fn parse(table: (&str, &str), words: (&str, &str)) -> Result<Stretches, TableError> {
    let table = Table { text: table.0, file: table.1 };
    let words = Table { text: words.0, file: words.1 };
    let sheet: Sheet = table.read()?;
    let mut speech: Speech = words.read()?;
    let asked_at = speech.screening.span();
    let phrases = Phrases {
        language: Language::English,
        screening: speech.screening.into_inner(),
        guide: speech.guide,
        labels: speech.labels,
    };
    if phrases.has_gaps() {
        return Err(words.wrong(asked_at, "a text of the screening is empty"));
    }
    let mut stretches: Vec<Stretch> = Vec::new();
    for row in sheet.stretch {
        let (at, id) = (row.id.span(), row.id.into_inner());
        if stretches.iter().any(|other| other.id.0 == id) {
            return Err(table.wrong(at, format!("a second stretch `{id}`: give each its own id")));
        }
        let Some(said) = speech.stretch.remove(&id) else {
            return Err(table.wrong(at, format!("no words for `{id}`: add [stretch.{id}] to {}", words.file)));
        };
        for help in &row.helps {
            let Help { rule, rank } = help.get_ref();
            if let Some(other) = stretches.iter().find(|other| other.rank(rule) == Some(*rank)) {
                let why = format!("`{}` has rank {rank} for `{}` already", other.id.0, rule.0);
                return Err(table.wrong(help.span(), why));
            }
        }
        if let Some(unknown) = row.avoid.get_ref().iter().find(|word| !CONDITIONS.contains(&word.as_str())) {
            let why = format!("unknown condition `{unknown}`: give some of {}", CONDITIONS.join(", "));
            return Err(table.wrong(row.avoid.span(), why));
        }
        stretches.push(Stretch {
            id: StretchId(id),
            source_id: row.source_id,
            helps: row.helps.into_iter().map(Spanned::into_inner).collect(),
            position: row.position,
            desk_friendly: row.desk_friendly,
            dose: dose(row.dose.get_ref()).map_err(|why| table.wrong(row.dose.span(), why))?,
            avoid: row.avoid.into_inner(),
            rest: row.rest,
            seen: row.seen,
            breathe: row.breathe,
            words: checked(words, said)?,
        });
    }
    match speech.stretch.first_key_value() {
        Some((id, said)) => Err(words.wrong(said.span(), format!("no stretch `{id}` in {}", table.file))),
        None => Ok(Stretches { stretches, safety: speech.safety, phrases }),
    }
}

fn dose(amount: &Amount) -> Result<Dose, &'static str> {
    const NO_SECONDS: &str = "not a length of time: write seconds, more than 0";
    let length =
        |seconds| Duration::try_from_secs_f64(seconds).ok().filter(|length| !length.is_zero()).ok_or(NO_SECONDS);
    let repetition = match (amount.hold_s, amount.pace_s) {
        (Some(hold), None) => Repetition::Hold(length(hold)?),
        (None, Some(pace)) => Repetition::Move(length(pace)?),
        _ => return Err("a dose has either hold_s or pace_s"),
    };
    if amount.reps == 0 || amount.sets == 0 {
        return Err("a dose has at least one repetition and one set");
    }
    let rest = Duration::try_from_secs_f64(amount.rest_s).map_err(|_| NO_SECONDS)?;
    Ok(Dose { repetition, reps: amount.reps, sets: amount.sets, rest, per_side: amount.per_side })
}

fn checked(file: Table<'_>, words: Spanned<Words>) -> Result<Words, TableError> {
    let Words { name, targets, steps, breathing, cautions, easier, evidence, source } = words.get_ref();
    let texts = [name, targets, breathing, easier, evidence, source].into_iter().chain(steps).chain(cautions);
    if steps.is_empty() || texts.into_iter().any(|text| text.trim().is_empty()) {
        return Err(file.wrong(words.span(), "a text is empty, or there are no steps"));
    }
    Ok(words.into_inner())
}
