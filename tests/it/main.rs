//! The one integration binary.

mod architecture;
mod check;
mod cli;
mod estimator;
mod golden;
mod supply;
