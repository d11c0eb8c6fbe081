//! The `posture` command.

fn main() {}
