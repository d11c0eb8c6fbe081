//! What cameras offer and send, and which of it to take.

use std::hash::{DefaultHasher, Hash, Hasher};

use image::RgbImage;
use yuv::{YuvBiPlanarImage, YuvConversionMode, YuvPackedImage, YuvRange};

use crate::capture::{
    motion::MotionJpeg,
    pixels::{MATRIX, convert, sized},
};

/// How a camera lays out its samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// One JPEG per frame.
    Mjpeg,
    /// Y0 Cb Y1 Cr: two pixels to four bytes.
    Yuyv,
    /// A plane of Y, then one of Cb Cr pairs at half the width and height.
    Nv12,
    /// One byte to the pixel.
    Grey,
    /// Three bytes to the pixel, red first.
    Rgb,
    /// Three bytes to the pixel, blue first.
    Bgr,
}

/// One way in which a camera can send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mode {
    /// Of the samples.
    pub layout: Layout,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames per second.
    pub rate: u32,
}

/// Size that is asked for, pixels: the estimator looks at 192, and a head in the distance keeps enough of them.
const WIDTH: u32 = 640;
const HEIGHT: u32 = 480;

/// Above this rate (frames per second) compressed frames are preferred: raw ones would load the bus for nothing (9 MB/s at
/// 15 per second).
const BUSY_RATE: u32 = 10;

/// The modes in the order in which to try them, for `fps` frames per second.
///
/// Nearest in area to 640×480 first; then the lowest rate that is enough, which also lets the camera expose longer; then
/// raw samples, which cannot be half a picture, at low rates, and JPEG at high ones.
pub(super) fn by_preference(modes: &[Mode], fps: f64) -> Vec<Mode> {
    let mut modes: Vec<Mode> = modes.iter().copied().filter(|m| m.width > 0 && m.height > 0 && m.rate > 0).collect();
    let octaves_off = |mode: &Mode| {
        let area = f64::from(mode.width) * f64::from(mode.height);
        // Half an octave is as good as none: 640×360 and 640×480 are alike.
        ((area / f64::from(WIDTH * HEIGHT)).log2().abs() * 2.0) as u32
    };
    let rate_cost = |mode: &Mode| if f64::from(mode.rate) >= fps { mode.rate } else { 10_000 - mode.rate.min(9_999) };
    let layout_cost = |mode: &Mode| match mode.layout {
        Layout::Yuyv if mode.rate <= BUSY_RATE => 0,
        Layout::Mjpeg => 1,
        Layout::Yuyv => 2,
        Layout::Nv12 => 3,
        Layout::Rgb | Layout::Bgr => 4,
        Layout::Grey => 5,
    };
    modes.sort_by_key(|m| (octaves_off(m), m.layout == Layout::Grey, rate_cost(m), m.width != WIDTH, layout_cost(m)));
    modes
}

/// Makes pictures of what a camera sends, in memory that it keeps.
#[derive(Debug, Default)]
pub(super) struct Darkroom {
    motion: MotionJpeg,
    used: RgbImage,
}

impl Darkroom {
    /// One frame as RGB, and what tells it from others; `bytes` may be longer than the frame: buffers keep old frames' ends.
    ///
    /// # Errors
    /// Why it is no whole picture, for people.
    pub(super) fn develop(&mut self, mode: Mode, bytes: &[u8]) -> Result<(RgbImage, u64), String> {
        let Mode { layout, width, height, .. } = mode;
        let used = std::mem::take(&mut self.used);
        let image = match layout {
            Layout::Mjpeg if !bytes.starts_with(&[0xff, 0xd8]) => return Err("no JPEG".into()),
            Layout::Mjpeg => Some(self.motion.decode(bytes, used).ok_or("half a JPEG")?),
            Layout::Yuyv => from_yuyv(bytes, width, height, used),
            Layout::Nv12 => from_nv12(bytes, width, height, used),
            Layout::Grey => from_grey(bytes, width, height, used),
            Layout::Rgb => from_rgb(bytes, width, height, used),
            Layout::Bgr => from_bgr(bytes, width, height, used),
        };
        let image = image.ok_or_else(|| format!("{} bytes for {width}×{height}", bytes.len()))?;
        let length = if layout == Layout::Mjpeg { self.motion.length() } else { layout.length(area(width, height)) };
        Ok((image, fingerprint(bytes.get(..length).unwrap_or(bytes))))
    }

