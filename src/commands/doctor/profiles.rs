//! Whether a session would have a profile to hold the user against, and whether it still fits.

use super::Finding;
use crate::{
    commands::calibrate,
    measure::Reading,
    paths::Paths,
    pose::Pose,
    profile::{Profile, ProfileError, Stale, at_a_glance, for_camera},
    report::seen_from,
    sink::words::listed,
};

const CHECK: &str = "profile";

/// The profiles of `camera`, for the network of that `fingerprint`, and how they fit who is seen.
pub fn profiles(paths: &Paths, camera: &str, fingerprint: &str, seen: Option<(&Pose, &Reading)>) -> Finding {
    let all = match calibrate::store(paths).and_then(|store| Ok(store.all()?)) {
        Ok(all) => all,
        Err(error) => return Finding::warn(CHECK, format!("{error:#}"), "a baseline is learned at each start"),
    };
    let (readable, broken): (Vec<_>, Vec<_>) = all.into_iter().partition(Result::is_ok);
    if let Some(error) = broken.into_iter().find_map(Result::err) {
        return Finding::warn(CHECK, error.to_string(), "it is left out meanwhile");
    }
    judge(for_camera(readable.into_iter().filter_map(usable).collect(), camera), camera, fingerprint, seen)
}

fn usable(profile: Result<Profile, ProfileError>) -> Option<Profile> {
    profile.ok()
}

fn judge(ours: Vec<Profile>, camera: &str, fingerprint: &str, seen: Option<(&Pose, &Reading)>) -> Finding {
    if ours.is_empty() {
        return Finding::warn(
            CHECK,
            format!("none of {camera}: each session learns a provisional baseline in its first half minute"),
            "`posture calibrate` makes one",
        );
    }
    let by_another =
        ours.iter().filter(|profile| profile.network != fingerprint).map(|profile| (profile, Stale::Network));
    let stale = seen.into_iter().flat_map(|(pose, reading)| at_a_glance(&ours, pose, reading));
    if let Some((profile, stale)) = by_another.chain(stale).next() {
        // It says itself what to do.
        return Finding { remedy: None, ..Finding::warn(CHECK, stale.explain(profile), "") };
    }
    let named = |profile: &Profile| {
        let from = seen_from(profile.view, profile.facing);
        format!("{:?} of {}, {from}", profile.name, profile.made.date())
    };
    let names: Vec<String> = ours.iter().map(named).collect();
    Finding::pass(CHECK, listed(&names.iter().map(String::as_str).collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        baseline::Baseline,
        commands::doctor::Verdict,
        measure::{Facing, View},
    };

    fn profile(network: &str) -> Profile {
        Profile {
            name: "desk".into(),
            camera: "camera 0".into(),
            made: "2026-11-22T16:30:00".parse().expect("a time"),
            network: network.into(),
            view: View::Lateral,
            facing: Facing::Left,
            frame: (640, 480),
            size: 0.2,
            level: None,
            upright: Baseline::default(),
            slouch: None,
            thresholds: Vec::new(),
        }
    }

    fn pose((width, height): (u32, u32)) -> (Pose, Reading) {
        let pose = Pose {
            keypoints: Default::default(),
            presence: 1.0,
            head: None,
            trunk_yaw: Some(90.0),
            craniovertebral_angle: None,
            frame_width: width,
            frame_height: height,
        };
        let reading =
            Reading { view: View::Lateral, facing: Facing::Left, measurements: Vec::new(), unmeasured: Vec::new() };
        (pose, reading)
    }

    #[test]
    fn one_is_missing_or_stale_or_fits() {
        let says = |ours: Vec<Profile>, seen: Option<(u32, u32)>| {
            let seen = seen.map(pose);
            let finding = judge(ours, "camera 0", "abc", seen.as_ref().map(|(pose, reading)| (pose, reading)));
            (finding.verdict, finding.says)
        };
        let (verdict, said) = says(Vec::new(), None);
        assert!(verdict == Verdict::Warn && said.starts_with("none of camera 0"), "{said}");
        let (verdict, said) = says(vec![profile("xyz")], None);
        assert!(verdict == Verdict::Warn && said.contains("another network"), "{said}");
        let (verdict, said) = says(vec![profile("abc")], Some((480, 480)));
        assert!(verdict == Verdict::Warn && said.contains("of another shape"), "{said}");
        let fits = (Verdict::Pass, "\"desk\" of 2026-11-22, from the side, facing left".to_owned());
        assert_eq!(says(vec![profile("abc")], Some((1280, 960))), fits);
        assert_eq!(says(vec![profile("abc")], None), fits);
    }

    #[test]
    fn a_broken_profile_is_named() {
        let root = tempfile::tempdir().expect("a folder");
        let paths = Paths::under(root.path());
        let folder = paths.config_dir().expect("given").join("profiles");
        assert_eq!(profiles(&paths, "camera 0", "abc", None).verdict, Verdict::Warn);
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("desk.toml"), "version = ").expect("written");
        let broken = profiles(&paths, "camera 0", "abc", None);
        assert!(broken.verdict == Verdict::Warn && broken.says.contains("desk.toml:1"), "{broken:?}");
    }
}
