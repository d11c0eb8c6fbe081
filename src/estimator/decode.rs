//! From the network's outputs to keypoints and angles.

use ndarray::{ArrayView2, ArrayView3, Axis, Slice};

use super::{
    letterbox::Region,
    movenet,
    network::{Layout, Outputs},
};
use crate::{
    geometry::{Degrees, Point},
    pose::{BodyPart, HeadPose, Keypoint, Keypoints, Pose, Regressed},
};

/// A person is reported from this presence on (models/README.md has what it lets through), …
const FOUND: f32 = 0.5;

/// … with at least this many keypoints: somebody of whom nothing can be pointed at is nobody.
const FEWEST: usize = 2;

/// A keypoint is reported when it lies inside the picture with at least this probability, …
const INSIDE: f32 = 0.5;

/// … and scores at least this much.
const REPORTED: f32 = 0.1;

/// Cells, of 24, between a part and the same part of somebody else.
const APART: usize = 3;

/// Where one body part is, if it is anywhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// Where.
    pub at: Point,
    /// 0..1: how sure it is that the part is seen and lies there.
    pub score: f32,
    /// 0..1: how sure it is that the part lies inside what the network saw, hidden or not.
    pub inside: f32,
}

impl Spot {
    /// A part that the model does not know.
    pub(super) const NOWHERE: Self = Self { at: Point::new(0.0, 0.0), score: 0.0, inside: 0.0 };

    /// Whether it lies in what the network saw, and is localised.
    pub(super) fn is_found(&self) -> bool {
        self.inside >= INSIDE && self.score >= REPORTED
    }
}

/// What one pass of the network says. Straight from [`decode`] its points are in pixels of the network's input;
/// [`Sighting::placed`] brings them to the frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Sighting {
    /// Every body part, in channel order.
    pub spots: [Spot; BodyPart::COUNT],
    /// 0..1: how sure it is that a person is there.
    pub presence: f32,
    /// Where the head points; `None` from models that do not estimate it.
    pub head: Option<HeadPose>,
    /// Turn of the trunk; `None` from models that do not estimate it.
    pub trunk_yaw: Option<Degrees>,
    /// The craniovertebral angle; `None` from models that do not estimate it.
    pub craniovertebral_angle: Option<Regressed>,
    /// 0..1: how surely a second face, as large as the one that was read, is in what the network saw: the middle height of
    /// the second peaks of the face's parts. `None` from models without heatmaps.
    pub rival: Option<f32>,
    /// Length of the sides of the network's input, pixels.
    pub(super) input_side: usize,
}

impl Sighting {
    /// This sighting of `region`, with its points in frame pixels.
    pub fn placed(mut self, region: Region) -> Self {
        for spot in &mut self.spots {
            spot.at = region.to_frame(spot.at, self.input_side);
        }
        self
    }

    /// The pose of the person in a frame of `width` × `height` pixels, or `None` if nobody is there. The sighting must have
    /// been [placed](Self::placed) in that frame.
    pub fn pose(&self, width: u32, height: u32) -> Option<Pose> {
        let beyond = |spot: &Spot| {
            let in_frame = (0.0..=width as f32).contains(&spot.at.x) && (0.0..=height as f32).contains(&spot.at.y);
            !in_frame || spot.inside < INSIDE
        };
        let seen = |(_, spot): &(BodyPart, Spot)| !beyond(spot) && spot.is_found();
        let mut keypoints: Keypoints = BodyPart::ALL
            .into_iter()
            .zip(self.spots)
            .filter(seen)
            .map(|(part, spot)| (part, Keypoint { at: spot.at, score: spot.score }))
            .collect();
        for (part, _) in
            BodyPart::ALL.into_iter().zip(self.spots).filter(|(_, spot)| *spot != Spot::NOWHERE && beyond(spot))
        {
            keypoints.set_outside(part);
        }
        (self.presence >= FOUND && keypoints.iter().count() >= FEWEST).then_some(Pose {
            keypoints,
            presence: self.presence,
            head: self.head,
            trunk_yaw: self.trunk_yaw,
            craniovertebral_angle: self.craniovertebral_angle,
            frame_width: width,
            frame_height: height,
        })
    }
}

