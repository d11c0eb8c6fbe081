//! `posture stretch`: list the stretches, tell about one, and guide through one.

mod coach;
mod describe;
mod diary;
mod keys;
mod looks;
mod screening;

use std::{
    env,
    io::{self, BufRead, IsTerminal, Write},
    time::Duration,
};

use anyhow::{Result, bail};

use self::{coach::Coach, diary::Diary, keys::Keys, looks::Looks};
use crate::{
    config::{ExitStatus, Stretch as Config},
    estimator::Estimator,
    guide::Guide,
    paths::Paths,
    stretches::{Language, Stretch, StretchId, Stretches},
};

/// Time to get into a position at the desk, and on the floor.
const READY: (Duration, Duration) = (Duration::from_secs(6), Duration::from_secs(20));

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
        return guide(config, stretch, &stretches, &diary, out, err);
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
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<ExitStatus> {
    describe::before(stretch, stretches, out)?;
    let seen = stretch.seen.filter(|_| !config.no_camera);
    let (mut looks, seen) = match seen {
        None => (Looks::clock(), None),
        Some(seen) => {
            let network = super::network(config.model.as_deref())?;
            match Looks::open(config.source.as_deref(), &config.camera, config.fps, Estimator::tracking(network)) {
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
    let ready = if stretch.desk_friendly { READY.0 } else { READY.1 };
    let guide = Guide::new(&stretch.dose, stretch.breathe, ready, seen);
    let keys = Keys::listen(looks.live())?;
    let mut coach = Coach::new(stretch, &stretches.phrases().guide, guide, &keys, out);
    let outcome = coach.guide(&mut looks)?;
    drop(keys);
    diary.did(&stretch.id, outcome)?;
    Ok(ExitStatus::Fine)
}

/// Whether exercises may be offered: not after a symptom was reported, until it is cleared.
///
/// # Errors
/// The diary is there and cannot be read.
pub fn exercises_allowed(paths: &Paths) -> Result<bool> {
    let Ok(folder) = paths.state_dir() else { return Ok(true) };
    Ok(Diary::at(folder).last_screening()?.is_none_or(|screening| !screening.symptoms))
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
