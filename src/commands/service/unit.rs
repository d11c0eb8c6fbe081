//! What the service managers of Linux and macOS are told, as text.

use std::path::Path;

/// The first words of every file that is ours, whatever comes before them on their line.
pub const MARK: &str = "Written by `posture service install`";

/// What the text depends on. All paths are absolute.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The program.
    pub program: &'a Path,
    /// Where its configuration is; profiles are written there.
    pub config: &'a Path,
    /// Where its logs are written.
    pub state: &'a Path,
}

/// A unit for the user's systemd: restarted after a failure, with nothing writable but the program's own folders, and no way
/// to reach a network.
///
/// The runtime folder is kept when the service stops: a `watch` that was started by hand may be using it.
pub fn systemd(facts: &Facts) -> String {
    let Facts { program, config, state } = facts;
    let home = |folder: &Path| folder.parent().map_or_else(String::new, |home| home.display().to_string());
    format!(
        "\
# {MARK}; `posture service uninstall` removes it.
[Unit]
Description=Measures how I sit, and recommends a stretch when it matters
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart={program} watch
Environment={config_home} {state_home}
StandardOutput=null
Restart=on-failure
RestartSec=30
# Wrong options, or another posture that watches already: starting again would not help.
RestartPreventExitStatus=2
TimeoutStopSec=5
Nice=10
RuntimeDirectory=posture
RuntimeDirectoryMode=0700
RuntimeDirectoryPreserve=yes
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths={state} {config}
RestrictAddressFamilies=AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native

[Install]
WantedBy=default.target
",
        program = quoted(&program.display().to_string()).replace('$', "$$"),
        config_home = quoted(&format!("XDG_CONFIG_HOME={}", home(config))),
        state_home = quoted(&format!("XDG_STATE_HOME={}", home(state))),
        state = quoted(&state.display().to_string()),
        config = quoted(&config.display().to_string()),
    )
}

/// `text` as one word of a unit: in quotes, with what systemd would read into it made plain.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%"))
}

/// An agent for the user's launchd: started at login, again half a minute after a failure, at low priority.
pub fn launchd(facts: &Facts) -> String {
    let text = |path: &Path| path.display().to_string().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let home = |folder: &Path| folder.parent().map_or_else(String::new, text);
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- {MARK}; `posture service uninstall` removes it. -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>posture</string>
  <key>ProgramArguments</key>
  <array>
    <string>{program}</string>
    <string>watch</string>
  </array>
  <key>EnvironmentVariables</key>
  <dict>
    <key>XDG_CONFIG_HOME</key>
    <string>{config}</string>
    <key>XDG_STATE_HOME</key>
    <string>{state}</string>
  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>30</integer>
  <key>ProcessType</key>
  <string>Background</string>
  <key>Nice</key>
  <integer>10</integer>
</dict>
</plist>
"#,
        program = text(facts.program),
        config = home(facts.config),
        state = home(facts.state),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(program: &str) -> Facts<'_> {
        Facts {
            program: Path::new(program),
            config: Path::new("/home/me/.config/posture"),
            state: Path::new("/home/me/.local/state/posture"),
        }
    }

    #[test]
    fn a_unit_shuts_in_what_it_starts() {
        let unit = systemd(&facts("/usr/bin/posture"));
        assert!(unit.starts_with(&format!("# {MARK}")), "{unit}");
        for line in [
            "ExecStart=\"/usr/bin/posture\" watch",
            "Environment=\"XDG_CONFIG_HOME=/home/me/.config\" \"XDG_STATE_HOME=/home/me/.local/state\"",
            "NoNewPrivileges=yes",
            "ProtectSystem=strict",
            "ReadWritePaths=\"/home/me/.local/state/posture\" \"/home/me/.config/posture\"",
            "RestrictAddressFamilies=AF_UNIX",
            "Restart=on-failure",
        ] {
            assert!(unit.lines().any(|found| found == line), "{line}: {unit}");
        }
    }

    #[test]
    fn a_path_is_one_word_whatever_is_in_it() {
        let unit = systemd(&facts("/opt/my $tools/50%/\"posture\""));
        assert!(unit.contains("ExecStart=\"/opt/my $$tools/50%%/\\\"posture\\\"\" watch\n"), "{unit}");
        let agent = launchd(&facts("/opt/<&>/posture"));
        assert!(agent.contains("<string>/opt/&lt;&amp;&gt;/posture</string>"), "{agent}");
    }

    #[test]
    fn an_agent_starts_at_login_and_again_after_a_failure() {
        let agent = launchd(&facts("/usr/local/bin/posture"));
        assert!(agent.contains(MARK), "{agent}");
        let flat: String = agent.split_whitespace().collect();
        for part in [
            "<key>Label</key><string>posture</string>",
            "<array><string>/usr/local/bin/posture</string><string>watch</string></array>",
            "<key>XDG_STATE_HOME</key><string>/home/me/.local/state</string>",
            "<key>RunAtLoad</key><true/>",
            "<key>SuccessfulExit</key><false/>",
        ] {
            assert!(flat.contains(part), "{part}: {agent}");
        }
        assert_eq!(flat.matches("<dict>").count(), flat.matches("</dict>").count());
    }
}
