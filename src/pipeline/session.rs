//! A person watched over time: the stages in a row, frame by frame.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    time::Duration,
};

use super::{Report, worst_first};
use crate::{
    baseline::{Baseline, Learner},
    estimator::{ModelError, PoseEstimator},
    figure::Lock,
    frame::Frame,
    geometry::Degrees,
    measure::{Aspect, Known, Measurement, Reading, Reason, Reference, Stillness, View, classify, measure, obstacle},
    monitor::{Event, Monitor, Observation, QuietHours, Request, Sight, State, Totals},
    pose::{Pose, Scene},
    profile::{Freshness, Profile, baseline},
    rules::{Against, Assessment, Rules},
    stretches::{Stretches, Suits},
};

/// What one frame brought.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What it showed; `None` where nothing can be seen in the picture. Findings are those of this moment, against the
    /// baseline; advice comes as events.
    pub report: Option<Report>,
    /// What changed with it.
    pub events: Vec<Event>,
    /// What the user should know about their profiles, as sentences.
    pub notes: Vec<String>,
}

/// One session in front of one source.
///
/// It learns a provisional baseline from the first steady half minute in each aspect and holds everything after it against
/// that. Time comes with the frames; a session reads no clock.
pub struct Session {
    source: String,
    estimator: Box<dyn PoseEstimator>,
    rules: Rules,
    learner: Learner,
    monitor: Monitor,
    sight: Sight,
    stillness: Stillness,
    /// Whether somebody is there, as far as it has been told.
    present: bool,
    /// Aspects of which it has been said that a baseline is being learned.
    learning: BTreeSet<Aspect>,
    freshness: Freshness,
    lock: Lock,
    /// The tilt of the camera, where a profile knows it.
    levels: BTreeMap<Aspect, Degrees>,
}

impl Session {
    /// A session that has seen nothing yet. `source` is what people call where the frames come from; `baseline` is what is
    /// known already of how the user sits upright.
    pub fn new(
        source: &str,
        estimator: Box<dyn PoseEstimator>,
        baseline: Baseline,
        rules: Rules,
        stretches: Stretches,
    ) -> Self {
        Self {
            source: source.to_owned(),
            estimator,
            learner: Learner::new(baseline),
            monitor: Monitor::new(rules.clone(), stretches),
            rules,
            sight: Sight::default(),
            stillness: Stillness::default(),
            present: false,
            learning: BTreeSet::new(),
            freshness: Freshness::default(),
            lock: Lock::default(),
            levels: BTreeMap::new(),
        }
    }

    /// Follows somebody of the size that `profiles` know, from which the baseline came, takes out the tilt of the camera that
    /// they know, and says what of them does not fit what is seen.
    pub fn expect(&mut self, profiles: Vec<Profile>) {
        self.levels = profiles.iter().filter_map(|profile| Some((profile.aspect(), profile.level?))).collect();
        self.lock = Lock::on(profiles.iter().map(|profile| profile.size).collect());
        self.freshness = Freshness::new(profiles);
    }

    /// Takes in the next frame.
    ///
    /// # Errors
    ///
    /// Only the estimator can fail; see [`ModelError`].
    pub fn frame(&mut self, frame: &Frame) -> Result<Step, ModelError> {
        let pose = self.estimator.estimate(frame)?;
        if let Some(why) = self.estimator.blind() {
            return Ok(Step { report: None, events: self.blind(frame.at, why.to_string()), notes: Vec::new() });
        }
        let scene = self.estimator.scene();
        Ok(self.take(frame.at, frame.image.dimensions(), pose, scene))
    }

    /// Looks at a frame beside the session: nothing is judged, learned or remembered of it. `None` where nothing can be seen
    /// in the picture.
    ///
    /// # Errors
    ///
    /// Only the estimator can fail; see [`ModelError`].
    pub fn aside(&mut self, frame: &Frame) -> Result<Option<Report>, ModelError> {
        let pose = self.estimator.estimate(frame)?;
        if self.estimator.blind().is_some() {
            return Ok(None);
        }
        let scene = self.estimator.scene();
        let person = self.followed(frame.at, pose).map(|pose| {
            let reading = self.read(&pose, scene);
            (pose, reading)
        });
        let report = Report::new(&self.source, frame.at, frame.image.dimensions(), person);
        Ok(Some(Report { scene, ..report }))
    }

