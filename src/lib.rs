//! `posture` measures how people sit, from a camera or a photo, on their own machine.
//!
//! # The way of a frame
//!
//! ```text
//!                        pixels live here          │        only numbers from here on
//!  FrameSource ─Frame─▶ PoseEstimator ─Option<Pose>┼▶ measure ─Reading─▶ rules ─[Assessment]─┬─▶ advise ─▶ Report   (check)
//!  camera│photos│video   letterbox→infer→decode    │  (View)                                 └─▶ Monitor ─[Event]─▶ Sink*  (watch)
//! ```
//!
//! | stage | module | takes | gives |
//! |---|---|---|---|
//! | capture | [`capture`] | a device, files, a pipe | [`Frame`](frame::Frame): an image and its time |
//! | estimate | [`estimator`] | a frame | [`Pose`](pose::Pose): keypoints in frame pixels, angles |
//! | measure | [`measure`], [`baseline`] | a pose | [`Reading`](measure::Reading): numbers with uncertainty, and what cannot be told |
//! | assess | [`rules`] | a reading | [`Assessment`](rules::Assessment)s: where each rule stands |
//! | advise | [`stretches`] | a finding | [`Advice`](stretches::Advice): which stretch |
//! | guide | [`guide`] | a stretch's dose, poses with their time | [`Cue`](guide::Cue)s: what to do, what was counted |
//! | watch over time | [`monitor`] | assessments with their time | [`Event`](monitor::Event)s |
//! | calibrate | [`calibration`], [`profile`] | readings with their time | the user's own baseline, kept in a file |
//! | by hand | [`landmarks`], [`compare`] | two points on a photo, two readings | the angle between them, what changed |
//! | look again | [`pace`] | reports with their time | when the next frame is worth its cost |
//! | tell | [`report`], [`wire`], [`sink`] | reports and events | text, JSON lines |
//! | judge | [`evaluation`] | lines of the wire and labels | errors, tables |
//!
//! The stages meet in [`pipeline`] and nowhere else. [`cli`] says what can be asked, [`config`] what it means with the user's
//! settings, [`paths`] where the user's files are, and [`commands`] do it.
//!
//! # Invariants
//!
//! 1. **Pixels die in the estimator**, and in the one writer of annotated pictures that a user asks for by name.
//!    Measurement, rules, stretches, monitor and sinks cannot name an image: nothing there can store, serve or log one.
//! 2. **Time is data.** Every frame carries its time; nothing below capture reads a clock. Thresholds are durations, degrees
//!    and ratios, never frame counts or pixels.
//! 3. **Missing is never good.** Nobody there, out of view, hidden, oblique: ordinary values that end in "cannot tell". They
//!    neither end nor start a finding.
//! 4. **Numbers measure what they name**, and carry their uncertainty. A craniovertebral angle comes from C7 and tragus in a
//!    lateral view or not at all.
//! 5. **Alerts come from the user's own baseline**, beyond the measurement error. Bands of the population are shown with a
//!    photo, and named as such.
//! 6. Poses are in frame pixels; normalised coordinates never leave the estimator.
//! 7. `nokhwa` is named only in `capture/camera.rs`, `tract` only in `estimator/network.rs` and below, `clap` only in `cli.rs`.
//! 8. The core, from pose to monitor, returns no `Result`; only the parsing of its tables does.
//! 9. Rules know no stretches, sinks know no sinks, geometry knows nothing. Hysteresis and holding live in the monitor alone.
//! 10. There is no network client in the dependency tree.
//!
//! `tests/it/architecture.rs` holds these as tests.

#[cfg(feature = "annotate")]
pub mod annotate;
pub mod baseline;
pub mod calibration;
pub mod capture;
pub mod cli;
pub mod commands;
pub mod compare;
pub mod config;
pub mod control;
pub mod estimator;
pub mod evaluation;
pub mod figure;
pub mod frame;
pub mod geometry;
pub mod guide;
pub mod landmarks;
pub mod measure;
pub mod monitor;
pub mod pace;
pub mod paths;
pub mod pipeline;
pub mod pose;
pub mod profile;
pub mod report;
pub mod rules;
pub mod sink;
pub mod stretches;
pub mod surroundings;
pub mod table;
pub mod wire;

pub use commands::run;
