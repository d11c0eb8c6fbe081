use super::*;
use crate::measure::Facing;

fn rules() -> Rules {
    Rules::embedded()
}

fn reading(view: View, measured: &[(Metric, Reference, f32, f32)]) -> Reading {
    let measurement = |&(metric, reference, value, uncertainty)| Measurement { metric, value, uncertainty, reference };
    Reading {
        view,
        facing: Facing::Unknown,
        measurements: measured.iter().map(measurement).collect(),
        unmeasured: Vec::new(),
    }
}

fn stand(rule: &str, reading: &Reading, against: Against) -> (Option<f32>, Option<Severity>) {
    let assessment = rules().assess(reading, against).into_iter().find(|a| a.rule.0 == rule).expect("a known rule");
    (assessment.level, assessment.finding.map(|f| f.severity))
}

fn forward_head(deviation: f32, uncertainty: f32) -> (Option<f32>, Option<Severity>) {
    let reading =
        reading(View::Lateral, &[(Metric::CraniovertebralAngle, Reference::Baseline, deviation, uncertainty)]);
    stand("forward_head", &reading, Against::Baseline)
}

#[test]
fn the_level_is_1_2_and_3_at_the_thresholds() {
    for (deviation, level, severity) in [
        (0.0, 0.0, None),
        (2.5, 0.5, None),
        (4.9, 0.98, None),
        (5.0, 1.0, Some(Severity::Mild)),
        (6.5, 1.5, Some(Severity::Mild)),
        (8.0, 2.0, Some(Severity::Moderate)),
        (12.0, 3.0, Some(Severity::Marked)),
        (16.0, 4.0, Some(Severity::Marked)),
        (-7.0, 0.0, None),
    ] {
        let (is, found) = forward_head(deviation, 3.0);
        assert!((is.expect("measured") - level).abs() < 1e-6, "{deviation}: {is:?}");
        assert_eq!(found, severity, "{deviation}");
    }
}

#[test]
fn a_change_within_its_uncertainty_is_no_change() {
    let (level, finding) = forward_head(9.0, 9.0);
    assert!(level.is_some_and(|level| level < 1.0 && level > 0.9));
    assert_eq!(finding, None);
    assert_eq!(forward_head(9.1, 9.0).1, Some(Severity::Moderate));
}

#[test]
fn the_population_is_asked_only_for_photos() {
    let photo = reading(View::Lateral, &[(Metric::CraniovertebralAngle, Reference::Absolute, 42.0, 6.0)]);
    assert_eq!(stand("forward_head", &photo, Against::Baseline), (None, None));
    let (level, finding) = stand("forward_head", &photo, Against::Population);
    assert!((level.expect("measured") - 2.2).abs() < 1e-5);
    assert_eq!(finding, Some(Severity::Moderate), "the value is beyond the threshold, though its band reaches across");
}

#[test]
fn an_absolute_threshold_has_its_neutral_one_step_before() {
    for (angle, level) in [(60.0, 0.0), (53.0, 0.0), (50.5, 0.5), (48.0, 1.0), (45.5, 1.5), (33.0, 4.0)] {
        let photo = reading(View::Lateral, &[(Metric::CraniovertebralAngle, Reference::Absolute, angle, 4.0)]);
        let is = stand("forward_head", &photo, Against::Population).0.expect("measured");
        assert!((is - level).abs() < 1e-5, "{angle}: {is}");
    }
}

#[test]
fn a_tilt_counts_to_either_side_once_it_exceeds_its_uncertainty() {
    let tilt = |value, band| {
        let photo = reading(View::Frontal, &[(Metric::HeadRoll, Reference::Absolute, value, band)]);
        stand("head_tilt", &photo, Against::Population)
    };
    assert_eq!(tilt(-11.0, 4.0).1, Some(Severity::Moderate));
    assert_eq!(tilt(11.0, 4.0).1, Some(Severity::Moderate));
    assert_eq!(tilt(7.0, 7.5).1, None);
    assert_eq!(tilt(-3.0, 1.0).0, Some(0.5));
}

#[test]
fn nothing_measured_has_no_level() {
    assert!(rules().assess(&reading(View::Lateral, &[]), Against::Baseline).iter().all(|a| a.level.is_none()));
    let elsewhere = reading(View::Oblique, &[(Metric::CraniovertebralAngle, Reference::Baseline, 20.0, 1.0)]);
    assert_eq!(stand("forward_head", &elsewhere, Against::Baseline), (None, None), "not in this view");
    let broken = reading(View::Lateral, &[(Metric::CraniovertebralAngle, Reference::Baseline, f32::NAN, 1.0)]);
    assert_eq!(stand("forward_head", &broken, Against::Baseline), (None, None));
}

