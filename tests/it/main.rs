//! The one integration binary.

mod estimator;
mod golden;
