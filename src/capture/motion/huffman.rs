//! Huffman codes (annex C), for decoding (F.2.2.3).

/// Bits that are looked up at once: most codes are no longer.
const SHORT: u32 = 10;

/// A Huffman table.
#[derive(Debug, Default)]
pub(super) struct Huffman {
    /// As a file states it: 16 counts of codes by length, then the values.
    stated: Vec<u8>,
    /// By the next bits: the value of the code that they begin with, and its length, 0 where it is longer.
    short: Vec<(u8, u8)>,
    /// By length in bits: first code beyond those of this length, left-aligned to 16 bits.
    beyond: [u32; 17],
    /// By length: index of its first value less its first code.
    offset: [i32; 17],
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
        self.short.resize(1 << SHORT, (0, 0));
        let (mut code, mut first) = (0_u32, 0_usize);
        for (length, &count) in (1_u32..).zip(counts) {
            self.offset[length as usize] = i32::try_from(first).ok()? - i32::try_from(code).ok()?;
            for &symbol in values.get(first..first + usize::from(count))? {
                if let Some(left) = SHORT.checked_sub(length) {
                    let from = (code << left) as usize;
                    self.short.get_mut(from..from + (1 << left))?.fill((symbol, length as u8));
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

    /// The value of the code that the highest bits of `ahead` begin with, and its length in bits.
    pub(super) fn first(&self, ahead: u64) -> Option<(u8, u32)> {
        match self.short.get((ahead >> (64 - SHORT)) as usize) {
            Some(&(symbol, length)) if length > 0 => Some((symbol, length.into())),
            _ => self.long(ahead),
        }
    }

    /// The same of a code that is not short.
    fn long(&self, ahead: u64) -> Option<(u8, u32)> {
        let ahead = (ahead >> 48) as u32;
        let length = (SHORT as usize + 1..=16).find(|&length| ahead < self.beyond[length])?;
        let code = i32::try_from(ahead >> (16 - length)).ok()?;
        let index = usize::try_from(code + self.offset[length]).ok()?;
        Some((*self.stated.get(16 + index)?, length as u32))
    }
}
