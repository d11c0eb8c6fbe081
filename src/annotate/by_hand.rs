//! What is drawn of points that somebody placed: the angle at C7, and the wedge in which it lies nine times in ten.

use super::{
    canvas::{Canvas, Ink},
    plate::Label,
};
use crate::{
    geometry::{Degrees, Point},
    landmarks::ByHand,
    report::quantity,
};

/// Draws the horizontal as the user gave it, the line from C7 to the tragus, and the wedge; gives the value as a label.
pub fn lines(canvas: &mut Canvas, by_hand: &ByHand, ink: Ink) -> Option<Label> {
    let ByHand { landmarks, facing, angle } = by_hand;
    let (tragus, c7, roll) = (landmarks.tragus, landmarks.c7, landmarks.level.unwrap_or(0.0));
    let forward = facing.forward()?;
    // In the directions of the canvas: clockwise from the right.
    let level = if forward < 0.0 { roll + 180.0 } else { roll };
    let up = |above: Degrees| level - forward * above;
    let reach = c7.distance(tragus);
    let towards = |direction: Degrees, length: f32| {
        let (sin, cos) = direction.to_radians().sin_cos();
        Point::new(c7.x + length * cos, c7.y + length * sin)
    };
    let (low, high) = (angle.value - angle.uncertainty, angle.value + angle.uncertainty);
    canvas.sector(c7, 1.15 * reach, (up(low), up(high)), ink.faded(95));
    for edge in [low, high] {
        canvas.dashes(c7, towards(up(edge), 1.15 * reach), 1.1, ink.faded(200));
    }
    canvas.arc(c7, 0.5 * reach, (level, up(angle.value)), 2.2, ink);
    canvas.dashes(towards(level + 180.0, 0.25 * reach), towards(level, 1.3 * reach), 1.8, Ink::LIGHT);
    canvas.line(c7, tragus, 2.4, ink);
    for point in [c7, tragus] {
        canvas.dot(point, 2.6, ink);
    }
    let behind = towards(level + 180.0, 0.25 * reach);
    let gap = 10.0 * canvas.unit();
    let at = Point::new(behind.x - forward * gap, behind.y);
    Some(Label { text: format!("CVA by hand {}", quantity(angle)), at, towards: -forward, ink })
}
