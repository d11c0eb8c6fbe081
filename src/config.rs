//! From the arguments as typed to a configuration that holds together, checked once; and how the process ends.

mod bench;
mod calibrate;
mod notify;
mod settings;
mod stretch;

use std::{num::NonZeroUsize, path::PathBuf, process::ExitCode, thread};

use anyhow::{Error, Result, bail};

pub use self::{
    bench::{Bench, Form, Size},
    calibrate::Calibrate,
    notify::NotifySettings,
    settings::{CameraSettings, LogSettings, Settings, StretchSettings, TEMPLATE, WatchSettings},
    stretch::Stretch,
};
use crate::{
    cli::{CheckArgs, EvalArgs, ReplayArgs, WatchArgs},
    geometry::Point,
    landmarks::Landmarks,
    pace::Share,
    surroundings::OnBattery,
};

/// How the process ends. The numbers are part of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitStatus {
    /// Everything was read and nothing was found, or a command without a verdict did its work.
    Fine = 0,
    /// There is a finding.
    Finding = 1,
    /// Wrong usage, or input that cannot be read.
    BadInput = 2,
    /// No reading: nobody there, or nothing measurable.
    NoReading = 3,
    /// The camera is not there, is busy, or may not be used.
    CameraUnavailable = 4,
}

impl ExitStatus {
    /// The status of two inputs together: bad input before a finding, before no reading, before fine.
    pub fn and(self, other: Self) -> Self {
        let weight = |status| match status {
            Self::Fine => 0,
            Self::NoReading => 1,
            Self::Finding => 2,
            Self::BadInput => 3,
            Self::CameraUnavailable => 4,
        };
        if weight(self) >= weight(other) { self } else { other }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
    }
}

/// What `posture check` is to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Photos, folders, or `-`.
    pub paths: Vec<PathBuf>,
    /// JSON lines in place of text.
    pub json: bool,
    /// What an earlier run printed: the photos in it are passed over.
    pub skip_done: Option<PathBuf>,
    /// Where annotated copies go.
    pub annotate: Option<PathBuf>,
    /// Tragus and C7 as the user placed them on the one photo.
    pub landmarks: Option<Landmarks>,
    /// By how much the true horizontal is tilted clockwise in the photos, degrees, where the user said so.
    pub level: Option<f32>,
    /// The photo that all others are held against.
    pub reference: Option<Reference>,
    /// How many photos are analysed side by side.
    pub threads: NonZeroUsize,
    /// The network's file; `None` for the built-in one.
    pub model: Option<PathBuf>,
    /// The file of the table of rules; `None` for the built-in one.
    pub rules: Option<PathBuf>,
}

/// An earlier photo of the same person.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// Where it is.
    pub photo: PathBuf,
    /// Tragus and C7 as the user placed them on it.
    pub landmarks: Option<Landmarks>,
}

/// Tragus and C7 where both were placed.
fn landmarks(tragus: Option<[f32; 2]>, c7: Option<[f32; 2]>, level: Option<f32>) -> Option<Landmarks> {
    let point = |[x, y]: [f32; 2]| Point::new(x, y);
    Some(Landmarks { tragus: point(tragus?), c7: point(c7?), level })
}

impl Check {
    /// What `args` ask for, and `settings` where they say nothing.
    ///
    /// # Errors
    /// Annotated copies are asked of a build that cannot draw.
    pub fn new(args: CheckArgs, settings: &Settings) -> Result<Self> {
        if cfg!(not(feature = "annotate")) && args.annotate.is_some() {
            bail!("--annotate is not part of this build; build with the feature `annotate`");
        }
        let landmarks_here = landmarks(args.tragus, args.c7, args.level);
        if landmarks_here.is_some()
            && (args.paths.len() != 1 || args.paths[0].as_os_str() == "-" || args.paths[0].is_dir())
        {
            bail!("--tragus and --c7 are places on one photo: name that photo alone");
        }
        let reference_landmarks = landmarks(args.reference_tragus, args.reference_c7, args.reference_level);
        let reference = args.reference_photo.map(|photo| Reference { photo, landmarks: reference_landmarks });
        let threads = args.threads.unwrap_or_else(cores);
        Ok(Self {
            paths: args.paths,
            json: args.json,
            skip_done: args.skip_done,
            annotate: args.annotate,
            landmarks: landmarks_here,
            level: args.level,
            reference,
            threads,
            model: args.model.model,
            rules: args.rules.rules.or_else(|| settings.watch.rules.clone()),
        })
    }

