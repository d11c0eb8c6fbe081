//! Which profiles a session is held against.

use std::io::Write;

use anyhow::Result;

use crate::{
    commands::calibrate,
    paths::Paths,
    profile::{Profile, Stale, for_camera, thresholds},
    report::seen_from,
    rules::Rules,
};

/// Where a session finds its profiles, when it begins and when there are new ones.
#[derive(Debug, Clone)]
pub struct Shelf {
    /// The profile that was asked for by name.
    pub name: Option<String>,
    /// What people call the source.
    pub camera: String,
    /// The fingerprint of the network in use.
    pub fingerprint: String,
    /// The user's folders.
    pub paths: Paths,
    /// The rules without anybody's own thresholds.
    pub rules: Rules,
}

impl Shelf {
    /// The profile that was named, or the newest of each view of the camera. What cannot be read, or was read by another
    /// network, is left out and told on `err`; a profile that was named has to be readable.
    ///
    /// # Errors
    /// The profile that was named cannot be had, or the folder cannot be read.
    pub fn chosen(&self, err: &mut dyn Write) -> Result<Vec<Profile>> {
        let found = match &self.name {
            Some(name) => vec![calibrate::store(&self.paths)?.load(name)?],
            None => match calibrate::store(&self.paths) {
                Ok(store) => of_camera(store.all()?, &self.camera, err)?,
                // Who has no folder for it has no profiles.
                Err(_) => Vec::new(),
            },
        };
        let mut usable = Vec::new();
        for profile in found {
            if profile.network == self.fingerprint {
                usable.push(profile);
            } else {
                writeln!(err, "{}", Stale::Network.explain(&profile))?;
            }
        }
        Ok(usable)
    }

    /// The rules, with the thresholds of `profiles`.
    pub fn rules(&self, profiles: &[Profile]) -> Rules {
        self.rules.clone().with_thresholds(&thresholds(profiles))
    }
}

fn of_camera(
    all: Vec<Result<Profile, crate::profile::ProfileError>>,
    camera: &str,
    err: &mut dyn Write,
) -> Result<Vec<Profile>> {
    let mut readable = Vec::new();
    for profile in all {
        match profile {
            Ok(profile) => readable.push(profile),
            Err(error) => writeln!(err, "{error}")?,
        }
    }
    Ok(for_camera(readable, camera))
}

/// That `profile` is in use.
pub fn announced(profile: &Profile) -> String {
    let Profile { name, view, facing, made, .. } = profile;
    format!("Seen {}, held against your profile {name:?} of {}.", seen_from(*view, *facing), made.date())
}
