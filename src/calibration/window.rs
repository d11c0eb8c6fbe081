//! Accepted samples of one posture, oldest first.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use super::STILL;
use crate::{
    baseline::{Baseline, Neutral},
    figure::Figure,
    geometry::Degrees,
    measure::{Aspect, Facing, Known, Measurement, Metric, Reference, View, measure},
    pose::Pose,
};

/// The longest time that one sample can speak for; after a longer pause the window starts again.
const ONE_SAMPLE: Duration = Duration::from_secs(2);
/// Fewest samples of a posture.
const FEWEST: usize = 5;
/// How much is kept of a time that says nothing new.
const KEPT: Duration = Duration::from_secs(2);
/// Share of the samples that a metric has to be measured in to be part of the baseline.
const OFTEN: f32 = 0.8;

/// One accepted moment.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub at: Duration,
    pub view: View,
    pub facing: Facing,
    pub figure: Figure,
    /// Width and height of the frame, pixels.
    pub frame: (u32, u32),
    pub pose: Pose,
    pub values: Vec<Measurement>,
}

impl Sample {
    /// From where the person is seen.
    pub fn aspect(&self) -> Aspect {
        Aspect::new(self.view, self.facing)
    }
}

/// Accepted samples of one view in one size of frame, without a pause between them.
#[derive(Debug, Clone, Default)]
pub(super) struct Window(VecDeque<Sample>);

impl Window {
    /// Adds a sample and gives the time that it speaks for. After a pause, or seen differently, the window starts again.
    pub fn push(&mut self, sample: Sample) -> Duration {
        let follows = |last: &Sample| {
            let alike = (last.view, last.facing, last.frame) == (sample.view, sample.facing, sample.frame);
            Some(sample.at.saturating_sub(last.at)).filter(|gap| alike && *gap <= ONE_SAMPLE)
        };
        let gap = self.0.back().and_then(follows);
        if gap.is_none() {
            self.0.clear();
        }
        self.0.push_back(sample);
        gap.unwrap_or(Duration::ZERO)
    }

    /// The time that the samples speak for; none while they are too few.
    pub fn covered(&self) -> Duration {
        match (self.0.front(), self.0.back()) {
            (Some(first), Some(last)) if self.0.len() >= FEWEST => last.at.saturating_sub(first.at),
            _ => Duration::ZERO,
        }
    }

    /// Forgets all but the latest.
    pub fn keep_latest(&mut self) {
        if let Some(last) = self.0.back().map(|last| last.at) {
            self.0.retain(|sample| last.saturating_sub(sample.at) <= KEPT);
        }
    }

    /// Forgets the oldest until the rest is [still](Self::is_still).
    pub fn keep_still(&mut self, metric: Metric, error: f32) {
        while !self.0.is_empty() && !self.is_still(metric, error) {
            self.0.pop_front();
        }
    }

    /// The last sample.
    pub fn last(&self) -> Option<&Sample> {
        self.0.back()
    }

    /// From where the person was seen.
    pub fn aspect(&self) -> Option<Aspect> {
        self.last().map(Sample::aspect)
    }

    /// Whether the person sat still: head and shoulders stayed in place, and the standard deviation of `metric` within half of
    /// its `error`. (The spread of a baseline would not do: it does not see the few samples of somebody on the move.)
    pub fn is_still(&self, metric: Metric, error: f32) -> bool {
        let size = self.size();
        let spread = |along: fn(&Sample) -> f32| {
            let all = self.0.iter().map(along);
            all.clone().fold(f32::NEG_INFINITY, f32::max) - all.fold(f32::INFINITY, f32::min)
        };
        let wandered = spread(|sample| sample.figure.centre.x).hypot(spread(|sample| sample.figure.centre.y));
        let read = |sample: &Sample| sample.values.iter().find(|m| m.metric == metric).map(|m| m.value);
        let values: Vec<f32> = self.0.iter().filter_map(read).collect();
        let mean = values.iter().sum::<f32>() / values.len().max(1) as f32;
        let square = values.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / values.len().max(1) as f32;
        // From the front the error is a fraction of the value.
        let scale = if metric == Metric::EarShoulderHeight { mean } else { 1.0 };
        let steady = square.sqrt() <= 0.5 * error * scale;
        steady && wandered <= STILL * size
    }

    /// The middle of the sizes of the person, pixels.
    pub fn size(&self) -> f32 {
        let sizes: Vec<f32> = self.0.iter().map(|sample| sample.figure.size).collect();
        Neutral::of(&sizes).map_or(0.0, |neutral| neutral.median)
    }

    /// The same, as a camera that is not tilted by `level` would have seen it.
    pub fn levelled(&self, level: Degrees) -> Self {
        let known = Known { level: Some(level), ..Known::default() };
        let level = |sample: &Sample| Sample { values: measure(&sample.pose, known).measurements, ..sample.clone() };
        Self(self.0.iter().map(level).collect())
    }

    /// What each metric that was measured most of the time read.
    pub fn baseline(&self) -> Baseline {
        let mut values: BTreeMap<(Aspect, Metric), Vec<f32>> = BTreeMap::new();
        for sample in &self.0 {
            let absolute = |m: &&Measurement| m.reference == Reference::Absolute && m.metric != Metric::Stillness;
            for measurement in sample.values.iter().filter(absolute) {
                values.entry((sample.aspect(), measurement.metric)).or_default().push(measurement.value);
            }
        }
        let mut baseline = Baseline::default();
        for ((aspect, metric), values) in values {
            if let Some(neutral) = Neutral::of(&values).filter(|_| values.len() as f32 >= OFTEN * self.0.len() as f32) {
                baseline.set(aspect, metric, neutral);
            }
        }
        baseline
    }
}
