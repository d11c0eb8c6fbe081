//! Laying a table of one's own over the built-in one.
//!
//! What the own table names replaces what the built-in one says, key by key: `[defaults]` and the tables in it, a rule with
//! the same id, a signal of it with the same metric and reference. The rest stays. A rule, or signal, of another name is
//! added.
//!
//! The own text is parsed behind as many empty lines as the built-in text has bytes. So the span of every value says which
//! of the two texts it comes from, and where, however they are mixed.

use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::{
    Spanned,
    de::{DeTable, DeValue, Deserializer},
};

use crate::table::{Table, TableError};

/// Two texts as one table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layers<'a> {
    /// What is laid under; its text is empty for a table by itself.
    pub base: Table<'a>,
    /// The own table: as many empty lines as the text of `base` has bytes, then its text.
    pub own: Table<'a>,
}

impl Layers<'_> {
    /// Reads both as one `T`.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, TableError> {
        let own = DeTable::parse(self.own.text).map_err(|error| self.explain(&error))?;
        let mut whole = match own.get_ref().get("replace").map(Spanned::get_ref) {
            Some(DeValue::Boolean(true)) => Spanned::new(own.span(), DeTable::new()),
            _ => DeTable::parse(self.base.text).map_err(|error| self.explain(&error))?,
        };
        lay(whole.get_mut(), own.into_inner());
        T::deserialize(Deserializer::from(whole)).map_err(|error| self.explain(&error))
    }

    fn explain(self, error: &toml::de::Error) -> TableError {
        let message = error.message().lines().map(str::trim).collect::<Vec<_>>().join(" ");
        self.wrong(error.span().unwrap_or_default(), message)
    }

    /// The error that `message` is, at the start of `span`.
    pub fn wrong(self, span: Range<usize>, message: impl Into<String>) -> TableError {
        let above = self.base.text.len();
        if span.start < above {
            return self.base.wrong(span, message);
        }
        let error = self.own.wrong(span, message);
        TableError { line: error.line - above, ..error }
    }
}

/// Lays `over` over `under`, table by table.
fn lay<'a>(under: &mut DeTable<'a>, over: DeTable<'a>) {
    for (key, value) in over {
        let same = match key.get_ref().as_ref() {
            "rule" => Some(same_rule as Same),
            "signal" => Some(same_signal as Same),
            _ => None,
        };
        match (under.get_mut(key.get_ref().as_ref()), value.span(), value.into_inner()) {
            (Some(below), span, above) => mix(below, Spanned::new(span, above), same),
            (None, span, above) => {
                under.insert(key, Spanned::new(span, above));
            }
        }
    }
}

type Same = fn(&DeTable<'_>, &DeTable<'_>) -> bool;

/// Lays one value over another of the same key; rows that are the `same` over one another, where rows have names.
fn mix<'a>(below: &mut Spanned<DeValue<'a>>, above: Spanned<DeValue<'a>>, same: Option<Same>) {
    let span = above.span();
    match (below.get_mut(), above.into_inner()) {
        (DeValue::Table(under), DeValue::Table(over)) => {
            lay(under, over);
            // An error in the mixture is one of the own table.
            let mixed = std::mem::take(under);
            *below = Spanned::new(span, DeValue::Table(mixed));
        }
        (DeValue::Array(under), DeValue::Array(over)) if same.is_some() => {
            let rows = under.len();
            for row in over {
                let twin = |other: &Spanned<DeValue<'_>>| match (other.get_ref(), row.get_ref(), same) {
                    (DeValue::Table(other), DeValue::Table(row), Some(same)) => same(other, row),
                    _ => false,
                };
                let place = under.iter().take(rows).position(twin);
                // A second row of one name among the own ones is no twin of the first: it is refused later.
                match place.and_then(|place| under.get_mut(place)).filter(|twin| twin.span().start < span.start) {
                    Some(twin) => mix(twin, row, None),
                    None => under.push(row),
                }
            }
        }
        (_, value) => *below = Spanned::new(span, value),
    }
}

fn word<'a>(table: &'a DeTable<'_>, key: &str) -> Option<&'a str> {
    table.get(key)?.get_ref().as_str()
}

fn same_rule(a: &DeTable<'_>, b: &DeTable<'_>) -> bool {
    word(a, "id").is_some() && word(a, "id") == word(b, "id")
}

fn same_signal(a: &DeTable<'_>, b: &DeTable<'_>) -> bool {
    let key = |table| (word(table, "metric").map(str::to_owned), word(table, "reference").map(str::to_owned));
    key(a).0.is_some() && key(a) == key(b)
}

#[cfg(test)]
mod tests {
    use crate::rules::{RuleId, Rules, Severity};

    fn over(text: &str) -> Rules {
        Rules::over_embedded(text, "mine.toml").unwrap_or_else(|error| panic!("{error}"))
    }

    fn refused(text: &str) -> String {
        Rules::over_embedded(text, "mine.toml").map(|_| text).expect_err("refused").to_string()
    }

    fn id(name: &str) -> RuleId {
        RuleId(name.into())
    }

    #[test]
    fn what_is_not_named_stays() {
        assert_eq!(over(""), Rules::embedded());
        assert_eq!(over("# nothing but a comment\n"), Rules::embedded());
    }

