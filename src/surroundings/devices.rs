//! Who else uses microphone and camera, from `/proc`. On systems without it, nobody is known to.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Whether a microphone records: a capture stream of ALSA that is not closed. PipeWire and PulseAudio open one while, and
/// only while, a program listens.
pub fn recording(proc: &Path) -> bool {
    entries(&proc.join("asound"))
        .filter(|card| name(card).starts_with("card"))
        .flat_map(|card| entries(&card))
        .filter(|stream| name(stream).starts_with("pcm") && name(stream).ends_with('c'))
        .flat_map(|stream| entries(&stream))
        .filter_map(|part| fs::read_to_string(part.join("status")).ok())
        .any(|status| runs(&status))
}

/// Whether the status of a stream of ALSA says that sound flows.
fn runs(status: &str) -> bool {
    status.lines().any(|line| line.strip_prefix("state:").is_some_and(|state| state.trim() == "RUNNING"))
}

/// Whether a program other than the process `me` has a camera open. Programs of other users cannot be seen.
pub fn filming(proc: &Path, me: u32) -> bool {
    let me = me.to_string();
    entries(proc)
        .filter(|process| name(process).bytes().all(|byte| byte.is_ascii_digit()) && name(process) != me)
        .flat_map(|process| entries(&process.join("fd")))
        .filter_map(|open| fs::read_link(open).ok())
        .any(|target| target.to_str().is_some_and(|target| target.starts_with("/dev/video")))
}

/// What lies in `folder`; nothing where it cannot be read.
fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()))
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_microphone_is_in_use_while_its_stream_runs() {
        let proc = tempfile::tempdir().expect("a folder");
        let put = |stream: &str, status: &str| {
            let folder = proc.path().join("asound/card1").join(stream).join("sub0");
            fs::create_dir_all(&folder).expect("a folder");
            fs::write(folder.join("status"), status).expect("written");
        };
        assert!(!recording(proc.path()));
        put("pcm0p", "state: RUNNING\nowner_pid   : 812\n");
        put("pcm0c", "closed\n");
        assert!(!recording(proc.path()), "what plays does not record");
        put("pcm1c", "state: RUNNING\nowner_pid   : 812\ntrigger_time: 12.3\n");
        assert!(recording(proc.path()));
    }

    #[test]
    fn another_program_with_a_camera_open_is_seen_and_this_one_is_not() {
        let proc = tempfile::tempdir().expect("a folder");
        let open = |process: &str, number: u32, target: &str| {
            let folder = proc.path().join(process).join("fd");
            fs::create_dir_all(&folder).expect("a folder");
            symlink(target, folder.join(number.to_string())).expect("a link");
        };
        open("812", 0, "/dev/null");
        open("813", 7, "/dev/video0");
        assert!(!filming(proc.path(), 813));
        assert!(filming(proc.path(), 812));
        open("self", 7, "/dev/video0");
        assert!(!filming(proc.path(), 813), "only by number");
    }
}
