//! A person at a desk, in numbers: the generator of samples/sessions.
//!
//! A pinhole camera (640×480, 65° wide) looks at a head and shoulders of rigid points in centimetres. A scene says where the
//! person is at each moment: how far the head is forward, how far it is bowed, or that nobody is there. Every coordinate and
//! angle then gets noise that is correlated over about a second and a half, as that of a network on a video is, and that
//! does not depend on the frame rate. Everything follows from the seed.

use std::time::Duration;

use posture::{
    geometry::{Degrees, Point},
    pose::{BodyPart, HeadPose, Keypoint, Keypoints, Pose, Regressed},
};

/// How the person sits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sitting {
    /// Craniovertebral angle, degrees.
    pub angle: Degrees,
    /// Nod of the head, degrees; negative looks down.
    pub pitch: Degrees,
    /// How far the whole body is moved to the right of the picture, centimetres.
    pub aside: f32,
}

/// From where the camera looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Side {
    /// The person faces the left edge of the picture.
    Left,
    /// The person faces the camera.
    Front,
}

/// A script: who sits how, when.
pub struct Scene {
    /// The name of its file.
    pub name: &'static str,
    pub side: Side,
    pub seed: u64,
    /// Seconds.
    pub length: f64,
    /// The frame rate of its file.
    pub rate: f64,
    /// How many times the usual noise.
    pub noise: f32,
    /// How the person sits at a second; `None` when nobody is there.
    pub sitting: fn(f64) -> Option<Sitting>,
}

/// From the side: upright for three minutes, head forward for five, upright again.
pub const FORWARD_HEAD: Scene = Scene {
    name: "side-forward-head",
    side: Side::Left,
    seed: 1,
    length: 515.0,
    rate: 1.0,
    noise: 1.0,
    sitting: |at| {
        let forward = ramp(at, 180.0) - ramp(at, 480.0);
        Some(Sitting { angle: 52.0 - 11.0 * forward, pitch: -4.0, aside: 0.0 })
    },
};

/// From the front: upright, away, back, looking down at something in the lap, upright.
pub const LOOKING_DOWN: Scene = Scene {
    name: "front-away-looking-down",
    side: Side::Front,
    seed: 2,
    length: 182.0,
    rate: 2.0,
    noise: 1.0,
    sitting: |at| {
        let down = ramp(at, 92.0) - ramp(at, 168.0);
        (!(60.0..80.0).contains(&at)).then_some(Sitting { angle: 52.0, pitch: -6.0 - 46.0 * down, aside: 0.0 })
    },
};

/// From 0 to 1 over the three seconds after `start`.
fn ramp(at: f64, start: f64) -> f32 {
    let along = ((at - start) / 3.0).clamp(0.0, 1.0) as f32;
    along * along * (3.0 - 2.0 * along)
}

impl Scene {
    /// The scene at `rate` pictures per second.
    pub fn at_rate(&self, rate: f64) -> Vec<(Duration, Option<Pose>)> {
        let mut noise = Noise::new(self.seed, 1.0 / rate, self.noise);
        (0..=(self.length * rate) as u32)
            .map(|i| {
                let at = f64::from(i) / rate;
                noise.step();
                (Duration::from_secs_f64(at), (self.sitting)(at).map(|sitting| pose(self.side, sitting, &noise)))
            })
            .collect()
    }
}

/// Points of the head in centimetres from the mid-point of the tragi: to the person's left, up, to the front.
const HEAD: [(BodyPart, [f32; 3]); 8] = [
    (BodyPart::Nose, [0.0, -1.5, 11.0]),
    (BodyPart::LeftEye, [3.15, 2.5, 8.5]),
    (BodyPart::RightEye, [-3.15, 2.5, 8.5]),
    (BodyPart::LeftEar, [7.0, 0.0, 0.0]),
    (BodyPart::RightEar, [-7.0, 0.0, 0.0]),
    (BodyPart::MouthLeft, [2.5, -5.5, 9.0]),
    (BodyPart::MouthRight, [-2.5, -5.5, 9.0]),
    (BodyPart::Chin, [0.0, -10.0, 8.0]),
];

/// Points of the trunk in centimetres from C7.
const TRUNK: [(BodyPart, [f32; 3]); 3] = [
    (BodyPart::LeftShoulder, [19.0, -8.0, 4.0]),
    (BodyPart::RightShoulder, [-19.0, -8.0, 4.0]),
    (BodyPart::C7, [0.0, 0.0, 0.0]),
];

