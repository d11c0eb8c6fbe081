//! A webcam, through nokhwa: V4L2 on Linux, AVFoundation on macOS, Media Foundation on Windows.
//!
//! A thread of its own opens the camera and drains it without pause, so that what is seen is now and not what waited in the
//! driver's queue; it also waits where the driver waits, which may be for ever. The [`CameraSource`] takes the newest frame
//! at the pace asked for and never waits for the thread longer than a quarter of a second, not even when it is dropped:
//! the thread then ends by itself with the next frame.
//!
//! Frames come as the camera sends them and are decoded here: nokhwa hands out whole buffers, old bytes at their end
//! included, and its own decoder takes down the thread on a damaged JPEG.

mod feed;
mod raw;
mod repeats;
mod source;
mod wish;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant, SystemTime},
};

use nokhwa::{
    Buffer, Camera, NokhwaError,
    utils::{CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType, Resolution, frame_formats},
};

pub use self::source::CameraSource;
use self::{
    feed::{Feed, STALE, Shot},
    raw::{Layout, Mode},
    wish::{Device, Wish},
};
use super::CaptureError;

/// Pause before a camera that failed is tried again: the first, doubled up to the last.
const BACKOFF: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(30)];

/// The thread: opens, drains, and starts over, until the source is gone.
fn keep_open(feed: &Feed, mut wish: Wish, fps: f64) {
    let mut pause = BACKOFF[0];
    while feed.may_open() {
        // nokhwa asserts and unwraps in places; such a place is one more way for a camera to fail.
        match catch_unwind(AssertUnwindSafe(|| hold(feed, &mut wish, fps, &mut pause))) {
            Ok(Ok(())) => {
                feed.released();
                continue;
            }
            Ok(Err(error)) => feed.failed(error),
            Err(_) => {
                let (camera, why) = ("the camera".to_owned(), "its library gave up".to_owned());
                feed.failed(CaptureError::CameraFailed { camera, why });
            }
        }
        let there = devices();
        let until = Instant::now() + pause;
        pause = (2 * pause).min(BACKOFF[1]);
        while Instant::now() < until {
            feed.pause(BACKOFF[0].min(until.saturating_duration_since(Instant::now())));
            if !feed.is_awake() {
                break;
            }
            // Looking whether one was plugged in is cheap here, and beats waiting.
            if cfg!(target_os = "linux") && devices() != there {
                pause = BACKOFF[0];
                break;
            }
        }
    }
}

/// Opens the camera and drains it until it fails, is to rest, or the source is gone.
fn hold(feed: &Feed, wish: &mut Wish, fps: f64, pause: &mut Duration) -> Result<(), CaptureError> {
    let (mut camera, device) = open_first(wish, fps)?;
    let label = Device { name: camera.info().human_name(), ..device }.label();
    let while_open = |error: NokhwaError| match explain(&label, &error) {
        CaptureError::NoCamera { .. } => CaptureError::CameraLost { camera: label.clone() },
        other => other,
    };
    camera.open_stream().map_err(while_open)?;
    *wish = Wish::Again { device, label: label.clone() };
    let mode = to_mode(camera.camera_format());
    feed.opened(label.clone(), Duration::from_secs_f64(1.0 / f64::from(mode.rate.max(1))));
    let mut restarts = 0;
    while feed.is_awake() {
        let asked = Instant::now();
        // Whole buffers are copied only where somebody will look at them.
        let came = if feed.is_wanted() { camera.frame().map(Some) } else { camera.frame_raw().map(|_| None) };
        match came {
            Ok(buffer) => {
                let age = buffer.as_ref().map_or(Duration::ZERO, age);
                // A frame that had to be waited for is new, whatever its stamp says.
                let waited = asked.elapsed() > Duration::from_millis(2);
                if age <= STALE || waited {
                    let taken = Instant::now() - if age <= STALE { age } else { Duration::ZERO };
                    feed.came(buffer.map(|buffer| Shot { mode, bytes: buffer.buffer().to_vec(), taken }));
                }
                *pause = BACKOFF[0];
                restarts = 0;
            }
            // A signal breaks the stream off; the camera is well.
            Err(error) if restarts < 3 && error.to_string().contains("os error 4)") => {
                restarts += 1;
                camera.stop_stream().map_err(while_open)?;
                camera.open_stream().map_err(while_open)?;
            }
            Err(error) => return Err(while_open(error)),
        }
    }
    Ok(())
}

