//! `posture stretch`: list the stretches, tell about one, and guide through one.

mod coach;
mod describe;
pub(super) mod diary;
mod keys;
mod looks;
pub(super) mod screening;

use std::{
    env,
    io::{self, BufRead, IsTerminal, Write},
    time::Duration,
};

use anyhow::{Result, bail};

use self::{coach::Coach, diary::Diary, keys::Keys, looks::Looks};
use super::lend::Lent;
use crate::{
    capture::is_live,
    config::{ExitStatus, Stretch as Config, StretchSettings},
    control::{self, Command},
    estimator::{ArmsEstimator, Estimator, Network, PoseEstimator},
    guide::Guide,
    paths::Paths,
    stretches::{Language, Stretch, StretchId, Stretches, Suits},
};

/// Does what is asked about stretches.
pub fn run(
    config: &Config,
    paths: &Paths,
    stdin: &mut dyn BufRead,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<ExitStatus> {
    let stretches = Stretches::embedded_in(language(config));
    let diary = || Ok::<_, anyhow::Error>(Diary::at(paths.state_dir()?));
    if config.screening {
        screening::read_out(&stretches, out)?;
    } else if config.symptom || config.cleared {
        diary()?.screened(config.symptom)?;
        let said = &stretches.phrases().screening;
        writeln!(out, "{}", if config.symptom { &said.reported } else { &said.cleared })?;
    } else if let Some(id) = &config.show {
        describe::one(known(&stretches, id)?, &stretches, out)?;
    } else if let Some(id) = &config.id {
        let stretch = known(&stretches, id)?;
        let diary = diary()?;
        if !stretch.rest {
            let someone = io::stdin().is_terminal();
            match screening::allows(config.screened, &diary, someone, &stretches, stdin, out)? {
                screening::Answer::Go => {}
                screening::Answer::Off => return Ok(ExitStatus::Finding),
                screening::Answer::Nobody => return Ok(ExitStatus::BadInput),
            }
        }
        return guide(config, stretch, &stretches, &diary, paths, out, err);
    } else {
        describe::all(&stretches, out)?;
    }
    Ok(ExitStatus::Fine)
}

fn guide(
    config: &Config,
    stretch: &Stretch,
    stretches: &Stretches,
    diary: &Diary,
    paths: &Paths,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<ExitStatus> {
    describe::before(stretch, stretches, out)?;
    let seen = stretch.seen.filter(|_| !config.no_camera);
    // For twice as long as it takes, in case nobody gives it back.
    let length = 2 * stretch.dose.duration() + Duration::from_secs(60);
    let borrows = seen.is_some() && config.source.as_deref().is_none_or(is_live);
    let lent = if borrows { Lent::borrow(paths, length) } else { None };
    let (mut looks, seen) = match seen {
        None if config.record.is_some() => {
            bail!("--record: {} goes by the clock, so that nothing is seen that could be recorded", stretch.id.0);
        }
        None => (Looks::clock(), None),
        Some(seen) => {
            let network = super::network(config.model.as_deref())?;
            let estimator: Box<dyn PoseEstimator> = if seen.gains_by_arms() {
                Box::new(ArmsEstimator::tracking(network, Network::embedded_arms()?))
            } else {
                Box::new(Estimator::tracking(network))
            };
            match Looks::open(config, lent.is_some(), estimator) {
                Ok(looks) => (looks, Some(seen)),
                // A camera that nobody asked for by name is not missed.
                Err(error) if config.source.is_none() => {
                    writeln!(err, "{error:#}")?;
                    (Looks::clock(), None)
                }
                Err(error) => return Err(error),
            }
        }
    };
    let guide = Guide::through(stretch, seen);
    let keys = Keys::listen(looks.live())?;
    let guided = Coach::new(stretch, &stretches.phrases().guide, guide, &keys, out).guide(&mut looks);
    let recorded = looks.end();
    // The camera is free before it is given back.
    drop((keys, looks));
    drop(lent);
    let outcome = guided?;
    diary.did(&stretch.id, outcome)?;
    if outcome.whole {
        // A watch that may be running hears of it; without an answer nobody watches, and nothing is missed.
        let done = Command::Complete { stretch: stretch.id.clone() };
        let _ = paths.socket().map(|socket| control::ask(&socket, &done));
    }
    recorded?;
    Ok(ExitStatus::Fine)
}

/// What suits the user, for those who recommend stretches: without what the settings avoid, and without exercises after a
/// symptom was reported, until it is cleared.
///
/// # Errors
/// The diary is there and cannot be read.
pub fn suits(settings: &StretchSettings, paths: &Paths) -> Result<Suits> {
    let last = match paths.state_dir() {
        Ok(folder) => Diary::at(folder).last_screening()?,
        Err(_) => None,
    };
    let exercises = last.is_none_or(|screening| !screening.symptoms);
    Ok(Suits { avoid: settings.avoid.iter().cloned().collect(), exercises })
}

fn known<'a>(stretches: &'a Stretches, id: &str) -> Result<&'a Stretch> {
    let Some(stretch) = stretches.get(&StretchId(id.to_owned())) else {
        let ids: Vec<&str> = stretches.iter().map(|stretch| stretch.id.0.as_str()).collect();
        bail!("{id}: no such stretch; there are {}", ids.join(", "));
    };
    Ok(stretch)
}

/// As asked for, as set, or as the system has it.
fn language(config: &Config) -> Language {
    config.language.unwrap_or_else(|| {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| env::var(name).ok());
        Language::of_locale(&set.into_iter().find(|value| !value.is_empty()).unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reported_symptom_and_the_settings_say_what_suits() {
        let folder = tempfile::tempdir().expect("a folder");
        let paths = Paths::under(folder.path());
        let settings = StretchSettings { avoid: vec!["knee".into()], ..StretchSettings::default() };
        let exercises = || suits(&settings, &paths).expect("readable").exercises;
        assert!(exercises());
        let diary = Diary::at(paths.state_dir().expect("given"));
        diary.screened(true).expect("written");
        assert!(!exercises());
        diary.screened(false).expect("written");
        assert!(exercises());
        assert!(suits(&settings, &paths).expect("readable").avoid.contains("knee"));
        assert!(suits(&StretchSettings::default(), &Paths::default()).expect("no folders").exercises);
    }
}
