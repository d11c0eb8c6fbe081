//! Networks from files: the layouts that are known, and every way in which a file can be wrong.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use image::{Rgb, RgbImage};
use posture::{
    estimator::{Blind, Estimator, ModelError, Network, PoseEstimator},
    frame::Frame,
    geometry::Point,
    pose::{BodyPart, Pose},
};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// A picture of grey squares, none brighter than `level`: one without a scene would be taken for a covered camera's.
fn squares(width: u32, height: u32, level: u8) -> Frame {
    let shade = |x: u32, y: u32| level.saturating_sub(if (x / 60 + y / 60).is_multiple_of(2) { 0 } else { 20 });
    Frame { image: RgbImage::from_fn(width, height, |x, y| Rgb([shade(x, y); 3])), at: Duration::ZERO }
}

/// A picture of 640 × 480 in grey.
fn grey(level: u8) -> Frame {
    squares(640, 480, level)
}

fn place(pose: &Pose, part: BodyPart) -> Point {
    pose.keypoints.get(part).expect("found").at
}

#[test]
fn the_embedded_network_loads_and_serves_many_threads() {
    let network = Network::embedded().expect("loads");
    let poses: Vec<_> = thread::scope(|scope| {
        let start = || scope.spawn(|| Estimator::for_photos(network.clone()).estimate(&grey(90)).expect("runs"));
        [start(), start(), start()].map(|worker| worker.join().expect("no panic")).into()
    });
    assert!(poses.iter().all(|pose| *pose == poses[0]), "{poses:?}");
}

#[test]
fn movenet_gives_keypoints_in_two_passes_and_no_angles() {
    let network = Network::open(&fixture("movenet.onnx")).expect("loads");
    let pose = Estimator::for_photos(network).estimate(&grey(255)).expect("runs").expect("somebody");
    assert_eq!((pose.head, pose.trunk_yaw, pose.craniovertebral_angle), (None, None, None));
    assert_eq!((pose.frame_width, pose.frame_height), (640, 480));
    for part in [BodyPart::MouthLeft, BodyPart::MouthRight, BodyPart::Chin, BodyPart::C7] {
        assert_eq!(pose.keypoints.get(part), None, "MoveNet has no {part:?}");
    }
    // The fixture says that head and shoulders span 0.35..0.65 by 0.27..0.45 of the input. In the letterbox that is a
    // width of 192 pixels about (320, 150.4), so that the close-up is 1.9 · 192 pixels wide.
    let side = 1.9 * 192.0;
    let expected = |x: f32, y: f32| Point::new(320.0 + (x - 0.5) * side, 150.4 + (y - 0.5) * side);
    assert!(place(&pose, BodyPart::Nose).distance(expected(0.5, 0.3)) < 0.01, "{pose:?}");
    assert!(place(&pose, BodyPart::LeftShoulder).distance(expected(0.65, 0.45)) < 0.01, "{pose:?}");
    assert!(place(&pose, BodyPart::LeftWrist).distance(expected(0.70, 0.85)) < 0.01, "{pose:?}");
}

#[test]
fn pixels_reach_movenet_as_0_to_255() {
    let network = Network::open(&fixture("movenet.onnx")).expect("loads");
    let mut estimator = Estimator::for_photos(network);
    // The fixture's scores grow with the mean of the picture: 0.9 for the nose of a white one without padding.
    let pose = estimator.estimate(&squares(480, 480, 204)).expect("runs").expect("somebody");
    let score = pose.keypoints.get(BodyPart::Nose).expect("found").score;
    assert!((0.6..0.9 * 204.0 / 255.0 + 0.001).contains(&score), "{score}");
    assert_eq!(estimator.estimate(&grey(0)).expect("runs"), None);
    assert_eq!(estimator.blind(), Some(Blind::Black));
}

#[test]
fn tracking_looks_where_the_person_was_and_starts_again_when_they_are_gone() {
    let network = Network::open(&fixture("movenet.onnx")).expect("loads");
    let photo = Estimator::for_photos(network.clone()).estimate(&grey(255)).expect("runs");
    let mut tracking = Estimator::tracking(network);
    let mut next = |level| tracking.estimate(&grey(level)).expect("runs");
    // The fixture sees the same in the mirror, so that the second look at the photo changes nothing but the last digits.
    let as_the_photo = |pose: Option<Pose>| {
        let (pose, photo) = (pose.expect("somebody"), photo.as_ref().expect("somebody"));
        BodyPart::ALL.iter().all(|&part| match (pose.keypoints.get(part), photo.keypoints.get(part)) {
            (Some(a), Some(b)) => a.at.distance(b.at) < 0.001,
            (a, b) => a == b,
        })
    };
    assert!(as_the_photo(next(255)), "the first frame is a photo");
    // The fixture sees head and shoulders in 0.3 of the width and around 0.36 of the height of wherever it looks: first of
    // a close-up of 364.8 pixels about (320, 150.4), then of one in there.
    let (y, side) = (150.4 - 0.14 * 364.8, 1.9 * 0.3 * 364.8);
    let followed = next(255).expect("somebody");
    assert!(place(&followed, BodyPart::Nose).distance(Point::new(320.0, y - 0.2 * side)) < 0.01, "{followed:?}");
    assert_eq!(next(0), None);
    assert!(as_the_photo(next(255)), "after a dark frame it starts with the whole picture");
}

#[test]
fn a_file_that_cannot_be_used_is_one_clear_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("written");
        path
    };
    let movenet = fs::read(fixture("movenet.onnx")).expect("read");
    let cases = [
        (folder.path().join("missing.onnx"), "cannot be read"),
        (folder.path().to_owned(), "cannot be read"),
        (write("empty.onnx", b""), "not a usable ONNX network"),
        (write("text.onnx", b"sit up straight\n"), "damaged or of another kind"),
        (write("half.onnx", &movenet[..movenet.len() / 2]), "damaged or of another kind"),
        (write("picture.onnx", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"), "damaged or of another kind"),
        (fixture("classifier.onnx"), "image f32 ?×3×64×64 → classes f32 1×3"),
    ];
    for (path, part) in cases {
        let error = Network::open(&path).expect_err("refused");
        let message = error.to_string();
        assert!(message.starts_with(&path.display().to_string()), "{message}");
        assert!(message.contains(part), "{message}");
        assert!(!message.contains('\n'), "{message}");
        let unknown = matches!(error, ModelError::UnknownLayout { .. });
        assert_eq!(unknown, path.ends_with("classifier.onnx"), "{message}");
    }
}

#[test]
fn a_frame_without_pixels_shows_nobody() {
    let network = Network::open(&fixture("movenet.onnx")).expect("loads");
    for (width, height) in [(0, 0), (0, 5), (1, 1), (3000, 1)] {
        let frame = Frame { image: RgbImage::new(width, height), at: Duration::ZERO };
        for mut estimator in [Estimator::for_photos(network.clone()), Estimator::tracking(network.clone())] {
            estimator.estimate(&frame).expect("runs");
            estimator.estimate(&frame).expect("runs");
        }
    }
}
