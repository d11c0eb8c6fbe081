//! The one integration binary.

mod architecture;
mod bench;
mod estimator;
mod golden;
mod supply;
mod watch;
