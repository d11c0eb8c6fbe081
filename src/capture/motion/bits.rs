//! The coded bits of a scan.

use super::huffman::Huffman;

/// The entropy-coded bits up to the next marker.
#[derive(Debug)]
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The next bits, the first of them highest; those beyond `count` are zero.
    held: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    /// The bits from byte `at` on.
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, held: 0, count: 0 }
    }

    /// Holds as many whole bytes as fit, up to the next marker.
    fn fill(&mut self) {
        if let Some(&eight) = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<8>()) {
            let word = u64::from_be_bytes(eight);
            // None of the eight bytes is FF: no byte of the complement is zero.
            let complement = !word;
            if complement.wrapping_sub(0x0101_0101_0101_0101) & word & 0x8080_8080_8080_8080 == 0 {
                let bytes = (64 - self.count) / 8;
                let fits = if bytes == 8 { word } else { word & !(u64::MAX >> (8 * bytes)) };
                self.held |= fits >> self.count;
                self.count += 8 * bytes;
                self.at += bytes as usize;
                return;
            }
        }
        self.fill_bytewise();
    }

    /// The same near a byte of FF and near the end. A zero byte after FF is none of the picture's (F.1.2.3).
    fn fill_bytewise(&mut self) {
        while self.count <= 56 {
            let Some(&byte) = self.bytes.get(self.at) else { return };
            if byte == 0xff {
                if self.bytes.get(self.at + 1) != Some(&0x00) {
                    return;
                }
                self.at += 1;
            }
            self.at += 1;
            self.held |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    /// Lets go of bits, fewer than 64 of them; `None` where so many are not there.
    fn skip(&mut self, count: u32) -> Option<()> {
        self.count = self.count.checked_sub(count)?;
        self.held <<= count;
        Some(())
    }

    /// The next code's value; the number that follows it (F.2.2.1) is gone over.
    fn symbol(&mut self, table: &Huffman) -> Option<u8> {
        // The longest code and the longest number after it are 16 bits each.
        if self.count < 32 {
            self.fill();
        }
        let (symbol, length) = table.first(self.held)?;
        self.skip(length + u32::from(symbol & 0x0f))?;
        Some(symbol)
    }

    /// Goes over one block of 64 coefficients (F.2.2).
    pub(super) fn block(&mut self, dc: &Huffman, ac: &Huffman) -> Option<()> {
        self.symbol(dc).filter(|&size| size <= 11)?;
        let mut index = 1;
        while index < 64 {
            let symbol = self.symbol(ac)?;
            match (symbol >> 4, symbol & 0x0f) {
                (15, 0) => index += 16,
                (_, 0) => return Some(()),
                (_, 11..) => return None,
                (run, _) => index += run + 1,
            }
        }
        (index == 64).then_some(())
    }

    /// Drops what is left before the next marker, if it is no more than padding; gives the marker's place.
    ///
    /// The last byte is filled up with ones (F.1.2.3), or by some webcams with zeros, and more zeros may follow.
    pub(super) fn next_marker(&mut self) -> Option<usize> {
        let odd = self.count % 8;
        let rest = self.held.checked_shr(64 - odd).unwrap_or(0);
        if rest != 0 && rest != (1 << odd) - 1 {
            return None;
        }
        self.skip(odd)?;
        loop {
            if self.held != 0 {
                return None;
            }
            self.count = 0;
            self.fill_bytewise();
            if self.count == 0 {
                return (self.at < self.bytes.len()).then_some(self.at);
            }
        }
    }

    /// Goes over the restart marker of this number, which must be the next thing there is.
    pub(super) fn restart(&mut self, expected: usize) -> Option<()> {
        let mut at = self.next_marker()?;
        while self.bytes.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        self.at = at + 2;
        (usize::from(*self.bytes.get(at + 1)?) == 0xd0 + expected).then_some(())
    }
}
