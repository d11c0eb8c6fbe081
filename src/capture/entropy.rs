//! Whether the coded picture inside a JPEG is whole.
//!
//! A webcam's cut frame is followed in the driver's buffer by the rest of an older one. JPEG decoders read on into it and
//! answer with a wrong picture and no error. Here every Huffman code is walked, without computing a pixel: a whole picture
//! yields exactly the number of blocks that its header announces, and then the end marker. References are to ITU-T T.81.

mod tables;

use self::tables::STANDARD;

/// True when the scans of a baseline JPEG hold as many blocks as they should and end where they should.
///
/// Kinds of JPEG that webcams do not send (progressive, arithmetic, lossless) are not looked into and pass.
pub(super) fn is_whole(jpeg: &[u8]) -> bool {
    Walker::new(jpeg).walk().unwrap_or(false)
}

/// One colour component: identifier and sampling factors.
#[derive(Clone, Copy)]
struct Component {
    id: u8,
    across: usize,
    down: usize,
}

struct Walker<'a> {
    bytes: &'a [u8],
    at: usize,
    /// DC tables in 0..4, AC tables in 4..8.
    tables: [Option<Huffman>; 8],
    components: Vec<Component>,
    width: usize,
    height: usize,
    restart: usize,
}

impl<'a> Walker<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 2, tables: Default::default(), components: Vec::new(), width: 0, height: 0, restart: 0 }
    }

    /// `None` when the bytes end too early or make no sense.
    fn walk(&mut self) -> Option<bool> {
        let mut scanned = 0;
        loop {
            while *self.bytes.get(self.at + 1)? == 0xff {
                self.at += 1;
            }
            let marker = (*self.bytes.get(self.at)? == 0xff).then(|| self.bytes.get(self.at + 1).copied())??;
            if marker == 0xd9 {
                return Some(scanned > 0 && scanned == self.components.len());
            }
            let length =
                usize::from(u16::from_be_bytes([*self.bytes.get(self.at + 2)?, *self.bytes.get(self.at + 3)?]));
            let payload = self.bytes.get(self.at + 4..self.at + 2 + length)?;
            self.at += 2 + length;
            match marker {
                0xc4 => self.define_tables(payload)?,
                0xc0 | 0xc1 => self.define_frame(payload)?,
                0xc2 | 0xc3 | 0xc5..=0xc7 | 0xc9..=0xcf => return Some(true),
                0xdd => self.restart = usize::from(u16::from_be_bytes([*payload.first()?, *payload.get(1)?])),
                0xda => scanned += self.scan(payload)?,
                _ => {}
            }
        }
    }

    /// B.2.4.2
    fn define_tables(&mut self, mut payload: &[u8]) -> Option<()> {
        while let Some((&class, rest)) = payload.split_first() {
            let count: usize = rest.get(..16)?.iter().map(|&n| usize::from(n)).sum();
            let slot = usize::from(class >> 4) * 4 + usize::from(class & 0x0f);
            *self.tables.get_mut(slot)? = Some(Huffman::new(rest.get(..16 + count)?)?);
            payload = rest.get(16 + count..)?;
        }
        Some(())
    }

    /// B.2.2
    fn define_frame(&mut self, payload: &[u8]) -> Option<()> {
        self.height = usize::from(u16::from_be_bytes([*payload.get(1)?, *payload.get(2)?]));
        self.width = usize::from(u16::from_be_bytes([*payload.get(3)?, *payload.get(4)?]));
        let listed = payload.get(6..6 + 3 * usize::from(*payload.get(5)?))?;
        self.components = listed
            .chunks_exact(3)
            .map(|c| Component { id: c[0], across: usize::from(c[1] >> 4), down: usize::from(c[1] & 0x0f) })
            .collect();
        self.components.iter().all(|c| (1..=4).contains(&c.across) && (1..=4).contains(&c.down)).then_some(())
    }

    /// Walks the coded data of one scan (B.2.3); gives the number of components in it.
    fn scan(&mut self, payload: &[u8]) -> Option<usize> {
        let listed = payload.get(1..1 + 2 * usize::from(*payload.first()?))?;
        let most = |side: fn(&Component) -> usize| self.components.iter().map(side).max();
        let (most_across, most_down) = (most(|c| c.across)?, most(|c| c.down)?);
        let mut parts = Vec::new();
        for entry in listed.chunks_exact(2) {
            let component = *self.components.iter().find(|c| c.id == entry[0])?;
            parts.push((component, usize::from(entry[1] >> 4), 4 + usize::from(entry[1] & 0x0f)));
        }
        // A scan of one component is coded block by block, others in units of all their blocks (A.2).
        let units = if let [(component, ..)] = parts.as_slice() {
            let wide = (self.width * component.across).div_ceil(most_across);
            let high = (self.height * component.down).div_ceil(most_down);
            wide.div_ceil(8) * high.div_ceil(8)
        } else {
            self.width.div_ceil(8 * most_across) * self.height.div_ceil(8 * most_down)
        };
        for slot in parts.iter().flat_map(|&(_, dc, ac)| [dc, ac]) {
            let table = self.tables.get_mut(slot)?;
            if table.is_none() && slot % 4 < 2 {
                *table = Huffman::new(STANDARD[slot % 4 + slot / 4 * 2]);
            }
        }
        let mut bits = Bits { bytes: self.bytes, at: self.at, held: 0, count: 0 };
        let alone = parts.len() == 1;
        for unit in 0..units {
            if self.restart > 0 && unit > 0 && unit % self.restart == 0 {
                bits.restart((unit / self.restart - 1) % 8)?;
            }
            for (component, dc, ac) in &parts {
                let blocks = if alone { 1 } else { component.across * component.down };
                let (dc, ac) = (self.tables.get(*dc)?.as_ref()?, self.tables.get(*ac)?.as_ref()?);
                for _ in 0..blocks {
                    bits.block(dc, ac)?;
                }
            }
        }
        self.at = bits.next_marker()?;
        Some(listed.len() / 2)
    }
}

