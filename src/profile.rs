//! Profiles: what `posture calibrate` recorded at one desk, kept for the sessions to come.
//!
//! A profile is a TOML file of the user's, `profiles/NAME.toml` in the configuration folder. It belongs to one camera and one
//! view; the newest one of each view of a camera, and of each flank
//! from the side, is used unless one is named. [`Freshness`] says when it does not fit any
//! more.

mod freshness;
mod store;
mod text;

use std::collections::BTreeMap;

use jiff::civil::DateTime;

pub use self::{
    freshness::{Freshness, Stale, at_a_glance},
    store::{ProfileError, Store},
};
use crate::{
    baseline::Baseline,
    calibration::{Recorded, Threshold},
    geometry::Degrees,
    measure::{Aspect, Facing, Metric, View},
};

/// What was recorded of how one person sits in front of one camera.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Its name, which is the name of its file.
    pub name: String,
    /// What people call the source that it was recorded from.
    pub camera: String,
    /// When, in local time.
    pub made: DateTime,
    /// The fingerprint of the network that read it: another network reads other numbers.
    pub network: String,
    /// From where the person was seen.
    pub view: View,
    /// Which way they faced in the picture.
    pub facing: Facing,
    /// Width and height of the frames, pixels.
    pub frame: (u32, u32),
    /// The size of the person, about a shoulder width, as a share of the longer side of the frame.
    pub size: f32,
    /// The tilt of the true horizontal in the picture, degrees, positive clockwise, if it is known. It is taken out of what was
    /// read here, and has to be taken out of what is held against it.
    pub level: Option<Degrees>,
    /// What was read upright.
    pub upright: Baseline,
    /// What was read in the habitual slouch, if one was recorded.
    pub slouch: Option<Baseline>,
    /// Where deviations begin, in place of the first thresholds of the rules.
    pub thresholds: Vec<Threshold>,
}

impl Profile {
    /// The profile of what was `recorded` from `camera` by the network of that fingerprint.
    pub fn new(name: &str, camera: &str, made: DateTime, network: &str, recorded: Recorded) -> Self {
        let thresholds = recorded.thresholds();
        let Recorded { view, facing, frame, size, level, upright, slouch, .. } = recorded;
        Self {
            name: name.to_owned(),
            camera: camera.to_owned(),
            made,
            network: network.to_owned(),
            view,
            facing,
            frame,
            size,
            level,
            upright,
            slouch,
            thresholds,
        }
    }

    /// From where the person was seen, as far as readings are comparable.
    pub fn aspect(&self) -> Aspect {
        Aspect::new(self.view, self.facing)
    }
}

/// Of `profiles`, those for `camera`: the newest of each view, and of each flank from the side.
pub fn for_camera(profiles: Vec<Profile>, camera: &str) -> Vec<Profile> {
    let mut newest: BTreeMap<Aspect, Profile> = BTreeMap::new();
    for profile in profiles.into_iter().filter(|profile| profile.camera == camera) {
        match newest.get(&profile.aspect()) {
            Some(other) if other.made >= profile.made => {}
            _ => drop(newest.insert(profile.aspect(), profile)),
        }
    }
    newest.into_values().collect()
}

/// What `profiles` together know of how the user sits upright.
pub fn baseline(profiles: &[Profile]) -> Baseline {
    let mut all = Baseline::default();
    for (aspect, metric, neutral) in profiles.iter().flat_map(|profile| profile.upright.iter()) {
        all.set(aspect, metric, neutral);
    }
    all
}

/// Where `profiles` together say that deviations begin: where both flanks say it of one metric, at the larger.
pub fn thresholds(profiles: &[Profile]) -> BTreeMap<Metric, f32> {
    let mut begin: BTreeMap<Metric, f32> = BTreeMap::new();
    for Threshold { metric, mild } in profiles.iter().flat_map(|profile| &profile.thresholds) {
        begin.entry(*metric).and_modify(|known| *known = known.max(*mild)).or_insert(*mild);
    }
    begin
}

#[cfg(test)]
mod tests;
