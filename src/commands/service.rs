//! `posture service`: watching from login on, by the user's own systemd or launchd.

mod unit;

use std::{
    env, fs,
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

use self::unit::{Facts, MARK};
use crate::{cli::ServiceAction, config::ExitStatus, paths::Paths};

/// Who starts services for a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manager {
    /// Linux.
    Systemd,
    /// macOS.
    Launchd,
}

impl Manager {
    /// That of this system.
    fn here() -> Result<Self> {
        if cfg!(target_os = "linux") {
            Ok(Self::Systemd)
        } else if cfg!(target_os = "macos") {
            Ok(Self::Launchd)
        } else {
            bail!("no services are known for this system; have it start `posture watch` when you log in")
        }
    }

    /// Where its file for this program is.
    fn file(self, paths: &Paths) -> Result<PathBuf> {
        Ok(match self {
            Self::Systemd => paths.config_dir()?.with_file_name("systemd").join("user/posture.service"),
            Self::Launchd => paths.home()?.join("Library/LaunchAgents/posture.plist"),
        })
    }

    /// What is in it.
    fn text(self, facts: &Facts) -> String {
        match self {
            Self::Systemd => unit::systemd(facts),
            Self::Launchd => unit::launchd(facts),
        }
    }

    /// What has it start the service now and at each login.
    fn start(self, file: &str) -> Vec<Vec<&str>> {
        match self {
            Self::Systemd => {
                vec![
                    vec!["systemctl", "--user", "daemon-reload"],
                    vec!["systemctl", "--user", "enable", "--now", "posture"],
                ]
            }
            Self::Launchd => vec![vec!["launchctl", "load", "-w", file]],
        }
    }

    /// What has it end the service and forget it.
    fn stop(self, file: &str) -> Vec<Vec<&str>> {
        match self {
            Self::Systemd => vec![vec!["systemctl", "--user", "disable", "--now", "posture"]],
            Self::Launchd => vec![vec!["launchctl", "unload", "-w", file]],
        }
    }

    /// What has it say how the service is.
    fn ask(self) -> Vec<&'static str> {
        match self {
            Self::Systemd => vec!["systemctl", "--user", "is-active", "posture"],
            Self::Launchd => vec!["launchctl", "list", "posture"],
        }
    }
}

/// Does `action`; with `dry_run` it only says what it would do.
pub fn run(action: ServiceAction, paths: &Paths, dry_run: bool, out: &mut dyn Write) -> Result<ExitStatus> {
    let manager = Manager::here()?;
    let file = manager.file(paths)?;
    let program = env::current_exe().context("where this program is cannot be told")?;
    let facts = Facts { program: &program, config: paths.config_dir()?, state: paths.state_dir()? };
    let text = manager.text(&facts);
    match action {
        ServiceAction::Install if dry_run => would_install(manager, &file, &text, out)?,
        ServiceAction::Install => install(manager, &facts, &file, &text, out)?,
        ServiceAction::Uninstall => uninstall(manager, &file, dry_run, out)?,
        ServiceAction::Status => return status(manager, &file, &text, out),
    }
    Ok(ExitStatus::Fine)
}

/// What is in `file`; `None` where it does not exist.
fn read(file: &Path) -> Result<Option<String>> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{}: cannot be read", file.display())),
    }
}

fn would_install(manager: Manager, file: &Path, text: &str, out: &mut dyn Write) -> Result<()> {
    let name = file.display().to_string();
    writeln!(out, "# would write {name}:\n{text}")?;
    for command in manager.start(&name) {
        writeln!(out, "# would run: {}", command.join(" "))?;
    }
    Ok(())
}

fn install(manager: Manager, facts: &Facts, file: &Path, text: &str, out: &mut dyn Write) -> Result<()> {
    let name = file.display().to_string();
    match read(file)? {
        Some(there) if there == text => writeln!(out, "{name}: there already")?,
        Some(_) => bail!(
            "{name}: there already, and different from what would be written (`posture service install --dry-run` shows \
             it); `posture service uninstall` removes it if it is ours"
        ),
        None => {
            let cannot = || format!("{name}: cannot be written");
            for folder in file.parent().into_iter().chain([facts.config, facts.state]) {
                fs::create_dir_all(folder).with_context(|| format!("{}: cannot be made", folder.display()))?;
            }
            fs::File::create_new(file).and_then(|mut new| new.write_all(text.as_bytes())).with_context(cannot)?;
            writeln!(out, "{name}: written")?;
        }
    }
    run_all(&manager.start(&name), out)
}

fn uninstall(manager: Manager, file: &Path, dry_run: bool, out: &mut dyn Write) -> Result<()> {
    let name = file.display().to_string();
    match read(file)? {
        None => return Ok(writeln!(out, "{name}: not there, nothing to remove")?),
        Some(text) if !text.contains(MARK) => {
            bail!("{name}: not written by `posture service install`; remove it yourself if you do not need it")
        }
        Some(_) => {}
    }
    if dry_run {
        for command in manager.stop(&name) {
            writeln!(out, "# would run: {}", command.join(" "))?;
        }
        return Ok(writeln!(out, "# would remove {name}")?);
    }
    run_all(&manager.stop(&name), out)?;
    fs::remove_file(file).with_context(|| format!("{name}: cannot be removed"))?;
    Ok(writeln!(out, "{name}: removed")?)
}

/// Runs `commands` in turn. One that fails is told and left to the user: the file is what counts.
fn run_all(commands: &[Vec<&str>], out: &mut dyn Write) -> Result<()> {
    for command in commands {
        let shown = command.join(" ");
        match answer(command) {
            Ok((true, _)) => writeln!(out, "{shown}: done")?,
            Ok((false, said)) => writeln!(out, "{shown}: failed ({said}); run it yourself when you are logged in")?,
            Err(error) => writeln!(out, "{shown}: cannot be run ({error}); run it yourself when you are logged in")?,
        }
    }
    Ok(())
}

/// Whether `command` succeeded, and the first line of what it said.
fn answer(command: &[&str]) -> io::Result<(bool, String)> {
    let [program, arguments @ ..] = command else { return Err(ErrorKind::InvalidInput.into()) };
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output()?;
    let said = [output.stdout, output.stderr].concat();
    let line = String::from_utf8_lossy(&said).lines().next().unwrap_or_default().trim().to_owned();
    Ok((output.status.success(), line))
}

fn status(manager: Manager, file: &Path, text: &str, out: &mut dyn Write) -> Result<ExitStatus> {
    let name = file.display();
    let Some(there) = read(file)? else {
        writeln!(out, "{name}: not installed; `posture service install` does it")?;
        return Ok(ExitStatus::NoReading);
    };
    let same = if there == text { "as this version writes it" } else { "not as this version writes it" };
    writeln!(out, "{name}: installed, {same}")?;
    let command = manager.ask();
    let said = match answer(&command) {
        Ok((true, said)) | Ok((false, said)) => said,
        Err(error) => format!("cannot be run ({error})"),
    };
    writeln!(out, "{}: {said}", command.join(" "))?;
    Ok(ExitStatus::Fine)
}
