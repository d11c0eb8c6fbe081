//! skeleton: the architecture document is written here at the end of the first session.

#[cfg(feature = "annotate")]
pub mod annotate;
pub mod baseline;
pub mod capture;
pub mod cli;
pub mod commands;
pub mod config;
pub mod estimator;
pub mod frame;
pub mod geometry;
pub mod measure;
pub mod monitor;
pub mod pipeline;
pub mod pose;
pub mod report;
pub mod rules;
pub mod sink;
pub mod stretches;
pub mod wire;
