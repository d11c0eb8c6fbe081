//! The user's own upright posture, and how far from it they are now.

use crate::measure::{Measurement, View};

/// The posture that deviations are counted from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Baseline {}

impl Baseline {
    /// How far `absolute`, seen in `view`, is from this baseline.
    pub fn deviation(&self, _view: View, _absolute: &Measurement) -> Option<Measurement> {
        None
    }
}
