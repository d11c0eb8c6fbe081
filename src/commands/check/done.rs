//! Which photos an earlier run has done, so that the next one can go on from there.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// As much of a line as says whose it is.
#[derive(Deserialize)]
struct Line {
    source: String,
}

/// The names of the photos that have a line in `file`, as `posture check --json` wrote it. No file: none.
///
/// # Errors
/// The file cannot be read, a line is none of ours, or the last line has no end: what is appended would become part of it.
pub fn names(file: &Path) -> Result<HashSet<String>> {
    let name = file.display();
    let mut lines = match File::open(file) {
        Ok(file) => BufReader::new(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(HashSet::new()),
        Err(error) => return Err(error).with_context(|| format!("--skip-done {name}: cannot be read")),
    };
    let mut done = HashSet::new();
    for number in 1.. {
        let mut line = Vec::new();
        let read = lines.read_until(b'\n', &mut line).with_context(|| format!("--skip-done {name}: cannot be read"))?;
        if read == 0 {
            break;
        }
        if !line.ends_with(b"\n") {
            bail!("--skip-done {name}: line {number} is cut short; delete that line, the photo is then done again");
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let Ok(Line { source }) = serde_json::from_slice(&line) else {
            bail!("--skip-done {name}: line {number} is not what `posture check --json` writes; give its output");
        };
        done.insert(source);
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn whole_lines_count_and_broken_ones_are_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("out.jsonl");
        assert_eq!(names(&file).expect("nothing done yet"), HashSet::new());
        let said = |text: &str| {
            fs::write(&file, text).expect("written");
            names(&file).map(|names| names.len()).map_err(|error| error.to_string())
        };
        assert_eq!(said(""), Ok(0));
        assert_eq!(said("{\"source\":\"a.jpg\",\"at\":0}\n\n{\"source\":\"b.jpg\"}\n{\"source\":\"a.jpg\"}\n"), Ok(2));
        for (text, says) in [
            ("{\"source\":\"a.jpg\"}\n{\"source\":\"b.j", "line 2 is cut short"),
            ("{\"source\":\"a.jpg\"}", "line 1 is cut short"),
            ("a.jpg\n", "line 1 is not what `posture check --json` writes"),
        ] {
            let error = said(text).expect_err("refused");
            assert!(error.starts_with("--skip-done ") && error.contains(says), "{error}");
        }
        assert!(names(folder.path()).is_err(), "a folder");
    }
}
