use super::*;

fn labels(text: &str) -> Vec<Truth> {
    text.parse::<Labels>().expect("labels").0
}

fn prediction(text: &str) -> Prediction {
    serde_json::from_str(text).expect("a prediction")
}

const FRONT: &str = r#"{"file":"a.jpg","view":"front","size":100,"keypoints":{
    "nose":{"x":50,"y":20,"visible":true},"left_ear":{"x":70,"y":20,"visible":true},
    "left_shoulder":{"x":100,"y":80,"visible":true},"right_shoulder":{"x":0,"y":80,"visible":true},
    "left_eye":{"x":60,"y":15,"visible":true},"right_eye":{"x":40,"y":15,"visible":false}}}"#;

fn on_one_line(text: &str) -> String {
    text.replace('\n', " ")
}

fn row<'a>(evaluation: &'a Evaluation, view: &str, group: &str, visible: bool) -> &'a Row {
    let found = evaluation.points.iter().find(|r| r.view == view && r.group == group && r.visible == visible);
    found.unwrap_or_else(|| panic!("no row {view} {group} {visible}"))
}

#[test]
fn an_error_is_a_distance_in_sizes_and_a_keypoint_not_reported_is_a_miss() {
    let said = prediction(
        r#"{"source":"x/a.jpg","person":{"keypoints":{"nose":{"x":53,"y":24,"score":0.9},
            "left_shoulder":{"x":110,"y":80,"score":0.5}}}}"#,
    );
    let evaluation = Evaluation::of(&[(labels(&on_one_line(FRONT)).remove(0), Some(said))]);
    let nose = row(&evaluation, "front", "nose", true);
    assert_eq!((nose.n, nose.missing, nose.pck), (1, 0, [1.0, 1.0, 1.0]));
    assert!((nose.median.expect("reported") - 0.05).abs() < 1e-9);
    let shoulders = row(&evaluation, "all", "shoulders", true);
    assert_eq!((shoulders.n, shoulders.missing, shoulders.median), (2, 1, None), "half of them are infinite");
    assert_eq!(shoulders.pck, [0.0, 0.5, 0.5]);
    let eyes = row(&evaluation, "all", "eyes", false);
    assert_eq!((eyes.n, eyes.missing), (1, 1), "the hidden eye is counted apart");
    assert_eq!(evaluation.derived.iter().find(|d| d.name == "shoulder tilt").expect("both are seen").missing, 1);
}

#[test]
fn front_shoulders_are_also_judged_without_their_common_offset() {
    let said = prediction(
        r#"{"source":"a.jpg","person":{"keypoints":{"left_shoulder":{"x":110,"y":85,"score":0.5},
            "right_shoulder":{"x":-10,"y":85,"score":0.5}}}}"#,
    );
    let evaluation = Evaluation::of(&[(labels(&on_one_line(FRONT)).remove(0), Some(said))]);
    let [outward, down] = evaluation.shoulder_offset.expect("two shoulders");
    assert!((outward - 0.1).abs() < 1e-9 && (down - 0.05).abs() < 1e-9);
    assert!(row(&evaluation, "front", "shoulders offset-free", true).median.expect("reported") < 1e-9);
}

#[test]
fn presence_counts_both_ways() {
    let empty = labels(r#"{"source":"empty.jpg","person":null}"#).remove(0);
    let somebody = || prediction(r#"{"source":"empty.jpg","person":{"keypoints":{}}}"#);
    let nobody = || prediction(r#"{"source":"a.jpg","person":null}"#);
    let person = || labels(&on_one_line(FRONT)).remove(0);
    let evaluation = Evaluation::of(&[
        (empty.clone(), Some(somebody())),
        (empty, Some(nobody())),
        (person(), Some(nobody())),
        (person(), Some(somebody())),
    ]);
    let Presence { people, found, empty, seen_in_empty, precision, recall, refusal_rate, .. } = evaluation.presence;
    assert_eq!((people, found, empty, seen_in_empty), (2, 1, 2, 1));
    assert_eq!((precision, recall, refusal_rate), (Some(0.5), Some(0.5), Some(1.0)));
}

#[test]
fn the_angle_as_measured_is_held_against_the_hand_with_its_band() {
    let truth = labels(
        r#"{"file":"s.jpg","view":"side","size":100,"cva_deg":50,"keypoints":{"nose":{"x":80,"y":20,"visible":true},"left_ear":{"x":60,"y":20,"visible":true},"c7":{"x":30,"y":56,"visible":true}}}"#,
    );
    let line = |value: f32, uncertainty: f32| {
        prediction(&format!(
            r#"{{"source":"s.jpg","person":{{"keypoints":{{}}}},"measurements":[{{"metric":"craniovertebral_angle",
                "value":{value},"unit":"deg","uncertainty":{uncertainty},"reference":"absolute"}}]}}"#
        ))
    };
    let judged = |said| Evaluation::of(&[(truth[0].clone(), Some(said))]);
    let of = |evaluation: &Evaluation| {
        evaluation
            .derived
            .iter()
            .find(|d| d.name == "craniovertebral angle as measured")
            .expect("a hand's angle")
            .clone()
    };
    let (near, far) = (judged(line(46.0, 5.0)), judged(line(40.0, 5.0)));
    assert_eq!((of(&near).bias, of(&near).held), (Some(-4.0), Some(1.0)));
    assert_eq!((of(&far).mean, of(&far).held), (Some(10.0), Some(0.0)));
    assert_eq!(near.angles[0].measured, Some([46.0, 5.0]));
    let refused = judged(prediction(r#"{"source":"s.jpg","person":{"keypoints":{}}}"#));
    assert_eq!((of(&refused).missing, refused.angles[0].measured), (1, None));
}

#[test]
fn scores_are_counted_by_tenths() {
    let said = prediction(
        r#"{"source":"a.jpg","person":{"keypoints":{"nose":{"x":50,"y":20,"score":0.3},
            "left_eye":{"x":90,"y":15,"score":0.35},"right_eye":{"x":40,"y":15,"score":1.0}}}}"#,
    );
    let evaluation = Evaluation::of(&[(labels(&on_one_line(FRONT)).remove(0), Some(said))]);
    let tenths: Vec<_> =
        evaluation.reliability.iter().map(|r| ((r.from * 10.0).round() as u32, r.n, r.right)).collect();
    assert_eq!(tenths, [(3, 2, 0.5), (9, 1, 0.0)], "a hidden keypoint is not right, however near");
}

#[test]
fn labels_that_do_not_fit_are_told_with_their_line() {
    let text =
        format!("{}\n{{\"file\":\"b.jpg\",\"view\":\"behind\",\"size\":1,\"keypoints\":{{}}}}", on_one_line(FRONT));
    let error = text.parse::<Labels>().expect_err("no such view");
    assert_eq!(error.line, 2);
    assert!(error.to_string().contains("behind"), "{error}");
}

#[test]
fn quantiles_are_those_of_the_referee() {
    assert_eq!(quantile(&[3.0, 1.0, 2.0, 4.0], 0.5), Some(3.0));
    assert_eq!(quantile(&[1.0, 2.0, 3.0], 1.0), Some(3.0));
    assert_eq!(quantile(&[], 0.5), None);
}