    /// What to do after an interruption.
    pub fn how_to_go_on(&self) -> &'static str {
        match (&self.skip_done, self.json) {
            (Some(_), _) => "run it again to go on",
            (None, true) => "add `--skip-done FILE`, with what was printed, and append to FILE, to go on",
            (None, false) => "with --json a run can be taken up again (--skip-done)",
        }
    }
}

/// What `posture eval` is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Eval {
    /// Where the labels and the pictures are.
    pub folder: PathBuf,
    /// The file of the labels; `None`: those in the folder.
    pub labels: Option<PathBuf>,
    /// The file of the predictions; `None`: the network makes them.
    pub predictions: Option<PathBuf>,
    /// One JSON object in place of tables.
    pub json: bool,
    /// How many pictures are analysed side by side.
    pub threads: NonZeroUsize,
    /// The network's file; `None` for the built-in one.
    pub model: Option<PathBuf>,
}

impl From<EvalArgs> for Eval {
    fn from(args: EvalArgs) -> Self {
        let EvalArgs { folder, labels, predictions, json, threads, model } = args;
        Self { folder, labels, predictions, json, threads: threads.unwrap_or_else(cores), model: model.model }
    }
}

/// As many threads as this machine runs at once.
fn cores() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// What `posture watch` is to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Watch {
    /// A camera's number or name, a folder, a file, or `-`.
    pub source: String,
    /// Frames per second to analyse, above 0; `None` for as many as are worth it.
    pub fps: Option<f64>,
    /// The share of the time that the camera may be on.
    pub camera_budget: Share,
    /// What becomes of the camera on battery.
    pub on_battery: OnBattery,
    /// Where to record what is seen.
    pub record: Option<PathBuf>,
    /// The profile to hold against; `None` for the newest of the camera.
    pub profile: Option<String>,
    /// How what happens is told.
    pub telling: Telling,
    /// How recommendations reach the user besides, and when they do not.
    pub notify: NotifySettings,
    /// Whether the signs that need a clinician before any exercise were read, and none applies.
    pub screened: bool,
    /// What is written down while a camera is watched.
    pub log: LogSettings,
    /// The network's file; `None` for the built-in one.
    pub model: Option<PathBuf>,
    /// The file of the table of rules; `None` for the built-in one.
    pub rules: Option<PathBuf>,
}

/// How what happens in a session is told on standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// A view that fills the terminal.
    View,
    /// A line for each change.
    Lines,
    /// JSON lines.
    Json,
}

impl Watch {
    /// What `args` ask for, and `settings` where they say nothing; `terminal` says whether standard output is one.
    ///
    /// # Errors
    /// A rate at which no frames can be taken, or a share of the time that cannot be kept to.
    pub fn new(args: WatchArgs, settings: &Settings, terminal: bool) -> Result<Self> {
        let camera = &settings.camera;
        let wrong = |argument: &'static str| move |why| Error::msg(format!("{argument} {why}"));
        let asked = args.fps.map(settings::rate).transpose().map_err(wrong("--fps"))?;
        let budget = settings::budget(args.camera_budget.unwrap_or(camera.budget)).map_err(wrong("--camera-budget"))?;
        Ok(Self {
            source: args.source.unwrap_or_else(|| camera.source.clone()),
            // A share of the time that is asked for leaves the pace to the program.
            fps: asked.or(camera.fps.filter(|_| args.camera_budget.is_none())),
            camera_budget: budget,
            on_battery: args.battery.as_deref().and_then(OnBattery::named).unwrap_or(camera.battery),
            record: args.record,
            profile: args.profile.or_else(|| settings.watch.profile.clone()),
            telling: match (args.json, terminal && !args.plain) {
                (true, _) => Telling::Json,
                (false, true) => Telling::View,
                (false, false) => Telling::Lines,
            },
            notify: NotifySettings {
                desktop: settings.notify.desktop && !args.no_notify,
                sound: settings.notify.sound || args.sound,
                exec: args.exec.or_else(|| settings.notify.exec.clone()),
                quiet_hours: settings.notify.quiet_hours.clone(),
            },
            screened: settings.stretches.screened,
            log: LogSettings { level: args.log_level.unwrap_or(settings.log.level), ..settings.log },
            model: args.model.model,
            rules: args.rules.rules.or_else(|| settings.watch.rules.clone()),
        })
    }
}

/// What `posture replay` is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// The recorded session, or `-`.
    pub session: PathBuf,
    /// JSON lines in place of text.
    pub json: bool,
    /// The file of the table of rules; `None` for the built-in one.
    pub rules: Option<PathBuf>,
}

