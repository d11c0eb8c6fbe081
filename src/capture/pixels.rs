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

/// Three planes, or one; `None` when their lengths do not fit the size.
pub(super) fn from_planes(
    planes: [&[u8]; 3],
    chroma: Chroma,
    width: u32,
    height: u32,
    range: YuvRange,
) -> Option<RgbImage> {
    let [y_plane, u_plane, v_plane] = planes;
    if chroma == Chroma::None {
        let grey = YuvGrayImage { y_plane, y_stride: width, width, height };
        return convert(width, height, |rgb, stride| yuv::yuv400_to_rgb(&grey, rgb, stride, range, MATRIX));
    }
    let stride = if chroma == Chroma::Full { width } else { width.div_ceil(2) };
    let planes = YuvPlanarImage {
        y_plane,
        y_stride: width,
        u_plane,
        u_stride: stride,
        v_plane,
        v_stride: stride,
        width,
        height,
    };
    let to_rgb = match chroma {
        Chroma::Quarter => yuv::yuv420_to_rgb,
        Chroma::Half => yuv::yuv422_to_rgb,
        _ => yuv::yuv444_to_rgb,
    };
    convert(width, height, |rgb, stride| to_rgb(&planes, rgb, stride, range, MATRIX))
}

/// An image that `fill` writes, given its bytes and the number of bytes to a row.
pub(super) fn convert(
    width: u32,
    height: u32,
    fill: impl FnOnce(&mut [u8], u32) -> Result<(), YuvError>,
) -> Option<RgbImage> {
    let mut image = RgbImage::new(width, height);
    fill(&mut image, 3 * width).ok()?;
    Some(image)
}