/// A Huffman table (annex C), for decoding (F.2.2.3).
struct Huffman {
    /// For the next 8 bits: length of the code, and its value; length 0 where the code is longer.
    short: [(u8, u8); 256],
    /// By length in bits: first code beyond those of this length, left-aligned to 16 bits.
    beyond: [u32; 17],
    /// By length: index of its first value less its first code.
    offset: [i32; 17],
    values: Vec<u8>,
}

impl Huffman {
    /// From a table as a file states it: 16 counts of codes by length, then the values.
    fn new(stated: &[u8]) -> Option<Self> {
        let (counts, values) = stated.split_at_checked(16)?;
        let mut table = Self { short: [(0, 0); 256], beyond: [0; 17], offset: [0; 17], values: values.to_vec() };
        let (mut code, mut first) = (0u32, 0usize);
        for (length, &count) in (1u32..).zip(counts) {
            table.offset[length as usize] = i32::try_from(first).ok()? - i32::try_from(code).ok()?;
            for &value in values.get(first..first + usize::from(count))? {
                if length <= 8 {
                    let from = (code << (8 - length)) as usize;
                    table.short.get_mut(from..from + (1 << (8 - length)))?.fill((length as u8, value));
                }
                code += 1;
            }
            if code > 1 << length {
                return None;
            }
            table.beyond[length as usize] = code << (16 - length);
            first += usize::from(count);
            code <<= 1;
        }
        Some(table)
    }
}

/// The entropy-coded bits up to the next marker.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    held: u64,
    count: u32,
}

