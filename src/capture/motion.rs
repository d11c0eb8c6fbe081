//! JPEGs as webcams send them: decoded in one walk at the size that is wanted, and only where all of one is there.
//!
//! A webcam's cut frame is followed in the driver's buffer by the rest of an older one. JPEG decoders read on into it and
//! answer with a wrong picture and no error. Here a picture counts only if its scans hold exactly as many blocks as its header
//! announces, and the end marker after them. Pictures from high resolutions are transformed to a half, a quarter or an eighth
//! of their size at once: the low frequencies of a block are a smaller block. References are to ITU-T T.81.

mod bits;
mod huffman;
mod tables;
mod transform;

use image::RgbImage;
use yuv::YuvRange;

use self::{
    bits::Bits,
    huffman::Huffman,
    tables::{STANDARD, ZIGZAG},
    transform::{Block, Transform},
};
use super::{
    decode::{MAX_PIXELS, decode_jpeg},
    jpeg::{Cut, next_jpeg},
    pixels::{Chroma, Planes},
};

/// Pictures are halved as long as their longer side keeps at least this many pixels: the size that is asked of cameras.
const ENOUGH: usize = 640;

/// Colour components that are walked; pictures of the usual kind have three, or one.
const MOST_COMPONENTS: usize = 4;

/// Decodes the pictures of a stream one after the other. It keeps its buffers: pictures of one size need no new memory.
#[derive(Debug, Default)]
pub struct MotionJpeg {
    header: Header,
    tables: Tables,
    transform: Transform,
    planes: [Vec<u8>; MOST_COMPONENTS],
    /// The picture in place of planes, where it was of a kind that is left to another decoder.
    other: Option<RgbImage>,
    /// The memory for the next picture.
    used: RgbImage,
    /// Bytes of the JPEG that was read last.
    length: usize,
}

/// What the segments before the scans say.
#[derive(Debug, Default)]
struct Header {
    width: usize,
    height: usize,
    /// Sides of the blocks that are made of those of 8 × 8: 8, 4, 2 or 1.
    side: usize,
    components: Vec<Component>,
    /// Units between restarts, 0 for none.
    restart: usize,
    /// Whether something is stated of the colours or of the way up that only the other decoder heeds.
    special: bool,
}

/// One colour component.
#[derive(Debug, Clone, Copy, Default)]
struct Component {
    id: u8,
    /// Sampling factors.
    across: usize,
    down: usize,
    /// Number of its quantisation table.
    steps: usize,
    /// Bytes from one row of its plane to the next.
    stride: usize,
}

/// The tables that the segments define.
#[derive(Debug)]
struct Tables {
    /// DC tables in 0..4, AC tables in 4..8.
    huffman: [Huffman; 8],
    /// Steps of quantisation, in the order in which coefficients are coded.
    steps: [[f32; 64]; 4],
    /// Which of both the picture has defined so far.
    defined: ([bool; 8], [bool; 4]),
}

/// One component's part in a scan.
#[derive(Debug, Clone, Copy, Default)]
struct Part {
    component: usize,
    dc: usize,
    ac: usize,
    /// DC value of the last block.
    previous: i32,
}

/// What the walk over a picture found.
enum Walked {
    /// It is in the planes.
    Planes,
    /// It is whole as far as was looked, and of a kind for the other decoder.
    Other,
}

impl MotionJpeg {
    /// A decoder with empty buffers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in the JPEG at the start of `bytes`, whatever follows it. False where it is not whole or no JPEG; there is then no
    /// picture to take.
    pub fn read(&mut self, bytes: &[u8]) -> bool {
        self.other = None;
        match self.walk(bytes) {
            Some(Walked::Planes) => true,
            Some(Walked::Other) => {
                self.header.begin();
                if let Ok(Cut::Whole(jpeg)) = next_jpeg(&mut &*bytes, bytes.len()) {
                    self.length = jpeg.len();
                    self.other = decode_jpeg(&jpeg).ok();
                }
                self.other.is_some()
            }
            None => {
                self.header.begin();
                false
            }
        }
    }

