"""Where people sit and who looks at them: desks, chairs, monitors, walls, and the camera. Metres, frame of
people.py."""

from dataclasses import dataclass

import numpy as np

import shapes
from parts import Camera, Look, Part
from people import Body
from wardrobe import random_colour

UP = np.array([0.0, 0.0, 1.0])
SIZES = ((320, 240),) * 6 + ((240, 320), (320, 320), (320, 180))
"""Picture sizes, landscape more often."""


def heading(degrees: float, forward: np.ndarray) -> np.ndarray:
    """Horizontal direction from a person to a camera that sees the trunk under a yaw (positive: turned to the picture's
    left).

    Such a camera stands on the person's left, so the heading turns anticlockwise (seen from above) from the forward
    direction.
    """
    angle = np.radians(degrees)
    c, s = np.cos(angle), np.sin(angle)
    return np.array([c * forward[0] - s * forward[1], s * forward[0] + c * forward[1], 0.0])


@dataclass
class Framing:
    """Where the camera stands and looks. Yaw, field of view (of the longer side) and roll in degrees, distance and
    height in metres."""

    yaw: float
    distance: float
    height: float
    fov: float
    roll: float
    size: tuple[int, int]
    anchor: float
    """What is framed: 0 the ears, 1 the hips."""
    at: tuple[float, float]
    """Where in the picture the anchor lies, 0..1."""


def draw_framing(rng: np.random.Generator) -> Framing:
    """Draws a view: a third within 15 degrees of a profile, a fifth each from the front and between front and side, the
    rest all around."""
    kind = rng.choice(["side", "front", "slanted", "around"], p=[0.32, 0.18, 0.22, 0.28])
    if kind == "side":
        yaw = float(rng.choice([-90, 90]) + rng.uniform(-15, 15))
    elif kind == "front":
        yaw = float(np.clip(rng.normal(0, 22), -50, 50))
    elif kind == "slanted":
        yaw = float(rng.choice([-1, 1]) * rng.uniform(18, 78))
    else:
        yaw = float(rng.uniform(-180, 180))
    far = rng.random() < 0.13
    distance = np.exp(rng.uniform(np.log(2.0), np.log(4.2))) if far else np.exp(rng.uniform(np.log(0.45), np.log(2.0)))
    side = 45 < abs(yaw) < 135
    height = rng.uniform(-0.3, 0.3) if side or rng.random() < 0.3 else rng.uniform(-0.45, 0.38)
    if far:
        height = rng.uniform(-0.3, 0.6)
    return Framing(
        yaw=yaw,
        distance=float(distance),
        height=float(height),
        fov=float(rng.uniform(50, 80)),
        roll=float(np.clip(rng.normal(0, 3.2), -8, 8)),
        size=SIZES[rng.integers(len(SIZES))],
        anchor=float(rng.uniform(0.35, 1.0) if far else rng.uniform(0.0, 0.4)),
        at=(float(np.clip(rng.normal(0.5, 0.13), 0.15, 0.85)), float(np.clip(rng.normal(0.43, 0.12), 0.15, 0.8))),
    )


def frame_head(body: Body, rng: np.random.Generator) -> tuple[Framing, Camera]:
    """Draws framings until ears, nose and C7 are in the picture with a little room; one in twenty is left as drawn,
    cropped or not."""
    marks = body.landmarks()
    head = np.array([marks[name] for name in ("left_ear", "right_ear", "nose", "c7")] + [marks["left_ear"] + 0.12 * UP])
    careless = rng.random() < 0.05
    for _ in range(12):
        framing = draw_framing(rng)
        camera = place_camera(body, framing)
        x, y, depth = camera.project(head).T
        room = 0.02 * camera.width
        if (
            careless
            or (depth > 0.1).all()
            and (x > room).all()
            and (x < camera.width - room).all()
            and y.min() > -room
            and (y < camera.height - room).all()
        ):
            break
    return framing, camera


def place_camera(body: Body, framing: Framing) -> Camera:
    """A camera that keeps the framing for a posed body."""
    marks = body.landmarks()
    ears = (marks["left_ear"] + marks["right_ear"]) / 2
    hips = (marks["left_hip"] + marks["right_hip"]) / 2
    position = ears + framing.distance * heading(framing.yaw, body.forward()) + framing.height * UP
    target = ears + framing.anchor * (hips - ears)
    width, height = framing.size
    focal = max(width, height) / 2 / np.tan(np.radians(framing.fov) / 2)
    back = position - target
    back /= np.linalg.norm(back)
    right, up = _axes(back)
    shift = right * (framing.at[0] - 0.5) * width / focal - up * (framing.at[1] - 0.5) * height / focal
    back = back + shift
    back /= np.linalg.norm(back)
    right, up = _axes(back)
    c, s = np.cos(np.radians(framing.roll)), np.sin(np.radians(framing.roll))
    return Camera(position, c * right + s * up, c * up - s * right, back, float(focal), width, height)


