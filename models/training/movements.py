"""What people do in the sequences: the stretches that can be counted or held, and ordinary sitting and typing.

A movement turns a time into a Moment: how the trunk, the neck and the arms are then. Everything is drawn before the
first frame from a random generator, so a movement is a pure function of time. Angles are degrees, lengths metres,
times seconds.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from poses import Posture


@dataclass(frozen=True)
class Arm:
    """Where a wrist is, from the shoulder: outwards, ahead, upwards; and which way the elbow points, in the same axes."""

    wrist: tuple[float, float, float]
    elbow: tuple[float, float, float] = (0.5, -0.15, -1.0)
    follows: bool = False
    """Whether the wrist goes where the shoulder goes; if not it stays in the room, as on a desk."""

    def towards(self, other: "Arm", share: float) -> "Arm":
        """The arm on its way to another."""
        wrist = tuple(a + share * (b - a) for a, b in zip(self.wrist, other.wrist, strict=True))
        elbow = tuple(a + share * (b - a) for a, b in zip(self.elbow, other.elbow, strict=True))
        return Arm(wrist, elbow, self.follows if share < 0.5 else other.follows)


DESK = Arm((-0.06, 0.36, -0.28))
DOWN = Arm((0.06, 0.02, -0.6), (0.3, -1.0, 0.0), follows=True)
BENT = Arm((0.0, 0.26, -0.26), (0.3, -0.6, -1.0))
DRAWN_BACK = Arm((0.07, 0.08, -0.24), (0.25, -1.0, -0.6))
CLASPED = Arm((-0.15, -0.13, -0.46), (1.0, -0.25, 0.0))
SQUEEZED = Arm((-0.15, -0.17, -0.45), (0.25, -1.0, 0.1))
LIFTED_BACK = Arm((-0.13, -0.3, -0.42), (0.3, -0.8, 0.5))
GOALPOST = Arm((0.27, -0.03, 0.2), (1.0, -0.2, -0.6))
OVERHEAD = Arm((0.1, -0.02, 0.5), (1.0, -0.1, 0.2))
SEAT = Arm((0.08, 0.05, -0.52), (0.4, -1.0, 0.0))
LAP = Arm((-0.06, 0.26, -0.48))
MOUTH = Arm((-0.13, 0.2, 0.06), (0.5, 0.2, -1.0), follows=True)
CHEEK = Arm((-0.08, 0.12, 0.08), (0.4, 0.3, -1.0), follows=True)
PHONE = Arm((-0.1, 0.28, -0.12), (0.5, 0.0, -1.0))
REACHED = Arm((0.12, 0.56, -0.22), (0.5, -0.1, -1.0))


FORWARD = 17.0
"""Degrees between lower neck and head by which a head goes forward: about 13 degrees of craniovertebral angle."""


@dataclass
class Moment:
    """How somebody is at one time."""

    posture: Posture
    glide: float = 0.0
    """Degrees between lower neck and head, beyond where the posture's angle put them; negative draws the head back."""
    left: Arm = DESK
    right: Arm = DESK


@dataclass
class Movement:
    """A movement and what is true of it."""

    seated: bool
    at_desk: bool
    seconds: float
    at: Callable[[float], Moment]
    ends: list[float] = field(default_factory=list)
    """When each repetition ends."""
    holds: list[tuple[float, float, str]] = field(default_factory=list)
    """From when to when a position is fully held, and on which side (left, right, both)."""


def rise(x: float) -> float:
    """0 up to 0, 1 from 1, smooth between."""
    x = min(max(x, 0.0), 1.0)
    return x * x * (3 - 2 * x)


def bump(t: float, start: float, end: float, ramp: float) -> float:
    """A smooth rise from 0 at `start` to 1, and back to 0 at `end`."""
    return rise((t - start) / ramp) * rise((end - t) / ramp)


class Sway:
    """Small slow wandering of several quantities, each a sum of three sines of 3 to 20 seconds with the given size."""

    def __init__(self, rng: np.random.Generator, **sizes: float):
        self.waves = {
            name: (size, 1 / rng.uniform(3, 20, 3), rng.uniform(0, 2 * np.pi, 3)) for name, size in sizes.items()
        }

    def at(self, t: float) -> dict[str, float]:
        """All quantities at a time."""
        return {
            name: float(size * np.sin(2 * np.pi * rates * t + phases).sum() / np.sqrt(3))
            for name, (size, rates, phases) in self.waves.items()
        }


def _sway(rng: np.random.Generator) -> Sway:
    return Sway(rng, lean=0.8, side_lean=0.6, turn=2.0, look_down=1.5, tilt=0.8, protraction=0.5)


