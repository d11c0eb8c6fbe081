//! One file per verb, and the one place where a failure becomes a line on standard error and an exit status.

use std::{
    fs,
    io::{self, BufRead, Write},
    path::Path,
};

use anyhow::{Context as _, Error, Result, bail};

use crate::{
    capture::{CaptureError, Fault},
    cli::{Cli, Command},
    config::{Bench, Calibrate, Check, ExitStatus, Replay, Settings, Stretch, Watch},
    estimator::{ModelError, Network},
    paths::Paths,
    rules::Rules,
};

mod bench;
mod calibrate;
mod cameras;
mod check;
mod completions;
mod config;
mod control;
mod doctor;
mod eval;
mod lend;
mod man;
mod replay;
mod rules;
mod service;
pub mod stretch;
pub mod watch;

/// Does what the command line asks for. Files of the user are looked for in `paths` and nowhere else.
///
/// Text carries ANSI styles: `out` and `err` are streams that drop them where they do not belong, such as those of
/// `anstream`. A reader that closes `out` early ends the run quietly. `stdin` is read only where a list of paths is asked
/// for with `-`; it must not hold a lock on the process's standard input, which a live source may read itself.
pub fn run(cli: Cli, paths: &Paths, stdin: &mut dyn BufRead, out: &mut dyn Write, err: &mut dyn Write) -> ExitStatus {
    match dispatch(cli, paths, stdin, out, err).and_then(|status| Ok(out.flush().map(|()| status)?)) {
        Ok(status) => status,
        Err(error) if is_closed_pipe(&error) => ExitStatus::Fine,
        Err(error) => {
            // When standard error is closed as well, the status is all that is left to say.
            let _ = print_error(err, &error);
            status_of(&error)
        }
    }
}

fn dispatch(
    Cli { command, config, terminal }: Cli,
    paths: &Paths,
    stdin: &mut dyn BufRead,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<ExitStatus> {
    let settings = || settings(config.as_deref(), paths);
    match command {
        Command::Check(args) => check::run(&Check::new(args, &settings()?)?, stdin, out, err),
        Command::Watch(args) => {
            let settings = settings()?;
            let suits = stretch::suits(&settings.stretches, paths)?;
            watch::run(&Watch::new(args, &settings, terminal)?, suits, paths, out, err)
        }
        Command::Calibrate(args) => calibrate::run(&Calibrate::new(args, &settings()?)?, paths, out, err),
        Command::Stretch(args) => stretch::run(&Stretch::new(args, &settings()?)?, paths, stdin, out, err),
        Command::Bench(args) => bench::run(&Bench::try_from(args)?, out, err),
        Command::Status(args) => control::status(paths, args.json, out),
        Command::Pause(args) => control::pause(paths, args.length.as_deref(), out),
        Command::Resume => control::tell(paths, &control::Command::Resume, out),
        Command::Toggle => control::tell(paths, &control::Command::Toggle, out),
        Command::Snooze(args) => control::snooze(paths, &args.length, out),
        Command::Quit => control::tell(paths, &control::Command::Quit, out),
        Command::Cameras(args) => cameras::run(args.json, out),
        Command::Doctor(args) => doctor::run(&args, paths, settings(), out),
        Command::Service(args) => service::run(args.action, paths, args.dry_run, out),
        Command::Config(args) => config::run(args.action, config.map_or_else(|| paths.config_file(), Ok)?, out),
        Command::Replay(args) => replay::run(&Replay::new(args, &settings()?), stdin, out, err),
        Command::Rules(args) => rules::run(args.action, &settings()?, out),
        Command::Eval(args) => eval::run(&args.into(), out, err),
        Command::Completions(args) => completions::run(args.shell, out),
        Command::Man => man::run(out),
    }
}

/// What is set in `file`, or else in the user's own configuration.
fn settings(file: Option<&Path>, paths: &Paths) -> Result<Settings> {
    match file {
        Some(file) if !file.exists() => bail!("{}: no such configuration; check the spelling", file.display()),
        Some(file) => Settings::read(file),
        None => {
            let mut settings =
                paths.config_file().map_or_else(|_| Ok(Settings::default()), |file| Settings::read(&file))?;
            let own = || paths.config_dir().ok().map(|folder| folder.join("rules.toml")).filter(|file| file.exists());
            settings.watch.rules = settings.watch.rules.or_else(own);
            Ok(settings)
        }
    }
}

/// The network in `file`, or the built-in one.
fn network(file: Option<&Path>) -> Result<Network, ModelError> {
    file.map_or_else(Network::embedded, Network::open)
}

/// The built-in table of rules with the one in `file` laid over it.
fn rules(file: Option<&Path>) -> Result<Rules> {
    let Some(file) = file else { return Ok(Rules::embedded()) };
    let name = file.display().to_string();
    let text = fs::read_to_string(file).with_context(|| format!("{name}: the table of rules cannot be read"))?;
    Ok(Rules::over_embedded(&text, &name)?)
}

/// Prints one failure as one line: what went wrong and its causes.
fn print_error(err: &mut dyn Write, error: &Error) -> io::Result<()> {
    let style = anstyle::AnsiColor::Red.on_default().bold();
    writeln!(err, "{style}error:{style:#} {error:#}")
}

/// The exit status that `error` means.
fn status_of(error: &Error) -> ExitStatus {
    match error.downcast_ref::<CaptureError>().map(CaptureError::fault) {
        Some(Fault::Camera) => ExitStatus::CameraUnavailable,
        Some(Fault::Input) | None => ExitStatus::BadInput,
    }
}

/// Whether the reader of the output has gone.
fn is_closed_pipe(error: &Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
