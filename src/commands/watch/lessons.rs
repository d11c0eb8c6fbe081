//! Guiding through a stretch within a session, which shares its camera: what is seen meanwhile is the stretch's, and no
//! posture to be judged.

use std::{path::Path, time::Duration};

use anyhow::Result;

use super::live::Live;
use crate::{
    commands::stretch::{
        diary::Diary,
        screening::{self, Answer},
    },
    frame::Frame,
    guide::{Cue, Guide, Outcome, Sight, Voice},
    monitor::{Request, Suspension},
    pipeline::Report,
    sink::{Key, Taught},
    stretches::{Stretch, StretchId, Stretches},
};

/// Without a picture for this long a lesson goes on by the clock.
const UNSEEN: Duration = Duration::from_secs(1);

/// What it takes to guide somebody in a session.
#[derive(Debug, Clone)]
pub struct Lessons {
    stretches: Stretches,
    diary: Option<Diary>,
    screened: bool,
}

impl Lessons {
    /// Lessons out of `stretches`. What was done is noted in the folder `state`, where there is one; `screened` is whether the
    /// settings say that the signs that need a clinician were read, and none applies.
    pub fn new(stretches: Stretches, state: Option<&Path>, screened: bool) -> Self {
        Self { stretches, diary: state.map(Diary::at), screened }
    }

    /// Why `stretch` cannot be guided, in a sentence; `None` where nothing stands in the way.
    fn refuses(&self, stretch: &Stretch) -> Result<Option<String>> {
        if stretch.rest {
            return Ok(None);
        }
        let answer = match &self.diary {
            Some(diary) => screening::stands(self.screened, diary)?,
            None => self.screened.then_some(Answer::Go),
        };
        Ok(match answer {
            Some(Answer::Go) => None,
            Some(Answer::Off | Answer::Nobody) => Some(self.stretches.phrases().screening.reported.clone()),
            None => Some(
                "Before the first exercise: `posture stretch --screening` reads the signs that need a clinician; once \
                 `posture stretch --cleared` says that none applies to you, g guides"
                    .to_owned(),
            ),
        })
    }
}

impl Default for Lessons {
    /// Those of somebody who has not been asked about signs that need a clinician: rests alone.
    fn default() -> Self {
        Self::new(Stretches::embedded(), None, false)
    }
}

/// A stretch that is being guided.
pub(super) struct Lesson {
    stretch: Stretch,
    /// What is recommended to go on with.
    then: Option<StretchId>,
    guide: Guide,
    /// When it was last moved on.
    stepped: Duration,
}

impl Lesson {
    fn new(stretch: &Stretch, then: Option<StretchId>, at: Duration) -> Self {
        // A session looks no further than the shoulders.
        let seen = stretch.seen.filter(|seen| !seen.needs_arms());
        Self { stretch: stretch.clone(), then, guide: Guide::through(stretch, seen), stepped: at }
    }
}