/// How long ago a frame was taken, where the driver says so in a way that is understood.
fn age(buffer: &Buffer) -> Duration {
    if !cfg!(target_os = "linux") {
        return Duration::ZERO;
    }
    let taken = buffer.capture_timestamp().map(|stamp| SystemTime::UNIX_EPOCH + stamp);
    taken.and_then(|taken| taken.elapsed().ok()).unwrap_or_default()
}

/// Opens the first of the devices meant that is a camera. A busy or forbidden one ends the search: it was the one.
fn open_first(wish: &Wish, fps: f64) -> Result<(Camera, Device), CaptureError> {
    let mut first_error = None;
    for device in wish.choose(devices())? {
        match open(device.number, fps).map_err(|error| explain(&device.label(), &error)) {
            Ok(camera) => return Ok((camera, device)),
            Err(error @ CaptureError::CameraFailed { .. }) => first_error = first_error.or(Some(error)),
            Err(error) => return Err(error),
        }
    }
    Err(first_error.unwrap_or_else(|| CaptureError::NoCamera { why: "no camera found; plug one in".into() }))
}

/// Opens a camera in the best of its modes.
///
/// nokhwa's own choices fail on sizes that are not offered and lose the rate when the format changes; what works is to open
/// it as it is, choose from its list, and ask twice.
fn open(number: u32, fps: f64) -> Result<Camera, NokhwaError> {
    let as_it_is = || {
        let any = RequestedFormat::with_formats(RequestedFormatType::None, frame_formats());
        Camera::new(CameraIndex::Index(number), any)
    };
    let mut camera = as_it_is().or_else(|error| {
        if is_left_strange(&error) {
            set_ordinary(number);
            as_it_is()
        } else if is_worth_a_retry(&error) {
            as_it_is()
        } else {
            Err(error)
        }
    })?;
    let modes: Vec<_> = camera.compatible_camera_formats()?.into_iter().map(to_mode).collect();
    for mode in raw::by_preference(&modes, fps).into_iter().take(3) {
        let format = to_format(mode);
        let listed = [format.format()];
        for _ in 0..2 {
            let exactly = RequestedFormat::with_formats(RequestedFormatType::Exact(format), &listed);
            match camera.set_camera_requset(exactly) {
                Ok(_) => return Ok(camera),
                Err(error) if is_worth_a_retry(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }
    camera.refresh_camera_format()?;
    Ok(camera)
}

/// Whether the camera turned down a mode, and not the whole attempt.
fn is_worth_a_retry(error: &NokhwaError) -> bool {
    let text = error.to_string();
    text.contains("Rejected") || text.contains("Fufill") || text.contains("os error 22)")
}

/// Whether another program left the camera in a format or rate that nokhwa cannot read, and so cannot change.
fn is_left_strange(error: &NokhwaError) -> bool {
    let text = error.to_string();
    text.contains("FrameFormat: unsupported") || text.contains("Framerate not whole")
}

/// Puts a camera into a format that nokhwa knows. Where that fails, so will what follows, and say why.
#[cfg(target_os = "linux")]
fn set_ordinary(number: u32) {
    use v4l::video::Capture;
    let Ok(device) = v4l::Device::new(number as usize) else { return };
    let offered = device.enum_formats().unwrap_or_default();
    let known = [b"MJPG", b"YUYV", b"NV12"].map(v4l::FourCC::new);
    if let Some(fourcc) = known.into_iter().find(|known| offered.iter().any(|format| format.fourcc == *known)) {
        let _ = device.set_format(&v4l::Format::new(640, 480, fourcc));
    }
    let _ = device.set_params(&v4l::video::capture::Parameters::with_fps(30));
}

/// Only V4L2 remembers what the last program chose.
#[cfg(not(target_os = "linux"))]
fn set_ordinary(_: u32) {}

fn to_mode(format: CameraFormat) -> Mode {
    let layout = match format.format() {
        FrameFormat::MJPEG => Layout::Mjpeg,
        FrameFormat::YUYV => Layout::Yuyv,
        FrameFormat::NV12 => Layout::Nv12,
        FrameFormat::GRAY => Layout::Grey,
        FrameFormat::RAWRGB => Layout::Rgb,
        FrameFormat::RAWBGR => Layout::Bgr,
    };
    Mode { layout, width: format.width(), height: format.height(), rate: format.frame_rate() }
}

fn to_format(mode: Mode) -> CameraFormat {
    let format = match mode.layout {
        Layout::Mjpeg => FrameFormat::MJPEG,
        Layout::Yuyv => FrameFormat::YUYV,
        Layout::Nv12 => FrameFormat::NV12,
        Layout::Grey => FrameFormat::GRAY,
        Layout::Rgb => FrameFormat::RAWRGB,
        Layout::Bgr => FrameFormat::RAWBGR,
    };
    CameraFormat::new(Resolution::new(mode.width, mode.height), format, mode.rate)
}

/// What a driver's words mean; nokhwa passes on the text and not the number of the error.
fn explain(label: &str, error: &NokhwaError) -> CaptureError {
    let (camera, why) = (label.to_owned(), error.to_string());
    let says = |codes: &[&str]| codes.iter().any(|code| why.contains(code));
    if says(&["os error 16)", "0xC00D3EA3"]) {
        CaptureError::CameraBusy { camera }
    } else if says(&["os error 13)", "os error 1)", "0x80070005"]) {
        CaptureError::CameraDenied { camera }
    } else if says(&["os error 2)", "os error 6)", "os error 19)", "0xC00D3EA2"]) {
        CaptureError::NoCamera { why: format!("{camera} is not there; plug it in") }
    } else if says(&["Fufill"]) {
        let why = "it offers no pictures; the same camera may do so under another number".to_owned();
        CaptureError::CameraFailed { camera, why }
    } else {
        CaptureError::CameraFailed { camera, why }
    }
}

/// The video devices in order of number, those that give no pictures included.
#[cfg(target_os = "linux")]
fn devices() -> Vec<Device> {
    // nokhwa's list comes unsorted, and panics on a device called video without a number.
    let entries = std::fs::read_dir("/dev").into_iter().flatten().flatten();
    let mut devices: Vec<_> = entries
        .filter_map(|entry| {
            let file = entry.file_name().into_string().ok()?;
            let number = file.strip_prefix("video")?.parse().ok()?;
            let name = std::fs::read_to_string(format!("/sys/class/video4linux/{file}/name"));
            Some(Device { number, name: name.map_or_else(|_| format!("/dev/{file}"), |name| name.trim().to_owned()) })
        })
        .collect();
    devices.sort();
    devices
}

/// The video devices in order of number.
#[cfg(not(target_os = "linux"))]
fn devices() -> Vec<Device> {
    let found = nokhwa::query(nokhwa::utils::ApiBackend::Auto).unwrap_or_default();
    let mut devices: Vec<_> = found
        .iter()
        .filter_map(|info| Some(Device { number: info.index().as_index().ok()?, name: info.human_name() }))
        .collect();
    devices.sort();
    devices
}

/// Asks the system for leave to use cameras, and waits for the user's answer.
#[cfg(target_os = "macos")]
fn ask_permission() -> Result<(), CaptureError> {
    let (sender, answer) = std::sync::mpsc::channel();
    nokhwa::nokhwa_initialize(move |granted| {
        let _ = sender.send(granted);
    });
    match answer.recv_timeout(Duration::from_secs(60)) {
        Ok(true) => Ok(()),
        _ => Err(CaptureError::CameraDenied { camera: "the camera".into() }),
    }
}

/// Only macOS has to be asked beforehand.
#[cfg(not(target_os = "macos"))]
fn ask_permission() -> Result<(), CaptureError> {
    Ok(())
}
