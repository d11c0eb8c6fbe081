//! The one integration binary.

mod architecture;
mod estimator;
mod golden;
mod supply;
mod watch;