def _base(rng: np.random.Generator, seated: bool) -> Posture:
    return Posture(
        seated=seated,
        craniovertebral_angle=rng.uniform(44, 54),
        lean=rng.normal(2, 3) if seated else rng.normal(0, 2),
        kyphosis=rng.uniform(0, 6),
        protraction=rng.uniform(0, 6),
        tilt=rng.normal(0, 1.5),
        turn=rng.normal(0, 3),
        look_down=rng.normal(2, 3),
        gaze=(rng.normal(0, 3), rng.normal(0, 4)),
        legs=(rng.uniform(80, 90), rng.uniform(70, 95), rng.uniform(0, 10)),
    )


def _with(base: Posture, *changes: dict[str, float]) -> Posture:
    """A posture with additions to its numbers."""
    values = dict(vars(base))
    for change in changes:
        for name, value in change.items():
            values[name] += value
    return Posture(**values)


class Cycles:
    """Repetitions one after another, each with its own length and size."""

    def __init__(self, rng: np.random.Generator, count: int, length: tuple[float, float], still: float = 1.6):
        usual = rng.uniform(*length)
        self.lengths = usual * np.clip(rng.normal(1.0, 0.1, count), 0.8, 1.25)
        self.sizes = np.clip(rng.normal(1.0, 0.1, count), 0.75, 1.25)
        self.starts = still + np.concatenate([[0.0], np.cumsum(self.lengths)[:-1]])
        self.ends = [float(end) for end in self.starts + self.lengths]
        self.seconds = self.ends[-1] + still

    def at(self, t: float) -> tuple[float, float]:
        """Phase 0..1 within a repetition and its size; (0, 0) before, between and after."""
        i = int(np.searchsorted(self.starts, t, "right")) - 1
        if i < 0 or t >= self.ends[i]:
            return 0.0, 0.0
        return float((t - self.starts[i]) / self.lengths[i]), float(self.sizes[i])


def wave(phase: float) -> float:
    """0 at the ends of a repetition, 1 in the middle."""
    return 0.5 - 0.5 * float(np.cos(2 * np.pi * phase))


def shoulder_rolls(rng: np.random.Generator) -> Movement:
    """Shoulders up, forward and down, or backward; arms hanging."""
    base, sway = _base(rng, bool(rng.random() < 0.5)), _sway(rng)
    cycles = Cycles(rng, int(rng.integers(4, 9)), (1.8, 3.0))
    up, swing = rng.uniform(14, 22), rng.uniform(6, 11) * rng.choice([-1, 1])
    sides = 1 + rng.normal(0, 0.06, 2)

    def at(t: float) -> Moment:
        phase, size = cycles.at(t)
        lift = up * size * wave(phase)
        shoulders = {
            "shrug_left": lift * sides[0],
            "shrug_right": lift * sides[1],
            "protraction": swing * size * float(np.sin(2 * np.pi * phase)),
        }
        return Moment(_with(base, sway.at(t), shoulders), left=DOWN, right=DOWN)

    return Movement(base.seated, False, cycles.seconds, at, cycles.ends)


def elbow_squeezes(rng: np.random.Generator) -> Movement:
    """Hands clasped behind the back, elbows squeezed towards each other and let go, standing."""
    base, sway = _base(rng, False), _sway(rng)
    cycles = Cycles(rng, int(rng.integers(4, 7)), (2.6, 4.0))
    back = rng.uniform(12, 18)

    def at(t: float) -> Moment:
        phase, size = cycles.at(t)
        squeeze = size * wave(phase)
        arm = CLASPED.towards(SQUEEZED, squeeze)
        return Moment(_with(base, sway.at(t), {"protraction": -back * squeeze}), left=arm, right=arm)

    return Movement(False, False, cycles.seconds, at, cycles.ends)


def shoulder_blade_squeezes(rng: np.random.Generator) -> Movement:
    """Elbows bent at the sides, drawn back, held a moment and let go, sitting."""
    base, sway = _base(rng, True), _sway(rng)
    cycles = Cycles(rng, int(rng.integers(4, 7)), (3.5, 5.0))
    back = rng.uniform(12, 18)

    def at(t: float) -> Moment:
        phase, size = cycles.at(t)
        squeeze = size * bump(phase, 0.0, 1.0, 0.3)
        arm = BENT.towards(DRAWN_BACK, squeeze)
        return Moment(_with(base, sway.at(t), {"protraction": -back * squeeze}), left=arm, right=arm)

    return Movement(True, False, cycles.seconds, at, cycles.ends)