impl Replay {
    /// What `args` ask for, and `settings` where they say nothing.
    pub fn new(args: ReplayArgs, settings: &Settings) -> Self {
        let rules = args.rules.rules.or_else(|| settings.watch.rules.clone());
        Self { session: args.session, json: args.json, rules }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{LogLevel, ModelArgs, RulesArgs};

    #[test]
    fn bad_input_comes_before_a_finding_before_no_reading() {
        use ExitStatus::{BadInput, Finding, Fine, NoReading};
        for (several, together) in [
            (&[][..], Fine),
            (&[Fine, NoReading], NoReading),
            (&[NoReading, Finding, Fine], Finding),
            (&[Finding, BadInput, NoReading], BadInput),
        ] {
            assert_eq!(several.iter().copied().fold(Fine, ExitStatus::and), together, "{several:?}");
        }
    }

    fn args(source: Option<&str>, fps: Option<f64>) -> WatchArgs {
        WatchArgs {
            source: source.map(str::to_owned),
            fps,
            camera_budget: None,
            battery: None,
            profile: None,
            json: false,
            log_level: None,
            record: None,
            plain: false,
            no_notify: false,
            sound: false,
            exec: None,
            model: ModelArgs::default(),
            rules: RulesArgs::default(),
        }
    }

    #[test]
    fn a_rate_must_be_a_number_of_frames() {
        let settings = Settings::default();
        assert!([Some(2.0), None].into_iter().all(|fps| Watch::new(args(None, fps), &settings, false).is_ok()));
        for fps in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(Watch::new(args(None, Some(fps)), &settings, false).is_err(), "{fps}");
        }
    }

    #[test]
    fn arguments_come_before_settings() {
        let settings = Settings {
            camera: CameraSettings { source: "desk".into(), fps: Some(1.0), budget: 50.0, battery: OnBattery::Slow },
            watch: WatchSettings { rules: Some("mine.toml".into()), profile: Some("desk".into()) },
            log: LogSettings { level: LogLevel::Off, ..LogSettings::default() },
            notify: NotifySettings { sound: true, exec: Some("log".into()), ..NotifySettings::default() },
            ..Settings::default()
        };
        let watch = |args| Watch::new(args, &settings, false).expect("an argument");
        let set = watch(args(None, None));
        assert_eq!((set.source.as_str(), set.fps, Some(set.camera_budget)), ("desk", Some(1.0), Share::percent(50.0)));
        assert_eq!((set.rules, set.profile), (Some("mine.toml".into()), Some("desk".into())));
        let battery = |word: &str| watch(WatchArgs { battery: Some(word.to_owned()), ..args(None, None) }).on_battery;
        assert_eq!((set.on_battery, battery("close")), (OnBattery::Slow, OnBattery::Close));
        let mut given = args(Some("1"), Some(4.0));
        given.rules.rules = Some("other.toml".into());
        let given = watch(given);
        assert_eq!((given.source.as_str(), given.fps, given.rules), ("1", Some(4.0), Some("other.toml".into())));
        assert_eq!(set.log.level, LogLevel::Off);
        assert_eq!(
            watch(WatchArgs { log_level: Some(LogLevel::Debug), ..args(None, None) }).log.level,
            LogLevel::Debug
        );
        let saving = watch(WatchArgs { camera_budget: Some(20.0), ..args(None, None) });
        assert_eq!((saving.fps, Some(saving.camera_budget)), (None, Share::percent(20.0)));
        assert_eq!((set.notify.desktop, set.notify.sound, set.notify.exec.as_deref()), (true, true, Some("log")));
        let quiet = watch(WatchArgs { no_notify: true, exec: Some("other".into()), ..args(None, None) });
        assert_eq!((quiet.notify.desktop, quiet.notify.exec.as_deref()), (false, Some("other")));
    }

    #[test]
    fn a_view_is_drawn_on_a_terminal_unless_something_else_is_asked_for() {
        let telling = |json, plain, terminal| {
            let args = WatchArgs { json, plain, ..args(None, None) };
            Watch::new(args, &Settings::default(), terminal).expect("arguments").telling
        };
        assert_eq!(telling(false, false, true), Telling::View);
        assert_eq!([telling(false, false, false), telling(false, true, true)], [Telling::Lines; 2]);
        assert_eq!([telling(true, false, true), telling(true, false, false)], [Telling::Json; 2]);
    }
}
