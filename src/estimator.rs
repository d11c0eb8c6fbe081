//! From pixels to a pose: the last stage that sees a frame.
//!
//! One pass is `letterbox → infer → decode`: a square [`Region`] of the frame is scaled to the network's input
//! ([`Letterbox`]), the [`Network`] runs, and [`decode`] reads keypoints and angles off its [`Outputs`]. An [`Estimator`]
//! makes passes over the whole frame and over a crop around the head and shoulders or the arms, of a photo also in a mirror,
//! and leaves everything in frame pixels.
//!
//! Pixels die here: what leaves is a [`Pose`], numbers only.

mod arms;
mod blind;
mod decode;
mod fingerprint;
mod input;
mod letterbox;
mod light;
mod mirror;
mod movenet;
mod network;
mod tracker;

use std::{fmt, io, path::PathBuf};

pub use self::{
    arms::ArmsEstimator,
    blind::{Blind, blind},
    decode::{Sighting, Spot, decode},
    input::Input,
    letterbox::{Letterbox, Region},
    network::{Loading, Network, Outputs},
    tracker::Estimator,
};
use crate::{
    frame::Frame,
    pose::{Pose, Scene},
};

/// Finds one person in a frame.
pub trait PoseEstimator {
    /// The pose of the person in `frame`, in its pixels, or `None` when nobody is there. Estimators may follow the person
    /// from one frame to the next.
    fn estimate(&mut self, frame: &Frame) -> Result<Option<Pose>, ModelError>;

    /// Whom it found last is somebody else: the next frame is to be searched as a whole.
    fn look_again(&mut self) {}

    /// Why nothing could be seen in the last frame, where that was the picture's fault and says nothing of who is there.
    fn blind(&self) -> Option<Blind> {
        None
    }

    /// What the last frame was like otherwise; nothing is known unless an estimator says so.
    fn scene(&self) -> Scene {
        Scene::default()
    }
}

/// Where a network came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The one inside this program.
    BuiltIn,
    /// A file that the user named.
    File(PathBuf),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("the built-in network"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

/// Why a network cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The file cannot be read.
    #[error("{}: cannot be read: {source}; give --model the path of an ONNX file", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The bytes are not an ONNX network, or one that cannot be executed.
    #[error(
        "{origin}: not a usable ONNX network ({why}); export it again, or leave out --model to use the built-in one"
    )]
    Broken {
        /// The network.
        origin: Origin,
        /// The innermost complaint of the ONNX reader.
        why: String,
    },
    /// A network, but its inputs and outputs are not of a known layout.
    #[error(
        "{origin}: has neither of the two known layouts; expected {}; found {found}; models/README.md describes the layouts",
        network::KNOWN_LAYOUTS
    )]
    UnknownLayout {
        /// The network.
        origin: Origin,
        /// Its inputs and outputs.
        found: String,
    },
    /// The network failed on a frame.
    #[error(
        "{origin}: failed on a frame ({why}); try another network with --model, and report it if this is the built-in one"
    )]
    Inference {
        /// The network.
        origin: Origin,
        /// What went wrong.
        why: String,
    },
    /// The frame could not be brought to the size of the network's input.
    #[error("a frame of {width}×{height} pixels cannot be scaled for the network ({why}); please report this")]
    Scaling {
        /// Width of the frame, pixels.
        width: u32,
        /// Height of the frame, pixels.
        height: u32,
        /// What went wrong.
        why: String,
    },
}
