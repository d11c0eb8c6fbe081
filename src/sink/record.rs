//! `posture watch --record FILE`: what is seen, as numbers, for `posture replay`.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
};

use super::Sink;
use crate::{
    monitor::{Event, Totals},
    paths::private,
    pipeline::Report,
    wire::PoseLine,
};

/// Adds a line with keypoints and angles for every frame to `out`. No picture, no measurement: a replay measures anew.
///
/// A line that cannot be written, on a full disk above all, ends the recording and not the session; the end says so.
pub struct Record<W> {
    out: W,
    /// Why nothing is recorded any more.
    failed: Option<io::Error>,
}

impl Record<File> {
    /// Records to the end of `file`, which is made where it is missing, for its owner alone. A line that was cut off there stays by itself.
    ///
    /// # Errors
    /// The file cannot be opened for reading and writing.
    pub fn open(file: &Path) -> io::Result<Self> {
        let mut out = private().read(true).open(file)?;
        if out.seek(SeekFrom::End(0))? > 0 {
            let mut last = [0];
            out.seek(SeekFrom::End(-1))?;
            out.read_exact(&mut last)?;
            if last != *b"\n" {
                out.write_all(b"\n")?;
            }
        }
        Ok(Self::to(out))
    }
}

impl<W: Write> Record<W> {
    /// Records to `out`.
    pub fn to(out: W) -> Self {
        Self { out, failed: None }
    }

    fn line(&mut self, report: &Report) -> io::Result<()> {
        let line = PoseLine {
            measurements: Vec::new(),
            unmeasured: Vec::new(),
            findings: Vec::new(),
            advice: Vec::new(),
            ..PoseLine::from(report)
        };
        let mut text = serde_json::to_vec(&line)?;
        text.push(b'\n');
        // In one piece, so that what is cut off is the last line.
        self.out.write_all(&text)
    }
}

impl<W: Write> Sink for Record<W> {
    fn report(&mut self, report: &Report) -> io::Result<()> {
        if self.failed.is_none() {
            self.failed = self.line(report).err();
        }
        Ok(())
    }

    fn event(&mut self, _: &Event) -> io::Result<()> {
        Ok(())
    }

    fn trouble(&mut self, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn end(&mut self, _: &Totals) -> io::Result<()> {
        let why = "the recording ends early, the session was watched to its end";
        match self.failed.take() {
            Some(error) => Err(io::Error::other(format!("{why}: {error}"))),
            None => self.out.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::wire::Line;

    fn report(at: u64) -> Report {
        Report::new("desk", Duration::from_secs(at), (640, 480), None)
    }

    #[test]
    fn a_recording_goes_on_where_the_last_one_ended_also_in_the_middle_of_a_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("desk.jsonl");
        for _ in 0..2 {
            let mut record = Record::open(&file).expect("opened");
            (0..2).for_each(|at| record.report(&report(at)).expect("recorded"));
            record.end(&Totals::default()).expect("recorded");
        }
        let text = std::fs::read_to_string(&file).expect("read");
        assert_eq!(text.lines().filter(|line| Line::parse(line).is_ok()).count(), 4);
        std::fs::write(&file, &text[..text.len() - 9]).expect("cut off");
        Record::open(&file).expect("opened").report(&report(2)).expect("recorded");
        let text = std::fs::read_to_string(&file).expect("read");
        let whole: Vec<bool> = text.lines().map(|line| Line::parse(line).is_ok()).collect();
        assert_eq!(whole, [true, true, true, false, true]);
    }

    #[cfg(unix)]
    #[test]
    fn a_recording_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("desk.jsonl");
        Record::open(&file).expect("opened");
        assert_eq!(std::fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
    }

    /// A disk with room for so many bytes.
    struct Disk(usize);

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let room = bytes.len().min(self.0);
            self.0 -= room;
            if room == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(room) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_disk_ends_the_recording_and_not_the_session() {
        let mut record = Record::to(Disk(150));
        for at in 0..5 {
            record.report(&report(at)).expect("the session goes on");
        }
        let why = record.end(&Totals::default()).expect_err("told in the end").to_string();
        assert!(why.starts_with("the recording ends early"), "{why}");
        assert!(Record::to(Disk(10_000)).end(&Totals::default()).is_ok());
    }
}
