//! What is said of a camera in a list of them.

use super::CaptureError;

/// A camera of the system.
#[derive(Debug)]
pub struct Listed {
    /// The system's number for it: 2 for /dev/video2.
    pub number: u32,
    /// The system's name for it.
    pub name: String,
    /// The formats in which it can be read.
    pub offers: Vec<Offer>,
    /// Why it gives no picture; `None` where it did.
    pub trouble: Option<CaptureError>,
}

/// A format in which a camera can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// mjpeg, yuyv, nv12, grey, rgb or bgr.
    pub format: &'static str,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames per second.
    pub rate: u32,
}

/// No cameras are known to a build without camera support.
#[cfg(not(feature = "camera"))]
pub fn cameras() -> Vec<Listed> {
    Vec::new()
}