impl Bits<'_> {
    /// Holds as many whole bytes as fit, up to the next marker.
    fn fill(&mut self) {
        while self.count <= 56 {
            let Some(&byte) = self.bytes.get(self.at) else { return };
            if byte == 0xff {
                if self.bytes.get(self.at + 1) != Some(&0x00) {
                    return;
                }
                self.at += 1;
            }
            self.at += 1;
            self.held = self.held << 8 | u64::from(byte);
            self.count += 8;
        }
    }

    fn skip(&mut self, count: u32) -> Option<()> {
        self.count = self.count.checked_sub(count)?;
        Some(())
    }

    /// The value of the next code.
    fn symbol(&mut self, table: &Huffman) -> Option<u8> {
        // The longest code and the longest value after it are 16 bits each.
        if self.count < 32 {
            self.fill();
        }
        let ahead = if self.count >= 16 {
            (self.held >> (self.count - 16)) as u32 & 0xffff
        } else {
            (self.held << (16 - self.count)) as u32 & 0xffff
        };
        let (length, value) = table.short[(ahead >> 8) as usize];
        if length > 0 {
            self.skip(length.into())?;
            return Some(value);
        }
        let length = (9..=16).find(|&length| ahead < table.beyond[length])?;
        self.skip(length as u32)?;
        let code = i32::try_from(ahead >> (16 - length)).ok()?;
        table.values.get(usize::try_from(code + table.offset[length]).ok()?).copied()
    }

    /// One block of 64 coefficients (F.2.2).
    fn block(&mut self, dc: &Huffman, ac: &Huffman) -> Option<()> {
        let size = self.symbol(dc).filter(|&size| size <= 11)?;
        self.skip(size.into())?;
        let mut index = 1;
        while index < 64 {
            let symbol = self.symbol(ac)?;
            let (run, size) = (symbol >> 4, symbol & 0x0f);
            match (run, size) {
                (15, 0) => index += 16,
                (_, 0) => return Some(()),
                (_, 11..) => return None,
                _ => {
                    index += run + 1;
                    self.skip(size.into())?;
                }
            }
        }
        (index == 64).then_some(())
    }

    /// Drops what is left before the next marker, if it is no more than padding; gives the marker's place.
    ///
    /// The last byte is filled up with ones (F.1.2.3), or by some webcams with zeros, and more zeros may follow.
    fn next_marker(&mut self) -> Option<usize> {
        let filled = 1u64.checked_shl(self.count % 8)? - 1;
        let mut rest = self.held >> (self.count - self.count % 8).min(63) & filled;
        if rest == filled {
            rest = 0;
        }
        self.count -= self.count % 8;
        loop {
            rest |= if self.count == 64 { self.held } else { self.held & ((1 << self.count) - 1) };
            self.count = 0;
            self.fill();
            if rest != 0 {
                return None;
            }
            if self.count == 0 {
                return (self.at < self.bytes.len()).then_some(self.at);
            }
        }
    }

    fn restart(&mut self, expected: usize) -> Option<()> {
        let mut at = self.next_marker()?;
        while self.bytes.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        self.at = at + 2;
        (usize::from(*self.bytes.get(at + 1)?) == 0xd0 + expected).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use image::{ExtendedColorType, ImageEncoder, codecs::jpeg::JpegEncoder};

    use super::*;

    /// 56×40 in 4:2:0 with a restart every two units: what `image` does not write.
    const SMALL: &str = "\
        ffd8ffe000104a46494600010100000100010000ffdb004300140e0f120f0d14121012171514181e32211e1c1c1e3d2c2e243249404c\
        4b47404645505a736250556d5645466488656d777b8182814e608d978c7d96737e817cffdb0043011517171e1a1e3b21213b7c534653\
        7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7cffc00011\
        080028003803012200021101031101ffc4001a000003010101010000000000000000000000020403050601ffc4001810010101010100\
        000000000000000000000003010261ffc4001801010101010100000000000000000000000403050100ffc4001b110003010100030000\
        00000000000000000001020312112131ffdd00040002ffda000c03010002110311003f00f23933649564cf927a2c876499236496648d\
        922e343bd1ffd0f33913647c5b91f0f91f1ad1a1120c8f81d1c8f80a5afa3be0ffd1e4e4cf9251ccdaf320a6ccb9b26c91f24ab9935e\
        644ce85a68ffd29f227c8f8b398b4e63e2d3a07923c8f81d1e63e0216a5523ffd3fbccdaf32018f2d9810d9b7326bcc8022698b867ff\
        d4eb7316bcc7c0079a61a0d798f800595312be1fffd9";

    fn small() -> Vec<u8> {
        (0..SMALL.len() / 2).map(|i| u8::from_str_radix(&SMALL[2 * i..2 * i + 2], 16).unwrap()).collect()
    }

    /// A smooth picture with a rough spot, elsewhere for every seed.
    fn picture(seed: u32) -> Vec<u8> {
        let (width, height) = (160, 96);
        let (left, top) = (seed * 37 % 120, seed * 23 % 60);
        let pixel = |x: u32, y: u32| {
            let rough = (left..left + 40).contains(&x) && (top..top + 36).contains(&y);
            if rough { (x * x * 7 + y * y * 13 + x * y * seed) as u8 } else { (x / 2 + y) as u8 }
        };
        let pixels: Vec<u8> = (0..width * height).map(|i| pixel(i % width, i / width)).collect();
        let mut jpeg = Vec::new();
        JpegEncoder::new(&mut jpeg).write_image(&pixels, width, height, ExtendedColorType::L8).unwrap();
        jpeg
    }

    #[test]
    fn whole_pictures_pass() {
        assert!(is_whole(&small()));
        assert!((0..8).all(|seed| is_whole(&picture(seed))));
        let mut grey = Vec::new();
        JpegEncoder::new(&mut grey).write_image(&[99; 33 * 17], 33, 17, ExtendedColorType::L8).unwrap();
        assert!(is_whole(&grey));
    }

    #[test]
    fn a_cut_picture_is_found_out_even_when_it_ends_as_another() {
        let mut passed = Vec::new();
        for seed in 0..10 {
            let (new, old) = (picture(seed), picture(seed + 10));
            for eighth in 3..8 {
                let cut = new.len() * eighth / 8;
                assert!(!is_whole(&[&new[..cut], b"\xff\xd9"].concat()), "{seed} ended at {cut}");
                if is_whole(&[&new[..cut], &old[cut.min(old.len() - 2)..]].concat()) {
                    passed.push((seed, cut));
                }
            }
        }
        // By chance the rest of the other picture can hold just as many blocks.
        assert!(passed.len() <= 1, "{passed:?}");
    }

    #[test]
    fn a_lost_restart_does_not_pass() {
        let mut jpeg = small();
        let restart = jpeg.windows(2).rposition(|pair| pair == [0xff, 0xd2]).unwrap();
        jpeg[restart + 1] = 0xd3;
        assert!(!is_whole(&jpeg));
    }

    #[test]
    fn webcams_may_leave_out_the_standard_tables() {
        let mut jpeg = picture(3);
        while let Some(start) = jpeg.windows(2).position(|pair| pair == [0xff, 0xc4]) {
            let length = usize::from(jpeg[start + 2]) << 8 | usize::from(jpeg[start + 3]);
            jpeg.drain(start..start + 2 + length);
        }
        assert!(jpeg.len() < picture(3).len());
        assert!(is_whole(&jpeg));
    }

    #[test]
    fn no_damage_brings_it_down() {
        let jpeg = small();
        for at in 0..jpeg.len() {
            for byte in [0x00, 0x01, 0x7f, 0xc0, 0xd9, 0xda, 0xff] {
                let mut damaged = jpeg.clone();
                damaged[at] = byte;
                is_whole(&damaged);
                is_whole(&damaged[..at]);
            }
        }
    }
}
