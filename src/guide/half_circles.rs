//! Counting half circles of the head from the front: from one side over the chest to the other.

use std::time::Duration;

use super::{plan::Side, recent::Recent, signal::Head};

/// How far the head leans at either end, degrees. 8 and 10 count the same on the rendered sequences.
const LEAN: f32 = 10.0;
/// How much further the nose sinks on the way than at the ends, shoulder widths.
const NOD: f32 = 0.065;
/// The shortest and the longest time on the way from side to side.
const TIMES: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(12));
/// The longest time from the end of one to the end of the next in a row.
const ROW: Duration = Duration::from_secs(15);
/// Length of the medians.
const SMOOTHING: Duration = Duration::from_millis(500);

/// Counts half circles. A single one is what people do anyway, so the first counts only once a second follows.
#[derive(Debug, Clone)]
pub(super) struct HalfCircles {
    recent: Recent<Head>,
    /// The side that was reached last.
    side: Option<Visit>,
    /// When the last one of the row ended, and whether it waits for a second one to count.
    row: Option<(Duration, bool)>,
}

/// A stay of the head at a side, and what came after.
#[derive(Debug, Clone, Copy)]
struct Visit {
    side: Side,
    /// When the head was last there.
    left: Duration,
    /// The highest that the nose stood there.
    highest: f32,
    /// The furthest that it has sunk since then.
    lowest: f32,
}

impl HalfCircles {
    /// A counter that has seen nothing yet.
    pub const fn new() -> Self {
        Self { recent: Recent::new(SMOOTHING), side: None, row: None }
    }

    /// Takes in the head at `at`; returns how many half circles count with it: 0, 1, or 2 where a second one makes the first
    /// one count.
    pub fn step(&mut self, at: Duration, head: Head) -> u32 {
        self.recent.push(at, head);
        let (lean, sunk) = (self.recent.median(|head| head.lean), self.recent.median(|head| head.sunk));
        let reached = match lean {
            lean if lean >= LEAN => Some(Side::Left),
            lean if lean <= -LEAN => Some(Side::Right),
            _ => None,
        };
        if let Some(visit) = &mut self.side {
            visit.lowest = visit.lowest.max(sunk);
            if reached == Some(visit.side) {
                visit.left = at;
                if sunk < visit.highest {
                    (visit.highest, visit.lowest) = (sunk, sunk);
                }
            }
        }
        let Some(side) = reached.filter(|side| self.side.is_none_or(|visit| visit.side != *side)) else { return 0 };
        let counts = self.side.is_some_and(|from| {
            let took = at.saturating_sub(from.left);
            from.lowest - from.highest >= NOD && took >= TIMES.0 && took <= TIMES.1
        });
        self.side = Some(Visit { side, left: at, highest: sunk, lowest: sunk });
        if !counts {
            return 0;
        }
        let row = self.row.filter(|(ended, _)| at.saturating_sub(*ended) <= ROW);
        self.row = Some((at, row.is_none()));
        match row {
            None => 0,
            Some((_, waits)) => 1 + u32::from(waits),
        }
    }
}
