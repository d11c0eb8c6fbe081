//! The log of a live session: files in the state folder, a new one each day, the oldest removed.

use std::{
    fs::{self, DirBuilder},
    io,
    path::Path,
};

use anyhow::{Context as _, Error, Result};
use tracing::{Level, subscriber::DefaultGuard};
use tracing_appender::rolling::{RollingFileAppender, Rotation};

use crate::{cli::LogLevel, config::LogSettings, paths::Paths};

/// From now on, and until the guard is dropped, this thread's log goes to the state folder. Where that cannot be, a session
/// goes on without a log, which is one of the `notes`.
pub(super) fn start(paths: &Paths, settings: &LogSettings, notes: &mut Vec<String>) -> Option<DefaultGuard> {
    let started = paths.state_dir().map_err(Error::from).and_then(|folder| start_in(folder, settings));
    started.unwrap_or_else(|error| {
        notes.push(format!("{error:#}; this session goes on without a log"));
        None
    })
}

/// Files in `folder` called `posture.DATE.log`. `None` where none is wanted.
fn start_in(folder: &Path, settings: &LogSettings) -> Result<Option<DefaultGuard>> {
    let level = match settings.level {
        LogLevel::Off => return Ok(None),
        LogLevel::Error => Level::ERROR,
        LogLevel::Warn => Level::WARN,
        LogLevel::Info => Level::INFO,
        LogLevel::Debug => Level::DEBUG,
    };
    let cannot = || format!("{}: no log can be written there", folder.display());
    own(folder).with_context(cannot)?;
    let files = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("posture")
        .filename_suffix("log")
        .max_log_files(settings.keep.get())
        .build(folder)
        .with_context(cannot)?;
    let log =
        tracing_subscriber::fmt().with_writer(files).with_max_level(level).with_ansi(false).with_target(false).finish();
    Ok(Some(tracing::subscriber::set_default(log)))
}

/// Makes sure that a folder is there and that nobody but its owner looks into it: the logs in it have no mode of their own.
fn own(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;

    fn settings(level: LogLevel) -> LogSettings {
        LogSettings { level, keep: NonZeroUsize::new(2).expect("two") }
    }

    #[test]
    fn as_many_files_are_kept_as_are_wanted() {
        let folder = tempfile::tempdir().expect("a folder");
        for day in 1..=5 {
            fs::write(folder.path().join(format!("posture.2001-01-0{day}.log")), "old").expect("written");
        }
        fs::write(folder.path().join("mine.txt"), "mine").expect("written");
        let log = start_in(folder.path(), &settings(LogLevel::Info)).expect("a log");
        tracing::info!("a line");
        tracing::debug!("too fine");
        drop(log);
        tracing::info!("nobody hears it");
        let names = || fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("an entry").file_name());
        assert!(names().filter(|name| name != "mine.txt").count() <= 2, "{:?}", names().collect::<Vec<_>>());
        assert!(names().any(|name| name == "mine.txt"));
        let newest = names().filter(|name| name != "mine.txt").max().expect("a log");
        let text = fs::read_to_string(folder.path().join(newest)).expect("a log");
        assert!(text.ends_with(" INFO a line\n") && text.lines().count() == 1, "{text}");
    }

    #[test]
    fn none_is_written_where_none_is_wanted() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(start_in(folder.path(), &settings(LogLevel::Off)).expect("nothing fails").is_none());
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_look_into_the_folder() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        for state in ["new/state", "old"] {
            let state = folder.path().join(state);
            if state.ends_with("old") {
                fs::create_dir(&state).expect("made");
            }
            drop(start_in(&state, &settings(LogLevel::Info)).expect("a log"));
            assert_eq!(state.metadata().expect("there").permissions().mode() & 0o777, 0o700, "{}", state.display());
        }
    }
}
