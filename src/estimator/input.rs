//! What a network sees.

/// Value of the pixels around the frame, of 255.
const PAD: u8 = 128;

/// How the input wants its pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Arrangement {
    /// Length of the sides of the square, pixels.
    pub side: usize,
    /// Whether all of red comes before all of green and blue, or each pixel has its three values together.
    pub channels_first: bool,
}

impl Arrangement {
    /// The dimensions of the tensor.
    pub(super) fn shape(self) -> [usize; 4] {
        match self.channels_first {
            true => [1, 3, self.side, self.side],
            false => [1, self.side, self.side, 3],
        }
    }
}

/// The pixels that a network sees, in its own arrangement and range.
#[derive(Debug, Clone)]
pub struct Input {
    values: Vec<f32>,
    frame: Arrangement,
    /// What each of the 256 values of a pixel becomes.
    levels: [f32; 256],
}

impl Input {
    /// An input that is all padding, where a white pixel has the value `white`.
    pub(super) fn new(frame: Arrangement, white: f32) -> Self {
        let levels: [f32; 256] = std::array::from_fn(|value| value as f32 * white / 255.0);
        Self { values: vec![levels[usize::from(PAD)]; frame.side * frame.side * 3], frame, levels }
    }

    /// All values, in the order of the tensor.
    pub(super) fn values(&self) -> &[f32] {
        &self.values
    }

    /// Length of the sides of the square, pixels.
    pub fn side(&self) -> usize {
        self.frame.side
    }

    /// Red, green or blue (0, 1, 2) of the pixel in column `x` and row `y`, in 0..=255.
    #[cfg(test)]
    pub(super) fn value(&self, x: usize, y: usize, channel: usize) -> f32 {
        let Arrangement { side, channels_first } = self.frame;
        let index = if channels_first { (channel * side + y) * side + x } else { (y * side + x) * 3 + channel };
        self.values[index] * 255.0 / self.levels[255]
    }

    /// Makes all of it padding.
    pub(super) fn clear(&mut self) {
        self.values.fill(self.levels[usize::from(PAD)]);
    }

    /// Exchanges left and right.
    pub(super) fn mirror(&mut self) {
        let Arrangement { side, channels_first } = self.frame;
        if channels_first {
            self.values.chunks_exact_mut(side).for_each(<[f32]>::reverse);
            return;
        }
        for row in self.values.chunks_exact_mut(3 * side) {
            for x in 0..side / 2 {
                let (left, right) = row.split_at_mut(3 * (side - 1 - x));
                left[3 * x..3 * x + 3].swap_with_slice(&mut right[..3]);
            }
        }
    }

    /// Puts `pixels` (RGB, `width` × `height`, row by row) with their top left corner at (`left`, `top`), and padding
    /// around them. They must fit.
    pub(super) fn set(&mut self, pixels: &[u8], (left, top): (usize, usize), (width, height): (usize, usize)) {
        let Arrangement { side, channels_first } = self.frame;
        if width < side || height < side {
            self.clear();
        }
        let level = |&value: &u8| self.levels[usize::from(value)];
        for (y, row) in pixels.chunks_exact(3 * width).take(height).enumerate() {
            let start = (top + y) * side + left;
            if channels_first {
                for (c, channel) in self.values.chunks_exact_mut(side * side).enumerate() {
                    let samples = row.iter().skip(c).step_by(3);
                    channel[start..start + width].iter_mut().zip(samples).for_each(|(to, from)| *to = level(from));
                }
            } else {
                let to = &mut self.values[3 * start..3 * (start + width)];
                to.iter_mut().zip(row).for_each(|(to, from)| *to = level(from));
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Inputs of this project's and of MoveNet's arrangement, without a network.
    pub(in crate::estimator) fn empty_inputs(side: usize) -> [Input; 2] {
        [(true, 1.0), (false, 255.0)]
            .map(|(channels_first, white)| Input::new(Arrangement { side, channels_first }, white))
    }

    #[test]
    fn a_mirror_exchanges_left_and_right_and_nothing_else() {
        for side in [4, 5] {
            for mut input in empty_inputs(side) {
                let pixels: Vec<u8> = (0..side * side * 3).map(|value| value as u8).collect();
                input.set(&pixels, (0, 0), (side, side));
                let before = input.clone();
                input.mirror();
                for (y, x, channel) in
                    (0..side).flat_map(|y| (0..side).flat_map(move |x| (0..3).map(move |c| (y, x, c))))
                {
                    assert_eq!(input.value(x, y, channel), before.value(side - 1 - x, y, channel), "{x} {y} {channel}");
                }
            }
        }
    }
}