    /// Reads the JPEG at the start of `bytes` and takes the picture. `None` where it is not whole.
    pub fn decode(&mut self, bytes: &[u8]) -> Option<RgbImage> {
        if self.read(bytes) { self.picture() } else { None }
    }

    /// Takes a picture that nobody looks at any more, for its memory.
    pub fn take_back(&mut self, image: RgbImage) {
        self.used = image;
    }

    /// How many of the bytes were the JPEG's that was read last.
    pub fn length(&self) -> usize {
        self.length
    }

    /// The picture that was read last, in colour. `None` when there is none.
    pub fn picture(&mut self) -> Option<RgbImage> {
        if let Some(picture) = self.other.take() {
            return Some(picture);
        }
        let Header { width, height, side, .. } = self.header;
        let [luma, chroma] = [0, 1].map(|index| self.header.components.get(index).map_or(0, |c| c.stride as u32));
        let planes = Planes {
            samples: [&self.planes[0], &self.planes[1], &self.planes[2]],
            strides: [luma, chroma],
            chroma: self.header.chroma().filter(|_| side > 0)?,
            width: (width * side).div_ceil(8) as u32,
            height: (height * side).div_ceil(8) as u32,
        };
        planes.to_rgb(YuvRange::Full, std::mem::take(&mut self.used))
    }

    /// `None` when the bytes end too early or make no sense.
    fn walk(&mut self, jpeg: &[u8]) -> Option<Walked> {
        self.header.begin();
        self.tables.defined = Default::default();
        if !jpeg.starts_with(&[0xff, 0xd8]) {
            return None;
        }
        let (mut at, mut scanned) = (2, 0);
        loop {
            while *jpeg.get(at + 1)? == 0xff {
                at += 1;
            }
            let marker = (*jpeg.get(at)? == 0xff).then(|| jpeg.get(at + 1).copied())??;
            if marker == 0xd9 {
                let whole = scanned > 0 && scanned == self.header.components.len();
                let usual = !self.header.special && self.header.chroma().is_some();
                self.length = at + 2;
                return whole.then_some(if usual { Walked::Planes } else { Walked::Other });
            }
            let length = usize::from(u16::from_be_bytes([*jpeg.get(at + 2)?, *jpeg.get(at + 3)?]));
            let payload = jpeg.get(at + 4..at + 2 + length)?;
            at += 2 + length;
            match marker {
                0xc4 => self.tables.define_huffman(payload)?,
                0xdb => self.tables.define_steps(payload)?,
                // Extended pictures of 12 bits share a marker with those of 8.
                0xc0 | 0xc1 if payload.first() == Some(&8) => {
                    self.header.define(payload)?;
                    self.header.lay_out(&mut self.planes);
                }
                0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcf => return Some(Walked::Other),
                0xdd => self.header.restart = usize::from(u16::from_be_bytes([*payload.first()?, *payload.get(1)?])),
                0xe1 => self.header.special |= payload.starts_with(b"Exif"),
                0xee => self.header.special |= payload.starts_with(b"Adobe"),
                0xda => {
                    let bits = Bits::new(jpeg, at);
                    let (components, end) = match self.header.side {
                        8 => self.scan::<8>(payload, bits),
                        4 => self.scan::<4>(payload, bits),
                        2 => self.scan::<2>(payload, bits),
                        _ => self.scan::<1>(payload, bits),
                    }?;
                    scanned += components;
                    at = end;
                }
                _ => {}
            }
        }
    }

