//! Which stretch to recommend.
//!
//! Of the stretches that help a rule's finding, those for the desk come first, and among them those with the best evidence
//! for it. Left out are those that the user's profile speaks against, those that take longer than the prompt allows, and,
//! while there is another, those given last. The very last one is never given again at once: in its place, and where
//! nothing else suits, stands a rest, which is a break away from the screen or a look into the distance.

use std::{collections::BTreeSet, time::Duration};

use super::{Advice, Position, Stretch, StretchId, Stretches};
use crate::rules::RuleId;

/// What suits the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suits {
    /// What speaks against a stretch: words of `avoid` in `stretches.toml`, or the names of stretches.
    pub avoid: BTreeSet<String>,
    /// Whether exercises may be recommended at all; not after a symptom was reported that belongs before a clinician. Rests
    /// may be, always.
    pub exercises: bool,
}

impl Default for Suits {
    fn default() -> Self {
        Self { avoid: BTreeSet::new(), exercises: true }
    }
}

impl Suits {
    /// Whether nothing speaks against `stretch`.
    pub fn allow(&self, stretch: &Stretch) -> bool {
        let named = std::iter::once(&stretch.id.0).chain(&stretch.avoid).any(|word| self.avoid.contains(word));
        !named && (self.exercises || stretch.rest)
    }
}

/// How much may be recommended at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prompt {
    /// Most stretches.
    pub stretches: usize,
    /// Longest time that they may take together.
    pub length: Duration,
    /// Whether it is to be a rest, and no exercise.
    pub rest: bool,
}

impl Prompt {
    /// One stretch, however long it takes.
    pub const ONE: Self = Self { stretches: 1, length: Duration::MAX, rest: false };
}

pub(super) fn choose(
    stretches: &Stretches,
    rule: &RuleId,
    recent: &[StretchId],
    suits: &Suits,
    prompt: &Prompt,
) -> Option<Advice> {
    let suitable = |stretch: &&Stretch| {
        suits.allow(stretch) && stretch.dose.duration() <= prompt.length && (stretch.rest || !prompt.rest)
    };
    let helping = stretches.helping(rule);
    if helping.is_empty() {
        return None;
    }
    let helping: Vec<&Stretch> = helping.into_iter().filter(suitable).collect();
    // `min_by_key` takes the first of equals: those not given lately stand at 0, later ones in the order of their giving.
    let last_given = |stretch: &&Stretch| recent.iter().rposition(|id| *id == stretch.id).map_or(0, |place| place + 1);
    let again = |stretch: &&Stretch| recent.last() == Some(&stretch.id);
    let best = helping.iter().copied().min_by_key(last_given);
    // On the feet before on the chair: a walk before a look into the distance.
    let rests = || stretches.iter().filter(|stretch| stretch.rest).filter(suitable);
    let rest = rests().filter(|stretch| !again(stretch)).min_by_key(|stretch| stretch.position != Position::Standing);
    let first = best.filter(|stretch| !again(stretch)).or(rest).or(best)?;
    let left = prompt.length.saturating_sub(first.dose.duration());
    let fits = |stretch: &&&Stretch| {
        stretch.id != first.id
            && last_given(stretch) == 0
            && stretch.dose.duration() <= left
            && (stretch.desk_friendly || !first.desk_friendly)
    };
    let then = helping.iter().find(fits).filter(|_| prompt.stretches > 1);
    Some(Advice { stretch: first.id.clone(), then: then.map(|stretch| stretch.id.clone()), because: rule.clone() })
}
