//! What is drawn of a person seen from the side: the angle at C7 between the horizontal and the tragus.

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

/// Draws the horizontal through C7, the line to the near tragus and the arc between them, if the craniovertebral angle was
/// measured; gives its value as a label.
pub fn lines(canvas: &mut Canvas, pose: &Pose, reading: &Reading, ink: impl Fn(Metric) -> Ink) -> Option<Label> {
    let measured = reading.get(Metric::CraniovertebralAngle, Reference::Absolute)?;
    let forward = reading.facing.forward()?;
    let near_ear = if forward < 0.0 { BodyPart::LeftEar } else { BodyPart::RightEar };
    let (c7, tragus) = (pose.keypoints.get(BodyPart::C7)?.at, pose.keypoints.get(near_ear)?.at);
    let ink = ink(Metric::CraniovertebralAngle);
    let reach = c7.distance(tragus);
    let rise = (tragus.y - c7.y).atan2(tragus.x - c7.x).to_degrees();
    let level = if forward < 0.0 { -180.0 } else { 0.0 };
    // A tragus below C7 is measured downwards from the level.
    let rise = if forward < 0.0 && rise > 90.0 { rise - 360.0 } else { rise };
    canvas.arc(c7, 0.62 * reach, (level, rise), 2.2, ink);
    let ahead = Point::new(c7.x + forward * 1.3 * reach, c7.y);
    let behind = Point::new(c7.x - forward * 0.25 * reach, c7.y);
    canvas.dashes(behind, ahead, 1.8, Ink::LIGHT);
    canvas.line(c7, tragus, 2.4, ink);
    let gap = 10.0 * canvas.unit();
    let at = Point::new(behind.x - forward * gap, c7.y);
    Some(Label { text: format!("CVA {}", quantity(&measured)), at, towards: -forward, ink })
}
