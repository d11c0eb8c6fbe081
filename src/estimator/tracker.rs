//! Where the network looks: first at the whole frame, then closely at the head and shoulders.
//!
//! The second look is what makes small and turned people accurate. Its square is 1.9 times the extent of the head and
//! shoulders, the way the network was trained; models/training/twopass.py is the same rule in Python.

use image::RgbImage;

use super::{
    Letterbox, ModelError, PoseEstimator, Region,
    blind::{Blind, blind},
    decode::{Sighting, Spot, decode},
    input::Input,
    light::{brightness, is_too_dark},
    merge::merged,
    network::{Network, Outputs},
};
use crate::{
    frame::Frame,
    geometry::Point,
    pose::{BodyPart, Pose, Scene},
};

/// Below this presence in the whole frame nobody is there, and no second look is worth its time.
const GLIMPSE: f32 = 0.2;

/// Keypoints with at least this score say where to look closely.
const FRAMING_SCORE: f32 = 0.3;

/// At least this many of them, one of them in the face.
const FRAMING_COUNT: usize = 3;

/// Side of the square over the extent of the head and shoulders.
const CROP_FACTOR: f32 = 1.9;

/// A square larger than this many long sides of the frame is not believed.
const LARGEST_CROP: f32 = 1.6;

/// While tracking, the square stays where it is as long as the best one is less than this share of its side away …
const HOLD_SHIFT: f32 = 0.1;

/// … and neither larger nor smaller by more than this factor. The network was trained on squares that miss by as much, and
/// a square that follows its own result makes the keypoints of a still person swing from frame to frame.
const HOLD_SCALE: f32 = 1.2;

/// How much larger the square of the less close look is.
const WIDE: f32 = 1.5;

/// Two squares of two looks are around one person when they are not further apart than this share of the larger side …
const SAME_SHIFT: f32 = 0.25;

/// … and neither is larger by more than this factor.
const SAME_SCALE: f32 = 1.6;

const NECK_AND_SHOULDERS: [BodyPart; 3] = [BodyPart::LeftShoulder, BodyPart::RightShoulder, BodyPart::C7];

/// What is looked at, and with that how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LooksAt {
    /// Pictures that have nothing to do with one another.
    Photos,
    /// Frames that follow one another.
    Frames,
    /// The same, each less closely and as a whole too.
    FramesWithArms,
}

/// Finds one person with a [`Network`], in one pass, two, or three.
#[derive(Debug)]
pub struct Estimator {
    network: Network,
    letterbox: Letterbox,
    input: Input,
    outputs: Outputs,
    looks_at: LooksAt,
    /// Where to look in the next frame, if the person was seen in the last one.
    next: Option<Region>,
    /// What was wrong with the last picture.
    blind: Option<Blind>,
    /// What the last frame was like.
    scene: Scene,
}

impl Estimator {
    /// For photos that have nothing to do with one another: every one gets both passes, and the close-up a third in the mirror.
    pub fn for_photos(network: Network) -> Self {
        let (letterbox, input, outputs) = (Letterbox::new(), network.input(), network.outputs());
        let scene = Scene::default();
        Self { network, letterbox, input, outputs, looks_at: LooksAt::Photos, next: None, blind: None, scene }
    }

    /// For the frames of one camera: looks where the person was in the last frame, and starts again with both passes when
    /// they are not there any more. Frames may change their size.
    pub fn tracking(network: Network) -> Self {
        Self { looks_at: LooksAt::Frames, ..Self::for_photos(network) }
    }

    /// As [`tracking`](Self::tracking), and with the arms: every frame is looked at closely, less closely and as a whole.
    /// Arms and hips, which lie below the close-up, are those of the whole; of all else it is the mean, which is calmer than
    /// what one look finds. That costs two passes more.
    pub fn tracking_arms(network: Network) -> Self {
        Self { looks_at: LooksAt::FramesWithArms, ..Self::for_photos(network) }
    }

    /// What the network sees in the input as it is.
    fn look(&mut self) -> Result<Sighting, ModelError> {
        self.network.infer(&self.input, &mut self.outputs)?;
        Ok(decode(&self.outputs))
    }

    fn read(&mut self, image: &RgbImage, region: Region) -> Result<Sighting, ModelError> {
        self.letterbox.apply(image, region, &mut self.input)?;
        Ok(self.look()?.placed(region))
    }

    /// Reads `region` as it is and in a mirror, which is worth its time where one picture is all that there is.
    fn read_twice(&mut self, image: &RgbImage, region: Region) -> Result<Sighting, ModelError> {
        self.letterbox.apply(image, region, &mut self.input)?;
        let plain = self.look()?;
        self.input.mirror();
        Ok(plain.together_with(&self.look()?.mirrored()).placed(region))
    }

