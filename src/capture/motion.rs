//! JPEGs as webcams send them: decoded only where all of one is there.
//!
//! A webcam's cut frame is followed in the driver's buffer by the rest of an older one. JPEG decoders read on into it and
//! answer with a wrong picture and no error. So every Huffman code is walked first, without computing a pixel: a whole
//! picture yields exactly the number of blocks that its header announces, and then the end marker. References are to
//! ITU-T T.81.

mod bits;
mod huffman;
mod tables;

use image::RgbImage;

use self::{bits::Bits, huffman::Huffman, tables::STANDARD};
use super::{
    decode::decode_jpeg,
    jpeg::{Cut, next_jpeg},
};

/// Decodes the pictures of a stream one after the other. It keeps the tables: one camera's need building once.
#[derive(Debug, Default)]
pub struct MotionJpeg {
    /// DC tables in 0..4, AC tables in 4..8.
    tables: [Huffman; 8],
    /// Bytes of the JPEG that was decoded last.
    length: usize,
}

impl MotionJpeg {
    /// A decoder that has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The picture of the JPEG at the start of `bytes`, whatever follows it, in the memory of `used`. `None` where it is not
    /// whole or no JPEG.
    ///
    /// Kinds of JPEG that webcams do not send (progressive, arithmetic, lossless) are not walked, only decoded.
    pub fn decode(&mut self, bytes: &[u8], used: RgbImage) -> Option<RgbImage> {
        let mut walker =
            Walker { bytes, tables: &mut self.tables, defined: [false; 8], lacking: false, frame: Frame::default() };
        self.length = match walker.walk()? {
            Walked::Whole { length } => length,
            Walked::Unknown => match next_jpeg(&mut &*bytes, bytes.len()) {
                Ok(Cut::Whole(jpeg)) => jpeg.len(),
                _ => return None,
            },
        };
        let lacking = walker.lacking;
        let jpeg = &bytes[..self.length];
        if lacking { decode_jpeg(&with_standard_tables(jpeg), used) } else { decode_jpeg(jpeg, used) }.ok()
    }

    /// Bytes of the JPEG that was decoded last.
    pub fn length(&self) -> usize {
        self.length
    }
}

/// A JPEG with the Huffman tables of annex K.3 before everything else: decoders want them stated.
fn with_standard_tables(jpeg: &[u8]) -> Vec<u8> {
    let tables: Vec<u8> =
        [0x00, 0x01, 0x10, 0x11].iter().zip(STANDARD).flat_map(|(id, it)| [&[*id], it].concat()).collect();
    let length = (tables.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xff, 0xc4], &length, &tables, &jpeg[2..]].concat()
}

/// What a walk over a JPEG found.
enum Walked {
    /// All of it, and where it ends.
    Whole { length: usize },
    /// A kind of JPEG that is not walked.
    Unknown,
}

/// One colour component: identifier and sampling factors.
#[derive(Debug, Clone, Copy)]
struct Component {
    id: u8,
    across: usize,
    down: usize,
}

/// What the frame header says (B.2.2), and the units between restarts, 0 for none.
#[derive(Debug, Default)]
struct Frame {
    width: usize,
    height: usize,
    components: Vec<Component>,
    restart: usize,
}

/// One component's part in a scan: blocks to the unit, and its tables.
struct Part {
    component: Component,
    blocks: usize,
    dc: usize,
    ac: usize,
}

struct Walker<'a> {
    bytes: &'a [u8],
    tables: &'a mut [Huffman; 8],
    /// Which of the tables this picture has defined.
    defined: [bool; 8],
    /// Whether it needed one that it did not define.
    lacking: bool,
    frame: Frame,
}

