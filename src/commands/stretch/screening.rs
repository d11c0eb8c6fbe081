//! The questions before the first exercise: signs that need somebody who can examine, before anybody stretches.

use std::io::{self, BufRead, Write};

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};

use super::diary::Diary;
use crate::stretches::Stretches;

/// The questions are asked again after this long.
const AGAIN: SignedDuration = SignedDuration::from_hours(31 * 24);

/// What follows from the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum Answer {
    /// Nothing speaks against exercises.
    Go,
    /// A symptom was reported: there are none.
    Off,
    /// It was not answered and nobody is there to be asked.
    Nobody,
}

/// Whether exercises may be offered, asking where it has not been answered lately. `settled` is what the settings say.
pub(in crate::commands) fn allows(
    settled: bool,
    diary: &Diary,
    someone: bool,
    stretches: &Stretches,
    stdin: &mut dyn BufRead,
    out: &mut dyn Write,
) -> Result<Answer> {
    let said = &stretches.phrases().screening;
    if let Some(answer) = stands(settled, diary)? {
        if answer == Answer::Off {
            writeln!(out, "{}\n{}", said.reported, stretches.safety().clinician)?;
        }
        return Ok(answer);
    }
    read_out(stretches, out)?;
    if !someone {
        writeln!(out, "{}", said.unasked)?;
        return Ok(Answer::Nobody);
    }
    let symptoms = ask(&said.question, stdin, out)?;
    let Some(symptoms) = symptoms else { return Ok(Answer::Nobody) };
    diary.screened(symptoms)?;
    if symptoms {
        writeln!(out, "{}", said.reported)?;
    }
    writeln!(out)?;
    Ok(if symptoms { Answer::Off } else { Answer::Go })
}

/// What follows from what was answered before; `None` where it is to be asked, for the first time or again. `settled` is what
/// the settings say.
pub(in crate::commands) fn stands(settled: bool, diary: &Diary) -> Result<Option<Answer>> {
    let last = diary.last_screening()?;
    if last.is_some_and(|last| last.symptoms) {
        return Ok(Some(Answer::Off));
    }
    let lately = last.is_some_and(|last| Timestamp::now().duration_since(last.at) < AGAIN);
    Ok((settled || lately).then_some(Answer::Go))
}

/// Writes all signs, and the question without an answer to it.
pub(in crate::commands) fn read_out(stretches: &Stretches, out: &mut dyn Write) -> io::Result<()> {
    let said = &stretches.phrases().screening;
    writeln!(out, "{}\n\n{}", said.intro, said.now)?;
    said.emergency.iter().try_for_each(|sign| writeln!(out, "  - {sign}"))?;
    writeln!(out, "\n{}", said.soon)?;
    said.clinician.iter().try_for_each(|sign| writeln!(out, "  - {sign}"))?;
    writeln!(out, "\n{}\n", stretches.safety().disclaimer)
}

/// Asks until it is answered with yes or no; `None` where the input ends.
fn ask(question: &str, stdin: &mut dyn BufRead, out: &mut dyn Write) -> io::Result<Option<bool>> {
    loop {
        write!(out, "{question} [y/n] ")?;
        out.flush()?;
        let mut line = String::new();
        if stdin.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        match line.trim().to_lowercase().as_str() {
            "y" | "yes" | "j" | "ja" => return Ok(Some(true)),
            "n" | "no" | "nein" => return Ok(Some(false)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stretches::Language;

    fn answered(diary: &Diary, settled: bool, someone: bool, answers: &str) -> (Answer, String) {
        let (stretches, mut out) = (Stretches::embedded(), Vec::new());
        let answer = allows(settled, diary, someone, &stretches, &mut answers.as_bytes(), &mut out).expect("asked");
        (answer, String::from_utf8(out).expect("text"))
    }

    #[test]
    fn it_is_asked_once_and_a_no_is_remembered() {
        let folder = tempfile::tempdir().expect("a folder");
        let diary = Diary::at(folder.path());
        let (answer, said) = answered(&diary, false, true, "maybe\nn\n");
        assert_eq!(answer, Answer::Go);
        assert!(said.contains("bladder") && said.matches("[y/n]").count() == 2, "{said}");
        assert_eq!(answered(&diary, false, true, ""), (Answer::Go, String::new()));
    }

    #[test]
    fn a_symptom_turns_exercises_off_and_names_who_to_see() {
        let folder = tempfile::tempdir().expect("a folder");
        let diary = Diary::at(folder.path());
        assert_eq!(answered(&diary, false, true, "yes\n").0, Answer::Off);
        // Even where the settings say that it is settled.
        let (answer, said) = answered(&diary, true, true, "");
        assert_eq!(answer, Answer::Off);
        assert!(said.contains("clinician") && said.contains("--cleared"), "{said}");
        diary.screened(false).expect("written");
        assert_eq!(answered(&diary, false, false, "").0, Answer::Go);
    }

    #[test]
    fn without_an_answer_nothing_begins() {
        let folder = tempfile::tempdir().expect("a folder");
        let diary = Diary::at(folder.path());
        assert_eq!(answered(&diary, false, false, "").0, Answer::Nobody);
        assert_eq!(answered(&diary, false, true, "").0, Answer::Nobody);
        assert_eq!(diary.last_screening().expect("readable"), None);
        assert_eq!(answered(&diary, true, false, "").0, Answer::Go);
    }

    #[test]
    fn it_can_be_read_in_german() {
        let mut out = Vec::new();
        read_out(&Stretches::embedded_in(Language::German), &mut out).expect("written");
        assert!(String::from_utf8(out).expect("text").contains("Notruf"));
    }
}
