//! How a camera can see a stretch.

use serde::Deserialize;

/// What a camera can watch for, and so which stretches it can follow. What is not here goes by the clock alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// Shoulders rise towards the ears and sink again: counted, from the front.
    ShoulderRolls,
    /// The head rolls from one side over the chest to the other: counted, from the front and from the side.
    HalfCircles,
    /// The elbows are squeezed towards each other behind the back: counted, from the front.
    ElbowSqueezes,
    /// Raised arms slide up and come down again: counted, from the front and from the side.
    WallAngels,
    /// The head leans to a side: its time runs while it does, from the front.
    SideBend,
    /// The head is drawn straight back: its time runs while it is, from the side.
    ChinTuck,
}

impl Seen {
    /// Whether repetitions are counted; if not, a position is seen held.
    pub const fn counts(self) -> bool {
        matches!(self, Self::ShoulderRolls | Self::HalfCircles | Self::ElbowSqueezes | Self::WallAngels)
    }

    /// Whether the network of the arms helps to see it.
    pub const fn gains_by_arms(self) -> bool {
        matches!(self, Self::HalfCircles) || self.needs_arms()
    }

    /// Whether it cannot be seen without the arms.
    pub const fn needs_arms(self) -> bool {
        matches!(self, Self::ElbowSqueezes | Self::WallAngels)
    }

    /// Where from it is seen.
    pub const fn from(self) -> SeenFrom {
        match self {
            Self::ShoulderRolls | Self::SideBend => SeenFrom::Front,
            Self::ChinTuck => SeenFrom::Side,
            Self::HalfCircles | Self::ElbowSqueezes | Self::WallAngels => SeenFrom::Either,
        }
    }
}

/// Where a camera stands to see a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeenFrom {
    /// Before the person.
    Front,
    /// At their side.
    Side,
    /// At either.
    Either,
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
