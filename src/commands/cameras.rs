//! `posture cameras`: which there are, what they offer, and whether they work.

use std::io::Write;

use anyhow::Result;
use serde::Serialize;

use crate::{
    capture::{CaptureError, Listed, Offer, cameras},
    config::ExitStatus,
};

#[derive(Serialize)]
struct Page {
    schema: &'static str,
    cameras: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    number: u32,
    name: String,
    works: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<String>,
    formats: Vec<Format>,
}

#[derive(Serialize)]
struct Format {
    format: &'static str,
    width: u32,
    height: u32,
    rate: u32,
}

/// Opens every camera for a moment and says what came of it.
pub fn run(json: bool, out: &mut dyn Write) -> Result<ExitStatus> {
    if cfg!(not(feature = "camera")) {
        return Err(CaptureError::NoCameraSupport.into());
    }
    let cameras = cameras();
    let works = cameras.iter().any(|camera| camera.trouble.is_none());
    if json {
        let page = Page { schema: "posture-cameras/1", cameras: cameras.into_iter().map(Row::from).collect() };
        writeln!(out, "{}", serde_json::to_string(&page)?)?;
    } else {
        list(&cameras, out)?;
    }
    Ok(if works { ExitStatus::Fine } else { ExitStatus::CameraUnavailable })
}

fn list(cameras: &[Listed], out: &mut dyn Write) -> Result<()> {
    if cameras.is_empty() {
        return Ok(writeln!(out, "No camera found; plug one in.")?);
    }
    for camera in cameras {
        match &camera.trouble {
            None => writeln!(out, "camera {} ({}): works", camera.number, camera.name)?,
            Some(trouble) => writeln!(out, "{trouble}")?,
        }
        for (format, sizes) in by_format(&camera.offers) {
            writeln!(out, "  {format}  {}", sizes.join(", "))?;
        }
    }
    Ok(())
}

/// Each format with its sizes and their rates: `640×480 at 30, 15`.
fn by_format(offers: &[Offer]) -> Vec<(&str, Vec<String>)> {
    let same_size = |a: &Offer, b: &Offer| (a.width, a.height) == (b.width, b.height);
    offers
        .chunk_by(|a, b| a.format == b.format)
        .map(|format| {
            let sizes = format.chunk_by(same_size).map(|size| {
                let rates: Vec<_> = size.iter().map(|offer| offer.rate.to_string()).collect();
                format!("{}×{} at {}", size[0].width, size[0].height, rates.join("/"))
            });
            (format[0].format, sizes.collect())
        })
        .collect()
}

impl From<Listed> for Row {
    fn from(camera: Listed) -> Self {
        let format =
            |offer: Offer| Format { format: offer.format, width: offer.width, height: offer.height, rate: offer.rate };
        Self {
            number: camera.number,
            name: camera.name,
            works: camera.trouble.is_none(),
            trouble: camera.trouble.map(|trouble| trouble.to_string()),
            formats: camera.offers.into_iter().map(format).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(format: &'static str, width: u32, height: u32, rate: u32) -> Offer {
        Offer { format, width, height, rate }
    }

    fn listed(cameras: &[Listed]) -> String {
        let mut out = Vec::new();
        list(cameras, &mut out).expect("it is written");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn each_camera_says_whether_it_works_and_what_it_offers() {
        let works = Listed {
            number: 0,
            name: "Webcam".into(),
            offers: vec![offer("mjpeg", 1280, 720, 30), offer("mjpeg", 640, 480, 30), offer("mjpeg", 640, 480, 15)],
            trouble: None,
        };
        let busy = CaptureError::CameraBusy { camera: "camera 2 (Other)".into() };
        let busy = Listed { number: 2, name: "Other".into(), offers: Vec::new(), trouble: Some(busy) };
        assert_eq!(
            listed(&[works, busy]),
            "camera 0 (Webcam): works\n  mjpeg  1280×720 at 30, 640×480 at 30/15\n\
             camera 2 (Other) is busy; close the program that is using it (a video call, another posture)\n"
        );
        assert_eq!(listed(&[]), "No camera found; plug one in.\n");
    }
}
