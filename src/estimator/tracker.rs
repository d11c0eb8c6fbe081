//! Where the network looks: first at the whole frame, then closely at the head and shoulders, or the arms.
//!
//! The second look is what makes small and turned people accurate. Its square is so many times the extent of the head and
//! shoulders as the network was trained on; models/training/twopass.py is the same rule in Python.

use image::RgbImage;

use super::{
    Letterbox, ModelError, PoseEstimator, Region,
    blind::{Blind, blind},
    decode::{Sighting, Spot, decode},
    input::Input,
    light::{brightness, is_too_dark},
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

/// What the second look shows, over the extent of the head and shoulders.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Framing {
    /// Side of the square.
    side: f32,
    /// How far its centre lies below that of the head and shoulders.
    below: f32,
}

const HEAD_AND_SHOULDERS: Framing = Framing { side: 1.9, below: 0.0 };

/// Arms that are raised, and arms that hang.
const ARMS: Framing = Framing { side: 4.0, below: -0.1 };

/// Head and shoulders larger than this many long sides of the frame are not believed: close-ups of up to 1.6 are.
const LARGEST: f32 = 0.842;

/// While tracking, the square stays where it is as long as the best one is less than this share of its side away …
const HOLD_SHIFT: f32 = 0.1;

/// … and neither larger nor smaller by more than this factor. The network was trained on squares that miss by as much, and
/// a square that follows its own result makes the keypoints of a still person swing from frame to frame.
const HOLD_SCALE: f32 = 1.2;

const NECK_AND_SHOULDERS: [BodyPart; 3] = [BodyPart::LeftShoulder, BodyPart::RightShoulder, BodyPart::C7];

