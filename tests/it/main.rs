//! The one integration binary.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends where it stands")]
#![allow(clippy::print_stdout, reason = "a test says when it is skipped")]

mod allocations;
mod architecture;
mod bench;
mod calibrate;
#[cfg(all(feature = "camera", target_os = "linux"))]
mod camera;
mod capture;
mod check;
mod cli;
mod config;
#[cfg(all(feature = "camera", target_os = "linux"))]
mod control;
mod coverage;
mod data;
mod day;
mod doctor;
mod estimator;
mod eval;
mod golden;
mod landmarks;
#[cfg(all(feature = "camera", target_os = "linux"))]
mod lend;
mod lessons;
mod live;
mod lock;
#[cfg(all(feature = "camera", target_os = "linux"))]
mod machine;
#[cfg(all(unix, not(target_os = "macos")))]
mod notify;
mod profiles;
mod properties;
mod refusals;
mod replay;
#[cfg(target_os = "linux")]
mod service;
mod session;
mod stretch;
mod supply;
#[cfg(all(unix, not(target_os = "macos")))]
mod surroundings;
#[cfg(target_os = "linux")]
mod terminal;
mod watch;
