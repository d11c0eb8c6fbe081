//! Y4M (YUV4MPEG2): uncompressed video with a line of text before it, as `ffmpeg -f yuv4mpegpipe` writes it.

use std::{
    cell::Cell,
    io::{self, BufRead, Read},
    time::Duration,
};

use image::{RgbImage, imageops};
use y4m::Colorspace;
use yuv::YuvRange;

use super::{
    decode::MAX_PIXELS,
    pixels::{self, Chroma},
    stream::{Message, Outlet},
};
use crate::frame::Frame;

/// What every Y4M begins with.
pub(super) const MAGIC: &[u8] = b"YUV4MPEG2";

/// Longest header line that is read, bytes; what the `y4m` crate allows.
const LONGEST_HEADER: u64 = 1024;

/// Reads Y4M to its end and hands on `fps` frames per second of its own time, or all where it has fewer.
///
/// Time is counted from the header's frame rate: frame n is at n / rate. Where the header states none, frames are taken to
/// come at `fps`. Pixels that are not square are made so by scaling the width: angles would be wrong otherwise.
///
/// # Errors
/// Why it cannot be read, or not any further, and what to do; for people.
pub(super) fn read(mut reader: impl BufRead, fps: f64, out: &mut Outlet) -> Result<(), String> {
    let mut header = Vec::new();
    reader.by_ref().take(LONGEST_HEADER).read_until(b'\n', &mut header).map_err(|error| error.to_string())?;
    check_header(&header)?;
    let count = Cell::new(0);
    let counted = Counted { inner: io::Cursor::new(header).chain(reader), count: &count };
    let mut decoder = y4m::Decoder::new(counted).map_err(|error| match error {
        y4m::Error::UnknownColorspace => UNSUPPORTED.to_owned(),
        other => format!("a Y4M header that makes no sense ({other})"),
    })?;
    let (width, height) = (decoder.get_width() as u32, decoder.get_height() as u32);
    let chroma = chroma(decoder.get_colorspace()).ok_or(UNSUPPORTED)?;
    let full_range = decoder.get_raw_params().split(|&b| b == b' ').any(|p| p == b"XCOLORRANGE=FULL");
    let range = if full_range { YuvRange::Full } else { YuvRange::Limited };
    let rate = ratio(decoder.get_framerate()).unwrap_or(fps);
    let aspect = ratio(decoder.get_pixel_aspect()).unwrap_or(1.0);
    if !(0.2..=5.0).contains(&aspect) {
        return Err(format!("pixels {aspect:.2} times as wide as high, which is hardly meant"));
    }
    if !out(Message::Opened) {
        return Ok(());
    }
    let mut last_slot = None;
    for index in 0u64.. {
        count.set(0);
        let frame = match decoder.read_frame() {
            Ok(frame) => frame,
            Err(y4m::Error::EOF) if count.get() == 0 => break,
            Err(y4m::Error::EOF) => {
                return Err(format!("breaks off inside picture {}; the ones before it were used", index + 1));
            }
            Err(error) => return Err(format!("unreadable from picture {} on ({error})", index + 1)),
        };
        let slot = Some((index as f64 * fps / rate + 1e-6) as u64);
        if slot == last_slot {
            continue;
        }
        last_slot = slot;
        let planes = [frame.get_y_plane(), frame.get_u_plane(), frame.get_v_plane()];
        let image = pixels::from_planes(planes, chroma, width, height, range)
            .ok_or_else(|| format!("picture {} cannot be converted to RGB", index + 1))?;
        let at = Duration::from_secs_f64(index as f64 / rate);
        if !out(Message::Frame(Frame { image: with_square_pixels(image, aspect), at })) {
            break;
        }
    }
    Ok(())
}

const UNSUPPORTED: &str =
    "a kind of Y4M that is not read; make it 8 bits deep, as in `ffmpeg -i FILE -pix_fmt yuv420p -f yuv4mpegpipe -`";

/// Refuses sizes that would be too much, before anything is allocated or multiplied.
fn check_header(header: &[u8]) -> Result<(), String> {
    if header.last() != Some(&b'\n') {
        return Err("breaks off inside the Y4M header".into());
    }
    let side = |name: u8| {
        let text = header.split(|b| b" \n".contains(b)).find_map(|field| field.strip_prefix(&[name]))?;
        std::str::from_utf8(text).ok()?.parse::<u64>().ok()
    };
    match (side(b'W'), side(b'H')) {
        (Some(width), Some(height)) if width.saturating_mul(height) > MAX_PIXELS => {
            Err(format!("pictures too large, {width}×{height}; make them smaller first"))
        }
        (Some(1..), Some(1..)) => Ok(()),
        _ => Err("a Y4M header without a size".into()),
    }
}

fn chroma(colorspace: Colorspace) -> Option<Chroma> {
    match colorspace {
        Colorspace::Cmono => Some(Chroma::None),
        Colorspace::C420 | Colorspace::C420jpeg | Colorspace::C420paldv | Colorspace::C420mpeg2 => {
            Some(Chroma::Quarter)
        }
        Colorspace::C422 => Some(Chroma::Half),
        Colorspace::C444 => Some(Chroma::Full),
        _ => None,
    }
}

/// A ratio of the header; none where it says 0:0, which stands for unknown.
fn ratio(ratio: y4m::Ratio) -> Option<f64> {
    (ratio.num > 0 && ratio.den > 0).then(|| ratio.num as f64 / ratio.den as f64)
}

fn with_square_pixels(image: RgbImage, aspect: f64) -> RgbImage {
    let width = (f64::from(image.width()) * aspect).round().max(1.0) as u32;
    if (aspect - 1.0).abs() < 0.005 {
        return image;
    }
    imageops::resize(&image, width, image.height(), imageops::FilterType::Triangle)
}

/// Counts the bytes read, to tell an end between frames from one inside a frame.
struct Counted<'a, R> {
    inner: R,
    count: &'a Cell<u64>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.set(self.count.get() + read as u64);
        Ok(read)
    }
}
