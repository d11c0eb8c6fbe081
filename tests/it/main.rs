//! The one integration binary.

mod architecture;
mod data;
mod replay;
mod supply;
