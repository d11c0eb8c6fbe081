//! Whether the coded picture inside a JPEG is whole.
//!
//! A webcam's cut frame is followed in the driver's buffer by the rest of an older one. JPEG decoders read on into it and
//! answer with a wrong picture and no error. Here every Huffman code is walked, without computing a pixel: a whole picture
//! yields exactly the number of blocks that its header announces, and then the end marker. References are to ITU-T T.81.

/// Stray bytes tolerated between the last block and the next marker: some webcams pad.
const SLACK: usize = 8;

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
    fn next_marker(&mut self) -> Option<usize> {
        let mut left = self.count as usize / 8;
        loop {
            self.count = 0;
            self.fill();
            if self.count == 0 {
                break;
            }
            left += self.count as usize / 8;
            if left > SLACK {
                return None;
            }
        }
        (left <= SLACK && self.at < self.bytes.len()).then_some(self.at)
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

/// The tables that webcams leave out of their pictures (annex K.3), each as a file would state it: DC 0, DC 1, AC 0, AC 1.
#[rustfmt::skip]
const STANDARD: [&[u8]; 4] = [
    // K.3: DC, luminance
    &[
        0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
    ],
    // K.4: DC, chrominance
    &[
        0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
    ],
    // K.5: AC, luminance
    &[
        0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125, 1, 2, 3, 0, 4, 17, 5, 18, 33, 49, 65, 6, 19, 81, 97, 7, 34,
        113, 20, 50, 129, 145, 161, 8, 35, 66, 177, 193, 21, 82, 209, 240, 36, 51, 98, 114, 130, 9, 10, 22, 23, 24,
        25, 26, 37, 38, 39, 40, 41, 42, 52, 53, 54, 55, 56, 57, 58, 67, 68, 69, 70, 71, 72, 73, 74, 83, 84, 85, 86,
        87, 88, 89, 90, 99, 100, 101, 102, 103, 104, 105, 106, 115, 116, 117, 118, 119, 120, 121, 122, 131, 132, 133,
        134, 135, 136, 137, 138, 146, 147, 148, 149, 150, 151, 152, 153, 154, 162, 163, 164, 165, 166, 167, 168, 169,
        170, 178, 179, 180, 181, 182, 183, 184, 185, 186, 194, 195, 196, 197, 198, 199, 200, 201, 202, 210, 211, 212,
        213, 214, 215, 216, 217, 218, 225, 226, 227, 228, 229, 230, 231, 232, 233, 234, 241, 242, 243, 244, 245, 246,
        247, 248, 249, 250,
    ],
    // K.6: AC, chrominance
    &[
        0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119, 0, 1, 2, 3, 17, 4, 5, 33, 49, 6, 18, 65, 81, 7, 97, 113,
        19, 34, 50, 129, 8, 20, 66, 145, 161, 177, 193, 9, 35, 51, 82, 240, 21, 98, 114, 209, 10, 22, 36, 52, 225,
        37, 241, 23, 24, 25, 26, 38, 39, 40, 41, 42, 53, 54, 55, 56, 57, 58, 67, 68, 69, 70, 71, 72, 73, 74, 83, 84,
        85, 86, 87, 88, 89, 90, 99, 100, 101, 102, 103, 104, 105, 106, 115, 116, 117, 118, 119, 120, 121, 122, 130,
        131, 132, 133, 134, 135, 136, 137, 138, 146, 147, 148, 149, 150, 151, 152, 153, 154, 162, 163, 164, 165, 166,
        167, 168, 169, 170, 178, 179, 180, 181, 182, 183, 184, 185, 186, 194, 195, 196, 197, 198, 199, 200, 201, 202,
        210, 211, 212, 213, 214, 215, 216, 217, 218, 226, 227, 228, 229, 230, 231, 232, 233, 234, 242, 243, 244, 245,
        246, 247, 248, 249, 250,
    ],
];