def _axes(back: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    right = np.cross(UP, back)
    right /= np.linalg.norm(right)
    return right, np.cross(back, right)


def wood(rng: np.random.Generator) -> Look:
    """A table top: white, grey, dark or wooden, with some grain."""
    colour = [(0.7, 0.7, 0.68), (0.25, 0.14, 0.07), (0.45, 0.3, 0.17), (0.05, 0.05, 0.05), (0.3, 0.3, 0.3)][
        rng.integers(5)
    ]
    grain = tuple(c * 0.7 for c in colour)
    pattern = "noise" if rng.random() < 0.5 else None
    return Look(
        colour=colour,
        roughness=rng.uniform(0.3, 0.8),
        pattern=pattern,
        pattern_colour=grain,
        pattern_scale=rng.uniform(3, 30),
    )


def furnish(
    body: Body,
    seated: bool,
    at_desk: bool,
    framing: Framing,
    camera: Camera,
    rng: np.random.Generator,
    room: bool = True,
) -> list[tuple[Part, Look]]:
    """Chair, desk, monitor and things around a posed body, drawn or not; in half of the rooms a wall, and mostly a
    floor."""
    parts, posed = [], body.vertices()
    floor = float(posed[:13380, 2].min())
    if seated:
        parts += _chair(body, posed, floor, rng)
    if at_desk or (seated and rng.random() < 0.25):
        parts += _desk(body, framing, floor, rng)
    if room and rng.random() < 0.5:
        parts += _wall(camera, framing, floor, rng)
    if room and rng.random() < 0.6:
        colour = random_colour(rng, 0.25)
        look = Look(
            colour=colour,
            roughness=0.8,
            pattern="noise",
            pattern_colour=tuple(0.75 * c for c in colour),
            pattern_scale=60.0,
        )
        parts.append((shapes.box("floor", (0, 0, floor - 0.02), (6, 6, 0.02)), look))
    return [item for item in parts if item[0].name == "floor" or not _holds(item[0], camera.position)]


def _holds(part: Part, position: np.ndarray) -> bool:
    """Whether a camera would stand inside a part's bounding box, or within 6 cm of it."""
    return bool((position > part.vertices.min(0) - 0.06).all() and (position < part.vertices.max(0) + 0.06).all())


def _chair(body: Body, posed: np.ndarray, floor: float, rng: np.random.Generator) -> list[tuple[Part, Look]]:
    skin = posed[:13380]
    hip = body.position("root")
    seat_top = float(skin[np.abs(skin[:, 1] - hip[1]) < 0.12][:, 2].min()) + 0.02
    look = Look(
        colour=random_colour(rng, 0.5) if rng.random() < 0.6 else (0.03, 0.03, 0.035), roughness=rng.uniform(0.4, 0.9)
    )
    half = rng.uniform(0.2, 0.27)
    seat = shapes.rounded_box("seat", (0, hip[1] - 0.08, seat_top - 0.04), (half, 0.25, 0.04), 0.35)
    parts = [
        (seat, look),
        (
            shapes.box("leg", (0, hip[1] - 0.05, (floor + seat_top) / 2), (0.03, 0.03, (seat_top - floor) / 2 - 0.05)),
            look,
        ),
    ]
    tall = rng.uniform(0.35, 0.62) if rng.random() < 0.8 else rng.uniform(0.7, 0.9)
    low = seat_top + rng.uniform(0.05, 0.2)
    behind = skin[(skin[:, 2] > low) & (skin[:, 2] < min(low + 0.25, seat_top + tall)) & (np.abs(skin[:, 0]) < 0.2)]
    back_y = float(behind[:, 1].max()) + 0.045 + abs(rng.normal(0, 0.03))
    tilt = np.radians(rng.uniform(-12, 2))
    high = (tall - (low - seat_top)) / 2
    offset = np.sin(-tilt) * high
    width = half * rng.uniform(0.75, 1.05)
    back = shapes.rounded_box(
        "back", (0, back_y + max(offset, 0), low + high), (width, 0.03, high), rng.uniform(0.25, 0.6), tilt=tilt
    )
    parts.append((back, look))
    if rng.random() < 0.4:
        for sign in (-1, 1):
            parts.append(
                (
                    shapes.rounded_box(
                        "rest", (sign * (half + 0.04), hip[1] - 0.02, seat_top + 0.2), (0.035, 0.13, 0.018), 0.4
                    ),
                    look,
                )
            )
    return parts


def _desk(body: Body, framing: Framing, floor: float, rng: np.random.Generator) -> list[tuple[Part, Look]]:
    """A slab just under the lower wrist, its near edge between elbows and wrists, with a monitor and things on it."""
    forearms = [(body.position(f"lowerarm01.{side}"), body.position(f"wrist.{side}")) for side in "LR"]
    on_desk = [(elbow, wrist) for elbow, wrist in forearms if abs(wrist[2] - body.position("spine05")[2] - 0.12) < 0.16]
    top = (
        min(wrist[2] for _, wrist in on_desk) - 0.045
        if on_desk
        else body.position("spine05")[2] + rng.uniform(0.0, 0.15)
    )
    edge = -rng.uniform(0.2, 0.3)
    for elbow, wrist in on_desk:
        if elbow[2] < top + 0.05:
            share = np.clip((top + 0.05 - elbow[2]) / max(wrist[2] - elbow[2], 1e-3), 0, 0.95)
            edge = min(edge, float(elbow[1] + share * (wrist[1] - elbow[1])))
    deep, wide, side = rng.uniform(0.3, 0.42), rng.uniform(0.5, 0.95), rng.uniform(-0.2, 0.2)
    parts = [(shapes.box("desk", (side, edge - deep, top - 0.018), (wide, deep, 0.018)), wood(rng))]
    for sign in (-1, 1):
        parts.append(
            (
                shapes.box(
                    "leg",
                    (side + sign * (wide - 0.06), edge - deep, (top + floor) / 2 - 0.02),
                    (0.025, deep * 0.8, (top - floor) / 2 - 0.02),
                ),
                parts[0][1],
            )
        )
    if rng.random() < 0.75 and (abs(framing.yaw) > 38 or framing.distance < 0.5):
        away, half, tall = rng.uniform(0.5, 0.75), rng.uniform(0.17, 0.34), rng.uniform(0.11, 0.2)
        lift = top + rng.uniform(0.0, 0.14)
        centre = np.array([side * 0.4, min(edge - 0.18, body.position("head")[1] - away), lift + tall])
        parts.append(
            (shapes.box("monitor", centre, (half, 0.014, tall)), Look(colour=(0.02, 0.02, 0.02), roughness=0.4))
        )
        colour = tuple(rng.uniform(0.2, 1.0, 3))
        screen = Look(
            colour=colour,
            emission=rng.uniform(0.1, 0.9),
            pattern="checks" if rng.random() < 0.5 else None,
            pattern_colour=tuple(rng.uniform(0, 1, 3)),
            pattern_scale=rng.uniform(3, 12),
        )
        parts.append((shapes.box("screen", centre + [0, 0.0145, 0], (half - 0.008, 0.001, tall - 0.008)), screen))
        parts.append(
            (
                shapes.box(
                    "stand",
                    (centre[0], centre[1] - 0.02, (top + lift) / 2),
                    (0.04, 0.02, max((lift - top) / 2, 0.004) + 0.03),
                ),
                parts[-2][1],
            )
        )
    for _ in range(rng.integers(0, 4)):
        size = rng.uniform(0.02, 0.06, 3)
        at = (side + rng.uniform(-wide, wide) * 0.8, edge - rng.uniform(0.25, 2 * deep - 0.05), top + size[2])
        parts.append((shapes.rounded_box("thing", at, size, rng.uniform(0.2, 1.0)), Look(colour=random_colour(rng))))
    return parts


def _wall(camera: Camera, framing: Framing, floor: float, rng: np.random.Generator) -> list[tuple[Part, Look]]:
    """A wall behind the person as the camera sees it, sometimes with pictures or shelves; a little askew."""
    away = -np.array([camera.back[0], camera.back[1], 0.0])
    away /= np.linalg.norm(away)
    distance = framing.distance + rng.uniform(0.55, 2.8)
    turn = np.arctan2(away[1], away[0]) - np.pi / 2 + np.radians(rng.uniform(-25, 25))
    along, normal = np.array([np.cos(turn), np.sin(turn), 0]), np.array([-np.sin(turn), np.cos(turn), 0])
    middle = camera.position + away * distance
    middle[2] = floor + 1.35
    colour = random_colour(rng, 0.35)
    bright = rng.uniform(0.35, 0.8) / max(max(colour), 1e-3)
    wall = Look(
        colour=tuple(c * bright for c in colour) if rng.random() < 0.75 else colour, roughness=0.9, specular=0.1
    )
    if rng.random() < 0.25:
        wall.pattern, wall.pattern_colour, wall.pattern_scale = (
            str(rng.choice(["stripes", "checks", "noise"])),
            random_colour(rng),
            rng.uniform(8, 60),
        )
    parts = [(shapes.box("wall", middle + normal * 0.05, (3.5, 0.05, 1.5), turn), wall)]
    for _ in range(rng.integers(0, 7)):
        half = (rng.uniform(0.05, 0.4), rng.uniform(0.01, 0.12), rng.uniform(0.03, 0.45))
        at = middle + along * rng.uniform(-1.8, 1.8) + UP * rng.uniform(-0.7, 0.7) - normal * half[1]
        look = Look(colour=random_colour(rng), roughness=rng.uniform(0.2, 0.9))
        if rng.random() < 0.5:
            look.pattern, look.pattern_colour, look.pattern_scale = (
                str(rng.choice(["stripes", "checks", "noise"])),
                random_colour(rng),
                rng.uniform(2, 14),
            )
        parts.append((shapes.box("thing", at, half, turn), look))
    return parts
