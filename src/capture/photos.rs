//! Photos: files, folders of them, and lists of paths.

use std::{
    fs::File,
    io::{BufRead, Read},
    path::{Path, PathBuf},
    time::Duration,
};

use image::RgbImage;
use walkdir::{DirEntry, WalkDir};

use super::{CaptureError, Captured, FrameSource, decode, decode::MAX_BYTES, decode::PictureFault, interval};
use crate::frame::Frame;

/// Endings of file names that count as pictures when a folder is searched. Files named one by one may be called anything.
pub const PICTURE_ENDINGS: [&str; 8] = ["jpg", "jpeg", "jpe", "jfif", "png", "webp", "bmp", "gif"];

/// Reads and decodes one photo; see [`decode`](decode::decode) for what comes out.
///
/// # Errors
/// The file is missing, unreadable, no picture, cut short, damaged, or too large.
pub fn open_photo(path: &Path) -> Result<RgbImage, CaptureError> {
    let bytes = read_photo(path)?;
    decode::decode(&bytes).map_err(|fault| CaptureError::Picture { path: path.to_owned(), fault })
}

/// Reads a photo's bytes, as [`open_photo`] does before it decodes them.
///
/// # Errors
/// The file is missing, unreadable, or larger than [`MAX_BYTES`].
pub fn read_photo(path: &Path) -> Result<Vec<u8>, CaptureError> {
    let unreadable = |error| CaptureError::from_io(path, error);
    let file = File::open(path).map_err(unreadable)?;
    if file.metadata().map_err(unreadable)?.is_dir() {
        return Err(CaptureError::IsFolder { path: path.to_owned() });
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(CaptureError::Picture { path: path.to_owned(), fault: PictureFault::TooHeavy });
    }
    Ok(bytes)
}

/// A photo to open, and the folder it was found in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// Where it is.
    pub path: PathBuf,
    /// The folder that was given and in which this photo was found; `None` for a photo given by its own path.
    pub folder: Option<PathBuf>,
}

/// Makes a list of photos out of what was given on the command line, in that order.
///
/// A file stands for itself, whatever its name. A folder stands for the pictures in it and below it, in order of name, told
/// by [`PICTURE_ENDINGS`]; hidden files and folders are passed over. `-` stands for the paths on `stdin`, one to a line.
/// What is missing, unreadable or empty becomes an error in its place; the rest goes on.
pub fn collect_photos(given: &[PathBuf], stdin: &mut dyn BufRead) -> Vec<Result<Photo, CaptureError>> {
    let mut photos = Vec::new();
    for path in given {
        if path.as_os_str() == "-" {
            collect_listed(stdin, &mut photos);
        } else {
            collect_path(path, &mut photos);
        }
    }
    photos
}

/// Adds the photos that a list of paths names, one path to a line, empty lines passed over.
fn collect_listed(list: &mut dyn BufRead, photos: &mut Vec<Result<Photo, CaptureError>>) {
    let before = photos.len();
    loop {
        let mut line = Vec::new();
        match list.read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => {
                photos.push(Err(CaptureError::NotReadable { path: PathBuf::from("standard input"), why: error }));
                break;
            }
        }
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if !line.is_empty() {
            collect_path(&to_path(line), photos);
        }
    }
    if photos.len() == before {
        photos.push(Err(CaptureError::EmptyList));
    }
}

/// Paths are bytes here, not text.
#[cfg(unix)]
fn to_path(line: &[u8]) -> PathBuf {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    PathBuf::from(OsStr::from_bytes(line))
}

#[cfg(not(unix))]
fn to_path(line: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(line).into_owned())
}

fn collect_path(path: &Path, photos: &mut Vec<Result<Photo, CaptureError>>) {
    match path.metadata() {
        Err(error) => photos.push(Err(CaptureError::from_io(path, error))),
        Ok(metadata) if !metadata.is_dir() => photos.push(Ok(Photo { path: path.to_owned(), folder: None })),
        Ok(_) => {
            let before = photos.len();
            photos.extend(walk(path));
            if photos.len() == before {
                photos.push(Err(CaptureError::EmptyFolder { path: path.to_owned() }));
            }
        }
    }
}

/// The pictures in a folder and below, in order of name.
fn walk(folder: &Path) -> impl Iterator<Item = Result<Photo, CaptureError>> {
    WalkDir::new(folder)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry))
        .filter_map(move |entry| match entry {
            Ok(entry) if entry.file_type().is_dir() || !is_named_like_a_picture(entry.path()) => None,
            Ok(entry) => Some(Ok(Photo { path: entry.into_path(), folder: Some(folder.to_owned()) })),
            Err(error) => {
                let path = error.path().unwrap_or(folder).to_owned();
                Some(Err(CaptureError::from_io(&path, error.into())))
            }
        })
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// Whether a name ends as pictures' names do.
pub(super) fn is_named_like_a_picture(path: &Path) -> bool {
    path.extension().is_some_and(|found| PICTURE_ENDINGS.iter().any(|ending| found.eq_ignore_ascii_case(ending)))
}

/// The pictures of a folder as frames of a slow film: the first at zero, each next one 1/fps later.
///
/// A picture that cannot be read is reported and takes its share of time all the same.
#[derive(Debug)]
pub struct PhotoFolder {
    name: String,
    photos: std::vec::IntoIter<Result<Photo, CaptureError>>,
    taken: u32,
    interval: Duration,
}

impl PhotoFolder {
    /// Lists a folder; `fps` is above zero.
    ///
    /// # Errors
    /// The folder is missing, unreadable, or holds no picture.
    pub fn open(folder: &Path, fps: f64) -> Result<Self, CaptureError> {
        let mut photos = Vec::new();
        collect_path(folder, &mut photos);
        if let [Err(_)] = photos.as_slice()
            && let Some(Err(error)) = photos.pop()
        {
            return Err(error);
        }
        Ok(Self { name: folder.display().to_string(), photos: photos.into_iter(), taken: 0, interval: interval(fps) })
    }
}

impl FrameSource for PhotoFolder {
    fn next_frame(&mut self) -> Result<Captured, CaptureError> {
        let Some(photo) = self.photos.next() else { return Ok(Captured::End) };
        let at = self.interval * self.taken;
        self.taken += 1;
        Ok(Captured::Frame(Frame { image: open_photo(&photo?.path)?, at }))
    }

    fn name(&self) -> &str {
        &self.name
    }
}
