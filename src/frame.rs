//! One picture and the moment it was taken.

use std::time::Duration;

use image::RgbImage;

/// A picture on its way from a [`FrameSource`](crate::capture::FrameSource) to a
/// [`PoseEstimator`](crate::estimator::PoseEstimator).
///
/// Frames are dropped once the pose is known; nothing below the estimator can name this type (see the invariants in the
/// [crate documentation](crate)).
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// The pixels: 8-bit sRGB, upright (EXIF orientation and driver rotation already applied).
    pub image: RgbImage,
    /// Time since the source opened; it never decreases from one frame of a source to the next. Photos are at zero.
    pub at: Duration,
}
