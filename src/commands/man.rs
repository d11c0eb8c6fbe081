//! `posture man`: the manual page, for `man -l -`.

use std::io::Write;

use anyhow::Result;
use clap_mangen::Man;

use crate::{
    cli::{Cli, CommandFactory as _},
    config::ExitStatus,
};

/// Writes the page of the whole program and after it one for each command.
pub fn run(out: &mut dyn Write) -> Result<ExitStatus> {
    let mut command = Cli::command();
    command.build();
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set() && verb.get_name() != "help") {
        Man::new(verb.clone()).render(&mut page)?;
    }
    out.write_all(&page)?;
    Ok(ExitStatus::Fine)
}
