//! `posture check PATH…`: photos, one after another in the order given, several at a time.

pub mod bar;
#[cfg(feature = "annotate")]
mod copies;
mod done;
pub mod in_order;
mod interrupt;

use std::{
    io::{self, BufRead, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Error, Result, anyhow, bail};

use self::bar::Bar;
#[cfg(feature = "annotate")]
use crate::annotate;
use crate::{
    capture::{self, CaptureError, Photo},
    compare::compare,
    config::{Check, ExitStatus},
    estimator::{Estimator, Network},
    frame::Frame,
    geometry::Degrees,
    landmarks::Landmarks,
    measure::Reading,
    pipeline::{Report, inspect},
    report::Text,
    rules::Rules,
    stretches::Stretches,
    wire::PoseLine,
};

/// A photo to look at and where its annotated copy goes, or why there is no photo.
struct Job {
    photo: Result<Photo, CaptureError>,
    copy: Option<PathBuf>,
}

/// What became of a job: a report where the photo could be read, and all that failed.
struct Outcome {
    report: Option<Report>,
    failures: Vec<Error>,
}

/// What every worker reads from.
struct Tables {
    network: Network,
    rules: Rules,
    stretches: Stretches,
    /// Tragus and C7 on the one photo.
    landmarks: Option<Landmarks>,
    /// By how much the true horizontal is tilted in the photos, degrees.
    level: Option<Degrees>,
    /// The name of the reference photo, and what it shows.
    reference: Option<(String, Reading)>,
}

/// Looks at all photos and writes what they said to `out`, what failed to `err`.
pub fn run(config: &Check, stdin: &mut dyn BufRead, out: &mut dyn Write, err: &mut dyn Write) -> Result<ExitStatus> {
    let mut tables = Tables {
        network: super::network(config.model.as_deref())?,
        rules: super::rules(config.rules.as_deref())?,
        stretches: Stretches::embedded(),
        landmarks: config.landmarks,
        level: config.level,
        reference: None,
    };
    if let Some(reference) = &config.reference {
        tables.reference = Some(refer_to(&reference.photo, reference.landmarks, &tables)?);
    }
    let jobs = jobs(config, stdin)?;
    let mut told =
        Telling { json: config.json, text: Text::new(&tables.rules, &tables.stretches), some: false, out, err };
    let (bar, count) = (Bar::new(jobs.len()), jobs.len());
    let (mut status, mut finished) = (ExitStatus::Fine, 0);
    interrupt::listen()?;
    in_order::map(
        jobs,
        config.threads,
        || Estimator::for_photos(tables.network.clone()),
        |estimator, job| job.run(estimator, &tables),
        |outcome| {
            status = status.and(outcome.status());
            bar.above(|| told.outcome(&outcome))?;
            bar.step();
            finished += 1;
            if interrupt::asked() && finished < count {
                bail!("interrupted after {finished} of {count} photos; {}", config.how_to_go_on());
            }
            Ok(())
        },
    )?;
    bar.end();
    told.end()?;
    Ok(status)
}

#[cfg(feature = "annotate")]
fn jobs(config: &Check, stdin: &mut dyn BufRead) -> Result<Vec<Job>> {
    let photos = capture::collect_photos(&config.paths, stdin);
    let copies = match &config.annotate {
        Some(out) => copies::plan(out, &config.paths, &photos)?,
        None => vec![None; photos.len()],
    };
    let jobs = photos.into_iter().zip(copies).map(|(photo, copy)| Job { photo, copy }).collect();
    undone(jobs, config)
}

#[cfg(not(feature = "annotate"))]
fn jobs(config: &Check, stdin: &mut dyn BufRead) -> Result<Vec<Job>> {
    let photos = capture::collect_photos(&config.paths, stdin);
    undone(photos.into_iter().map(|photo| Job { photo, copy: None }).collect(), config)
}

/// Those of `jobs` that no earlier run has done.
fn undone(mut jobs: Vec<Job>, config: &Check) -> Result<Vec<Job>> {
    if let Some(file) = &config.skip_done {
        let done = done::names(file)?;
        jobs.retain(|job| job.photo.as_ref().map_or(true, |photo| !done.contains(&photo.path.display().to_string())));
    }
    Ok(jobs)
}

impl Job {
    fn run(self, estimator: &mut Estimator, tables: &Tables) -> Outcome {
        let photo = match self.photo {
            Ok(photo) => photo,
            Err(error) => return Outcome { report: None, failures: vec![error.into()] },
        };
        // A decoder that a hostile file brings down must not take the other photos with it.
        catch_unwind(AssertUnwindSafe(|| look(&photo, self.copy, estimator, tables))).unwrap_or_else(|_| Outcome {
            report: None,
            failures: vec![anyhow!("{}: brought the program out of step; please report this", photo.path.display())],
        })
    }
}

fn look(photo: &Photo, copy: Option<PathBuf>, estimator: &mut Estimator, tables: &Tables) -> Outcome {
    let name = photo.path.display().to_string();
    let frame = match capture::open_photo(&photo.path) {
        Ok(image) => Frame { image, at: Duration::ZERO },
        Err(error) => return Outcome { report: None, failures: vec![error.into()] },
    };
    match report(&name, &frame, tables.landmarks, tables.level, estimator, tables) {
        Ok(mut report) => {
            let now = report.reading().filter(|_| tables.reference.is_some());
            report.compared =
                now.and_then(|now| tables.reference.as_ref().map(|(with, then)| compare(with, then, &now)));
            let failures = copy.and_then(|copy| write_copy(frame, &report, &copy).err()).into_iter().collect();
            Outcome { report: Some(report), failures }
        }
        Err(error) => Outcome { report: None, failures: vec![error.context(name)] },
    }
}

/// What `frame` says, by hand where the user placed points on it.
fn report(
    name: &str,
    frame: &Frame,
    landmarks: Option<Landmarks>,
    level: Option<Degrees>,
    estimator: &mut Estimator,
    tables: &Tables,
) -> Result<Report> {
    let report = inspect(name, frame, level, estimator, &tables.rules, &tables.stretches)?;
    let Some(landmarks) = landmarks else { return Ok(report) };
    let by_hand = landmarks.measure(report.width, report.height)?;
    Ok(report.measured_by_hand(by_hand, &tables.rules, &tables.stretches))
}

/// The name of the reference photo, and what it shows.
fn refer_to(photo: &Path, landmarks: Option<Landmarks>, tables: &Tables) -> Result<(String, Reading)> {
    let name = photo.display().to_string();
    let frame = Frame { image: capture::open_photo(photo)?, at: Duration::ZERO };
    let mut estimator = Estimator::for_photos(tables.network.clone());
    let report = report(&name, &frame, landmarks, landmarks.and_then(|placed| placed.level), &mut estimator, tables)
        .with_context(|| name.clone())?;
    match report.reading() {
        Some(reading) => Ok((name, reading)),
        None => bail!("{name}: nobody seen on the reference photo; give one that shows the person"),
    }
}

#[cfg(feature = "annotate")]
fn write_copy(frame: Frame, report: &Report, copy: &Path) -> Result<()> {
    Ok(annotate::write(frame.image, report, copy)?)
}

#[cfg(not(feature = "annotate"))]
fn write_copy(_: Frame, _: &Report, _: &Path) -> Result<()> {
    Ok(())
}

impl Outcome {
    fn status(&self) -> ExitStatus {
        let read = match &self.report {
            None => ExitStatus::Fine,
            Some(report) if !report.findings.is_empty() => ExitStatus::Finding,
            Some(report) => match report.reading() {
                Some(reading) if !reading.measurements.is_empty() => ExitStatus::Fine,
                _ => ExitStatus::NoReading,
            },
        };
        read.and(if self.failures.is_empty() { ExitStatus::Fine } else { ExitStatus::BadInput })
    }
}

/// Where outcomes are written, and in which form.
struct Telling<'a> {
    json: bool,
    text: Text<'a>,
    /// Whether any report has been written.
    some: bool,
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
}

impl Telling<'_> {
    fn outcome(&mut self, outcome: &Outcome) -> io::Result<()> {
        if let Some(report) = &outcome.report {
            self.some = true;
            if self.json {
                // In one piece, so that a process that is killed leaves no half of it.
                let mut line = serde_json::to_vec(&PoseLine::from(report))?;
                line.push(b'\n');
                self.out.write_all(&line)?;
            } else {
                self.text.report(report, self.out)?;
            }
        }
        outcome.failures.iter().try_for_each(|error| super::print_error(self.err, error))
    }

    fn end(&mut self) -> io::Result<()> {
        if self.some && !self.json { self.text.end(self.out) } else { Ok(()) }
    }
}
