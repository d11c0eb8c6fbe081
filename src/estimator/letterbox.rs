//! A square of the frame at the size of the network's input.

use fast_image_resize::{
    FilterType, ResizeAlg, ResizeOptions, Resizer,
    images::{TypedImage, TypedImageRef},
    pixels::U8x3,
};
use image::RgbImage;

use super::{ModelError, input::Input};
use crate::geometry::Point;

/// A square of the frame, in frame pixels. It may reach beyond the frame: what lies outside is padding.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Region {
    /// Centre of the square.
    pub centre: Point,
    /// Length of its sides.
    pub side: f32,
}

impl Region {
    /// The smallest square that holds a whole frame of `width` × `height` pixels in its middle: the classic letterbox.
    pub fn whole(width: u32, height: u32) -> Self {
        let centre = Point::new(width as f32 / 2.0, height as f32 / 2.0);
        Self { centre, side: width.max(height) as f32 }
    }

    /// Where the point `at` of an input with sides of `input_side` pixels lies in the frame.
    pub fn to_frame(self, at: Point, input_side: usize) -> Point {
        let (half, scale) = (input_side as f32 / 2.0, self.side / input_side as f32);
        Point::new(self.centre.x + (at.x - half) * scale, self.centre.y + (at.y - half) * scale)
    }

    /// Where the point `at` of the frame lies in an input with sides of `input_side` pixels.
    pub fn to_input(self, at: Point, input_side: usize) -> Point {
        let (half, scale) = (input_side as f32 / 2.0, input_side as f32 / self.side);
        Point::new(half + (at.x - self.centre.x) * scale, half + (at.y - self.centre.y) * scale)
    }
}

/// Scales regions of frames to network inputs: bilinear where it enlarges, averaging over the covered area where it
/// shrinks. Keeps its buffers, so that one instance per thread serves any number of frames.
#[derive(Debug, Default)]
pub struct Letterbox {
    resizer: Resizer,
    pixels: Vec<u8>,
}

impl Letterbox {
    /// A letterbox with empty buffers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Fills `input` with `region` of `image`, and with grey where the region reaches beyond it.
    pub fn apply(&mut self, image: &RgbImage, region: Region, input: &mut Input) -> Result<(), ModelError> {
        let side = input.side();
        let across = Span::of(image.width(), region.centre.x, region.side, side);
        let down = Span::of(image.height(), region.centre.y, region.side, side);
        let (Some(across), Some(down)) = (across, down) else {
            input.clear();
            return Ok(());
        };
        self.pixels.resize(side * side * 3, 0);
        let content = &mut self.pixels[..across.len * down.len * 3];
        resize(&mut self.resizer, image, &across, &down, content).map_err(|why| ModelError::Scaling {
            width: image.width(),
            height: image.height(),
            why,
        })?;
        input.set(content, (across.start, down.start), (across.len, down.len));
        Ok(())
    }
}

/// The type of the pixels is named: without it the resizer would bring its code for all the others.
fn resize(resizer: &mut Resizer, from: &RgbImage, across: &Span, down: &Span, to: &mut [u8]) -> Result<(), String> {
    let source: TypedImageRef<U8x3> =
        TypedImageRef::from_buffer(from.width(), from.height(), from.as_raw()).map_err(|e| e.to_string())?;
    let mut target: TypedImage<U8x3> =
        TypedImage::from_buffer(across.len as u32, down.len as u32, to).map_err(|e| e.to_string())?;
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear)).crop(
        across.from,
        down.from,
        across.covers,
        down.covers,
    );
    resizer.resize_typed(&source, &mut target, &options).map_err(|e| e.to_string())
}

/// Along one axis: the pixels of the input that lie wholly inside the frame, and the stretch of the frame under them.
#[derive(Debug, PartialEq)]
struct Span {
    /// First such pixel of the input.
    start: usize,
    /// Number of such pixels.
    len: usize,
    /// Where the stretch begins, frame pixels.
    from: f64,
    /// How long it is, frame pixels.
    covers: f64,
}

impl Span {
    /// Tolerates this much of rounding at the edges, in input pixels.
    const SLACK: f64 = 1e-3;

    fn of(frame_size: u32, centre: f32, region_side: f32, input_side: usize) -> Option<Self> {
        let (size, side) = (f64::from(frame_size), f64::from(region_side));
        let origin = f64::from(centre) - side / 2.0;
        let scale = input_side as f64 / side;
        let first = (-origin * scale - Self::SLACK).ceil().max(0.0);
        let last = ((size - origin) * scale + Self::SLACK).floor().min(input_side as f64);
        if last - first < 1.0 {
            return None;
        }
        let from = (origin + first / scale).clamp(0.0, size);
        let to = (origin + last / scale).clamp(0.0, size);
        // False also where the region is not finite.
        (to > from).then_some(Self { start: first as usize, len: (last - first) as usize, from, covers: to - from })
    }
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;
    use crate::estimator::input::tests::empty_inputs;

