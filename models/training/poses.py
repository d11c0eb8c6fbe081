"""Draws how a person sits or stands, and bends the body accordingly.

Angles are degrees; forward, to the subject's left, and raised are positive. The craniovertebral angle is a target:
after everything else is set, lower neck and head are turned against each other until the body shows it. On the mean
body one degree of that changes the angle by -0.75 degree without changing where the eyes look.
"""

from dataclasses import dataclass

import numpy as np

from people import Body


@dataclass
class Posture:
    """What a person does. Lengths in metres, angles in degrees."""

    seated: bool = True
    craniovertebral_angle: float | None = 52.0
    lean: float = 3.0
    side_lean: float = 0.0
    kyphosis: float = 0.0
    twist: float = 0.0
    protraction: float = 3.0
    shrug_left: float = 0.0
    shrug_right: float = 0.0
    look_down: float = 0.0
    tilt: float = 0.0
    turn: float = 0.0
    gaze: tuple[float, float] = (0.0, 0.0)
    left_arm: str = "desk"
    right_arm: str = "desk"
    legs: tuple[float, float, float] = (84.0, 80.0, 6.0)
    """Hip flexion, knee flexion and how far the knees point outwards, where seated."""

    @property
    def at_desk(self) -> bool:
        """Whether a hand lies on the desk."""
        return "desk" in (self.left_arm, self.right_arm)


ARMS_SEATED = {"desk": 0.58, "down": 0.08, "lap": 0.14, "phone": 0.06, "chin": 0.08, "face": 0.03, "raised": 0.03}
ARMS_STANDING = {"desk": 0.25, "down": 0.43, "lap": 0.02, "phone": 0.12, "chin": 0.06, "face": 0.04, "raised": 0.08}


def draw(rng: np.random.Generator) -> Posture:
    """Draws a posture; craniovertebral angles are uniform over 25 to 62 degrees, which covers marked forward head to
    tall."""
    seated = rng.random() < 0.75
    arms = ARMS_SEATED if seated else ARMS_STANDING
    left = str(rng.choice(list(arms), p=np.array(list(arms.values())) / sum(arms.values())))
    right = (
        left
        if rng.random() < 0.6
        else str(rng.choice(list(arms), p=np.array(list(arms.values())) / sum(arms.values())))
    )
    look = float(rng.choice([rng.normal(0, 5), rng.uniform(8, 42), -rng.uniform(4, 25)], p=[0.48, 0.36, 0.16]))
    tilt = rng.normal(0, 4) if rng.random() < 0.85 else rng.choice([-1, 1]) * rng.uniform(8, 30)
    turn = rng.normal(0, 9) if rng.random() < 0.82 else rng.choice([-1, 1]) * rng.uniform(15, 60)
    shrug = abs(rng.normal(0, 2)) if rng.random() < 0.8 else rng.uniform(5, 15)
    uneven = rng.normal(0, 1.5) if rng.random() < 0.8 else rng.choice([-1, 1]) * rng.uniform(4, 10)
    posture = Posture(
        seated=seated,
        craniovertebral_angle=rng.uniform(25, 62),
        lean=rng.normal(4, 8) if seated else rng.normal(1, 4),
        side_lean=rng.normal(0, 3) if rng.random() < 0.85 else rng.uniform(-15, 15),
        kyphosis=float(np.clip(rng.normal(5, 6), -4, 18)),
        twist=rng.normal(0, 4),
        protraction=float(np.clip(rng.normal(6, 5), -4, 18)),
        shrug_left=shrug + max(uneven, 0),
        shrug_right=shrug + max(-uneven, 0),
        look_down=look,
        tilt=float(tilt),
        turn=float(turn),
        gaze=(rng.normal(0, 5), rng.normal(0, 8)),
        left_arm=left,
        right_arm=right,
        legs=(rng.uniform(78, 92), rng.uniform(65, 100), rng.uniform(-2, 14)),
    )
    kind = rng.random()
    if kind < 0.04:
        _stretch_trapezius(posture, rng)
    elif kind < 0.14:
        _stretch_arms(posture, rng)
    return posture


