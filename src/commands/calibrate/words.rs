//! What a calibration says.

use std::{
    io::{self, Write},
    path::Path,
    time::Duration,
};

use crate::{
    calibration::{LONG_ENOUGH, Moment, Phase, Posture, Recorded, Trouble},
    measure::{Facing, Measurement, Metric, Reason, Reference, View},
    profile::Profile,
    report::{move_camera, quantity, seen_from, short_title, whole},
    rules::Rules,
};

/// A trouble is said once it has lasted this long: what one frame says by chance is not worth a line.
const LASTING: Duration = Duration::from_millis(1_500);

/// Turns moments into lines: each instruction once, each trouble when it lasts.
#[derive(Debug, Default)]
pub struct Telling {
    /// The posture and whether it is being recorded, as last told.
    told: Option<(Posture, bool)>,
    /// The trouble that lasts, since when, and whether it was told.
    trouble: Option<(Trouble, Duration, bool)>,
}

impl Telling {
    /// The lines that are due at `at`.
    pub fn step(&mut self, at: Duration, moment: &Moment) -> Vec<String> {
        let mut lines = Vec::new();
        let now = match moment.phase {
            Phase::Ready { posture, .. } => Some((posture, false)),
            Phase::Recording { posture, .. } => Some((posture, true)),
            Phase::Done => None,
        };
        if now != self.told {
            let was = self.told.map(|(posture, _)| posture);
            if was == Some(Posture::Upright) && now.map(|(posture, _)| posture) != was {
                lines.push("Upright: recorded.".to_owned());
            }
            if was == Some(Posture::Slouch) && now.is_none() {
                lines.push("Slouch: recorded.".to_owned());
            }
            lines.extend(now.and_then(|(posture, recording)| instruction(posture, recording, was, &moment.phase)));
            self.told = now;
        }
        lines.extend(self.trouble(at, moment.trouble));
        lines
    }

    fn trouble(&mut self, at: Duration, trouble: Option<Trouble>) -> Option<String> {
        let Some(trouble) = trouble else {
            // What comes and goes is one trouble.
            self.trouble = self.trouble.take().filter(|(_, since, _)| at.saturating_sub(*since) < 2 * LASTING);
            return None;
        };
        match &mut self.trouble {
            Some((same, since, told)) if std::mem::discriminant(same) == std::mem::discriminant(&trouble) => {
                let due = !*told && at.saturating_sub(*since) >= LASTING;
                *told |= due;
                due.then(|| format!("  {}", remedy(&trouble)))
            }
            other => {
                *other = Some((trouble, at, false));
                None
            }
        }
    }
}

fn instruction(posture: Posture, recording: bool, was: Option<Posture>, phase: &Phase) -> Option<String> {
    let what = match posture {
        Posture::Upright => "1 of 2: sit comfortably upright, the way you want to sit, and look at the screen.",
        Posture::Slouch => "2 of 2: now slouch, the way you do when you forget about it, and stay like that.",
    };
    match phase {
        Phase::Ready { left, .. } if !left.is_zero() => {
            Some(format!("{what} Recording begins in {} s.", left.as_secs_f32().round()))
        }
        Phase::Recording { .. } if recording && was == Some(posture) => Some("Recording; hold still.".to_owned()),
        _ => Some(what.to_owned()),
    }
}

/// What is wrong, and what to do about it.
pub fn remedy(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Nobody => "Nobody is seen: sit down in front of the camera, head and shoulders in view.".to_owned(),
        Trouble::Dark => "Too dark to see you well: turn on a light in front of you.".to_owned(),
        Trouble::View { view, trunk_yaw } => {
            let how = move_camera(*view, *trunk_yaw);
            how.unwrap_or_else(|| {
                "Cannot tell from where you are seen: show head and shoulders, from the side or from the front."
                    .to_owned()
            })
        }
        Trouble::Turned { from } => {
            format!(
                "You were recorded {} when upright: stay turned as you were.",
                seen_from(from.view(), from.facing().unwrap_or(Facing::Unknown))
            )
        }
        Trouble::Unmeasured { metric, because: Reason::Hidden } => {
            let what = match metric {
                Metric::CraniovertebralAngle => {
                    "Your ear or the base of your neck is hidden: move hair and collar aside"
                }
                _ => "An ear or a shoulder is hidden: look at the camera, with both shoulders in view",
            };
            format!("{what}.")
        }
        Trouble::Unmeasured { metric, because } => {
            format!("The {} cannot be measured: {}.", short_title(*metric), because.explain())
        }
        Trouble::Unsure => "You are seen poorly: more light, less backlight, and a little closer help.".to_owned(),
        Trouble::Moving => "You moved, and part of it was dropped: hold still for a few seconds.".to_owned(),
        Trouble::Alike => {
            "That does not differ from upright by more than the measurement error so far: slouch as you really do."
                .to_owned()
        }
    }
}

