use super::*;
use crate::{
    baseline::Neutral,
    pose::{HeadPose, Keypoint, drawn::drawn},
};

/// Somebody seen from the front: shoulders 200 px wide at `shoulders` px from the top, ears 120 px above 300 less `head`.
fn front(shoulders: f32, head: f32) -> Pose {
    let parts = [
        (BodyPart::LeftEar, 365.0, 180.0 - head),
        (BodyPart::RightEar, 275.0, 180.0 - head),
        (BodyPart::LeftShoulder, 420.0, shoulders),
        (BodyPart::RightShoulder, 220.0, shoulders),
    ];
    Pose { trunk_yaw: Some(0.0), ..drawn(&parts) }
}

fn baseline_of(pose: &Pose) -> Baseline {
    let mut baseline = Baseline::default();
    let reading = measure(pose, Known::default());
    for measurement in &reading.measurements {
        let neutral = Neutral { median: measurement.value, spread: 0.0, readings: 60 };
        baseline.set(reading.aspect(), measurement.metric, neutral);
    }
    baseline
}

#[test]
fn shoulders_are_raised_when_they_rise_towards_the_ears_not_when_the_person_sits_taller() {
    let baseline = baseline_of(&front(300.0, 0.0));
    let raise = |pose: &Pose| {
        let reading = measure(pose, Known { baseline: Some(&baseline), ..Known::default() });
        reading.get(Metric::ShoulderRaise, Reference::Baseline).expect("measurable").value
    };
    let close = |value: f32, expected: f32| assert!((value - expected).abs() < 1e-5, "{value} {expected}");
    close(raise(&front(300.0, 0.0)), 0.0);
    close(raise(&front(280.0, 0.0)), 0.1);
    close(raise(&front(280.0, 20.0)), 0.0);
    close(raise(&front(300.0, -20.0)), 0.0);
    close(raise(&front(320.0, -20.0)), -0.1);
}

#[test]
fn a_bowed_head_is_not_held_against_the_height_of_its_ears() {
    let nod = |pitch| Pose { head: Some(HeadPose { yaw: 0.0, pitch, roll: 0.0 }), ..front(300.0, -10.0) };
    let with_nose = |mut pose: Pose| {
        pose.keypoints.set(BodyPart::Nose, Some(Keypoint { at: Point::new(320.0, 190.0), score: 0.9 }));
        pose
    };
    let baseline = baseline_of(&with_nose(nod(-2.0)));
    let told = |pitch| {
        let reading = measure(&with_nose(nod(pitch)), Known { baseline: Some(&baseline), ..Known::default() });
        reading.get(Metric::EarShoulderHeight, Reference::Baseline).is_some()
    };
    assert!(told(-2.0) && told(-6.5) && told(10.0));
    assert!(!told(-7.5), "it is not told, and so neither begins nor ends anything");
}

#[test]
fn every_metric_is_measured_or_says_why_not_but_time_is_not_asked_of_one_picture() {
    let reading = measure(&front(300.0, 0.0), Known::default());
    let named = |metric: &Metric| {
        reading.get(*metric, Reference::Absolute).is_some() || reading.unmeasured.iter().any(|u| u.metric == *metric)
    };
    let missing: Vec<_> = Metric::ALL.into_iter().filter(|metric| !named(metric)).collect();
    assert_eq!(missing, [Metric::Stillness]);
}