    /// Takes in how much light there is where it looks.
    fn light(&mut self, image: &RgbImage, region: Option<Region>) {
        let brightness = brightness(image, region);
        self.scene.brightness = Some(brightness);
        self.scene.too_dark = is_too_dark(self.blind, brightness);
    }

    /// `close`, a sighting of `region`, with the arms if they are wanted.
    fn with_arms(&mut self, image: &RgbImage, close: Sighting, region: Region) -> Result<Sighting, ModelError> {
        if self.looks_at != LooksAt::FramesWithArms {
            return Ok(close);
        }
        let best = close_up(&close, image);
        let mut look = |region| {
            let other = self.read(image, region)?;
            let same = best.zip(close_up(&other, image)).is_some_and(|(one, other)| are_one(one, other));
            Ok(same.then_some(other))
        };
        let wide = look(widened(region))?;
        let whole = look(Region::whole(image.width(), image.height()))?;
        Ok(merged(close, wide.as_ref(), whole.as_ref()))
    }

    fn two_passes(&mut self, image: &RgbImage) -> Result<Sighting, ModelError> {
        let first = self.read(image, Region::whole(image.width(), image.height()))?;
        self.scene.rival = first.rival;
        match close_up(&first, image).filter(|_| first.presence >= GLIMPSE) {
            Some(region) => {
                self.light(image, Some(region));
                match self.looks_at {
                    LooksAt::Photos => self.read_twice(image, region),
                    LooksAt::Frames | LooksAt::FramesWithArms => self.read(image, region),
                }
            }
            None => Ok(first),
        }
    }
}

impl PoseEstimator for Estimator {
    fn estimate(&mut self, frame: &Frame) -> Result<Option<Pose>, ModelError> {
        let image = &frame.image;
        let next = self.next.take();
        self.blind = blind(image);
        self.scene = Scene::default();
        self.light(image, None);
        if self.blind.is_some() {
            return Ok(None);
        }
        if let Some(region) = next {
            self.light(image, Some(region));
            let sighting = self.read(image, region)?;
            let best = close_up(&sighting, image);
            if let (Some(best), true) = (best, sighting.pose(image.width(), image.height()).is_some()) {
                self.next = Some(held(region, best));
                return Ok(self.with_arms(image, sighting, region)?.pose(image.width(), image.height()));
            }
        }
        let mut sighting = self.two_passes(image)?;
        if self.looks_at != LooksAt::Photos && sighting.pose(image.width(), image.height()).is_some() {
            self.next = close_up(&sighting, image);
            if let Some(region) = self.next {
                sighting = self.with_arms(image, sighting, region)?;
            }
        }
        Ok(sighting.pose(image.width(), image.height()))
    }

    fn look_again(&mut self) {
        self.next = None;
    }

    fn blind(&self) -> Option<Blind> {
        self.blind
    }

    fn scene(&self) -> Scene {
        self.scene
    }
}

/// The square to look at closely after `sighting` of `image`, unless it gives no believable one.
fn close_up(sighting: &Sighting, image: &RgbImage) -> Option<Region> {
    let sure = |part: &BodyPart| {
        let Spot { at, score, .. } = sighting.spots[*part as usize];
        (score >= FRAMING_SCORE).then_some(at)
    };
    let face: Extent = BodyPart::FACE.iter().filter_map(sure).collect();
    let all: Extent = BodyPart::FACE.iter().chain(&NECK_AND_SHOULDERS).filter_map(sure).collect();
    if face.count == 0 || all.count < FRAMING_COUNT {
        return None;
    }
    // About one shoulder width from every side, with or without the shoulders in view.
    let extent = all.width().max(1.3 * all.height()).max(2.4 * face.width().max(face.height()));
    let side = CROP_FACTOR * extent;
    let largest = LARGEST_CROP * image.width().max(image.height()) as f32;
    (1.0..=largest).contains(&side).then(|| Region { centre: all.low.midpoint(all.high), side })
}

/// `region`, unless `best` is too far from it.
fn held(region: Region, best: Region) -> Region {
    let near = region.centre.distance(best.centre) <= HOLD_SHIFT * region.side;
    let alike = (1.0 / HOLD_SCALE..=HOLD_SCALE).contains(&(best.side / region.side));
    if near && alike { region } else { best }
}

/// A larger square than that around head and shoulders, with more below it than above.
fn widened(region: Region) -> Region {
    let down = 0.35 * (WIDE - 1.0) * region.side;
    Region { centre: Point::new(region.centre.x, region.centre.y + down), side: WIDE * region.side }
}

/// Whether two squares, each found in a look of its own, are around one person.
fn are_one(one: Region, other: Region) -> bool {
    let near = one.centre.distance(other.centre) <= SAME_SHIFT * one.side.max(other.side);
    near && (1.0 / SAME_SCALE..=SAME_SCALE).contains(&(one.side / other.side))
}

/// The upright rectangle around some points.
#[derive(Debug, Clone, Copy)]
struct Extent {
    count: usize,
    low: Point,
    high: Point,
}