    /// `pose` if it is of who is followed. Somebody else is nobody here.
    fn followed(&mut self, at: Duration, pose: Option<Pose>) -> Option<Pose> {
        let followed = self.lock.step(at, pose.as_ref());
        if pose.is_some() && !followed {
            self.estimator.look_again();
        }
        pose.filter(|_| followed)
    }

    /// Takes in what an estimator said about a frame of `width` × `height` pixels, taken at `at`. This is all of
    /// [`frame`](Self::frame) that comes after the pixels; a recorded session is replayed with it.
    pub fn pose(&mut self, at: Duration, size: (u32, u32), pose: Option<Pose>) -> Step {
        self.take(at, size, pose, Scene::default())
    }

    fn take(&mut self, at: Duration, (width, height): (u32, u32), pose: Option<Pose>, scene: Scene) -> Step {
        let person = self.followed(at, pose).map(|pose| {
            let mut reading = self.read(&pose, scene);
            reading.measurements.extend(self.still(at, &pose));
            (pose, reading)
        });
        let (observation, learned) = match &person {
            Some((_, reading)) => (self.observe(reading), self.learn(at, reading)),
            None => (nobody(&scene), None),
        };
        let notes = match &person {
            Some((pose, reading)) => {
                self.freshness.step(at, pose, reading).iter().map(|(profile, stale)| stale.explain(profile)).collect()
            }
            None => Vec::new(),
        };
        let findings = match &observation {
            Observation::Seen(stand) => worst_first(stand.iter().filter_map(|a| a.finding.clone()).collect()),
            Observation::Unreadable(_) | Observation::Nobody | Observation::Blind(_) => Vec::new(),
        };
        let mut events = self.monitor.step(at, observation);
        self.come_or_go(&events);
        let reading = person.as_ref().map(|(_, reading)| reading);
        let seen = reading.filter(|_| self.present).map(|reading| (reading.view, reading.facing));
        events.extend(self.sight.step(at, seen));
        events.extend(reading.and_then(|reading| self.begin_learning(at, reading)));
        events.extend(learned);
        let report = Report { scene, findings, ..Report::new(&self.source, at, (width, height), person) };
        Step { report: Some(report), events, notes }
    }

    /// What `pose` measures, against what is known of the user and of the camera.
    fn read(&self, pose: &Pose, scene: Scene) -> Reading {
        let (view, facing) = classify(pose);
        let level = self.levels.get(&Aspect::new(view, facing)).copied();
        measure(pose, Known { baseline: Some(self.learner.baseline()), level, scene })
    }

    /// For how long nothing has moved, which the monitor hears of, too.
    fn still(&mut self, at: Duration, pose: &Pose) -> Option<Measurement> {
        let still = self.stillness.step(at, pose)?;
        self.monitor.still(Duration::from_secs_f32(still.value));
        Some(still)
    }

    /// Takes in who came and who left: whoever comes next is seen anew.
    fn come_or_go(&mut self, events: &[Event]) {
        for event in events {
            match event {
                Event::Returned { .. } => self.present = true,
                Event::Left { .. } => {
                    self.present = false;
                    self.sight.forget();
                    self.stillness.forget();
                }
                _ => {}
            }
        }
    }

    /// Takes in that no picture can be had at `at`, and why, for people.
    pub fn blind(&mut self, at: Duration, why: String) -> Vec<Event> {
        self.monitor.step(at, Observation::Blind(why))
    }

    /// Does what is asked at `at`, and says what changed.
    pub fn ask(&mut self, at: Duration, request: Request) -> Vec<Event> {
        self.monitor.ask(at, request)
    }

    /// Sets the hours of the day at which nothing is recommended; see [`Monitor::quiet_hours`].
    pub fn quiet_hours(&mut self, hours: Vec<QuietHours>) {
        self.monitor.quiet_hours(hours);
    }

