//! `posture config`: the configuration file as its owner meets it.

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, ExitStatus as Ended},
};

use anyhow::{Context as _, Result, bail};

use crate::{
    cli::ConfigAction,
    config::{ExitStatus, Settings, TEMPLATE},
};

/// Does `action` with the configuration in `file`.
pub fn run(action: ConfigAction, file: PathBuf, out: &mut dyn Write) -> Result<ExitStatus> {
    match action {
        ConfigAction::Show => show(&file, out)?,
        ConfigAction::Check => check(&file, out)?,
        ConfigAction::Path => writeln!(out, "{}", file.display())?,
        ConfigAction::Edit => {
            write_template(&file)?;
            edit(&file)?;
            check(&file, out)?;
        }
    }
    Ok(ExitStatus::Fine)
}

/// Prints what holds, as a configuration of its own.
fn show(file: &Path, out: &mut dyn Write) -> Result<()> {
    let settings = Settings::read(file)?;
    let not_there = if file.exists() { "" } else { ", which is not there: defaults" };
    writeln!(out, "# {}{not_there}\n", file.display())?;
    Ok(write!(out, "{}", toml::to_string(&settings)?)?)
}

/// Says that nothing is wrong with `file`, or fails.
fn check(file: &Path, out: &mut dyn Write) -> Result<()> {
    Settings::read(file)?;
    let state = if file.exists() { "nothing wrong with it" } else { "not there; `posture config edit` writes it" };
    Ok(writeln!(out, "{}: {state}", file.display())?)
}

/// Writes the explained configuration where there is none.
fn write_template(file: &Path) -> Result<()> {
    let cannot = || format!("{}: the configuration cannot be written", file.display());
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(cannot)?;
    }
    match fs::File::create_new(file) {
        Ok(mut new) => new.write_all(TEMPLATE.as_bytes()).with_context(cannot),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error).with_context(cannot),
    }
}

/// Has the user edit `file`, and waits until they are done.
fn edit(file: &Path) -> Result<()> {
    let name = file.display();
    let chosen = ["VISUAL", "EDITOR"].into_iter().filter_map(env::var_os).find(|editor| !editor.is_empty());
    let Some(editor) = chosen else { bail!("no editor: set EDITOR, or open {name} yourself") };
    let editor = editor.to_string_lossy();
    let ended = start(&editor, file).with_context(|| format!("{editor}: the editor cannot be started; open {name}"))?;
    match ended.success() {
        true => Ok(()),
        false => bail!("{editor}: the editor could not do it ({ended}); open {name} yourself"),
    }
}

/// An editor is a command line, as git has it: with options, and quoted where it must be.
#[cfg(unix)]
fn start(editor: &str, file: &Path) -> io::Result<Ended> {
    Command::new("sh").args(["-c", &format!("{editor} \"$1\""), "sh"]).arg(file).status()
}

/// An editor is a program and its options.
#[cfg(not(unix))]
fn start(editor: &str, file: &Path) -> io::Result<Ended> {
    let mut words = editor.split_whitespace();
    Command::new(words.next().unwrap_or(editor)).args(words).arg(file).status()
}
