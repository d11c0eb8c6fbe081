//! A network on pictures of one size, and the rounds in which several of them take turns.

use std::rc::Rc;

use anyhow::{Result, bail};

use super::{
    agreement::Disagreement,
    document::{BesideFirst, Input, Row, Run, milliseconds, rounded},
    picture::{Darkroom, Picture},
    steady::{Enough, Medians, Stopped},
    stopwatch::{Span, Stopwatch, Timings},
};
use crate::{
    capture::{Captured, FrameSource},
    config::Size,
    estimator::Network,
    frame::Frame,
    pipeline::{OnePass, Stage},
    pose::Pose,
    rules::Rules,
};

/// A frame that takes this many times the median is an outlier.
pub const OUTLIER: f64 = 1.5;

/// A network that was loaded, and how long that took.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The network.
    pub network: Network,
    /// From nothing to it.
    pub load: Span,
}

/// A network on pictures of one size.
#[derive(Debug)]
pub struct Lane {
    loaded: Loaded,
    size: Option<Size>,
    pictures: Rc<Vec<Picture>>,
    inputs: Vec<Input>,
    pass: OnePass,
    darkroom: Darkroom,
    timings: Timings,
    medians: Medians,
    /// For each round, the time of its frame over that of the first lane.
    ratios: Vec<f64>,
    /// Who was seen, on each picture or each frame.
    poses: Vec<Option<Pose>>,
}

/// What a lane works on in its turn.
#[derive(Clone, Copy)]
enum Turn<'a> {
    /// The picture of this number.
    Picture(usize),
    /// What a source sent, and what it took to have it.
    Sent(&'a Frame, Span),
}

impl Lane {
    /// A lane that has looked at each of `pictures` once.
    pub fn new(loaded: Loaded, size: Option<Size>, pictures: Rc<Vec<Picture>>) -> Result<Self> {
        let pass = OnePass::new(loaded.network.clone(), Rules::embedded());
        let mut lane = Self {
            loaded,
            size,
            pictures: Rc::clone(&pictures),
            inputs: Vec::new(),
            pass,
            darkroom: Darkroom::default(),
            timings: Timings::new(),
            medians: Medians::default(),
            ratios: Vec::new(),
            poses: Vec::new(),
        };
        for picture in pictures.iter() {
            let frame = lane.darkroom.develop(picture)?;
            lane.look(&picture.name, &frame)?;
            lane.darkroom.take_back(frame);
        }
        Ok(lane)
    }

    /// Notes what is on `frame`, untimed.
    fn look(&mut self, source: &str, frame: &Frame) -> Result<()> {
        let pose = self.pass.run(frame, &mut |_| {})?.map(|(pose, _)| pose);
        let (width, height) = frame.image.dimensions();
        self.inputs.push(Input { source: source.to_owned(), width, height, person: pose.is_some() });
        self.poses.push(pose);
        Ok(())
    }

    /// Works through one frame with the watch running; gives the time of all stages but capturing.
    fn frame(&mut self, turn: Turn) -> Result<Span> {
        if let Turn::Sent(_, captured) = turn {
            self.timings.add(Stage::Capture, captured);
        }
        let mut watch = self.timings.frame();
        let mut developed = None;
        let frame = match turn {
            Turn::Sent(frame, _) => frame,
            Turn::Picture(number) => {
                let frame = developed.insert(self.darkroom.develop(&self.pictures[number])?);
                watch.done(Stage::Decode);
                frame
            }
        };
        let seen = self.pass.run(frame, &mut |stage| watch.done(stage))?;
        let span = watch.end();
        if let Some(frame) = developed {
            self.darkroom.take_back(frame);
        }
        if let Turn::Sent(..) = turn {
            self.poses.push(seen.map(|(pose, _)| pose));
        }
        let total = self.timings.total();
        self.medians.note(total.frames(), || total.quantile(0.5));
        Ok(span)
    }

    /// The timings so far.
    pub fn timings(&self) -> &Timings {
        &self.timings
    }

    /// What was measured, beside `first` unless this is it, and beside `reference`, the first network's lane of this size.
    fn run(&self, settings: Settings, stopped: Stopped, first: Option<(&Self, &Self)>) -> Run {
        let total = Row::new("total", self.timings.total());
        let cpu = self.timings.total().cpu().as_secs_f64();
        let outliers = self.timings.total().longer_than(self.timings.total().quantile(0.5).mul_f64(OUTLIER));
        let mut ratios = self.ratios.clone();
        ratios.sort_by(f64::total_cmp);
        Run {
            model: self.loaded.network.origin().to_string(),
            size: self.size.map(|size| format!("{}×{}", size.width, size.height)),
            load_ms: milliseconds(self.loaded.load.wall),
            load_cpu_ms: milliseconds(self.loaded.load.cpu),
            pictures: self.inputs.clone(),
            warm_up: settings.warm_up,
            frames: total.frames,
            stopped,
            stages: Run::stages(&self.timings),
            frames_per_second: rounded(1.0 / self.timings.total().mean().as_secs_f64().max(1e-9), 1),
            outliers: rounded(outliers as f64 / total.frames.max(1) as f64, 4),
            total,
            fps: settings.fps,
            cpu_seconds_per_hour: rounded(cpu * settings.fps * 3600.0, 2),
            beside_first: first.map(|(first, reference)| BesideFirst {
                wall_ratio: rounded(ratios.get(ratios.len() / 2).copied().unwrap_or(f64::NAN), 4),
                cpu_ratio: rounded(cpu / first.timings.total().cpu().as_secs_f64().max(1e-9), 4),
                disagreement: (!std::ptr::eq(self, reference))
                    .then(|| Disagreement::between(&reference.poses, &self.poses)),
            }),
        }
    }
}

