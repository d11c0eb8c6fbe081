//! The verbs in groups, for `posture --help`.

use clap::Subcommand as _;

use super::Command;

/// What people come for, and the verbs for it, in the order in which they are met.
const GROUPS: [(&str, &[&str]); 5] = [
    ("Measure", &["check", "watch", "calibrate", "stretch"]),
    ("A running watch", &["status", "pause", "resume", "toggle", "snooze", "quit"]),
    ("Set up", &["doctor", "cameras", "config", "service", "completions"]),
    ("Rules and recordings", &["rules", "replay"]),
    ("Speed and accuracy", &["bench", "eval"]),
];

/// The template of the help: as clap has it, but with the verbs in groups.
pub fn template() -> String {
    let verbs = Command::augment_subcommands(clap::Command::new("posture"));
    let width = GROUPS.iter().flat_map(|(_, names)| *names).map(|name| name.len()).max().unwrap_or(0);
    let line = |name: &&str| {
        let about = verbs.find_subcommand(name).and_then(clap::Command::get_about);
        format!("  {name:width$}  {}\n", about.map(ToString::to_string).unwrap_or_default())
    };
    let group =
        |(title, names): &(&str, &[&str])| format!("{title}:\n{}\n", names.iter().map(line).collect::<String>());
    let groups: String = GROUPS.iter().map(group).collect();
    format!("{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{groups}Options:\n{{options}}{{after-help}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verb_is_in_one_group() {
        let verbs = Command::augment_subcommands(clap::Command::new("posture"));
        let mut shown: Vec<&str> =
            verbs.get_subcommands().filter(|verb| !verb.is_hide_set()).map(|v| v.get_name()).collect();
        let mut grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        shown.sort_unstable();
        grouped.sort_unstable();
        assert_eq!(grouped, shown);
        let template = template();
        assert!(template.contains("\n  watch        Watch how you sit"), "{template}");
    }
}