    /// Decodes one scan (B.2.3) into blocks of `SIDE` × `SIDE`; gives the number of components in it and where it ends.
    fn scan<const SIDE: usize>(&mut self, payload: &[u8], mut bits: Bits) -> Option<(usize, usize)> {
        let (mut parts, count) = self.header.parts(payload)?;
        let parts = &mut parts[..count];
        for part in &*parts {
            let steps = self.header.components[part.component].steps;
            self.tables.complete([part.dc, part.ac], steps)?;
        }
        let (wide, high) = self.header.units(parts);
        let alone = parts.len() == 1;
        let mut block = Block::default();
        let mut unit = 0;
        for row in 0..high {
            for column in 0..wide {
                if self.header.restart > 0 && unit > 0 && unit % self.header.restart == 0 {
                    bits.restart((unit / self.header.restart - 1) % 8)?;
                    parts.iter_mut().for_each(|part| part.previous = 0);
                }
                unit += 1;
                for part in &mut *parts {
                    let component = self.header.components[part.component];
                    let (dc, ac) = (&self.tables.huffman[part.dc], &self.tables.huffman[part.ac]);
                    let steps = &self.tables.steps[component.steps];
                    let (across, down) = if alone { (1, 1) } else { (component.across, component.down) };
                    for y in (row * down..).take(down) {
                        for x in (column * across..).take(across) {
                            bits.block(dc, ac, steps, &mut part.previous, &mut block)?;
                            let to = self.planes[part.component].get_mut((y * component.stride + x) * SIDE..)?;
                            self.transform.apply::<SIDE>(&mut block, to, component.stride);
                        }
                    }
                }
            }
        }
        Some((count, bits.next_marker()?))
    }
}

impl Header {
    /// Forgets the last picture; the planes' memory stays.
    fn begin(&mut self) {
        let mut components = std::mem::take(&mut self.components);
        components.clear();
        *self = Self { components, ..Self::default() };
    }

    /// B.2.2
    fn define(&mut self, payload: &[u8]) -> Option<()> {
        self.height = usize::from(u16::from_be_bytes([*payload.get(1)?, *payload.get(2)?]));
        self.width = usize::from(u16::from_be_bytes([*payload.get(3)?, *payload.get(4)?]));
        let listed = payload.get(6..6 + 3 * usize::from(*payload.get(5)?))?;
        let component = |c: &[u8]| Component {
            id: c[0],
            across: usize::from(c[1] >> 4),
            down: usize::from(c[1] & 0x0f),
            steps: usize::from(c[2]),
            stride: 0,
        };
        let fits = |c: &Component| (1..=4).contains(&c.across) && (1..=4).contains(&c.down) && c.steps < 4;
        let pixels = (self.width * self.height) as u64;
        let again = !self.components.is_empty();
        self.components.extend(listed.chunks_exact(3).map(component).take(MOST_COMPONENTS + 1));
        let known = (1..=MOST_COMPONENTS).contains(&self.components.len()) && self.components.iter().all(fits);
        (!again && known && (1..=MAX_PIXELS).contains(&pixels)).then_some(())
    }

    /// Settles the size that is made of the picture, and makes the planes as large as its blocks need.
    fn lay_out(&mut self, planes: &mut [Vec<u8>; MOST_COMPONENTS]) {
        self.side = 8;
        while self.side > 1 && self.width.max(self.height) * self.side / 16 >= ENOUGH {
            self.side /= 2;
        }
        let (across, down) = self.most();
        let (wide, high) = (self.width.div_ceil(8 * across), self.height.div_ceil(8 * down));
        for (component, plane) in self.components.iter_mut().zip(planes) {
            component.stride = wide * component.across * self.side;
            let size = component.stride * high * component.down * self.side;
            if plane.len() != size {
                *plane = vec![0; size];
            }
        }
    }

    /// The largest sampling factors; at least one.
    fn most(&self) -> (usize, usize) {
        let most = |factor: fn(&Component) -> usize| self.components.iter().map(factor).max().unwrap_or(1);
        (most(|c| c.across), most(|c| c.down))
    }