def wall_angels(rng: np.random.Generator) -> Movement:
    """Arms like a goalpost slide up and come down again, standing."""
    base, sway = _base(rng, False), _sway(rng)
    cycles = Cycles(rng, int(rng.integers(4, 8)), (3.0, 5.0))

    def at(t: float) -> Moment:
        phase, size = cycles.at(t)
        slide = min(size * wave(phase), 1.1)
        arm = GOALPOST.towards(OVERHEAD, slide)
        shoulders = {"shrug_left": 8 * slide, "shrug_right": 8 * slide, "protraction": -6.0}
        return Moment(_with(base, sway.at(t), shoulders), left=arm, right=arm)

    return Movement(False, False, cycles.seconds, at, cycles.ends)


def neck_half_circles(rng: np.random.Generator) -> Movement:
    """Ear to one shoulder, chin over the chest, ear to the other; back the same way. Each half circle counts."""
    base, sway = _base(rng, bool(rng.random() < 0.7)), _sway(rng)
    cycles = Cycles(rng, int(rng.integers(4, 7)), (3.2, 5.0), still=2.4)
    roll, nod, first = rng.uniform(22, 34), rng.uniform(20, 34), rng.choice([-1, 1])
    to_side = 1.3
    arm = LAP if base.seated else DOWN

    def at(t: float) -> Moment:
        start, end = cycles.starts[0], cycles.ends[-1]
        i = int(np.clip(np.searchsorted(cycles.starts, t, "right") - 1, 0, len(cycles.ends) - 1))
        side = first * (-1) ** i
        if t < start:
            tilt, down = first * rise((t - start + to_side) / to_side), 0.0
        elif t >= end:
            tilt, down = -side * rise((end + to_side - t) / to_side), 0.0
        else:
            phase = (t - cycles.starts[i]) / cycles.lengths[i]
            tilt, down = side * float(np.cos(np.pi * phase)), cycles.sizes[i] * float(np.sin(np.pi * phase))
        head = {"tilt": roll * tilt, "look_down": nod * down}
        return Moment(_with(base, sway.at(t), head), left=arm, right=arm)

    return Movement(base.seated, False, cycles.seconds, at, cycles.ends)


def _held(rng: np.random.Generator, seconds: tuple[float, float], sides: tuple[str, ...]) -> tuple[list, float]:
    """Holds one after another, each with 1.2 s to get there and 2 s of rest between."""
    holds, t = [], 2.0
    for side in sides:
        length = float(rng.uniform(*seconds))
        holds.append((t + 1.2, t + 1.2 + length, side))
        t += length + 4.4
    return holds, t


def side_bend(rng: np.random.Generator) -> Movement:
    """Upper trapezius: one hand on the seat, the head leaned to the other side; then the other way round."""
    base, sway = _base(rng, True), _sway(rng)
    holds, seconds = _held(rng, (7, 11), ("left", "right"))
    roll = rng.uniform(24, 34)

    def at(t: float) -> Moment:
        tilt = sum((1 if side == "left" else -1) * bump(t, a - 1.2, b + 1.2, 1.2) for a, b, side in holds)
        left, right = (LAP, SEAT) if tilt > 0 else (SEAT, LAP)
        head = {"tilt": roll * tilt, "side_lean": 1.5 * tilt}
        return Moment(_with(base, sway.at(t), head), left=left, right=right)

    return Movement(True, False, seconds, at, holds=holds)


def clasped_hands(rng: np.random.Generator) -> Movement:
    """Hands clasped behind the back, shoulders drawn back and the hands lifted, standing."""
    base, sway = _base(rng, False), _sway(rng)
    holds, seconds = _held(rng, (8, 11), ("both", "both"))
    back = rng.uniform(12, 18)

    def at(t: float) -> Moment:
        share = sum(bump(t, a - 1.2, b + 1.2, 1.2) for a, b, _ in holds)
        arm = DOWN.towards(CLASPED, min(2 * share, 1.0)).towards(LIFTED_BACK, max(2 * share - 1, 0.0))
        return Moment(_with(base, sway.at(t), {"protraction": -back * share}), left=arm, right=arm)

    return Movement(False, False, seconds, at, holds=holds)


def chin_tucks(rng: np.random.Generator) -> Movement:
    """The head glides straight back and stays there for about five seconds, eyes level."""
    base, sway = _base(rng, True), _sway(rng)
    holds, seconds = _held(rng, (4.5, 6), ("both",) * 3)
    back = rng.uniform(9, 14)

    def at(t: float) -> Moment:
        share = sum(bump(t, a - 0.9, b + 0.9, 0.9) for a, b, _ in holds)
        return Moment(_with(base, sway.at(t)), glide=-back * share, left=LAP, right=LAP)

    return Movement(True, False, seconds, at, holds=holds)