/// The moment on one line: how far, from where, how well.
pub fn moment(moment: &Moment, brightness: Option<f32>) -> String {
    let phase = match moment.phase {
        Phase::Ready { posture, left } => format!("{}: begins in {:.0} s", title(posture), left.as_secs_f32().ceil()),
        Phase::Recording { posture, recorded } => {
            format!("{}: {:.1} of {:.0} s", title(posture), recorded.as_secs_f32(), LONG_ENOUGH.as_secs_f32())
        }
        Phase::Done => "done".to_owned(),
    };
    let view = moment.view.map_or("nobody".to_owned(), |view| format!("seen {}", seen_from(view, Facing::Unknown)));
    let score = moment.score.map_or(String::new(), |score| format!(" · score {score:.1}"));
    let state = match moment.trouble {
        None => "good",
        Some(Trouble::Moving) => "moving",
        Some(Trouble::Alike) => "not different yet",
        Some(Trouble::Dark) => "too dark",
        Some(_) => "not recorded",
    };
    let light = brightness.map_or(String::new(), |mean| format!(" · light {:.0} %", 100.0 * mean));
    format!("{phase} · {view}{score}{light} · {state}")
}

const fn title(posture: Posture) -> &'static str {
    match posture {
        Posture::Upright => "upright",
        Posture::Slouch => "slouch",
    }
}

/// The usual name of a profile of this view.
pub const fn view_name(view: View) -> &'static str {
    match view {
        View::Frontal => "front",
        _ => "side",
    }
}

/// Why there is nothing to save.
pub fn nothing(trouble: Option<Trouble>) -> String {
    let why = trouble.map_or("it ended before 5 s in a row were recorded.".to_owned(), |trouble| remedy(&trouble));
    format!("Nothing was recorded and nothing saved: {why}")
}

/// What was saved, and what follows from it.
pub fn saved(
    profile: &Profile,
    recorded: &Recorded,
    rules: &Rules,
    path: &Path,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(
        out,
        "Saved the profile {:?}, seen {}: {}",
        profile.name,
        seen_from(profile.view, profile.facing),
        path.display()
    )?;
    match recorded.range() {
        None => writeln!(out, "No slouch was recorded: deviations begin where the rules say.")?,
        Some(range) if range.value <= range.uncertainty => writeln!(
            out,
            "The slouch differs from upright by less than the measurement error ({}): deviations begin at that error.",
            size(range.metric, range.uncertainty)
        )?,
        Some(_) => {}
    }
    for (aspect, metric, upright) in profile.upright.iter() {
        let absolute =
            |value| Measurement { metric, value, uncertainty: upright.spread, reference: Reference::Absolute };
        let slouch = profile.slouch.as_ref().and_then(|slouch| slouch.get(aspect, metric));
        let slouch = slouch.map_or(String::new(), |slouch| format!(", slouch {}", value(&absolute(slouch.median))));
        let begins = begins(profile, rules, metric)
            .map_or(String::new(), |mild| format!("; a deviation begins {} from upright", size(metric, mild)));
        writeln!(out, "  {:32}upright {}{slouch}{begins}", short_title(metric), value(&absolute(upright.median)))?;
    }
    if let Some(roll) = profile.level.filter(|_| recorded.is_level_estimated) {
        writeln!(
            out,
            "Eyes and shoulders are both tilted by about {}°: the camera probably is, and that is taken out here and by `posture \
             watch`. If you straighten it, calibrate again.",
            whole(roll)
        )?;
    }
    writeln!(out, "`posture watch` uses it from now on with this camera.")
}

/// Where deviations of `metric` begin for this user, if any rule asks.
fn begins(profile: &Profile, rules: &Rules, metric: Metric) -> Option<f32> {
    let own = profile.thresholds.iter().find(|threshold| threshold.metric == metric).map(|threshold| threshold.mild);
    let signals = rules.iter().flat_map(|rule| &rule.signals);
    let asked = signals
        .filter(|signal| {
            let here = signal.views.contains(&profile.view);
            here && signal.metric == metric && signal.reference == Reference::Baseline
        })
        .map(|signal| signal.thresholds[0])
        .reduce(f32::min);
    asked.map(|rule| own.unwrap_or(rule))
}

/// A value without its band.
fn value(measurement: &Measurement) -> String {
    let text = quantity(measurement);
    let unit = text.trim_start_matches(|c: char| c != '°' && c != 'c');
    let number = text.split(" ± ").next().unwrap_or(&text);
    format!(
        "{number}{}",
        if unit == "°" {
            "°"
        } else if unit.starts_with("cm") {
            " cm"
        } else {
            ""
        }
    )
}

/// A deviation of this size, as people read it.
fn size(metric: Metric, deviation: f32) -> String {
    let by = Measurement { metric, value: deviation, uncertainty: 0.0, reference: Reference::Baseline };
    match by.unit() {
        crate::measure::Unit::Deg => format!("{}°", whole(deviation)),
        _ => format!("{} %", whole(100.0 * deviation)),
    }
}