/// From C7 to the mid-point of the tragi, centimetres.
const NECK: f32 = 16.0;
/// From the camera to C7, centimetres.
const DISTANCE: f32 = 75.0;
/// Of a 640 pixel wide picture at 65°, pixels.
const FOCAL_LENGTH: f32 = 502.0;

fn pose(side: Side, Sitting { angle, pitch, aside }: Sitting, noise: &Noise) -> Pose {
    let (rise, reach) = angle.to_radians().sin_cos();
    let (sin, cos) = pitch.to_radians().sin_cos();
    let head = HEAD.map(|(part, [left, up, front])| {
        let (up, front) = (up * cos + front * sin, front * cos - up * sin);
        (part, [left, NECK * rise + up, NECK * reach + front])
    });
    let seen = |part: &BodyPart| match side {
        Side::Front => !matches!(part, BodyPart::C7 | BodyPart::Chin | BodyPart::MouthLeft | BodyPart::MouthRight),
        Side::Left => matches!(
            part,
            BodyPart::Nose | BodyPart::LeftEye | BodyPart::LeftEar | BodyPart::LeftShoulder | BodyPart::C7
        ),
    };
    let keypoints: Keypoints = head
        .into_iter()
        .chain(TRUNK)
        .filter(|(part, _)| seen(part))
        .map(|(part, [left, up, front])| {
            // The camera stands at the height of the ears of somebody upright.
            let (across, towards) = match side {
                Side::Front => (left, front),
                Side::Left => (10.0 - front, left),
            };
            let scale = FOCAL_LENGTH / (DISTANCE - towards);
            let (dx, dy) = noise.of(part);
            let at = Point::new(320.0 + scale * (across + aside) + dx, 240.0 - scale * (up - 12.6) + dy);
            (part, Keypoint { at, score: 0.93 })
        })
        .collect();
    let yaw = if side == Side::Left { 88.0 } else { 3.0 };
    Pose {
        keypoints,
        presence: 0.98,
        head: Some(HeadPose { yaw: yaw + noise.angle(0), pitch: pitch + noise.angle(1), roll: noise.angle(2) }),
        trunk_yaw: Some(yaw + 1.3 * noise.angle(3)),
        craniovertebral_angle: Some(Regressed { value: angle + 0.8 * noise.angle(4), deviation: 2.4 }),
        frame_width: 640,
        frame_height: 480,
    }
}

/// How long noise remembers itself, seconds.
const MEMORY: f64 = 1.5;
/// Standard deviation of a coordinate of a shoulder and of other points, pixels, and of an angle, degrees.
const SHOULDER: f32 = 2.2;
const POINT: f32 = 1.1;
const ANGLE: f32 = 1.4;

/// One Ornstein–Uhlenbeck process of unit variance for each coordinate and angle.
struct Noise {
    state: u64,
    /// How many times the usual noise.
    times: f32,
    keep: f32,
    values: [f32; 2 * BodyPart::COUNT + 5],
}

impl Noise {
    fn new(seed: u64, step: f64, times: f32) -> Self {
        let mut noise =
            Self { state: seed, times, keep: (-step / MEMORY).exp() as f32, values: [0.0; 2 * BodyPart::COUNT + 5] };
        noise.values = std::array::from_fn(|_| noise.normal());
        noise
    }

    fn step(&mut self) {
        let fresh = (1.0 - self.keep * self.keep).sqrt();
        for i in 0..self.values.len() {
            self.values[i] = self.keep * self.values[i] + fresh * self.normal();
        }
    }

    fn of(&self, part: BodyPart) -> (f32, f32) {
        let size = self.times
            * if matches!(part, BodyPart::LeftShoulder | BodyPart::RightShoulder) { SHOULDER } else { POINT };
        (size * self.values[2 * part as usize], size * self.values[2 * part as usize + 1])
    }

    fn angle(&self, which: usize) -> Degrees {
        self.times * ANGLE * self.values[2 * BodyPart::COUNT + which]
    }

    /// A normal deviate, near enough: the sum of twelve uniform ones.
    fn normal(&mut self) -> f32 {
        (0..12).map(|_| self.uniform()).sum::<f32>() - 6.0
    }

    /// In [0, 1), by splitmix64.
    fn uniform(&mut self) -> f32 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 40) as f32 / (1_u64 << 24) as f32
    }
}
