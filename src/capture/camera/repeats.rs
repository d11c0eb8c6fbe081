//! Whether a camera sends new pictures, or one again and again.

use std::time::{Duration, Instant};

/// The same bytes for this long: the driver is stuck, or the camera is a virtual one that shows a card. No two pictures of a
/// sensor are alike to the last bit, because of its noise.
const FROZEN: Duration = Duration::from_secs(10);

/// Watches whether pictures repeat.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    /// What tells the last picture from others, and when it was taken first.
    last: Option<(u64, Instant)>,
}

impl Repeats {
    /// Takes in the fingerprint of a picture; whether the picture has been the same for too long.
    pub(super) fn step(&mut self, fingerprint: u64, taken: Instant) -> bool {
        match self.last {
            Some((same, since)) if same == fingerprint => taken.saturating_duration_since(since) >= FROZEN,
            _ => {
                self.last = Some((fingerprint, taken));
                false
            }
        }
    }

    /// Begins anew: no pictures were taken for a while.
    pub(super) fn forget(&mut self) {
        self.last = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_never_changes_is_noticed_after_ten_seconds() {
        let start = Instant::now();
        let mut repeats = Repeats::default();
        let mut step = |seconds, fingerprint| repeats.step(fingerprint, start + Duration::from_secs(seconds));
        let frozen: Vec<bool> = [(0, 7), (5, 7), (9, 7), (10, 7), (12, 7), (14, 8), (16, 8), (24, 8), (26, 7)]
            .map(|(seconds, fingerprint)| step(seconds, fingerprint))
            .to_vec();
        assert_eq!(frozen, [false, false, false, true, true, false, false, true, false]);
        repeats.forget();
        assert!(!repeats.step(7, start + Duration::from_secs(60)));
    }
}