def _stretch_trapezius(posture: Posture, rng: np.random.Generator) -> None:
    """Ear towards one shoulder, the hand of that side over the head."""
    side = rng.choice([-1, 1])
    posture.tilt = float(side * rng.uniform(20, 38))
    posture.turn, posture.look_down = rng.normal(0, 4), rng.uniform(-3, 12)
    posture.left_arm, posture.right_arm = ("over", "down") if side > 0 else ("down", "over")


def _stretch_arms(posture: Posture, rng: np.random.Generator) -> None:
    """Both arms as in wall angels, with the hands behind the back, or with bent elbows drawn back."""
    posture.left_arm = posture.right_arm = str(rng.choice(["goalpost", "behind", "drawn_back"], p=[0.5, 0.3, 0.2]))
    posture.protraction = rng.uniform(-18, 2)


def apply(body: Body, posture: Posture, rng: np.random.Generator) -> None:
    """Bends the body. A positive tilt brings the left ear towards the left shoulder, a positive turn looks to the
    subject's left."""
    bend_trunk(body, posture)
    _set_neck(body, posture)
    body.solve()
    for side, arm in (("L", posture.left_arm), ("R", posture.right_arm)):
        _set_arm(body, side, arm, rng)
    body.solve()


def bend_trunk(body: Body, posture: Posture) -> None:
    """Bends trunk, shoulder girdle, legs and eyes from the rest pose; neck and arms stay as at rest."""
    body.local.clear()
    p = posture
    body.turn("spine05", "x", p.lean)
    body.turn("spine05", "y", p.side_lean)
    body.turn("spine02", "z", p.twist)
    for bone, share in (("spine03", 0.3), ("spine02", 0.4), ("spine01", 0.5)):
        body.turn(bone, "x", share * p.kyphosis)
    for side, sign, shrug in (("L", 1, p.shrug_left), ("R", -1, p.shrug_right)):
        body.turn(f"clavicle.{side}", "z", -sign * p.protraction)
        body.turn(f"clavicle.{side}", "y", -sign * shrug)
        body.turn(f"shoulder01.{side}", "z", -sign * 0.3 * p.protraction)
        if p.seated:
            body.turn(f"upperleg01.{side}", "x", -p.legs[0])
            body.turn(f"upperleg01.{side}", "z", sign * p.legs[2])
            body.turn(f"lowerleg01.{side}", "x", p.legs[1])
        else:
            body.turn(f"upperleg01.{side}", "y", sign * 4.0)
        body.turn(f"eye.{side}", "x", p.gaze[0])
        body.turn(f"eye.{side}", "z", p.gaze[1])


def bend_neck(body: Body, posture: Posture, forward: float) -> None:
    """Sets the neck with `forward` degrees between lower neck and head, the look, tilt and turn shared along the
    neck."""
    trunk = posture.lean + 1.2 * posture.kyphosis
    for bone in ("neck01", "neck02", "neck03", "head"):
        body.local.pop(bone, None)
        body.turn(bone, "x", posture.look_down / 4)
    body.turn("neck01", "x", 0.7 * forward)
    body.turn("neck02", "x", 0.3 * forward)
    body.turn("neck03", "y", 0.4 * posture.tilt)
    body.turn("head", "y", 0.6 * posture.tilt)
    for bone, share in (("neck02", 0.3), ("neck03", 0.3), ("head", 0.4)):
        body.turn(bone, "z", share * posture.turn)
    body.turn("head", "x", -forward - trunk)


def _set_neck(body: Body, posture: Posture) -> None:
    """Finds the counter-rotation that gives the wanted craniovertebral angle, by the secant rule within -25 to 60
    degrees."""
    if posture.craniovertebral_angle is None:
        bend_neck(body, posture, 0.0)
        return

    def error(forward: float) -> float:
        bend_neck(body, posture, forward)
        body.solve()
        return body.craniovertebral_angle() - posture.craniovertebral_angle

    low, high = 0.0, 10.0
    at_low, at_high = error(low), error(high)
    for _ in range(5):
        slope = (at_high - at_low) / (high - low) if high != low else -0.75
        step = float(np.clip(high - at_high / min(slope, -0.2), -25.0, 60.0))
        low, at_low = high, at_high
        high, at_high = step, error(step)
        if abs(at_high) < 0.1 or high == low:
            break


