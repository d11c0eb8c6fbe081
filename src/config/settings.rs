//! The configuration file: what holds unless an argument says otherwise.
//!
//! Every option has a default and may be left out; what is there is checked when the file is read, so that an error names
//! its line. [`TEMPLATE`] documents them all.

use std::{fs, io, num::NonZeroUsize, path::Path};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use super::NotifySettings;
use crate::{
    cli::LogLevel,
    pace::Share,
    stretches::{Language, StretchId, Stretches},
    surroundings::OnBattery,
    table::Table,
};

/// The file as `posture config edit` writes it first: every option, documented, with its default, none of them set.
pub const TEMPLATE: &str = include_str!("template.toml");

/// Where a mistake in the file is mended.
const REMEDY: &str = "`posture config edit` opens it";

/// Everything that can be set.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where pictures come from.
    pub camera: CameraSettings,
    /// What they are held against.
    pub watch: WatchSettings,
    /// How recommendations reach the user, and when they do not.
    pub notify: NotifySettings,
    /// Which stretches are offered, and in which words.
    pub stretches: StretchSettings,
    /// What is written down.
    pub log: LogSettings,
}

/// `[camera]`: where pictures come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CameraSettings {
    /// As `watch --source` takes it.
    pub source: String,
    /// Frames per second to analyse, above 0; `None` to follow what happens.
    #[serde(deserialize_with = "checked_rate")]
    pub fps: Option<f64>,
    /// Percent of the time that the camera may be on.
    #[serde(deserialize_with = "checked_budget")]
    pub budget: f64,
    /// What becomes of the camera on battery.
    pub battery: OnBattery,
}

impl Default for CameraSettings {
    fn default() -> Self {
        Self { source: "0".into(), fps: None, budget: 100.0, battery: OnBattery::Keep }
    }
}

/// `[watch]`: what pictures are held against.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WatchSettings {
    /// The file of the table of rules; `None` for the built-in one.
    pub rules: Option<std::path::PathBuf>,
    /// The name of the profile; `None` for the newest of the camera.
    pub profile: Option<String>,
}

/// `[stretches]`: which stretches are offered, and in which words.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StretchSettings {
    /// The language of their words; `None` for that of the system.
    pub language: Option<Language>,
    /// Conditions and stretches that are never recommended: words of `avoid` in `stretches.toml`, or ids.
    #[serde(deserialize_with = "checked_avoid")]
    pub avoid: Vec<String>,
    /// Whether the signs that need a clinician were read, and none applies.
    pub screened: bool,
}

/// `[log]`: what is written down while a camera is watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogSettings {
    /// How much.
    pub level: LogLevel,
    /// How many files are kept, one for each day.
    pub keep: NonZeroUsize,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { level: LogLevel::Info, keep: NonZeroUsize::MIN.saturating_add(6) }
    }
}

impl Settings {
    /// The settings in `file`; the defaults where there is no such file. Paths in it are counted from its folder.
    ///
    /// # Errors
    /// It cannot be read, or something in it is wrong: one line with file, line, column and what to do.
    pub fn read(file: &Path) -> Result<Self> {
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => {
                return Err(error).with_context(|| format!("{}: the configuration cannot be read", file.display()));
            }
        };
        let mut settings = Self::parse(&text, &file.display().to_string())?;
        if let (Some(rules), Some(folder)) = (&mut settings.watch.rules, file.parent()) {
            *rules = folder.join(&*rules);
        }
        Ok(settings)
    }

    /// The settings in `text`, which errors call `name`.
    ///
    /// # Errors
    /// Something in it is wrong: one line with file, line, column and what to do.
    pub fn parse(text: &str, name: &str) -> Result<Self> {
        Table { text, file: name }.read().map_err(|error| anyhow::anyhow!("{error}; {REMEDY}"))
    }
}

/// The most frames per second that can be asked for: posture takes seconds to change.
pub(super) const MOST_FPS: f64 = 60.0;

/// `fps`, if frames can be taken at this rate.
///
/// # Errors
/// What to give instead.
pub fn rate(fps: f64) -> Result<f64, String> {
    if fps > 0.0 && fps <= MOST_FPS {
        return Ok(fps);
    }
    Err(format!("{fps}: give a number of frames per second above 0 and up to {MOST_FPS}"))
}

/// The share of the time that `percent` are.
///
/// # Errors
/// What to give instead.
pub fn budget(percent: f64) -> Result<Share, String> {
    Share::percent(percent).ok_or_else(|| format!("{percent}: give a percentage from 10 to 100"))
}

fn checked_rate<'de, D: Deserializer<'de>>(value: D) -> Result<Option<f64>, D::Error> {
    let fps = f64::deserialize(value)?;
    rate(fps).map(Some).map_err(|why| D::Error::custom(format!("fps {why}")))
}

fn checked_budget<'de, D: Deserializer<'de>>(value: D) -> Result<f64, D::Error> {
    let percent = f64::deserialize(value)?;
    budget(percent).map(|_| percent).map_err(|why| D::Error::custom(format!("budget {why}")))
}

