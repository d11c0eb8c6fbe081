//! Whether a profile still fits: said before anything is held against it.

use std::time::Duration;

use super::Profile;
use crate::{
    baseline::Neutral,
    figure::Figure,
    measure::{Aspect, Facing, Reading, View},
    pose::Pose,
};

/// How long the person is looked at before their size is judged.
const LOOK: Duration = Duration::from_secs(5);
/// Fewest frames of that.
const FEWEST: usize = 3;
/// A size that differs by more than this factor is another place of camera or chair. Leaning 10° forward makes the face
/// about 20 % larger, which is why it is no less.
const LARGEST_RATIO: f32 = 1.25;

/// Why a profile does not fit what is seen now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stale {
    /// Another network read it: its numbers are not comparable, and it is not used.
    Network,
    /// The frames have another shape: the camera shows another part of the scene.
    Frame {
        /// Width and height then, pixels.
        then: (u32, u32),
        /// Width and height now, pixels.
        now: (u32, u32),
    },
    /// The person is larger or smaller in the picture: camera or chair has moved.
    Size {
        /// Size now over size then.
        ratio: f32,
    },
    /// The person is seen from where this profile knows nothing.
    View {
        /// From where it was recorded.
        then: Aspect,
        /// From where they are seen.
        now: Aspect,
    },
}

impl Stale {
    /// One sentence for people: what does not fit of `profile`, what follows, and what to do.
    pub fn explain(&self, profile: &Profile) -> String {
        let name = &profile.name;
        match *self {
            Self::Network => format!(
                "Your profile {name:?} was read by another network, whose numbers differ, and is not used; `posture calibrate \
                 --profile {name:?}` makes it anew."
            ),
            Self::Frame { then, now } => format!(
                "Your profile {name:?} was made with pictures of {}×{}, and these are {}×{}, of another shape; if deviations \
                 look wrong, calibrate again.",
                then.0, then.1, now.0, now.1
            ),
            Self::Size { ratio } => {
                let (percent, way) = match ratio {
                    ..1.0 => (100.0 * (1.0 - ratio), "smaller"),
                    _ => (100.0 * (ratio - 1.0), "larger"),
                };
                format!(
                    "You are {percent:.0} % {way} in the picture than in your profile {name:?}: has the camera or the chair \
                     moved? Put it back, or calibrate again."
                )
            }
            Self::View { then, now } => format!(
                "Your profile {name:?} was made from {}, and you are seen from {}: it does not count here.",
                side(then, now),
                side(now, then)
            ),
        }
    }
}

/// A view as a side of the person; with the flank where that is all that tells it from the `other`.
fn side(aspect: Aspect, other: Aspect) -> &'static str {
    match (aspect.view(), aspect.facing()) {
        (View::Lateral, Some(Facing::Left)) if other.view() == View::Lateral => "your left side",
        (View::Lateral, Some(Facing::Right)) if other.view() == View::Lateral => "your right side",
        (view, _) => view_side(view),
    }
}

/// A view as a side of the person.
const fn view_side(view: View) -> &'static str {
    match view {
        View::Lateral => "the side",
        View::NearLateral => "nearly the side",
        View::Frontal => "the front",
        View::Oblique | View::Back | View::Unknown => "elsewhere",
    }
}

/// Looks at the first seconds of a session, to say once what does not fit.
#[derive(Debug, Clone, Default)]
pub struct Freshness {
    profiles: Vec<Profile>,
    /// The aspect that is being looked at, since when, and sizes in it as shares of the longer side of the frame.
    looking: Option<(Aspect, Duration, Vec<f32>)>,
    framed: bool,
    /// Aspects that have been judged.
    judged: Vec<Aspect>,
}

impl Freshness {
    /// Of `profiles`, which were all read by the network in use.
    pub fn new(profiles: Vec<Profile>) -> Self {
        Self { profiles, ..Self::default() }
    }

    /// Takes in who is seen at `at`; gives the profiles that do not fit, and why. Each reason is given once.
    pub fn step(&mut self, at: Duration, pose: &Pose, reading: &Reading) -> Vec<(&Profile, Stale)> {
        let now = (pose.frame_width, pose.frame_height);
        let mut stale = Vec::new();
        if !self.framed {
            self.framed = true;
            let other_shape = |profile: &&Profile| !same_shape(profile.frame, now);
            let framed = self.profiles.iter().filter(other_shape);
            stale.extend(framed.map(|profile| (profile, Stale::Frame { then: profile.frame, now })));
        }
        let aspect = reading.aspect();
        // From other views nothing is held against a baseline, and the session says so itself.
        let judges = matches!(reading.view, View::Lateral | View::NearLateral | View::Frontal);
        if !judges || self.judged.contains(&aspect) || self.profiles.is_empty() {
            return stale;
        }
        let Some(figure) = Figure::of(pose) else { return stale };
        let size = figure.size / now.0.max(now.1).max(1) as f32;
        match &mut self.looking {
            Some((same, _, sizes)) if *same == aspect => sizes.push(size),
            other => *other = Some((aspect, at, vec![size])),
        }
        let Some((_, since, sizes)) = &self.looking else { return stale };
        if at.saturating_sub(*since) < LOOK || sizes.len() < FEWEST {
            return stale;
        }
        let size = Neutral::of(sizes).map_or(0.0, |neutral| neutral.median);
        self.looking = None;
        self.judged.push(aspect);
        match self.profiles.iter().find(|profile| profile.aspect() == aspect) {
            Some(profile) => {
                let ratio = size / profile.size;
                if !(1.0 / LARGEST_RATIO..=LARGEST_RATIO).contains(&ratio) {
                    stale.push((profile, Stale::Size { ratio }));
                }
            }
            None => {
                let elsewhere = |profile| (profile, Stale::View { then: Profile::aspect(profile), now: aspect });
                stale.extend(self.profiles.iter().map(elsewhere));
            }
        }
        stale
    }
}

/// What of `profiles` does not fit somebody who sits as this one picture shows them: as a session would say after its first
/// seconds.
pub fn at_a_glance<'a>(profiles: &'a [Profile], pose: &Pose, reading: &Reading) -> Vec<(&'a Profile, Stale)> {
    let mut freshness = Freshness::new(profiles.to_vec());
    let mut stale = Vec::new();
    for look in 0..FEWEST as u32 {
        for (profile, why) in freshness.step(LOOK * look, pose, reading) {
            stale.extend(profiles.iter().find(|ours| ours.name == profile.name).map(|ours| (ours, why)));
        }
    }
    stale
}

/// Whether two frames have the same sides, up to a hundredth: a camera at half its resolution shows the same.
fn same_shape(a: (u32, u32), b: (u32, u32)) -> bool {
    let [a, b] = [a, b].map(|(width, height)| width as f32 / height.max(1) as f32);
    (a / b - 1.0).abs() <= 0.01
}
