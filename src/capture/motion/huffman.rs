//! Huffman codes (annex C), for decoding (F.2.2.3).

use super::bits::number;

/// Bits that are looked up at once: most codes together with the number after them are no longer.
const SHORT: u32 = 10;

/// A Huffman table.
#[derive(Debug, Default)]
pub(super) struct Huffman {
    /// As a file states it: 16 counts of codes by length, then the values.
    stated: Vec<u8>,
    short: Vec<Known>,
    /// By length in bits: first code beyond those of this length, left-aligned to 16 bits.
    beyond: [u32; 17],
    /// By length: index of its first value less its first code.
    offset: [i32; 17],
}

/// What the next bits begin with.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Known {
    /// Its code's value.
    pub symbol: u8,
    /// How many bits are known: none where the code is longer than [`SHORT`].
    pub bits: u8,
    /// The number after the code; 0 where it is not among the known bits, or there is none.
    pub number: i16,
}

impl Huffman {
    /// Becomes the table that a file states as 16 counts of codes by length, then the values.
    pub(super) fn define(&mut self, stated: &[u8]) -> Option<()> {
        if self.stated == stated {
            return Some(());
        }
        self.stated.clear();
        let (counts, values) = stated.split_at_checked(16)?;
        self.short.clear();
        self.short.resize(1 << SHORT, Known::default());
        let (mut code, mut first) = (0_u32, 0_usize);
        for (length, &count) in (1_u32..).zip(counts) {
            self.offset[length as usize] = i32::try_from(first).ok()? - i32::try_from(code).ok()?;
            for &symbol in values.get(first..first + usize::from(count))? {
                if length <= SHORT {
                    self.know(symbol, code, length)?;
                }
                code += 1;
            }
            if code > 1 << length {
                return None;
            }
            self.beyond[length as usize] = code << (16 - length);
            first += usize::from(count);
            code <<= 1;
        }
        self.stated.extend_from_slice(stated);
        Some(())
    }

    /// Notes all that can follow a short code.
    fn know(&mut self, symbol: u8, code: u32, length: u32) -> Option<()> {
        let left = SHORT - length;
        let from = (code << left) as usize;
        let size = u32::from(symbol & 0x0f);
        for (rest, known) in (0_u32..).zip(self.short.get_mut(from..from + (1 << left))?) {
            *known = Known { symbol, bits: length as u8, number: 0 };
            if (1..=left).contains(&size) {
                known.bits = (length + size) as u8;
                known.number = number((rest >> (left - size)) as i32, size) as i16;
            }
        }
        Some(())
    }

    /// What is known of the highest bits of `ahead`.
    pub(super) fn short(&self, ahead: u64) -> Known {
        self.short.get((ahead >> (64 - SHORT)) as usize).copied().unwrap_or_default()
    }

    /// The value of a code that is longer, and its length in bits.
    pub(super) fn long(&self, ahead: u64) -> Option<(u8, u32)> {
        let ahead = (ahead >> 48) as u32;
        let length = (SHORT as usize + 1..=16).find(|&length| ahead < self.beyond[length])?;
        let code = i32::try_from(ahead >> (16 - length)).ok()?;
        let index = usize::try_from(code + self.offset[length]).ok()?;
        Some((*self.stated.get(16 + index)?, length as u32))
    }
}
