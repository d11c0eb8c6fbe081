//! A dose as a row of legs.

use std::time::Duration;

use crate::stretches::{Dose, Repetition};

/// The rest between two holds: time to let go and take the position again.
const LET_GO: Duration = Duration::from_secs(4);

/// One part of a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leg {
    /// Get into position.
    Ready {
        /// Time for that.
        length: Duration,
    },
    /// Hold a position.
    Hold {
        /// On which side, where sides take turns.
        side: Option<Side>,
        /// For how long.
        length: Duration,
        /// Which one it is, from 1, of how many.
        number: u32,
        /// How many holds there are.
        of: u32,
    },
    /// Repeat a slow movement.
    Move {
        /// So often.
        reps: u32,
        /// The time of one.
        pace: Duration,
    },
    /// Let go.
    Rest {
        /// For how long.
        length: Duration,
    },
}

/// The person's side to which a stretch is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Left.
    Left,
    /// Right.
    Right,
}

/// The legs of a dose: `ready` first, holds with a moment between them, sides in turns, sets with their rest.
pub(super) fn legs(dose: &Dose, ready: Duration) -> Vec<Leg> {
    let mut legs = vec![Leg::Ready { length: ready }];
    let sides: &[Option<Side>] = if dose.per_side { &[Some(Side::Left), Some(Side::Right)] } else { &[None] };
    let of = dose.reps * dose.sets * sides.len() as u32;
    let mut number = 0;
    for set in 0..dose.sets {
        if set > 0 {
            legs.push(Leg::Rest { length: dose.rest });
        }
        match dose.repetition {
            Repetition::Move(pace) => legs.push(Leg::Move { reps: dose.reps * sides.len() as u32, pace }),
            Repetition::Hold(length) => {
                for side in (0..dose.reps).flat_map(|_| sides) {
                    if number > 0 && !matches!(legs.last(), Some(Leg::Rest { .. })) {
                        legs.push(Leg::Rest { length: LET_GO });
                    }
                    number += 1;
                    legs.push(Leg::Hold { side: *side, length, number, of });
                }
            }
        }
    }
    legs
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn sides_take_turns_with_a_moment_between() {
        let dose = Dose { repetition: Repetition::Hold(20 * SECOND), reps: 2, sets: 1, rest: SECOND, per_side: true };
        let legs = legs(&dose, 5 * SECOND);
        let sides: Vec<_> =
            legs.iter().filter_map(|leg| if let Leg::Hold { side, .. } = leg { *side } else { None }).collect();
        assert_eq!(sides, [Side::Left, Side::Right, Side::Left, Side::Right]);
        assert_eq!(legs.iter().filter(|leg| matches!(leg, Leg::Rest { .. })).count(), 3);
        assert_eq!(legs[0], Leg::Ready { length: 5 * SECOND });
        assert_eq!(legs.last(), Some(&Leg::Hold { side: Some(Side::Right), length: 20 * SECOND, number: 4, of: 4 }));
    }

    #[test]
    fn sets_of_repetitions_have_their_rest() {
        let dose =
            Dose { repetition: Repetition::Move(4 * SECOND), reps: 12, sets: 2, rest: 20 * SECOND, per_side: false };
        let moves = Leg::Move { reps: 12, pace: 4 * SECOND };
        assert_eq!(
            legs(&dose, SECOND),
            [Leg::Ready { length: SECOND }, moves, Leg::Rest { length: 20 * SECOND }, moves]
        );
    }
}
