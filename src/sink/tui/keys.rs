//! What can be pressed, and what each key asks for.

use std::time::Duration;

use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::monitor::{Request, State};

/// For how long recommendations are put off.
pub const SNOOZE: Duration = Duration::from_secs(10 * 60);

/// What somebody asked for at the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// To pause, or to go on.
    Pause,
    /// To put recommendations off.
    Snooze,
    /// To wave the last recommendation away.
    NotNow,
    /// To learn the baseline again.
    Recalibrate,
    /// To be guided through a stretch.
    Guide,
    /// To have the keys explained, or no longer.
    Help,
    /// To end; while a stretch is guided, to end that.
    Quit,
    /// To end at once, whatever goes on.
    Interrupt,
    /// Nothing: the terminal has another size.
    Resized,
}

/// Each key, its name on the bottom line, and what it does.
pub const KEYS: [(char, &str, &str); 7] = [
    ('p', "pause", "pause, and the camera goes off; press it again to go on"),
    ('s', "snooze", "no recommendations for 10 minutes; measuring goes on"),
    ('n', "not now", "wave the last recommendation away"),
    ('b', "baseline", "learn your upright baseline again, from half a minute of sitting upright"),
    ('g', "guided stretch", "be guided through the recommended stretch"),
    ('?', "help", "show or hide this"),
    ('q', "quit", "end; Ctrl-C does the same"),
];

/// What keys do while a stretch is guided, on the bottom line.
pub const LESSON_KEYS: [(char, &str); 3] = [('p', "pause"), ('s', "skip"), ('q', "stop")];

impl Key {
    /// The key that an event of the terminal stands for.
    pub fn of(event: &Event) -> Option<Self> {
        match event {
            Event::Resize(..) => Some(Self::Resized),
            Event::Key(KeyEvent { code: KeyCode::Char(letter), modifiers, kind: KeyEventKind::Press, .. }) => {
                if modifiers.contains(KeyModifiers::CONTROL) {
                    return (*letter == 'c').then_some(Self::Interrupt);
                }
                match letter.to_ascii_lowercase() {
                    'p' | ' ' => Some(Self::Pause),
                    's' => Some(Self::Snooze),
                    'n' => Some(Self::NotNow),
                    'b' => Some(Self::Recalibrate),
                    'g' => Some(Self::Guide),
                    '?' | 'h' => Some(Self::Help),
                    'q' => Some(Self::Quit),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// What it asks of the monitor when `state` stands; `None` for what the monitor has no part in.
    pub fn request(self, state: &State) -> Option<Request> {
        match self {
            Self::Pause if state.paused.is_some() => Some(Request::Resume),
            Self::Pause => Some(Request::Pause { until: None }),
            Self::Snooze => Some(Request::Snooze { until: state.at + SNOOZE }),
            Self::NotNow => Some(Request::Dismiss),
            Self::Recalibrate | Self::Guide | Self::Help | Self::Quit | Self::Interrupt | Self::Resized => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::monitor::Pause;

    fn pressed(letter: char, modifiers: KeyModifiers) -> Option<Key> {
        Key::of(&Event::Key(KeyEvent::new(KeyCode::Char(letter), modifiers)))
    }

    fn state(paused: Option<Pause>) -> State {
        State {
            at: Duration::from_secs(100),
            somebody: true,
            readable: true,
            paused,
            suspended: None,
            snoozed: None,
            held: BTreeSet::new(),
            owed: None,
            last: None,
            rules: Vec::new(),
        }
    }

    #[test]
    fn every_key_that_is_named_is_known_in_either_case() {
        for (letter, ..) in KEYS {
            let key = pressed(letter, KeyModifiers::NONE);
            assert!(key.is_some(), "{letter}");
            assert_eq!(pressed(letter.to_ascii_uppercase(), KeyModifiers::SHIFT), key, "{letter}");
        }
        assert_eq!(pressed('x', KeyModifiers::NONE), None);
    }

    #[test]
    fn ctrl_c_quits_and_other_ctrl_keys_do_nothing() {
        assert_eq!(pressed('c', KeyModifiers::CONTROL), Some(Key::Interrupt));
        assert_eq!(pressed('p', KeyModifiers::CONTROL), None);
        assert_eq!(pressed('c', KeyModifiers::NONE), None);
        assert_eq!(Key::of(&Event::Resize(80, 24)), Some(Key::Resized));
        let released = KeyEvent { kind: KeyEventKind::Release, ..KeyEvent::from(KeyCode::Char('q')) };
        assert_eq!(Key::of(&Event::Key(released)), None);
    }

    #[test]
    fn keys_ask_for_what_they_say() {
        let paused = state(Some(Pause { since: Duration::ZERO, until: None }));
        let running = state(None);
        for (key, running_asks, paused_asks) in [
            (Key::Pause, Some(Request::Pause { until: None }), Some(Request::Resume)),
            (Key::NotNow, Some(Request::Dismiss), Some(Request::Dismiss)),
            (Key::Quit, None, None),
            (Key::Guide, None, None),
        ] {
            assert_eq!((key.request(&running), key.request(&paused)), (running_asks, paused_asks), "{key:?}");
        }
        assert_eq!(Key::Snooze.request(&running), Some(Request::Snooze { until: Duration::from_secs(700) }));
    }
}
