//! The verbs around a running watch: asking something of it, and setting it up.

use clap::{Args, Subcommand};

/// Arguments of `posture status`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  posture status                             what it does, in words
  posture status --json                      one JSON object (schema posture-control/1), for bars and scripts

Exit status: 0 a watch is running · 2 it cannot be asked · 3 none is running.")]
pub struct StatusArgs {
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `posture pause`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  posture pause                              until `posture resume`
  posture pause 30m                          goes on by itself half an hour from now
  posture pause until-morning                goes on by itself at six in the morning

Exit status: 0 done · 2 no watch is running, or no such time.")]
pub struct PauseArgs {
    /// For how long: 30m, 2h, 1h30m, until-morning [default: until it is resumed]
    #[arg(value_name = "TIME")]
    pub length: Option<String>,
}

/// Arguments of `posture snooze`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  posture snooze                             no recommendations for a quarter of an hour
  posture snooze 2h                          nor for two hours

Exit status: 0 done · 2 no watch is running, or no such time.")]
pub struct SnoozeArgs {
    /// For how long: 15m, 2h, until-morning
    #[arg(value_name = "TIME", default_value = "15m")]
    pub length: String,
}

/// Arguments of `posture config`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  posture config edit                        open it in your editor; the first time, with every option explained
  posture config show                        what holds, defaults included

Exit status: 0 nothing wrong · 2 a mistake in the file, or no such file or editor.")]
pub struct ConfigArgs {
    /// What to do with it.
    #[command(subcommand)]
    pub action: ConfigAction,
}

/// What can be done with the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum ConfigAction {
    /// Print what holds: the file's options and the defaults of the others
    Show,
    /// Say what is wrong with the file, if anything is
    Check,
    /// Print where the file is, or would be
    Path,
    /// Open the file in $VISUAL or $EDITOR, and check it afterwards
    Edit,
}

/// Arguments of `posture service`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  posture service install --dry-run          what would be written and run
  posture service install                    write it, start it, and start it at each login

On Linux a unit for your own systemd, on macOS an agent for your launchd; never for the whole system.
Exit status: 0 done, or installed · 2 it cannot be done · 3 not installed.")]
pub struct ServiceArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: ServiceAction,
    /// Say what would be written, run and removed, and do nothing
    #[arg(long, global = true)]
    pub dry_run: bool,
}

/// What can be done with the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum ServiceAction {
    /// Write the service's file and start it; one that is there already is not replaced
    Install,
    /// Stop the service and remove its file
    Uninstall,
    /// Say whether it is installed, and running
    Status,
}
