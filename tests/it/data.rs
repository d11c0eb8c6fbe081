//! The tables of rules and stretches, row by row.

use posture::{
    measure::{Metric, Reference},
    rules::{Counts, Direction, Rules},
    stretches::{Language, Position, Repetition, Stretch, StretchId, Stretches},
};

fn stretch(id: &str) -> Stretch {
    Stretches::embedded().get(&StretchId(id.into())).unwrap_or_else(|| panic!("no stretch {id}")).clone()
}

#[test]
fn every_threshold_has_a_source() {
    for rule in Rules::embedded().iter() {
        for signal in &rule.signals {
            assert!(signal.source.len() > 40, "{} by {:?}: {:?}", rule.id.0, signal.metric, signal.source);
            assert!(!signal.views.is_empty(), "{}", rule.id.0);
        }
        assert!(rule.timer.iter().all(|timer| timer.source.len() > 40), "{}", rule.id.0);
    }
}

#[test]
fn a_finding_ends_before_it_would_begin() {
    let rules = Rules::embedded();
    let patience = rules.patience();
    assert!(patience.exit_factor > 0.0 && patience.exit_factor < 1.0);
    assert!(patience.exit_hold < patience.persist && patience.ambient < patience.persist);
    assert!(patience.persist < patience.window && patience.share > 0.5 && patience.share < 1.0);
    let cooldown = patience.cooldown;
    assert!(cooldown.nudged < cooldown.dismissed && cooldown.dismissed < cooldown.completed);
    assert!(patience.min_gap < cooldown.nudged && patience.per_hour < patience.per_day);
}

#[test]
fn every_rule_can_be_seen_live_and_has_a_stretch_for_the_desk() {
    let stretches = Stretches::embedded();
    for rule in Rules::embedded().iter() {
        let of = |reference| rule.signals.iter().any(|signal| signal.reference == reference);
        assert!(of(Reference::Baseline) != rule.timer.is_some(), "{} never acts while watching", rule.id.0);
        assert!(stretches.helping(&rule.id).iter().any(|stretch| stretch.desk_friendly), "{}", rule.id.0);
    }
}

#[test]
fn the_rules_that_were_asked_for_are_there_in_order_of_precedence() {
    let ids: Vec<String> = Rules::embedded().iter().map(|rule| rule.id.0.clone()).collect();
    let expected = [
        "too_close",
        "looking_down",
        "forward_head",
        "slouch",
        "raised_shoulders",
        "uneven_shoulders",
        "rounded_shoulders",
        "head_tilt",
        "static_too_long",
        "sitting_too_long",
    ];
    assert_eq!(ids, expected);
}

#[test]
fn the_thresholds_are_those_of_the_sources() {
    let rules = Rules::embedded();
    let signals: Vec<_> = rules
        .iter()
        .flat_map(|rule| {
            rule.signals.iter().map(|s| (rule.id.0.as_str(), s.metric, s.reference, s.direction, s.thresholds))
        })
        .collect();
    use {Direction::*, Metric::*, Reference::*};
    assert_eq!(
        signals,
        [
            ("too_close", Distance, Baseline, Above, [0.2, 0.25, 0.4]),
            ("looking_down", HeadPitch, Baseline, Above, [15.0, 25.0, 40.0]),
            ("looking_down", HeadPitch, Absolute, Below, [-15.0, -25.0, -40.0]),
            ("forward_head", CraniovertebralAngle, Baseline, Above, [5.0, 8.0, 12.0]),
            ("forward_head", CraniovertebralAngle, Absolute, Below, [48.0, 43.0, 38.0]),
            ("forward_head", EarShoulderHeight, Baseline, Above, [0.05, 0.1, 0.16]),
            ("slouch", TrunkLean, Baseline, Above, [10.0, 20.0, 40.0]),
            ("raised_shoulders", ShoulderRaise, Baseline, Above, [0.1, 0.15, 0.22]),
            ("uneven_shoulders", ShoulderTilt, Baseline, Above, [4.0, 6.0, 9.0]),
            ("uneven_shoulders", ShoulderTilt, Absolute, Either, [5.0, 8.0, 12.0]),
            ("rounded_shoulders", ShoulderProtraction, Baseline, Above, [5.0, 8.0, 12.0]),
            ("head_tilt", HeadRoll, Baseline, Above, [6.0, 10.0, 15.0]),
            ("head_tilt", HeadRoll, Absolute, Either, [6.0, 10.0, 15.0]),
        ]
    );
}

#[test]
fn what_can_be_held_against_a_photo_has_an_absolute_signal() {
    let rules = Rules::embedded();
    let photos = rules.iter().filter(|rule| rule.signals.iter().any(|signal| signal.reference == Reference::Absolute));
    let ids: Vec<&str> = photos.map(|rule| rule.id.0.as_str()).collect();
    assert_eq!(ids, ["looking_down", "forward_head", "uneven_shoulders", "head_tilt"]);
}

