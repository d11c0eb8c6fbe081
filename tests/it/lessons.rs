//! Stretches that are guided within a session, in front of its own camera.

use std::{fs, sync::mpsc::Sender};

use posture::{
    capture::{CaptureError, Captured, FrameSource},
    commands::watch::{Input, Inputs, Lessons, Manner, follow},
    config::ExitStatus,
    pose::Pose,
    rules::Rules,
    sink::{Answer, JsonLines, Key, Sinks, Terminal},
    stretches::Stretches,
    wire::Line,
};

use crate::watch::{Clockwork, session, sitting};

/// What somebody presses.
#[derive(Debug, Clone, Copy)]
enum Press {
    Key(Key),
    /// The button of a notification.
    Button(Answer),
}

use Press::{Button, Key as On};

/// A camera before which somebody presses something, each at the picture of that second.
struct Pressed(Clockwork, Sender<Input>, Vec<(u32, Press)>);

impl FrameSource for Pressed {
    fn next_frame(&mut self) -> Result<Captured, CaptureError> {
        for (_, press) in self.2.iter().filter(|(at, _)| *at == self.0.next) {
            let input = match *press {
                On(key) => Input::Key(key),
                Button(answer) => Input::Answered(answer),
            };
            self.1.send(input).expect("somebody listens");
        }
        self.0.next_frame()
    }

    fn name(&self) -> &str {
        "pressed"
    }
}

/// Upright for a minute, then the head forward: a stretch is recommended after two and a half minutes.
fn forward(at: f64) -> Option<Pose> {
    sitting(at, if at < 60.0 { 52.0 } else { 42.0 }, 90.0)
}

/// A session of that with one picture a second.
struct Said {
    words: String,
    troubles: String,
    /// Names and times of events.
    events: Vec<(String, f64)>,
    /// Times of poses.
    poses: Vec<f64>,
    diary: String,
}

fn watched(seconds: f64, screened: bool, pressed: &[(u32, Press)]) -> Said {
    let (rules, stretches) = (Rules::embedded(), Stretches::embedded());
    let [mut out, mut err, mut words, mut troubles] = [const { Vec::new() }; 4];
    let (inputs, folder) = (Inputs::default(), tempfile::tempdir().unwrap());
    let source = Box::new(Pressed(Clockwork::new(1.0, seconds), inputs.sender(), pressed.to_vec()));
    let mut sinks = Sinks::default();
    sinks.add(JsonLines::new(&mut out, &mut err));
    sinks.add(Terminal::new(&mut words, &mut troubles, &rules, &stretches, false));
    let lessons = Lessons::new(stretches.clone(), Some(folder.path()), screened);
    let manner = Manner { lessons, ..Manner::default() };
    let status = follow(source, &mut session(forward), &mut sinks, &inputs, manner).unwrap();
    assert_eq!(status, ExitStatus::Fine);
    drop(sinks);
    let text = |bytes: Vec<u8>| anstream::adapter::strip_str(&String::from_utf8(bytes).unwrap()).to_string();
    let (mut events, mut poses) = (Vec::new(), Vec::new());
    for line in text(out).lines().map(|line| Line::parse(line).unwrap()) {
        match line {
            Line::Event(line) => {
                let object = serde_json::to_value(&line).unwrap();
                events.push((object["event"].as_str().unwrap().to_owned(), line.at));
            }
            Line::Pose(line) => poses.push(line.at),
        }
    }
    let diary = fs::read_to_string(folder.path().join("stretches.jsonl")).unwrap_or_default();
    Said { words: text(words), troubles: text(troubles), events, poses, diary }
}

/// The names of the events from the first recommendation on.
fn after_advice(said: &Said) -> Vec<&str> {
    let names = said.events.iter().map(|(name, _)| name.as_str());
    names.skip_while(|name| *name != "suggested").collect()
}

#[test]
fn a_recommended_stretch_is_guided_to_its_end_and_counts() {
    let said = watched(900.0, true, &[(160, Button(Answer::Start))]);
    assert_eq!(after_advice(&said), ["suggested", "suspended", "completed", "continued", "closed"], "{}", said.words);
    let at = |event: &str| said.events.iter().find(|(name, _)| name == event).unwrap().1;
    let within = said.poses.iter().filter(|pose| **pose > at("suspended") && **pose < at("continued")).count();
    assert_eq!(within, 0, "what is seen of a stretch is no posture");
    assert!(said.poses.last().is_some_and(|last| *last == 900.0), "watching goes on");
    let words = said.words.replace('\n', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    for line in ["Chin tuck.", "Get into position. 6 s", "Hold, ", "Rest, ", "Done. Thank you", "Watching again."] {
        assert!(words.contains(line), "{line} in {words}");
    }
    assert!(said.diary.contains(r#""kind":"stretch","stretch":"chin_tuck","whole":true"#), "{}", said.diary);
    assert_eq!(said.diary.lines().count(), 1);
}

#[test]
fn a_lesson_is_paused_skipped_and_stopped_by_its_keys() {
    let keys = [
        (160, On(Key::Guide)),
        (165, On(Key::Pause)),
        (265, On(Key::Pause)),
        (270, On(Key::Snooze)),
        (280, On(Key::Quit)),
    ];
    let said = watched(400.0, true, &keys);
    assert_eq!(after_advice(&said), ["suggested", "suspended", "continued", "closed"], "{}", said.words);
    assert_eq!(said.events.iter().find(|(name, _)| name == "continued").unwrap().1, 279.0);
    assert!(said.diary.contains(r#""whole":false"#), "{}", said.diary);
    for line in ["Paused; your place is kept.", "On we go.", "Skipped.", "Stopped. Every bit counts."] {
        assert!(said.words.contains(line), "{line} in {}", said.words);
    }
    assert!(said.poses.last().is_some_and(|last| *last == 400.0), "q ends the stretch alone");
}

#[test]
fn q_ends_the_session_where_nothing_is_guided_and_ctrl_c_ends_it_always() {
    let said = watched(400.0, true, &[(160, On(Key::Guide)), (170, On(Key::Quit)), (180, On(Key::Quit))]);
    assert!(said.poses.last().is_some_and(|last| *last < 180.0), "{:?}", said.poses.last());
    let said = watched(400.0, true, &[(160, On(Key::Guide)), (170, On(Key::Interrupt))]);
    assert_eq!(after_advice(&said), ["suggested", "suspended", "continued", "closed"]);
    assert!(said.diary.contains(r#""whole":false"#), "what was begun is noted: {}", said.diary);
}

#[test]
fn without_the_screening_no_exercise_is_guided_and_without_advice_none() {
    let said = watched(200.0, false, &[(160, On(Key::Guide))]);
    assert_eq!(after_advice(&said), ["suggested", "closed"]);
    assert!(said.troubles.contains("`posture stretch --screening`"), "{}", said.troubles);
    assert_eq!(said.diary, "");
    let said = watched(30.0, true, &[(20, On(Key::Guide))]);
    assert!(said.troubles.contains("No stretch has been recommended yet"), "{}", said.troubles);
}
