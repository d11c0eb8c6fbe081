//! How well poses agree with truth: hand-labelled photos, or renders whose truth is exact.
//!
//! # What is counted
//!
//! - **Error** of a keypoint: its distance to the truth ÷ the person's `size` in the truth (about one shoulder width). A
//!   keypoint that was not reported is a miss and counts as infinite; nothing is left out because it was hard. Seen and
//!   hidden keypoints are counted apart.
//! - **PCK** at 0.05, 0.1 and 0.2: the share of errors that are no larger.
//! - **Offset-free** shoulders: seen from the front, after the median offset of all front shoulders is removed (outward and
//!   down, mirrored for the left), since models differ in what they call a shoulder.
//! - **Quantiles** are the value at index ⌊q·n⌋ of the sorted errors, at most the last.
//! - **Derived**: the same formula on predicted and on true points, and the difference. The angle at C7 is the plain one in
//!   the picture; the craniovertebral angle as measured is apart, with how often its band held.
//! - **Reliability**: of the keypoints reported with a score of some tenth, the share that is seen in truth and no further
//!   than 0.1 from there.
//!
//! Numbers only: this module reads poses, not pictures.

mod derived;
mod points;
mod score;
mod truth;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::{
    derived::{Angle, Derived},
    points::{Group, Row},
    score::{Presence, Reliability, Views},
    truth::{Labels, Truth, TruthError},
};
use crate::{
    measure::{Metric, Reference, View},
    pose::BodyPart,
    wire::{KeypointLine, Measurement},
};

/// What was said about one picture: a line of `posture check --json`, or of another program in the same schema. Fields that
/// another program does not write may be absent.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Prediction {
    /// The picture's name; only what follows the last `/` counts.
    pub source: String,
    /// `null` when nobody was seen.
    pub person: Option<Somebody>,
    /// What was measured.
    #[serde(default)]
    pub measurements: Vec<Measurement>,
}

/// A person as a [`Prediction`] has them.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Somebody {
    /// From which side they are seen, where the program says so.
    #[serde(default)]
    pub view: Option<View>,
    /// Degrees, where the program says so.
    #[serde(default)]
    pub trunk_yaw: Option<f32>,
    /// In pixels of the picture.
    pub keypoints: BTreeMap<BodyPart, KeypointLine>,
}

impl Prediction {
    /// The name of the picture without its folders.
    pub fn file(&self) -> &str {
        self.source.rsplit(['/', '\\']).next().unwrap_or(&self.source)
    }

    fn measured(&self, metric: Metric) -> Option<&Measurement> {
        self.measurements.iter().find(|m| m.metric == metric && m.reference == Reference::Absolute)
    }
}

/// How well predictions agree with truth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// How many pictures.
    pub pictures: usize,
    /// Whether people were found, and nobody where nobody is.
    pub presence: Presence,
    /// Offset of front shoulders that was removed, outward and down, in units of size; `None` without any.
    pub shoulder_offset: Option<[f64; 2]>,
    /// Errors by view and group of keypoints.
    pub points: Vec<Row>,
    /// What follows from the points.
    pub derived: Vec<Derived>,
    /// Angles at C7, picture by picture where they were measured by hand; for all pictures together otherwise.
    pub angles: Vec<Angle>,
    /// Views, and the turn of the trunk.
    pub views: Views,
    /// What scores mean.
    pub reliability: Vec<Reliability>,
}

impl Evaluation {
    /// Holds each truth against the prediction beside it; `None` counts as nobody seen.
    pub fn of(pairs: &[(Truth, Option<Prediction>)]) -> Self {
        let offset = points::shoulder_offset(pairs);
        Self {
            pictures: pairs.len(),
            presence: Presence::of(pairs),
            shoulder_offset: offset,
            points: points::rows(pairs, offset.unwrap_or_default()),
            derived: derived::all(pairs),
            angles: derived::angles(pairs),
            views: Views::of(pairs),
            reliability: score::reliability(pairs),
        }
    }
}

/// The value at index ⌊q·n⌋ of sorted `values`, at most the last; `None` when there are none.
fn quantile(values: &[f64], q: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let index = (q * sorted.len() as f64) as usize;
    sorted.get(index.min(sorted.len().checked_sub(1)?)).copied()
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn share(part: usize, of: usize) -> Option<f64> {
    (of > 0).then(|| part as f64 / of as f64)
}

#[cfg(test)]
mod tests;
