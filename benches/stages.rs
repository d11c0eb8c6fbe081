//! The stages of `posture bench`, timed by criterion: `cargo bench --bench stages`, or `just bench infer` for one of them.

use std::{hint::black_box, mem::take, time::Duration};

use criterion::{Criterion, criterion_group, criterion_main};
use image::RgbImage;
use posture::{
    baseline::Baseline,
    capture,
    estimator::{Estimator, Letterbox, Network, PoseEstimator, Region, decode},
    frame::Frame,
    measure::{Known, measure},
    pipeline::{OnePass, Session},
    rules::{Against, Rules},
    stretches::Stretches,
};

const SAMPLE: &[u8] = include_bytes!("../samples/side_upright_left.jpg");

fn stages(criterion: &mut Criterion) {
    let network = Network::embedded().expect("the network as shipped");
    let rules = Rules::embedded();
    let image = capture::decode(SAMPLE).expect("the sample as shipped");
    let (width, height) = image.dimensions();
    let region = Region::whole(width, height);
    let (mut letterbox, mut input, mut outputs) = (Letterbox::new(), network.input(), network.outputs());
    letterbox.apply(&image, region, &mut input).expect("a frame of an ordinary size");
    network.infer(&input, &mut outputs).expect("the network runs");
    let mut estimator = Estimator::for_photos(network.clone());
    let frame = Frame { image: image.clone(), at: Duration::ZERO };
    let pose = estimator.estimate(&frame).expect("the network runs").expect("the sample shows somebody");
    let reading = measure(&pose, Known::default());

    criterion.bench_function("decode, a photo", |b| b.iter(|| capture::decode(black_box(SAMPLE))));
    let mut motion = capture::MotionJpeg::new();
    let mut used = RgbImage::default();
    criterion.bench_function("decode, a frame", |b| {
        b.iter(|| used = motion.decode(black_box(SAMPLE), take(&mut used)).expect("the sample as shipped"));
    });
    criterion.bench_function("letterbox", |b| b.iter(|| letterbox.apply(black_box(&image), region, &mut input)));
    criterion.bench_function("infer", |b| b.iter(|| network.infer(black_box(&input), &mut outputs)));
    criterion.bench_function("keypoints", |b| {
        b.iter(|| decode(black_box(&outputs)).placed(region).pose(width, height));
    });
    criterion.bench_function("measure", |b| b.iter(|| measure(black_box(&pose), Known::default())));
    criterion.bench_function("rules", |b| b.iter(|| rules.assess(black_box(&reading), Against::Population)));

    let mut pass = OnePass::new(network.clone(), rules.clone());
    criterion.bench_function("one pass", |b| {
        b.iter(|| {
            let image = motion.decode(black_box(SAMPLE), take(&mut used)).expect("the sample as shipped");
            let frame = Frame { image, at: Duration::ZERO };
            let seen = pass.run(&frame, &mut |_| {});
            used = frame.image;
            seen
        });
    });
    criterion.bench_function("photo, two passes", |b| b.iter(|| estimator.estimate(black_box(&frame))));

    let still = Box::new(Estimator::tracking(network));
    let mut session = Session::new("sample", still, Baseline::default(), rules, Stretches::embedded());
    let mut frame = frame;
    criterion.bench_function("frame of a session", |b| {
        b.iter(|| {
            frame.at += Duration::from_millis(500);
            session.frame(black_box(&frame))
        });
    });
}

criterion_group!(benches, stages);
criterion_main!(benches);
