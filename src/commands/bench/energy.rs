//! What the processor's own energy counters say, where they can be read.
//!
//! Linux shows them (RAPL: running average power limit) under `/sys/class/powercap`; most systems let only an
//! administrator read them, and virtual machines have none. They count the whole processor, not this process alone.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Where Linux shows the counters.
const COUNTERS: &str = "/sys/class/powercap";

/// Counters that were read at a start.
#[derive(Debug)]
pub struct Meter {
    sockets: Vec<Socket>,
}

/// The counter of one processor, microjoules.
#[derive(Debug)]
struct Socket {
    counter: PathBuf,
    start: u64,
    /// Where the counter begins again at zero.
    range: u64,
}

impl Meter {
    /// Starts now; `None` where there is nothing to read.
    pub fn start() -> Option<Self> {
        Self::start_in(Path::new(COUNTERS))
    }

    fn start_in(folder: &Path) -> Option<Self> {
        let zones = fs::read_dir(folder).ok()?.flatten().filter(|zone| {
            // `intel-rapl:0` is a processor, `intel-rapl:0:1` a part of it; AMD uses the same name.
            let name = zone.file_name();
            name.to_str().and_then(|name| name.strip_prefix("intel-rapl:")).is_some_and(|n| n.parse::<u32>().is_ok())
        });
        let sockets: Option<Vec<_>> = zones
            .map(|zone| {
                let (counter, range) = (zone.path().join("energy_uj"), zone.path().join("max_energy_range_uj"));
                Some(Socket { start: read(&counter)?, range: read(&range)?, counter })
            })
            .collect();
        sockets.filter(|sockets| !sockets.is_empty()).map(|sockets| Self { sockets })
    }

    /// Joules since the start; `None` when a counter cannot be read any more.
    pub fn joules(&self) -> Option<f64> {
        let spent = |socket: &Socket| {
            let now = read(&socket.counter)?;
            let wrapped = if now < socket.start { socket.range } else { 0 };
            Some((now + wrapped - socket.start) as f64 / 1e6)
        };
        self.sockets.iter().map(spent).sum()
    }
}

fn read(counter: &Path) -> Option<u64> {
    fs::read_to_string(counter).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processors_are_added_up_and_their_parts_are_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let set = |zone: &str, microjoules: u64| {
            let zone = folder.path().join(zone);
            fs::create_dir_all(&zone).expect("made");
            fs::write(zone.join("max_energy_range_uj"), "10000000\n").expect("written");
            fs::write(zone.join("energy_uj"), format!("{microjoules}\n")).expect("written");
        };
        assert!(Meter::start_in(folder.path()).is_none(), "no counters");
        set("intel-rapl:0", 1_000_000);
        set("intel-rapl:1", 9_000_000);
        set("intel-rapl:0:0", 5_000_000);
        let meter = Meter::start_in(folder.path()).expect("two processors");
        set("intel-rapl:0", 3_500_000);
        set("intel-rapl:1", 500_000);
        set("intel-rapl:0:0", 6_000_000);
        assert_eq!(meter.joules(), Some(2.5 + 1.5), "the second began anew");
        fs::remove_file(folder.path().join("intel-rapl:1/energy_uj")).expect("removed");
        assert_eq!(meter.joules(), None);
        assert!(Meter::start_in(folder.path()).is_none(), "one that cannot be read makes the sum wrong");
    }
}
