//! The stages one by one, for those who want to know how long each takes.

use crate::{
    estimator::{Input, Letterbox, ModelError, Network, Outputs, Region, decode},
    frame::Frame,
    measure::{Known, measure},
    pose::Pose,
    rules::{Against, Assessment, Rules},
};

/// The stages, in the order in which a picture passes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// Waiting for the next picture of a live source, and taking it to pixels.
    Capture,
    /// From the bytes of a file to pixels, colours included.
    Decode,
    /// To the size of the network's input.
    Letterbox,
    /// The network.
    Infer,
    /// From the network's outputs to keypoints in frame pixels.
    Keypoints,
    /// From keypoints to measurements.
    Measure,
    /// From measurements to where each rule stands.
    Rules,
}

impl Stage {
    /// All stages, in their order.
    pub const ALL: [Self; 7] =
        [Self::Capture, Self::Decode, Self::Letterbox, Self::Infer, Self::Keypoints, Self::Measure, Self::Rules];

    /// The name, as in a table or on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Capture => "capture",
            Self::Decode => "decode",
            Self::Letterbox => "letterbox",
            Self::Infer => "infer",
            Self::Keypoints => "keypoints",
            Self::Measure => "measure",
            Self::Rules => "rules",
        }
    }
}

/// One look of the network at a whole picture, and what follows from it: what a frame costs while a person is followed.
///
/// It keeps its buffers: after the first picture, frames of the same size need no new memory up to the keypoints.
#[derive(Debug)]
pub struct OnePass {
    network: Network,
    letterbox: Letterbox,
    input: Input,
    outputs: Outputs,
    rules: Rules,
}

impl OnePass {
    /// Stages around `network` and `rules`.
    pub fn new(network: Network, rules: Rules) -> Self {
        let (input, outputs) = (network.input(), network.outputs());
        Self { network, letterbox: Letterbox::new(), input, outputs, rules }
    }

    /// Takes `frame` through all stages from [`Stage::Letterbox`] and calls `done` at the end of each; says who was seen and
    /// where each rule stands. Without a person there is nothing to measure: then the last stage is [`Stage::Keypoints`] and
    /// the answer `None`.
    ///
    /// # Errors
    ///
    /// When the network fails; see [`ModelError`].
    pub fn run(
        &mut self,
        frame: &Frame,
        done: &mut dyn FnMut(Stage),
    ) -> Result<Option<(Pose, Vec<Assessment>)>, ModelError> {
        let (width, height) = frame.image.dimensions();
        let region = Region::whole(width, height);
        self.letterbox.apply(&frame.image, region, &mut self.input)?;
        done(Stage::Letterbox);
        self.network.infer(&self.input, &mut self.outputs)?;
        done(Stage::Infer);
        let pose = decode(&self.outputs).placed(region).pose(width, height);
        done(Stage::Keypoints);
        let Some(pose) = pose else { return Ok(None) };
        let reading = measure(&pose, Known::default());
        done(Stage::Measure);
        let assessments = self.rules.assess(&reading, Against::Population);
        done(Stage::Rules);
        Ok(Some((pose, assessments)))
    }
}
