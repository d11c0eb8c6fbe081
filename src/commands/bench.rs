//! `posture bench`: how long each stage takes on this machine.

mod agreement;
mod compare;
mod condition;
mod document;
mod energy;
mod lane;
mod machine;
mod picture;
mod plot;
mod start;
mod steady;
mod stopwatch;
mod table;
mod throughput;
mod values;

use std::{io::Write, rc::Rc};

use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};

use self::{
    condition::Condition,
    document::{Document, Run, Schema, rounded},
    energy::Meter,
    lane::{Lane, Loaded, OUTLIER, Rounds, Settings},
    machine::Machine,
    picture::Picture,
    steady::Enough,
    stopwatch::Stopwatch,
    throughput::Throughput,
};
use crate::{
    capture::open_source,
    config::{Bench, ExitStatus, Form, Size},
};

/// Frames per second that are asked of a camera: as fast as most of them are.
const CAMERA_RATE: f64 = 30.0;

/// More than this share of outliers spoils the figures.
const FEW: f64 = 0.05;

/// Less CPU time than this share of the time that went by: the process had to wait for a core.
const UNDISTURBED: f64 = 0.9;

/// Times the stages, writes what it found to `out` and the conditions that are met to `err`.
pub fn run(config: &Bench, out: &mut dyn Write, err: &mut dyn Write) -> Result<ExitStatus> {
    if config.first_pose {
        return start::first_pose(config, out);
    }
    let conditions = conditions(config)?;
    let old = config.compare.as_deref().map(compare::read).transpose()?;
    let mut document = measure(config)?;
    if let (Some(old), Some(name)) = (&old, &config.compare) {
        compare::beside(old, &mut document, name)?;
    }
    match config.form {
        Form::Table => table::write(&document, out)?,
        Form::Markdown => table::write_markdown(&document, out)?,
        Form::Csv => values::write(&document, out)?,
        Form::Json => {
            serde_json::to_writer(&mut *out, &document)?;
            writeln!(out)?;
        }
    }
    verdict(&conditions, &document, err)
}

/// The conditions, each of which can be answered by what is measured.
fn conditions(config: &Bench) -> Result<Vec<Condition>> {
    let conditions: Vec<_> = config.fail_if.iter().map(|text| Condition::parse(text)).collect::<Result<_>>()?;
    for condition in &conditions {
        if condition.needs_old() && config.compare.is_none() {
            bail!("--fail-if {}: a ratio to what? give --compare OLD.json", condition.text);
        }
        if condition.needs_threads() && config.threads.is_none() {
            bail!("--fail-if {}: how many threads? give --threads N", condition.text);
        }
    }
    Ok(conditions)
}

/// Says which conditions are met, and what that means for the exit status.
fn verdict(conditions: &[Condition], document: &Document, err: &mut dyn Write) -> Result<ExitStatus> {
    let mut status = ExitStatus::Fine;
    for condition in conditions {
        for met in condition.met(document)? {
            writeln!(err, "failed: {}: {}", met.condition, met.figure)?;
            status = ExitStatus::Finding;
        }
    }
    Ok(status)
}

/// Everything that is asked for, one after the other.
fn measure(config: &Bench) -> Result<Document> {
    let machine = Machine::this();
    let start = match config.source {
        None => start::measure(config)?,
        Some(_) => None,
    };
    let models = config.models.iter().map(|model| {
        let watch = Stopwatch::start();
        let network = super::network(model.as_deref())?;
        Ok(Loaded { network, load: watch.stop() })
    });
    let models: Vec<Loaded> = models.collect::<Result<_>>()?;
    let mut source = config.source.as_deref().map(|source| open_source(source, Some(CAMERA_RATE))).transpose()?;
    let mut rounds = Rounds {
        lanes: lanes(config, &models)?,
        source: source.as_deref_mut().map(|s| s as _),
        networks: models.len(),
    };
    let (settings, enough) = (
        Settings { warm_up: config.warm_up, fps: config.fps },
        Enough { frames: config.frames.into(), time: config.time, stable: config.stable },
    );
    let bar = progress(u64::from(config.warm_up) + u64::from(config.frames));
    let meter = Meter::start();
    let stopped = rounds.run(settings, enough, &mut || bar.inc(1))?;
    let joules = meter.and_then(|meter| meter.joules());
    bar.finish_and_clear();
    let runs = rounds.runs(settings, stopped);
    if let Some(path) = &config.plot {
        let totals: Vec<_> =
            runs.iter().zip(&rounds.lanes).map(|(run, lane)| (run.label(), lane.timings().total())).collect();
        plot::write(&totals, path)?;
    }
    drop(rounds);
    let frames: u64 = runs.iter().map(|run| run.frames).sum();
    Ok(Document {
        schema: Schema::PostureBench2,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        warnings: warnings(&machine, &runs),
        machine,
        start,
        throughput: throughput(config, &models)?,
        joules_per_frame: joules.filter(|_| frames > 0).map(|joules| rounded(joules / frames as f64, 4)),
        peak_memory_bytes: machine::peak_memory(),
        runs,
    })
}

