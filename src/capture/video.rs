//! Video files, decoded by an ffmpeg found on the PATH.

use std::{
    ffi::OsString,
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, ChildStderr, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use super::{
    CaptureError, Captured, FrameSource,
    stream::{Message, Outlet, Stream, Used},
    y4m,
};
use crate::frame::Frame;

/// A video file on its way through ffmpeg, which ends with this.
struct Video {
    stream: Stream,
    ffmpeg: Arc<Ffmpeg>,
}

/// Reads a video file at `fps` frames per second of its own time; ffmpeg repeats or leaves out frames to make it so.
pub(super) fn open(path: &Path, fps: f64) -> Result<Box<dyn FrameSource>, CaptureError> {
    let mut child = command(path, fps).spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => CaptureError::FfmpegMissing { path: path.to_owned() },
        _ => CaptureError::VideoUnreadable { path: path.to_owned(), why: error.to_string() },
    })?;
    let pipes = child.stdout.take().zip(child.stderr.take());
    let ffmpeg = Arc::new(Ffmpeg(Mutex::new(child)));
    let (own, file) = (Arc::clone(&ffmpeg), path.to_owned());
    let stream = Stream::open(path.display().to_string(), move |out, used| {
        if let Some((stdout, stderr)) = pipes {
            let film = Film { path: file, fps, used };
            read(stdout, stderr, &own, film, out);
        }
    });
    match stream {
        Ok(stream) => Ok(Box::new(Video { stream, ffmpeg })),
        Err(error) => {
            ffmpeg.end();
            Err(error)
        }
    }
}

impl FrameSource for Video {
    fn next_frame(&mut self) -> Result<Captured, CaptureError> {
        self.stream.next_frame()
    }

    fn name(&self) -> &str {
        self.stream.name()
    }

    fn take_back(&mut self, frame: Frame) {
        self.stream.take_back(frame);
    }
}

impl Drop for Video {
    fn drop(&mut self) {
        self.ffmpeg.end();
    }
}

/// `ffmpeg` writing square pixels in BT.601, limited range, to its standard output.
///
/// The path is given as `file:PATH`, so that a name that begins with `-` or holds a colon stays a name, and no protocol but
/// `file` is allowed: a playlist cannot make ffmpeg reach for the network.
fn command(path: &Path, fps: f64) -> Command {
    let mut input = OsString::from("file:");
    input.push(path);
    let filters = format!("fps={fps},scale=iw*sar:ih:out_color_matrix=bt601:out_range=tv,setsar=1");
    let mut command = Command::new("ffmpeg");
    command
        .args(["-nostdin", "-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file", "-i"])
        .arg(input)
        .args(["-an", "-sn", "-dn", "-vf", &filters])
        .args(["-pix_fmt", "yuv420p", "-f", "yuv4mpegpipe", "pipe:1"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // Ctrl-C is for this program, which then ends ffmpeg.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

/// What is read through ffmpeg, and how.
struct Film<'a> {
    path: PathBuf,
    fps: f64,
    used: &'a Used,
}

/// Hands on what ffmpeg writes, and, where it fails, what it says.
fn read(stdout: ChildStdout, stderr: ChildStderr, ffmpeg: &Ffmpeg, film: Film, out: &mut Outlet) {
    let Film { path, fps, used } = film;
    let words = thread::spawn(move || last_line(stderr));
    let read = y4m::read(BufReader::with_capacity(1 << 16, stdout), fps, used, out);
    if read.is_err() {
        ffmpeg.end();
    }
    let succeeded = ffmpeg.wait();
    let said = words.join().ok().filter(|said| !said.is_empty());
    let why = match (read, succeeded) {
        (Ok(()), true) => return,
        (Err(why), _) => said.unwrap_or(why),
        (Ok(()), false) => said.unwrap_or_else(|| "ended with an error".to_owned()),
    };
    out(Message::Failed(CaptureError::VideoUnreadable { path, why }));
}

/// The last line of ffmpeg's messages, without the name of the part of ffmpeg or of the file before it.
fn last_line(mut stderr: ChildStderr) -> String {
    let (mut tail, mut chunk) = (Vec::new(), [0; 4096]);
    while let Ok(read @ 1..) = stderr.read(&mut chunk) {
        tail.extend_from_slice(&chunk[..read]);
        tail.drain(..tail.len().saturating_sub(chunk.len()));
    }
    let text = String::from_utf8_lossy(&tail);
    let line = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    let line = if line.starts_with('[') { line.split_once("] ").map_or(line, |(_, rest)| rest) } else { line };
    let line = if line.starts_with("file:") { line.rsplit_once(": ").map_or(line, |(_, rest)| rest) } else { line };
    line.to_owned()
}

/// The running ffmpeg, shared between the thread that reads from it and the source that ends it.
struct Ffmpeg(Mutex<Child>);

impl Ffmpeg {
    fn lock(&self) -> MutexGuard<'_, Child> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends it if it still runs. Errors mean that it does not.
    fn end(&self) {
        let mut child = self.lock();
        let _ = child.kill();
        let _ = child.wait();
    }

    /// Waits for it to end by itself; whether it succeeded. It has closed its output, so this is short.
    fn wait(&self) -> bool {
        loop {
            if let Ok(Some(status)) = self.lock().try_wait() {
                return status.success();
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}
