//! What was done and what was answered, one JSON object per line, in the folder for what the program remembers.
//!
//! Lines are only ever added. The last answer to the screening holds; a line that cannot be read is an error that names it,
//! because an answer that is overlooked could let somebody exercise who should not.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{guide::Outcome, paths::private, stretches::StretchId, wire::Schema};

/// The file's name.
const FILE: &str = "stretches.jsonl";

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Line {
    schema: Schema,
    /// In the form of RFC 3339, UTC.
    at: String,
    #[serde(flatten)]
    entry: Entry,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Entry {
    /// A stretch was guided.
    Stretch {
        stretch: StretchId,
        /// Whether nothing of it was left out.
        whole: bool,
        /// Repetitions that a camera counted, and those that went by the clock.
        counted: u32,
        timed: u32,
        /// Seconds for which a camera saw the position held, and those that went by the clock.
        held_s: f64,
        waited_s: f64,
    },
    /// The screening was answered.
    Screening { symptoms: bool },
}

/// An answer to the screening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) struct Screening {
    pub at: Timestamp,
    pub symptoms: bool,
}

/// The diary of stretches.
#[derive(Debug, Clone)]
pub(in crate::commands) struct Diary(PathBuf);

impl Diary {
    /// The one in `folder`, whether it exists yet or not.
    pub fn at(folder: &Path) -> Self {
        Self(folder.join(FILE))
    }

    /// Notes what came of a stretch.
    pub fn did(&self, stretch: &StretchId, outcome: Outcome) -> Result<()> {
        let Outcome { whole, counted, timed, held, waited } = outcome;
        let seconds = |time: std::time::Duration| (time.as_secs_f64() * 10.0).round() / 10.0;
        let stretch = stretch.clone();
        self.add(Entry::Stretch { stretch, whole, counted, timed, held_s: seconds(held), waited_s: seconds(waited) })
    }

    /// Notes an answer to the screening.
    pub fn screened(&self, symptoms: bool) -> Result<()> {
        self.add(Entry::Screening { symptoms })
    }

    /// The last answer to the screening.
    pub fn last_screening(&self) -> Result<Option<Screening>> {
        let text = match fs::read_to_string(&self.0) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("{}: cannot be read", self.0.display())),
        };
        let mut last = None;
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let strange =
                || format!("{}:{}: not a line of this diary; mend or remove it", self.0.display(), number + 1);
            let Line { at, entry, .. } = serde_json::from_str(line).with_context(strange)?;
            if let Entry::Screening { symptoms } = entry {
                last = Some(Screening { at: at.parse().with_context(strange)?, symptoms });
            }
        }
        Ok(last)
    }

    fn add(&self, entry: Entry) -> Result<()> {
        let line = Line { schema: Schema::Posture1, at: Timestamp::now().to_string(), entry };
        let cannot = || format!("{}: cannot be written", self.0.display());
        if let Some(folder) = self.0.parent() {
            fs::create_dir_all(folder).with_context(cannot)?;
        }
        let mut file = private().open(&self.0).with_context(cannot)?;
        // One write, so that two processes do not mix their lines.
        file.write_all(format!("{}\n", serde_json::to_string(&line)?).as_bytes()).with_context(cannot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_answer_holds_and_stretches_do_not_change_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let diary = Diary::at(&folder.path().join("not/there/yet"));
        let symptoms = || diary.last_screening().expect("readable").map(|screening| screening.symptoms);
        assert_eq!(symptoms(), None);
        diary.screened(false).expect("written");
        assert_eq!(symptoms(), Some(false));
        diary.screened(true).expect("written");
        diary.did(&StretchId("chin_tuck".into()), Outcome { whole: true, ..Outcome::default() }).expect("written");
        assert_eq!(symptoms(), Some(true));
    }

    #[test]
    fn a_broken_line_is_named_and_not_passed_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let diary = Diary::at(folder.path());
        diary.screened(true).expect("written");
        let text = fs::read_to_string(&diary.0).expect("there");
        fs::write(&diary.0, format!("{text}{{\"kind\":\"scr")).expect("written");
        let error = format!("{:#}", diary.last_screening().expect_err("broken"));
        assert!(error.contains("stretches.jsonl:2: not a line of this diary"), "{error}");
    }
}
