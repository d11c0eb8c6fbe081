//! When the next frame is worth its cost. Pure, as the core is: time comes in as data.
//!
//! | what was measured | a frame every |
//! |---|---|
//! | somebody moves, comes or goes, or is guided through a stretch | 0.1 s |
//! | somebody deviates, a baseline is being learned, or they moved within the last ten seconds | 0.5 s |
//! | nobody is there, or there is no picture | 1 s |
//! | somebody sits still and upright | 2 s |
//!
//! The camera is off, with a short look every so often, while nobody has been there for five minutes, and where a
//! [`Share`] of the time is all that it may be on, or it is to be spared.

use std::time::Duration;

use crate::{
    measure::View,
    monitor::Event,
    pipeline::Report,
    pose::{BodyPart, Pose},
};

const FAST: Duration = Duration::from_millis(100);
const ATTENTIVE: Duration = Duration::from_millis(500);
const EMPTY: Duration = Duration::from_secs(1);
const CALM: Duration = Duration::from_secs(2);

/// A movement is looked at closely for this long after its last sign.
const MOVING: Duration = Duration::from_secs(2);
/// Without a movement for this long somebody is still.
const STILL: Duration = Duration::from_secs(10);

/// Nobody for this long: the camera is switched off …
const AWAY: Duration = Duration::from_secs(300);
/// … for this long. Less than what the monitor takes for a gap in time, so that an absence counts as one.
const AWAY_REST: Duration = Duration::from_secs(45);
/// How long a look takes: the camera opens and sets its exposure, and a few frames tell what is there.
const LOOK: Duration = Duration::from_secs(5);

/// The most of the time that the camera is on while it is to be spared.
const SPARED: Share = Share(0.25);

/// From frame to frame, head and shoulders move by more than this share of their extent: somebody moves.
const MOVED: f32 = 0.08;

/// The parts whose movement counts.
const ANCHORS: [BodyPart; 7] = [
    BodyPart::Nose,
    BodyPart::LeftEar,
    BodyPart::RightEar,
    BodyPart::Chin,
    BodyPart::LeftShoulder,
    BodyPart::RightShoulder,
    BodyPart::C7,
];

/// The share of the time that the camera may be on. From a tenth upwards: with less, looks would be further apart than what
/// the monitor takes for a gap in time, and nothing could be told to last.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Share(f64);

impl Share {
    /// All of the time.
    pub const WHOLE: Self = Self(1.0);

    /// This many percent; `None` unless from 10 to 100.
    pub fn percent(percent: f64) -> Option<Self> {
        (10.0..=100.0).contains(&percent).then_some(Self(percent / 100.0))
    }
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// Take a frame this long after the last.
    Look(Duration),
    /// Release the camera until then, in the time of the session.
    Rest(Duration),
}

/// Decides when to look, from what was seen and when.
#[derive(Debug, Clone)]
pub struct Pace {
    share: Share,
    /// Whether the camera is to be spared.
    spared: bool,
    /// Seconds that the camera may still be on before it has to rest; it earns them over time.
    credit: f64,
    /// When that was reckoned last.
    reckoned: Duration,
    /// What is being done since then.
    plan: Plan,
    /// Since when the camera is on without a break.
    awake: Duration,
    pose: Option<Pose>,
    /// When somebody last moved, came or went.
    moved: Duration,
    /// Since when nobody is there.
    empty: Option<Duration>,
    deviates: bool,
    blind: bool,
    learning: Option<View>,
}

impl Pace {
    /// The pace of a session that begins; the camera may be on for this `share` of its time.
    pub fn new(share: Share) -> Self {
        Self {
            share,
            spared: false,
            credit: LOOK.as_secs_f64(),
            reckoned: Duration::ZERO,
            plan: Plan::Look(FAST),
            awake: Duration::ZERO,
            pose: None,
            moved: Duration::ZERO,
            empty: None,
            deviates: false,
            blind: false,
            learning: None,
        }
    }

