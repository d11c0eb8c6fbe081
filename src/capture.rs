//! Where frames come from: a camera, photos, a video file, or a pipe.
//!
//! This is the last place that reads a clock. Everything downstream takes time from [`Frame::at`](crate::frame::Frame).

use std::{
    fs::File,
    io::{self, IsTerminal, Read},
    path::{Path, PathBuf},
    time::Duration,
};

use crate::frame::Frame;

#[cfg(feature = "camera")]
#[allow(clippy::disallowed_methods, reason = "the clock is read here, and nowhere below")]
mod camera;
#[allow(clippy::disallowed_methods, reason = "the clock of live sources")]
mod clock;
pub mod decode;
mod jpeg;
mod listed;
mod motion;
mod photos;
mod pipe;
mod pixels;
mod recode;
mod stream;
mod video;
mod y4m;

#[cfg(feature = "camera")]
pub use camera::{CameraSource, cameras};
pub use clock::Clock;
pub use decode::{PictureFault, decode};
#[cfg(not(feature = "camera"))]
pub use listed::cameras;
pub use listed::{Listed, Offer};
pub use motion::MotionJpeg;
pub use photos::{PICTURE_ENDINGS, Photo, PhotoFolder, collect_photos, open_photo, read_photo};
pub use recode::recoded;

/// What a source had to offer when asked.
#[derive(Debug)]
pub enum Captured {
    /// A picture.
    Frame(Frame),
    /// Nothing new within about a quarter of a second; ask again. Only live sources say this.
    Waiting,
    /// The source cannot deliver for now and is trying to recover by itself; ask again. Only live sources say this, each
    /// time they are asked while it lasts.
    Outage {
        /// Now, on the clock of [`Frame::at`](crate::frame::Frame).
        at: Duration,
        /// What is wrong, for people.
        why: String,
    },
    /// There is nothing more to come.
    End,
}

/// A stream of frames in the order of their time.
///
/// A source that holds a folder of files reports a bad file once, as an error, and goes on with the next file when asked
/// again. A pipe or video that breaks off reports that once, as an error, and then is at its end.
pub trait FrameSource: Send {
    /// The next frame. Live sources return within about a quarter of a second, whatever the device does.
    ///
    /// # Errors
    /// One picture of the source could not be read; ask again for the next.
    fn next_frame(&mut self) -> Result<Captured, CaptureError>;

    /// What people call this source: a camera's name, a path, `standard input`.
    fn name(&self) -> &str;

    /// Takes a frame that nobody looks at any more, for its memory: the next one then needs none. Keeping it to oneself costs no
    /// more than that.
    fn take_back(&mut self, _frame: Frame) {}

    /// The clock that stamps the frames of a live source; `None` where time comes with the pictures.
    fn clock(&self) -> Option<Clock> {
        None
    }

    /// From now on a frame is worth taking every `interval`, but never more often than asked for at the opening; `None` releases the device until told otherwise. Files and
    /// pipes keep their own time.
    fn set_pace(&mut self, _interval: Option<Duration>) {}
}

/// Frames per second of a file where none are asked for.
const FILE_FPS: f64 = 2.0;

/// Frames per second that a camera is opened for where none are asked for: as many as [`FrameSource::set_pace`] may want.
#[cfg(feature = "camera")]
const CAMERA_FPS: f64 = 10.0;

/// Whose fault it is that there are no frames; the exit status follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// What was given is wrong: exit status 2.
    Input,
    /// The camera is missing, taken, forbidden or broken: exit status 4.
    Camera,
}

