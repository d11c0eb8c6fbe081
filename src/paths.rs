//! Where the files of a user are: the only place that asks the system for folders.
//!
//! | folder  | where                                                        | what is in it                               |
//! |---------|--------------------------------------------------------------|---------------------------------------------|
//! | config  | `$XDG_CONFIG_HOME/posture`, else `~/.config/posture`         | `config.toml`, `profiles/NAME.toml`         |
//! | state   | `$XDG_STATE_HOME/posture`, else `~/.local/state/posture`     | logs, `posture.DATE.log`                    |
//! | runtime | `$XDG_RUNTIME_DIR/posture`; on macOS else `$TMPDIR/posture`  | the socket of a running `watch`             |
//!
//! The same on every platform, as command-line programs have it. A variable that holds a relative path counts as unset.
//! Nothing here makes a folder or reads a file. What is written about the user is opened with [`private`].

use std::{
    fs::OpenOptions,
    path::{Path, PathBuf},
};

use etcetera::{BaseStrategy, base_strategy::Xdg};

/// How a file is opened to add to it that nobody but its owner is to read: what is recorded, logged and noted of somebody.
pub fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// The name of this program's folder in each of the user's.
const OURS: &str = "posture";

/// The folders of one user, as far as they have them. The default has none: nothing is read from anywhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paths {
    home: Option<PathBuf>,
    config: Option<PathBuf>,
    state: Option<PathBuf>,
    runtime: Option<PathBuf>,
}

/// A folder that the system does not name, and what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoFolder {
    /// The user's own.
    #[error("no home folder: set HOME")]
    Home,
    /// For the configuration.
    #[error("no folder for the configuration: set HOME or XDG_CONFIG_HOME")]
    Config,
    /// For logs.
    #[error("no folder for logs: set HOME or XDG_STATE_HOME")]
    State,
    /// For the socket.
    #[error(
        "no folder for the control socket: set XDG_RUNTIME_DIR to a folder that only you can read, as a login does"
    )]
    Runtime,
}

impl Paths {
    /// Those of the user who runs this process, from its environment.
    pub fn of_user() -> Self {
        let Ok(folders) = Xdg::new() else { return Self::default() };
        Self {
            home: Some(folders.home_dir().to_owned()),
            config: Some(folders.config_dir().join(OURS)),
            state: folders.state_dir().map(|folder| folder.join(OURS)),
            runtime: folders.runtime_dir().or_else(temporary).map(|folder| folder.join(OURS)),
        }
    }

    /// All of them below `root`, which is their home: `config`, `state` and `runtime`.
    pub fn under(root: &Path) -> Self {
        let folder = |name| Some(root.join(name));
        let home = Some(root.to_owned());
        Self { home, config: folder("config"), state: folder("state"), runtime: folder("runtime") }
    }

    /// The user's own folder.
    ///
    /// # Errors
    /// The system names none.
    pub fn home(&self) -> Result<&Path, NoFolder> {
        self.home.as_deref().ok_or(NoFolder::Home)
    }

    /// The folder for what the user decides.
    ///
    /// # Errors
    /// The system names none.
    pub fn config_dir(&self) -> Result<&Path, NoFolder> {
        self.config.as_deref().ok_or(NoFolder::Config)
    }

    /// The folder for what the program remembers.
    ///
    /// # Errors
    /// The system names none.
    pub fn state_dir(&self) -> Result<&Path, NoFolder> {
        self.state.as_deref().ok_or(NoFolder::State)
    }

    /// The folder for what lasts as long as the user is logged in.
    ///
    /// # Errors
    /// The system names none.
    pub fn runtime_dir(&self) -> Result<&Path, NoFolder> {
        self.runtime.as_deref().ok_or(NoFolder::Runtime)
    }

    /// The configuration.
    ///
    /// # Errors
    /// Those of [`config_dir`](Self::config_dir).
    pub fn config_file(&self) -> Result<PathBuf, NoFolder> {
        Ok(self.config_dir()?.join("config.toml"))
    }

    /// The socket at which a running `watch` is asked.
    ///
    /// # Errors
    /// Those of [`runtime_dir`](Self::runtime_dir).
    pub fn socket(&self) -> Result<PathBuf, NoFolder> {
        Ok(self.runtime_dir()?.join("posture.sock"))
    }
}

/// Where temporary files are the user's own, which only macOS sees to.
fn temporary() -> Option<PathBuf> {
    cfg!(target_os = "macos").then(std::env::temp_dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nowhere_is_said_with_what_to_do() {
        let none = Paths::default();
        let said =
            [none.config_dir(), none.state_dir(), none.runtime_dir()].map(|folder| folder.unwrap_err().to_string());
        for (said, variable) in said.iter().zip(["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"]) {
            assert!(said.contains(variable) && said.starts_with("no folder for "), "{said}");
        }
        assert_eq!(none.config_file(), Err(NoFolder::Config));
    }

    #[test]
    fn everything_can_be_below_one_folder() {
        let paths = Paths::under(Path::new("/x"));
        assert_eq!(paths.config_file(), Ok("/x/config/config.toml".into()));
        assert_eq!(paths.runtime_dir(), Ok(Path::new("/x/runtime")));
    }
}