/// Reads keypoints and angles off the network's outputs; points are in pixels of its input.
pub fn decode(outputs: &Outputs) -> Sighting {
    match outputs.layout {
        Layout::Posture { grid } => posture(outputs, grid),
        Layout::MoveNet => movenet::decode(outputs),
    }
}

fn posture(outputs: &Outputs, grid: usize) -> Sighting {
    let [heatmap, offset, visible, inside, presence, trunk_yaw, head, cva] = &outputs.tensors[..] else {
        unreachable!("a network of this layout has eight outputs");
    };
    let maps = |tensor, channels| {
        ArrayView3::from_shape((channels, grid, grid), tensor)
            .expect("the layout was checked when the network was loaded")
    };
    let (heatmap, offset) = (maps(heatmap, BodyPart::COUNT), maps(offset, 2 * BodyPart::COUNT));
    let cell = outputs.side as f32 / grid as f32;
    let spots = std::array::from_fn(|k| {
        let (at, peak) =
            localise(heatmap.index_axis(Axis(0), k), offset.slice_axis(Axis(0), Slice::from(2 * k..2 * k + 2)));
        Spot { at: Point::new(at.x * cell, at.y * cell), score: score(visible[k], peak), inside: inside[k] }
    });
    Sighting {
        spots,
        presence: presence[0],
        head: direction(head[0], head[1]).filter(|_| head[2].is_finite() && head[3].is_finite()).map(|yaw| HeadPose {
            yaw,
            pitch: head[2],
            roll: head[3],
        }),
        trunk_yaw: direction(trunk_yaw[0], trunk_yaw[1]),
        craniovertebral_angle: (cva[0].is_finite() && cva[1].is_finite())
            .then(|| Regressed { value: cva[0], deviation: cva[1] }),
        rival: Some(rival(heatmap)),
        input_side: outputs.side,
    }
}

/// How surely there is a second face in the heatmaps: the median, over the parts of the face that are there, of the highest
/// value away from the part's own peak.
fn rival(heatmaps: ArrayView3<f32>) -> f32 {
    let mut second: Vec<f32> =
        BodyPart::FACE.iter().filter_map(|part| second_peak(heatmaps.index_axis(Axis(0), *part as usize))).collect();
    second.sort_by(f32::total_cmp);
    second.get(second.len() / 2).copied().unwrap_or(0.0)
}

/// The highest value more than [`APART`] cells away from the peak of a heatmap; `None` when there is no peak.
fn second_peak(heatmap: ArrayView2<f32>) -> Option<f32> {
    let (peak, height) = heatmap.indexed_iter().max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    let away = |cell: (usize, usize)| cell.0.abs_diff(peak.0) > APART || cell.1.abs_diff(peak.1) > APART;
    let others = heatmap.indexed_iter().filter(|(cell, _)| away(*cell)).map(|(_, value)| *value);
    (*height >= REPORTED).then(|| others.fold(0.0, f32::max))
}

/// The position in cells that a heatmap (G × G) and its offsets (2 × G × G: dx, dy, in cells) say, and the height of the
/// heatmap's maximum: the mean of what the 3 × 3 cells around the maximum point at, weighted by the heatmap.
fn localise(heatmap: ArrayView2<f32>, offset: ArrayView3<f32>) -> (Point, f32) {
    let mut peak = (0, 0);
    for (cell, &height) in heatmap.indexed_iter() {
        if height > heatmap[peak] {
            peak = cell;
        }
    }
    let (rows, columns) = heatmap.dim();
    let (mut x, mut y, mut total) = (0.0, 0.0, 0.0);
    for row in peak.0.saturating_sub(1)..(peak.0 + 2).min(rows) {
        for column in peak.1.saturating_sub(1)..(peak.1 + 2).min(columns) {
            // A map that is zero everywhere still has a centre.
            let weight = heatmap[(row, column)] + 1e-9;
            x += weight * (column as f32 + 0.5 + offset[(0, row, column)]);
            y += weight * (row as f32 + 0.5 + offset[(1, row, column)]);
            total += weight;
        }
    }
    (Point::new(x / total, y / total), heatmap[peak])
}

