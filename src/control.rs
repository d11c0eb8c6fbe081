//! A running `posture watch` and those who ask something of it: what they say to each other, and how they meet.
//!
//! They meet at a Unix socket in the user's runtime folder, which nobody else can open. One line of JSON asks, one line
//! answers, then the connection ends:
//!
//! ```text
//! {"schema":"posture-control/1","ask":"pause","for_s":1800.0}
//! {"schema":"posture-control/1","answer":"done","status":{"state":"paused","left_s":1800.0, …}}
//! ```
//!
//! Adding fields is free, renaming or removing one raises the number of the schema.
//!
//! A lock beside the socket says who watches: the system lets go of it when a process ends, however it ends, so a socket that
//! a dead process left behind is in nobody's way.

mod client;
mod lapse;
mod server;
mod status;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use self::{
    client::ask,
    lapse::{Lapse, LapseError},
    server::{Reply, Server},
    status::{Mode, Recommended, Standing, Status},
};
use crate::stretches::StretchId;

/// The name of the protocol; any other name is refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Schema {
    /// The first one.
    #[default]
    #[serde(rename = "posture-control/1")]
    Control1,
}

/// What can be asked of a running `watch`. Lengths are seconds from when it is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Command {
    /// Nothing but the status.
    Status,
    /// To stop measuring and release the camera.
    Pause {
        /// For how long; absent: until it is resumed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        for_s: Option<f64>,
    },
    /// To go on after a pause or a snooze.
    Resume,
    /// To pause if it watches, and to go on if it is paused.
    Toggle,
    /// To keep recommendations back, while it goes on watching.
    Snooze {
        /// For how long.
        for_s: f64,
    },
    /// To take note that a stretch was done.
    Complete {
        /// Which.
        stretch: StretchId,
    },
    /// To take up the profiles of this camera that there are now; without one, to learn the upright baseline anew.
    Calibrate,
    /// To end.
    Quit,
}

/// One line to a running `watch`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Question {
    schema: Schema,
    #[serde(flatten)]
    command: Command,
}

/// What a running `watch` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// It is done.
    Done {
        /// What holds now.
        status: Status,
    },
    /// It cannot be done.
    Refused {
        /// Why, and what to do.
        why: String,
    },
}

/// One line back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Answered {
    schema: Schema,
    #[serde(flatten)]
    answer: Answer,
}

/// The longest line either way, bytes; both are a few hundred long.
const LONGEST_LINE: u64 = 64 << 10;

/// Why a running `watch` cannot be had, or cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// Nobody is there to ask.
    #[error("no posture is watching; start one with `posture watch`")]
    Nobody,
    /// There is one already.
    #[error(
        "posture is watching already{}; `posture status` tells about it, `posture quit` ends it",
        pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
    )]
    Already {
        /// The process that watches, where it says so.
        pid: Option<u32>,
    },
    /// It is there and says nothing.
    #[error("the posture that is watching does not answer; end it with Ctrl-C where it runs, or with `kill`")]
    Silent,
    /// It says what cannot be understood.
    #[error("the posture that is watching does not understand ({why}); end it and start it anew with this version")]
    Strange {
        /// What does not fit.
        why: String,
    },
    /// It will not.
    #[error("{0}")]
    Refused(String),
    /// The system forbids the meeting place.
    #[error("{}: {why}", path.display())]
    Place {
        /// The socket, its lock, or their folder.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        why: String,
    },
    /// There are no such sockets on this system.
    #[error("a running watch cannot be reached on this system, which has no Unix sockets; use Ctrl-C where it runs")]
    Unsupported,
}
