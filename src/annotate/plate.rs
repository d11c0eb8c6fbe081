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

/// Where a label may be above or below its own place, in heights of its plate.
const ELSEWHERE: [f32; 5] = [0.0, 1.2, -1.2, 2.4, -2.4];

/// A label goes this many heights of its plate out of its way to uncover one point.
const OUT_OF_ITS_WAY: f32 = 1.5;

/// Writes a label beside its place, moved as far as needed to stay inside the picture and, a little, to uncover `points`.
/// Returns the corners of its plate.
pub fn beside(canvas: &mut Canvas, label: &Label, points: &[Point]) -> [Point; 4] {
    let line = [(label.text.clone(), label.ink)];
    let (width, height) = size(canvas, &line);
    let own = Point::new(label.at.x - width * (1.0 - label.towards) / 2.0, label.at.y - height / 2.0);
    let slack = 3.0 * canvas.unit();
    let cost = |at: &Point| {
        covered(*at, (width, height), slack, points) as f32 + own.distance(*at) / (OUT_OF_ITS_WAY * height)
    };
    let at = ELSEWHERE
        .map(|shift| inside(canvas, Point::new(own.x, own.y + shift * height), (width, height)))
        .into_iter()
        .min_by(|a, b| cost(a).total_cmp(&cost(b)))
        .unwrap_or(own);
    write(canvas, &line, at);
    [(0.0, 0.0), (width, 0.0), (0.0, height), (width, height)].map(|(x, y)| Point::new(at.x + x, at.y + y))
}

/// Writes lines into the corner of the picture that covers the fewest of `points`; the bottom left one if it is free.
/// Lines that are wider than the picture are broken between words.
pub fn in_a_corner(canvas: &mut Canvas, lines: &[(String, Ink)], points: &[Point]) {
    let lines: Vec<_> = lines.iter().flat_map(|line| broken(canvas, line)).collect();
    let (width, height) = size(canvas, &lines);
    let (right, bottom) = (f32::MAX, f32::MAX);
    let corners = [(0.0, bottom), (right, bottom), (0.0, 0.0), (right, 0.0)]
        .map(|(x, y)| inside(canvas, Point::new(x, y), (width, height)));
    let slack = 24.0 * canvas.unit();
    let at =
        corners.into_iter().min_by_key(|corner| covered(*corner, (width, height), slack, points)).unwrap_or(corners[0]);
    write(canvas, &lines, at);
}

/// How many of `points` lie on a plate of that size at `at`, or within `slack` pixels of it.
fn covered(at: Point, (width, height): (f32, f32), slack: f32, points: &[Point]) -> usize {
    let near = |p: &&Point| {
        (at.x - slack..at.x + width + slack).contains(&p.x) && (at.y - slack..at.y + height + slack).contains(&p.y)
    };
    points.iter().filter(near).count()
}

/// A line as lines that fit into the picture.
fn broken(canvas: &Canvas, (line, ink): &(String, Ink)) -> Vec<(String, Ink)> {
    let room = canvas.size().0 - 2.0 * (MARGIN + PADDING.0) * canvas.unit();
    let mut lines: Vec<(String, Ink)> = Vec::new();
    for word in line.split(' ') {
        match lines.last_mut() {
            Some((last, _)) if canvas.width_of(&format!("{last} {word}")) <= room => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push((word.to_owned(), *ink)),
        }
    }
    lines
}

/// Width and height of the plate of `lines`, pixels.
fn size(canvas: &Canvas, lines: &[(String, Ink)]) -> (f32, f32) {
    let unit = canvas.unit();
    let widest = lines.iter().map(|(line, _)| canvas.width_of(line)).fold(0.0, f32::max);
    (widest + 2.0 * PADDING.0 * unit, (lines.len() as f32 * LINE_HEIGHT + 2.0 * PADDING.1) * unit)
}

/// `at`, moved so that a plate of `size` stays inside the picture.
fn inside(canvas: &Canvas, at: Point, (width, height): (f32, f32)) -> Point {
    let (right, bottom) = canvas.size();
    let margin = MARGIN * canvas.unit();
    let within = |value: f32, room: f32| value.min(room - margin).max(margin);
    Point::new(within(at.x, right - width), within(at.y, bottom - height))
}

/// Writes `lines` on a plate whose top left corner is `at`.
fn write(canvas: &mut Canvas, lines: &[(String, Ink)], at: Point) {
    canvas.plate(at, size(canvas, lines));
    let unit = canvas.unit();
    for (number, (line, ink)) in lines.iter().enumerate() {
        let top = at.y + (PADDING.1 + number as f32 * LINE_HEIGHT) * unit;
        canvas.letters(line, Point::new(at.x + PADDING.0 * unit, top), *ink);
    }
}
