//! `posture bench`: how long each stage takes on this machine.

mod machine;
mod outcome;
mod stopwatch;

use std::{io::Write, path::PathBuf, time::Duration};

use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};

use self::{
    machine::Machine,
    outcome::{Input, Outcome},
    stopwatch::{Stopwatch, Timings},
};
use crate::{
    capture,
    config::{Bench, ExitStatus},
    estimator::Network,
    frame::Frame,
    pipeline::{OnePass, Stage},
    rules::Rules,
};

/// The picture that is timed when none is named.
const SAMPLE: &[u8] = include_bytes!("../../samples/side_upright_left.jpg");

/// What the built-in picture is called.
const SAMPLE_NAME: &str = "built-in sample";

/// An encoded picture, as it lies in a file.
struct Picture {
    name: String,
    bytes: Vec<u8>,
}

impl Picture {
    fn decode(&self) -> Result<Frame> {
        match capture::decode(&self.bytes) {
            Ok(image) => Ok(Frame { image, at: Duration::ZERO }),
            Err(fault) => bail!("{}: {fault}", self.name),
        }
    }
}

/// Times the stages and writes a table, or one JSON object, to `out`.
pub fn run(config: &Bench, out: &mut dyn Write) -> Result<ExitStatus> {
    let pictures = read(&config.photos)?;
    let stopwatch = Stopwatch::start();
    let network = super::network(config.model.as_deref())?;
    let load = stopwatch.stop();
    let model = network.origin().to_string();
    let (pictures, timings) = time(config, &pictures, network)?;
    let outcome = Outcome {
        machine: Machine::this(),
        model,
        load,
        pictures,
        warm_up: config.warm_up,
        timings,
        peak_memory: machine::peak_memory(),
    };
    if config.json { outcome.write_json(out) } else { outcome.write_table(out) }?;
    Ok(ExitStatus::Fine)
}

/// The pictures to time, still encoded.
fn read(photos: &[PathBuf]) -> Result<Vec<Picture>> {
    if photos.is_empty() {
        return Ok(vec![Picture { name: SAMPLE_NAME.to_owned(), bytes: SAMPLE.to_owned() }]);
    }
    let read = |path: &PathBuf| Ok(Picture { name: path.display().to_string(), bytes: capture::read_photo(path)? });
    photos.iter().map(read).collect()
}

/// Runs the pictures in turn: first for the warm-up, then with the watch running.
fn time(config: &Bench, pictures: &[Picture], network: Network) -> Result<(Vec<Input>, Timings)> {
    let mut pass = OnePass::new(network, Rules::embedded());
    let mut inputs = Vec::new();
    for picture in pictures {
        let decoded = picture.decode()?;
        let (width, height) = decoded.image.dimensions();
        let person = pass.run(&decoded, &mut |_| {})?.is_some();
        inputs.push(Input { source: picture.name.clone(), width, height, person });
    }
    let bar = progress(u64::from(config.warm_up) + u64::from(config.frames));
    let mut turns = pictures.iter().cycle();
    for picture in turns.by_ref().take(config.warm_up as usize) {
        pass.run(&picture.decode()?, &mut |_| {})?;
        bar.inc(1);
    }
    let mut timings = Timings::new();
    for picture in turns.take(config.frames as usize) {
        let mut watch = timings.frame();
        let decoded = picture.decode()?;
        watch.done(Stage::Decode);
        pass.run(&decoded, &mut |stage| watch.done(stage))?;
        watch.end();
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok((inputs, timings))
}

/// A bar on standard error while that is a terminal; it is drawn at most 20 times per second, between frames.
fn progress(frames: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} frames").expect("a template that indicatif knows");
    ProgressBar::new(frames).with_style(style).with_finish(ProgressFinish::AndClear)
}