    #[test]
    fn one_key_changes_one_thing() {
        let rules = over("[defaults]\nbudget = { per_hour = 1 }\n");
        let (now, before) = (*rules.patience(), *Rules::embedded().patience());
        assert_eq!((now.per_hour, now.per_day, now.min_gap), (1, before.per_day, before.min_gap));
        assert_eq!(rules.iter().collect::<Vec<_>>(), Rules::embedded().iter().collect::<Vec<_>>());
    }

    #[test]
    fn a_rule_is_found_by_its_id_and_a_signal_by_its_metric_and_reference() {
        let text = "[[rule]]\nid = 'looking_down'\nnudge_s = { mild = 600 }\n\
                    [[rule.signal]]\nmetric = 'head_pitch'\nreference = 'baseline'\nmild = 18\n";
        let (rules, embedded) = (over(text), Rules::embedded());
        let (rule, before) =
            (rules.get(&id("looking_down")).expect("there"), embedded.get(&id("looking_down")).expect("there"));
        assert_eq!(Severity::ALL.map(|s| rule.nudge(s).as_secs()), [600, 180, 60]);
        assert_eq!(rule.signals[0].thresholds, [18.0, 25.0, 40.0]);
        assert_eq!((&rule.signals[1], &rule.title), (&before.signals[1], &before.title));
        let order = |rules: &Rules| rules.iter().map(|rule| rule.id.clone()).collect::<Vec<_>>();
        assert_eq!(order(&rules), order(&embedded), "in its place");
    }

    #[test]
    fn the_second_signal_of_a_rule_is_changed_without_the_first_and_a_list_is_replaced() {
        let text = "[[rule]]\nid = 'looking_down'\n\
                    [[rule.signal]]\nmetric = 'head_pitch'\nreference = 'absolute'\nmild = -18\nviews = ['frontal']\n";
        let (rules, embedded) = (over(text), Rules::embedded());
        let signals = |rules: &Rules| rules.get(&id("looking_down")).expect("there").signals.clone();
        let (now, before) = (signals(&rules), signals(&embedded));
        assert_eq!((now.len(), &now[0]), (before.len(), &before[0]));
        assert_eq!(now[1].thresholds, [-18.0, -25.0, -40.0]);
        assert_eq!(now[1].views, [crate::measure::View::Frontal]);
    }

    #[test]
    fn a_rule_can_be_switched_off_and_a_new_one_added() {
        let rules = over("[[rule]]\nid = 'looking_down'\nenabled = false\n");
        assert_eq!(rules.get(&id("looking_down")), None);
        assert_eq!(rules.iter().count() + 1, Rules::embedded().iter().count());
        let own = "[[rule]]\nid = 'lunch'\ntitle = 'Lunch'\nwhy = 'It is time.'\nsetup_tip = 'Go.'\n\
                   [rule.timer]\ncounts = 'presence'\nmild = 1\nmoderate = 2\nmarked = 3\nsource = 'the stomach'\n";
        assert_eq!(over(own).iter().last().map(|rule| rule.id.clone()), Some(id("lunch")));
    }

    #[test]
    fn a_whole_table_may_replace_the_built_in_one() {
        let text = include_str!("../rules.toml");
        let alone = text[..text.find("[[rule]]\nid = \"looking_down\"").expect("there")]
            .replace("[defaults]", "replace = true\n[defaults]");
        assert_eq!(over(&alone).iter().map(|rule| rule.id.0.clone()).collect::<Vec<_>>(), ["too_close"]);
        assert!(refused("replace = true\n").contains("missing field `defaults`"));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place_in_the_own_file() {
        for (text, says) in [
            ("[defaults]\npersist = 3\n", "mine.toml:2:1: unknown field `persist`"),
            ("[defaults]\npersist_s = 'soon'\n", "mine.toml:2:13: invalid type"),
            ("[defaults]\nexit_factor = 1.5\n", "mine.toml:2:15: exit_factor lies between 0 and 1"),
            ("[[rule]]\nid = 'head_tilt'\ntilt = 3\n", "mine.toml:3:1: unknown field `tilt`"),
            ("[[rule]]\nid = 'new'\n", "mine.toml:1:1: missing field `title`"),
            (
                "[[rule]]\nid = 'head_tilt'\n[[rule.signal]]\nmetric = 'head_roll'\nreference = 'baseline'\nmild = 12\n",
                "mine.toml:6:8: thresholds out of order",
            ),
            ("[[rule]]\nid = 'head_tilt'\n\n[[rule]]\nid = 'head_tilt'\n", "mine.toml:4:1: missing field `title`"),
            ("rules = []\n", "mine.toml:1:1: unknown field `rules`"),
            ("[defaults\n", "mine.toml:1:10: "),
            ("[defaults]\nöl = 1\n", "mine.toml:2:1: "),
        ] {
            let complaint = refused(text);
            assert!(complaint.starts_with(says) && !complaint.contains('\n'), "{text:?}: {complaint}");
        }
    }

    #[test]
    fn a_contradiction_with_the_built_in_table_is_said_where_it_is_found() {
        let complaint = refused("[defaults]\npersist_s = 300\n");
        assert!(complaint.starts_with("built-in rules.toml:"), "{complaint}");
        assert!(complaint.ends_with("length_s is at least persist_s"), "{complaint}");
    }
}
