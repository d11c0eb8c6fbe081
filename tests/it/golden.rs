//! The network as shipped against what is known: the truth of the rendered samples, the reference runtime, its card.

use std::{fs, path::Path, time::Duration};

use image::{Rgb, RgbImage};
use posture::{
    estimator::{Estimator, Letterbox, Network, PoseEstimator, Region, decode},
    frame::Frame,
    geometry::{Point, wrapped},
    pose::BodyPart,
};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// How well a group of keypoints must be found on the samples, in units of the person's `size` (about a shoulder width).
struct Tolerance {
    group: &'static str,
    parts: &'static [BodyPart],
    /// The median error is at most this.
    median: f32,
    /// At least `share` of the visible keypoints are within this.
    within: f32,
    share: f32,
}

/// Visible keypoints only; one that is not reported counts as infinitely wrong.
const TOLERANCES: [Tolerance; 6] = {
    use BodyPart::*;
    [
        Tolerance { group: "nose", parts: &[Nose], median: 0.04, within: 0.07, share: 0.95 },
        Tolerance { group: "eyes", parts: &[LeftEye, RightEye], median: 0.03, within: 0.07, share: 0.95 },
        Tolerance { group: "ears", parts: &[LeftEar, RightEar], median: 0.045, within: 0.12, share: 0.95 },
        Tolerance {
            group: "mouth and chin",
            parts: &[MouthLeft, MouthRight, Chin],
            median: 0.035,
            within: 0.07,
            share: 0.95,
        },
        Tolerance { group: "shoulders", parts: &[LeftShoulder, RightShoulder], median: 0.1, within: 0.3, share: 0.95 },
        Tolerance { group: "c7", parts: &[C7], median: 0.05, within: 0.08, share: 0.95 },
    ]
};

/// The trunk's yaw: the median error, and the share of the samples within so many degrees.
const TRUNK_YAW: (f32, f32, f32) = (6.5, 13.0, 0.95);

/// Fewer samples than this say little.
const FEWEST_SAMPLES: usize = 12;

/// Largest difference from the reference runtime, in input pixels, degrees and probabilities alike.
const RUNTIME_TOLERANCE: f32 = 1e-3;

#[derive(Deserialize)]
struct Truth {
    person: Option<Person>,
}

#[derive(Deserialize)]
struct Person {
    trunk_yaw: f32,
    size: f32,
    keypoints: std::collections::BTreeMap<BodyPart, Known>,
}

#[derive(Deserialize)]
struct Known {
    x: f32,
    y: f32,
    visible: bool,
    inside: bool,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn samples() -> Vec<(String, RgbImage, Truth)> {
    let mut samples = Vec::new();
    for entry in fs::read_dir(root().join("samples")).expect("samples") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if let Some(stem) = name.strip_suffix(".pose.json") {
            let truth = serde_json::from_str(&fs::read_to_string(&path).expect("read")).expect("a truth file");
            let picture = image::open(path.with_file_name(format!("{stem}.jpg"))).expect("a picture").to_rgb8();
            samples.push((name, picture, truth));
        }
    }
    assert!(samples.len() >= FEWEST_SAMPLES, "only {} samples", samples.len());
    samples
}

/// Median, and share within `limit`; the worst of both where there is nothing.
fn summary(errors: &mut [f32], limit: f32) -> (f32, f32) {
    if errors.is_empty() {
        return (f32::INFINITY, 0.0);
    }
    errors.sort_unstable_by(f32::total_cmp);
    let within = errors.iter().filter(|&&error| error <= limit).count();
    (errors[errors.len() / 2], within as f32 / errors.len() as f32)
}

