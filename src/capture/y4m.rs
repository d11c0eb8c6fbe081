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
    pixels::{Chroma, Planes},
    stream::{Message, Outlet, Used},
};
use crate::frame::Frame;

/// What every Y4M begins with.
pub(super) const MAGIC: &[u8] = b"YUV4MPEG2";

/// Longest header line that is read, bytes; what the `y4m` crate allows.
const LONGEST_HEADER: u64 = 1024;

/// Reads Y4M to its end and hands on `fps` frames per second of its own time, or all where it has fewer.
///
/// Time is counted from the header's frame rate: frame n is at n / rate. Where the header states none that
/// makes sense, frames are taken to come at `fps`. Pixels that are not square are made so by scaling the width: angles would be wrong otherwise.
///
/// # Errors
/// Why it cannot be read, or not any further, and what to do; for people.
pub(super) fn read(mut reader: impl BufRead, fps: f64, used: &Used, out: &mut Outlet) -> Result<(), String> {
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
    let rate = ratio(decoder.get_framerate()).filter(|rate| (1e-5..1e6).contains(rate)).unwrap_or(fps).max(1e-5);
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
        let samples = [frame.get_y_plane(), frame.get_u_plane(), frame.get_v_plane()];
        let strides = [width, if chroma == Chroma::Full { width } else { width.div_ceil(2) }];
        let image = Planes { samples, strides, chroma, width, height }
            .to_rgb(range, used.take())
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

#[cfg(test)]
mod tests {
    use super::*;

    /// `frames` frames of 4×2 pixels, of growing brightness.
    fn stream(header: &str, chroma: usize, frames: u8) -> Vec<u8> {
        let mut bytes = format!("YUV4MPEG2 W4 H2 {header}\n").into_bytes();
        for index in 0..frames {
            bytes.extend_from_slice(b"FRAME\n");
            bytes.extend(std::iter::repeat_n(16 + 10 * (index % 20), 8));
            bytes.extend(std::iter::repeat_n(128, chroma));
        }
        bytes
    }

    /// The frames that come of a stream, and how it ended.
    fn frames(bytes: &[u8], fps: f64) -> (Vec<Frame>, Result<(), String>) {
        let mut frames = Vec::new();
        let ended = read(bytes, fps, &Used::none(), &mut |message| {
            if let Message::Frame(frame) = message {
                frames.push(frame);
            }
            true
        });
        (frames, ended)
    }

    fn times(bytes: &[u8], fps: f64) -> Vec<f64> {
        frames(bytes, fps).0.iter().map(|frame| (frame.at.as_secs_f64() * 1e3).round() / 1e3).collect()
    }

    #[test]
    fn every_layout_of_eight_bits_becomes_grey_where_it_is_grey() {
        for (colour, chroma) in [("Cmono", 0), ("C420jpeg", 4), ("", 4), ("C422", 8), ("C444", 16)] {
            let (frames, ended) = frames(&stream(&format!("F2:1 {colour}"), chroma, 2), 2.0);
            assert_eq!(ended, Ok(()), "{colour}");
            let levels: Vec<_> = frames.iter().map(|frame| frame.image.get_pixel(3, 1).0).collect();
            // 16 is black and 235 white: 26 is 12 of 255.
            assert_eq!(levels, [[0; 3], [12; 3]], "{colour}");
        }
        let full = frames(&stream("F2:1 Cmono XCOLORRANGE=FULL", 0, 1), 2.0).0;
        assert_eq!(full[0].image.get_pixel(0, 0).0, [16; 3]);
        assert!(frames(&stream("F2:1 C420p10", 4, 1), 2.0).1.unwrap_err().contains("-pix_fmt yuv420p"));
    }

    #[test]
    fn frames_are_taken_by_their_own_time() {
        assert_eq!(times(&stream("F10:1 Cmono", 0, 20), 2.0), [0.0, 0.5, 1.0, 1.5]);
        assert_eq!(times(&stream("F10:1 Cmono", 0, 10), 4.0), [0.0, 0.3, 0.5, 0.8]);
        assert_eq!(times(&stream("F30000:1001 Cmono", 0, 40), 1.0), [0.0, 1.001]);
        assert_eq!(times(&stream("F1:1 Cmono", 0, 3), 2.0), [0.0, 1.0, 2.0]);
        assert_eq!(times(&stream("F0:0 Cmono", 0, 3), 4.0), [0.0, 0.25, 0.5]);
    }

    #[test]
    fn pixels_become_square() {
        let (frames, _) = frames(&stream("F2:1 A3:2 Cmono", 0, 1), 2.0);
        assert_eq!(frames[0].image.dimensions(), (6, 2));
        assert!(super::tests::frames(&stream("F2:1 A90:1 Cmono", 0, 1), 2.0).1.is_err());
    }

    #[test]
    fn a_frame_cut_short_is_reported_after_the_whole_ones() {
        let whole = stream("F2:1 Cmono", 0, 3);
        for cut in 1..14 {
            let (frames, ended) = frames(&whole[..whole.len() - cut], 2.0);
            assert_eq!((frames.len(), ended.is_err()), (2, true), "less {cut}");
        }
        assert!(frames(&whole[..20], 2.0).1.unwrap_err().contains("header"));
    }

    #[test]
    fn hostile_headers_are_refused_before_anything_is_allocated() {
        for size in ["W20000 H20000", "W9223372036854775807 H9223372036854775807", "W0 H5", "W5", "Wx Hy"] {
            let (_, ended) = frames(format!("YUV4MPEG2 {size} F2:1\nFRAME\n").as_bytes(), 2.0);
            assert!(ended.is_err(), "{size}");
        }
        assert!(frames(&[b"YUV4MPEG2 W".as_slice(), &[b'9'; 5000]].concat(), 2.0).1.is_err());
    }
}
