//! Profiles on disk: one file each, replaced only by a complete one.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::{Profile, text};
use crate::table::TableError;

/// Longest name, bytes: with its ending it fits every file system.
const LONGEST_NAME: usize = 100;

/// Why a profile cannot be had or kept.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The name cannot be that of a file in the folder.
    #[error("profile name {name:?}: use letters, digits, spaces, - and _, at most {LONGEST_NAME} characters")]
    Name {
        /// As given.
        name: String,
    },
    /// There is no such profile.
    #[error("no profile {name:?} in {}; {known}", folder.display())]
    Unknown {
        /// As given.
        name: String,
        /// Where it was looked for.
        folder: PathBuf,
        /// Which ones there are, and what to do.
        known: String,
    },
    /// The system refuses to read it.
    #[error("{}: the profile cannot be read ({why}); check its permissions", path.display())]
    Unreadable {
        /// Its file.
        path: PathBuf,
        /// In the system's words.
        why: io::Error,
    },
    /// What it says cannot be used.
    #[error("{0}; mend it, or calibrate again")]
    Wrong(#[from] TableError),
    /// It cannot be written. What was there before is as it was.
    #[error("{}: the profile cannot be written ({why}); {}", path.display(), remedy(why))]
    NotWritten {
        /// Its file.
        path: PathBuf,
        /// In the system's words.
        why: io::Error,
    },
}

fn remedy(why: &io::Error) -> &'static str {
    match why.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room on that disk and calibrate again",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "make the folder writable, or set XDG_CONFIG_HOME to one that is"
        }
        _ => "check the folder, or set XDG_CONFIG_HOME to another",
    }
}

/// The folder of profiles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// The store in `folder`, which need not exist before something is saved.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The file of the profile `name`.
    ///
    /// # Errors
    /// The name is none for a file.
    pub fn path(&self, name: &str) -> Result<PathBuf, ProfileError> {
        let usual = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
        let good = !name.is_empty() && name.len() <= LONGEST_NAME && name.trim() == name && name.chars().all(usual);
        if !good {
            return Err(ProfileError::Name { name: name.to_owned() });
        }
        Ok(self.folder.join(format!("{name}.toml")))
    }

    /// The names of all profiles, in order.
    ///
    /// # Errors
    /// The folder is there and cannot be read.
    pub fn names(&self) -> Result<Vec<String>, ProfileError> {
        let unreadable = |why| ProfileError::Unreadable { path: self.folder.clone(), why };
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(why) => return Err(unreadable(why)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let path = entry.map_err(unreadable)?.path();
            let name = path.file_stem().and_then(|name| name.to_str());
            // What is left of an interrupted save has another ending, and an editor's backup another name.
            let named = name.filter(|name| path.extension().is_some_and(|e| e == "toml") && self.path(name).is_ok());
            names.extend(named.map(str::to_owned));
        }
        names.sort();
        Ok(names)
    }

    /// The profile `name`.
    ///
    /// # Errors
    /// There is none, it cannot be read, or what it says is wrong.
    pub fn load(&self, name: &str) -> Result<Profile, ProfileError> {
        let path = self.path(name)?;
        match fs::read_to_string(&path) {
            Ok(text) => Ok(text::parse(name, &text, &path.display().to_string())?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let known = match self.names()?.as_slice() {
                    [] => "`posture calibrate` makes one".to_owned(),
                    names => format!("there is {}", names.join(", ")),
                };
                Err(ProfileError::Unknown { name: name.to_owned(), folder: self.folder.clone(), known })
            }
            Err(why) => Err(ProfileError::Unreadable { path, why }),
        }
    }

    /// All profiles, in order of name, each as it is or why it cannot be used.
    ///
    /// # Errors
    /// The folder is there and cannot be read.
    pub fn all(&self) -> Result<Vec<Result<Profile, ProfileError>>, ProfileError> {
        Ok(self.names()?.iter().map(|name| self.load(name)).collect())
    }

    /// Whether a profile can be saved under `name`: makes the folder, and tries to write into it.
    ///
    /// # Errors
    /// As [`keep`](Self::keep).
    pub fn prepare(&self, name: &str) -> Result<PathBuf, ProfileError> {
        let path = self.path(name)?;
        let tried = fs::create_dir_all(&self.folder).and_then(|()| {
            let beside = beside(&path);
            let tried = File::create(&beside).map(drop);
            let _ = fs::remove_file(&beside);
            tried
        });
        match tried {
            Ok(()) => Ok(path),
            Err(why) => Err(ProfileError::NotWritten { path, why }),
        }
    }

    /// Writes `profile` to its file and gives the path. The file that was there is replaced by a complete one or stays.
    ///
    /// # Errors
    /// The system refuses, the disk is full, or the name is none.
    pub fn keep(&self, profile: &Profile) -> Result<PathBuf, ProfileError> {
        let path = self.path(&profile.name)?;
        let written = text::write(profile).map_err(io::Error::other).and_then(|text| {
            fs::create_dir_all(&self.folder)?;
            replace(&path, text.as_bytes())
        });
        match written {
            Ok(()) => Ok(path),
            Err(why) => Err(ProfileError::NotWritten { path, why }),
        }
    }
}

/// Where a file is written before it takes its place.
fn beside(path: &Path) -> PathBuf {
    path.with_extension(format!("{}.part", std::process::id()))
}

/// Writes beside `path`, sees it safely on the disk, and renames.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = beside(path);
    let written = File::create(&beside)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // What is left of it helps nobody, and the first error says more than a second one.
        let _ = fs::remove_file(&beside);
    }
    written
}
