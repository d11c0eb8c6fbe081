//! A picture as a camera with another resolution would have sent it: for those who time what a size costs.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, imageops::FilterType};

use super::decode::{MAX_PIXELS, PictureFault, decode};

/// The picture in `bytes`, scaled to fill `width` × `height` pixels, cut to their proportions about its middle, and coded
/// as JPEG. It stays in memory.
///
/// # Errors
/// What is wrong with the bytes, or that the size is too large.
pub fn recoded(bytes: &[u8], width: u32, height: u32) -> Result<Vec<u8>, PictureFault> {
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureFault::TooLarge { width: width.into(), height: height.into() });
    }
    let picture = DynamicImage::ImageRgb8(decode(bytes)?).resize_to_fill(width, height, FilterType::Triangle);
    let mut jpeg = Cursor::new(Vec::new());
    picture
        .write_to(&mut jpeg, ImageFormat::Jpeg)
        .map_err(|error| PictureFault::Damaged { format: "JPEG", why: error.to_string() })?;
    Ok(jpeg.into_inner())
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    #[test]
    fn the_middle_of_the_picture_fills_the_size() {
        let bars = RgbImage::from_fn(40, 80, |_, y| if (20..60).contains(&y) { Rgb([240, 0, 0]) } else { Rgb([0; 3]) });
        let mut png = Cursor::new(Vec::new());
        DynamicImage::from(bars).write_to(&mut png, ImageFormat::Png).expect("memory takes all");
        let square = decode(&recoded(png.get_ref(), 64, 64).expect("recodes")).expect("a JPEG of ours");
        assert_eq!(square.dimensions(), (64, 64));
        assert!(square.pixels().all(|pixel| pixel.0[0] > 180), "top and bottom are cut off");
        assert!(matches!(recoded(png.get_ref(), 20_000, 20_000), Err(PictureFault::TooLarge { .. })));
        assert!(recoded(b"text", 64, 64).is_err());
    }
}
