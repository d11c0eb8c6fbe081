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

/// `pose` as it stands in its frame, for an area of `columns` × `rows` characters. From the side, the line of the
/// craniovertebral angle and its horizontal are drawn in.
pub fn skeleton(pose: &Pose, view: View, columns: u16, rows: u16) -> impl Widget {
    let (width, height) = (f64::from(pose.frame_width), f64::from(pose.frame_height));
    // The whole frame, in the middle of the area, as large as it fits.
    let (across, down) = (f64::from(columns) * DOTS.0, f64::from(rows) * DOTS.1);
    let scale = (width / across.max(1.0)).max(height / down.max(1.0));
    let (half_across, half_down) = (scale * across / 2.0, scale * down / 2.0);
    Canvas::default()
        .marker(Marker::Braille)
        .x_bounds([width / 2.0 - half_across, width / 2.0 + half_across])
        .y_bounds([-height / 2.0 - half_down, -height / 2.0 + half_down])
        .paint(move |context| draw(pose, view, context))
}

fn draw(pose: &Pose, view: View, context: &mut Context<'_>) {
    let seen = |part| {
        let keypoint = pose.keypoints.get(part)?;
        (keypoint.score >= MIN_SCORE).then_some(keypoint.at)
    };
    for (from, to) in BONES {
        if let (Some(from), Some(to)) = (seen(from), seen(to)) {
            context.draw(&line(from, to, Color::Gray));
        }
    }
    let found: Vec<_> = BodyPart::ALL.into_iter().filter_map(seen).map(canvas).collect();
    context.draw(&Points::new(&found, Color::White));
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
