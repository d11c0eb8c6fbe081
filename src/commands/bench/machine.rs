//! What the figures were measured on.

use std::{env::consts, fs, thread};

use serde::{Deserialize, Serialize};

/// The machine and the program, as far as they explain a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// The processor's own name; absent where the system does not give it in a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu: Option<String>,
    /// Cores that this process may use.
    pub cores: usize,
    /// Operating system.
    pub os: String,
    /// Instruction set.
    pub arch: String,
    /// Extensions of it that decide how fast a network runs, as far as the processor has them.
    pub features: Vec<String>,
    /// Whether the program was built with optimisation; figures of a build without say little.
    pub optimised: bool,
    /// How many processes wanted a core, over the last minute, before the run; absent where the system does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load: Option<f64>,
}

impl Machine {
    /// This machine.
    pub fn this() -> Self {
        Self {
            cpu: fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| cpu_name(&text)),
            cores: thread::available_parallelism().map_or(1, usize::from),
            os: consts::OS.to_owned(),
            arch: consts::ARCH.to_owned(),
            features: features(),
            optimised: !cfg!(debug_assertions),
            load: fs::read_to_string("/proc/loadavg").ok().and_then(|text| text.split(' ').next()?.parse().ok()),
        }
    }
}

/// The instructions for vectors that this processor has and a network can use.
fn features() -> Vec<String> {
    #[cfg(target_arch = "x86_64")]
    let has = [
        ("avx2", is_x86_feature_detected!("avx2")),
        ("fma", is_x86_feature_detected!("fma")),
        ("avx512f", is_x86_feature_detected!("avx512f")),
    ];
    #[cfg(not(target_arch = "x86_64"))]
    let has: [(&str, bool); 0] = [];
    has.into_iter().filter(|(_, there)| *there).map(|(name, _)| name.to_owned()).collect()
}

/// The processor's name in the text of Linux's `/proc/cpuinfo`.
fn cpu_name(cpuinfo: &str) -> Option<String> {
    let (_, name) =
        cpuinfo.lines().filter_map(|line| line.split_once(':')).find(|(key, _)| key.trim() == "model name")?;
    Some(name.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The most memory that this process ever held, bytes; `None` where the system does not tell.
///
/// Linux: `VmHWM` of `/proc/self/status`, because `getrusage` there also counts the process that started this one.
pub fn peak_memory() -> Option<u64> {
    #[cfg(target_os = "linux")]
    let peak = fs::read_to_string("/proc/self/status").ok().and_then(|text| high_water(&text));
    #[cfg(all(unix, not(target_os = "linux")))]
    let peak = {
        use nix::sys::resource::{UsageWho, getrusage};
        // Apple counts bytes, the other systems kilobytes.
        let unit = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
        getrusage(UsageWho::RUSAGE_SELF).ok().and_then(|usage| u64::try_from(usage.max_rss()).ok()).map(|n| n * unit)
    };
    #[cfg(not(unix))]
    let peak = None;
    peak
}

/// The high-water mark in the text of Linux's `/proc/self/status`, bytes.
#[cfg(target_os = "linux")]
fn high_water(status: &str) -> Option<u64> {
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix("kB")?;
    Some(kilobytes.trim().parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_is_named_as_it_names_itself() {
        let text =
            "processor\t: 0\nmodel name\t: Example  CPU 3000\n\nprocessor\t: 1\nmodel name\t: Example  CPU 3000\n";
        assert_eq!(cpu_name(text).as_deref(), Some("Example CPU 3000"));
        assert_eq!(cpu_name("processor\t: 0\n"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_high_water_mark_is_in_bytes() {
        assert_eq!(high_water("Name:\tx\nVmHWM:\t   2048 kB\n"), Some(2 << 20));
        assert!(peak_memory().is_some_and(|bytes| bytes > 1 << 20));
    }
}
