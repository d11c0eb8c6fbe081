//! How a camera can see a stretch.

use serde::Deserialize;

/// What a camera can watch for, and so which stretches it can follow. What is not here goes by the clock alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// Shoulders rise towards the ears and sink again: counted, from the front.
    ShoulderRolls,
    /// The head rolls from one side over the chest to the other: counted, from the front.
    HalfCircles,
    /// The elbows are squeezed towards each other behind the back: counted, from the front.
    ElbowSqueezes,
    /// The head leans to a side: its time runs while it does, from the front.
    SideBend,
    /// The head is drawn straight back: its time runs while it is, from the side.
    ChinTuck,
}

impl Seen {
    /// Whether repetitions are counted; if not, a position is seen held.
    pub const fn counts(self) -> bool {
        matches!(self, Self::ShoulderRolls | Self::HalfCircles | Self::ElbowSqueezes)
    }

    /// Whether it takes the arms to see it, which only a look at the whole picture finds.
    pub const fn needs_arms(self) -> bool {
        matches!(self, Self::ElbowSqueezes)
    }

    /// Whether it is seen from the side; if not, from the front.
    pub const fn from_the_side(self) -> bool {
        matches!(self, Self::ChinTuck)
    }
}

/// A breath.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Breath {
    /// In.
    #[default]
    In,
    /// Out.
    Out,
}

impl Breath {
    /// The one that follows.
    pub const fn other(self) -> Self {
        match self {
            Self::In => Self::Out,
            Self::Out => Self::In,
        }
    }
}
