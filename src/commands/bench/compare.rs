//! The figures beside those of an earlier run.

use std::{fs, path::Path};

use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;

use super::document::{Document, Run, rounded};

/// The name of a file's schema, whatever else is in it.
#[derive(Deserialize)]
struct Peek {
    schema: String,
}

/// Reads what `posture bench --json` wrote.
///
/// # Errors
/// The file cannot be read, is something else, or comes from a version with another schema.
pub fn read(path: &Path) -> Result<Document> {
    let name = path.display();
    let text = fs::read_to_string(path).with_context(|| format!("--compare {name}: cannot be read"))?;
    let Ok(Peek { schema }) = serde_json::from_str(&text) else {
        bail!("--compare {name}: not what `posture bench --json` writes; make such a file first");
    };
    serde_json::from_str(&text).map_err(|error| match schema.as_str() {
        "posture-bench/2" => anyhow!("--compare {name}: damaged ({error}); make it again"),
        _ => anyhow!("--compare {name}: has the schema {schema}, not posture-bench/2; make it again with this version"),
    })
}

/// Writes beside each figure of `new` how it stands to that of `old`, the file `name`.
///
/// # Errors
/// The two did not measure the same, or one of them was built without optimisation.
pub fn beside(old: &Document, new: &mut Document, name: &Path) -> Result<()> {
    let name = name.display();
    if old.machine.optimised != new.machine.optimised {
        bail!("--compare {name}: one of the two was built without optimisation; build both with `--release`");
    }
    if old.machine.cpu != new.machine.cpu {
        let cpu = old.machine.cpu.as_deref().unwrap_or("another processor");
        new.warnings.push(format!("{name} was measured on {cpu}: the ratios compare processors as well"));
    }
    for run in &mut new.runs {
        let Some(before) = old.runs.iter().find(|before| same(before, run)) else {
            bail!(
                "--compare {name}: has no figures for {} on the same pictures; run it with the arguments of that time",
                run.label()
            );
        };
        for row in run.stages.iter_mut().chain([&mut run.total]) {
            let median = before.rows().find(|old| old.stage == row.stage).map(|old| old.median_ms);
            // A stage too short to be measured has no ratio.
            row.ratio = median.filter(|median| *median > 0.0).map(|median| rounded(row.median_ms / median, 4));
        }
    }
    Ok(())
}

/// Whether two runs measured the same.
fn same(a: &Run, b: &Run) -> bool {
    a.model == b.model && a.size == b.size && a.pictures == b.pictures
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::bench::document::tests::{document, full_document, run};

    fn against(old: &Document, new: &mut Document) -> Result<()> {
        beside(old, new, Path::new("old.json"))
    }

    #[test]
    fn every_stage_gets_the_ratio_of_its_medians() {
        let (old, mut new) = (document(), document());
        new.runs[0] = run("the built-in network", 5.0);
        new.runs[0].stages.remove(0);
        against(&old, &mut new).expect("they measured the same");
        assert!(new.runs[0].rows().all(|row| row.ratio == Some(1.25)), "{:?}", new.runs[0]);
        assert!(new.warnings.is_empty());
        let mut old = full_document();
        old.runs[0].stages[0].median_ms = 0.0;
        let mut new = document();
        against(&old, &mut new).expect("the other network is not asked for");
        assert_eq!(new.runs[0].stages[0].ratio, None, "nothing can be said against zero");
    }

    #[test]
    fn another_processor_is_told_and_all_else_that_differs_refused() {
        let (mut old, mut new) = (document(), document());
        old.machine.cpu = Some("Older CPU".to_owned());
        against(&old, &mut new).expect("still the same pictures");
        assert_eq!(new.warnings, ["old.json was measured on Older CPU: the ratios compare processors as well"]);
        type Change = fn(&mut Document);
        let changes: [(Change, &str); 4] = [
            (|old| old.machine.optimised = false, "without optimisation"),
            (|old| old.runs[0].model = "x.onnx".to_owned(), "has no figures for the built-in network, 640×480"),
            (|old| old.runs[0].size = Some("640×480".to_owned()), "has no figures"),
            (|old| old.runs[0].pictures[0].source = "front.jpg".to_owned(), "on the same pictures"),
        ];
        for (change, says) in changes {
            let mut old = document();
            change(&mut old);
            let error = against(&old, &mut document()).expect_err("refused").to_string();
            assert!(error.starts_with("--compare old.json: ") && error.contains(says), "{error}");
        }
    }

    #[test]
    fn a_file_is_read_only_if_it_is_one_of_ours() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("old.json");
        let said = |text: &str| {
            fs::write(&file, text).expect("written");
            read(&file).map_err(|error| error.to_string())
        };
        let text = serde_json::to_string(&full_document()).expect("JSON");
        assert_eq!(said(&text), Ok(full_document()));
        for (text, says) in [
            ("", "not what `posture bench --json` writes"),
            ("[1, 2]", "not what `posture bench --json` writes"),
            (r#"{"schema":"posture-bench/1"}"#, "has the schema posture-bench/1, not posture-bench/2"),
            (r#"{"schema":"posture-bench/2"}"#, "damaged (missing field `version`"),
        ] {
            let error = said(text).expect_err("refused");
            assert!(error.contains(says) && error.lines().count() == 1, "{error}");
        }
        assert!(read(&folder.path().join("nowhere.json")).is_err());
    }
}
