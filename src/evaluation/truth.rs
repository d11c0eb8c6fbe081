//! What is true of a picture, in the two forms in which it is written down.
//!
//! - **By hand**, one photo a line: `file`, `view` (front, threequarter, side), `size` in pixels, `keypoints` with `x`, `y`,
//!   `visible`, and `cva_deg` where the angle was measured against the horizontal of the picture.
//! - **By the renderer**, in `posture/1`: `source`, and `person` (or null) with `view`, `size`, `trunk_yaw`, `keypoints` and the
//!   `craniovertebral_angle` in 3-D.

use std::{collections::BTreeMap, str::FromStr};

use serde::Deserialize;
use thiserror::Error;

use crate::{geometry::Point, measure::View, pose::BodyPart};

/// A keypoint as it truly is.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct TruePoint {
    /// Pixels from the left edge.
    pub x: f64,
    /// Pixels from the top edge.
    pub y: f64,
    /// Seen, or under thin clothing; `false`: hidden, its place judged or computed.
    pub visible: bool,
    /// Whether it lies in the picture.
    #[serde(default = "inside")]
    pub inside: bool,
}

const fn inside() -> bool {
    true
}

impl TruePoint {
    /// Where it is, frame pixels.
    pub fn at(&self) -> Point {
        Point::new(self.x as f32, self.y as f32)
    }
}

/// The person in a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// The name of the view, as the labels have it.
    pub view: String,
    /// The views of this program that this one stands for.
    pub views: Vec<View>,
    /// What errors are divided by, pixels.
    pub size: f64,
    /// The turn of the trunk, degrees, where it is known.
    pub trunk_yaw: Option<f32>,
    /// Every labelled keypoint.
    pub keypoints: BTreeMap<BodyPart, TruePoint>,
    /// The craniovertebral angle, degrees: by hand against the horizontal of the picture, or exact in 3-D.
    pub craniovertebral_angle: Option<f32>,
}

/// What is true of one picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Truth {
    /// The picture's file, as the labels have it.
    pub file: String,
    /// Whether a hand made it, so that pictures are few and each is worth a line.
    pub by_hand: bool,
    /// `None`: nobody is in the picture.
    pub person: Option<Person>,
}

impl Truth {
    /// The labelled keypoint, where there is a person.
    pub(super) fn point(&self, part: BodyPart) -> Option<TruePoint> {
        self.person.as_ref()?.keypoints.get(&part).copied()
    }

    /// The labelled keypoint, where it is seen.
    pub(super) fn seen(&self, part: BodyPart) -> Option<TruePoint> {
        self.point(part).filter(|point| point.visible)
    }
}

/// Labels that do not fit either form.
#[derive(Debug, Error)]
#[error("line {line}: {why}")]
pub struct TruthError {
    /// Counted from 1.
    pub line: usize,
    /// What does not fit.
    pub why: String,
}

/// All labels of a file: one JSON object a line, or a single one over many lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Labels(pub Vec<Truth>);

impl FromStr for Labels {
    type Err = TruthError;

    fn from_str(text: &str) -> Result<Self, TruthError> {
        if let Ok(alone) = serde_json::from_str::<Written>(text) {
            return Ok(Self(vec![alone.into()]));
        }
        let lines = (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty());
        lines
            .map(|(line, text)| match serde_json::from_str::<Written>(text) {
                Ok(written) => Ok(written.into()),
                Err(_) => Err(TruthError { line, why: why(text) }),
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// What is wrong with a line that fits neither form, said of the form that it seems to be meant in.
fn why(text: &str) -> String {
    let by_hand = serde_json::from_str::<serde_json::Value>(text).is_ok_and(|value| value.get("file").is_some());
    let error =
        if by_hand { serde_json::from_str::<ByHand>(text).err() } else { serde_json::from_str::<Rendered>(text).err() };
    error.map_or_else(|| "no label".to_owned(), |error| error.to_string())
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    ByHand(ByHand),
    Rendered(Rendered),
}

#[derive(Deserialize)]
struct ByHand {
    file: String,
    view: HandView,
    size: f64,
    keypoints: BTreeMap<BodyPart, TruePoint>,
    cva_deg: Option<f32>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum HandView {
    Front,
    Threequarter,
    Side,
}

#[derive(Deserialize)]
struct Rendered {
    source: String,
    person: Option<RenderedPerson>,
}

#[derive(Deserialize)]
struct RenderedPerson {
    view: View,
    size: f64,
    trunk_yaw: f32,
    keypoints: BTreeMap<BodyPart, TruePoint>,
    craniovertebral_angle: Option<f32>,
}

impl From<Written> for Truth {
    fn from(written: Written) -> Self {
        match written {
            Written::ByHand(label) => {
                let (view, views) = match label.view {
                    HandView::Front => ("front", vec![View::Frontal]),
                    HandView::Threequarter => ("threequarter", vec![View::Oblique]),
                    HandView::Side => ("side", vec![View::Lateral, View::NearLateral]),
                };
                let person = Person {
                    view: view.to_owned(),
                    views,
                    size: label.size,
                    trunk_yaw: None,
                    keypoints: label.keypoints,
                    craniovertebral_angle: label.cva_deg,
                };
                Self { file: label.file, by_hand: true, person: Some(person) }
            }
            Written::Rendered(label) => Self {
                file: label.source,
                by_hand: false,
                person: label.person.map(|person| Person {
                    view: if person.view == View::Frontal { "front" } else { person.view.title() }.to_owned(),
                    views: vec![person.view],
                    size: person.size,
                    trunk_yaw: Some(person.trunk_yaw),
                    keypoints: person.keypoints,
                    craniovertebral_angle: person.craniovertebral_angle,
                }),
            },
        }
    }
}