    /// How the planes lie to one another; `None` where that is unusual.
    fn chroma(&self) -> Option<Chroma> {
        let factors = |c: &Component| (c.across, c.down);
        match self.components.as_slice() {
            [_] => Some(Chroma::None),
            [y, u, v] if factors(u) == (1, 1) && factors(v) == (1, 1) => match factors(y) {
                (1, 1) => Some(Chroma::Full),
                (2, 1) => Some(Chroma::Half),
                (2, 2) => Some(Chroma::Quarter),
                _ => None,
            },
            _ => None,
        }
    }

    /// The components of a scan, as its header lists them, and how many there are.
    fn parts(&self, payload: &[u8]) -> Option<([Part; MOST_COMPONENTS], usize)> {
        let listed = payload.get(1..1 + 2 * usize::from(*payload.first()?))?;
        let mut parts = [Part::default(); MOST_COMPONENTS];
        let count = listed.len() / 2;
        for (part, entry) in parts.get_mut(..count)?.iter_mut().zip(listed.chunks_exact(2)) {
            part.component = self.components.iter().position(|c| c.id == entry[0])?;
            (part.dc, part.ac) = (usize::from(entry[1] >> 4), 4 + usize::from(entry[1] & 0x0f));
        }
        Some((parts, count))
    }

    /// How many units there are across and down. A scan of one component is coded block by block, others in units of all their
    /// blocks (A.2).
    fn units(&self, parts: &[Part]) -> (usize, usize) {
        let (most_across, most_down) = self.most();
        match parts {
            [alone] => {
                let Component { across, down, .. } = self.components[alone.component];
                let (wide, high) =
                    ((self.width * across).div_ceil(most_across), (self.height * down).div_ceil(most_down));
                (wide.div_ceil(8), high.div_ceil(8))
            }
            _ => (self.width.div_ceil(8 * most_across), self.height.div_ceil(8 * most_down)),
        }
    }
}

impl Default for Tables {
    fn default() -> Self {
        Self { huffman: Default::default(), steps: [[0.0; 64]; 4], defined: Default::default() }
    }
}

impl Tables {
    /// B.2.4.2
    fn define_huffman(&mut self, mut payload: &[u8]) -> Option<()> {
        while let Some((&class, rest)) = payload.split_first() {
            let count: usize = rest.get(..16)?.iter().map(|&n| usize::from(n)).sum();
            let slot = usize::from(class >> 4) * 4 + usize::from(class & 0x0f);
            self.huffman.get_mut(slot)?.define(rest.get(..16 + count)?)?;
            self.defined.0[slot] = true;
            payload = rest.get(16 + count..)?;
        }
        Some(())
    }

    /// B.2.4.1
    fn define_steps(&mut self, mut payload: &[u8]) -> Option<()> {
        while let Some((&kind, rest)) = payload.split_first() {
            let slot = usize::from(kind & 0x0f);
            let steps = self.steps.get_mut(slot)?;
            let wide = kind >> 4 == 1;
            let (stated, after) = rest.split_at_checked(if wide { 128 } else { 64 })?;
            for (index, step) in steps.iter_mut().enumerate() {
                let low = if wide { 2 * index + 1 } else { index };
                let high = if wide { f32::from(stated[2 * index]) * 256.0 } else { 0.0 };
                *step = high + f32::from(stated[low]);
            }
            self.defined.1[slot] = true;
            payload = after;
        }
        Some(())
    }

    /// Puts in the Huffman tables of annex K.3 where none were defined for `slots`: webcams leave them out. `None` where there
    /// are none to be had, or no `steps`.
    fn complete(&mut self, slots: [usize; 2], steps: usize) -> Option<()> {
        for slot in slots {
            if !*self.defined.0.get(slot)? {
                let standard = STANDARD.get(slot % 4 + slot / 4 * 2).filter(|_| slot % 4 < 2)?;
                self.huffman[slot].define(standard)?;
            }
        }
        self.defined.1.get(steps)?.then_some(())
    }
}

#[cfg(test)]
mod tests;
