use super::*;
use crate::{monitor, pose::Scene, rules::RuleId, stretches::StretchId};

fn side() -> Report {
    let at = |x, y, score| Keypoint { at: Point::new(x, y), score };
    let pose = Pose {
        keypoints: [
            (BodyPart::Nose, at(512.34, 201.86, 0.972)),
            (BodyPart::LeftEar, at(555.0, 215.0, 0.96)),
            (BodyPart::C7, at(640.0, 330.5, 0.9)),
        ]
        .into_iter()
        .collect(),
        presence: 0.981,
        head: Some(HeadPose { yaw: 85.04, pitch: 4.24, roll: -0.04 }),
        trunk_yaw: Some(88.12),
        craniovertebral_angle: Some(Regressed { value: 47.23, deviation: 1.26 }),
        frame_width: 1280,
        frame_height: 720,
    };
    let by = measure::Measurement {
        metric: Metric::CraniovertebralAngle,
        value: 47.23,
        uncertainty: 3.12,
        reference: Reference::Absolute,
    };
    let reading = measure::Reading {
        view: View::Lateral,
        facing: Facing::Left,
        measurements: vec![by],
        unmeasured: vec![Unmeasured { metric: Metric::EarShoulderHeight, because: measure::Reason::View, part: None }],
    };
    let rule = RuleId("forward_head".into());
    Report {
        source: "side.jpg".into(),
        at: Duration::ZERO,
        width: 1280,
        height: 720,
        person: Some((pose, reading)),
        scene: Scene::default(),
        findings: vec![Finding { rule: rule.clone(), severity: Severity::Mild, by }],
        advice: vec![Advice { stretch: StretchId("chin_tuck".into()), then: None, because: rule }],
        by_hand: None,
        compared: None,
    }
}

#[test]
fn a_pose_line_has_exactly_this_shape() {
    let expected = concat!(
        r#"{"schema":"posture/1","kind":"pose","source":"side.jpg","at":0.0,"width":1280,"height":720,"#,
        r#""person":{"score":0.98,"view":"lateral","facing":"left","trunk_yaw":88.1,"#,
        r#""head":{"yaw":85.0,"pitch":4.2,"roll":0.0},"#,
        r#""regressed":{"craniovertebral_angle":47.2,"deviation":1.3},"#,
        r#""keypoints":{"nose":{"x":512.3,"y":201.9,"score":0.97},"#,
        r#""left_ear":{"x":555.0,"y":215.0,"score":0.96},"c7":{"x":640.0,"y":330.5,"score":0.9}}},"#,
        r#""measurements":[{"metric":"craniovertebral_angle","value":47.2,"unit":"deg","uncertainty":3.1,"#,
        r#""reference":"absolute"}],"#,
        r#""unmeasured":[{"metric":"ear_shoulder_height","because":"view"}],"#,
        r#""findings":[{"rule":"forward_head","severity":"mild","metric":"craniovertebral_angle"}],"#,
        r#""advice":[{"stretch":"chin_tuck","because":"forward_head"}]}"#,
    );
    assert_eq!(serde_json::to_string(&PoseLine::from(&side())).expect("serialisable"), expected);
}

#[test]
fn a_line_read_back_equals_the_line_written() {
    let line = PoseLine::from(&side());
    let text = serde_json::to_string(&line).expect("serialisable");
    assert_eq!(Line::parse(&text).expect("readable"), Line::Pose(Box::new(line)));
}

#[test]
fn a_pose_read_back_measures_the_same() {
    let line = PoseLine::from(&side());
    let pose = line.pose().expect("somebody");
    let again = measure::measure(&pose, measure::Known::default());
    let measured = Measurement::from(&again.measurements[0]);
    assert_eq!((measured.metric, measured.value), (Metric::CraniovertebralAngle, 47.2));
    assert_eq!((again.view, again.facing), (View::Lateral, Facing::Left));
}

#[test]
fn nobody_is_null_and_not_a_person_without_parts() {
    let report = Report { person: None, findings: Vec::new(), advice: Vec::new(), ..side() };
    let expected = concat!(
        r#"{"schema":"posture/1","kind":"pose","source":"side.jpg","at":0.0,"width":1280,"height":720,"#,
        r#""person":null,"measurements":[],"unmeasured":[],"findings":[],"advice":[]}"#,
    );
    assert_eq!(serde_json::to_string(&PoseLine::from(&report)).expect("serialisable"), expected);
}

#[test]
fn the_raw_angle_is_not_told_from_the_front() {
    let mut report = side();
    if let Some((_, reading)) = &mut report.person {
        reading.view = View::Frontal;
    }
    assert_eq!(PoseLine::from(&report).person.expect("somebody").regressed, None);
}