/// What is noted beside the figures.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Frames before the watch runs.
    pub warm_up: u32,
    /// Frames per second of which an hour's cost is worked out.
    pub fps: f64,
}

/// Lanes that take turns, frame by frame, so that whatever else the machine does falls on all of them alike.
pub struct Rounds<'a> {
    /// In the order of the sizes, and of the networks within each.
    pub lanes: Vec<Lane>,
    /// Where frames come from, if not from the lanes' own pictures.
    pub source: Option<&'a mut dyn FrameSource>,
    /// How many networks there are: so many lanes belong to each size.
    pub networks: usize,
}

impl Rounds<'_> {
    /// Runs the warm-up and then round after round until it is enough; `step` is called after each of them.
    pub fn run(&mut self, settings: Settings, enough: Enough, step: &mut dyn FnMut()) -> Result<Stopped> {
        for round in 0..settings.warm_up as usize {
            if !self.warm(round)? {
                return Ok(Stopped::Ended);
            }
            step();
        }
        let watch = Stopwatch::start();
        for round in 0.. {
            let sent = match self.source.as_deref_mut() {
                Some(source) => match next(source)? {
                    Some(sent) => Some(sent),
                    None => return Ok(Stopped::Ended),
                },
                None => None,
            };
            self.round(round, sent.as_ref())?;
            step();
            let medians: Vec<&Medians> = self.lanes.iter().map(|lane| &lane.medians).collect();
            if let Some(stopped) = enough.reached(round as u64 + 1, watch.stop().wall, &medians) {
                return Ok(stopped);
            }
        }
        Ok(Stopped::Ended)
    }

    /// One untimed round; false when the source has come to its end.
    fn warm(&mut self, round: usize) -> Result<bool> {
        if let Some(source) = self.source.as_deref_mut() {
            let Some((frame, _)) = next(source)? else { return Ok(false) };
            let name = source.name().to_owned();
            for lane in &mut self.lanes {
                lane.inputs.clear();
                lane.look(&name, &frame)?;
            }
            return Ok(true);
        }
        for lane in &mut self.lanes {
            let frame = lane.darkroom.develop(&lane.pictures[round % lane.pictures.len()])?;
            lane.pass.run(&frame, &mut |_| {})?;
            lane.darkroom.take_back(frame);
        }
        Ok(true)
    }

    /// One timed round: forwards and backwards in turn, so that none is always the first.
    fn round(&mut self, round: usize, sent: Option<&(Frame, Span)>) -> Result<()> {
        let count = self.lanes.len();
        let mut walls = vec![0.0; count];
        for place in 0..count {
            let index = if round.is_multiple_of(2) { place } else { count - 1 - place };
            let lane = &mut self.lanes[index];
            let turn = match sent {
                Some((frame, captured)) => Turn::Sent(frame, *captured),
                None => Turn::Picture(round % lane.pictures.len()),
            };
            walls[index] = lane.frame(turn)?.wall.as_secs_f64();
        }
        for (lane, wall) in self.lanes.iter_mut().zip(&walls) {
            lane.ratios.push(wall / walls[0].max(1e-12));
        }
        Ok(())
    }

    /// What the lanes have measured.
    pub fn runs(&self, settings: Settings, stopped: Stopped) -> Vec<Run> {
        let Some(first) = self.lanes.first() else { return Vec::new() };
        let reference = |index: usize| &self.lanes[index - index % self.networks];
        let run =
            |(index, lane): (usize, &Lane)| lane.run(settings, stopped, (index > 0).then(|| (first, reference(index))));
        self.lanes.iter().enumerate().map(run).collect()
    }
}

/// The next frame of a source and what it took to have it; `None` at its end.
fn next(source: &mut dyn FrameSource) -> Result<Option<(Frame, Span)>> {
    let watch = Stopwatch::start();
    loop {
        match source.next_frame()? {
            Captured::Frame(frame) => return Ok(Some((frame, watch.stop()))),
            Captured::Waiting => {}
            Captured::Outage { why, .. } => bail!("{why}"),
            Captured::End => return Ok(None),
        }
    }
}
