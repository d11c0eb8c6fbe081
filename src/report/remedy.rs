//! What to do so that more can be measured: one sentence for each obstacle.

use super::move_camera;
use crate::{
    measure::{Metric, Reading, Reason, Unmeasured, View},
    pose::{BodyPart, Pose},
};

const DARK: &str = "Switch on a lamp in front of you, or open the cover of the camera.";
const CROWDED: &str = "It cannot be told who is meant: let the other person step aside, or come closer to the camera.";

const MIXED: &str = "Trunk, head and shoulders do not agree on the side that you are seen from: show head and shoulders, \
                     squarely from the side or from the front, and nobody else.";
const TURNED_FROM_SIDE: &str = "Your head is turned on your shoulders, and the angle needs both from the side: look straight \
                                ahead.";
const CONTRADICTED: &str = "The angle and the places of your ear and neck cannot both be right: put the camera squarely to your \
                            side, at the height of your ear and an arm's length away, and clear hair and collar from them.";
const UNCERTAIN: &str = "You are seen too poorly for an angle: more light, a plain background and a camera an arm's length away \
                         help.";
const ROUNDED: &str = "How far your shoulders are rounded cannot be read off a picture from one side; no change of the camera \
                       helps.";

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
    if reading.view == View::Unknown && pose.trunk_yaw.is_some() {
        said.push(MIXED.to_owned());
    }
    if matches!(reading.view, View::Oblique | View::Back | View::Unknown) {
        return said;
    }
    said.extend(back_in_the_picture(because(Reason::CutOff)));
    let mut hidden: Vec<BodyPart> = because(Reason::Hidden).filter_map(|unmeasured| unmeasured.part).collect();
    hidden.sort_unstable();
    hidden.dedup();
    said.extend(hidden.into_iter().filter_map(uncover));
    let angle = |reason| because(reason).any(|unmeasured| unmeasured.metric == Metric::CraniovertebralAngle);
    if angle(Reason::HeadTurned) {
        said.push(TURNED_FROM_SIDE.to_owned());
    } else if because(Reason::HeadTurned).next().is_some() {
        said.push("Look towards the camera for a moment.".to_owned());
    }
    if angle(Reason::Contradiction) {
        said.push(CONTRADICTED.to_owned());
    }
    if angle(Reason::Uncertain) {
        said.push(UNCERTAIN.to_owned());
    } else if said.is_empty()
        && because(Reason::Uncertain).any(|unmeasured| unmeasured.metric == Metric::ShoulderProtraction)
    {
        said.push(ROUNDED.to_owned());
    }
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
    use crate::{measure::Facing, pose::drawn::drawn};

    fn said(view: View, yaw: f32, because: Reason, part: Option<BodyPart>) -> Vec<String> {
        said_of(view, yaw, Unmeasured { metric: Metric::CraniovertebralAngle, because, part })
    }

    fn said_of(view: View, yaw: f32, unmeasured: Unmeasured) -> Vec<String> {
        let pose = Pose { trunk_yaw: Some(yaw), ..drawn(&[]) };
        let (facing, unmeasured) = (Facing::of_yaw(yaw), vec![unmeasured]);
        remedies(&pose, &Reading { view, facing, measurements: Vec::new(), unmeasured })
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
        assert_eq!(side(Reason::HeadTurned, None), [TURNED_FROM_SIDE]);
        assert_eq!(side(Reason::Contradiction, None), [CONTRADICTED]);
        assert_eq!(said(View::Unknown, 90.0, Reason::View, None), [MIXED]);
        assert_eq!(side(Reason::Uncertain, None), [UNCERTAIN]);
        let shoulder = Unmeasured { metric: Metric::ShoulderProtraction, because: Reason::Uncertain, part: None };
        assert_eq!(said_of(View::Lateral, 90.0, shoulder), [ROUNDED]);
        let front = Unmeasured { metric: Metric::HeadRoll, because: Reason::HeadTurned, part: None };
        assert_eq!(said_of(View::Frontal, 0.0, front), ["Look towards the camera for a moment."]);
    }

    #[test]
    fn nobody_is_asked_to_show_their_hips() {
        assert!(said(View::Lateral, 90.0, Reason::CutOff, Some(BodyPart::LeftHip)).is_empty());
        assert!(said(View::Lateral, 90.0, Reason::Hidden, Some(BodyPart::LeftHip)).is_empty());
    }
}
