//! Presence, views, and what scores mean.

use serde::Serialize;

use super::{Prediction, Truth, quantile, share};
use crate::geometry::wrapped;

type Pair = (Truth, Option<Prediction>);

/// Whether people were found, and nobody where nobody is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Presence {
    /// Pictures with a person.
    pub people: usize,
    /// Of these, found.
    pub found: usize,
    /// Pictures without anybody.
    pub empty: usize,
    /// Of these, somebody seen nevertheless.
    pub seen_in_empty: usize,
    /// Found ÷ all that was called a person; `None` when nothing was.
    pub precision: Option<f64>,
    /// Found ÷ pictures with a person; `None` without any.
    pub recall: Option<f64>,
    /// Of the people found, those of whom nothing could be measured.
    pub unmeasured: usize,
    /// `unmeasured` ÷ `found`.
    pub refusal_rate: Option<f64>,
}

impl Presence {
    pub(super) fn of(pairs: &[Pair]) -> Self {
        let somebody = |(_, prediction): &&Pair| prediction.as_ref().is_some_and(|p| p.person.is_some());
        let (with, without): (Vec<&Pair>, Vec<&Pair>) = pairs.iter().partition(|(truth, _)| truth.person.is_some());
        let found: Vec<&&Pair> = with.iter().filter(|pair| somebody(pair)).collect();
        let seen_in_empty = without.iter().filter(|pair| somebody(pair)).count();
        let unmeasured = found.iter().filter(|(_, p)| p.as_ref().is_some_and(|p| p.measurements.is_empty())).count();
        Self {
            people: with.len(),
            found: found.len(),
            empty: without.len(),
            seen_in_empty,
            precision: share(found.len(), found.len() + seen_in_empty),
            recall: share(found.len(), with.len()),
            unmeasured,
            refusal_rate: share(unmeasured, found.len()),
        }
    }
}

/// Views, and the turn of the trunk, of the people that were found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Views {
    /// For every view of the labels: its name, how many, and how many were named rightly.
    pub by_view: Vec<(String, usize, usize)>,
    /// Median error of the trunk's yaw, degrees; `None` where no truth is known or none was predicted.
    pub trunk_yaw_median: Option<f64>,
}

impl Views {
    pub(super) fn of(pairs: &[Pair]) -> Self {
        let mut by_view: Vec<(String, usize, usize)> = Vec::new();
        let mut turns = Vec::new();
        for (truth, prediction) in pairs {
            let somebody = prediction.as_ref().and_then(|prediction| prediction.person.as_ref());
            let (Some(person), Some(said)) = (&truth.person, somebody) else { continue };
            if let (Some(true_yaw), Some(yaw)) = (person.trunk_yaw, said.trunk_yaw) {
                turns.push(f64::from(wrapped(yaw - true_yaw).abs()));
            }
            let Some(view) = said.view else { continue };
            let index = by_view.iter().position(|(name, ..)| *name == person.view).unwrap_or_else(|| {
                by_view.push((person.view.clone(), 0, 0));
                by_view.len() - 1
            });
            let (_, n, right) = &mut by_view[index];
            *n += 1;
            *right += usize::from(person.views.contains(&view));
        }
        Self { by_view, trunk_yaw_median: quantile(&turns, 0.5) }
    }
}

/// What scores of one tenth mean.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reliability {
    /// Scores from here on …
    pub from: f64,
    /// … up to here; 1 belongs to the last.
    pub to: f64,
    /// How many labelled keypoints were reported with such a score.
    pub n: usize,
    /// Share of them that is seen and no further than 0.1 of the size of the person from the truth.
    pub right: f64,
}

/// How near to the truth is right, in units of the person's size.
pub const TOLERANCE: f64 = 0.1;

/// One row for each tenth of the score that was given at all.
pub(super) fn reliability(pairs: &[Pair]) -> Vec<Reliability> {
    let mut tenths = [(0_usize, 0_usize); 10];
    for (truth, prediction) in pairs {
        let somebody = prediction.as_ref().and_then(|prediction| prediction.person.as_ref());
        let (Some(person), Some(said)) = (&truth.person, somebody) else { continue };
        for (part, at) in &said.keypoints {
            let Some(point) = person.keypoints.get(part) else { continue };
            let error = (f64::from(at.x) - point.x).hypot(f64::from(at.y) - point.y) / person.size;
            // Scores are written with two decimals: a hundredth of room keeps 0.30 in its own tenth.
            let tenth = ((f64::from(at.score) * 10.0 + 1e-4) as usize).min(9);
            tenths[tenth].0 += 1;
            tenths[tenth].1 += usize::from(point.visible && error <= TOLERANCE);
        }
    }
    (0..10)
        .zip(tenths)
        .filter_map(|(tenth, (n, right))| {
            let from = f64::from(tenth) / 10.0;
            Some(Reliability { from, to: from + 0.1, n, right: share(right, n)? })
        })
        .collect()
}
