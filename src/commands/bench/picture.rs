//! The pictures that are timed, encoded as they lie in a file.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Result, bail};

use crate::{
    capture::{self, MotionJpeg},
    config::Size,
    frame::Frame,
};

/// The picture that is timed when none is named.
const SAMPLE: &[u8] = include_bytes!("../../../samples/side_upright_left.jpg");

/// What the built-in picture is called.
const SAMPLE_NAME: &str = "built-in sample";

/// An encoded picture.
#[derive(Debug)]
pub struct Picture {
    /// Its path, or what the built-in one is called.
    pub name: String,
    bytes: Vec<u8>,
}

impl Picture {
    /// The pictures in `photos`, or the built-in one.
    pub fn read(photos: &[PathBuf]) -> Result<Vec<Self>> {
        if photos.is_empty() {
            return Ok(vec![Self::sample()]);
        }
        photos.iter().map(|path| Self::open(path)).collect()
    }

    /// The first picture in `photos`, or the built-in one.
    pub fn first(photos: &[PathBuf]) -> Result<Self> {
        photos.first().map_or_else(|| Ok(Self::sample()), |path| Self::open(path))
    }

    fn sample() -> Self {
        Self { name: SAMPLE_NAME.to_owned(), bytes: SAMPLE.to_owned() }
    }

    fn open(path: &Path) -> Result<Self> {
        Ok(Self { name: path.display().to_string(), bytes: capture::read_photo(path)? })
    }

    /// This picture as a camera of another resolution would have sent it.
    pub fn at_size(&self, size: Size) -> Result<Self> {
        match capture::recoded(&self.bytes, size.width, size.height) {
            Ok(bytes) => Ok(Self { name: self.name.clone(), bytes }),
            Err(fault) => bail!("{}: {fault}", self.name),
        }
    }

    /// Its pixels, as those of a photo.
    pub fn decode(&self) -> Result<Frame> {
        match capture::decode(&self.bytes) {
            Ok(image) => Ok(Frame { image, at: Duration::ZERO }),
            Err(fault) => bail!("{}: {fault}", self.name),
        }
    }
}

/// Takes pictures to pixels the way a webcam's frames are, where they are JPEGs as webcams send them.
#[derive(Debug, Default)]
pub struct Darkroom {
    motion: MotionJpeg,
    used: Option<Frame>,
}

impl Darkroom {
    /// The pixels of `picture`.
    ///
    /// # Errors
    /// What is wrong with the picture.
    pub fn develop(&mut self, picture: &Picture) -> Result<Frame> {
        let used = self.used.take().map(|frame| frame.image).unwrap_or_default();
        match self.motion.decode(&picture.bytes, used) {
            Some(image) => Ok(Frame { image, at: Duration::ZERO }),
            None => picture.decode(),
        }
    }

    /// Keeps the memory of a frame that is done with.
    pub fn take_back(&mut self, frame: Frame) {
        self.used = Some(frame);
    }
}