    const SIDE: usize = 192;

    /// Red grows with x, green with y, blue is constant.
    fn ramp(width: u32, height: u32) -> RgbImage {
        let grade = |at: u32, size: u32| (at * 250 / size) as u8;
        RgbImage::from_fn(width, height, |x, y| Rgb([grade(x, width), grade(y, height), 77]))
    }

    fn regions(width: u32, height: u32) -> Vec<Region> {
        let at = |x: f32, y: f32, side| Region { centre: Point::new(x * width as f32, y * height as f32), side };
        vec![
            Region::whole(width, height),
            at(0.5, 0.5, 191.3),
            at(0.31, 0.42, 100.0),
            at(0.1, 0.95, 400.0),
            at(1.0, 0.0, 90.5),
        ]
    }

    #[test]
    fn points_find_their_way_to_the_input_and_back() {
        for region in regions(1280, 720) {
            for at in [Point::new(0.0, 0.0), Point::new(640.25, 359.5), Point::new(1280.0, 720.0)] {
                let back = region.to_frame(region.to_input(at, SIDE), SIDE);
                assert!(back.distance(at) < 1e-3, "{region:?} {at:?} {back:?}");
            }
        }
        let corner = Region::whole(1280, 720).to_input(Point::new(0.0, 0.0), SIDE);
        assert!(corner.distance(Point::new(0.0, 42.0)) < 1e-4);
    }

    #[test]
    fn every_pixel_shows_the_place_that_the_mapping_names() {
        for (width, height) in [(640, 480), (333, 500), (150, 90)] {
            let image = ramp(width, height);
            for mut input in empty_inputs(SIDE) {
                for region in regions(width, height) {
                    Letterbox::new().apply(&image, region, &mut input).expect("scales");
                    let mut shown = 0;
                    for (x, y) in (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (x, y))) {
                        let at = region.to_frame(Point::new(x as f32 + 0.5, y as f32 + 0.5), SIDE);
                        let reach = (region.side / SIDE as f32).max(1.0);
                        let within = |at: f32, size: u32, margin: f32| at >= margin && at <= size as f32 - margin;
                        let (r, g, b) = (input.value(x, y, 0), input.value(x, y, 1), input.value(x, y, 2));
                        if within(at.x, width, reach) && within(at.y, height, reach) {
                            let expected = |at: f32, size: u32| (at - 0.5) * 250.0 / size as f32 - 0.5;
                            let off = (r - expected(at.x, width)).abs().max((g - expected(at.y, height)).abs());
                            assert!(off < 1.6 && (b - 77.0).abs() < 0.01, "{region:?} ({x}, {y}): {r} {g} {b} {at:?}");
                            shown += 1;
                        } else if !within(at.x, width, 0.0) || !within(at.y, height, 0.0) {
                            assert!(
                                [r, g, b].iter().all(|v| (v - 128.0).abs() < 0.01),
                                "{region:?} ({x}, {y}): {r} {g} {b}"
                            );
                        }
                    }
                    assert!(shown > 2000, "{region:?} shows {shown}");
                }
            }
        }
    }

    #[test]
    fn every_region_can_be_cut_out_of_every_frame() {
        let mut letterbox = Letterbox::new();
        let [mut input, _] = empty_inputs(32);
        for i in 0..3000_u32 {
            let (width, height) = (1 + i * 7 % 97, 1 + i * 13 % 89);
            let centre = Point::new((i * 31 % 131) as f32 * 0.773, (i * 17 % 113) as f32 * 0.817);
            let region = Region { centre, side: 0.3 + (i * 23 % 211) as f32 * 0.619 };
            let image = RgbImage::new(width, height);
            letterbox.apply(&image, region, &mut input).expect("scales");
            letterbox.apply(&image, Region::whole(width, height), &mut input).expect("scales");
        }
    }

    #[test]
    fn nothing_but_padding_where_there_is_no_frame() {
        let image = ramp(64, 48);
        for mut input in empty_inputs(SIDE) {
            let far = Region { centre: Point::new(500.0, 0.0), side: 100.0 };
            let broken = Region { centre: Point::new(f32::NAN, 0.0), side: 100.0 };
            let flat = Region { centre: Point::new(10.0, 10.0), side: 0.0 };
            for region in [far, broken, flat] {
                Letterbox::new().apply(&image, Region::whole(64, 48), &mut input).expect("scales");
                Letterbox::new().apply(&image, region, &mut input).expect("scales");
                assert!((0..SIDE).all(|i| (input.value(i, i, 0) - 128.0).abs() < 0.01), "{region:?}");
            }
        }
        let nothing = RgbImage::new(0, 0);
        let [mut input, _] = empty_inputs(SIDE);
        Letterbox::new().apply(&nothing, Region::whole(0, 0), &mut input).expect("scales");
    }
}