/// The score of a keypoint: close to the share of keypoints with that score that are seen and lie within a tenth of a
/// shoulder width (fitted by models/training/calibrate.py).
fn score(visible: f32, peak: f32) -> f32 {
    visible * peak.clamp(0.0, 1.0).sqrt()
}

/// The angle of a direction given by its sine and cosine, of any finite length but zero.
fn direction(sin: f32, cos: f32) -> Option<Degrees> {
    let length = sin.hypot(cos);
    (length > 0.0 && length.is_finite()).then(|| sin.atan2(cos).to_degrees())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const GRID: usize = 24;

    /// A sighting of these parts (where, across and down, and the score), and of nothing else.
    pub(in crate::estimator) fn saw(parts: &[(BodyPart, f32, f32, f32)]) -> Sighting {
        let mut spots = [Spot::NOWHERE; BodyPart::COUNT];
        for &(part, x, y, score) in parts {
            spots[part as usize] = Spot { at: Point::new(x, y), score, inside: 1.0 };
        }
        let (head, trunk_yaw, craniovertebral_angle) = (None, None, None);
        Sighting { spots, presence: 1.0, head, trunk_yaw, craniovertebral_angle, rival: None, input_side: 192 }
    }

    /// Outputs that show every part in `cell` (row, column) with an offset of `dx`, `dy`, seen by a probability of 0.8.
    fn shown(cell: (usize, usize), dx: f32, dy: f32) -> Outputs {
        let cells = GRID * GRID;
        let mut heatmap = vec![0.0; BodyPart::COUNT * cells];
        let mut offset = vec![0.0; 2 * BodyPart::COUNT * cells];
        for k in 0..BodyPart::COUNT {
            heatmap[k * cells + cell.0 * GRID + cell.1] = 0.9;
            offset[2 * k * cells..][..cells].fill(dx);
            offset[(2 * k + 1) * cells..][..cells].fill(dy);
        }
        let (visible, inside) = (vec![0.8; BodyPart::COUNT], vec![1.0; BodyPart::COUNT]);
        let (trunk_yaw, head) = (vec![0.5, 0.5], vec![-0.3, 0.0, 12.0, -4.0]);
        let tensors = vec![heatmap, offset, visible, inside, vec![0.97], trunk_yaw, head, vec![48.0, 3.0]];
        Outputs { layout: Layout::Posture { grid: GRID }, side: 192, tensors }
    }

    #[test]
    fn a_peak_and_its_offset_become_a_point_in_the_frame() {
        let region = Region { centre: Point::new(320.0, 240.0), side: 384.0 };
        let sighting = decode(&shown((5, 10), 0.25, -0.5)).placed(region);
        let spot = sighting.spots[BodyPart::C7 as usize];
        // Input (8 · 10.75, 8 · 5.0), twice enlarged about the centre.
        assert!(spot.at.distance(Point::new(300.0, 128.0)) < 0.01, "{spot:?}");
        assert!((spot.score - 0.8 * 0.9_f32.sqrt()).abs() < 1e-6);
        let pose = sighting.pose(640, 480).expect("somebody");
        assert_eq!(pose.keypoints.iter().count(), BodyPart::COUNT);
        assert_eq!(pose.presence, 0.97);
        assert!((pose.trunk_yaw.expect("known") - 45.0).abs() < 1e-4);
        let head = pose.head.expect("known");
        assert!((head.yaw + 90.0).abs() < 1e-4);
        assert_eq!((head.pitch, head.roll), (12.0, -4.0));
        assert_eq!(pose.craniovertebral_angle, Some(Regressed { value: 48.0, deviation: 3.0 }));
        assert_eq!((pose.frame_width, pose.frame_height), (640, 480));
    }

    #[test]
    fn neighbours_of_a_peak_have_their_say_even_in_a_corner() {
        let mut outputs = shown((0, 0), 0.0, 0.0);
        outputs.tensors[0][1] = 0.45;
        let spot = decode(&outputs).spots[0];
        assert!(spot.at.distance(Point::new(8.0 * (0.5 + 1.0 / 3.0), 4.0)) < 1e-3, "{spot:?}");
    }

    #[test]
    fn a_second_face_shows_as_a_second_peak_of_most_of_its_parts() {
        let mut outputs = shown((5, 10), 0.0, 0.0);
        assert_eq!(decode(&outputs).rival, Some(0.0));
        let second = |outputs: &mut Outputs, part: usize, cell: (usize, usize)| {
            outputs.tensors[0][part * GRID * GRID + cell.0 * GRID + cell.1] = 0.8;
        };
        second(&mut outputs, BodyPart::Nose as usize, (5, 18));
        assert_eq!(decode(&outputs).rival, Some(0.0), "one part is no face");
        for part in BodyPart::FACE {
            second(&mut outputs, part as usize, (7, 12));
        }
        assert_eq!(decode(&outputs).rival, Some(0.0), "that near it is the same person");
        for part in BodyPart::FACE {
            second(&mut outputs, part as usize, (5, 18));
        }
        assert_eq!(decode(&outputs).rival, Some(0.8));
    }

    #[test]
    fn what_lies_beyond_the_edge_is_told_from_what_is_hidden() {
        let mut outputs = shown((5, 10), 0.0, 0.0);
        outputs.tensors[2][BodyPart::LeftEar as usize] = 0.01;
        outputs.tensors[3][BodyPart::RightEar as usize] = 0.2;
        let pose = decode(&outputs).placed(Region::whole(192, 192)).pose(192, 192).expect("somebody");
        for part in [BodyPart::LeftEar, BodyPart::RightEar] {
            assert_eq!(pose.keypoints.get(part), None);
            assert_eq!(pose.keypoints.is_outside(part), part == BodyPart::RightEar);
        }
    }

    #[test]
    fn what_is_not_seen_is_left_out() {
        let region = Region { centre: Point::new(96.0, 96.0), side: 192.0 };
        let kept =
            |outputs: &Outputs| decode(outputs).placed(region).pose(192, 192).map(|pose| pose.keypoints.iter().count());
        let all = shown((5, 10), 0.0, 0.0);
        let without = |tensor: usize, value: f32| {
            let mut outputs = all.clone();
            outputs.tensors[tensor][0] = value;
            outputs
        };
        assert_eq!(kept(&all), Some(17));
        assert_eq!(kept(&without(2, 0.05)), Some(16), "hidden");
        assert_eq!(kept(&without(3, 0.4)), Some(16), "outside");
        assert_eq!(kept(&without(4, 0.49)), None, "nobody");
        assert_eq!(kept(&shown((0, 0), -0.6, 0.0)), None, "all beyond the edge of the frame");
    }

    #[test]
    fn numbers_that_are_none_say_nothing() {
        let mut outputs = shown((5, 10), 0.0, 0.0);
        outputs.tensors[0][0] = f32::NAN;
        outputs.tensors[1][6 * GRID * GRID..].fill(f32::NAN);
        outputs.tensors[5].fill(f32::NAN);
        outputs.tensors[6][2] = f32::NAN;
        outputs.tensors[7][1] = f32::INFINITY;
        let pose = decode(&outputs).placed(Region::whole(192, 192)).pose(192, 192).expect("somebody");
        assert_eq!(
            pose.keypoints.iter().map(|(part, _)| part).collect::<Vec<_>>(),
            [BodyPart::LeftEye, BodyPart::RightEye]
        );
        assert_eq!((pose.trunk_yaw, pose.head, pose.craniovertebral_angle), (None, None, None));
        outputs.tensors[4][0] = f32::NAN;
        assert_eq!(decode(&outputs).pose(192, 192), None);
        outputs.tensors[5].fill(0.0);
        assert_eq!(decode(&outputs).trunk_yaw, None);
    }
}
