//! Whether something fills the screen. X11 tells; Wayland does not.

use std::{
    env,
    process::{Command, Stdio},
};

/// Whether the active window says that it fills the screen.
pub fn is_full() -> bool {
    if env::var_os("DISPLAY").is_none() || env::var_os("WAYLAND_DISPLAY").is_some() {
        return false;
    }
    let Some(window) = xprop(&["-root", "_NET_ACTIVE_WINDOW"]).as_deref().and_then(window) else { return false };
    xprop(&["-id", &window, "_NET_WM_STATE"]).is_some_and(|state| fills(&state))
}

/// What `xprop` says; `None` where it is not installed, or the display cannot be reached.
fn xprop(arguments: &[&str]) -> Option<String> {
    let output = Command::new("xprop").args(arguments).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The window named in `_NET_ACTIVE_WINDOW(WINDOW): window id # 0x3200007`; none when it is 0.
fn window(said: &str) -> Option<String> {
    let number = said.split("# ").nth(1)?.split([',', '\n']).next()?.trim();
    let id = u32::from_str_radix(number.strip_prefix("0x")?, 16).ok()?;
    (id != 0).then(|| number.to_owned())
}

/// Whether `_NET_WM_STATE(ATOM) = …` names the state of filling the screen.
fn fills(said: &str) -> bool {
    said.split([' ', ',', '\n']).any(|word| word == "_NET_WM_STATE_FULLSCREEN")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_active_window_is_read_as_xprop_prints_it() {
        let said = |id: &str| format!("_NET_ACTIVE_WINDOW(WINDOW): window id # {id}\n");
        assert_eq!(window(&said("0x3200007")).as_deref(), Some("0x3200007"));
        assert_eq!(window(&said("0x3200007, 0x0")).as_deref(), Some("0x3200007"));
        assert_eq!(window(&said("0x0")), None);
        assert_eq!(window("_NET_ACTIVE_WINDOW:  no such atom on any window.\n"), None);
    }

    #[test]
    fn a_window_fills_the_screen_when_its_state_says_so() {
        assert!(fills("_NET_WM_STATE(ATOM) = _NET_WM_STATE_FOCUSED, _NET_WM_STATE_FULLSCREEN\n"));
        assert!(!fills("_NET_WM_STATE(ATOM) = _NET_WM_STATE_MAXIMIZED_VERT, _NET_WM_STATE_MAXIMIZED_HORZ\n"));
        assert!(!fills("_NET_WM_STATE:  not found.\n"));
    }
}
