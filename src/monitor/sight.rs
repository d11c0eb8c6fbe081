//! From which side the person is seen, without the flicker of single frames.

use std::time::Duration;

use super::Event;
use crate::measure::{Aspect, Facing, View};

/// A view is another one once it has been seen for this long.
const HOLD: Duration = Duration::from_millis(1_500);

/// From which side the person is seen. The first sight counts at once, a change after 1.5 s.
#[derive(Debug, Clone, Default)]
pub struct Sight {
    now: Option<(View, Facing)>,
    /// Another view, and since when it is seen without a break.
    next: Option<((View, Facing), Duration)>,
}

impl Sight {
    /// The aspect that holds; `None` before the first sight.
    pub fn aspect(&self) -> Option<Aspect> {
        self.now.map(|(view, facing)| Aspect::new(view, facing))
    }

    /// Takes in the view and facing seen at `at`; `None` when nobody is seen, which changes nothing.
    pub fn step(&mut self, at: Duration, seen: Option<(View, Facing)>) -> Option<Event> {
        let seen = seen?;
        if self.now == Some(seen) {
            self.next = None;
            return None;
        }
        let since = match self.next {
            Some((next, since)) if next == seen => since,
            _ => at,
        };
        self.next = Some((seen, since));
        if self.now.is_some() && at.saturating_sub(since) < HOLD {
            return None;
        }
        (self.now, self.next) = (Some(seen), None);
        let (view, facing) = seen;
        Some(Event::View { view, facing, at: since })
    }

    /// Forgets the view: whoever comes next is seen anew.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: (View, Facing) = (View::Lateral, Facing::Left);
    const FRONT: (View, Facing) = (View::Frontal, Facing::Camera);

    fn events(rate: f64, seen: impl Fn(f64) -> Option<(View, Facing)>) -> Vec<(View, f64)> {
        let mut sight = Sight::default();
        (0..(20.0 * rate) as u32)
            .filter_map(|frame| {
                let at = f64::from(frame) / rate;
                match sight.step(Duration::from_secs_f64(at), seen(at))? {
                    Event::View { view, at, .. } => Some((view, at.as_secs_f64())),
                    _ => None,
                }
            })
            .collect()
    }

    #[test]
    fn a_change_counts_once_it_has_held_at_any_frame_rate() {
        for rate in [1.0, 2.0, 10.0] {
            let turned = events(rate, |at| Some(if at < 10.0 { SIDE } else { FRONT }));
            assert_eq!(turned, [(View::Lateral, 0.0), (View::Frontal, 10.0)], "{rate}");
        }
    }

    #[test]
    fn a_flicker_and_a_short_absence_change_nothing() {
        let flicker = events(2.0, |at| Some(if (at * 2.0) as u32 % 4 == 3 { FRONT } else { SIDE }));
        assert_eq!(flicker, [(View::Lateral, 0.0)]);
        let gone = events(2.0, |at| (!(5.0..8.0).contains(&at)).then_some(SIDE));
        assert_eq!(gone, [(View::Lateral, 0.0)]);
    }

    #[test]
    fn two_other_views_in_turns_are_none() {
        let other = (View::Oblique, Facing::Camera);
        let in_turns = |at: f64| if (at as u32).is_multiple_of(2) { FRONT } else { other };
        let seen = events(2.0, |at| Some(if at < 5.0 { SIDE } else { in_turns(at) }));
        assert_eq!(seen, [(View::Lateral, 0.0)]);
    }

    #[test]
    fn a_second_and_a_half_is_enough() {
        let mut sight = Sight::default();
        sight.step(Duration::ZERO, Some(SIDE));
        assert_eq!(sight.step(Duration::from_secs(10), Some(FRONT)), None);
        assert_eq!(sight.step(Duration::from_millis(11_499), Some(FRONT)), None);
        let told = sight.step(Duration::from_millis(11_500), Some(FRONT));
        assert_eq!(told.map(|event| event.at()), Some(Duration::from_secs(10)));
    }

    #[test]
    fn what_is_forgotten_is_seen_anew() {
        let mut sight = Sight::default();
        assert!(sight.step(Duration::ZERO, Some(SIDE)).is_some());
        assert_eq!(sight.aspect(), Some(Aspect::new(View::Lateral, Facing::Left)));
        sight.forget();
        assert_eq!(sight.aspect(), None);
        assert!(sight.step(Duration::from_secs(60), Some(SIDE)).is_some());
    }
}
