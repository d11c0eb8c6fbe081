//! The verbs around rules: replaying a recorded session, showing and checking the table.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::RulesArgs;

/// Arguments of `posture replay`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  posture watch --record today.jsonl         record numbers while watching
  posture replay today.jsonl                 what was said, or would have been
  posture replay today.jsonl --rules my.toml what would have been said with other rules
  posture replay --json today.jsonl          one JSON object per event

A line that cannot be read is told and passed over. Where time starts again, another session begins.

Exit status: 0 replayed · 2 a line, or the file, cannot be read.")]
pub struct ReplayArgs {
    /// A recorded session: lines of `watch --record` or `watch --json`; `-` reads standard input
    #[arg(value_name = "SESSION")]
    pub session: PathBuf,
    /// Print one JSON object per event (schema posture/1) instead of text
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub rules: RulesArgs,
}

/// Arguments of `posture rules`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  posture rules show                         every rule that is in force, with its thresholds and times
  posture rules show --toml > rules.toml     the built-in table, as a pattern
  posture rules check rules.toml             what is wrong with yours, with line and column

Exit status: 0 fine · 2 something is wrong with the table.")]
pub struct RulesVerbArgs {
    /// What to do
    #[command(subcommand)]
    pub action: RulesAction,
}

/// What `posture rules` can do.
#[derive(Debug, Clone, Subcommand)]
pub enum RulesAction {
    /// Print the rules in force
    Show {
        /// Print the built-in table as it is, to copy from
        #[arg(long)]
        toml: bool,
        #[command(flatten)]
        #[allow(missing_docs)]
        rules: RulesArgs,
    },
    /// Say what is wrong with a table of rules, or what it changes
    Check {
        /// The table
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}
