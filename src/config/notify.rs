//! `[notify]`: how recommendations reach the user, and when they do not.

use jiff::civil::Time;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::monitor::QuietHours;

/// `[notify]`: how recommendations reach the user, and when they do not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NotifySettings {
    /// Whether recommendations are shown on the desktop.
    pub desktop: bool,
    /// Whether the desktop is asked for a sound with each.
    pub sound: bool,
    /// A command to run for each event; `None` for no command.
    pub exec: Option<String>,
    /// Hours of the day at which nothing is recommended, as `22:00-07:00`.
    #[serde(deserialize_with = "checked_hours")]
    pub quiet_hours: Vec<String>,
}

impl Default for NotifySettings {
    fn default() -> Self {
        Self { desktop: true, sound: false, exec: None, quiet_hours: Vec::new() }
    }
}

impl NotifySettings {
    /// The quiet hours as times. Settings that were read hold no others.
    pub fn hours(&self) -> Vec<QuietHours> {
        self.quiet_hours.iter().filter_map(|text| hours(text).ok()).collect()
    }
}

/// The hours that `text` names, as `22:00-07:00`; they may reach across midnight.
///
/// # Errors
/// What to give instead.
fn hours(text: &str) -> Result<QuietHours, String> {
    let time = |text: &str| Time::strptime("%H:%M", text.trim()).ok();
    let times = text.split_once('-').and_then(|(from, to)| Some((time(from)?, time(to)?)));
    match times {
        Some((from, to)) if from != to => Ok(QuietHours { from, to }),
        _ => Err(format!("{text}: give two times of day, such as \"22:00-07:00\"")),
    }
}

fn checked_hours<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<String>, D::Error> {
    let texts = Vec::<String>::deserialize(value)?;
    match texts.iter().find_map(|text| hours(text).err()) {
        None => Ok(texts),
        Some(why) => Err(D::Error::custom(format!("quiet_hours {why}"))),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    #[test]
    fn hours_are_read_as_people_write_them() {
        let night = QuietHours { from: time(22, 0, 0, 0), to: time(7, 30, 0, 0) };
        assert_eq!([hours("22:00-07:30"), hours("22:00 - 7:30")], [Ok(night), Ok(night)]);
        for text in ["22:00", "22-7", "9:00-9:00", "25:00-26:00", ""] {
            let why = hours(text).expect_err("a mistake");
            assert!(why.contains("give two times of day"), "{why}");
        }
        let settings = NotifySettings { quiet_hours: vec!["22:00-07:30".into()], ..NotifySettings::default() };
        assert_eq!(settings.hours(), [night]);
    }
}
