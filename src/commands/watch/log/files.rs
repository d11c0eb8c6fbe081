//! One file for each day, `posture.DATE.log`, for their owner alone.

use std::{
    fs::{self, File},
    io::{self, Write},
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

use jiff::{Zoned, civil::Date};

use crate::paths::private;

/// Writes to the file of today.
#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
    /// How many are kept.
    keep: NonZeroUsize,
    day: Date,
    file: File,
}

impl Files {
    /// Those in `folder`, which is made where it is missing. Of older ones, so many stay that there are `keep`.
    ///
    /// # Errors
    /// The folder cannot be made or written to.
    pub fn open(folder: &Path, keep: NonZeroUsize) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let day = Zoned::now().date();
        Ok(Self { folder: folder.to_owned(), keep, day, file: turn(folder, keep, day)? })
    }
}

impl Write for Files {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let today = Zoned::now().date();
        if today != self.day {
            // Where there can be no new file, the old one goes on.
            self.day = today;
            if let Ok(file) = turn(&self.folder, self.keep, today) {
                self.file = file;
            }
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The file of `day`, after those that are too many were removed.
fn turn(folder: &Path, keep: NonZeroUsize, day: Date) -> io::Result<File> {
    let file = private().open(folder.join(format!("posture.{day}.log")))?;
    let mut logs: Vec<PathBuf> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(is_log))
        .collect();
    // Their names sort as their days do.
    logs.sort();
    for old in &logs[..logs.len().saturating_sub(keep.get())] {
        // One that cannot be removed is tried again tomorrow.
        let _ = fs::remove_file(old);
    }
    Ok(file)
}

/// Whether a file of this name is one of ours: `posture.2026-11-22.log`.
fn is_log(name: &str) -> bool {
    let day = name.strip_prefix("posture.").and_then(|rest| rest.strip_suffix(".log"));
    day.is_some_and(|day| day.parse::<Date>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_day_is_a_new_file_and_the_oldest_goes() {
        let folder = tempfile::tempdir().expect("a folder");
        let keep = NonZeroUsize::new(3).expect("three");
        for name in ["posture.notes.log", "posture.2026-11-22.log.gz", "other.2026-11-22.log"] {
            fs::write(folder.path().join(name), "mine").expect("written");
        }
        for day in 20..=24 {
            let day = jiff::civil::date(2026, 11, day);
            turn(folder.path(), keep, day).expect("opened").write_all(b"a line\n").expect("written");
        }
        let mut names: Vec<String> = fs::read_dir(folder.path())
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
            .collect();
        names.sort();
        let ours =
            ["posture.2026-11-22.log", "posture.2026-11-22.log.gz", "posture.2026-11-23.log", "posture.2026-11-24.log"];
        assert_eq!(names, [&["other.2026-11-22.log"], &ours[..], &["posture.notes.log"]].concat());
    }

    #[cfg(unix)]
    #[test]
    fn a_log_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let state = folder.path().join("not/there/yet");
        Files::open(&state, NonZeroUsize::MIN).expect("opened").write_all(b"a line\n").expect("written");
        let files: Vec<_> = fs::read_dir(&state).expect("a folder").map(|entry| entry.expect("an entry")).collect();
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].metadata().expect("there").permissions().mode() & 0o777, 0o600);
    }
}
