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
    estimator::{ModelError, PoseEstimator},
    frame::Frame,
    measure::{Known, Reading, measure},
    pose::{Pose, Scene},
    rules::{Against, Finding, Rules},
    stretches::{Advice, Stretches},
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
}

/// Takes one picture through all stages: pose, measurements, findings against bands of the population, a stretch for each.
///
/// # Errors
///
/// Only the estimator can fail; see [`ModelError`].
pub fn inspect(
    source: &str,
    frame: &Frame,
    estimator: &mut dyn PoseEstimator,
    rules: &Rules,
    stretches: &Stretches,
) -> Result<Report, ModelError> {
    let pose = estimator.estimate(frame)?;
    let scene = estimator.scene();
    let person = pose.map(|pose| {
        let reading = measure(&pose, Known { scene, ..Known::default() });
        (pose, reading)
    });
    let findings = person.as_ref().map_or_else(Vec::new, |(_, reading)| {
        worst_first(rules.assess(reading, Against::Population).into_iter().filter_map(|a| a.finding).collect())
    });
    let advice = advise(&findings, stretches);
    let (width, height) = frame.image.dimensions();
    Ok(Report { source: source.to_owned(), at: frame.at, width, height, person, scene, findings, advice })
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
        given.extend(stretches.advise(finding, &taken).filter(|advice| !taken.contains(&advice.stretch)));
    }
    given
}
