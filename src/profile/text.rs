//! A profile as TOML.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::Profile;
use crate::{
    baseline::Baseline,
    calibration::Threshold,
    measure::{Facing, View},
    table::{Table, TableError},
};

/// The version of the form that is written. It goes up when a field changes its meaning, or one is added.
const VERSION: u32 = 2;
/// The first one did not say in its baselines which flank they are of, the profile's own, and they were read without its level.
const OLDEST: u32 = 1;

const HEAD: &str = "\
# A profile of `posture calibrate`: how one person sits in front of one camera.
# [upright] is the baseline of `posture watch`; a [[threshold]] says where a deviation from it begins.
";

#[derive(Serialize)]
struct Written<'a> {
    version: u32,
    camera: &'a str,
    made: String,
    network: &'a str,
    view: View,
    facing: Facing,
    width: u32,
    height: u32,
    size: f32,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<f32>,
    #[serde(skip_serializing_if = "<[Threshold]>::is_empty")]
    threshold: &'a [Threshold],
    upright: &'a Baseline,
    #[serde(skip_serializing_if = "Option::is_none")]
    slouch: Option<&'a Baseline>,
}

/// Only what tells whether the rest can be read.
#[derive(Deserialize)]
struct Peek {
    version: Spanned<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    #[serde(rename = "version")]
    _version: u32,
    camera: String,
    made: Spanned<String>,
    network: String,
    view: View,
    facing: Facing,
    width: u32,
    height: u32,
    size: Spanned<f32>,
    level: Option<Spanned<f32>>,
    #[serde(default)]
    threshold: Vec<Spanned<Threshold>>,
    upright: Spanned<Baseline>,
    slouch: Option<Spanned<Baseline>>,
}

/// The text of `profile`'s file.
///
/// # Errors
/// What TOML cannot hold; nothing that a profile holds is.
pub(super) fn write(profile: &Profile) -> Result<String, toml::ser::Error> {
    let written = Written {
        version: VERSION,
        camera: &profile.camera,
        made: profile.made.to_string(),
        network: &profile.network,
        view: profile.view,
        facing: profile.facing,
        width: profile.frame.0,
        height: profile.frame.1,
        size: profile.size,
        level: profile.level,
        threshold: &profile.thresholds,
        upright: &profile.upright,
        slouch: profile.slouch.as_ref(),
    };
    Ok(format!("{HEAD}{}", toml::to_string(&written)?))
}

/// The profile `name` in `text`, which errors call `file`.
///
/// # Errors
/// The first thing that is wrong, with its line and column.
pub(super) fn parse(name: &str, text: &str, file: &str) -> Result<Profile, TableError> {
    let table = Table { text, file };
    let version = table.read::<Peek>()?.version;
    if !(OLDEST..=VERSION).contains(version.get_ref()) {
        let why = format!(
            "version {} of the form, and this posture knows {OLDEST} to {VERSION}: calibrate again, or use the posture that wrote it",
            version.get_ref()
        );
        return Err(table.wrong(version.span(), why));
    }
    let read: Read = table.read()?;
    let made: DateTime = read.made.get_ref().parse().map_err(|_| {
        table.wrong(read.made.span(), "made is not a date and time: write it as in \"2026-11-22T16:30:00\"")
    })?;
    let size = *read.size.get_ref();
    if !(size.is_finite() && size > 0.0) {
        return Err(table.wrong(read.size.span(), "size is the share of the picture that the person fills: above 0"));
    }
    if let Some(level) = read.level.as_ref().filter(|level| !(-45.0..=45.0).contains(level.get_ref())) {
        return Err(table.wrong(level.span(), "level is a tilt in degrees, at most 45 either way"));
    }
    if let Some(threshold) = read.threshold.iter().find(|t| !(t.get_ref().mild.is_finite() && t.get_ref().mild > 0.0)) {
        return Err(table.wrong(threshold.span(), "mild is more than 0: 0 is the baseline"));
    }
    for baseline in [Some(&read.upright), read.slouch.as_ref()].into_iter().flatten() {
        if baseline.get_ref().iter().any(|(_, _, n)| !(n.median.is_finite() && n.spread.is_finite() && n.spread >= 0.0))
        {
            return Err(table.wrong(baseline.span(), "a median or spread here is not a number; calibrate again"));
        }
    }
    Ok(Profile {
        name: name.to_owned(),
        camera: read.camera,
        made,
        network: read.network,
        view: read.view,
        facing: read.facing,
        frame: (read.width, read.height),
        size,
        level: read.level.map(Spanned::into_inner).filter(|_| *version.get_ref() > OLDEST),
        upright: read.upright.into_inner().facing(read.facing),
        slouch: read.slouch.map(|slouch| slouch.into_inner().facing(read.facing)),
        thresholds: read.threshold.into_iter().map(Spanned::into_inner).collect(),
    })
}
