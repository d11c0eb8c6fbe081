//! Video on standard input: Y4M, or JPEGs one after the other (MJPEG).

use std::io::{self, BufRead, BufReader, Cursor, Read};

use super::{
    CaptureError, FrameSource, decode,
    decode::MAX_PIXELS,
    interval,
    jpeg::{Cut, next_jpeg_into},
    motion::MotionJpeg,
    stream::{Message, Outlet, Stream, Used},
    y4m,
};
use crate::frame::Frame;

/// Starts a stream that [`open`] takes for MJPEG.
pub(super) const JPEG_MAGIC: &[u8] = &[0xff, 0xd8];

/// Longest JPEG that is taken from a stream, bytes.
const LONGEST_JPEG: usize = MAX_PIXELS as usize / 2;

/// Reads a stream that is Y4M or MJPEG, told by its first bytes.
///
/// A Y4M states its frame rate, and `fps` frames per second of its time are taken. MJPEG states none: every picture is
/// taken, and each counts as 1/fps seconds.
pub(super) fn open(
    name: String,
    reader: impl Read + Send + 'static,
    fps: f64,
) -> Result<Box<dyn FrameSource>, CaptureError> {
    let label = name.clone();
    let stream = Stream::open(name, move |out, used| {
        if let Err(why) = read(BufReader::with_capacity(1 << 16, reader), fps, &label, used, out) {
            out(Message::Failed(CaptureError::Stream { name: label, why }));
        }
    })?;
    Ok(Box::new(stream))
}

fn read(mut reader: impl BufRead, fps: f64, name: &str, used: &Used, out: &mut Outlet) -> Result<(), String> {
    let mut start = Vec::new();
    reader.by_ref().take(512).read_to_end(&mut start).map_err(|error| format!("cannot be read ({error})"))?;
    if start.starts_with(y4m::MAGIC) {
        y4m::read(Cursor::new(start).chain(reader), fps, used, out)
    } else if start.starts_with(JPEG_MAGIC) {
        read_motion_jpeg(Cursor::new(start).chain(reader), fps, name, used, out)
            .map_err(|error| format!("cannot be read any further ({error})"))
    } else if start.is_empty() {
        Err("empty; nothing came before its end".into())
    } else {
        let (guess, _) = decode::guess(&start);
        Err(format!("{guess}, neither Y4M nor MJPEG; convert it, as in `ffmpeg -i FILE -f yuv4mpegpipe -`"))
    }
}

/// Hands on every JPEG of a stream, and reports those that cannot be decoded.
fn read_motion_jpeg(mut reader: impl BufRead, fps: f64, name: &str, used: &Used, out: &mut Outlet) -> io::Result<()> {
    let (mut motion, mut jpeg) = (MotionJpeg::new(), Vec::new());
    let mut wanted = out(Message::Opened);
    let mut index = 0u32;
    while wanted {
        let failed = |why: String| Message::Failed(CaptureError::Stream { name: name.to_owned(), why });
        let at = interval(fps) * index;
        index += 1;
        wanted = match next_jpeg_into(&mut jpeg, &mut reader, LONGEST_JPEG)? {
            Cut::Whole(()) => out(match motion.decode(&jpeg, used.take()) {
                Some(image) => Message::Frame(Frame { image, at }),
                None => failed(format!("picture {index} was passed over: damaged, or no JPEG that is read")),
            }),
            Cut::Malformed => out(failed(format!("picture {index} was passed over: damaged"))),
            Cut::Truncated => {
                out(failed(format!("breaks off inside picture {index}; the ones before it were used")));
                false
            }
            Cut::End => false,
        };
    }
    Ok(())
}
