//! The view on a terminal of its own: what it leaves behind, however it ends. `script` makes the terminal.

use std::{
    panic::catch_unwind,
    process::{Command, Stdio},
    thread,
};

use posture::{
    monitor::Totals,
    rules::Rules,
    sink::{Sink as _, Tui},
    stretches::Stretches,
};

/// Opens a view, and has `go_on` with it.
fn view(go_on: fn(Tui<'_>)) {
    let (rules, stretches) = (Rules::embedded(), Stretches::embedded());
    let (mut out, mut err) = (std::io::stdout(), std::io::stdout());
    go_on(Tui::open("camera 0", &rules, &stretches, &mut out, &mut err).unwrap());
}

#[test]
#[ignore = "runs on a terminal of its own"]
fn a_view_that_panics() {
    view(|mut view| {
        view.note("a line").unwrap();
        panic!("on purpose");
    });
}

#[test]
#[ignore = "runs on a terminal of its own"]
fn a_view_beside_a_thread_that_panics() {
    view(|mut view| {
        let caught = thread::spawn(|| catch_unwind(|| panic!("the camera's library")).is_err()).join();
        assert!(caught.unwrap());
        view.note("onwards").unwrap();
        view.end(&Totals::default()).unwrap();
    });
}

/// All that `test` of this binary writes to a terminal of 80×24, and what the terminal is like afterwards; `None`, and a
/// line that says so, where there is no such terminal.
fn on_a_terminal(test: &str) -> Option<(String, String)> {
    let exe = std::env::current_exe().unwrap();
    let run = format!(
        "stty rows 24 cols 80; {} terminal::{test} --exact --ignored --nocapture; echo; echo THEN; stty -a",
        exe.display()
    );
    let output = Command::new("script")
        .args(["-qec", &run, "/dev/null"])
        .env("TERM", "xterm-256color")
        .stdin(Stdio::null())
        .output();
    let Ok(output) = output else {
        println!("skipped: no `script`");
        return None;
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (written, then) = text.split_once("THEN").unwrap_or_else(|| panic!("{text:?}"));
    Some((written.to_owned(), then.to_owned()))
}

const ENTER: &str = "\u{1b}[?1049h";
const LEAVE: &str = "\u{1b}[?1049l";
const SHOW_CURSOR: &str = "\u{1b}[?25h";

/// Lines are edited and echoed again.
fn is_as_before(terminal: &str) -> bool {
    let words: Vec<&str> = terminal.split_whitespace().map(|word| word.trim_end_matches(';')).collect();
    ["icanon", "echo", "isig", "opost"].iter().all(|word| words.contains(word))
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_is_told() {
    let Some((written, then)) = on_a_terminal("a_view_that_panics") else { return };
    let place = |what: &str| written.find(what).unwrap_or_else(|| panic!("{what:?} is not in {written:?}"));
    assert!(place(ENTER) < place(LEAVE) && place(LEAVE) < place("on purpose"), "{written:?}");
    assert!(written.rfind(SHOW_CURSOR) > written.find(LEAVE), "{written:?}");
    assert!(is_as_before(&then), "{then}");
}

#[test]
fn a_panic_of_another_thread_leaves_the_view_alone_and_is_told_in_the_end() {
    let Some((written, then)) = on_a_terminal("a_view_beside_a_thread_that_panics") else { return };
    let place = |what: &str| written.find(what).unwrap_or_else(|| panic!("{what:?} is not in {written:?}"));
    assert!(place("onwards") < place(LEAVE), "{written:?}");
    assert!(place(LEAVE) < place("the camera's library"), "{written:?}");
    assert!(is_as_before(&then), "{then}");
}
