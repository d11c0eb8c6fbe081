//! What the user can answer to a recommendation.

use std::time::Duration;

use crate::monitor::Request;

/// For how long "Later" puts recommendations off.
const LATER: Duration = Duration::from_secs(10 * 60);

/// What the user answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// To be guided through it now.
    Start,
    /// To be asked again in ten minutes.
    Later,
    /// Not to be asked again for a while. Waving the notification away says the same.
    NotNow,
}

impl Answer {
    /// All answers, in the order of their buttons.
    pub const ALL: [Self; 3] = [Self::Start, Self::Later, Self::NotNow];

    /// Its name between the desktop and this program.
    pub(super) const fn key(self) -> &'static str {
        match self {
            // A click on the notification itself.
            Self::Start => "default",
            Self::Later => "later",
            Self::NotNow => "not_now",
        }
    }

    /// What its button says.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Start => "Start",
            Self::Later => "Later",
            Self::NotNow => "Not now",
        }
    }

    /// What it asks of the monitor when it comes at `at`, in the time of the session; `None` for what the monitor has no
    /// part in.
    pub fn request(self, at: Duration) -> Option<Request> {
        match self {
            Self::Start => None,
            Self::Later => Some(Request::Snooze { until: at + LATER }),
            Self::NotNow => Some(Request::Dismiss),
        }
    }
}
