//! Where labels and their pictures lie.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, anyhow, bail};

use crate::evaluation::{Labels, Truth};

/// Files of many labels, looked for in this order.
const FILES: [&str; 2] = ["labels.jsonl", "truth.jsonl"];
/// Files of one label end so.
const ONE: &str = ".pose.json";

/// The labels in `file`, or those in `folder`.
pub fn read(folder: &Path, file: Option<&Path>) -> Result<Vec<Truth>> {
    let metadata = fs::metadata(folder).with_context(|| format!("{}: cannot be read", folder.display()))?;
    if !metadata.is_dir() {
        bail!("{}: give the folder that holds labels and pictures", folder.display());
    }
    if let Some(file) = file {
        return parse(file);
    }
    if let Some(file) = FILES.iter().map(|name| folder.join(name)).find(|file| file.is_file()) {
        return parse(&file);
    }
    let mut alone: Vec<PathBuf> = fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>())
        .with_context(|| format!("{}: cannot be listed", folder.display()))?;
    alone.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(ONE)));
    alone.sort();
    if alone.is_empty() {
        bail!(
            "{}: no labels here: neither {} nor *{ONE}; --labels names others",
            folder.display(),
            FILES.join(" nor ")
        );
    }
    let labels: Vec<Vec<Truth>> = alone.iter().map(|file| parse(file)).collect::<Result<_>>()?;
    Ok(labels.concat())
}

fn parse(file: &Path) -> Result<Vec<Truth>> {
    let name = file.display();
    let text = fs::read_to_string(file).with_context(|| format!("{name}: the labels cannot be read"))?;
    let Labels(labels) = text.parse().map_err(|error| anyhow!("{name}: {error}"))?;
    if labels.is_empty() {
        bail!("{name}: holds no labels");
    }
    Ok(labels)
}

/// The path of the picture that a label calls `file`.
pub fn picture(folder: &Path, file: &str) -> Result<PathBuf> {
    [folder.join(file), folder.join("photos").join(file)].into_iter().find(|path| path.is_file()).with_context(|| {
        format!("{}: labelled, but not in the folder nor in its folder photos", folder.join(file).display())
    })
}
