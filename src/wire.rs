//! The schema `posture/1`: one JSON object per line, written by `--json` and read back by replays and tests.
//!
//! Adding fields is free, renaming or removing one raises the number of the schema. A reader ignores fields that it does
//! not know. Units and signs are those of [`pose`](crate::pose) and [`measure`].
//!
//! Numbers are rounded when a line is made: coordinates and angles to one decimal, scores to two, ratios to three,
//! centimetres and seconds to one and three. So a line that is printed and read back is equal to itself.

mod event;
mod photo;

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use self::photo::unit_decimals;
pub use self::{
    event::{Event, EventKind, EventLine},
    photo::{ByHandLine, ChangeLine, ComparisonLine},
};
use crate::{
    geometry::{Degrees, Point},
    measure::{self, Facing, Metric, Reference, Unit, Unmeasured, View},
    pipeline::Report,
    pose::{BodyPart, HeadPose, Keypoint, Pose, Regressed},
    rules::{Finding, RuleId, Severity},
    stretches::Advice,
};

/// The name of the schema; any other name is refused when a line is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Schema {
    /// The first one.
    #[default]
    #[serde(rename = "posture/1")]
    Posture1,
}

/// The `kind` of a [`PoseLine`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PoseKind {
    /// What one picture said.
    #[default]
    #[serde(rename = "pose")]
    Pose,
}

/// A line of either kind, as a reader of a recorded session meets them.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// What one picture said.
    Pose(Box<PoseLine>),
    /// A change worth telling.
    Event(EventLine),
}

impl Line {
    /// Reads one line. The error says what does not fit the schema, and at which column.
    pub fn parse(line: &str) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        struct Peek {
            kind: Kind,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum Kind {
            Pose,
            Event,
        }
        match serde_json::from_str::<Peek>(line)?.kind {
            Kind::Pose => serde_json::from_str(line).map(|line| Self::Pose(Box::new(line))),
            Kind::Event => serde_json::from_str(line).map(Self::Event),
        }
    }
}

/// What one picture said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PoseLine {
    /// `posture/1`.
    pub schema: Schema,
    /// `pose`.
    pub kind: PoseKind,
    /// The picture's name: a path, a camera.
    pub source: String,
    /// Seconds since the source opened; 0 for a photo.
    #[serde(default)]
    pub at: f64,
    /// Width of the picture, pixels.
    pub width: u32,
    /// Height of the picture, pixels.
    pub height: u32,
    /// `null` when nobody is seen.
    pub person: Option<Person>,
    /// What could be measured.
    #[serde(default)]
    pub measurements: Vec<Measurement>,
    /// What could not, and why.
    #[serde(default)]
    pub unmeasured: Vec<Unmeasured>,
    /// What was found, worst first.
    #[serde(default)]
    pub findings: Vec<FindingLine>,
    /// What to do about it.
    #[serde(default)]
    pub advice: Vec<Advice>,
    /// The angle between two points that somebody placed on the photo; findings are then about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<ByHandLine>,
    /// What has changed since a reference photo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared: Option<ComparisonLine>,
}

/// One person as they were seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// 0..1: how sure it is that a person is there.
    pub score: f32,
    /// From which side they are seen.
    pub view: View,
    /// Which way they face in the picture.
    pub facing: Facing,
    /// Degrees; absent when the model does not estimate it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trunk_yaw: Option<Degrees>,
    /// Degrees; absent when the model does not estimate it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<HeadPose>,
    /// What the network regressed in a side view, before anything decided whether it is a measurement: there so that a
    /// recorded session can be measured again, not to be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regressed: Option<RegressedLine>,
    /// In frame pixels, in the order of [`BodyPart::ALL`]; what was not seen is absent.
    pub keypoints: BTreeMap<BodyPart, KeypointLine>,
}

/// Raw regressions of the network.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RegressedLine {
    /// Against the horizontal of the picture, degrees.
    pub craniovertebral_angle: Degrees,
    /// The standard deviation that the network expects of it, degrees.
    pub deviation: Degrees,
}

/// A body part in the picture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct KeypointLine {
    /// Pixels from the left edge of the frame.
    pub x: f32,
    /// Pixels from its top edge.
    pub y: f32,
    /// 0..1.
    pub score: f32,
}

