//! Pictures in which there is nothing to see, and why. The network was not taught such pictures, and sees people in the
//! noise of a covered camera and in a dark and empty room.
//!
//! The picture is averaged over 32 × 24 blocks, which takes the noise out of it. On 2,594 photos of people and 2,500 rendered
//! scenes, the brightest hundredth of the blocks is above 108 of 255, the blocks' standard deviation above 10, and what a
//! smooth shade leaves of it above 3.8 (an empty wall).

use std::{array, fmt};

use image::RgbImage;

/// Blocks across and down.
const ACROSS: usize = 32;
const DOWN: usize = 24;

/// About this many pixels of a block are looked at in each direction.
const SAMPLES: u32 = 10;

/// Of 255: a picture whose brightest blocks are below it is black. Black itself is at 0, or at 16 where a camera does not
/// stretch its range.
const BLACK: f32 = 17.0;

/// Of 255: a picture whose brightest blocks are below it is too dark. Darkened to a fifth (35 to 50 here), with the noise of a
/// sensor, samples from the side read up to 7° too little, and the empty room shows somebody at a seventh.
const DARK: f32 = 48.0;

/// Standard deviation of the blocks, of 255, after the best fit of a parabola in both directions was taken off: below it
/// there is at most a shade and no scene. In the dark it counts for less, as everything does. A finger on the lens and light
/// that leaks past a shutter have 0.3 to 3, noise from 0 to 44 has 1.3.
const DETAIL: f32 = 3.2;

/// Standard deviation of the blocks, of 255, below which a bright picture without a scene has no shade either.
const CONTRAST: f32 = 4.0;

/// Rows of blocks that repeat the one above, this many in a row, and so many colours from left to right, are bars. Blocks are
/// alike within [`ALIKE`] of 255.
const BARS_DOWN: usize = 12;
const BARS_ACROSS: usize = 5;
const ALIKE: f32 = 3.0;

/// Why nothing can be seen in a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Blind {
    /// All black: a camera that is off behind its driver, a closed shutter, no light at all.
    Black,
    /// Noise or a shade and no scene: a shutter, tape, a finger.
    Covered,
    /// A scene, but with too little light for its edges to be where they seem.
    Dark,
    /// One colour that is not dark: a driver's empty buffer, a lens against a lamp.
    Blank,
    /// Bars from top to bottom: what a virtual camera shows while nothing is fed to it.
    TestCard,
}

impl fmt::Display for Blind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Black => "the picture is black; open the camera's shutter, or turn on a light",
            Self::Covered => "the camera looks covered; open its shutter, or wipe its lens",
            Self::Dark => "it is too dark to measure; turn on a light",
            Self::Blank => "the picture is of one colour; turn the camera from the light, or plug it in again",
            Self::TestCard => {
                "the camera shows a test card; start what feeds this virtual camera, or choose another with --source"
            }
        })
    }
}

/// Why nothing can be seen in `image`, if nothing can.
pub fn blind(image: &RgbImage) -> Option<Blind> {
    let blocks = Blocks::of(image)?;
    let brightest = blocks.brightest();
    let detail = DETAIL * (brightest / DARK).min(1.0);
    if brightest < BLACK {
        Some(Blind::Black)
    } else if blocks.detail() < detail {
        let bright = brightest >= DARK && blocks.contrast() < CONTRAST;
        Some(if bright { Blind::Blank } else { Blind::Covered })
    } else if brightest < DARK {
        Some(Blind::Dark)
    } else {
        blocks.are_bars().then_some(Blind::TestCard)
    }
}

/// The mean brightness of each block, of 255, row by row.
struct Blocks([[f32; ACROSS]; DOWN]);