#[test]
fn a_bowed_head_excuses_a_forward_head_and_leaves_it_untold() {
    let bowed = |pitch, angle| {
        let metrics = [
            (Metric::HeadPitch, Reference::Baseline, pitch, 5.0),
            (Metric::CraniovertebralAngle, Reference::Baseline, angle, 3.0),
        ];
        stand("forward_head", &reading(View::Lateral, &metrics), Against::Baseline)
    };
    assert_eq!(bowed(24.0, 10.0).1, Some(Severity::Moderate), "mildly bowed is no excuse");
    assert_eq!(bowed(26.0, 10.0), (None, None));
    assert_eq!(bowed(26.0, 2.0), (Some(0.4), None), "what needs no excuse is told");
}

#[test]
fn rules_stand_in_the_order_of_the_table() {
    let ids: Vec<RuleId> = rules().iter().map(|rule| rule.id.clone()).collect();
    let assessed = rules().assess(&reading(View::Frontal, &[]), Against::Baseline);
    assert_eq!(assessed.into_iter().map(|a| a.rule).collect::<Vec<_>>(), ids);
}

#[test]
fn a_rule_that_counts_time_is_1_2_and_3_at_its_times() {
    let rules = rules();
    let timer = rules.get(&RuleId("sitting_too_long".into())).and_then(|rule| rule.timer.clone()).expect("a timer");
    for (minutes, level) in
        [(0, 0.0), (15, 1.0 / 3.0), (45, 1.0), (52, 1.0 + 7.0 / 15.0), (60, 2.0), (90, 3.0), (120, 4.0)]
    {
        let is = timer.level(Duration::from_secs(60 * minutes));
        assert!((is - level).abs() < 1e-5, "{minutes}: {is}");
    }
}

#[test]
fn raised_shoulders_excuse_a_head_that_is_closer_to_them() {
    let metrics = |raise| {
        [
            (Metric::EarShoulderHeight, Reference::Baseline, 0.12, 0.05),
            (Metric::ShoulderRaise, Reference::Baseline, raise, 0.05),
        ]
    };
    assert_eq!(
        stand("forward_head", &reading(View::Frontal, &metrics(0.05)), Against::Baseline).1,
        Some(Severity::Moderate)
    );
    assert_eq!(stand("forward_head", &reading(View::Frontal, &metrics(0.11)), Against::Baseline), (None, None));
}

#[test]
fn a_rule_may_have_its_own_patience() {
    let rules = rules();
    let nudge = |rule: &str, severity| rules.get(&RuleId(rule.into())).expect("known").nudge(severity).as_secs();
    assert_eq!(Severity::ALL.map(|s| nudge("forward_head", s)), [180, 90, 60]);
    assert_eq!(Severity::ALL.map(|s| nudge("looking_down", s)), [300, 180, 60]);
    let nudged = |rule: &str| rules.cooldown(&RuleId(rule.into())).nudged.as_secs();
    assert_eq!(["forward_head", "static_too_long", "no_such_rule"].map(nudged), [600, 1200, 600]);
}

