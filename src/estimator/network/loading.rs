//! How far a network has come on its way from a file.

/// The steps from a file to a network that can run, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Loading {
    /// The bytes are there.
    Read,
    /// They are a graph.
    Parse,
    /// Shapes and types are known, and what does nothing is taken out.
    Declutter,
    /// Operations are chosen for this processor, and weights laid out for them.
    Optimise,
    /// The order of the operations is settled.
    Plan,
}

impl Loading {
    /// All steps, in their order.
    pub const ALL: [Self; 5] = [Self::Read, Self::Parse, Self::Declutter, Self::Optimise, Self::Plan];

    /// The name, as in a table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Parse => "parse",
            Self::Declutter => "declutter",
            Self::Optimise => "optimise",
            Self::Plan => "plan",
        }
    }
}