impl Blocks {
    /// `None` for a picture without pixels.
    fn of(image: &RgbImage) -> Option<Self> {
        let (width, height) = image.dimensions();
        if width == 0 || height == 0 {
            return None;
        }
        let steps =
            [width / (ACROSS as u32 * SAMPLES), height / (DOWN as u32 * SAMPLES)].map(|step| step.max(1) as usize);
        let row = 3 * width as usize;
        let samples = image.as_raw();
        Some(Self(array::from_fn(|j| {
            let ys = part(j, DOWN, height);
            array::from_fn(|i| {
                let xs = part(i, ACROSS, width);
                let (mut sum, mut count) = (0_u32, 0_u32);
                for y in ys.clone().step_by(steps[1]) {
                    for x in xs.clone().step_by(steps[0]) {
                        let [r, g, b] = array::from_fn(|c| u32::from(samples[y * row + 3 * x + c]));
                        // Green counts twice: a rough luma is enough here.
                        sum += r + 2 * g + b;
                        count += 4;
                    }
                }
                sum as f32 / count as f32
            })
        })))
    }

    fn iter(&self) -> impl Iterator<Item = f32> + '_ {
        self.0.iter().flatten().copied()
    }

    /// What only a hundredth of the blocks exceeds.
    fn brightest(&self) -> f32 {
        let mut all = self.0;
        let all = all.as_flattened_mut();
        let place = all.len() * 99 / 100;
        *all.select_nth_unstable_by(place, f32::total_cmp).1
    }

    /// Sum of the squares around the mean.
    fn squares(&self) -> f32 {
        let mean = self.iter().sum::<f32>() / (ACROSS * DOWN) as f32;
        self.iter().map(|block| (block - mean).powi(2)).sum()
    }

    fn contrast(&self) -> f32 {
        (self.squares() / (ACROSS * DOWN) as f32).sqrt()
    }

    /// What is left of the contrast without a smooth shade. The five terms are orthogonal to one another and to a constant
    /// on this grid, so that each can be taken off by itself.
    fn detail(&self) -> f32 {
        let shades: [fn(f32, f32) -> f32; 5] =
            [|x, _| x, |_, y| y, |x, y| x * y, |x, _| x * x - mean_square(ACROSS), |_, y| y * y - mean_square(DOWN)];
        let explained: f32 = shades
            .into_iter()
            .map(|shade| {
                let (mut product, mut norm) = (0.0_f32, 0.0_f32);
                for (j, row) in self.0.iter().enumerate() {
                    for (i, block) in row.iter().enumerate() {
                        let value = shade(place(i, ACROSS), place(j, DOWN));
                        product += value * block;
                        norm += value * value;
                    }
                }
                product * product / norm
            })
            .sum();
        ((self.squares() - explained).max(0.0) / (ACROSS * DOWN) as f32).sqrt()
    }

    /// Whether half the picture is made of upright bars.
    fn are_bars(&self) -> bool {
        let repeats = |pair: &[[f32; ACROSS]]| {
            let alike = pair[0].iter().zip(&pair[1]).filter(|(a, b)| (*a - *b).abs() < ALIKE).count();
            alike * 10 >= ACROSS * 9 && bars(&pair[1]) >= BARS_ACROSS
        };
        let mut run = 1;
        self.0.windows(2).any(|pair| {
            run = if repeats(pair) { run + 1 } else { 1 };
            run >= BARS_DOWN
        })
    }
}

/// How many stretches of one brightness, at least two blocks wide, a row has.
fn bars(row: &[f32; ACROSS]) -> usize {
    let flat: Vec<bool> = row.windows(2).map(|pair| (pair[0] - pair[1]).abs() < ALIKE).collect();
    let begins = |i: usize| flat[i] && (i == 0 || !flat[i - 1]);
    (0..flat.len()).filter(|&i| begins(i)).count()
}

/// The pixels of the `index`th of `count` parts of `size`; at least one.
fn part(index: usize, count: usize, size: u32) -> std::ops::Range<usize> {
    let size = size as usize;
    let from = index * size / count;
    from..((index + 1) * size / count).max(from + 1)
}

/// The middle of the `index`th of `count` parts, from -1 to 1.
fn place(index: usize, count: usize) -> f32 {
    (2 * index + 1) as f32 / count as f32 - 1.0
}

/// The mean of the squares of all places.
fn mean_square(count: usize) -> f32 {
    (0..count).map(|index| place(index, count).powi(2)).sum::<f32>() / count as f32
}

#[cfg(test)]
mod tests;
