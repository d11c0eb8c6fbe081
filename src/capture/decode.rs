//! From the bytes of a picture to upright 8-bit RGB, with bounded memory and no half-pictures.

use std::{error::Error, io::Cursor};

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, Rgb, RgbImage, RgbaImage,
    metadata::Orientation,
};
use zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};
use zune_jpeg::{JpegDecoder, errors::DecodeErrors};

use super::{
    jpeg::{Cut, next_jpeg},
    pixels::sized,
};

/// Largest picture that is decoded, in pixels: 67 million (8192 × 8192). Phones take up to 64 million at full size; what is
/// measured is seen as well on a thirtieth of that.
pub const MAX_PIXELS: u64 = 1 << 26;

/// Largest file that is read, in bytes: a picture of [`MAX_PIXELS`] with 4 bytes to the pixel.
pub const MAX_BYTES: u64 = 4 * MAX_PIXELS;

/// What transparent parts of a picture are laid over: the middle grey that the estimator pads with.
const BACKDROP: u8 = 128;

/// What is wrong with the bytes of a picture, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum PictureFault {
    /// The bytes begin like no format that is read here.
    #[error("{guess}, not a picture that can be read; give a JPEG, PNG, WebP, BMP or GIF{hint}")]
    NotAPicture {
        /// What the bytes look like, as the start of a sentence.
        guess: &'static str,
        /// What else to do, where there is something.
        hint: &'static str,
    },
    /// The picture stops before its last row.
    #[error("{format} picture cut short; copy it again from where it came")]
    Truncated {
        /// Name of the format.
        format: &'static str,
    },
    /// The picture contradicts its format.
    #[error("damaged or unusual {format} picture ({why}); open it in an image editor and save it anew")]
    Damaged {
        /// Name of the format.
        format: &'static str,
        /// In the decoder's words.
        why: String,
    },
    /// More pixels than [`MAX_PIXELS`].
    #[error("picture too large, {width}×{height}: at most {} million pixels are read; make it smaller first", MAX_PIXELS / 1_000_000)]
    TooLarge {
        /// Width, pixels.
        width: u64,
        /// Height, pixels.
        height: u64,
    },
    /// More bytes than [`MAX_BYTES`].
    #[error("file too large: pictures of up to {} MB are read; make it smaller first", MAX_BYTES / 1_000_000)]
    TooHeavy,
}

/// Decodes one JPEG, PNG, WebP, BMP or GIF (its first picture), told by its content.
///
/// The result is upright (EXIF orientation applied), 8 bits deep (deeper samples are scaled), and opaque: transparent parts
/// are laid over middle grey. The size is taken from the header and held against [`MAX_PIXELS`] before pixels are
/// allocated. A JPEG without its end marker is refused, as is any picture that decodes with an error on the way.
///
/// # Errors
/// What is wrong with the bytes.
pub fn decode(bytes: &[u8]) -> Result<RgbImage, PictureFault> {
    match image::guess_format(bytes) {
        Ok(ImageFormat::Jpeg) => match next_jpeg(&mut &*bytes, bytes.len()) {
            Ok(Cut::Whole(jpeg)) => decode_jpeg(&jpeg, RgbImage::default()),
            Ok(Cut::Malformed) => Err(damaged("JPEG", "its segments do not join up")),
            _ => Err(PictureFault::Truncated { format: "JPEG" }),
        },
        Ok(ImageFormat::Png) => decode_with_image(bytes, ImageFormat::Png, "PNG"),
        Ok(ImageFormat::WebP) => decode_with_image(bytes, ImageFormat::WebP, "WebP"),
        Ok(ImageFormat::Bmp) => decode_with_image(bytes, ImageFormat::Bmp, "BMP"),
        Ok(ImageFormat::Gif) => decode_with_image(bytes, ImageFormat::Gif, "GIF"),
        _ => {
            let (guess, hint) = guess(bytes);
            Err(PictureFault::NotAPicture { guess, hint })
        }
    }
}

/// Decodes a JPEG that ends where `bytes` end, strictly: errors in the coded data are errors, not grey areas. The pixels are
/// put into the memory of `used`.
pub(super) fn decode_jpeg(bytes: &[u8], used: RgbImage) -> Result<RgbImage, PictureFault> {
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(jpeg_fault)?;
    let (width, height) = decoder.dimensions().ok_or_else(|| damaged("JPEG", "no size stated"))?;
    let (width, height) = (width as u32, height as u32);
    check_size(width, height, "JPEG")?;
    let orientation = decoder.exif().and_then(|exif| Orientation::from_exif_chunk(exif));
    let mut image = sized(width, height, used).ok_or_else(|| damaged("JPEG", "more pixels than memory holds"))?;
    decoder.decode_into(&mut image).map_err(jpeg_fault)?;
    Ok(upright(DynamicImage::ImageRgb8(image), orientation).into_rgb8())
}

fn jpeg_fault(error: DecodeErrors) -> PictureFault {
    match error {
        DecodeErrors::ExhaustedData => PictureFault::Truncated { format: "JPEG" },
        DecodeErrors::Format(why) => damaged("JPEG", &why),
        DecodeErrors::FormatStatic(why) => damaged("JPEG", why),
        other => damaged("JPEG", &one_line(&format!("{other:?}"))),
    }
}