/// Why there are no frames: what is wrong, with which file or camera, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// The path leads nowhere.
    #[error("{}: no such file or folder; check the spelling", path.display())]
    NotFound {
        /// As given.
        path: PathBuf,
    },
    /// The system refuses to open or read the file.
    #[error("{}: cannot be read ({why}); check its permissions", path.display())]
    NotReadable {
        /// As given, or found in a folder.
        path: PathBuf,
        /// In the system's words.
        why: io::Error,
    },
    /// The file's content cannot be used as a picture.
    #[error("{}: {fault}", path.display())]
    Picture {
        /// As given, or found in a folder.
        path: PathBuf,
        /// What is wrong with it.
        fault: PictureFault,
    },
    /// A folder where one photo is wanted.
    #[error("{}: a folder, not a photo", path.display())]
    IsFolder {
        /// As given.
        path: PathBuf,
    },
    /// No pictures in a folder.
    #[error("{}: no pictures in this folder or below (looked for {})", path.display(), PICTURE_ENDINGS.join(", "))]
    EmptyFolder {
        /// As given.
        path: PathBuf,
    },
    /// A list of paths without a path.
    #[error("standard input: no paths; write one path per line, as in `find . -name '*.jpg' | posture check -`")]
    EmptyList,
    /// A photo where a video is wanted.
    #[error("{0}: one photo, not a video; use `posture check {0}`", path.display())]
    PhotoAsSource {
        /// As given.
        path: PathBuf,
    },
    /// There is no camera, or none that answers to the number or name.
    #[error("{why}")]
    NoCamera {
        /// Which one is missing, what there is in its place, and what to do.
        why: String,
    },
    /// Another program uses the camera.
    #[error("{camera} is busy; close the program that is using it (a video call, another posture)")]
    CameraBusy {
        /// Number and name.
        camera: String,
    },
    /// The system forbids the use of the camera.
    #[error("{camera}: no permission to use it; {}", camera_permission_hint())]
    CameraDenied {
        /// Number and name.
        camera: String,
    },
    /// The camera was there and is gone.
    #[error("{camera} is gone; plug it in again")]
    CameraLost {
        /// Number and name.
        camera: String,
    },
    /// The camera is open and sends nothing.
    #[error("{camera} has stopped sending pictures; if it does not come back, unplug it and plug it in again")]
    CameraSilent {
        /// Number and name.
        camera: String,
    },
    /// The camera sends one picture again and again.
    #[error(
        "{camera} sends the same picture again and again; plug it in again, or start what feeds it if it is a virtual one"
    )]
    CameraFrozen {
        /// Number and name.
        camera: String,
    },
    /// The camera sends, and no picture among it.
    #[error("{camera} sends damaged pictures ({why}); try another cable or USB port")]
    CameraGarbled {
        /// Number and name.
        camera: String,
        /// What is wrong with the last one.
        why: String,
    },
    /// The camera does not work, for a reason that only the driver knows.
    #[error("{camera} does not work ({why}); unplug it and plug it in again, or try another with --source")]
    CameraFailed {
        /// Number and name.
        camera: String,
        /// In the driver's words.
        why: String,
    },
    /// A camera is asked of a build without camera support.
    #[error(
        "this posture was built without camera support; give a folder, a video file or `-`, or build it with `--features camera`"
    )]
    NoCameraSupport,
    /// ffmpeg reads video files, and it is not installed.
    #[error("{}: reading a video needs ffmpeg, which is not on the PATH; {}", path.display(), ffmpeg_hint())]
    FfmpegMissing {
        /// The video.
        path: PathBuf,
    },
    /// ffmpeg could not read the file as a video, or not to its end.
    #[error("{}: not readable as a video (ffmpeg: {why})", path.display())]
    VideoUnreadable {
        /// As given.
        path: PathBuf,
        /// ffmpeg's last message.
        why: String,
    },
    /// A video stream that cannot be used, or not any further.
    #[error("{name}: {why}")]
    Stream {
        /// `standard input` or a path.
        name: String,
        /// What is wrong and what to do.
        why: String,
    },
}

impl CaptureError {
    /// Whose fault it is.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::NoCamera { .. }
            | Self::CameraBusy { .. }
            | Self::CameraDenied { .. }
            | Self::CameraLost { .. }
            | Self::CameraSilent { .. }
            | Self::CameraGarbled { .. }
            | Self::CameraFrozen { .. }
            | Self::CameraFailed { .. }
            | Self::NoCameraSupport => Fault::Camera,
            _ => Fault::Input,
        }
    }

    /// What the system said about a path.
    fn from_io(path: &Path, why: io::Error) -> Self {
        let path = path.to_owned();
        match why.kind() {
            io::ErrorKind::NotFound => Self::NotFound { path },
            _ => Self::NotReadable { path, why },
        }
    }
}

fn camera_permission_hint() -> &'static str {
    if cfg!(target_os = "macos") {
        "allow it in System Settings, Privacy & Security, Camera"
    } else if cfg!(windows) {
        "allow it in Settings, Privacy & security, Camera"
    } else {
        "add yourself to the group that owns it (`sudo usermod -aG video $USER`, then log in again)"
    }
}

fn ffmpeg_hint() -> &'static str {
    if cfg!(target_os = "macos") {
        "install it with `brew install ffmpeg`"
    } else if cfg!(windows) {
        "install it with `winget install ffmpeg`"
    } else {
        "install it with `sudo apt install ffmpeg` or your system's like"
    }
}

/// Whether `spec` names something live, of which one `watch` is enough: a camera.
pub fn is_live(spec: &str) -> bool {
    let path = Path::new(spec);
    camera_named_by(spec).is_some() || (spec != "-" && !path.exists() && !is_meant_as_path(path))
}

