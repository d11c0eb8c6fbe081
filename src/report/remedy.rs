//! What to do so that more can be measured: one sentence for each obstacle.

use super::move_camera;
use crate::{
    measure::{Reading, Reason, Unmeasured, View},
    pose::{BodyPart, Pose},
};

const DARK: &str = "Switch on a lamp in front of you, or open the cover of the camera.";
const CROWDED: &str = "It cannot be told who is meant: let the other person step aside, or come closer to the camera.";

/// What to do about a picture in which nothing at all can be measured for this reason; `None` where it depends on the person.
pub const fn remedy(reason: Reason) -> Option<&'static str> {
    match reason {
        Reason::Dark => Some(DARK),
        Reason::Crowded => Some(CROWDED),
        Reason::View
        | Reason::Hidden
        | Reason::CutOff
        | Reason::HeadTurned
        | Reason::Contradiction
        | Reason::Uncertain
        | Reason::Model => None,
    }
}

/// What to do so that more of `pose` can be measured than is in `reading`, one sentence each, the most useful first.
pub fn remedies(pose: &Pose, reading: &Reading) -> Vec<String> {
    let because = |reason| reading.unmeasured.iter().filter(move |unmeasured| unmeasured.because == reason);
    if let Some(words) = [Reason::Dark, Reason::Crowded].into_iter().find_map(|r| because(r).next().and(remedy(r))) {
        return vec![words.to_owned()];
    }
    let mut said: Vec<String> = move_camera(reading.view, pose.trunk_yaw).into_iter().collect();
    if matches!(reading.view, View::Oblique | View::Back | View::Unknown) {
        return said;
    }
    said.extend(back_in_the_picture(because(Reason::CutOff)));
    let mut hidden: Vec<BodyPart> = because(Reason::Hidden).filter_map(|unmeasured| unmeasured.part).collect();
    hidden.sort_unstable();
    hidden.dedup();
    said.extend(hidden.into_iter().filter_map(uncover));
    said.extend(because(Reason::HeadTurned).next().map(|_| "Look towards the camera for a moment.".to_owned()));
    said
}

/// Hips are beyond the edge of nearly every webcam's picture: nobody is asked to change that.
const fn matters(part: BodyPart) -> bool {
    !matches!(part, BodyPart::LeftHip | BodyPart::RightHip)
}

fn back_in_the_picture<'a>(cut_off: impl Iterator<Item = &'a Unmeasured>) -> Option<String> {
    let part = cut_off.filter_map(|unmeasured| unmeasured.part).find(|part| matters(*part))?;
    Some(format!(
        "Your {} lies beyond the edge of the picture: move or turn the camera until it shows head and shoulders, or sit \
         further back.",
        name(part)
    ))
}

fn uncover(part: BodyPart) -> Option<String> {
    let part_is_hidden = format!("Your {} is hidden", name(part));
    let what_to_do = match part {
        BodyPart::LeftEar | BodyPart::RightEar => "tuck hair behind it, or take off what covers it",
        BodyPart::C7 => "clear hair, collar and hood from it",
        BodyPart::LeftEye | BodyPart::RightEye | BodyPart::Nose => "keep hands and hair away from the face",
        BodyPart::LeftShoulder | BodyPart::RightShoulder => {
            "move what is in front of it, or change where the light comes from"
        }
        _ => return None,
    };
    Some(format!("{part_is_hidden}: {what_to_do}."))
}

fn name(part: BodyPart) -> String {
    match part {
        BodyPart::C7 => "nape, where C7 lies,".to_owned(),
        part => part.name().replace('_', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{Facing, Metric};

    fn said(view: View, yaw: f32, because: Reason, part: Option<BodyPart>) -> Vec<String> {
        let pose = Pose {
            keypoints: Default::default(),
            presence: 1.0,
            head: None,
            trunk_yaw: Some(yaw),
            craniovertebral_angle: None,
            frame_width: 640,
            frame_height: 480,
        };
        let unmeasured = vec![Unmeasured { metric: Metric::CraniovertebralAngle, because, part }];
        remedies(&pose, &Reading { view, facing: Facing::of_yaw(yaw), measurements: Vec::new(), unmeasured })
    }

    #[test]
    fn every_refusal_has_a_sentence_that_helps() {
        let side = |because, part| said(View::Lateral, 90.0, because, part);
        assert_eq!(side(Reason::Dark, None), [DARK]);
        assert_eq!(side(Reason::Crowded, None), [CROWDED]);
        let ear = side(Reason::Hidden, Some(BodyPart::LeftEar));
        assert_eq!(ear, ["Your left ear is hidden: tuck hair behind it, or take off what covers it."]);
        let cropped = side(Reason::CutOff, Some(BodyPart::LeftShoulder));
        assert!(cropped[0].starts_with("Your left shoulder lies beyond the edge of the picture: move"), "{cropped:?}");
        let oblique = said(View::Oblique, 42.0, Reason::View, None);
        assert!(oblique[0].contains("Move it about 50° further round to your left"), "{oblique:?}");
        let turned = said(View::Frontal, 0.0, Reason::HeadTurned, None);
        assert_eq!(turned, ["Look towards the camera for a moment."]);
    }

    #[test]
    fn nobody_is_asked_to_show_their_hips() {
        assert!(said(View::Lateral, 90.0, Reason::CutOff, Some(BodyPart::LeftHip)).is_empty());
        assert!(said(View::Lateral, 90.0, Reason::Hidden, Some(BodyPart::LeftHip)).is_empty());
    }
}
