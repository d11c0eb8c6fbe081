//! A deviation with its band on a line of characters, beside the baseline and the thresholds of its rule.

/// The baseline: no deviation.
pub const BASELINE: char = '┃';
/// A threshold: mild, moderate, marked.
pub const THRESHOLD: char = '┊';
/// Where the deviation is.
pub const VALUE: char = '█';
/// Where it may as well be, within its uncertainty.
pub const BAND: char = '░';
const LINE: char = '─';

/// How far the line goes on either side: half of the first threshold to the better, and a little past the last one.
const BETTER: f32 = 0.5;
const BEYOND: f32 = 1.1;

/// A line of `width` characters from a little better than the baseline to a little past the last of `thresholds`, all in the
/// unit of `value`. What lies beyond an end is drawn at it.
pub fn gauge(value: f32, uncertainty: f32, thresholds: [f32; 3], width: usize) -> String {
    let [mild, _, marked] = thresholds;
    let (from, to) = (-BETTER * mild, BEYOND * marked);
    let last = width.saturating_sub(1);
    let column = |x: f32| {
        let share = ((x - from) / (to - from)).clamp(0.0, 1.0);
        // Between 0 and `last`, so that the cast keeps it.
        (share * last as f32).round() as usize
    };
    let mut line = vec![LINE; width];
    let mut put = |range: std::ops::RangeInclusive<usize>, mark: char| {
        range.for_each(|place| line.iter_mut().skip(place).take(1).for_each(|cell| *cell = mark));
    };
    thresholds.into_iter().for_each(|threshold| put(column(threshold)..=column(threshold), THRESHOLD));
    put(column(value - uncertainty)..=column(value + uncertainty), BAND);
    put(column(0.0)..=column(0.0), BASELINE);
    put(column(value)..=column(value), VALUE);
    line.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_band_lies_about_the_value_between_baseline_and_thresholds() {
        assert_eq!(gauge(8.0, 2.0, [5.0, 8.0, 12.0], 33), "─────┃─────────┊─░░░░█░░░░────┊──");
        assert_eq!(gauge(0.0, 0.0, [5.0, 8.0, 12.0], 33), "─────█─────────┊─────┊────────┊──");
    }

    #[test]
    fn what_lies_beyond_is_drawn_at_the_end_and_nothing_outside_of_it() {
        assert!(gauge(400.0, 1.0, [5.0, 8.0, 12.0], 20).ends_with(VALUE));
        assert!(gauge(-400.0, 1.0, [5.0, 8.0, 12.0], 20).starts_with(VALUE));
        for width in 0..3 {
            assert_eq!(gauge(1.0, 1.0, [5.0, 8.0, 12.0], width).chars().count(), width);
        }
    }
}