fn decode_with_image(bytes: &[u8], format: ImageFormat, name: &'static str) -> Result<RgbImage, PictureFault> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(header_limits());
    let mut decoder = reader.into_decoder().map_err(|error| image_fault(error, name))?;
    let (width, height) = decoder.dimensions();
    check_size(width, height, name)?;
    // 16-bit RGBA is the widest sample; decoders need as much again for their own work.
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(2 * 8 * u64::from(width) * u64::from(height) + (1 << 24));
    decoder.set_limits(limits).map_err(|error| image_fault(error, name))?;
    let orientation = decoder.orientation().ok();
    let image = DynamicImage::from_decoder(decoder).map_err(|error| image_fault(error, name))?;
    let image = upright(image, orientation);
    Ok(if image.color().has_alpha() { over_backdrop(&image.into_rgba8()) } else { image.into_rgb8() })
}

/// Room for what a header may unpack to, such as a colour profile.
fn header_limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(1 << 27);
    limits
}

fn image_fault(error: ImageError, format: &'static str) -> PictureFault {
    match error {
        ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            PictureFault::Truncated { format }
        }
        // The outer error only adds the name of the format.
        other => damaged(format, &one_line(&other.source().map_or_else(|| other.to_string(), ToString::to_string))),
    }
}

fn check_size(width: u32, height: u32, format: &'static str) -> Result<(), PictureFault> {
    let (width, height) = (u64::from(width), u64::from(height));
    if width == 0 || height == 0 {
        return Err(damaged(format, "no pixels in it"));
    }
    if width * height > MAX_PIXELS {
        return Err(PictureFault::TooLarge { width, height });
    }
    Ok(())
}

fn upright(mut image: DynamicImage, orientation: Option<Orientation>) -> DynamicImage {
    if let Some(orientation) = orientation {
        image.apply_orientation(orientation);
    }
    image
}

fn over_backdrop(image: &RgbaImage) -> RgbImage {
    let mut opaque = RgbImage::new(image.width(), image.height());
    for (to, from) in opaque.pixels_mut().zip(image.pixels()) {
        let [red, green, blue, alpha] = from.0.map(u16::from);
        let blend = |c: u16| ((c * alpha + u16::from(BACKDROP) * (255 - alpha) + 127) / 255) as u8;
        *to = Rgb([blend(red), blend(green), blend(blue)]);
    }
    opaque
}

fn damaged(format: &'static str, why: &str) -> PictureFault {
    PictureFault::Damaged { format, why: why.trim_end_matches('.').to_owned() }
}

/// Decoders' messages can span lines; an error of ours is one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What bytes that are no picture look like, as the start of a sentence, and what to do about it.
pub(super) fn guess(bytes: &[u8]) -> (&'static str, &'static str) {
    let brand = bytes.get(4..12).unwrap_or_default();
    match bytes {
        [] => ("an empty file", ""),
        _ if brand.starts_with(b"ftyp")
            && [b"heic", b"heix", b"mif1", b"msf1", b"hevc"].iter().any(|b| brand.ends_with(*b)) =>
        {
            ("a HEIC picture", ": export it as JPEG first (on an iPhone: Settings, Camera, Formats, Most Compatible)")
        }
        _ if brand == b"ftypavif" => ("an AVIF picture", ": convert it first"),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => {
            ("a TIFF or raw camera picture", ": export it as JPEG first")
        }
        [0, 0, 1, 0, ..] => ("an icon", ""),
        _ if brand.starts_with(b"ftyp") || bytes.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]) => {
            ("a video", ": for a video use `posture watch --source FILE`")
        }
        _ if bytes.starts_with(b"%PDF") => ("a PDF document", ""),
        _ if bytes.starts_with(b"PK\x03\x04") => ("a ZIP archive or office document", ""),
        _ if bytes.starts_with(b"YUV4MPEG2") => ("a Y4M video", ": for a video use `posture watch --source FILE`"),
        _ => match std::str::from_utf8(&bytes[..bytes.len().min(512)]) {
            Err(error) if error.error_len().is_some() => ("data of no known kind", ""),
            _ if bytes.iter().take(512).any(|&b| b < 9) => ("data of no known kind", ""),
            _ => ("text", ""),
        },
    }
}

#[cfg(test)]
mod tests {
    use image::{GrayImage, ImageBuffer, Luma, Rgba};

    use super::*;

    fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.into().write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    /// 12×8: red on the left, blue on the right.
    fn two_colours() -> RgbImage {
        RgbImage::from_fn(12, 8, |x, _| if x < 6 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) })
    }

    /// A JPEG with an EXIF segment that states the orientation.
    fn turned(orientation: u8) -> Vec<u8> {
        let jpeg = encoded(two_colours(), ImageFormat::Jpeg);
        let exif =
            [b"Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".as_slice(), &[orientation], &[0; 7]].concat();
        let segment = [[0xff, 0xe1, 0, exif.len() as u8 + 2].as_slice(), &exif].concat();
        [&jpeg[..2], &segment, &jpeg[2..]].concat()
    }

    fn is_red(pixel: &Rgb<u8>) -> bool {
        pixel.0[0] > 200 && pixel.0[2] < 60
    }

    #[test]
    fn every_format_is_told_by_its_content() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Bmp, ImageFormat::Gif] {
            let image = decode(&encoded(two_colours(), format)).unwrap();
            assert_eq!(image.dimensions(), (12, 8), "{format:?}");
            assert!(is_red(image.get_pixel(0, 0)) && !is_red(image.get_pixel(11, 7)), "{format:?}");
        }
    }

    #[test]
    fn pictures_come_out_upright() {
        // By EXIF orientation: is the picture upright in size, and where is its red side?
        let upright = [(1, 12, (0, 4)), (2, 12, (11, 4)), (3, 12, (11, 4)), (6, 8, (4, 0)), (8, 8, (4, 11))];
        for (orientation, width, (x, y)) in upright {
            let image = decode(&turned(orientation)).unwrap();
            assert_eq!(image.width(), width, "orientation {orientation}");
            assert!(is_red(image.get_pixel(x, y)), "orientation {orientation}");
        }
    }

    #[test]
    fn grey_deep_and_transparent_pictures_become_eight_bit_colour() {
        let grey = decode(&encoded(GrayImage::from_pixel(5, 4, Luma([77])), ImageFormat::Jpeg)).unwrap();
        assert!(grey.pixels().all(|pixel| pixel.0.iter().all(|&c| c.abs_diff(77) <= 1)));
        let deep: ImageBuffer<Luma<u16>, _> = ImageBuffer::from_pixel(5, 4, Luma([0x8000]));
        assert_eq!(decode(&encoded(deep, ImageFormat::Png)).unwrap().get_pixel(2, 2), &Rgb([128; 3]));
        let clear = RgbaImage::from_fn(3, 1, |x, _| Rgba([200, 0, 0, [0, 255, 51][x as usize]]));
        let opaque = decode(&encoded(clear, ImageFormat::Png)).unwrap();
        assert_eq!(opaque.into_raw(), [128, 128, 128, 200, 0, 0, 142, 102, 102]);
    }

    #[test]
    fn a_picture_cut_short_is_refused_wherever_it_is_cut() {
        let noise = RgbImage::from_fn(64, 48, |x, y| Rgb([(x * y * 7) as u8, (x * 31 + y * 17) as u8, (x ^ y) as u8]));
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Bmp, ImageFormat::Gif] {
            let whole = encoded(noise.clone(), format);
            for cut in [whole.len() / 4, whole.len() / 2, whole.len() * 9 / 10, whole.len() - 20] {
                let fault = decode(&whole[..cut]).expect_err("cut short");
                let told = matches!(fault, PictureFault::Truncated { .. } | PictureFault::Damaged { .. });
                assert!(told, "{format:?} cut at {cut}: {fault}");
            }
        }
        let jpeg = encoded(noise, ImageFormat::Jpeg);
        assert!(matches!(decode(&jpeg[..jpeg.len() - 2]), Err(PictureFault::Truncated { format: "JPEG" })));
        assert!(decode(&[&jpeg, b"trailing bytes".as_slice()].concat()).is_ok());
    }

    #[test]
    fn sizes_are_held_against_the_limit_before_pixels_are_allocated() {
        let mut png = encoded(RgbImage::new(1, 1), ImageFormat::Png);
        png[16..24].copy_from_slice(&[0, 0, 0x4e, 0x20, 0, 0, 0x4e, 0x20]);
        let header = crc(&png[12..29]).to_be_bytes();
        png[29..33].copy_from_slice(&header);
        let fault = decode(&png).unwrap_err();
        assert_eq!(
            fault.to_string(),
            "picture too large, 20000×20000: at most 67 million pixels are read; make it smaller first"
        );
        let mut jpeg = encoded(RgbImage::new(8, 8), ImageFormat::Jpeg);
        let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
        jpeg[frame + 5..frame + 9].copy_from_slice(&[0x4e, 0x20, 0x4e, 0x20]);
        assert!(matches!(decode(&jpeg), Err(PictureFault::TooLarge { width: 20000, height: 20000 })));
    }

    /// The checksum of PNG chunks.
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
        })
    }

    #[test]
    fn what_is_no_picture_is_named() {
        let said = |bytes: &[u8]| decode(bytes).unwrap_err().to_string();
        assert!(said(b"Dear photo, ...").starts_with("text, not a picture that can be read; give a JPEG, PNG"));
        assert!(said(b"").starts_with("an empty file, "));
        assert!(said(b"\0\0\0\x18ftypheic\0\0\0\0mif1").starts_with("a HEIC picture, "));
        assert!(said(b"\0\0\0\x18ftypmp42\0\0\0\0").contains("posture watch --source"));
        assert!(said(b"%PDF-1.7").starts_with("a PDF"));
        assert!(said(b"II\x2a\0\x08\0\0\0").starts_with("a TIFF"));
        assert!(said(&[0x80, 0x81, 0x00, 0x02]).starts_with("data of no known kind"));
    }
}
