//! From pixels to a pose: the last stage that sees a frame.

use crate::{frame::Frame, pose::Pose};

/// Finds one person in a frame.
pub trait PoseEstimator {
    /// The pose of the person in `frame`, in its pixels, or `None` when nobody is there. Estimators may follow the person
    /// from one frame to the next.
    fn estimate(&mut self, frame: &Frame) -> Result<Option<Pose>, ModelError>;
}
