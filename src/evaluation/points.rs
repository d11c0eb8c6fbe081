//! Errors of keypoints.

use serde::Serialize;

use super::{Prediction, Truth, quantile, share};
use crate::pose::BodyPart;

/// Keypoints whose errors are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// The name for people.
    pub name: &'static str,
    parts: &'static [BodyPart],
}

use BodyPart::{
    C7, Chin, LeftEar, LeftElbow, LeftEye, LeftHip, LeftShoulder, LeftWrist, MouthLeft, MouthRight, Nose, RightEar,
    RightElbow, RightEye, RightHip, RightShoulder, RightWrist,
};

/// All groups, in the order of their rows.
pub const GROUPS: [Group; 10] = [
    Group { name: "nose", parts: &[Nose] },
    Group { name: "eyes", parts: &[LeftEye, RightEye] },
    Group { name: "ears", parts: &[LeftEar, RightEar] },
    Group { name: "mouth", parts: &[MouthLeft, MouthRight] },
    Group { name: "chin", parts: &[Chin] },
    Group { name: "shoulders", parts: &SHOULDERS },
    Group { name: "elbows", parts: &[LeftElbow, RightElbow] },
    Group { name: "wrists", parts: &[LeftWrist, RightWrist] },
    Group { name: "hips", parts: &[LeftHip, RightHip] },
    Group { name: "c7", parts: &[C7] },
];

const SHOULDERS: [BodyPart; 2] = [LeftShoulder, RightShoulder];

/// The errors of one group in one view. Errors are in units of the person's size.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The view as the labels name it, or `all`.
    pub view: String,
    /// The group; `shoulders offset-free` after the offset is removed.
    pub group: String,
    /// Whether these are the seen or the hidden keypoints.
    pub visible: bool,
    /// How many keypoints are labelled.
    pub n: usize,
    /// How many of them were not reported.
    pub missing: usize,
    /// Median; absent when half of them or more were not reported.
    pub median: Option<f64>,
    /// 90th percentile; absent when a tenth of them or more were not reported.
    pub p90: Option<f64>,
    /// Shares within 0.05, 0.1 and 0.2.
    pub pck: [f64; 3],
}

type Pair = (Truth, Option<Prediction>);

/// The reported place of `part` minus its true place, in units of size; `None` when it was not reported.
fn error(truth: &Truth, prediction: Option<&Prediction>, part: BodyPart) -> Option<[f64; 2]> {
    let (person, point) = (truth.person.as_ref()?, truth.point(part)?);
    let at = prediction?.person.as_ref()?.keypoints.get(&part)?;
    Some([(f64::from(at.x) - point.x) / person.size, (f64::from(at.y) - point.y) / person.size])
}

/// +1 for a part on the person's left, −1 on the right: which way is outward in a front view.
fn outward(part: BodyPart) -> f64 {
    if part == LeftShoulder { 1.0 } else { -1.0 }
}

fn in_front(truth: &Truth) -> bool {
    truth.person.as_ref().is_some_and(|person| person.view == "front")
}

/// The median offset of front shoulders, outward and down.
pub(super) fn shoulder_offset(pairs: &[Pair]) -> Option<[f64; 2]> {
    let of_one = |(truth, prediction): &Pair| {
        SHOULDERS
            .into_iter()
            .filter(|part| truth.seen(*part).is_some())
            .filter_map(|part| error(truth, prediction.as_ref(), part).map(|[x, y]| [outward(part) * x, y]))
            .collect::<Vec<_>>()
    };
    let offsets: Vec<[f64; 2]> = pairs.iter().filter(|(truth, _)| in_front(truth)).flat_map(of_one).collect();
    let median = |axis: usize| quantile(&offsets.iter().map(|offset| offset[axis]).collect::<Vec<_>>(), 0.5);
    Some([median(0)?, median(1)?])
}

/// One row for every view, group and visibility that has labels.
pub(super) fn rows(pairs: &[Pair], offset: [f64; 2]) -> Vec<Row> {
    let mut views = vec!["all".to_owned()];
    for person in pairs.iter().filter_map(|(truth, _)| truth.person.as_ref()) {
        if !views.contains(&person.view) {
            views.push(person.view.clone());
        }
    }
    let mut rows = Vec::new();
    for view in views {
        for group in GROUPS {
            for visible in [true, false] {
                rows.extend(row(pairs, &view, group.name, group.parts, visible, [0.0; 2]));
            }
        }
        rows.extend(row(pairs, &view, "shoulders offset-free", &SHOULDERS, true, offset));
    }
    rows
}

/// The errors of `parts` in `view`, `offset` (outward, down) removed from front views; `None` without any label.
fn row(pairs: &[Pair], view: &str, group: &str, parts: &[BodyPart], visible: bool, offset: [f64; 2]) -> Option<Row> {
    let of_one = |(truth, prediction): &Pair| {
        let [out, down] = if in_front(truth) { offset } else { [0.0; 2] };
        parts
            .iter()
            .filter(|part| truth.point(**part).is_some_and(|point| point.visible == visible && point.inside))
            .map(|part| match error(truth, prediction.as_ref(), *part) {
                Some([x, y]) => (x - outward(*part) * out).hypot(y - down),
                None => f64::INFINITY,
            })
            .collect::<Vec<_>>()
    };
    let belongs = |truth: &Truth| truth.person.as_ref().is_some_and(|person| view == "all" || person.view == view);
    let errors: Vec<f64> = pairs.iter().filter(|(truth, _)| belongs(truth)).flat_map(of_one).collect();
    let within = |limit: f64| errors.iter().filter(|error| **error <= limit).count();
    let finite = |q| quantile(&errors, q).filter(|error| error.is_finite());
    Some(Row {
        view: view.to_owned(),
        group: group.to_owned(),
        visible,
        n: errors.len(),
        missing: errors.iter().filter(|error| error.is_infinite()).count(),
        median: finite(0.5),
        p90: finite(0.9),
        pck: [share(within(0.05), errors.len())?, share(within(0.1), errors.len())?, share(within(0.2), errors.len())?],
    })
}