/// Opens what `posture watch --source` names. `fps`, frames per second, is above zero; without it a file gives 2, and a camera
/// up to 10, as [`FrameSource::set_pace`] asks.
///
/// | `spec`                                   | source                                                              |
/// |------------------------------------------|---------------------------------------------------------------------|
/// | `-`                                      | Y4M or MJPEG on standard input                                      |
/// | a number                                 | that camera; `0` is the first that works (a file named 0 is `./0`)  |
/// | `/dev/video2`, a link in `/dev/v4l`      | that camera                                                         |
/// | a folder                                 | its pictures, in order of name, 1/fps apart                         |
/// | a file                                   | a video: Y4M and `.mjpeg` are read directly, others through ffmpeg  |
/// | anything else                            | the camera whose name it is, or is a part of                        |
///
/// # Errors
/// There is no such source, or it cannot be used; see [`CaptureError::fault`] for which of the two exit statuses it means.
pub fn open_source(spec: &str, fps: Option<f64>) -> Result<Box<dyn FrameSource>, CaptureError> {
    let path = Path::new(spec);
    let file_fps = fps.unwrap_or(FILE_FPS);
    if spec == "-" {
        if io::stdin().is_terminal() {
            return Err(CaptureError::Stream {
                name: "standard input".into(),
                why: "a terminal; pipe Y4M or MJPEG into it, as in `ffmpeg -i FILE -f yuv4mpegpipe - | posture watch --source -`"
                    .into(),
            });
        }
        return pipe::open("standard input".into(), io::stdin(), file_fps);
    }
    if let Some(camera) = camera_named_by(spec) {
        return open_camera(&camera, fps);
    }
    match path.metadata() {
        Ok(metadata) if metadata.is_dir() => Ok(Box::new(PhotoFolder::open(path, file_fps)?)),
        Ok(_) => open_file(path, file_fps),
        Err(error) if error.kind() != io::ErrorKind::NotFound || is_meant_as_path(path) => {
            Err(CaptureError::from_io(path, error))
        }
        Err(_) => open_camera(spec, fps),
    }
}

/// Time from one frame to the next; a day where `fps` is next to nothing.
fn interval(fps: f64) -> Duration {
    Duration::from_secs_f64((1.0 / fps).min(86_400.0))
}

/// The camera's number where `spec` is one, or is the path of a device.
fn camera_named_by(spec: &str) -> Option<String> {
    if spec.parse::<u32>().is_ok() {
        return Some(spec.to_owned());
    }
    if !spec.starts_with("/dev/") {
        return None;
    }
    let device = std::fs::canonicalize(spec).unwrap_or_else(|_| PathBuf::from(spec));
    let number = device.to_str()?.strip_prefix("/dev/video")?;
    number.parse::<u32>().is_ok().then(|| number.to_owned())
}

/// Whether what does not exist was meant as a file: it has folders in it, or ends as files do.
fn is_meant_as_path(path: &Path) -> bool {
    const VIDEO_ENDINGS: [&str; 12] =
        ["mp4", "mov", "mkv", "webm", "avi", "m4v", "mpg", "mpeg", "wmv", "y4m", "mjpeg", "mjpg"];
    path.components().count() > 1
        || photos::is_named_like_a_picture(path)
        || path.extension().is_some_and(|found| VIDEO_ENDINGS.iter().any(|ending| found.eq_ignore_ascii_case(ending)))
}

/// A file by its content: a Y4M or MJPEG stream, a photo by mistake, or else something for ffmpeg.
fn open_file(path: &Path, fps: f64) -> Result<Box<dyn FrameSource>, CaptureError> {
    let unreadable = |error| CaptureError::from_io(path, error);
    let mut file = File::open(path).map_err(unreadable)?;
    let mut start = Vec::new();
    file.by_ref().take(64).read_to_end(&mut start).map_err(unreadable)?;
    let is_motion_jpeg =
        path.extension().is_some_and(|e| e.eq_ignore_ascii_case("mjpeg") || e.eq_ignore_ascii_case("mjpg"));
    if start.starts_with(y4m::MAGIC) || is_motion_jpeg && start.starts_with(pipe::JPEG_MAGIC) {
        return pipe::open(path.display().to_string(), io::Cursor::new(start).chain(file), fps);
    }
    if image::guess_format(&start).is_ok_and(|format| format != image::ImageFormat::Gif) {
        return Err(CaptureError::PhotoAsSource { path: path.to_owned() });
    }
    video::open(path, fps)
}

#[cfg(feature = "camera")]
fn open_camera(spec: &str, fps: Option<f64>) -> Result<Box<dyn FrameSource>, CaptureError> {
    Ok(Box::new(CameraSource::open(spec, fps.unwrap_or(CAMERA_FPS))?))
}

#[cfg(not(feature = "camera"))]
fn open_camera(_: &str, _: Option<f64>) -> Result<Box<dyn FrameSource>, CaptureError> {
    Err(CaptureError::NoCameraSupport)
}
