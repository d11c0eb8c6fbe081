//! Copies of photos with keypoints and measured angles drawn in: the one place where pixels are written.
//!
//! An angle in the picture is not the angle in the body (see [`measure`](crate::measure)): lines are drawn where the
//! picture shows them, and the value printed beside them is the measured one.
//!
//! Sizes follow the size of the picture, so that a copy of 320 pixels and one of 4000 look alike.

mod by_hand;
mod canvas;
mod front;
mod person;
mod plate;
mod side;

use std::{
    fs,
    io::{self, Cursor, Write as _},
    path::{Path, PathBuf},
};

use image::{DynamicImage, ImageFormat, RgbImage, codecs::jpeg::JpegEncoder};

use self::canvas::{Canvas, Ink};
use crate::{
    landmarks::ByHand,
    measure::{Measurement, Metric},
    pipeline::Report,
    report::{quantity, seen_from},
    rules::{Finding, Severity},
};

/// Quality of JPEG copies, 1..100.
const JPEG_QUALITY: u8 = 92;

/// Why a copy was not written.
#[derive(Debug, thiserror::Error)]
pub enum AnnotateError {
    /// The system refuses.
    #[error("{}: the annotated copy cannot be written ({why}); check the folder and its permissions", path.display())]
    NotWritable {
        /// Of the copy.
        path: PathBuf,
        /// In the system's words.
        why: io::Error,
    },
    /// The picture has a size that the format of the copy cannot hold.
    #[error("{}: the annotated copy cannot be encoded ({why}); name a .png in its place", path.display())]
    NotEncodable {
        /// Of the copy.
        path: PathBuf,
        /// In the encoder's words.
        why: image::ImageError,
    },
}

/// Whether the extension of `path` is one that copies can be written as: png, jpg, jpeg.
pub fn is_writable_format(path: &Path) -> bool {
    format_of(path).is_some()
}

fn format_of(path: &Path) -> Option<ImageFormat> {
    ImageFormat::from_path(path).ok().filter(|format| matches!(format, ImageFormat::Png | ImageFormat::Jpeg))
}

/// Draws `report` into `image`, the picture it was made from, and writes that to `path`, as PNG unless the extension says
/// JPEG. Folders on the way are made. A file that is there is replaced, and only by a complete copy.
///
/// # Errors
/// The system refuses to write, or the picture is too large for JPEG.
pub fn write(image: RgbImage, report: &Report, path: &Path) -> Result<(), AnnotateError> {
    let bytes = encode(draw(image, report), format_of(path).unwrap_or(ImageFormat::Png))
        .map_err(|why| AnnotateError::NotEncodable { path: path.to_owned(), why })?;
    replace(path, &bytes).map_err(|why| AnnotateError::NotWritable { path: path.to_owned(), why })
}

fn encode(image: RgbImage, format: ImageFormat) -> image::ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    match format {
        ImageFormat::Jpeg => image.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY))?,
        _ => DynamicImage::from(image).write_to(&mut Cursor::new(&mut bytes), format)?,
    }
    Ok(bytes)
}

/// Writes beside `path` first and then renames, so that neither half a file nor a file that has another name as well is
/// ever written over.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.part", std::process::id()));
    let beside = PathBuf::from(beside);
    let written = fs::File::create_new(&beside)
        .and_then(|mut file| file.write_all(bytes))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // What is left of it helps nobody, and the first error says more than a second one.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Draws `report` into `image`, the picture it was made from.
pub fn draw(image: RgbImage, report: &Report) -> RgbImage {
    // Only a picture without pixels makes no canvas.
    let Some(mut canvas) = Canvas::new(&image) else { return image };
    drop(image);
    let mut points: Vec<_> =
        report.person.iter().flat_map(|(pose, _)| pose.keypoints.iter()).map(|(_, keypoint)| keypoint.at).collect();
    if let Some(by_hand) = &report.by_hand {
        let ByHand { landmarks, .. } = by_hand;
        points.extend([landmarks.tragus, landmarks.c7]);
        let ink = ink_of(Metric::CraniovertebralAngle, &report.findings);
        if let Some(label) = by_hand::lines(&mut canvas, by_hand, ink) {
            points.extend(plate::beside(&mut canvas, &label, &points));
        }
    } else if let Some((pose, reading)) = &report.person {
        person::skeleton(&mut canvas, pose);
        let ink = |metric| ink_of(metric, &report.findings);
        let side = side::lines(&mut canvas, pose, reading, ink);
        let front = front::lines(&mut canvas, pose, reading, ink);
        person::keypoints(&mut canvas, pose);
        for label in side.into_iter().chain(front) {
            let covered = plate::beside(&mut canvas, &label, &points);
            points.extend(covered);
        }
    }
    plate::in_a_corner(&mut canvas, &caption(report), &points);
    canvas.into_image()
}

/// The colour of what is drawn of `metric`: that of the finding which it shows.
fn ink_of(metric: Metric, findings: &[Finding]) -> Ink {
    match findings.iter().filter(|finding| finding.by.metric == metric).map(|finding| finding.severity).max() {
        None => Ink::CALM,
        Some(Severity::Mild) => Ink::MILD,
        Some(Severity::Moderate) => Ink::MODERATE,
        Some(Severity::Marked) => Ink::MARKED,
    }
}

/// What the copy says in words, line by line: the view, and each finding with its value where that is not drawn.
fn caption(report: &Report) -> Vec<(String, Ink)> {
    let view = match (&report.by_hand, &report.person) {
        (Some(_), _) => "Measured by hand; the shaded wedge is its error".to_owned(),
        (None, Some((_, reading))) => format!("Seen {}", seen_from(reading.view, reading.facing)),
        (None, None) => return vec![("Nobody seen".to_owned(), Ink::LIGHT)],
    };
    let finding = |finding: &Finding| {
        let name = finding.rule.0.replace('_', " ");
        let severity = format!("{:?}", finding.severity).to_lowercase();
        let drawn = matches!(
            finding.by.metric,
            Metric::CraniovertebralAngle | Metric::EarShoulderHeight | Metric::ShoulderTilt
        );
        let by =
            if drawn { String::new() } else { format!(" ({} {})", finding.by.metric.title(), unbroken(&finding.by)) };
        (format!("{name}: {severity}{by}"), ink_of(finding.by.metric, std::slice::from_ref(finding)))
    };
    std::iter::once((view, Ink::LIGHT)).chain(report.findings.iter().map(finding)).collect()
}

/// A value that is not broken at the end of a line.
fn unbroken(measurement: &Measurement) -> String {
    quantity(measurement).replace(' ', "\u{a0}")
}

#[cfg(test)]
mod tests;