impl Walker<'_> {
    /// `None` when the bytes end too early or make no sense.
    fn walk(&mut self) -> Option<Walked> {
        let bytes = self.bytes;
        if !bytes.starts_with(&[0xff, 0xd8]) {
            return None;
        }
        let (mut at, mut scanned) = (2, 0);
        loop {
            while *bytes.get(at + 1)? == 0xff {
                at += 1;
            }
            let marker = (*bytes.get(at)? == 0xff).then(|| bytes.get(at + 1).copied())??;
            if marker == 0xd9 {
                let whole = scanned > 0 && scanned == self.frame.components.len();
                return whole.then_some(Walked::Whole { length: at + 2 });
            }
            let length = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
            let payload = bytes.get(at + 4..at + 2 + length)?;
            at += 2 + length;
            match marker {
                0xc4 => self.define_tables(payload)?,
                0xc0 | 0xc1 => self.frame.define(payload)?,
                0xc2 | 0xc3 | 0xc5..=0xc7 | 0xc9..=0xcf => return Some(Walked::Unknown),
                0xdd => self.frame.restart = usize::from(u16::from_be_bytes([*payload.first()?, *payload.get(1)?])),
                0xda => {
                    let components;
                    (components, at) = self.scan(payload, at)?;
                    scanned += components;
                }
                _ => {}
            }
        }
    }

    /// B.2.4.2
    fn define_tables(&mut self, mut payload: &[u8]) -> Option<()> {
        while let Some((&class, rest)) = payload.split_first() {
            let count: usize = rest.get(..16)?.iter().map(|&n| usize::from(n)).sum();
            let slot = usize::from(class >> 4) * 4 + usize::from(class & 0x0f);
            self.tables.get_mut(slot)?.define(rest.get(..16 + count)?)?;
            self.defined[slot] = true;
            payload = rest.get(16 + count..)?;
        }
        Some(())
    }

    /// Puts in the table of annex K.3 where none was defined for a slot: webcams leave them out.
    fn complete(&mut self, slot: usize) -> Option<()> {
        if !*self.defined.get(slot)? {
            let standard = STANDARD.get(slot % 4 + slot / 4 * 2).filter(|_| slot % 4 < 2)?;
            self.tables[slot].define(standard)?;
            self.lacking = true;
        }
        Some(())
    }

    /// Walks the coded data of one scan (B.2.3) from byte `at` on; gives the number of components in it and where it ends.
    fn scan(&mut self, payload: &[u8], at: usize) -> Option<(usize, usize)> {
        let parts = self.frame.parts(payload)?;
        for part in &parts {
            self.complete(part.dc)?;
            self.complete(part.ac)?;
        }
        let mut bits = Bits::new(self.bytes, at);
        let restart = self.frame.restart;
        for unit in 0..self.frame.units(&parts)? {
            if restart > 0 && unit > 0 && unit % restart == 0 {
                bits.restart((unit / restart - 1) % 8)?;
            }
            for part in &parts {
                for _ in 0..part.blocks {
                    bits.block(&self.tables[part.dc], &self.tables[part.ac])?;
                }
            }
        }
        Some((parts.len(), bits.next_marker()?))
    }
}

impl Frame {
    /// B.2.2
    fn define(&mut self, payload: &[u8]) -> Option<()> {
        self.height = usize::from(u16::from_be_bytes([*payload.get(1)?, *payload.get(2)?]));
        self.width = usize::from(u16::from_be_bytes([*payload.get(3)?, *payload.get(4)?]));
        let listed = payload.get(6..6 + 3 * usize::from(*payload.get(5)?))?;
        self.components = listed
            .chunks_exact(3)
            .map(|c| Component { id: c[0], across: usize::from(c[1] >> 4), down: usize::from(c[1] & 0x0f) })
            .collect();
        self.components.iter().all(|c| (1..=4).contains(&c.across) && (1..=4).contains(&c.down)).then_some(())
    }

    /// The components of a scan, as its header lists them. A scan of one component is coded block by block, others in units
    /// of all their blocks (A.2).
    fn parts(&self, payload: &[u8]) -> Option<Vec<Part>> {
        let listed = payload.get(1..1 + 2 * usize::from(*payload.first()?))?;
        let alone = listed.len() == 2;
        let part = |entry: &[u8]| {
            let component = *self.components.iter().find(|c| c.id == entry[0])?;
            let blocks = if alone { 1 } else { component.across * component.down };
            Some(Part { component, blocks, dc: usize::from(entry[1] >> 4), ac: 4 + usize::from(entry[1] & 0x0f) })
        };
        listed.chunks_exact(2).map(part).collect()
    }

    /// How many units a scan of these parts has; `None` where the header named no component.
    fn units(&self, parts: &[Part]) -> Option<usize> {
        let most = |side: fn(&Component) -> usize| self.components.iter().map(side).max();
        let (most_across, most_down) = (most(|c| c.across)?, most(|c| c.down)?);
        Some(match parts {
            [Part { component, .. }] => {
                let wide = (self.width * component.across).div_ceil(most_across);
                let high = (self.height * component.down).div_ceil(most_down);
                wide.div_ceil(8) * high.div_ceil(8)
            }
            _ => self.width.div_ceil(8 * most_across) * self.height.div_ceil(8 * most_down),
        })
    }
}

#[cfg(test)]
mod tests;