/// A lane for each network at each size.
fn lanes(config: &Bench, models: &[Loaded]) -> Result<Vec<Lane>> {
    let pictures = match config.source {
        Some(_) => Vec::new(),
        None => Picture::read(&config.photos)?,
    };
    let sized = |size: &Size| -> Result<_> {
        let pictures: Vec<_> = pictures.iter().map(|picture| picture.at_size(*size)).collect::<Result<_>>()?;
        Ok((Some(*size), Rc::new(pictures)))
    };
    let sets = match &config.sizes[..] {
        [] => vec![(None, Rc::new(pictures))],
        sizes => sizes.iter().map(sized).collect::<Result<_>>()?,
    };
    let lane =
        |(size, pictures): &(_, Rc<Vec<_>>), model: &Loaded| Lane::new(model.clone(), *size, Rc::clone(pictures));
    sets.iter().flat_map(|set| models.iter().map(move |model| lane(set, model))).collect()
}

/// Several threads against one, where that was asked for, with the first network.
fn throughput(config: &Bench, models: &[Loaded]) -> Result<Option<Throughput>> {
    let (Some(threads), Some(model)) = (config.threads, models.first()) else { return Ok(None) };
    Throughput::measure(&model.network, &Picture::read(&config.photos)?, threads.get(), config.time).map(Some)
}

/// What makes the figures doubtful.
fn warnings(machine: &Machine, runs: &[Run]) -> Vec<String> {
    let mut warnings = Vec::new();
    if !machine.optimised {
        warnings.push("built without optimisation: `cargo build --release` gives the figures that count".to_owned());
    }
    let waited = runs.iter().any(|run| run.total.cpu_ms < UNDISTURBED * run.total.mean_ms);
    let outliers = runs.iter().map(|run| run.outliers).fold(0.0, f64::max);
    if waited || outliers > FEW {
        let what = match waited {
            true => "the process had to wait for a core".to_owned(),
            false => format!("{:.0} % of the frames took more than {OUTLIER} times the median", 100.0 * outliers),
        };
        warnings.push(format!(
            "{what}: something else is using the processor, or it is saving power; close other programs, plug the \
             machine in and run this again, or trust the minimum and the CPU time"
        ));
    }
    warnings
}

/// A bar on standard error while that is a terminal; it is drawn at most 20 times per second, between frames.
fn progress(frames: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} frames, {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(frames).with_style(style).with_finish(ProgressFinish::AndClear)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::bench::document::tests::{document, run};

    #[test]
    fn doubtful_figures_come_with_what_to_do() {
        let machine = document().machine;
        assert!(warnings(&machine, &[run("x", 4.0)]).len() == 1, "a CPU time of 4 in a mean of 4.5");
        let mut calm = run("x", 4.0);
        calm.total.mean_ms = 4.1;
        assert_eq!(warnings(&machine, &[calm.clone()]), [""; 0]);
        calm.outliers = 0.06;
        let told = warnings(&machine, &[calm]);
        assert!(told[0].starts_with("6 % of the frames took more than 1.5 times the median: "), "{told:?}");
        let slow = Machine { optimised: false, ..machine };
        assert!(warnings(&slow, &[]).iter().any(|warning| warning.contains("without optimisation")));
    }

    #[test]
    fn a_condition_without_what_it_needs_is_refused_before_anything_is_timed() {
        let config = |condition: &str| {
            use crate::cli::{Cli, Command, Parser as _};
            let cli = Cli::try_parse_from(["posture", "bench", "--fail-if", condition]).expect("arguments");
            let Command::Bench(args) = cli.command else { panic!("another verb") };
            Bench::try_from(args).expect("fits together")
        };
        for (condition, says) in [("total.ratio>1.1", "--compare OLD.json"), ("threads.speedup<1.8", "--threads N")] {
            let error = conditions(&config(condition)).expect_err("refused").to_string();
            assert!(error.starts_with(&format!("--fail-if {condition}: ")) && error.contains(says), "{error}");
        }
        assert_eq!(conditions(&config("total.p95>8ms")).expect("can be answered").len(), 1);
    }
}