    /// Keeps the memory of a picture that nobody looks at any more.
    pub(super) fn take_back(&mut self, image: RgbImage) {
        self.used = image;
    }
}

impl Layout {
    /// Bytes of a frame of `area` pixels; of a JPEG nothing can be said.
    fn length(self, area: usize) -> usize {
        match self {
            Self::Mjpeg => 0,
            Self::Yuyv => 2 * area,
            Self::Nv12 => area + area / 2,
            Self::Grey => area,
            Self::Rgb | Self::Bgr => 3 * area,
        }
    }
}

/// What tells these bytes from others.
fn fingerprint(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// Y0 Cb Y1 Cr, two pixels to four bytes; the width is even.
fn from_yuyv(bytes: &[u8], width: u32, height: u32, used: RgbImage) -> Option<RgbImage> {
    let yuy = bytes.get(..2 * area(width, height))?;
    let packed = YuvPackedImage { yuy, yuy_stride: 2 * width, width, height };
    convert(width, height, used, |rgb, stride| yuv::yuyv422_to_rgb(&packed, rgb, stride, YuvRange::Limited, MATRIX))
}

/// A plane of Y, then a plane of Cb Cr pairs at half the width and height.
fn from_nv12(bytes: &[u8], width: u32, height: u32, used: RgbImage) -> Option<RgbImage> {
    let (y_plane, rest) = bytes.split_at_checked(area(width, height))?;
    let uv_stride = 2 * width.div_ceil(2);
    let uv_plane = rest.get(..area(uv_stride, height.div_ceil(2)))?;
    let planes = YuvBiPlanarImage { y_plane, y_stride: width, uv_plane, uv_stride, width, height };
    let (range, mode) = (YuvRange::Limited, YuvConversionMode::Balanced);
    convert(width, height, used, |rgb, stride| yuv::yuv_nv12_to_rgb(&planes, rgb, stride, range, MATRIX, mode))
}

/// One byte of grey to the pixel, 0..255.
fn from_grey(bytes: &[u8], width: u32, height: u32, used: RgbImage) -> Option<RgbImage> {
    let levels = bytes.get(..area(width, height))?;
    let mut image = sized(width, height, used)?;
    image.pixels_mut().zip(levels).for_each(|(pixel, &level)| pixel.0 = [level; 3]);
    Some(image)
}

/// Three bytes to the pixel.
fn from_rgb(bytes: &[u8], width: u32, height: u32, used: RgbImage) -> Option<RgbImage> {
    let samples = bytes.get(..3 * area(width, height))?;
    let mut image = sized(width, height, used)?;
    image.copy_from_slice(samples);
    Some(image)
}

/// Three bytes to the pixel, blue first.
fn from_bgr(bytes: &[u8], width: u32, height: u32, used: RgbImage) -> Option<RgbImage> {
    let mut image = from_rgb(bytes, width, height, used)?;
    for pixel in image.pixels_mut() {
        pixel.0.reverse();
    }
    Some(image)
}

fn area(width: u32, height: u32) -> usize {
    width as usize * height as usize
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, ImageFormat};

    use super::*;

    fn mode(layout: Layout, width: u32, height: u32, rate: u32) -> Mode {
        Mode { layout, width, height, rate }
    }

    fn first(modes: &[Mode], fps: f64) -> Mode {
        by_preference(modes, fps)[0]
    }

    #[test]
    fn the_mode_is_near_640_by_480_at_the_lowest_sufficient_rate() {
        let jpeg = |width, height, rate| mode(Layout::Mjpeg, width, height, rate);
        let yuyv = |width, height, rate| mode(Layout::Yuyv, width, height, rate);
        let modes = [
            jpeg(1920, 1080, 30),
            jpeg(1280, 720, 30),
            jpeg(640, 480, 30),
            jpeg(640, 480, 15),
            yuyv(1280, 720, 10),
            yuyv(640, 480, 30),
            yuyv(640, 480, 15),
            yuyv(640, 480, 10),
            yuyv(640, 480, 5),
            yuyv(320, 240, 30),
        ];
        assert_eq!(first(&modes, 2.0), yuyv(640, 480, 5));
        assert_eq!(first(&modes, 10.0), yuyv(640, 480, 10));
        assert_eq!(first(&modes, 12.0), jpeg(640, 480, 15));
        assert_eq!(first(&modes, 20.0), jpeg(640, 480, 30));
        assert_eq!(first(&modes, 60.0), jpeg(640, 480, 30));
        assert_eq!(first(&[jpeg(1280, 720, 30), jpeg(640, 360, 30)], 2.0), jpeg(640, 360, 30));
        assert_eq!(first(&[mode(Layout::Grey, 640, 480, 30), yuyv(640, 480, 30)], 2.0), yuyv(640, 480, 30));
        assert!(by_preference(&[yuyv(0, 0, 0)], 2.0).is_empty());
    }

    #[test]
    fn every_layout_becomes_rgb() {
        let rgb = |layout, bytes: &[u8]| {
            Darkroom::default().develop(mode(layout, 2, 2, 30), bytes).map(|(image, _)| image.into_raw())
        };
        // Limited range: 16 is black, 235 white.
        assert_eq!(rgb(Layout::Yuyv, &[16, 128, 235, 128, 235, 128, 16, 128]).unwrap()[..6], [0, 0, 0, 255, 255, 255]);
        assert_eq!(rgb(Layout::Nv12, &[16, 235, 235, 16, 128, 128]).unwrap()[..6], [0, 0, 0, 255, 255, 255]);
        assert_eq!(rgb(Layout::Grey, &[0, 50, 100, 255]).unwrap()[3..6], [50; 3]);
        assert_eq!(rgb(Layout::Rgb, &(0..12).collect::<Vec<_>>()).unwrap()[..3], [0, 1, 2]);
        assert_eq!(rgb(Layout::Bgr, &(0..12).collect::<Vec<_>>()).unwrap()[..3], [2, 1, 0]);
    }

    #[test]
    fn too_few_bytes_are_no_picture_and_more_do_no_harm() {
        for (layout, size) in
            [(Layout::Yuyv, 64), (Layout::Nv12, 48), (Layout::Grey, 32), (Layout::Rgb, 96), (Layout::Bgr, 96)]
        {
            let eight_by_four = mode(layout, 8, 4, 30);
            let mut darkroom = Darkroom::default();
            assert!(darkroom.develop(eight_by_four, &vec![128; size]).is_ok(), "{layout:?}");
            assert!(darkroom.develop(eight_by_four, &vec![128; size + 7]).is_ok(), "{layout:?}");
            let mut fingerprint = |bytes: &[u8]| darkroom.develop(eight_by_four, bytes).unwrap().1;
            let mut other = vec![128; size + 7];
            other[size] = 0;
            assert_eq!(fingerprint(&other), fingerprint(&vec![128; size]), "{layout:?}");
            for at in [0, size / 2, size - 1] {
                other[at] = 0;
                assert_ne!(fingerprint(&other), fingerprint(&vec![128; size]), "{layout:?} at {at}");
                other[at] = 128;
            }
            assert!(darkroom.develop(eight_by_four, &vec![128; size - 1]).is_err(), "{layout:?}");
        }
    }

    #[test]
    fn a_jpeg_is_taken_whole_from_a_buffer_with_old_bytes_and_half_a_jpeg_never() {
        let jpeg = |seed: u32| {
            let noise = |x: u32, y: u32| image::Rgb([(x * y * seed) as u8, (x * seed + y * 9) as u8, (x ^ y) as u8]);
            let mut bytes = std::io::Cursor::new(Vec::new());
            DynamicImage::from(RgbImage::from_fn(96, 64, noise)).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
            bytes.into_inner()
        };
        let (new, old) = (jpeg(3), jpeg(41));
        let take = |bytes: &[u8]| Darkroom::default().develop(mode(Layout::Mjpeg, 96, 64, 30), bytes);
        let with_old = [new.as_slice(), &old[old.len() / 2..]].concat();
        assert_eq!(take(&with_old).unwrap(), take(&new).unwrap());
        assert_ne!(take(&new).unwrap().1, take(&old).unwrap().1, "fingerprints");
        assert!(take(&new[..new.len() / 2]).is_err());
        assert!(take(&[&new[..new.len() / 2], &old[old.len() * 3 / 4..]].concat()).is_err());
        assert!(take(&[0; 5000]).is_err());
        assert!(take(&[b"\0\0", new.as_slice()].concat()).is_err());
    }
}