def _set_arm(body: Body, side: str, arm: str, rng: np.random.Generator) -> None:
    """Places a wrist by two-bone inverse kinematics, with the elbow pulled towards a hint."""
    sign = 1.0 if side == "L" else -1.0
    shoulder = body.position(f"upperarm01.{side}")
    forward = body.forward()
    outward = sign * np.array([-forward[1], forward[0], 0.0])
    up = np.array([0.0, 0.0, 1.0])
    marks = body.landmarks()
    face, chin = marks["nose"], marks["chin"]
    head_up = body.rotation("head") @ up
    u = rng.uniform

    def from_shoulder(out: float, ahead: float, rise: float) -> np.ndarray:
        return shoulder + out * outward + ahead * forward + rise * up

    hint = 0.5 * outward - up - 0.15 * forward
    if arm == "desk":
        target = from_shoulder(u(-0.14, 0.06), u(0.26, 0.46), u(-0.34, -0.22))
    elif arm == "down":
        target, hint = from_shoulder(u(0.02, 0.12), u(-0.06, 0.1), -0.6), 0.3 * outward - forward
    elif arm == "lap":
        target = from_shoulder(u(-0.14, 0.0), u(0.18, 0.32), u(-0.52, -0.45))
    elif arm == "phone":
        target = from_shoulder(u(-0.16, -0.05), u(0.22, 0.34), u(-0.25, -0.02))
    elif arm == "chin":
        target = chin + outward * u(0.02, 0.06) + forward * u(0.02, 0.05) - up * u(0.09, 0.12)
        hint = 0.3 * outward - up + 0.3 * forward
    elif arm == "face":
        ear = marks["left_ear" if side == "L" else "right_ear"]
        target = ear + outward * u(0.04, 0.1) + forward * u(0.0, 0.07) - up * u(0.05, 0.14)
    elif arm == "over":
        target, hint = face + head_up * u(0.15, 0.2) + outward * u(0.0, 0.08) - forward * 0.08, outward + 0.3 * up
    elif arm == "raised":
        target, hint = from_shoulder(u(-0.05, 0.25), u(-0.05, 0.2), u(0.3, 0.5)), outward
    elif arm == "goalpost":
        target, hint = from_shoulder(u(0.1, 0.3), u(-0.06, 0.02), u(0.15, 0.5)), outward - 0.4 * up - 0.15 * forward
    elif arm == "behind":
        target, hint = from_shoulder(u(-0.17, -0.11), u(-0.3, -0.12), u(-0.48, -0.4)), u(0.2, 1.0) * outward - forward
    elif arm == "drawn_back":
        target, hint = from_shoulder(u(-0.02, 0.08), u(0.06, 0.26), u(-0.28, -0.2)), 0.3 * outward - forward - 0.7 * up
    else:
        raise ValueError(f"no such arm posture: {arm}")
    reach_for(body, side, target, hint)
    twist = {"desk": 35.0, "phone": -15.0, "lap": 25.0}.get(arm, 0.0) * sign
    body.turn(f"wrist.{side}", "x", u(-18, 10))
    body.turn(f"lowerarm02.{side}", "z", twist * u(0.5, 1.2))


def reach_for(body: Body, side: str, target: np.ndarray, hint: np.ndarray) -> None:
    """Two-bone inverse kinematics; the target is pulled in where the arm is too short."""
    upper, lower, wrist = f"upperarm01.{side}", f"lowerarm01.{side}", f"wrist.{side}"
    shoulder = body.position(upper)
    first = np.linalg.norm(body.rest_direction(upper, lower))
    second = np.linalg.norm(body.rest_direction(lower, wrist))
    line = target - shoulder
    reach = float(np.clip(np.linalg.norm(line), abs(first - second) + 0.03, 0.985 * (first + second)))
    line /= np.linalg.norm(line)
    along = (first**2 - second**2 + reach**2) / (2 * reach)
    aside = np.sqrt(max(first**2 - along**2, 0.0))
    hint = hint - (hint @ line) * line
    elbow = shoulder + along * line + aside * hint / np.linalg.norm(hint)
    body.aim(upper, lower, elbow - shoulder)
    body.solve()
    body.aim(lower, wrist, shoulder + reach * line - elbow)
    body.solve()
