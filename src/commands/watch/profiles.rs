//! Which profiles a session is held against.

use std::io::Write;

use anyhow::Result;

use crate::{
    commands::calibrate,
    paths::Paths,
    profile::{Profile, Stale, for_camera},
    report::seen_from,
};

/// The profile named `name`, or the newest of each view of `camera`. What cannot be read, or was read by another network
/// than the one of that `fingerprint`, is left out and told on `err`; a profile that was named has to be readable.
pub fn chosen(
    name: Option<&str>,
    camera: &str,
    fingerprint: &str,
    paths: &Paths,
    err: &mut dyn Write,
) -> Result<Vec<Profile>> {
    let found = match name {
        Some(name) => vec![calibrate::store(paths)?.load(name)?],
        None => match calibrate::store(paths) {
            Ok(store) => of_camera(store.all()?, camera, err)?,
            // Who has no folder for it has no profiles.
            Err(_) => Vec::new(),
        },
    };
    let mut usable = Vec::new();
    for profile in found {
        if profile.network == fingerprint {
            usable.push(profile);
        } else {
            writeln!(err, "{}", Stale::Network.explain(&profile))?;
        }
    }
    Ok(usable)
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
