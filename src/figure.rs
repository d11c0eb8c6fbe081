//! Where in the picture a person is, and how large: what stays alike from one moment to the next, and from day to day at one
//! desk.

mod lock;

pub use self::lock::Lock;
use crate::{
    geometry::Point,
    pose::{BodyPart, Pose},
};

/// Keypoints with at least this score say where somebody is.
const SURE: f32 = 0.3;

const FACE: [BodyPart; 8] = [
    BodyPart::Nose,
    BodyPart::LeftEye,
    BodyPart::RightEye,
    BodyPart::LeftEar,
    BodyPart::RightEar,
    BodyPart::MouthLeft,
    BodyPart::MouthRight,
    BodyPart::Chin,
];

const NECK_AND_SHOULDERS: [BodyPart; 3] = [BodyPart::LeftShoulder, BodyPart::RightShoulder, BodyPart::C7];

/// Where in the picture somebody's head and shoulders are, and how large.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// The middle of head and shoulders, frame pixels.
    pub centre: Point,
    /// About a shoulder width, from every side and with or without the shoulders in view, frame pixels.
    pub size: f32,
}

impl Figure {
    /// The figure of `pose`; `None` when too little of it is seen: at least one part of the face, and three parts.
    pub fn of(pose: &Pose) -> Option<Self> {
        let places = |parts: &[BodyPart]| -> Vec<Point> {
            let seen = |part: &BodyPart| pose.keypoints.get(*part).filter(|k| k.score >= SURE).map(|k| k.at);
            parts.iter().filter_map(seen).collect()
        };
        let face = places(&FACE);
        let all = [face.clone(), places(&NECK_AND_SHOULDERS)].concat();
        if face.is_empty() || all.len() < 3 {
            return None;
        }
        let ((left, top), (right, bottom)) = bounds(&all);
        let ((face_left, face_top), (face_right, face_bottom)) = bounds(&face);
        // A face is about 1/2.4, head and shoulders from the side about 1/1.3 of a shoulder width.
        let size =
            (right - left).max(1.3 * (bottom - top)).max(2.4 * (face_right - face_left).max(face_bottom - face_top));
        let centre = Point::new((left + right) / 2.0, (top + bottom) / 2.0);
        (size > 0.0).then_some(Self { centre, size })
    }
}

/// The top left and the bottom right corner of the upright rectangle around some points.
fn bounds(points: &[Point]) -> ((f32, f32), (f32, f32)) {
    let nothing = ((f32::INFINITY, f32::INFINITY), (f32::NEG_INFINITY, f32::NEG_INFINITY));
    points.iter().fold(nothing, |((left, top), (right, bottom)), point| {
        ((left.min(point.x), top.min(point.y)), (right.max(point.x), bottom.max(point.y)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pose::drawn::drawn;

    #[test]
    fn its_size_is_about_a_shoulder_width_from_the_front_and_of_a_face_alone() {
        use BodyPart::{LeftEar, LeftShoulder, Nose, RightEar, RightShoulder};
        let face = [(Nose, 320.0, 215.0), (LeftEar, 360.0, 200.0), (RightEar, 280.0, 200.0)];
        let shoulders = [(LeftShoulder, 420.0, 290.0), (RightShoulder, 220.0, 290.0)];
        let whole = Figure::of(&drawn(&[&face[..], &shoulders].concat())).expect("a figure");
        assert_eq!((whole.size, whole.centre), (200.0, Point::new(320.0, 245.0)));
        let alone = Figure::of(&drawn(&face)).expect("a figure");
        assert!((alone.size - 192.0).abs() < 1e-3, "{alone:?}");
    }

    #[test]
    fn too_little_is_no_figure() {
        use BodyPart::{C7, LeftHip, LeftShoulder, Nose, RightShoulder};
        assert_eq!(Figure::of(&drawn(&[(Nose, 1.0, 1.0), (C7, 9.0, 9.0), (LeftHip, 5.0, 90.0)])), None);
        assert_eq!(Figure::of(&drawn(&[(LeftShoulder, 1.0, 1.0), (RightShoulder, 9.0, 9.0), (C7, 5.0, 0.0)])), None);
    }
}