fn checked_avoid<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<String>, D::Error> {
    let avoid = Vec::<String>::deserialize(value)?;
    let stretches = Stretches::embedded();
    let known =
        |word: &str| Stretches::conditions().contains(&word) || stretches.get(&StretchId(word.to_owned())).is_some();
    match avoid.iter().find(|word| !known(word)) {
        None => Ok(avoid),
        Some(unknown) => {
            let conditions = Stretches::conditions().join(", ");
            Err(D::Error::custom(format!("avoid {unknown:?}: give ids of stretches, or some of {conditions}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Settings {
        Settings::parse(text, "config.toml").expect("settings")
    }

    fn wrong(text: &str) -> String {
        Settings::parse(text, "config.toml").expect_err("a mistake").to_string()
    }

    /// The template with every option set: those are the lines where a name follows the `#` at once.
    fn spelled_out() -> String {
        let set = |line: &'static str| match line.strip_prefix('#') {
            Some(option) if option.starts_with(|c: char| c.is_ascii_lowercase()) => option,
            _ => line,
        };
        TEMPLATE.lines().map(set).collect::<Vec<_>>().join("\n")
    }

    /// The names that the reader of `section` knows, from what it says about one that it does not know.
    fn known(section: &str) -> Vec<String> {
        let said = wrong(&format!("{section}\nno_such_option = 1\n"));
        let (_, expected) = said.split_once("expected ").expect("a list of names");
        let (names, _) = expected.split_once("; ").expect("the remedy");
        names.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn the_template_changes_nothing() {
        assert_eq!(parse(TEMPLATE), Settings::default());
        assert_eq!(parse(""), Settings::default());
    }

    #[test]
    fn the_template_shows_every_option_with_its_default() {
        let shown: toml::Table = spelled_out().parse().expect("the options are TOML");
        parse(&spelled_out());
        let defaults = toml::Table::try_from(Settings::default()).expect("a table");
        let sections = known("");
        assert_eq!(shown.keys().collect::<std::collections::BTreeSet<_>>(), sections.iter().collect());
        for section in sections {
            let shown = shown[&section].as_table().expect("a section");
            let names = known(&format!("[{section}]"));
            assert_eq!(shown.len(), names.len(), "[{section}]: {shown:?}, {names:?}");
            for name in names {
                let value = shown.get(&name).unwrap_or_else(|| panic!("[{section}] {name} is not in the template"));
                // What has no default is shown with an example.
                let default = defaults[&section].get(&name);
                assert!(default.is_none_or(|default| default == value), "[{section}] {name}: {value}, not {default:?}");
            }
        }
    }

    #[test]
    fn mistakes_are_told_with_their_place_and_a_remedy() {
        for (text, expected) in [
            (
                "[camera]\nfps = 0\n",
                "config.toml:2:7: fps 0: give a number of frames per second above 0 and up to 60; ",
            ),
            ("[camera]\nfps = \"often\"\n", "config.toml:2:7: invalid type: string \"often\", expected f64; "),
            ("[camera]\nbudget = 5.0\n", "config.toml:2:10: budget 5: give a percentage from 10 to 100; "),
            (
                "[camera]\nsauce = \"1\"\n",
                "config.toml:2:1: unknown field `sauce`, expected one of `source`, `fps`, `budget`, `battery`; ",
            ),
            ("camera = 1\n", "config.toml:1:10: invalid type: integer `1`, expected struct CameraSettings; "),
            ("[camera\n", "config.toml:1:8: "),
            (
                "[notify]\nquiet_hours = [\"22\"]\n",
                "config.toml:2:15: quiet_hours 22: give two times of day, such as \"22:00-07:00\"; ",
            ),
        ] {
            let said = wrong(text);
            assert!(said.starts_with(expected) && said.ends_with(REMEDY) && said.lines().count() == 1, "{said}");
        }
    }

    #[test]
    fn a_file_is_read_where_there_is_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("config.toml");
        assert_eq!(Settings::read(&file).expect("defaults"), Settings::default());
        fs::write(&file, "[camera]\nsource = \"1\"\n[watch]\nrules = \"mine.toml\"\n").expect("a file");
        let settings = Settings::read(&file).expect("settings");
        assert_eq!((settings.camera.source.as_str(), settings.camera.fps), ("1", None));
        assert_eq!(settings.watch.rules, Some(folder.path().join("mine.toml")), "counted from the folder of the file");
        assert!(Settings::read(folder.path()).is_err(), "a folder is no configuration");
    }

    #[test]
    fn what_is_to_be_avoided_is_known() {
        let settings = parse("[stretches]\navoid = [\"knee\", \"wall_angel\"]\nlanguage = \"de\"");
        assert_eq!(settings.stretches.avoid, ["knee", "wall_angel"]);
        assert_eq!(settings.stretches.language, Some(Language::German));
        let error = wrong("[stretches]\navoid = [\"flu\"]");
        assert!(error.contains("avoid \"flu\": give ids of stretches, or some of knee, foot"), "{error}");
    }
}
