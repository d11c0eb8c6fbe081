//! The `posture` command: parse, run, exit status.

use std::{
    io::{self, BufReader},
    process::ExitCode,
};

use posture::{
    cli::{Cli, Parser as _},
    paths::Paths,
};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let (mut out, mut err) = (anstream::stdout(), anstream::stderr());
    posture::run(cli, &Paths::of_user(), &mut BufReader::new(io::stdin()), &mut out, &mut err).into()
}
