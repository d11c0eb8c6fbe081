//! Words on a dark plate, placed so that they stay inside the picture.

use super::canvas::{Canvas, Ink, LINE_HEIGHT};
use crate::geometry::Point;

/// A value that belongs to a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// What to write.
    pub text: String,
    /// Where the plate should be: the middle of its edge on the side of `towards`, pixels.
    pub at: Point,
    /// In which direction the plate lies from `at`: −1 to the left, 1 to the right, 0 in the middle.
    pub towards: f32,
    /// The colour of the letters.
    pub ink: Ink,
}

/// Around letters, units: to the sides, above and below.
const PADDING: (f32, f32) = (7.0, 2.5);

/// Between a plate and the edge of the picture, units.
const MARGIN: f32 = 6.0;

/// Width of the coloured bar at the edge of a caption, units.
const BAR: f32 = 3.0;

/// Writes a label beside its place, moved as far as needed to stay inside the picture.
pub fn beside(canvas: &mut Canvas, label: &Label) {
    let (width, height) = size(canvas, std::slice::from_ref(&label.text));
    let left = label.at.x - width * (1.0 - label.towards) / 2.0;
    let at = inside(canvas, Point::new(left, label.at.y - height / 2.0), (width, height));
    canvas.plate(at, (width, height));
    letters(canvas, std::slice::from_ref(&label.text), at, label.ink);
}

/// Writes `lines` into the corner of the picture that covers the fewest of `points`; the bottom left one if it is free.
pub fn in_a_corner(canvas: &mut Canvas, lines: &[String], ink: Ink, points: &[Point]) {
    let (width, height) = size(canvas, lines);
    let (right, bottom) = (f32::MAX, f32::MAX);
    let corners = [(0.0, bottom), (right, bottom), (0.0, 0.0), (right, 0.0)]
        .map(|(x, y)| inside(canvas, Point::new(x, y), (width, height)));
    let covered = |corner: &Point| {
        let slack = 4.0 * MARGIN * canvas.unit();
        let near = |p: &&Point| {
            (corner.x - slack..corner.x + width + slack).contains(&p.x)
                && (corner.y - slack..corner.y + height + slack).contains(&p.y)
        };
        points.iter().filter(near).count()
    };
    let at = corners.into_iter().min_by_key(covered).unwrap_or(corners[0]);
    canvas.plate(at, (width, height));
    let bar = (BAR * canvas.unit(), height - 2.0 * MARGIN * canvas.unit());
    canvas.bar(Point::new(at.x + 3.0 * canvas.unit(), at.y + MARGIN * canvas.unit()), bar, ink);
    letters(canvas, lines, at, Ink::LIGHT);
}

/// Width and height of the plate of `lines`, pixels.
fn size(canvas: &Canvas, lines: &[String]) -> (f32, f32) {
    let unit = canvas.unit();
    let widest = lines.iter().map(|line| canvas.width_of(line)).fold(0.0, f32::max);
    (widest + 2.0 * PADDING.0 * unit, (lines.len() as f32 * LINE_HEIGHT + 2.0 * PADDING.1) * unit)
}

/// `at`, moved so that a plate of `size` stays inside the picture.
fn inside(canvas: &Canvas, at: Point, (width, height): (f32, f32)) -> Point {
    let (right, bottom) = canvas.size();
    let margin = MARGIN * canvas.unit();
    let within = |value: f32, room: f32| value.min(room - margin).max(margin);
    Point::new(within(at.x, right - width), within(at.y, bottom - height))
}

fn letters(canvas: &mut Canvas, lines: &[String], at: Point, ink: Ink) {
    let unit = canvas.unit();
    for (number, line) in lines.iter().enumerate() {
        let top = at.y + (PADDING.1 + number as f32 * LINE_HEIGHT) * unit;
        canvas.letters(line, Point::new(at.x + PADDING.0 * unit, top), ink);
    }
}
