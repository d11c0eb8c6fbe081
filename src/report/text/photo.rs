//! What a report says of one photo beyond the pose: the angle between placed points, and changes since another photo.

use std::io::{self, Write};

use anstyle::Style;

use super::{COLUMN, QUIET, VALUE, paragraph, short_title};
use crate::{
    compare::{Change, Comparison},
    geometry::{Degrees, wrapped},
    landmarks::ByHand,
    measure::{Facing, Measurement, Metric, Unit, View},
    pipeline::Report,
    report::{quantity, seen_from, whole},
};

const PLAIN: Style = Style::new();

/// Degrees off the side from which on the near ear alone moves the angle by more than its band can hold.
const SQUARE: Degrees = 10.0;

/// Writes the angle between placed points, and what it assumes.
pub fn by_hand(by_hand: &ByHand, report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let ByHand { landmarks, angle, .. } = by_hand;
    let title = "craniovertebral angle by hand";
    writeln!(out, "    {title:width$}{VALUE}{}{VALUE:#}", quantity(angle), width = COLUMN - 4)?;
    let level = match landmarks.level {
        Some(level) => format!("the true horizontal tilted by {level}°, to within 1°"),
        None => "a level camera, to within 2.5° (--level takes its tilt out)".to_owned(),
    };
    let assumed = format!(
        "The angle in the picture. Assumed: each point within 0.8 cm of its place along each axis, nine times in ten; \
         {level}; a camera square to the side: 5° off it move the angle by about 2°."
    );
    paragraph(out, QUIET, "    ", &assumed)?;
    match doubt(report) {
        Some(doubt) => paragraph(out, PLAIN, "    ", &doubt),
        None => Ok(()),
    }
}

/// What the network sees that speaks against measuring this photo by hand.
fn doubt(report: &Report) -> Option<String> {
    let (pose, reading) = report.person.as_ref()?;
    let off = (wrapped(pose.trunk_yaw?).abs() - 90.0).abs();
    if matches!(reading.view, View::Lateral | View::NearLateral) && off <= SQUARE {
        return None;
    }
    let seen = match reading.view {
        View::Lateral | View::NearLateral => format!("about {} from square", angle((off / 5.0).round() * 5.0)),
        view => seen_from(view, reading.facing),
    };
    Some(format!("The network sees this person {seen}: the angle in the picture is then not the angle of the body."))
}

/// Writes what has changed since the reference photo.
pub fn comparison(comparison: &Comparison, report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let Comparison { with, view, changes } = comparison;
    if changes.is_empty() {
        let now = report.reading().map_or(View::Unknown, |reading| reading.view);
        let why = if now == *view {
            "no measurement is on both photos".to_owned()
        } else {
            format!("seen {} then and {} now", seen_from(*view, Facing::Unknown), seen_from(now, Facing::Unknown))
        };
        return paragraph(out, PLAIN, "  ", &format!("Not compared with {with}: {why}."));
    }
    writeln!(out, "  Since {with}:")?;
    changes.iter().try_for_each(|change| {
        let title = short_title(change.now.metric);
        let (then, now) = (quantity(&change.then), quantity(&change.now));
        writeln!(out, "    {title:width$}{VALUE}{then} → {now}{VALUE:#}", width = COLUMN - 4)?;
        let style = if change.is_told() { VALUE } else { QUIET };
        paragraph(out, style, "      ", &verdict(change))
    })
}

fn verdict(change: &Change) -> String {
    let size = |value: f32| match change.now.metric.unit() {
        Unit::Deg => angle(value),
        Unit::Cm => format!("{} cm", whole(value)),
        Unit::S => format!("{} s", whole(value)),
        Unit::Ratio => format!("{value:.2}"),
    };
    if !change.is_told() {
        return format!("no change that can be told: it would have to be more than {}", size(change.smallest));
    }
    let way = way(&change.now, change.by());
    format!("changed by {}{way}, more than the {} that can be error", size(change.by().abs()), size(change.smallest))
}

/// What a change of this sign means, as the rest of a clause.
fn way(now: &Measurement, by: f32) -> &'static str {
    match (now.metric, by > 0.0) {
        (Metric::CraniovertebralAngle, true) => ", the head less far forward",
        (Metric::CraniovertebralAngle, false) => ", the head further forward",
        (Metric::EarShoulderHeight, true) => ", the head higher over the shoulders",
        (Metric::EarShoulderHeight, false) => ", the head lower over the shoulders",
        (_, true) => " upwards",
        (_, false) => " downwards",
    }
}

fn angle(degrees: Degrees) -> String {
    format!("{}°", whole(degrees))
}
