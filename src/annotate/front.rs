//! What is drawn of a person seen from the front: the shoulder line, its tilt, and the height of the ears above it.

use super::{
    canvas::{Canvas, Ink},
    plate::Label,
};
use crate::{
    geometry::Point,
    measure::{Metric, Reading, Reference},
    pose::{BodyPart, Pose},
    report::quantity,
};

/// Where the height of the ears is drawn, in shoulder widths from the middle of the shoulder line: beside the face.
const BESIDE: f32 = 0.42;

/// Draws what was measured on the shoulder line; gives the values as labels.
pub fn lines(canvas: &mut Canvas, pose: &Pose, reading: &Reading, ink: impl Fn(Metric) -> Ink) -> Vec<Label> {
    let at = |part| pose.keypoints.get(part).map(|keypoint| keypoint.at);
    let measured = |metric| reading.get(metric, Reference::Absolute);
    let (Some(left), Some(right)) = (at(BodyPart::LeftShoulder), at(BodyPart::RightShoulder)) else {
        return Vec::new();
    };
    let mut labels = Vec::new();
    let gap = 10.0 * canvas.unit();
    if let Some(tilt) = measured(Metric::ShoulderTilt) {
        let ink = ink(Metric::ShoulderTilt);
        let level = Point::new(left.x, right.y);
        canvas.dashes(right, level, 1.5, Ink::LIGHT);
        canvas.line(right, left, 2.4, ink);
        let below = Point::new(right.midpoint(left).x, right.y.max(left.y) + 2.2 * gap);
        labels.push(Label { text: format!("shoulder tilt {}", quantity(&tilt)), at: below, towards: 0.0, ink });
    }
    let height = measured(Metric::EarShoulderHeight);
    if let (Some(height), Some(left_ear), Some(right_ear)) = (height, at(BodyPart::LeftEar), at(BodyPart::RightEar)) {
        // A step along the shoulder line, from the right shoulder to the left, and one up across it: a shoulder width each.
        let along = Point::new(left.x - right.x, left.y - right.y);
        let up = Point::new(along.y, -along.x);
        let place =
            |from: Point, a: f32, u: f32| Point::new(from.x + a * along.x + u * up.x, from.y + a * along.y + u * up.y);
        let ink = ink(Metric::EarShoulderHeight);
        let foot = place(right.midpoint(left), BESIDE, 0.0);
        let top = place(foot, 0.0, height.value);
        let ears = right_ear.midpoint(left_ear);
        let half = right_ear.distance(left_ear) / (2.0 * right.distance(left));
        canvas.dashes(place(ears, -half, 0.0), place(top, 0.04, 0.0), 1.5, Ink::LIGHT);
        canvas.line(foot, top, 2.4, ink);
        for end in [foot, top] {
            canvas.line(place(end, -0.025, 0.0), place(end, 0.025, 0.0), 2.4, ink);
        }
        let beside = foot.midpoint(top);
        let text = format!("ear height {}", quantity(&height));
        labels.push(Label { text, at: Point::new(beside.x + gap, beside.y), towards: 1.0, ink });
    }
    labels
}