#[test]
fn events_have_these_shapes_and_read_back() {
    let Report { findings, advice, .. } = side();
    let at = Duration::from_millis(61_200);
    let (rule, minute) = (findings[0].rule.clone(), Duration::from_secs(60));
    let share = monitor::Share { there: 4 * minute, of: 5 * minute };
    let reason = monitor::Why { finding: findings[0].clone(), share };
    let both = Advice { then: Some(StretchId("levator".into())), ..advice[0].clone() };
    for (event, rest) in [
        (
            monitor::Event::Began { finding: findings[0].clone(), since: Duration::from_millis(1_200), at },
            concat!(
                r#""event":"began","rule":"forward_head","since":1.2,"severity":"mild","#,
                r#""by":{"metric":"craniovertebral_angle","value":47.2,"unit":"deg","uncertainty":3.1,"#,
                r#""reference":"absolute"}"#
            ),
        ),
        (
            monitor::Event::Worsened { finding: findings[0].clone(), at },
            concat!(
                r#""event":"worsened","rule":"forward_head","severity":"mild","#,
                r#""by":{"metric":"craniovertebral_angle","value":47.2,"unit":"deg","uncertainty":3.1,"#,
                r#""reference":"absolute"}"#
            ),
        ),
        (monitor::Event::Ended { rule: rule.clone(), at }, r#""event":"ended","rule":"forward_head""#),
        (
            monitor::Event::View { view: View::Lateral, facing: Facing::Left, at },
            r#""event":"view","view":"lateral","facing":"left""#,
        ),
        (monitor::Event::Learning { view: View::Frontal, at }, r#""event":"learning","view":"frontal""#),
        (
            monitor::Event::Learned { view: View::Lateral, metrics: vec![Metric::HeadPitch], at },
            r#""event":"learned","view":"lateral","metrics":["head_pitch"]"#,
        ),
        (monitor::Event::Left { at }, r#""event":"left""#),
        (monitor::Event::Returned { at }, r#""event":"returned""#),
        (monitor::Event::Unmeasurable { why: "too dark".into(), at }, r#""event":"unmeasurable","why":"too dark""#),
        (monitor::Event::Measurable { at }, r#""event":"measurable""#),
        (
            monitor::Event::Suggested { advice: advice[0].clone(), reason, offer: monitor::Offer::Guide, at },
            concat!(
                r#""event":"suggested","stretch":"chin_tuck","because":"forward_head","severity":"mild","#,
                r#""by":{"metric":"craniovertebral_angle","value":47.2,"unit":"deg","uncertainty":3.1,"#,
                r#""reference":"absolute"},"lasted":240.0,"of":300.0,"offer":"guide""#
            ),
        ),
        (
            monitor::Event::Owed { advice: advice[0].clone(), because: monitor::Held::DoNotDisturb, at },
            r#""event":"owed","stretch":"chin_tuck","because":"forward_head","held":"do_not_disturb""#,
        ),
        (
            monitor::Event::BreakDue { rule: rule.clone(), lasted: minute, advice: both, at },
            r#""event":"break_due","rule":"forward_head","lasted":60.0,"stretch":"chin_tuck","then":"levator""#,
        ),
        (monitor::Event::Dismissed { rule, at }, r#""event":"dismissed","rule":"forward_head""#),
        (
            monitor::Event::Completed { stretch: advice[0].stretch.clone(), at },
            r#""event":"completed","stretch":"chin_tuck""#,
        ),
        (monitor::Event::Paused { until: None, at }, r#""event":"paused","until":null"#),
        (monitor::Event::Paused { until: Some(minute), at }, r#""event":"paused","until":60.0"#),
        (monitor::Event::Resumed { at }, r#""event":"resumed""#),
        (monitor::Event::Snoozed { until: minute, at }, r#""event":"snoozed","until":60.0"#),
    ] {
        let line = EventLine::from(&event);
        let text = serde_json::to_string(&line).expect("serialisable");
        assert_eq!(text, format!(r#"{{"schema":"posture/1","kind":"event","at":61.2,{rest}}}"#));
        assert_eq!(Line::parse(&text).expect("readable"), Line::Event(line));
    }
}

#[test]
fn another_schema_is_refused_and_unknown_fields_are_ignored() {
    let nobody = r#"{"schema":"posture/1","kind":"pose","source":"a","width":1,"height":1,"person":null,"new":1}"#;
    assert!(Line::parse(nobody).is_ok());
    assert!(Line::parse(&nobody.replace("posture/1", "posture/2")).is_err());
    assert!(Line::parse(&nobody.replace("pose\"", "poem\"")).is_err());
}

#[test]
fn a_session_closes_with_its_totals() {
    let totals = monitor::Totals {
        watched: Duration::from_secs(600),
        measured: Duration::from_millis(512_500),
        away: Duration::from_secs(60),
        findings: 2,
        advice: 1,
    };
    let line = EventLine::closed(Duration::from_millis(600_500), &totals);
    let text = serde_json::to_string(&line).expect("JSON");
    assert_eq!(
        text,
        r#"{"schema":"posture/1","kind":"event","at":600.5,"event":"closed","watched":600.0,"measured":512.5,"away":60.0,"findings":2,"advice":1}"#
    );
    assert_eq!(Line::parse(&text).expect("readable"), Line::Event(line));
}
