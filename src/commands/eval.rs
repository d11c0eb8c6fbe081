//! `posture eval DIR`: holds what the network, or another program, says about labelled pictures against the labels.

mod labels;
mod tables;

use std::{collections::BTreeMap, fs, io::Write, path::Path, time::Duration};

use anyhow::{Context as _, Error, Result, bail};
use serde::Serialize;

use super::check::{bar::Bar, in_order};
use crate::{
    capture,
    config::{Eval, ExitStatus},
    estimator::{Estimator, Network},
    evaluation::{Evaluation, Prediction, Truth},
    frame::Frame,
    measure::{Known, measure},
    pipeline::Report,
    wire::PoseLine,
};

/// The object that `--json` prints.
#[derive(Debug, Serialize)]
struct Printed<'a> {
    /// `posture-eval/1`: adding fields is free, renaming or removing one raises the number.
    schema: &'static str,
    /// The program's version.
    version: &'static str,
    #[serde(flatten)]
    evaluation: &'a Evaluation,
}

/// Evaluates, and writes tables or one JSON object to `out`.
pub fn run(config: &Eval, out: &mut dyn Write, err: &mut dyn Write) -> Result<ExitStatus> {
    let truth = labels::read(&config.folder, config.labels.as_deref())?;
    let (pairs, failures) = match &config.predictions {
        Some(file) => (predicted(truth, file)?, Vec::new()),
        None => look(config, truth)?,
    };
    failures.iter().try_for_each(|error| super::print_error(err, error))?;
    let evaluation = Evaluation::of(&pairs);
    if config.json {
        let printed = Printed { schema: "posture-eval/1", version: env!("CARGO_PKG_VERSION"), evaluation: &evaluation };
        serde_json::to_writer(&mut *out, &printed)?;
        writeln!(out)?;
    } else {
        tables::write(&evaluation, out)?;
    }
    Ok(if failures.is_empty() { ExitStatus::Fine } else { ExitStatus::BadInput })
}

type Pairs = Vec<(Truth, Option<Prediction>)>;

/// The prediction in `file` for every label.
fn predicted(truth: Vec<Truth>, file: &Path) -> Result<Pairs> {
    let name = file.display();
    let text = fs::read_to_string(file).with_context(|| format!("{name}: the predictions cannot be read"))?;
    let mut by_file = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let line: Prediction = serde_json::from_str(line)
            .with_context(|| format!("{name}:{number}: not a line of `posture check --json`"))?;
        by_file.insert(line.file().to_owned(), line);
    }
    let pairs: Pairs =
        truth.into_iter().map(|truth| (by_file.remove(&truth.file), truth)).map(|(p, t)| (t, p)).collect();
    if pairs.iter().all(|(_, prediction)| prediction.is_none()) {
        bail!("{name}: no line is about a labelled picture; `source` has to end in the picture's file name");
    }
    Ok(pairs)
}

/// What the network says about every labelled picture, and the pictures that could not be read; these are left out.
fn look(config: &Eval, truth: Vec<Truth>) -> Result<(Pairs, Vec<Error>)> {
    let network = super::network(config.model.as_deref())?;
    let bar = Bar::new(truth.len());
    let (mut pairs, mut failures) = (Vec::new(), Vec::new());
    in_order::map(
        truth,
        config.threads,
        || Estimator::for_photos(Network::clone(&network)),
        |estimator, truth| inspect(estimator, &config.folder, &truth).map(|prediction| (truth, prediction)),
        |outcome| {
            match outcome {
                Ok((truth, prediction)) => pairs.push((truth, Some(prediction))),
                Err(error) => failures.push(error),
            }
            bar.step();
            Ok(())
        },
    )?;
    bar.end();
    if pairs.is_empty() {
        let first = failures.into_iter().next().context("the labels are about no picture")?;
        return Err(first.context("no labelled picture could be read"));
    }
    Ok((pairs, failures))
}

/// One picture, all the way to the line that `check --json` prints, so that it is judged with that line's rounding.
fn inspect(estimator: &mut Estimator, folder: &Path, truth: &Truth) -> Result<Prediction> {
    use crate::estimator::PoseEstimator as _;
    let path = labels::picture(folder, &truth.file)?;
    let name = path.display().to_string();
    let frame = Frame { image: capture::open_photo(&path)?, at: Duration::ZERO };
    let pose = estimator.estimate(&frame).with_context(|| name.clone())?;
    let scene = estimator.scene();
    let person = pose.map(|pose| {
        let reading = measure(&pose, Known { scene, ..Known::default() });
        (pose, reading)
    });
    let report = Report { scene, ..Report::new(&name, frame.at, frame.image.dimensions(), person) };
    let line = serde_json::to_string(&PoseLine::from(&report))?;
    Ok(serde_json::from_str(&line)?)
}
