use super::*;

fn stretches() -> Stretches {
    Stretches::embedded()
}

fn ids(ids: &[&str]) -> Vec<StretchId> {
    ids.iter().map(|id| StretchId((*id).into())).collect()
}

fn advised(rule: &str, recent: &[&str]) -> Option<String> {
    let advice = stretches().advise(&RuleId(rule.into()), &ids(recent), &Suits::default(), &Prompt::ONE)?;
    assert_eq!((advice.because.0.as_str(), advice.then), (rule, None));
    Some(advice.stretch.0)
}

/// One or two stretches for `rule` within `seconds`, when this speaks against some.
fn prompted(rule: &str, seconds: u64, avoid: &[&str], recent: &[&str]) -> Vec<String> {
    let suits = Suits { avoid: avoid.iter().map(|word| (*word).to_owned()).collect(), exercises: true };
    let prompt = Prompt { stretches: 2, length: Duration::from_secs(seconds), rest: false };
    let advice = stretches().advise(&RuleId(rule.into()), &ids(recent), &suits, &prompt);
    advice.into_iter().flat_map(|advice| [Some(advice.stretch), advice.then]).flatten().map(|id| id.0).collect()
}

#[test]
fn two_stretches_where_both_fit_into_the_time() {
    assert_eq!(prompted("forward_head", 90, &[], &[]), ["chin_tuck", "thoracic_extension"]);
    assert_eq!(prompted("forward_head", 100, &[], &[]), ["chin_tuck", "scapular_squeeze"]);
    assert_eq!(prompted("forward_head", 79, &[], &[]), ["chin_tuck"]);
    assert_eq!(prompted("forward_head", 90, &[], &["thoracic_extension"]), ["chin_tuck"]);
    assert_eq!(prompted("forward_head", 45, &[], &[]), ["thoracic_extension"]);
}

#[test]
fn what_the_profile_speaks_against_is_never_given() {
    assert_eq!(prompted("slouch", 90, &["osteoporosis"], &[]), ["seated_cat_cow"]);
    assert_eq!(
        prompted("slouch", 90, &["thoracic_extension", "scapular_squeeze", "seated_cat_cow"], &[]),
        ["stand_and_walk"]
    );
    // Nothing that helps a tilted head is left: a rest then.
    assert_eq!(prompted("head_tilt", 90, &["dizziness", "upper_trapezius"], &[]), ["stand_and_walk"]);
    assert_eq!(prompted("head_tilt", 90, &["dizziness", "upper_trapezius", "stand_and_walk"], &[]), ["look_far"]);
}

#[test]
fn the_very_last_one_is_not_given_again_while_anything_else_is_left() {
    let only = ["dizziness"];
    assert_eq!(prompted("head_tilt", 90, &only, &[]), ["upper_trapezius"]);
    assert_eq!(prompted("head_tilt", 90, &only, &["upper_trapezius"]), ["stand_and_walk"]);
    assert_eq!(prompted("head_tilt", 90, &only, &["upper_trapezius", "stand_and_walk"]), ["upper_trapezius"]);
}

#[test]
fn to_whom_exercises_are_not_offered_rests_still_are() {
    let suits = Suits { exercises: false, ..Suits::default() };
    for rule in ["forward_head", "slouch", "static_too_long"] {
        let advice = stretches().advise(&RuleId(rule.into()), &[], &suits, &Prompt::ONE).expect("a rest");
        assert_eq!((advice.stretch.0.as_str(), advice.because.0.as_str()), ("stand_and_walk", rule));
    }
    let rest = Prompt { rest: true, ..Prompt::ONE };
    let advice = stretches().advise(&RuleId("forward_head".into()), &[], &Suits::default(), &rest).expect("a rest");
    assert_eq!(advice.stretch.0, "stand_and_walk");
}

#[test]
fn the_best_supported_comes_first_and_recent_ones_are_not_repeated() {
    assert_eq!(advised("forward_head", &[]).as_deref(), Some("chin_tuck"));
    assert_eq!(advised("forward_head", &["chin_tuck"]).as_deref(), Some("scapular_squeeze"));
    assert_eq!(advised("forward_head", &["scapular_squeeze", "chin_tuck"]).as_deref(), Some("thoracic_extension"));
    assert_eq!(advised("uneven_shoulders", &["chin_tuck"]).as_deref(), Some("shoulder_rolls"));
}

