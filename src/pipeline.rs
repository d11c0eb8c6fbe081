//! The one place where the stages meet.

use std::time::Duration;

use crate::{
    measure::Reading,
    pose::Pose,
    rules::Finding,
    stretches::Advice,
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
    /// What was found, worst first.
    pub findings: Vec<Finding>,
    /// What to do about it.
    pub advice: Vec<Advice>,
}
