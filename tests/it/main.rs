//! The one integration binary.

mod architecture;
mod bench;
mod check;
mod cli;
mod data;
mod estimator;
mod golden;
mod replay;
mod supply;
mod watch;
