//! The cameras that there are, and what they offer.

use super::{devices, explain, open, raw::Layout, to_mode};
use crate::capture::{CameraSource, CaptureError, Captured, FrameSource as _, Listed, Offer};

/// Frames per second that a camera is opened for while it is looked at.
const RATE: f64 = 30.0;

/// How often a camera is asked for its first picture, a quarter of a second at a time.
const TRIES: u32 = 20;

/// Opens each of the system's cameras in turn, takes a picture, and lets go of it. One that is busy is left alone.
pub fn cameras() -> Vec<Listed> {
    devices()
        .into_iter()
        .map(|device| {
            let label = device.label();
            let offers = offers(device.number).map_err(|error| explain(&label, &error));
            let (offers, trouble) = match offers {
                Ok(offers) => (offers, first_picture(device.number, &label).err()),
                Err(error) => (Vec::new(), Some(error)),
            };
            Listed { number: device.number, name: device.name, offers, trouble }
        })
        .collect()
}

/// The formats of a camera that can be read, largest picture first.
fn offers(number: u32) -> Result<Vec<Offer>, nokhwa::NokhwaError> {
    let mut offers: Vec<_> = open(number, RATE)?
        .compatible_camera_formats()?
        .into_iter()
        .map(|format| {
            let mode = to_mode(format);
            Offer { format: name(mode.layout), width: mode.width, height: mode.height, rate: mode.rate }
        })
        .collect();
    offers.sort_by_key(|offer| (offer.format, std::cmp::Reverse((offer.width, offer.height, offer.rate))));
    offers.dedup();
    Ok(offers)
}

const fn name(layout: Layout) -> &'static str {
    match layout {
        Layout::Mjpeg => "mjpeg",
        Layout::Yuyv => "yuyv",
        Layout::Nv12 => "nv12",
        Layout::Grey => "grey",
        Layout::Rgb => "rgb",
        Layout::Bgr => "bgr",
    }
}

/// Waits for a picture of the camera `number`, which people call `label`.
fn first_picture(number: u32, label: &str) -> Result<(), CaptureError> {
    let mut source = CameraSource::open(&number.to_string(), RATE)?;
    let failed = |why: &str| CaptureError::CameraFailed { camera: label.to_owned(), why: why.to_owned() };
    // Number 0 stands for the first that works.
    if source.name().split(' ').nth(1) != Some(&number.to_string()) {
        return Err(failed("it gives no pictures"));
    }
    for _ in 0..TRIES {
        match source.next_frame()? {
            Captured::Frame(_) => return Ok(()),
            Captured::Outage { why, .. } => return Err(failed(&why)),
            Captured::Waiting => {}
            Captured::End => break,
        }
    }
    Err(failed("no picture came"))
}
