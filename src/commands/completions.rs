//! `posture completions SHELL`: a completion script.

use std::io::Write;

use anyhow::Result;
use clap_complete::Shell;

use crate::{
    cli::{Cli, CommandFactory as _},
    config::ExitStatus,
};

/// Writes the completion script of `shell` to `out`.
pub fn run(shell: Shell, out: &mut dyn Write) -> Result<ExitStatus> {
    let mut command = Cli::command();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "posture", &mut script);
    out.write_all(&script)?;
    Ok(ExitStatus::Fine)
}
