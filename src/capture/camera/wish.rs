//! Which of the cameras there are is meant.

use crate::capture::CaptureError;

/// A video device of the system. One webcam can show up as several, and not all of them give pictures.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Device {
    /// The system's number for it: 2 for /dev/video2.
    pub number: u32,
    /// The system's name for it.
    pub name: String,
}

impl Device {
    /// What people call it.
    pub(super) fn label(&self) -> String {
        format!("camera {} ({})", self.number, self.name)
    }
}

/// The camera that is wanted.
#[derive(Debug, Clone)]
pub(super) enum Wish {
    /// This number; 0 is the first that works.
    Number(u32),
    /// This name, or a part of it; upper and lower case are alike.
    Name(String),
    /// The one that was open before, which people call `label`. Its number can change when it is plugged in again.
    Again {
        /// As it was listed.
        device: Device,
        /// For messages.
        label: String,
    },
}

impl Wish {
    /// From what was given on the command line.
    pub(super) fn new(spec: &str) -> Self {
        spec.parse().map_or_else(|_| Self::Name(spec.to_owned()), Self::Number)
    }

    /// The devices to try, the likeliest first.
    ///
    /// # Errors
    /// None of them is meant.
    pub(super) fn choose(&self, devices: Vec<Device>) -> Result<Vec<Device>, CaptureError> {
        let there: Vec<_> = devices.iter().map(|device| format!("{} ({})", device.number, device.name)).collect();
        let chosen: Vec<_> = match self {
            Self::Number(0) => devices,
            Self::Number(number) => devices.into_iter().filter(|device| device.number == *number).collect(),
            Self::Name(name) => by_name(devices, &name.to_lowercase()),
            Self::Again { device: known, .. } => {
                let mut same: Vec<_> = devices.into_iter().filter(|device| device.name == known.name).collect();
                same.sort_by_key(|device| device.number != known.number);
                same
            }
        };
        if !chosen.is_empty() {
            return Ok(chosen);
        }
        Err(match self {
            Self::Again { label, .. } => CaptureError::CameraLost { camera: label.clone() },
            _ if there.is_empty() => CaptureError::NoCamera {
                why: "no camera found; plug one in, or give --source a folder, a video file or `-`".into(),
            },
            Self::Number(number) => {
                CaptureError::NoCamera { why: format!("no camera {number}; there is {}", there.join(", ")) }
            }
            Self::Name(name) => CaptureError::NoCamera {
                why: format!("no camera called `{name}` and no such file; there is {}", there.join(", ")),
            },
        })
    }
}

/// Those of exactly this name, or else those of which it is a part.
fn by_name(devices: Vec<Device>, name: &str) -> Vec<Device> {
    let (same, others): (Vec<_>, Vec<_>) = devices.into_iter().partition(|device| device.name.to_lowercase() == name);
    if same.is_empty() {
        others.into_iter().filter(|device| device.name.to_lowercase().contains(name)).collect()
    } else {
        same
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn devices() -> Vec<Device> {
        [(0, "Integrated"), (1, "Integrated"), (2, "USB Webcam C920"), (4, "Webcam")]
            .map(|(number, name)| Device { number, name: name.into() })
            .to_vec()
    }

    fn chosen(wish: &Wish) -> Vec<u32> {
        wish.choose(devices()).unwrap().iter().map(|device| device.number).collect()
    }

    #[test]
    fn cameras_go_by_number_name_and_part_of_a_name() {
        assert_eq!(chosen(&Wish::new("0")), [0, 1, 2, 4]);
        assert_eq!(chosen(&Wish::new("2")), [2]);
        assert_eq!(chosen(&Wish::new("integrated")), [0, 1]);
        assert_eq!(chosen(&Wish::new("webcam")), [4]);
        assert_eq!(chosen(&Wish::new("c920")), [2]);
    }

    #[test]
    fn a_camera_plugged_in_again_is_known_by_its_name() {
        let device = Device { number: 1, name: "Integrated".into() };
        let label = device.label();
        assert_eq!(chosen(&Wish::Again { device, label }), [1, 0]);
        let device = Device { number: 7, name: "Webcam".into() };
        let label = device.label();
        assert_eq!(chosen(&Wish::Again { device: device.clone(), label: label.clone() }), [4]);
        let gone = Wish::Again { device: Device { number: 0, name: "Gone".into() }, label: "camera 0 (Gone)".into() };
        assert_eq!(gone.choose(devices()).unwrap_err().to_string(), "camera 0 (Gone) is gone; plug it in again");
    }

    #[test]
    fn what_is_missing_is_said_with_what_is_there() {
        let said = |spec: &str, devices| Wish::new(spec).choose(devices).unwrap_err().to_string();
        assert_eq!(said("3", devices()[2..].to_vec()), "no camera 3; there is 2 (USB Webcam C920), 4 (Webcam)");
        assert!(
            said("Logi", devices()).starts_with("no camera called `Logi` and no such file; there is 0 (Integrated)")
        );
        assert!(said("0", Vec::new()).starts_with("no camera found; plug one in"));
    }
}
