//! What a line says of one photo beyond the pose: points placed by hand, and changes since another photo.

use serde::{Deserialize, Serialize};

use super::{Measurement, rounded};
use crate::{
    compare::{Change, Comparison},
    geometry::{Degrees, Point},
    landmarks::ByHand,
    measure::{Facing, Metric, Unit, View},
};

/// The angle between two points that somebody placed on the photo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ByHandLine {
    /// Where the tragus was placed, frame pixels.
    pub tragus: Point,
    /// Where C7 was placed, frame pixels.
    pub c7: Point,
    /// The tilt of the true horizontal in the picture, degrees, positive clockwise; absent when nobody measured it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Degrees>,
    /// Which way the person faces.
    pub facing: Facing,
    /// The angle.
    pub measurement: Measurement,
}

impl From<&ByHand> for ByHandLine {
    fn from(by_hand: &ByHand) -> Self {
        let ByHand { landmarks, facing, angle } = by_hand;
        Self {
            tragus: landmarks.tragus,
            c7: landmarks.c7,
            level: landmarks.level,
            facing: *facing,
            measurement: Measurement::from(angle),
        }
    }
}

/// What has changed since a reference photo of the same person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparisonLine {
    /// The reference photo's name.
    pub with: String,
    /// From where the person is seen in it.
    pub view: View,
    /// What both photos show; empty when the views differ.
    pub changes: Vec<ChangeLine>,
}

/// One metric on both photos.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangeLine {
    /// Which metric.
    pub metric: Metric,
    /// What the reference photo shows, in `unit`.
    pub then: f32,
    /// What this photo shows.
    pub now: f32,
    /// The difference.
    pub change: f32,
    /// What all of these are counted in.
    pub unit: Unit,
    /// The smallest change that these two photos can show.
    pub smallest: f32,
    /// Whether `change` is larger.
    pub changed: bool,
}

impl From<&Comparison> for ComparisonLine {
    fn from(comparison: &Comparison) -> Self {
        let Comparison { with, view, changes } = comparison;
        Self { with: with.clone(), view: *view, changes: changes.iter().map(ChangeLine::from).collect() }
    }
}

impl From<&Change> for ChangeLine {
    fn from(change: &Change) -> Self {
        let unit = change.now.unit();
        let in_unit = |value| rounded(value, unit_decimals(unit));
        Self {
            metric: change.now.metric,
            then: in_unit(change.then.value),
            now: in_unit(change.now.value),
            change: in_unit(change.by()),
            unit,
            smallest: in_unit(change.smallest),
            changed: change.is_told(),
        }
    }
}

/// How many decimals a value in `unit` is written with.
pub(super) const fn unit_decimals(unit: Unit) -> i32 {
    match unit {
        Unit::Deg | Unit::Cm | Unit::S => 1,
        Unit::Ratio => 3,
    }
}
