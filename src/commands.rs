//! One file per verb, and the one place where a failure becomes a line on standard error and an exit status.

use std::io::{self, Read, Write};

use anyhow::Result;

use crate::{
    cli::{Cli, Command},
    config::{Check, ExitStatus},
};

mod check;
mod completions;
mod man;

/// Does what the command line asks for.
///
/// Text carries ANSI styles: `out` and `err` are streams that drop them where they do not belong, such as those of
/// `anstream`. A reader that closes `out` early ends the run quietly. `stdin` is read only where the arguments name `-`.
pub fn run(cli: Cli, stdin: Box<dyn Read + Send>, out: &mut dyn Write, err: &mut dyn Write) -> ExitStatus {
    match dispatch(cli.command, stdin, out, err).and_then(|status| Ok(out.flush().map(|()| status)?)) {
        Ok(status) => status,
        Err(error) if is_closed_pipe(&error) => ExitStatus::Fine,
        Err(error) => {
            // When standard error is closed as well, the status is all that is left to say.
            let _ = print_error(err, &error);
            ExitStatus::BadInput
        }
    }
}

fn dispatch(
    command: Command,
    stdin: Box<dyn Read + Send>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<ExitStatus> {
    match command {
        Command::Check(args) => check::run(&Check::try_from(args)?, stdin, out, err),
        Command::Watch(_) | Command::Bench(_) => anyhow::bail!("not in this build"),
        Command::Completions(args) => completions::run(args.shell, out),
        Command::Man => man::run(out),
    }
}

/// Prints one failure as one line: what went wrong and its causes.
fn print_error(err: &mut dyn Write, error: &anyhow::Error) -> io::Result<()> {
    let style = anstyle::AnsiColor::Red.on_default().bold();
    writeln!(err, "{style}error:{style:#} {error:#}")
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
