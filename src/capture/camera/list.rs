//! The cameras that there are, and what they offer.

use std::cmp::Reverse;

use super::{NokhwaError, devices, explain, open, raw::Layout, to_mode, wish::Device};
use crate::capture::{CameraSource, CaptureError, Captured, FrameSource as _, Listed, Offer};

/// Frames per second that a camera is opened for while it is looked at.
const RATE: f64 = 30.0;

/// How often a camera is asked for its first picture, a quarter of a second at a time.
const TRIES: u32 = 20;

/// Opens each of the system's cameras in turn, takes a picture, and lets go of it. One that is busy is left alone.
pub fn cameras() -> Vec<Listed> {
    devices().into_iter().map(look_at).collect()
}

fn look_at(device: Device) -> Listed {
    let label = device.label();
    let mut listed = Listed { number: device.number, name: device.name, offers: Vec::new(), trouble: None };
    match offers(device.number) {
        Ok((name, offers)) => {
            listed.trouble = first_picture(device.number, &label).err();
            (listed.name, listed.offers) = (name, offers);
        }
        Err(error) => listed.trouble = Some(explain(&label, &error)),
    }
    listed
}

/// The name of a camera, and the formats in which it can be read, largest picture first.
fn offers(number: u32) -> Result<(String, Vec<Offer>), NokhwaError> {
    let mut camera = open(number, RATE)?;
    let offer = |format| {
        let mode = to_mode(format);
        Offer { format: name(mode.layout), width: mode.width, height: mode.height, rate: mode.rate }
    };
    let mut offers: Vec<_> = camera.compatible_camera_formats()?.into_iter().map(offer).collect();
    offers.sort_by_key(|offer| (offer.format, Reverse((offer.width, offer.height, offer.rate))));
    offers.dedup();
    Ok((camera.info().human_name(), offers))
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