#[test]
fn breaks_are_due_after_the_times_of_the_sources() {
    let rules = Rules::embedded();
    let timers: Vec<_> = rules
        .iter()
        .filter_map(|rule| {
            let timer = rule.timer.as_ref()?;
            Some((rule.id.0.as_str(), timer.counts, timer.after.map(|after| after.as_secs() / 60)))
        })
        .collect();
    let expected =
        [("static_too_long", Counts::Stillness, [20, 40, 60]), ("sitting_too_long", Counts::Presence, [45, 60, 90])];
    assert_eq!(timers, expected);
}

#[test]
fn whatever_is_found_two_stretches_for_the_desk_fit_into_a_prompt() {
    let (rules, stretches) = (Rules::embedded(), Stretches::embedded());
    let patience = rules.patience();
    for rule in rules.iter() {
        let fits = |stretch: &&Stretch| stretch.desk_friendly && stretch.dose.duration() <= patience.prompt;
        assert!(stretches.helping(&rule.id).into_iter().filter(fits).count() >= 2, "{}", rule.id.0);
    }
}

#[test]
fn every_stretch_helps_a_known_rule_and_says_why() {
    let rules = Rules::embedded();
    for stretch in Stretches::embedded().iter() {
        assert!(!stretch.helps.is_empty(), "{}", stretch.id.0);
        for help in &stretch.helps {
            assert!(rules.get(&help.rule).is_some(), "{} helps the unknown {}", stretch.id.0, help.rule.0);
        }
        let words = &stretch.words;
        assert!(words.evidence.len() > 30 && words.source.len() > 20, "{}", stretch.id.0);
    }
}

#[test]
fn the_ranks_of_a_rule_start_at_one_and_leave_no_gap() {
    let stretches = Stretches::embedded();
    for rule in Rules::embedded().iter() {
        let mut ranks: Vec<u32> =
            stretches.iter().flat_map(|s| &s.helps).filter(|h| h.rule == rule.id).map(|h| h.rank).collect();
        ranks.sort_unstable();
        assert!(ranks.iter().copied().eq(1..=ranks.len() as u32), "{}: {ranks:?}", rule.id.0);
    }
}

#[test]
fn the_six_exercises_of_the_article_are_there_with_its_doses() {
    for (source_id, id) in [
        ("a", "toe_sit_reach"),
        ("b", "supine_chest_opener"),
        ("c", "clasped_hands_back"),
        ("d", "clasped_hands_pulses"),
        ("e", "shoulder_rolls"),
        ("f", "neck_half_circles"),
    ] {
        let stretch = stretch(id);
        assert_eq!(stretch.source_id.as_deref(), Some(source_id));
        match stretch.dose.repetition {
            Repetition::Hold(hold) => assert!((10..=30).contains(&hold.as_secs()), "{id}: {hold:?}"),
            Repetition::Move(_) => assert!((10..=20).contains(&stretch.dose.reps), "{id}: {}", stretch.dose.reps),
        }
    }
    let seeds = Stretches::embedded().iter().filter(|stretch| stretch.source_id.is_some()).count();
    assert_eq!(seeds, 6, "nothing else claims to be one of them");
}

#[test]
fn the_additions_are_there() {
    for id in [
        "chin_tuck",
        "upper_trapezius",
        "scapular_squeeze",
        "levator",
        "thoracic_extension",
        "look_far",
        "stand_and_walk",
        "doorway_chest",
        "wall_angel",
        "neck_nod",
        "scalene",
        "seated_cat_cow",
        "lateral_raise",
    ] {
        assert_eq!(stretch(id).source_id, None);
    }
    assert!(stretch("upper_trapezius").dose.per_side && stretch("levator").dose.per_side);
}

#[test]
fn no_stretch_takes_longer_than_two_minutes() {
    for stretch in Stretches::embedded().iter() {
        assert!(stretch.dose.duration().as_secs() <= 120, "{}: {:?}", stretch.id.0, stretch.dose.duration());
    }
}

#[test]
fn what_needs_the_floor_is_not_for_the_desk() {
    for stretch in Stretches::embedded().iter() {
        let floor = matches!(stretch.position, Position::Kneeling | Position::Lying);
        assert_eq!(stretch.desk_friendly, !floor, "{}", stretch.id.0);
    }
}

