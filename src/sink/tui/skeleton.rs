//! The person as the network sees them: lines between keypoints, and nothing of the picture.

use ratatui::{
    style::Color,
    symbols::Marker,
    widgets::{
        Widget,
        canvas::{Canvas, Context, Line, Points},
    },
};

use crate::{
    geometry::Point,
    measure::{MIN_SCORE, View},
    pose::{BodyPart, Pose},
};

/// Which keypoints are joined.
const BONES: [(BodyPart, BodyPart); 17] = {
    use BodyPart::{
        C7, Chin, LeftEar, LeftElbow, LeftEye, LeftHip, LeftShoulder, LeftWrist, MouthLeft, MouthRight, Nose, RightEar,
        RightElbow, RightEye, RightHip, RightShoulder, RightWrist,
    };
    [
        (LeftEar, LeftEye),
        (LeftEye, Nose),
        (Nose, RightEye),
        (RightEye, RightEar),
        (MouthLeft, MouthRight),
        (Nose, Chin),
        (C7, LeftShoulder),
        (C7, RightShoulder),
        (LeftShoulder, RightShoulder),
        (LeftShoulder, LeftElbow),
        (LeftElbow, LeftWrist),
        (RightShoulder, RightElbow),
        (RightElbow, RightWrist),
        (LeftShoulder, LeftHip),
        (RightShoulder, RightHip),
        (LeftHip, RightHip),
        (MouthLeft, Chin),
    ]
};

/// Dots in a character of [`Marker::Braille`], across and down; they are about square.
const DOTS: (f64, f64) = (2.0, 4.0);

/// The picture is divided into this many parts either way; what is shown of it begins and ends with one, so that a person
/// who sways does not make the view jump.
const PARTS: f64 = 8.0;

/// `pose` in the part of its frame where the person is, for an area of `columns` × `rows` characters. From the side, the
/// line of the craniovertebral angle and its horizontal are drawn in.
pub fn skeleton(pose: &Pose, view: View, columns: u16, rows: u16) -> impl Widget {
    let found: Vec<_> = pose.keypoints.iter().filter(|(_, keypoint)| keypoint.score >= MIN_SCORE).collect();
    let (left, right) = span(found.iter().map(|(_, keypoint)| keypoint.at.x), pose.frame_width);
    let (top, bottom) = span(found.iter().map(|(_, keypoint)| keypoint.at.y), pose.frame_height);
    // That part in the middle of the area, as large as it fits.
    let (across, down) = (f64::from(columns) * DOTS.0, f64::from(rows) * DOTS.1);
    let scale = ((right - left) / across.max(1.0)).max((bottom - top) / down.max(1.0));
    let around = |middle: f64, dots: f64| [middle - scale * dots / 2.0, middle + scale * dots / 2.0];
    Canvas::default()
        .marker(Marker::Braille)
        .x_bounds(around((left + right) / 2.0, across))
        .y_bounds(around(-(top + bottom) / 2.0, down))
        .paint(move |context| draw(pose, view, context))
}

/// From where to where in a picture `size` pixels wide or high to look, so that `places` are all in sight; the whole
/// picture when there are none.
fn span(places: impl Iterator<Item = f32>, size: u32) -> (f64, f64) {
    let part = f64::from(size) / PARTS;
    let (first, last) = places
        .map(f64::from)
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(first, last), place| (first.min(place), last.max(place)));
    if first > last {
        return (0.0, f64::from(size));
    }
    // A quarter of a part stays free on either side.
    (((first / part - 0.25).floor() * part), ((last / part + 0.25).ceil() * part))
}

fn draw(pose: &Pose, view: View, context: &mut Context<'_>) {
    let seen = |part| {
        let keypoint = pose.keypoints.get(part)?;
        (keypoint.score >= MIN_SCORE).then_some(keypoint.at)
    };
    for (from, to) in BONES {
        if let (Some(from), Some(to)) = (seen(from), seen(to)) {
            context.draw(&line(from, to, Color::Reset));
        }
    }
    let found: Vec<_> = BodyPart::ALL.into_iter().filter_map(seen).map(canvas).collect();
    context.draw(&Points::new(&found, Color::Reset));
    let ears = [seen(BodyPart::LeftEar), seen(BodyPart::RightEar)];
    let score = |part| pose.keypoints.get(part).map_or(0.0, |keypoint| keypoint.score);
    let nearer = usize::from(score(BodyPart::RightEar) > score(BodyPart::LeftEar));
    if let (View::Lateral, Some(c7), Some(ear)) = (view, seen(BodyPart::C7), ears[nearer]) {
        context.layer();
        context.draw(&line(c7, ear, Color::Cyan));
        context.draw(&line(c7, Point::new(ear.x, c7.y), Color::Cyan));
    }
}

fn line(from: Point, to: Point, colour: Color) -> Line {
    let ((x1, y1), (x2, y2)) = (canvas(from), canvas(to));
    Line::new(x1, y1, x2, y2, colour)
}

/// On a canvas y goes up.
fn canvas(at: Point) -> (f64, f64) {
    (f64::from(at.x), -f64::from(at.y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_in_sight_holds_the_person_and_stays_while_they_sway() {
        let at = |places: &[f32]| span(places.iter().copied(), 640);
        assert_eq!(at(&[210.0, 390.0]), (160.0, 480.0));
        assert_eq!(at(&[206.0, 395.0]), at(&[214.0, 387.0]));
        assert_eq!(at(&[]), (0.0, 640.0));
        let (first, last) = at(&[-30.0, 700.0]);
        assert!(first < -30.0 && last > 700.0, "what lies outside of the picture is in sight too");
    }
}
