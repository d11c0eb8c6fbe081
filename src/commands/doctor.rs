//! `posture doctor`: whether everything that watching needs is there, and what to do where it is not.

mod desktop;
mod files;
mod profiles;
mod sight;

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use anyhow::Result;
use serde::Serialize;

use crate::{
    cli::DoctorArgs,
    config::{ExitStatus, Settings},
    control::{self, ask},
    paths::Paths,
};

/// How one thing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    /// As it should be.
    Pass,
    /// Watching works, with something less.
    Warn,
    /// Watching does not work.
    Fail,
}

impl Verdict {
    fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "FAIL",
        }
    }

    fn style(self) -> Style {
        match self {
            Self::Pass => AnsiColor::Green.on_default(),
            Self::Warn => AnsiColor::Yellow.on_default(),
            Self::Fail => AnsiColor::Red.on_default().bold(),
        }
    }
}

/// What was looked at, how it stands, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Finding {
    check: &'static str,
    verdict: Verdict,
    says: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

impl Finding {
    fn pass(check: &'static str, says: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Pass, says: says.into(), remedy: None }
    }

    fn warn(check: &'static str, says: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Warn, says: says.into(), remedy: Some(remedy.into()) }
    }

    /// What fails says in its own words what to do.
    fn fail(check: &'static str, says: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Fail, says: says.into(), remedy: None }
    }
}

/// Looks at everything and says how it stands, one line each.
pub fn run(args: &DoctorArgs, paths: &Paths, settings: Result<Settings>, out: &mut dyn Write) -> Result<ExitStatus> {
    let (configured, settings) = match settings {
        Ok(settings) => (files::configuration(paths, &settings), settings),
        Err(error) => (Finding::fail("config", format!("{error:#}")), Settings::default()),
    };
    let mut findings = vec![configured];
    findings.extend(files::folders(paths));
    findings.push(desktop::notifications());
    let running = paths.socket().ok().and_then(|socket| ask(&socket, &control::Command::Status).ok());
    let source = args.source.as_deref().unwrap_or(&settings.camera.source);
    findings.extend(sight::look(source, args.model.model.as_deref(), running.as_ref(), paths));
    if args.json {
        let page = serde_json::json!({ "schema": "posture-doctor/1", "checks": findings });
        writeln!(out, "{page}")?;
    } else {
        print(&findings, out)?;
    }
    Ok(status(&findings))
}

fn print(findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    for Finding { check, verdict, says, remedy } in findings {
        let style = verdict.style();
        write!(out, "{style}{}{style:#}  {check:<14}  {says}", verdict.name())?;
        match remedy {
            Some(remedy) => writeln!(out, "; {remedy}")?,
            None => writeln!(out)?,
        }
    }
    Ok(())
}

/// 4 where the camera fails, 2 where anything else does.
fn status(findings: &[Finding]) -> ExitStatus {
    let failed =
        |check: &str| findings.iter().any(|f| f.verdict == Verdict::Fail && (check.is_empty() || f.check == check));
    if failed("camera") {
        ExitStatus::CameraUnavailable
    } else if failed("") {
        ExitStatus::BadInput
    } else {
        ExitStatus::Fine
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_decides_how_it_ends() {
        let pass = Finding::pass("config", "fine");
        let warn = Finding::warn("view", "nobody is there", "sit down");
        assert_eq!(status(&[pass.clone(), warn.clone()]), ExitStatus::Fine);
        assert_eq!(status(&[pass, Finding::fail("light", "black")]), ExitStatus::BadInput);
        assert_eq!(status(&[Finding::fail("light", ""), Finding::fail("camera", "")]), ExitStatus::CameraUnavailable);
        let mut out = Vec::new();
        print(&[warn], &mut out).expect("it is written");
        let text = anstream::adapter::strip_str(&String::from_utf8(out).expect("text")).to_string();
        assert_eq!(text, "warn  view            nobody is there; sit down\n");
    }
}