/// A number with what it measures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// What is measured.
    pub metric: Metric,
    /// In `unit`.
    pub value: f32,
    /// What `value` and `uncertainty` are counted in.
    pub unit: Unit,
    /// Half width of the band that should hold the true value in about 90 % of the cases.
    pub uncertainty: f32,
    /// What the value is counted from.
    pub reference: Reference,
}

/// A deviation that a rule names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingLine {
    /// Which rule.
    pub rule: RuleId,
    /// How large.
    pub severity: Severity,
    /// What shows it.
    pub metric: Metric,
}

impl From<&Report> for PoseLine {
    fn from(report: &Report) -> Self {
        let (measurements, unmeasured) = match &report.person {
            Some((_, reading)) => {
                (reading.measurements.iter().map(Measurement::from).collect(), reading.unmeasured.clone())
            }
            None => (Vec::new(), Vec::new()),
        };
        Self {
            schema: Schema::Posture1,
            kind: PoseKind::Pose,
            source: report.source.clone(),
            at: seconds(report.at),
            width: report.width,
            height: report.height,
            person: report.person.as_ref().map(|(pose, reading)| Person::new(pose, reading)),
            measurements,
            unmeasured,
            findings: report.findings.iter().map(FindingLine::from).collect(),
            advice: report.advice.clone(),
            by_hand: report.by_hand.as_ref().map(ByHandLine::from),
            compared: report.compared.as_ref().map(ComparisonLine::from),
        }
    }
}

impl PoseLine {
    /// The pose that this line was made from, up to the rounding; `None` when nobody was seen. The craniovertebral angle
    /// comes back only where the line carries what the network regressed.
    pub fn pose(&self) -> Option<Pose> {
        let person = self.person.as_ref()?;
        let keypoint =
            |(part, k): (&BodyPart, &KeypointLine)| (*part, Keypoint { at: Point::new(k.x, k.y), score: k.score });
        Some(Pose {
            keypoints: person.keypoints.iter().map(keypoint).collect(),
            presence: person.score,
            head: person.head,
            trunk_yaw: person.trunk_yaw,
            craniovertebral_angle: person
                .regressed
                .map(|r| Regressed { value: r.craniovertebral_angle, deviation: r.deviation }),
            frame_width: self.width,
            frame_height: self.height,
        })
    }
}

impl Person {
    fn new(pose: &Pose, reading: &measure::Reading) -> Self {
        let keypoint = |(part, k): (BodyPart, Keypoint)| {
            (part, KeypointLine { x: rounded(k.at.x, 1), y: rounded(k.at.y, 1), score: rounded(k.score, 2) })
        };
        let from_the_side = matches!(reading.view, View::Lateral | View::NearLateral);
        Self {
            score: rounded(pose.presence, 2),
            view: reading.view,
            facing: reading.facing,
            trunk_yaw: pose.trunk_yaw.map(|yaw| rounded(yaw, 1)),
            head: pose.head.map(|head| HeadPose {
                yaw: rounded(head.yaw, 1),
                pitch: rounded(head.pitch, 1),
                roll: rounded(head.roll, 1),
            }),
            regressed: pose.craniovertebral_angle.filter(|_| from_the_side).map(|angle| RegressedLine {
                craniovertebral_angle: rounded(angle.value, 1),
                deviation: rounded(angle.deviation, 1),
            }),
            keypoints: pose.keypoints.iter().map(keypoint).collect(),
        }
    }
}

impl From<&measure::Measurement> for Measurement {
    fn from(measurement: &measure::Measurement) -> Self {
        let unit = measurement.unit();
        let decimals = unit_decimals(unit);
        Self {
            metric: measurement.metric,
            value: rounded(measurement.value, decimals),
            unit,
            uncertainty: rounded(measurement.uncertainty, decimals),
            reference: measurement.reference,
        }
    }
}

impl From<&Finding> for FindingLine {
    fn from(finding: &Finding) -> Self {
        Self { rule: finding.rule.clone(), severity: finding.severity, metric: finding.by.metric }
    }
}

/// `value` to `decimals` places, without a negative zero.
fn rounded(value: f32, decimals: i32) -> f32 {
    let scale = 10_f64.powi(decimals);
    ((f64::from(value) * scale).round() / scale + 0.0) as f32
}

fn seconds(at: Duration) -> f64 {
    (at.as_secs_f64() * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests;