#[test]
fn when_all_were_given_lately_it_is_the_one_given_longest_ago() {
    let all = ["neck_half_circles", "upper_trapezius", "scalene"];
    assert_eq!(advised("head_tilt", &all).as_deref(), Some("neck_half_circles"));
    let again = ["upper_trapezius", "scalene", "neck_half_circles", "upper_trapezius"];
    assert_eq!(advised("head_tilt", &again).as_deref(), Some("scalene"));
}

#[test]
fn a_finding_that_nothing_helps_gets_no_stretch() {
    assert_eq!(advised("cold_feet", &[]), None);
}

#[test]
fn what_needs_a_mat_comes_last() {
    let stretches = stretches();
    let mats: Vec<bool> = stretches.helping(&RuleId("forward_head".into())).iter().map(|s| s.desk_friendly).collect();
    assert!(mats.is_sorted_by(|a, b| a >= b), "{mats:?}");
    assert_eq!(mats.iter().filter(|desk| !**desk).count(), 3);
}

#[test]
fn a_dose_adds_up_over_sides_sets_and_rests() {
    let seconds = |id: &str| stretches().get(&StretchId(id.into())).expect("known").dose.duration().as_secs_f32();
    assert_eq!(seconds("chin_tuck"), 50.0);
    assert_eq!(seconds("upper_trapezius"), 80.0);
    assert_eq!(seconds("clasped_hands_pulses"), 4.0 * 12.0 * 2.0 + 20.0);
}

/// What is wrong with the built-in tables once `from` has become `to` in the table, or else in its words.
fn complaint(from: &str, to: &str) -> String {
    let (table, words) = (include_str!("../stretches.toml"), include_str!("../stretches.en.toml"));
    let table = &table[table.find("[[stretch]]").expect("after the explanation")..];
    assert!(table.contains(from) || words.contains(from), "neither has {from:?}");
    let changed = if table.contains(from) {
        Stretches::parse((&table.replacen(from, to, 1), "table.toml"), (words, "words.toml"))
    } else {
        Stretches::parse((table, "table.toml"), (&words.replacen(from, to, 1), "words.toml"))
    };
    changed.map(|_| (from, to)).expect_err("refused").to_string()
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (from, to, says) in [
        ("id = \"levator\"", "id = \"chin_tuck\"", "a second stretch `chin_tuck`"),
        ("id = \"levator\"", "id = \"lever\"", "no words for `lever`: add [stretch.lever] to words.toml"),
        ("[stretch.levator]", "[stretch.elevator]", "no words for `levator`"),
        ("[stretch.levator]", "[stretch.dance]\nname=\"\"\n[stretch.levator]", "missing field `targets`"),
        ("rank = 7", "rank = 1", "for `forward_head` already"),
        ("hold_s = 15, ", "", "either hold_s or pace_s"),
        ("hold_s = 15, ", "hold_s = 0, ", "not a length of time"),
        ("pace_s = 4, reps = 12", "pace_s = 4, reps = 0", "at least one repetition"),
        ("desk_friendly", "desk_freindly", "unknown field `desk_freindly`"),
        ("position = \"lying\"", "position = \"hanging\"", "unknown variant `hanging`"),
        ("name = \"Chin tuck\"", "name = \"\"", "a text is empty"),
        ("avoid = [\"recent_injury\"]", "avoid = [\"flu\"]", "unknown condition `flu`"),
        ("seen = \"side_bend\"", "seen = \"by_eye\"", "unknown variant `by_eye`"),
        ("    \"fever with a stiff neck\",", "    \"\",", "a text of the screening is empty"),
        ("stop = \"\"\"", "halt = \"\"\"", "unknown field `halt`"),
    ] {
        let complaint = complaint(from, to);
        assert!(complaint.contains(says), "{from:?} → {to:?}: {complaint}");
        assert!(complaint.contains(".toml:") && !complaint.contains('\n'), "{complaint}");
    }
}

#[test]
fn words_of_no_stretch_are_refused() {
    let words = include_str!("../stretches.en.toml");
    let copy = words[words.find("[stretch.levator]").expect("there")..].replacen("levator", "dance", 1);
    let copy = &copy[..copy[1..].find("[stretch").expect("another") + 1];
    let more = format!("{words}\n{copy}");
    let error = Stretches::parse((include_str!("../stretches.toml"), "t"), (&more, "w")).expect_err("refused");
    assert_eq!((error.file.as_str(), error.message.as_str()), ("w", "no stretch `dance` in t"));
}