    /// Takes in what a frame said.
    pub fn seen(&mut self, report: &Report, events: &[Event]) {
        let at = report.at;
        let pose = report.person.as_ref().map(|(pose, _)| pose);
        let moves = match (&self.pose, pose) {
            (Some(before), Some(now)) => shift(before, now) > MOVED,
            (None, None) => false,
            _ => true,
        };
        if moves {
            self.moved = at;
        }
        self.pose = pose.cloned();
        self.empty = if pose.is_some() { None } else { self.empty.or(Some(at)) };
        self.deviates = !report.findings.is_empty();
        self.blind = false;
        for event in events {
            match event {
                Event::Learning { view, .. } => self.learning = Some(*view),
                Event::Learned { view, .. } if self.learning == Some(*view) => self.learning = None,
                Event::Left { .. } => self.learning = None,
                _ => {}
            }
        }
    }

    /// Takes in that there was no picture.
    pub fn blind(&mut self) {
        self.blind = true;
    }

    /// Takes in whether the camera is to be spared: on for short looks, a quarter of the time at most.
    pub fn spare(&mut self, spared: bool) {
        self.spared = spared;
    }

    /// Takes in that the camera is off at `at`, for other reasons than the pace.
    pub fn off(&mut self, at: Duration) {
        self.plan = Plan::Rest(at);
        self.reckon(at);
    }

    /// The share of the time that the camera may be on.
    fn share(&self) -> Share {
        if self.spared && self.share > SPARED { SPARED } else { self.share }
    }

    /// What to do now, at `at`; `guided` while somebody is guided through a stretch, which is never cut short.
    pub fn plan(&mut self, at: Duration, guided: bool) -> Plan {
        self.reckon(at);
        let plan = match self.plan {
            _ if guided => Plan::Look(FAST),
            Plan::Rest(until) if at < until => self.plan,
            Plan::Rest(_) => {
                self.awake = at;
                Plan::Look(FAST)
            }
            Plan::Look(_) => self.rest(at).map_or_else(|| Plan::Look(self.interval(at)), Plan::Rest),
        };
        self.plan = plan;
        plan
    }

    /// Until when the camera is to rest, if it is.
    fn rest(&self, at: Duration) -> Option<Duration> {
        if self.share() < Share::WHOLE && self.credit <= 0.0 {
            let missing = LOOK.as_secs_f64() - self.credit;
            return Some(at + Duration::from_secs_f64(missing / self.share().0));
        }
        let away = self.empty.is_some_and(|since| at.saturating_sub(since) >= AWAY);
        let looked = at.saturating_sub(self.awake) >= LOOK;
        (away && looked).then_some(at + AWAY_REST)
    }

    fn interval(&self, at: Duration) -> Duration {
        let since_moved = at.saturating_sub(self.moved);
        if self.blind {
            EMPTY
        } else if since_moved < MOVING {
            FAST
        } else if self.pose.is_none() {
            EMPTY
        } else if self.deviates || self.learning.is_some() || since_moved < STILL {
            ATTENTIVE
        } else {
            CALM
        }
    }

    /// Earns and spends the camera's time since the last plan.
    fn reckon(&mut self, at: Duration) {
        let passed = at.saturating_sub(self.reckoned).as_secs_f64();
        self.reckoned = self.reckoned.max(at);
        let on = matches!(self.plan, Plan::Look(_));
        let change = passed * (self.share().0 - if on { 1.0 } else { 0.0 });
        self.credit = (self.credit + change).min(LOOK.as_secs_f64());
    }
}

/// How far the head and shoulders went, as a share of their extent: the median over the parts that both poses have.
fn shift(before: &Pose, now: &Pose) -> f32 {
    let mut shifts = Vec::new();
    let (mut low, mut high) = ([f32::INFINITY; 2], [f32::NEG_INFINITY; 2]);
    for part in ANCHORS {
        let (Some(a), Some(b)) = (before.keypoints.get(part), now.keypoints.get(part)) else { continue };
        shifts.push(a.at.distance(b.at));
        low = [low[0].min(a.at.x), low[1].min(a.at.y)];
        high = [high[0].max(a.at.x), high[1].max(a.at.y)];
    }
    shifts.sort_by(f32::total_cmp);
    let extent = (high[0] - low[0]).max(high[1] - low[1]);
    // Poses without a part in common have changed entirely.
    shifts.get(shifts.len() / 2).map_or(f32::INFINITY, |median| median / extent.max(1.0))
}

#[cfg(test)]
mod tests;