def ordinary(rng: np.random.Generator) -> Movement:
    """A hundred seconds of sitting and typing, with all that people do meanwhile."""
    seconds = 100.0
    base, sway = _base(rng, True), Sway(rng, lean=1.5, side_lean=1.0, turn=4.0, look_down=3.0, tilt=1.5, protraction=1)
    acts, t = [], float(rng.uniform(1, 4))
    while t < seconds - 3:
        name, act = _act(rng)
        length = float(rng.uniform(*act.pop("seconds")))
        acts.append((t, t + length, name, act))
        t += length + float(rng.exponential(3.0))
    jitter = [Sway(rng, out=0.012, ahead=0.012, rise=0.006) for _ in range(2)]

    def hand(t: float, side: int) -> Arm:
        j = jitter[side].at(3 * t)
        arm = Arm((DESK.wrist[0] + j["out"], DESK.wrist[1] + j["ahead"], DESK.wrist[2] + j["rise"]))
        for start, end, _, act in acts:
            if start < t < end and act.get("hand") in (side, 2):
                arm = arm.towards(act["arm"], bump(t, start, end, min(0.9, (end - start) / 2)))
        return arm

    def at(t: float) -> Moment:
        change = {}
        for start, end, _, act in acts:
            if start < t < end:
                beat = abs(np.sin(np.pi * act["beats"] * (t - start) / (end - start))) if "beats" in act else 1.0
                share = bump(t, start, end, min(0.8, (end - start) / 2)) * beat
                change = {name: share * value for name, value in act["posture"].items()}
        return Moment(_with(base, sway.at(t), change), left=hand(t, 0), right=hand(t, 1))

    return Movement(True, True, seconds, at)


def head_forward(rng: np.random.Generator) -> Movement:
    """Ordinary sitting that, drawn from the same numbers, differs by the head alone: it goes forward within four seconds and
    stays there, eyes level."""
    sitting = ordinary(rng)

    def at(t: float) -> Moment:
        return replace(sitting.at(t), glide=FORWARD * rise(t / 4.0))

    return replace(sitting, at=at)


def _act(rng: np.random.Generator) -> tuple[str, dict]:
    """One thing that people do at a desk: changes of posture, which hand (0 left, 1 right, 2 both), how long."""
    u, side = rng.uniform, int(rng.integers(2))
    sign = 1 if side == 0 else -1
    acts = {
        "look_aside": {"seconds": (1.2, 4), "posture": {"turn": rng.choice([-1, 1]) * u(20, 55)}},
        "look_down": {"seconds": (1.5, 6), "posture": {"look_down": u(12, 32)}},
        "reach": {
            "seconds": (1.5, 3.5),
            "posture": {"lean": u(3, 14), "twist": -sign * u(0, 8), "side_lean": sign * u(0, 6)},
            "hand": side,
            "arm": REACHED,
        },
        "drink": {"seconds": (3, 5), "posture": {"look_down": -u(4, 14)}, "hand": side, "arm": MOUTH},
        "touch_face": {"seconds": (1.5, 6), "posture": {"tilt": sign * u(0, 8)}, "hand": side, "arm": CHEEK},
        "phone": {"seconds": (4, 9), "posture": {"look_down": u(12, 28)}, "hand": side, "arm": PHONE},
        "lean": {"seconds": (4, 10), "posture": {"lean": u(-8, 9), "kyphosis": u(-2, 6)}},
        "tilt": {"seconds": (2, 6), "posture": {"tilt": rng.choice([-1, 1]) * u(6, 16), "turn": u(-10, 10)}},
        "nods": {"seconds": (1, 2.5), "posture": {"look_down": u(5, 11)}, "beats": int(rng.integers(2, 5))},
        "shrug": {"seconds": (1.0, 2.0), "posture": {"shrug_left": (s := u(5, 11)), "shrug_right": s}},
        "lap": {"seconds": (3, 8), "posture": {}, "hand": 2, "arm": LAP},
    }
    shares = np.array([5, 4, 3, 1.5, 2, 1, 2, 2, 1.5, 0.7, 1])
    name = str(rng.choice(list(acts), p=shares / shares.sum()))
    return name, acts[name]


MOVEMENTS: dict[str, Callable[[np.random.Generator], Movement]] = {
    "shoulder_rolls": shoulder_rolls,
    "clasped_hands_pulses": elbow_squeezes,
    "scapular_squeeze": shoulder_blade_squeezes,
    "wall_angel": wall_angels,
    "neck_half_circles": neck_half_circles,
    "upper_trapezius": side_bend,
    "clasped_hands_back": clasped_hands,
    "chin_tuck": chin_tucks,
    "ordinary": ordinary,
    "head_forward": head_forward,
}
"""By the id of the stretch that is done."""
