//! The one place where the stages meet.
//!
//! - [`inspect`] takes one photo all the way to a [`Report`], held against bands of the population.
//! - [`Session`] takes the frames of one source, one after the other, to [`Event`](crate::monitor::Event)s, held against the
//!   user's own baseline.
//! - [`OnePass`] takes a picture through the stages one by one, for those who time them.

mod one_pass;
mod session;

use std::time::Duration;

pub use self::{
    one_pass::{OnePass, Stage},
    session::{Session, Step},
};
use crate::{
    compare::Comparison,
    estimator::{ModelError, PoseEstimator},
    frame::Frame,
    geometry::Degrees,
    landmarks::ByHand,
    measure::{Known, Reading, measure},
    pose::{Pose, Scene},
    rules::{Against, Finding, Rules},
    stretches::{Advice, Prompt, Stretches, Suits},
};

/// All that one picture said. Numbers only.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The picture's name: a path, a camera.
    pub source: String,
    /// Time of the frame since its source opened.
    pub at: Duration,
    /// Width of the picture, pixels.
    pub width: u32,
    /// Height of the picture, pixels.
    pub height: u32,
    /// The person and what could be read off them; `None` when nobody is there.
    pub person: Option<(Pose, Reading)>,
    /// What the picture was like otherwise.
    pub scene: Scene,
    /// What was found, worst first.
    pub findings: Vec<Finding>,
    /// What to do about it.
    pub advice: Vec<Advice>,
    /// What two points that somebody placed on the photo say. Findings are then its own, not the network's.
    pub by_hand: Option<ByHand>,
    /// What has changed since another photo of the same person.
    pub compared: Option<Comparison>,
}

impl Report {
    /// What was seen and measured in a picture of `width` × `height` pixels, with nothing found in it yet.
    pub fn new(source: &str, at: Duration, (width, height): (u32, u32), person: Option<(Pose, Reading)>) -> Self {
        let (scene, findings, advice) = (Scene::default(), Vec::new(), Vec::new());
        let (by_hand, compared) = (None, None);
        Self { source: source.to_owned(), at, width, height, person, scene, findings, advice, by_hand, compared }
    }

    /// What the photo said: by hand where points were placed, else by the network.
    pub fn reading(&self) -> Option<Reading> {
        self.by_hand.as_ref().map(ByHand::reading).or_else(|| self.person.as_ref().map(|(_, reading)| reading.clone()))
    }

    /// This report with an angle measured by hand: from now on that is what findings and advice are about.
    pub fn measured_by_hand(self, by_hand: ByHand, rules: &Rules, stretches: &Stretches) -> Self {
        let findings = found(&by_hand.reading(), rules);
        let advice = advise(&findings, stretches);
        Self { findings, advice, by_hand: Some(by_hand), ..self }
    }
}

/// Takes one picture through all stages: pose, measurements, findings against bands of the population, a stretch for each.
/// `level` is by how much the true horizontal is tilted clockwise in it, degrees, where that is known.
///
/// # Errors
///
/// Only the estimator can fail; see [`ModelError`].
pub fn inspect(
    source: &str,
    frame: &Frame,
    level: Option<Degrees>,
    estimator: &mut dyn PoseEstimator,
    rules: &Rules,
    stretches: &Stretches,
) -> Result<Report, ModelError> {
    let pose = estimator.estimate(frame)?;
    let scene = estimator.scene();
    let person = pose.map(|pose| {
        let reading = measure(&pose, Known { baseline: None, level, scene });
        (pose, reading)
    });
    let findings = person.as_ref().map_or_else(Vec::new, |(_, reading)| found(reading, rules));
    let advice = advise(&findings, stretches);
    Ok(Report { scene, findings, advice, ..Report::new(source, frame.at, frame.image.dimensions(), person) })
}

/// What the rules find in a single photo.
fn found(reading: &Reading, rules: &Rules) -> Vec<Finding> {
    worst_first(rules.assess(reading, Against::Population).into_iter().filter_map(|a| a.finding).collect())
}

/// The most severe first; equals stay in the order of the table of rules.
fn worst_first(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

/// One stretch for each finding, none of them twice.
fn advise(findings: &[Finding], stretches: &Stretches) -> Vec<Advice> {
    let mut given: Vec<Advice> = Vec::new();
    for finding in findings {
        let taken: Vec<_> = given.iter().map(|advice| advice.stretch.clone()).collect();
        let advice = stretches.advise(&finding.rule, &taken, &Suits::default(), &Prompt::ONE);
        given.extend(advice.filter(|advice| !taken.contains(&advice.stretch)));
    }
    given
}
