//! The one integration binary.

mod architecture;
mod bench;
mod check;
mod cli;
mod estimator;
mod golden;
mod supply;
mod watch;