    /// Sets what suits the user, for the choice of stretches.
    pub fn suits(&mut self, suits: Suits) {
        self.monitor.suits(suits);
    }

    /// What stands at `at`.
    pub fn state(&self, at: Duration) -> State {
        self.monitor.state(at)
    }

    /// What is watched, as people call it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Forgets how the user sits upright: it is learned anew in every view, from the first steady half minute.
    pub fn relearn(&mut self) {
        self.learner = Learner::default();
        self.learning.clear();
    }

    /// Holds the user against `profiles` from now on, which were read by the network in use, and against `rules` with their
    /// thresholds.
    pub fn adopt(&mut self, rules: Rules, profiles: Vec<Profile>) {
        self.learner = Learner::new(baseline(&profiles));
        self.learning.clear();
        self.rules = rules;
        self.expect(profiles);
    }

    /// Totals so far.
    pub fn totals(&self) -> Totals {
        self.monitor.totals()
    }

    /// What is known of how the user sits upright.
    pub fn baseline(&self) -> &Baseline {
        self.learner.baseline()
    }

    fn observe(&self, reading: &Reading) -> Observation {
        let stand = self.rules.assess(reading, Against::Baseline);
        let told = |assessment: &Assessment| assessment.level.is_some();
        if stand.iter().any(told) || self.to_learn(reading).next().is_some() {
            return Observation::Seen(stand);
        }
        let other = |reason: &Reason| *reason != Reason::View;
        let obstacle = |reason: &Reason| matches!(reason, Reason::Dark | Reason::Crowded);
        if let Some(reason) = reading.unmeasured.iter().map(|unmeasured| unmeasured.because).find(obstacle) {
            return Observation::Unreadable(reason);
        }
        let reason = match reading.view {
            View::Oblique | View::Back | View::Unknown => Reason::View,
            // What belongs to the other view is not what stands in the way here.
            View::Lateral | View::NearLateral | View::Frontal => {
                reading.unmeasured.iter().map(|unmeasured| unmeasured.because).find(other).unwrap_or(Reason::View)
            }
        };
        Observation::Unreadable(reason)
    }

    /// What `reading` measures, a rule needs, and the baseline does not know yet.
    fn to_learn<'a>(&'a self, reading: &'a Reading) -> impl Iterator<Item = Measurement> + 'a {
        let needed = |metric| {
            self.rules.iter().flat_map(|rule| &rule.signals).any(|signal| {
                signal.reference == Reference::Baseline
                    && signal.metric == metric
                    && signal.views.contains(&reading.view)
            })
        };
        let known = |metric| self.learner.baseline().get(reading.aspect(), metric).is_some();
        let measured = reading.measurements.iter().filter(|m| m.reference == Reference::Absolute);
        measured.copied().filter(move |m| needed(m.metric) && !known(m.metric))
    }

    fn begin_learning(&mut self, at: Duration, reading: &Reading) -> Option<Event> {
        let (view, aspect) = (reading.view, reading.aspect());
        let begins = self.sight.aspect() == Some(aspect)
            && !self.learning.contains(&aspect)
            && self.to_learn(reading).next().is_some();
        begins.then(|| {
            self.learning.insert(aspect);
            Event::Learning { view, at }
        })
    }

    fn learn(&mut self, at: Duration, reading: &Reading) -> Option<Event> {
        let learned = self.learner.observe(at, reading)?;
        Some(Event::Learned { view: learned.view, metrics: learned.metrics, at })
    }
}

/// What is observed where nobody is seen: who is there cannot be told in the dark.
fn nobody(scene: &Scene) -> Observation {
    match obstacle(scene) {
        Some(Reason::Dark) => Observation::Blind(Reason::Dark.explain().to_owned()),
        _ => Observation::Nobody,
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("source", &self.source)
            .field("learner", &self.learner)
            .field("monitor", &self.monitor)
            .field("sight", &self.sight)
            .finish_non_exhaustive()
    }
}
