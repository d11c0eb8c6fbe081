//! From planes of Y, Cb and Cr to 8-bit RGB.
//!
//! Samples are taken as ITU-R BT.601, as webcams and `ffmpeg` send them.

use image::RgbImage;
use yuv::{YuvError, YuvGrayImage, YuvPlanarImage, YuvRange, YuvStandardMatrix};

/// The matrix of standard definition, which webcams and `ffmpeg`'s default use.
pub(super) const MATRIX: YuvStandardMatrix = YuvStandardMatrix::Bt601;

/// How much smaller the planes of Cb and Cr are than that of Y.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chroma {
    /// There are none: grey.
    None,
    /// Half the width and half the height.
    Quarter,
    /// Half the width.
    Half,
    /// As large.
    Full,
}

/// A picture in planes of Y, Cb and Cr, or of Y alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Planes<'a> {
    /// Row by row; the last two are not looked at where there is no chroma.
    pub samples: [&'a [u8]; 3],
    /// Bytes from one row to the next: of Y, and of Cb and Cr.
    pub strides: [u32; 2],
    /// How large Cb and Cr are.
    pub chroma: Chroma,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

impl Planes<'_> {
    /// The picture in RGB, in the memory of `used`; `None` when the planes do not fit the size.
    pub(super) fn to_rgb(self, range: YuvRange, used: RgbImage) -> Option<RgbImage> {
        let Self { samples: [y_plane, u_plane, v_plane], strides: [y_stride, chroma_stride], chroma, width, height } =
            self;
        if chroma == Chroma::None {
            let grey = YuvGrayImage { y_plane, y_stride, width, height };
            return convert(width, height, used, |rgb, stride| yuv::yuv400_to_rgb(&grey, rgb, stride, range, MATRIX));
        }
        let (u_stride, v_stride) = (chroma_stride, chroma_stride);
        let planes = YuvPlanarImage { y_plane, y_stride, u_plane, u_stride, v_plane, v_stride, width, height };
        let to_rgb = match chroma {
            Chroma::Quarter => yuv::yuv420_to_rgb,
            Chroma::Half => yuv::yuv422_to_rgb,
            _ => yuv::yuv444_to_rgb,
        };
        convert(width, height, used, |rgb, stride| to_rgb(&planes, rgb, stride, range, MATRIX))
    }
}

/// An image that `fill` writes, given its bytes and the number of bytes to a row, in the memory of `used`.
pub(super) fn convert(
    width: u32,
    height: u32,
    used: RgbImage,
    fill: impl FnOnce(&mut [u8], u32) -> Result<(), YuvError>,
) -> Option<RgbImage> {
    let mut image = sized(width, height, used)?;
    fill(&mut image, 3 * width).ok()?;
    Some(image)
}

/// A picture of this size in the memory of `used`, whatever is on it.
pub(super) fn sized(width: u32, height: u32, used: RgbImage) -> Option<RgbImage> {
    let mut bytes = used.into_raw();
    bytes.resize(3 * width as usize * height as usize, 0);
    RgbImage::from_raw(width, height, bytes)
}