/// What is wrong with the built-in table once `from` has become `to`.
fn complaint(from: &str, to: &str) -> String {
    let text = include_str!("../rules.toml");
    let (head, body) = text.split_at(text.find("[defaults]").expect("after the explanation"));
    assert!(body.contains(from), "the table has no {from:?}");
    let changed = format!("{head}{}", body.replacen(from, to, 1));
    Rules::parse(&changed, "my.toml").map(|_| (from, to)).expect_err("refused").to_string()
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (from, to, says) in [
        ("exit_factor = 0.6", "exit_factor = 1.2", "exit_factor lies between 0 and 1"),
        ("share = 0.70", "share = 70", "share is a fraction"),
        ("share = 0.70", "share = 0", "share is a fraction"),
        ("exit_factor = 0.6", "exit_factor = 0", "exit_factor lies between 0 and 1"),
        ("exit_factor = 0.6", "exit_factor = 1", "exit_factor lies between 0 and 1"),
        ("length_s = 180", "length_s = 30", "length_s is at least persist_s"),
        ("persist_s = 60", "persist_s = -1", "not a length of time"),
        ("mild = 0.20", "mild = 0.26", "mild < moderate < marked"),
        ("moderate = 0.25", "moderate = 0.20", "mild < moderate < marked"),
        ("marked = 0.40", "marked = 0.25", "mild < moderate < marked"),
        ("mild = 48", "mild = 42", "mild > moderate > marked"),
        ("mild = 0.20", "mild = 0", "0 is neutral here"),
        ("moderate = 90", "moderate = 190", "does not wait longer"),
        ("rule = \"looking_down\"", "rule = \"forward_head\"", "not_if names `forward_head`"),
        ("rule = \"looking_down\"", "rule = \"lookingdown\"", "the other rules are `too_close`, `looking_down`"),
        ("id = \"looking_down\"", "id = \"too_close\"", "a second rule `too_close`"),
        ("metric = \"distance\"", "metric = \"nose_height\"", "unknown variant `nose_height`"),
        ("views = [\"frontal\"]", "views = []", "views is empty"),
        ("direction = \"above\"", "direction = \"below\"", "its direction is \"above\""),
        ("start_s = 300", "start_s = -1", "write seconds, 0 or more"),
        ("owed_s = 600", "owed_s = 0", "not a length of time"),
        ("multiplier = 2", "multiplier = 0", "write 1 or more"),
        ("mild = 1200\n", "mild = 2400\n", "times out of order"),
        ("[rule.timer]", "[[rule.signal]]", "unknown field `counts`"),
        (
            "title = \"Looking down\"",
            "timer = { counts = \"presence\", mild = 1, moderate = 2, marked = 3, source = \"-\" }\ntitle = \"Looking down\"",
            "has either [[rule.signal]] or [rule.timer]",
        ),
        ("counts = \"presence\"", "counts = \"sheep\"", "unknown variant `sheep`"),
        ("setup_tip = ", "tip = ", "unknown field `tip`"),
        ("title = \"Looking down\"", "title = \" \"", "title is empty"),
        ("persist_s = 60", "persist_s = ", ":13: "),
    ] {
        let complaint = complaint(from, to);
        assert!(complaint.contains(says), "{from:?} → {to:?}: {complaint}");
        assert!(complaint.starts_with("my.toml:") && !complaint.contains('\n'), "{complaint}");
    }
}

#[test]
fn the_ends_of_what_is_allowed_are_allowed() {
    let text = include_str!("../rules.toml");
    let changed = text.replacen("share = 0.70", "share = 1", 1).replacen("length_s = 180", "length_s = 60", 1);
    let rules = Rules::parse(&changed, "my.toml").expect("a table");
    let patience = rules.patience();
    assert_eq!((patience.share, patience.window), (1.0, patience.persist));
}

#[test]
fn the_place_is_the_value_that_is_wrong() {
    let text = include_str!("../rules.toml").replacen("exit_factor = 0.6", "exit_factor = 6", 1);
    let line = text.lines().position(|line| line.starts_with("exit_factor")).expect("there") + 1;
    let error = Rules::parse(&text, "my.toml").expect_err("refused");
    assert_eq!((error.line, error.column), (line, "exit_factor = 6".len()));
}

#[test]
fn between_unequal_steps_below_zero_the_level_is_straight_too() {
    for (pitch, level) in
        [(-15.0, 1.0), (-20.0, 1.5), (-25.0, 2.0), (-32.5, 2.5), (-40.0, 3.0), (-55.0, 4.0), (-10.0, 0.5)]
    {
        let photo = reading(View::Frontal, &[(Metric::HeadPitch, Reference::Absolute, pitch, 3.0)]);
        let is = stand("looking_down", &photo, Against::Population).0.expect("measured");
        assert!((is - level).abs() < 1e-5, "{pitch}: {is}");
    }
}

#[test]
fn the_signal_with_the_highest_level_speaks_and_the_first_of_equals() {
    let signal = |metric: &str| {
        format!(
            "[[rule.signal]]\nmetric = '{metric}'\nreference = 'baseline'\nviews = ['frontal']\ndirection = 'above'\n\
             mild = 1\nmoderate = 2\nmarked = 3\nsource = 'the test'\n"
        )
    };
    let text = format!("[[rule]]\nid = 'head_tilt'\n{}{}", signal("head_pitch"), signal("shoulder_tilt"));
    let rules = Rules::over_embedded(&text, "mine.toml").expect("a table");
    let by = |pitch, shoulders| {
        let metrics = [
            (Metric::HeadPitch, Reference::Baseline, pitch, 0.1),
            (Metric::ShoulderTilt, Reference::Baseline, shoulders, 0.1),
        ];
        let assessed = rules.assess(&reading(View::Frontal, &metrics), Against::Baseline);
        let tilt = assessed.into_iter().find(|a| a.rule.0 == "head_tilt").expect("a rule");
        (tilt.level, tilt.finding.map(|finding| finding.by.metric))
    };
    assert_eq!(by(1.0, 2.5), (Some(2.5), Some(Metric::ShoulderTilt)));
    assert_eq!(by(2.5, 1.0), (Some(2.5), Some(Metric::HeadPitch)));
    assert_eq!(by(2.0, 2.0), (Some(2.0), Some(Metric::HeadPitch)));
}
