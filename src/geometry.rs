//! Points, lines and angles in the plane of the picture, and the middle of some numbers. Knows no bodies.
//!
//! Coordinates are frame pixels: x to the right, y **down**, (0, 0) at the outer corner of the top left pixel. Angles are
//! degrees. Where a function speaks of "up" it means towards smaller y.

use serde::{Deserialize, Serialize};

/// An angle in degrees.
pub type Degrees = f32;

/// A position in the picture, in pixels: x to the right, y down.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Pixels from the left edge.
    pub x: f32,
    /// Pixels from the top edge.
    pub y: f32,
}

impl Point {
    /// The point at (`x`, `y`).
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// The point halfway to `other`.
    pub fn midpoint(self, other: Self) -> Self {
        Self::new((self.x + other.x) / 2.0, (self.y + other.y) / 2.0)
    }

    /// The distance to `other`, in pixels.
    pub fn distance(self, other: Self) -> f32 {
        (other.x - self.x).hypot(other.y - self.y)
    }

    /// This point turned by `angle` clockwise (as seen on the picture) about `centre`.
    pub fn rotated(self, angle: Degrees, centre: Self) -> Self {
        let (sin, cos) = angle.to_radians().sin_cos();
        let (x, y) = (self.x - centre.x, self.y - centre.y);
        Self::new(centre.x + x * cos - y * sin, centre.y + x * sin + y * cos)
    }
}

/// The angle by which the line from `from` to `to` rises above the horizontal, for an observer to whom `forward` (+1.0 to
/// the right, −1.0 to the left) is ahead: 0° points ahead, +90° up, ±180° behind. `None` if the points coincide.
pub fn elevation(from: Point, to: Point, forward: f32) -> Option<Degrees> {
    let (ahead, up) = (forward * (to.x - from.x), from.y - to.y);
    (ahead != 0.0 || up != 0.0).then(|| up.atan2(ahead).to_degrees())
}

/// The slope of the line through `a` and `b`, however it is named: 0° is level, positive falls towards the right edge of
/// the picture (a clockwise tilt), in (−90°, 90°]. `None` if the points coincide.
pub fn tilt(a: Point, b: Point) -> Option<Degrees> {
    let (left, right) = if a.x <= b.x { (a, b) } else { (b, a) };
    let (dx, dy) = (right.x - left.x, right.y - left.y);
    (dx != 0.0 || dy != 0.0).then(|| dy.atan2(dx).to_degrees())
}

/// `angle` brought into (−180°, 180°].
pub fn wrapped(angle: Degrees) -> Degrees {
    let turned = angle.rem_euclid(360.0);
    if turned > 180.0 { turned - 360.0 } else { turned }
}

/// The median of `values`: the middle one, or the mean of the two in the middle; `None` when there are none.
pub fn median(values: impl IntoIterator<Item = impl Into<f64>>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().map(Into::into).collect();
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    Some((values[last / 2] + values[last.div_ceil(2)]) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elevation_is_read_in_the_facing_direction() {
        let from = Point::new(100.0, 100.0);
        assert_eq!(elevation(from, Point::new(110.0, 90.0), 1.0), Some(45.0));
        assert_eq!(elevation(from, Point::new(90.0, 90.0), -1.0), Some(45.0));
        assert_eq!(elevation(from, Point::new(90.0, 90.0), 1.0), Some(135.0));
        assert_eq!(elevation(from, from, 1.0), None);
    }

    #[test]
    fn tilt_does_not_depend_on_the_order_of_the_points() {
        let (a, b) = (Point::new(0.0, 0.0), Point::new(10.0, 10.0));
        assert_eq!(tilt(a, b), Some(45.0));
        assert_eq!(tilt(b, a), Some(45.0));
        assert_eq!(tilt(a, a), None);
    }

    #[test]
    fn a_clockwise_turn_adds_to_the_tilt() {
        let (a, b) = (Point::new(0.0, 0.0), Point::new(10.0, 0.0));
        let turned = tilt(a, b.rotated(20.0, a)).expect("two points");
        assert!((turned - 20.0).abs() < 1e-4, "{turned}");
    }

    #[test]
    fn wrapped_angles_lie_within_half_a_turn() {
        for (angle, expected) in [(0.0, 0.0), (190.0, -170.0), (-190.0, 170.0), (180.0, 180.0), (540.0, 180.0)] {
            assert_eq!(wrapped(angle), expected, "{angle}");
        }
    }

    #[test]
    fn the_median_lies_in_the_middle() {
        assert_eq!(median([3.0_f32, 1.0, 2.0]), Some(2.0));
        assert_eq!(median([4.0, 1.0, 3.0, 2.0]), Some(2.5));
        assert_eq!(median([7.0]), Some(7.0));
        assert_eq!(median([0.0_f64; 0]), None);
    }
}