impl Live<'_> {
    /// Begins to guide through the stretch that was recommended last, or says why not.
    pub(super) fn guide(&mut self) -> Result<()> {
        let (now, state) = (self.now(), self.state());
        if self.lesson.is_some() {
            return Ok(());
        }
        if state.paused.is_some() || state.suspended.is_some() {
            return Ok(self.sink.note("No stretch is guided while the camera is off")?);
        }
        let Some((advice, _)) = state.last else {
            return Ok(self.sink.note("No stretch has been recommended yet; posture stretch shows them all")?);
        };
        let Some(stretch) = self.lessons.stretches.get(&advice.stretch) else { return Ok(()) };
        if let Some(why) = self.lessons.refuses(stretch)? {
            return Ok(self.sink.note(&why)?);
        }
        self.lesson = Some(Lesson::new(stretch, advice.then, now));
        self.ask(Request::Suspend { because: Suspension::Stretch })?;
        self.introduce()?;
        self.teach(now, None)
    }

    /// What has to be known before one begins.
    fn introduce(&mut self) -> Result<()> {
        let Some(lesson) = &self.lesson else { return Ok(()) };
        let words = &lesson.stretch.words;
        let mut said = vec![format!("{}.", words.name)];
        said.extend(words.cautions.iter().cloned());
        said.push(self.lessons.stretches.safety().stop.clone());
        self.say(said, None)
    }

    /// Takes in a picture of somebody who stretches.
    pub(super) fn watch_lesson(&mut self, frame: &Frame) -> Result<()> {
        let report = self.session.aside(frame)?;
        if let (Some(pace), Some(report)) = (&mut self.pace, &report) {
            pace.seen(report, &[]);
        }
        self.teach(frame.at, report.as_ref())
    }

    /// Moves the lesson on to `at` by the clock where no picture has come for a while.
    pub(super) fn tick(&mut self) -> Result<()> {
        let now = self.now();
        match &self.lesson {
            Some(lesson) if now.saturating_sub(lesson.stepped) >= UNSEEN => self.teach(now, None),
            _ => Ok(()),
        }
    }

    /// Moves the lesson on to `at`, with what was seen then.
    pub(super) fn teach(&mut self, at: Duration, report: Option<&Report>) -> Result<()> {
        let Some(lesson) = &mut self.lesson else { return Ok(()) };
        lesson.stepped = lesson.stepped.max(at);
        let pose = report.and_then(|report| report.person.as_ref()).map(|(pose, _)| pose);
        let cues = lesson.guide.step(at, pose);
        self.cued(&cues, report)
    }

    /// What a key does while a stretch is guided.
    pub(super) fn pressed_in_lesson(&mut self, key: Key) -> Result<()> {
        let words = self.lessons.stretches.phrases().guide.clone();
        let Some(Lesson { guide, .. }) = &mut self.lesson else { return Ok(()) };
        match key {
            Key::Pause => {
                guide.pause(!guide.paused());
                let what = if guide.paused() { words.paused } else { words.resumed };
                self.say(vec![what], None)
            }
            Key::Snooze => {
                let cues = guide.skip();
                self.say(vec![words.skipped], None)?;
                self.cued(&cues, None)
            }
            Key::Quit => self.stop_lesson(),
            _ => Ok(()),
        }
    }

    /// Ends the lesson before its end, if there is one.
    pub(super) fn stop_lesson(&mut self) -> Result<()> {
        let Some(lesson) = &self.lesson else { return Ok(()) };
        let outcome = Outcome { whole: false, ..lesson.guide.outcome() };
        self.say(vec![self.lessons.stretches.phrases().guide.stopped.clone()], None)?;
        self.end_lesson(outcome)
    }

    fn cued(&mut self, cues: &[Cue], report: Option<&Report>) -> Result<()> {
        let Some(lesson) = &self.lesson else { return Ok(()) };
        let voice = Voice::new(&lesson.stretch, &self.lessons.stretches.phrases().guide);
        let sight = lesson.guide.moment().map_or(Sight::Clock, |moment| moment.sight);
        let said = cues.iter().map(|cue| voice.cue(cue, sight)).collect();
        self.say(said, report)?;
        let ended = cues.iter().find_map(|cue| if let Cue::End(outcome) = cue { Some(*outcome) } else { None });
        ended.map_or(Ok(()), |outcome| self.end_lesson(outcome))
    }

    /// Shows where the lesson stands, with what was `said` since.
    fn say(&mut self, said: Vec<String>, report: Option<&Report>) -> Result<()> {
        let Some(lesson) = &self.lesson else { return Ok(()) };
        let voice = Voice::new(&lesson.stretch, &self.lessons.stretches.phrases().guide);
        let moment = lesson.guide.moment();
        let taught = Taught {
            at: lesson.stepped,
            stretch: &lesson.stretch,
            said: &said,
            now: moment.map_or_else(String::new, |moment| voice.moment(&moment)),
            part: moment.map_or((0, 0), |moment| (moment.number, moment.of)),
            report,
        };
        Ok(self.sink.taught(Some(&taught))?)
    }

    /// Notes what came of the lesson; after a whole one comes the next, if one was recommended with it.
    fn end_lesson(&mut self, outcome: Outcome) -> Result<()> {
        let Some(Lesson { stretch, then, .. }) = self.lesson.take() else { return Ok(()) };
        let (now, id) = (self.now(), stretch.id);
        if let Some(diary) = &self.lessons.diary {
            diary.did(&id, outcome)?;
        }
        if outcome.whole {
            self.ask(Request::Complete { stretch: id })?;
        }
        let next = then.filter(|_| outcome.whole).and_then(|then| self.lessons.stretches.get(&then).cloned());
        match next {
            Some(next) if self.lessons.refuses(&next)?.is_none() => {
                self.lesson = Some(Lesson::new(&next, None, now));
                self.introduce()?;
                self.teach(now, None)
            }
            _ => {
                self.ask(Request::Continue { because: Suspension::Stretch })?;
                Ok(self.sink.taught(None)?)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exercises_wait_for_the_screening_and_rests_do_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let lessons = |screened| Lessons::new(Stretches::embedded(), Some(folder.path()), screened);
        let stretches = Stretches::embedded();
        let stretch = |rest| stretches.iter().find(|stretch| stretch.rest == rest).expect("one in the table");
        let refuses = |lessons: &Lessons, rest| lessons.refuses(stretch(rest)).expect("a diary");
        assert!(refuses(&lessons(false), false).is_some_and(|why| why.contains("posture stretch --screening")));
        assert_eq!(refuses(&lessons(false), true), None);
        assert_eq!(refuses(&lessons(true), false), None);
        assert!(refuses(&Lessons::default(), false).is_some());
        let diary = Diary::at(folder.path());
        diary.screened(false).expect("written");
        assert_eq!(refuses(&lessons(false), false), None);
        diary.screened(true).expect("written");
        assert!(refuses(&lessons(true), false).is_some_and(|why| why.contains("clinician")));
        assert_eq!(refuses(&lessons(true), true), None);
    }

    #[test]
    fn what_takes_the_arms_to_see_goes_by_the_clock_in_a_session() {
        let stretches = Stretches::embedded();
        let sight = |id: &str| {
            let stretch = stretches.get(&StretchId(id.into())).expect("known");
            Lesson::new(stretch, None, Duration::ZERO).guide.moment().map(|moment| moment.sight)
        };
        assert_eq!(sight("clasped_hands_pulses"), Some(Sight::Clock));
        assert_eq!(sight("shoulder_rolls"), Some(Sight::Waiting));
    }
}
