//! The `posture` command: parse, run, exit status.

use std::{
    env,
    io::{self, BufReader, IsTerminal as _},
    process::ExitCode,
};

use posture::{
    cli::{Cli, Parser as _},
    paths::Paths,
};

fn main() -> ExitCode {
    let mut cli = Cli::parse();
    cli.terminal = io::stdout().is_terminal() && env::var_os("TERM").is_none_or(|name| name != "dumb");
    let (mut out, mut err) = (anstream::stdout(), anstream::stderr());
    posture::run(cli, &Paths::of_user(), &mut BufReader::new(io::stdin()), &mut out, &mut err).into()
}
