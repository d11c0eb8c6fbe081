//! x
use crate::config::*;
use std::io::*;
pub fn run(_: &Check, _: Box<dyn Read + Send>, _: &mut dyn Write, _: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    Ok(ExitStatus::Fine)
}