#[test]
fn every_language_says_all_there_is_to_say() {
    let english = Stretches::embedded();
    for language in Language::ALL {
        let stretches = Stretches::embedded_in(language);
        assert_eq!(stretches.phrases().language, language);
        for (said, original) in stretches.iter().zip(english.iter()) {
            let (words, theirs) = (&said.words, &original.words);
            assert_eq!(words.steps.len(), theirs.steps.len(), "{} in {language:?}", said.id.0);
            assert_eq!(words.cautions.len(), theirs.cautions.len(), "{} in {language:?}", said.id.0);
            let translated =
                language == Language::English || words.steps != theirs.steps && words.evidence != theirs.evidence;
            assert!(translated, "{} in {language:?}", said.id.0);
        }
        let (asked, theirs) = (&stretches.phrases().screening, &english.phrases().screening);
        assert_eq!(asked.emergency.len(), theirs.emergency.len());
        assert_eq!(asked.clinician.len(), theirs.clinician.len());
        let said = &stretches.phrases().guide.counted;
        assert!(said.contains("{n}") && said.contains("{of}"), "{said:?}");
    }
    assert_eq!(Language::of_locale("de_AT.UTF-8"), Language::German);
    assert_eq!(Language::of_locale("C"), Language::English);
}

#[test]
fn german_words_are_kind_and_claim_nothing() {
    let forbidden =
        ["schädig", "schaden", "falsche haltung", "schlechte haltung", "richtige haltung", "faul", "heilt", "diagnos"];
    for stretch in Stretches::embedded_in(Language::German).iter() {
        let words = &stretch.words;
        let texts = [&words.name, &words.targets, &words.breathing, &words.easier, &words.evidence, &words.source];
        for text in texts.into_iter().chain(&words.steps).chain(&words.cautions) {
            let lower = text.to_lowercase();
            assert!(forbidden.iter().all(|word| !lower.contains(word)), "{text:?}");
            assert!(!text.contains("  ") && text.trim() == text, "{text:?}");
        }
    }
}

#[test]
fn the_screening_names_the_signs_that_need_somebody_first() {
    for (language, signs, clinician) in [
        (
            Language::English,
            ["weakness", "bladder", "fall", "chest pain", "tingling", "dizziness", "six weeks"],
            "clinician",
        ),
        (
            Language::German,
            ["Schwäche", "Blase", "Sturz", "Brustschmerz", "Kribbeln", "Schwindel", "sechs Wochen"],
            "ärztliche",
        ),
    ] {
        let stretches = Stretches::embedded_in(language);
        let asked = &stretches.phrases().screening;
        let listed: Vec<&str> = asked.emergency.iter().chain(&asked.clinician).map(String::as_str).collect();
        for sign in signs {
            assert!(listed.iter().any(|line| line.contains(sign)), "{sign} in {language:?}");
        }
        assert!(asked.reported.contains(clinician) && asked.reported.contains("--cleared"), "{language:?}");
    }
}

#[test]
fn rests_are_no_exercises_and_conditions_are_known() {
    let stretches = Stretches::embedded();
    let rests: Vec<&str> =
        stretches.iter().filter(|stretch| stretch.rest).map(|stretch| stretch.id.0.as_str()).collect();
    assert_eq!(rests, ["look_far", "stand_and_walk"]);
    for condition in Stretches::conditions() {
        assert!(stretches.iter().any(|stretch| stretch.avoid.iter().any(|word| word == condition)), "{condition}");
    }
    assert!(stretch("neck_half_circles").avoid.contains(&"neck_vessels".to_owned()));
    assert!(stretch("thoracic_extension").avoid.contains(&"osteoporosis".to_owned()));
}

#[test]
fn the_stop_rule_names_what_to_stop_at() {
    let stretches = Stretches::embedded();
    let safety = stretches.safety();
    for sign in ["pain", "numbness", "weakness", "tingling", "dizziness", "headache"] {
        assert!(safety.stop.contains(sign), "{sign}");
    }
    assert!(safety.clinician.contains("clinician") && safety.emergency.contains("emergency"));
    assert!(safety.disclaimer.contains("cannot diagnose"));
}

#[test]
fn the_words_are_kind_and_claim_nothing() {
    let forbidden = [
        "damage",
        "correct posture",
        "bad posture",
        "poor posture",
        "good posture",
        "cure",
        "diagnos",
        "slouch",
        "lazy",
        "wrong",
        "should have",
    ];
    let rules = Rules::embedded();
    let stretches = Stretches::embedded();
    let mut texts: Vec<&str> = rules.iter().flat_map(|r| [&*r.title, &*r.why, &*r.setup_tip]).collect();
    for stretch in stretches.iter() {
        let words = &stretch.words;
        texts.extend([&*words.name, &*words.targets, &*words.breathing, &*words.easier]);
        texts.extend(words.steps.iter().chain(&words.cautions).map(String::as_str));
    }
    let safety = stretches.safety();
    texts.extend([&*safety.stop, &*safety.clinician, &*safety.emergency]);
    for text in texts {
        let lower = text.to_lowercase();
        for word in forbidden {
            assert!(!lower.contains(word), "{word:?} in {text:?}");
        }
        assert!(!text.contains("  ") && text.trim() == text, "{text:?}");
    }
}
