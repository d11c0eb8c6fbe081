//! `posture calibrate`: records how somebody sits upright and how they slouch, and keeps it as a profile.

mod words;

use std::{
    io::{IsTerminal as _, Write},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use anyhow::{Context as _, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use self::words::Telling;
use super::{
    lend::{self, Lent},
    watch::{Input, interrupts},
};
use crate::{
    calibration::{Moment, Phase, Recorder, Seen},
    capture::{Captured, FrameSource, is_live},
    config::{Calibrate, ExitStatus},
    estimator::{Estimator, PoseEstimator as _},
    frame::Frame,
    geometry::Degrees,
    measure::{Aspect, Known, measure},
    paths::Paths,
    profile::{Profile, Store},
    rules::Rules,
};

/// The longest that a running watch lends its camera. A calibration takes half a minute.
const LOAN: Duration = Duration::from_secs(600);

/// How a recording ended.
enum End {
    /// Both postures are there.
    Complete,
    /// The source had no more pictures.
    Source,
    /// Somebody asked for the end.
    Interrupted,
}

/// Guides through both postures and saves the profile.
pub fn run(config: &Calibrate, paths: &Paths, out: &mut dyn Write, err: &mut dyn Write) -> Result<ExitStatus> {
    let store = store(paths)?;
    // Before anybody sits still for it: can it be kept?
    store.prepare(config.name.as_deref().unwrap_or("side"))?;
    let network = super::network(config.model.as_deref())?;
    // From here on Ctrl-C is a wish like any other: what was borrowed is given back.
    let (sender, interrupted) = channel();
    interrupts::send_to(sender)?;
    let lent = if is_live(&config.source) { Lent::borrow(paths, LOAN) } else { None };
    if lent.is_some() {
        writeln!(out, "The posture that is watching lends its camera meanwhile.")?;
    }
    let source = lend::open(&config.source, config.fps, lent.is_some())?;
    let countdown = if source.clock().is_some() { config.countdown } else { Duration::ZERO };
    let name = source.name().to_owned();
    let mut recording = Recording {
        recorder: Recorder::new(countdown, config.level),
        estimator: Estimator::tracking(network.clone()),
        telling: Telling::default(),
        bar: bar(),
        level: config.level,
        last: None,
    };
    writeln!(out, "Calibrating with {name}; Ctrl-C ends it, and nothing is saved before both postures are recorded.")?;
    let end = recording.run(source, &interrupted, out, err);
    recording.bar.finish_and_clear();
    match (end?, recording.recorder.recorded()) {
        (End::Interrupted, _) => {
            writeln!(out, "Ended. Nothing was saved.")?;
            Ok(ExitStatus::NoReading)
        }
        (_, None) => {
            writeln!(out, "{}", words::nothing(recording.last.and_then(|moment| moment.trouble)))?;
            Ok(ExitStatus::NoReading)
        }
        (_, Some(recorded)) => {
            let made = jiff::Zoned::now().datetime().round(jiff::Unit::Second).context("no time of day")?;
            let title = match &config.name {
                Some(name) => name.clone(),
                None => free_name(&store, words::view_name(recorded.view), &name, recorded.aspect()),
            };
            let profile = Profile::new(&title, &name, made, network.fingerprint(), recorded.clone());
            let path = store.keep(&profile)?;
            words::saved(&profile, &recorded, &Rules::embedded(), &path, out)?;
            match lent.as_ref().map(Lent::renew) {
                Some(Ok(())) => writeln!(out, "The posture that is watching holds you against it from now on.")?,
                Some(Err(error)) => writeln!(err, "{error}; it takes up the new profile once it is started anew")?,
                None => {}
            }
            Ok(ExitStatus::Fine)
        }
    }
}

/// The profiles of the user.
pub fn store(paths: &Paths) -> Result<Store> {
    Ok(Store::new(paths.config_dir()?.join("profiles")))
}

/// `usual`, or with a number where that is the name of a profile of another camera or flank, or of one that cannot be read.
fn free_name(store: &Store, usual: &str, camera: &str, aspect: Aspect) -> String {
    let numbered = (2..).map(|number| format!("{usual}-{number}"));
    let ours = |name: &String| match (store.path(name), store.load(name)) {
        (Ok(path), Ok(profile)) => !path.exists() || (profile.camera == camera && profile.aspect() == aspect),
        (Ok(path), Err(_)) => !path.exists(),
        (Err(_), _) => false,
    };
    std::iter::once(usual.to_owned()).chain(numbered).find(ours).unwrap_or_else(|| usual.to_owned())
}

/// One line that is rewritten, on standard error if that is a terminal.
fn bar() -> ProgressBar {
    let target = if std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr_with_hz(8)
    } else {
        ProgressDrawTarget::hidden()
    };
    let style = ProgressStyle::with_template("{wide_msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(None, target).with_style(style)
}

/// A recording under way.
struct Recording {
    recorder: Recorder,
    estimator: Estimator,
    telling: Telling,
    bar: ProgressBar,
    level: Option<Degrees>,
    last: Option<Moment>,
}

impl Recording {
    fn run(
        &mut self,
        mut source: Box<dyn FrameSource>,
        interrupted: &Receiver<Input>,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> Result<End> {
        loop {
            if interrupted.try_recv().is_ok() {
                return Ok(End::Interrupted);
            }
            match source.next_frame() {
                Ok(Captured::Frame(frame)) => {
                    let moment = self.frame(&frame)?;
                    self.tell(frame.at, moment, out)?;
                    if moment.phase == Phase::Done {
                        return Ok(End::Complete);
                    }
                }
                Ok(Captured::Waiting) => {}
                Ok(Captured::Outage { why, .. }) => self.bar.set_message(format!("No pictures: {why}")),
                Ok(Captured::End) => return Ok(End::Source),
                Err(error) => {
                    let said = self.bar.suspend(|| writeln!(err, "{error}"));
                    said?;
                }
            }
        }
    }

    fn frame(&mut self, frame: &Frame) -> Result<Moment> {
        let pose = self.estimator.estimate(frame)?;
        let scene = self.estimator.scene();
        let read =
            pose.as_ref().map(|pose| (pose, measure(pose, Known { level: self.level, scene, ..Known::default() })));
        let seen = read.as_ref().map(|(pose, reading)| Seen { pose, reading });
        Ok(self.recorder.step(frame.at, scene.brightness, seen))
    }

    fn tell(&mut self, at: Duration, moment: Moment, out: &mut dyn Write) -> Result<()> {
        self.last = Some(moment);
        self.bar.set_message(words::moment(&moment, self.estimator.scene().brightness));
        for line in self.telling.step(at, &moment) {
            self.bar.suspend(|| writeln!(out, "{line}").and_then(|()| out.flush()))?;
        }
        Ok(())
    }
}
