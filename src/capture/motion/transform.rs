//! From the frequencies of a block to its pixels (A.3.3), as many of them as are wanted.

use std::f32::consts::PI;

/// The coefficients of a block of 8 × 8.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// By horizontal frequency, then by vertical.
    values: [[f32; 8]; 8],
    /// Above this horizontal and vertical frequency all are zero.
    extent: usize,
}

impl Block {
    /// Sets the coefficient of horizontal frequency `place / 8` and vertical `place % 8`.
    pub(super) fn set(&mut self, place: usize, value: f32) {
        let (across, down) = (place / 8 % 8, place % 8);
        self.values[across][down] = value;
        self.extent = self.extent.max(across).max(down);
    }
}

/// The waves that a block is made of, sampled for each size that is made of it.
#[derive(Debug)]
pub(super) struct Transform {
    /// For blocks of 8, 4 and 2 pixels: by frequency, then by pixel of the first half. The second half mirrors it.
    waves: [[[f32; 4]; 8]; 3],
}

impl Default for Transform {
    fn default() -> Self {
        Self { waves: [8, 4, 2].map(waves) }
    }
}

/// The waves for `side` pixels. Coefficients are those of 8 × 8 pixels: a mean of 1 has the coefficient 8.
fn waves(side: usize) -> [[f32; 4]; 8] {
    let mut waves = [[0.0; 4]; 8];
    for (frequency, wave) in waves.iter_mut().enumerate().take(side) {
        let height = if frequency == 0 { 1.0 / 8.0_f32.sqrt() } else { 0.5 };
        for (pixel, value) in wave.iter_mut().enumerate().take(side / 2) {
            let turns = (2 * pixel + 1) as f32 * frequency as f32 / (2 * side) as f32;
            *value = height * (PI * turns).cos();
        }
    }
    waves
}

impl Transform {
    /// Puts `block` as `SIDE` × `SIDE` pixels at the start of `to`, whose rows are `stride` bytes apart, and empties it. `SIDE` is
    /// 8, 4, 2 or 1.
    pub(super) fn apply<const SIDE: usize>(&self, block: &mut Block, to: &mut [u8], stride: usize) {
        let extent = std::mem::take(&mut block.extent);
        if SIDE == 1 || extent == 0 {
            let grey = to_byte(block.values[0][0] / 8.0);
            to.chunks_mut(stride).take(SIDE).for_each(|row| row[..SIDE].fill(grey));
        } else {
            let waves = &self.waves[if SIDE == 8 {
                0
            } else if SIDE == 4 {
                1
            } else {
                2
            }];
            let count = (extent + 1).min(SIDE);
            let frequencies =
                |index: usize| -> &[f32; SIDE] { block.values[index].first_chunk().unwrap_or(&[0.0; SIDE]) };
            // By column of pixels, then by vertical frequency.
            let across = sum(frequencies, count, waves);
            let mut turned = [[0.0; SIDE]; SIDE];
            for (x, column) in across.iter().enumerate() {
                for (v, &value) in column.iter().enumerate() {
                    turned[v][x] = value;
                }
            }
            let rows = sum(|index| &turned[index], count, waves);
            for (row, to) in rows.iter().zip(to.chunks_mut(stride)) {
                to[..SIDE].copy_from_slice(&row.map(to_byte));
            }
        }
        block.values[..=extent].fill([0.0; 8]);
    }
}

/// The first `count` of `frequencies` as pixels along one axis, for `SIDE` lines side by side.
fn sum<'a, const SIDE: usize>(
    frequencies: impl Fn(usize) -> &'a [f32; SIDE],
    count: usize,
    waves: &[[f32; 4]; 8],
) -> [[f32; SIDE]; SIDE] {
    let mut halves = [[[0.0_f32; SIDE]; 4]; 2];
    for (parity, half) in halves.iter_mut().enumerate() {
        for frequency in (parity..count).step_by(2) {
            let line = frequencies(frequency);
            for (pixel, height) in half.iter_mut().zip(waves[frequency]).take(SIDE / 2) {
                for (value, &part) in pixel.iter_mut().zip(line) {
                    *value += height * part;
                }
            }
        }
    }
    let [even, odd] = halves;
    let mut pixels = [[0.0; SIDE]; SIDE];
    for pixel in 0..SIDE / 2 {
        for line in 0..SIDE {
            pixels[pixel][line] = even[pixel][line] + odd[pixel][line];
            pixels[SIDE - 1 - pixel][line] = even[pixel][line] - odd[pixel][line];
        }
    }
    pixels
}

/// A sample around zero as a byte around 128, rounded.
fn to_byte(sample: f32) -> u8 {
    // At 2²³ the last bits of a number are its whole part.
    ((sample + 128.0).clamp(0.0, 255.0) + 8_388_608.0).to_bits() as u8
}
