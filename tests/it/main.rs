//! The one integration binary.

mod estimator;
mod golden;
mod architecture;
mod capture;
mod supply;
