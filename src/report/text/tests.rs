use std::time::Duration;

use super::*;
use crate::{
    measure::{Facing, Measurement, Unmeasured, View},
    pose::Keypoints,
    rules::RuleId,
};

fn pose(trunk_yaw: f32) -> Pose {
    Pose {
        keypoints: Keypoints::default(),
        presence: 1.0,
        head: None,
        trunk_yaw: Some(trunk_yaw),
        craniovertebral_angle: None,
        frame_width: 640,
        frame_height: 480,
    }
}

fn report(person: Option<(Pose, Reading)>) -> Report {
    Report::new("photo.jpg", Duration::ZERO, (640, 480), person)
}

fn measured(metric: Metric, value: f32, uncertainty: f32) -> Measurement {
    Measurement { metric, value, uncertainty, reference: Reference::Absolute }
}

fn unmeasured(because: Reason, metrics: &[Metric]) -> Vec<Unmeasured> {
    metrics.iter().map(|&metric| Unmeasured { metric, because, part: None }).collect()
}

/// What is written for `reports`, without styles.
fn written(reports: &[Report]) -> String {
    let (rules, stretches) = (Rules::embedded(), Stretches::embedded());
    let mut text = Text::new(&rules, &stretches);
    let mut out = anstream::StripStream::new(Vec::new());
    for report in reports {
        text.report(report, &mut out).expect("written");
    }
    text.end(&mut out).expect("written");
    String::from_utf8(out.into_inner()).expect("text")
}

fn side_with_finding() -> Report {
    let by = measured(Metric::CraniovertebralAngle, 46.4, 3.1);
    let reading = Reading {
        view: View::Lateral,
        facing: Facing::Left,
        measurements: vec![by, measured(Metric::HeadPitch, -4.0, 12.8)],
        unmeasured: unmeasured(
            Reason::View,
            &[Metric::EarShoulderHeight, Metric::EyeDistance, Metric::HeadRoll, Metric::ShoulderTilt, Metric::Distance],
        ),
    };
    let rule = RuleId("forward_head".into());
    Report {
        findings: vec![Finding { rule: rule.clone(), severity: Severity::Mild, by }],
        advice: vec![Advice { stretch: StretchId("chin_tuck".into()), then: None, because: rule }],
        ..report(Some((pose(88.0), reading)))
    }
}

#[test]
fn a_side_view_with_a_finding_reads_like_this() {
    let expected = "\
photo.jpg
  Seen from the side, facing left.
    craniovertebral angle                   46 ± 3°
    head pitch                              −4 ± 13°
    Only from the front: ear–shoulder height, eye distance, head roll, shoulder tilt, distance.
  Head forward: mild (craniovertebral angle 46 ± 3°; mild is 43° to 48°; its error reaches past 48°)
    Holding the head in front of the shoulders keeps the same neck muscles busy; a change gives them
    a break.
    Raise the screen to eye height or slightly below, and bring it to about an arm's length.
  Try: Chin tuck, 10 × 5 s
    1. Sit tall and look straight ahead.
    2. Glide your head straight back, as if making a double chin; eyes stay level, no nodding.
    3. Hold five seconds, let go, and repeat.
    Stop if it brings on anything in an arm, or dizziness.

A photo alone is held against bands of the population, not against your own upright baseline.
Stop if you feel sharp or shooting pain, pain, tingling, numbness or weakness in an arm or hand,
dizziness, a change in your sight, nausea, or a headache that builds up.
This program is not a medical device. It screens posture; it cannot diagnose.
";
    assert_eq!(written(&[side_with_finding()]), expected);
}

#[test]
fn a_stretch_is_explained_once() {
    let text = written(&[side_with_finding(), side_with_finding()]);
    assert_eq!(text.matches("Glide your head").count(), 1);
    assert_eq!(text.matches("  Try: Chin tuck, as above\n").count(), 1);
}

#[test]
fn an_oblique_view_says_where_to_move_the_camera() {
    let reading = Reading {
        view: View::Oblique,
        facing: Facing::Left,
        measurements: vec![measured(Metric::HeadPitch, -21.0, 12.8)],
        unmeasured: [
            unmeasured(Reason::View, &[Metric::CraniovertebralAngle, Metric::EarShoulderHeight]),
            unmeasured(Reason::Hidden, &[Metric::HeadRoll]),
        ]
        .concat(),
    };
    let expected = "\
photo.jpg
  Seen at an angle, facing left.
    head pitch                              −21 ± 13°, looking down
    Only from the side: craniovertebral angle.
    Only from the front: ear–shoulder height.
    Not measured, a body part that it needs is hidden: head roll.
  The camera stands about 40° to your left: between the side and the front, where neither angle nor
  ratio holds. Move it about 50° further round to your left to be seen from the side, or about 40°
  back towards your front.

This program is not a medical device. It screens posture; it cannot diagnose.
";
    assert_eq!(written(&[report(Some((pose(41.0), reading)))]), expected);
}

#[test]
fn nobody_is_nobody() {
    let expected = "\
photo.jpg
  Nobody seen.

This program is not a medical device. It screens posture; it cannot diagnose.
";
    assert_eq!(written(&[report(None)]), expected);
}

#[test]
fn styles_are_there_for_terminals() {
    let (rules, stretches) = (Rules::embedded(), Stretches::embedded());
    let mut out = Vec::new();
    Text::new(&rules, &stretches).report(&report(None), &mut out).expect("written");
    assert_eq!(out, b"\x1b[1mphoto.jpg\x1b[0m\n  Nobody seen.\n\n");
}
