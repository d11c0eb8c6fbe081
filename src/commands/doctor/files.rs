//! Whether the user's files can be read, and their folders written to.

use std::{fs, io, path::Path};

use super::Finding;
use crate::{
    commands,
    config::Settings,
    paths::{NoFolder, Paths},
};

/// Whether what is configured can be used; it was read already.
pub fn configuration(paths: &Paths, settings: &Settings) -> Finding {
    if let Err(error) = commands::rules(settings.watch.rules.as_deref()) {
        return Finding::fail("config", format!("{error:#}"));
    }
    match paths.config_file() {
        Ok(file) if file.exists() => Finding::pass("config", format!("{}: nothing wrong with it", file.display())),
        Ok(file) => Finding::pass("config", format!("{}: not there, the defaults hold", file.display())),
        Err(none) => Finding::warn("config", none.to_string(), "the defaults hold"),
    }
}

/// Whether the folders are there, or can be made.
pub fn folders(paths: &Paths) -> Vec<Finding> {
    let rows = [
        ("state folder", paths.state_dir(), "there will be no logs"),
        ("runtime folder", paths.runtime_dir(), "a running watch cannot be paused from elsewhere"),
    ];
    let finding = |(check, folder, loss): (&'static str, Result<&Path, NoFolder>, &'static str)| match folder {
        Err(none) => Finding::warn(check, none.to_string(), loss),
        Ok(folder) => match writable(folder) {
            Ok(()) => Finding::pass(check, folder.display().to_string()),
            Err(error) => Finding::warn(check, format!("{}: cannot be written to ({error})", folder.display()), loss),
        },
    };
    rows.into_iter().map(finding).collect()
}

/// Whether something can be put into `folder`, or into the nearest one above it where it has yet to be made. What is put
/// there is taken away at once.
fn writable(folder: &Path) -> io::Result<()> {
    let there = folder.ancestors().find(|folder| folder.exists()).unwrap_or(folder);
    let probe = there.join(format!(".posture-doctor-{}", std::process::id()));
    fs::File::create_new(&probe)?;
    fs::remove_file(probe)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::doctor::Verdict;

    fn verdicts(findings: &[Finding]) -> Vec<Verdict> {
        findings.iter().map(|finding| finding.verdict).collect()
    }

    #[test]
    fn folders_are_tried_and_left_as_they_were() {
        let root = tempfile::tempdir().expect("a folder");
        let paths = Paths::under(root.path());
        assert_eq!(verdicts(&folders(&paths)), [Verdict::Pass, Verdict::Pass]);
        assert_eq!(fs::read_dir(root.path()).expect("a folder").count(), 0);
        fs::write(root.path().join("state"), "a file").expect("written");
        assert_eq!(verdicts(&folders(&paths)), [Verdict::Warn, Verdict::Pass]);
        assert_eq!(verdicts(&folders(&Paths::default())), [Verdict::Warn, Verdict::Warn]);
    }

    #[test]
    fn rules_that_cannot_be_read_fail() {
        let mut settings = Settings::default();
        assert_eq!(configuration(&Paths::default(), &settings).verdict, Verdict::Warn);
        settings.watch.rules = Some("no/such.toml".into());
        assert_eq!(configuration(&Paths::default(), &settings).verdict, Verdict::Fail);
    }
}
