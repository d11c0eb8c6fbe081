//! `posture watch`: a session in front of a camera, a folder, a video or a pipe.

mod eye;
pub(super) mod interrupts;
mod lessons;
mod live;
mod log;
mod profiles;
mod remote;

use std::io::Write;

use anyhow::{Context as _, Result};

pub use self::{
    lessons::Lessons,
    live::{Input, Inputs, Manner, follow},
    profiles::Shelf,
};
use crate::{
    capture::{is_live, open_source},
    config::{ExitStatus, Telling, Watch},
    estimator::Estimator,
    pace::Pace,
    paths::Paths,
    pipeline::Session,
    profile,
    sink::{Exec, JsonLines, Log, Notify, Record, Sink as _, Sinks, Terminal, Tui},
    stretches::{Stretches, Suits},
    surroundings,
};

/// Watches until the source ends or somebody presses Ctrl-C, and writes what happens to `out`. A camera is watched by one at
/// a time, which can be asked for things from elsewhere and keeps a log in the folders of `paths`.
pub fn run(
    config: &Watch,
    suits: Suits,
    paths: &Paths,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<ExitStatus> {
    let (rules, stretches) = (super::rules(config.rules.as_deref())?, Stretches::embedded());
    let network = super::network(config.model.as_deref())?;
    let inputs = Inputs::default();
    let mut notes = Vec::new();
    let _server = remote::listen(&config.source, &inputs, paths, &mut notes)?;
    let _log = is_live(&config.source).then(|| log::start(paths, &config.log, &mut notes));
    let source = open_source(&config.source, config.fps).inspect_err(|error| tracing::error!("{error}"))?;
    notes.iter().try_for_each(|note| writeln!(err, "{note}"))?;
    tracing::info!("posture {} watches {}", env!("CARGO_PKG_VERSION"), source.name());
    interrupts::send_to(inputs.sender())?;
    let shelf = Shelf {
        name: config.profile.clone(),
        camera: source.name().to_owned(),
        fingerprint: network.fingerprint().to_owned(),
        paths: paths.clone(),
        rules,
    };
    let profiles = shelf.chosen(err)?;
    let rules = shelf.rules(&profiles);
    let estimator = Estimator::tracking(network);
    let mut session = Session::new(
        source.name(),
        Box::new(estimator),
        profile::baseline(&profiles),
        rules.clone(),
        stretches.clone(),
    );
    session.quiet_hours(config.notify.hours());
    if !suits.exercises {
        writeln!(err, "{}", stretches.phrases().screening.reported)?;
    }
    session.suits(suits);
    let mut sinks = Sinks::default();
    sinks.add(Log::default());
    match config.telling {
        Telling::Json => sinks.add(JsonLines::new(out, err)),
        Telling::Lines => {
            writeln!(out, "Watching {}; Ctrl-C ends it.", source.name())?;
            for profile in &profiles {
                writeln!(out, "{}", profiles::announced(profile))?;
            }
            sinks.add(Terminal::new(out, err, &rules, &stretches, true));
        }
        Telling::View => {
            let mut view =
                Tui::open(source.name(), &rules, &stretches, out, err).context("the terminal; try --plain")?;
            view.listen(inputs.send(Input::Key));
            for profile in &profiles {
                view.trouble(&profiles::announced(profile))?;
            }
            sinks.add(view);
        }
    }
    if let Some(command) = &config.notify.exec {
        sinks.add(Exec::new(command, Exec::PATIENCE, inputs.tell(Input::Trouble)));
    }
    // What was recorded is over, and so is what went on around it.
    if source.clock().is_some() {
        surroundings::watch(config.on_battery, inputs.send(Input::Around));
        if config.notify.desktop {
            let (answered, told) = (inputs.tell(Input::Answered), inputs.tell(Input::Trouble));
            sinks.add(Notify::new(&rules, &stretches, config.notify.sound, answered, told));
        }
    }
    if let Some(file) = &config.record {
        sinks.add(Record::open(file).with_context(|| format!("{}: cannot be recorded to", file.display()))?);
    }
    session.expect(profiles);
    // A rate that was asked for is kept.
    let pace = config.fps.is_none().then(|| Pace::new(config.camera_budget));
    let lessons = Lessons::new(stretches.clone(), paths.state_dir().ok(), config.screened);
    follow(source, &mut session, &mut sinks, &inputs, Manner { pace, lessons, shelf: Some(shelf) })
        .inspect_err(|error| tracing::error!("{error:#}"))
}