#[test]
fn the_samples_are_seen_as_they_are() {
    let mut estimator = Estimator::for_photos(Network::embedded().expect("loads"));
    let mut errors: [Vec<f32>; TOLERANCES.len()] = Default::default();
    let mut turns = Vec::new();
    let mut complaints = Vec::new();
    for (name, image, truth) in samples() {
        let pose = estimator.estimate(&Frame { image, at: Duration::ZERO }).expect("runs");
        if pose.is_some() != truth.person.is_some() {
            complaints.push(format!("{name}: person found {}, there {}", pose.is_some(), truth.person.is_some()));
        }
        let (Some(pose), Some(person)) = (pose, truth.person) else { continue };
        for (tolerance, errors) in TOLERANCES.iter().zip(&mut errors) {
            for (part, known) in tolerance.parts.iter().filter_map(|part| Some((part, person.keypoints.get(part)?))) {
                if known.visible && known.inside {
                    let at = Point::new(known.x, known.y);
                    let error = pose.keypoints.get(*part).map_or(f32::INFINITY, |found| found.at.distance(at));
                    errors.push(error / person.size);
                }
            }
        }
        turns.push(pose.trunk_yaw.map_or(f32::INFINITY, |yaw| wrapped(yaw - person.trunk_yaw).abs()));
    }
    for (Tolerance { group, median, within, share, .. }, errors) in TOLERANCES.iter().zip(&mut errors) {
        let (middle, inside) = summary(errors, *within);
        if middle > *median || inside < *share {
            complaints.push(format!(
                "{group}: median {middle:.3}, {:.0} % within {within} ({})",
                100.0 * inside,
                errors.len()
            ));
        }
    }
    let (median, within, share) = TRUNK_YAW;
    let (middle, inside) = summary(&mut turns, within);
    if middle > median || inside < share {
        complaints.push(format!("trunk yaw: median {middle:.1}°, {:.0} % within {within}°", 100.0 * inside));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[derive(Deserialize)]
struct Reference {
    network: String,
    points: Vec<[f32; 2]>,
    scores: Vec<f32>,
    inside: Vec<f32>,
    presence: f32,
    trunk_yaw: f32,
    head: [f32; 3],
    craniovertebral_angle: [f32; 2],
}

fn digest(network: &str) -> String {
    let bytes = fs::read(root().join("models").join(network)).expect("the network");
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_networks_say_what_they_say_in_the_reference_runtime() {
    says("posture.onnx", "reference.json", &Network::embedded().expect("loads"));
    says("arms.onnx", "reference_arms.json", &Network::embedded_arms().expect("loads"));
}

fn says(file: &str, reference: &str, network: &Network) {
    let path = root().join("tests/fixtures").join(reference);
    let reference: Reference = serde_json::from_str(&fs::read_to_string(path).expect("read")).expect("a reference");
    assert_eq!(reference.network, digest(file), "of another network: run tests/fixtures/make_reference.py");
    let picture = RgbImage::from_fn(192, 192, |x, y| {
        Rgb([1, 2, 3].map(|c| ((x * c + 2 * y + 40 * ((x / 32 + y / 32) % 2) * c) % 256) as u8))
    });
    let (mut input, mut outputs) = (network.input(), network.outputs());
    Letterbox::new().apply(&picture, Region::whole(192, 192), &mut input).expect("scales");
    network.infer(&input, &mut outputs).expect("runs");
    let sighting = decode(&outputs);
    let mut pairs = vec![("presence", sighting.presence, reference.presence)];
    for (k, spot) in sighting.spots.iter().enumerate() {
        pairs.push(("x", spot.at.x, reference.points[k][0]));
        pairs.push(("y", spot.at.y, reference.points[k][1]));
        pairs.push(("score", spot.score, reference.scores[k]));
        pairs.push(("inside", spot.inside, reference.inside[k]));
    }
    let head = sighting.head.expect("known");
    let cva = sighting.craniovertebral_angle.expect("known");
    pairs.push(("trunk yaw", sighting.trunk_yaw.expect("known"), reference.trunk_yaw));
    pairs.push(("head yaw", head.yaw, reference.head[0]));
    pairs.push(("head pitch", head.pitch, reference.head[1]));
    pairs.push(("head roll", head.roll, reference.head[2]));
    pairs.push(("craniovertebral angle", cva.value, reference.craniovertebral_angle[0]));
    pairs.push(("its deviation", cva.deviation, reference.craniovertebral_angle[1]));
    for (name, ours, theirs) in pairs {
        assert!(
            (ours - theirs).abs() <= RUNTIME_TOLERANCE,
            "{file}, {name}: {ours}, by the reference runtime {theirs}"
        );
    }
}

#[test]
fn the_cards_describe_these_very_networks() {
    for (network, card) in [("posture.onnx", "README.md"), ("arms.onnx", "arms.md")] {
        let text = fs::read_to_string(root().join("models").join(card)).expect("the card");
        let digest = digest(network);
        assert!(text.contains(&digest), "models/{card} does not name sha256 {digest}");
    }
}