/// Finds one person with a [`Network`], in one pass, two, or three.
#[derive(Debug)]
pub struct Estimator {
    network: Network,
    letterbox: Letterbox,
    input: Input,
    outputs: Outputs,
    framing: Framing,
    /// Whether frames follow one another; if not, every picture stands alone.
    tracks: bool,
    /// Whether the second look is repeated in a mirror, which makes it calmer.
    mirrors: bool,
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
        let (framing, scene) = (HEAD_AND_SHOULDERS, Scene::default());
        Self {
            network,
            letterbox,
            input,
            outputs,
            framing,
            tracks: false,
            mirrors: true,
            next: None,
            blind: None,
            scene,
        }
    }

    /// For the frames of one camera: looks where the person was in the last frame, and starts again with both passes when
    /// they are not there any more. Frames may change their size.
    pub fn tracking(network: Network) -> Self {
        Self { tracks: true, mirrors: false, ..Self::for_photos(network) }
    }

    /// As [`tracking`](Self::tracking), and in a mirror as well, where a little more time does not matter.
    pub(super) fn tracking_calmly(network: Network) -> Self {
        Self { tracks: true, ..Self::for_photos(network) }
    }

    /// As [`tracking`](Self::tracking), with the network of the arms: the second look shows raised and hanging arms too.
    pub(super) fn tracking_arms(arms: Network) -> Self {
        Self { framing: ARMS, ..Self::tracking(arms) }
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

    /// The second look.
    fn read_closely(&mut self, image: &RgbImage, region: Region) -> Result<Sighting, ModelError> {
        if !self.mirrors {
            return self.read(image, region);
        }
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

    fn two_passes(&mut self, image: &RgbImage) -> Result<Sighting, ModelError> {
        let first = self.read(image, Region::whole(image.width(), image.height()))?;
        self.scene.rival = first.rival;
        let Some(region) = close_up(&first, image, self.framing).filter(|_| first.presence >= GLIMPSE) else {
            return Ok(first);
        };
        self.light(image, Some(region));
        self.read_closely(image, region)
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
            let sighting = self.read_closely(image, region)?;
            let pose = sighting.pose(image.width(), image.height());
            if let (Some(best), Some(pose)) = (close_up(&sighting, image, self.framing), pose) {
                self.next = Some(held(region, best));
                return Ok(Some(pose));
            }
        }
        let sighting = self.two_passes(image)?;
        let pose = sighting.pose(image.width(), image.height());
        if self.tracks && pose.is_some() {
            self.next = close_up(&sighting, image, self.framing);
        }
        Ok(pose)
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
fn close_up(sighting: &Sighting, image: &RgbImage, framing: Framing) -> Option<Region> {
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
    let largest = LARGEST * image.width().max(image.height()) as f32;
    let middle = all.low.midpoint(all.high);
    let centre = Point::new(middle.x, middle.y + framing.below * extent);
    (1.0..=largest).contains(&extent).then_some(Region { centre, side: framing.side * extent })
}

/// `region`, unless `best` is too far from it.
fn held(region: Region, best: Region) -> Region {
    let near = region.centre.distance(best.centre) <= HOLD_SHIFT * region.side;
    let alike = (1.0 / HOLD_SCALE..=HOLD_SCALE).contains(&(best.side / region.side));
    if near && alike { region } else { best }
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
        let region = close_up(&front, &frame(), HEAD_AND_SHOULDERS).expect("framed");
        assert!(region.centre.distance(Point::new(320.0, 245.0)) < 1e-3);
        assert!((region.side - 1.9 * 160.0).abs() < 1e-3, "the width decides: {region:?}");
        let side = saw(&[(Nose, 280.0, 200.0), (LeftEar, 320.0, 190.0), (C7, 350.0, 270.0)]);
        let region = close_up(&side, &frame(), HEAD_AND_SHOULDERS).expect("framed");
        assert!((region.side - 1.9 * 1.3 * 80.0).abs() < 1e-3, "the height decides: {region:?}");
        let face = saw(&[(Nose, 320.0, 215.0), (LeftEar, 360.0, 200.0), (RightEar, 280.0, 200.0)]);
        let region = close_up(&face, &frame(), HEAD_AND_SHOULDERS).expect("framed");
        assert!((region.side - 1.9 * 2.4 * 80.0).abs() < 1e-3, "the face decides: {region:?}");
    }

    #[test]
    fn the_look_at_the_arms_reaches_over_raised_hands() {
        use BodyPart::{LeftShoulder, Nose, RightShoulder};
        let front = saw(&[(Nose, 320.0, 200.0), (LeftShoulder, 400.0, 290.0), (RightShoulder, 240.0, 290.0)]);
        let region = close_up(&front, &frame(), ARMS).expect("framed");
        assert!((region.side - 4.0 * 160.0).abs() < 1e-3, "{region:?}");
        assert!(region.centre.distance(Point::new(320.0, 245.0 - 16.0)) < 1e-3, "{region:?}");
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
    fn there_is_no_close_up_of_too_little_or_too_much() {
        use BodyPart::{C7, LeftEar, LeftHip, LeftShoulder, LeftWrist, Nose, RightShoulder};
        let two = saw(&[(Nose, 320.0, 200.0), (LeftEar, 340.0, 200.0), (LeftHip, 300.0, 400.0), (LeftWrist, 1.0, 1.0)]);
        assert_eq!(close_up(&two, &frame(), HEAD_AND_SHOULDERS), None, "hips and wrists do not frame anybody");
        let faceless = saw(&[(LeftShoulder, 400.0, 290.0), (RightShoulder, 240.0, 290.0), (C7, 320.0, 250.0)]);
        assert_eq!(close_up(&faceless, &frame(), HEAD_AND_SHOULDERS), None);
        let scattered = saw(&[(Nose, 320.0, 200.0), (LeftShoulder, 639.0, 290.0), (RightShoulder, 0.0, 290.0)]);
        assert_eq!(close_up(&scattered, &frame(), HEAD_AND_SHOULDERS), None);
        let coincident = saw(&[(Nose, 320.0, 200.0), (LeftEar, 320.0, 200.0), (C7, 320.0, 200.0)]);
        assert_eq!(close_up(&coincident, &frame(), HEAD_AND_SHOULDERS), None);
        let mut unsure = saw(&[(Nose, 320.0, 200.0), (LeftShoulder, 400.0, 290.0), (RightShoulder, 240.0, 290.0)]);
        unsure.spots[Nose as usize].score = 0.29;
        assert_eq!(close_up(&unsure, &frame(), HEAD_AND_SHOULDERS), None);
    }
}