impl Extent {
    fn width(self) -> f32 {
        self.high.x - self.low.x
    }

    fn height(self) -> f32 {
        self.high.y - self.low.y
    }
}

impl FromIterator<Point> for Extent {
    fn from_iter<I: IntoIterator<Item = Point>>(points: I) -> Self {
        let nothing = Self {
            count: 0,
            low: Point::new(f32::INFINITY, f32::INFINITY),
            high: Point::new(f32::NEG_INFINITY, f32::NEG_INFINITY),
        };
        points.into_iter().fold(nothing, |extent, point| Self {
            count: extent.count + 1,
            low: Point::new(extent.low.x.min(point.x), extent.low.y.min(point.y)),
            high: Point::new(extent.high.x.max(point.x), extent.high.y.max(point.y)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sighting that saw these parts at a score of 0.9, and no others.
    fn saw(parts: &[(BodyPart, f32, f32)]) -> Sighting {
        let surely: Vec<_> = parts.iter().map(|&(part, x, y)| (part, x, y, 0.9)).collect();
        crate::estimator::decode::tests::saw(&surely)
    }

    fn frame() -> RgbImage {
        RgbImage::new(640, 480)
    }

    #[test]
    fn the_close_up_holds_head_and_shoulders() {
        use BodyPart::{C7, LeftEar, LeftShoulder, Nose, RightEar, RightShoulder};
        let front = saw(&[(Nose, 320.0, 200.0), (LeftShoulder, 400.0, 290.0), (RightShoulder, 240.0, 290.0)]);
        let region = close_up(&front, &frame()).expect("framed");
        assert!(region.centre.distance(Point::new(320.0, 245.0)) < 1e-3);
        assert!((region.side - 1.9 * 160.0).abs() < 1e-3, "the width decides: {region:?}");
        let side = saw(&[(Nose, 280.0, 200.0), (LeftEar, 320.0, 190.0), (C7, 350.0, 270.0)]);
        let region = close_up(&side, &frame()).expect("framed");
        assert!((region.side - 1.9 * 1.3 * 80.0).abs() < 1e-3, "the height decides: {region:?}");
        let face = saw(&[(Nose, 320.0, 215.0), (LeftEar, 360.0, 200.0), (RightEar, 280.0, 200.0)]);
        let region = close_up(&face, &frame()).expect("framed");
        assert!((region.side - 1.9 * 2.4 * 80.0).abs() < 1e-3, "the face decides: {region:?}");
    }

    #[test]
    fn the_close_up_stays_while_the_person_does() {
        let region = |x, side| Region { centre: Point::new(x, 200.0), side };
        let old = region(300.0, 200.0);
        assert_eq!(held(old, region(315.0, 225.0)), old);
        for moved in [region(325.0, 200.0), region(300.0, 250.0), region(300.0, 160.0)] {
            assert_eq!(held(old, moved), moved);
        }
    }

    #[test]
    fn two_looks_are_at_one_person_or_at_two() {
        let region = |x, side| Region { centre: Point::new(x, 200.0), side };
        assert!(are_one(region(300.0, 200.0), region(330.0, 260.0)));
        assert!(!are_one(region(300.0, 200.0), region(380.0, 260.0)), "beside each other");
        assert!(!are_one(region(300.0, 200.0), region(300.0, 330.0)), "one behind the other");
    }

    #[test]
    fn there_is_no_close_up_of_too_little_or_too_much() {
        use BodyPart::{C7, LeftEar, LeftHip, LeftShoulder, LeftWrist, Nose, RightShoulder};
        let two = saw(&[(Nose, 320.0, 200.0), (LeftEar, 340.0, 200.0), (LeftHip, 300.0, 400.0), (LeftWrist, 1.0, 1.0)]);
        assert_eq!(close_up(&two, &frame()), None, "hips and wrists do not frame anybody");
        let faceless = saw(&[(LeftShoulder, 400.0, 290.0), (RightShoulder, 240.0, 290.0), (C7, 320.0, 250.0)]);
        assert_eq!(close_up(&faceless, &frame()), None);
        let scattered = saw(&[(Nose, 320.0, 200.0), (LeftShoulder, 639.0, 290.0), (RightShoulder, 0.0, 290.0)]);
        assert_eq!(close_up(&scattered, &frame()), None);
        let coincident = saw(&[(Nose, 320.0, 200.0), (LeftEar, 320.0, 200.0), (C7, 320.0, 200.0)]);
        assert_eq!(close_up(&coincident, &frame()), None);
        let mut unsure = saw(&[(Nose, 320.0, 200.0), (LeftShoulder, 400.0, 290.0), (RightShoulder, 240.0, 290.0)]);
        unsure.spots[Nose as usize].score = 0.29;
        assert_eq!(close_up(&unsure, &frame()), None);
    }
}
