//! What a frame allocates once the buffers are there. Counted on this thread, by an allocator that only this binary has.

use std::{mem::take, time::Duration};

use allocation_counter::measure as count;
use image::RgbImage;
use posture::{
    capture::{self, MotionJpeg},
    estimator::{Letterbox, Network, Region, blind, decode},
    frame::Frame,
    pipeline::OnePass,
    rules::Rules,
};

/// What the scaler's weights take, at most, bytes: it works them out anew for each region.
const WEIGHTS: u64 = 64 << 10;

/// What the reading of keypoints may take down on the way, bytes: two lists of a few numbers.
const NOTES: u64 = 256;

/// Everything between the pixels and the keypoints, the network apart, needs no memory that grows with the picture.
#[test]
fn a_frame_needs_no_new_buffers() {
    let network = Network::embedded().unwrap();
    let (mut letterbox, mut input, mut outputs) = (Letterbox::new(), network.input(), network.outputs());
    for (name, side) in [("front_upright.jpg", 1.0), ("side_upright_left.jpg", 0.6)] {
        let image = capture::open_photo(&crate::cli::sample(name)).unwrap();
        let (width, height) = image.dimensions();
        let whole = Region::whole(width, height);
        let region = Region { side: side * whole.side, ..whole };
        letterbox.apply(&image, whole, &mut input).unwrap();
        let scaling = count(|| letterbox.apply(&image, region, &mut input).unwrap());
        assert!(scaling.bytes_total < WEIGHTS, "{name}: {scaling:?}");
        network.infer(&input, &mut outputs).unwrap();
        let reading = count(|| {
            let pose = decode(&outputs).placed(region).pose(width, height);
            assert!(pose.is_some(), "{name}");
        });
        assert!(reading.bytes_total <= NOTES && reading.bytes_current == 0, "{name}: {reading:?}");
    }
}

/// A webcam's JPEGs become pictures in memory that was there before; beside it the decoder has working memory of its own.
#[test]
fn pictures_of_a_stream_need_no_new_memory() {
    let samples = ["front_upright.jpg", "side_upright_left.jpg", "nobody.jpg"];
    let jpegs = samples.map(|name| std::fs::read(crate::cli::sample(name)).unwrap());
    let mut motion = MotionJpeg::new();
    let mut image = motion.decode(&jpegs[0], RgbImage::default()).unwrap();
    let pixels = image.len() as i64;
    for (name, jpeg) in samples.iter().zip(&jpegs) {
        let developing = count(|| image = motion.decode(jpeg, take(&mut image)).unwrap());
        assert!((developing.bytes_max as i64) < pixels / 2, "{name}: {developing:?} for {pixels} bytes of pixels");
        assert_eq!(developing.bytes_current, 0, "{name}: {developing:?}");
    }
    let looking = count(|| assert_eq!(blind(&image), None));
    assert_eq!(looking.count_total, 0, "{looking:?}");
}

/// Nothing is kept from one frame to the next but buffers of the first: a day of frames takes the memory of one.
#[test]
fn frames_leave_nothing_behind() {
    let mut pass = OnePass::new(Network::embedded().unwrap(), Rules::embedded());
    let image = capture::open_photo(&crate::cli::sample("front_upright.jpg")).unwrap();
    let frame = Frame { image, at: Duration::ZERO };
    pass.run(&frame, &mut |_| {}).unwrap();
    let first = count(|| drop(pass.run(&frame, &mut |_| {}).unwrap()));
    let later = count(|| drop(pass.run(&frame, &mut |_| {}).unwrap()));
    assert_eq!((first.count_current, first.bytes_current), (0, 0), "{first:?}");
    assert_eq!(first.count_total, later.count_total, "the same frame asks for the same");
}
