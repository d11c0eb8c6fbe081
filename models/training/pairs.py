"""Renders one person after the other in several postures before a camera that stays: upright, forward head, looking down …

`python pairs.py --subjects subjects.npz --assets DIR --out DIR --from front --count 64`

People, clothes and panoramas are those held out of training. Within a set person, clothes, room, light, camera and its
settings stay; only the posture and the grain of the picture change. What a set-up is, is drawn from (seed, index) alone.
Each picture adds a line to OUT/truth.jsonl as render.py writes it, with the set, the posture and the angles of the body
in `made`. coverage.py reads them. Needs what render.py needs.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

import poses
import render
import rooms
import sensor
import truth
from parts import World
from poses import Posture

CHANGES: dict[str, dict[str, float]] = {
    "upright": {},
    "forward_5": {"craniovertebral_angle": -5},
    "forward_10": {"craniovertebral_angle": -10},
    "forward_15": {"craniovertebral_angle": -15},
    "forward_10_chin_up_10": {"craniovertebral_angle": -10, "look_down": -10},
    "down_15": {"look_down": 15, "craniovertebral_angle": -2},
    "chin_up_15": {"look_down": -15, "craniovertebral_angle": 2},
    "lean_10": {"lean": 10},
    "shrug_10": {"shrug_left": 10, "shrug_right": 10},
}
"""What each posture adds to upright. A nod of the head alone takes 0.13 degrees of craniovertebral angle per degree; a
lean keeps the angle, which is counted from the horizontal."""

AGAIN = 3
"""How often upright is repeated, as people sit: not quite the same."""

SWAY = {"lean": 1.0, "craniovertebral_angle": 1.0, "look_down": 2.0, "turn": 3.0, "tilt": 1.0, "side_lean": 0.7}
"""Standard deviations of what a person who means to sit the same does otherwise, degrees. Ours: no source was found."""


def upright(rng: np.random.Generator) -> Posture:
    """Somebody's own way to sit upright at a desk."""
    return Posture(
        craniovertebral_angle=float(np.clip(rng.normal(52, 4), 44, 60)),
        lean=rng.normal(1, 3),
        kyphosis=rng.uniform(0, 6),
        protraction=rng.uniform(0, 8),
        look_down=rng.normal(0, 4),
        tilt=rng.normal(0, 2),
        turn=rng.normal(0, 4),
    )


def changed(posture: Posture, by: dict[str, float]) -> Posture:
    """The posture with these degrees added."""
    return replace(posture, **{name: getattr(posture, name) + degrees for name, degrees in by.items()})


def draw_framing(side: bool, rng: np.random.Generator) -> rooms.Framing:
    """A webcam on a desk: in front within 15 degrees, or beside the person within 10."""
    return rooms.Framing(
        yaw=float(rng.choice([-90, 90]) + rng.uniform(-10, 10)) if side else float(rng.uniform(-15, 15)),
        distance=float(rng.uniform(0.55, 1.1)),
        height=float(rng.uniform(-0.2, 0.2)),
        fov=float(rng.uniform(55, 78)),
        roll=float(np.clip(rng.normal(0, 1.5), -4, 4)),
        size=(320, 240),
        anchor=0.25,
        at=(float(rng.uniform(0.42, 0.58)), float(rng.uniform(0.4, 0.52))),
    )


def postures(base: Posture, rng: np.random.Generator) -> dict[str, Posture]:
    """All postures of a set by name."""
    named = {name: changed(base, by) for name, by in CHANGES.items()}
    for number in range(1, AGAIN + 1):
        named[f"again_{number}"] = changed(base, {part: rng.normal(0, spread) for part, spread in SWAY.items()})
    return named


def draw_set(stage: render.Stage, side: bool, seed: int, index: int):
    """Yields the name of a posture, its scene and its record's `made` for every posture of a set."""
    rng = np.random.default_rng([seed, index, int(side)])
    people = render.SUBJECTS[stage.split]
    subject = people.start + index % len(people)
    base, framing = upright(rng), draw_framing(side, rng)
    panorama = stage.panoramas[rng.integers(len(stage.panoramas))]
    world = World(panorama, float(rng.uniform(0, 2 * np.pi)))
    named, looks = postures(base, rng), int(rng.integers(2**31))
    camera = room = None
    for name, posture in named.items():
        body = stage.bodies.subject(subject)
        poses.apply(body, posture, np.random.default_rng([looks, 1]))
        if camera is None:
            camera = rooms.place_camera(body, framing)
            room = rooms.furnish(body, True, True, framing, camera, np.random.default_rng([looks, 2]))
        outfit = stage.wardrobe.dress(body, np.random.default_rng([looks, 3]), held_out=True, shoes=False)
        made = {"seed": [seed, index], "subject": subject, "set": index, "posture": name, **outfit.names(),
                "hdri": panorama.stem, "others": 0, "angles": truth.body_angles(body)}  # fmt: skip
        yield name, render.Scene(body, framing, camera, outfit.parts + room, world, made)


def grained(linear: np.ndarray, box: sensor.Box | None, settings: int, number: int) -> np.ndarray:
    """The picture with the camera's settings and a grain that differs from number to number: the same grain, mirrored."""
    flip = (slice(None, None, -1) if number & 2 else slice(None), slice(None, None, -1) if number & 1 else slice(None))
    height, width = linear.shape[:2]
    if box is not None:
        x0, y0, x1, y1 = box
        x0, x1 = (width - x1, width - x0) if number & 1 else (x0, x1)
        y0, y1 = (height - y1, height - y0) if number & 2 else (y0, y1)
        box = (x0, y0, x1, y1)
    return sensor.shoot(linear[flip], box, np.random.default_rng(settings))[flip]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--subjects", type=Path, required=True, help="the file that subjects.py wrote")
    parser.add_argument("--assets", type=Path, required=True, help="folder with makehuman/ and hdri/")
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures and truth.jsonl")
    parser.add_argument("--from", dest="side", choices=["front", "side"], default="front", help="where the camera is")
    parser.add_argument("--count", type=int, default=64, help="how many people and set-ups")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--shard", default="0/1", help="i/n: every n-th set from the i-th")
    parser.add_argument("--samples", type=int, default=2, help="Cycles samples per pixel")
    options = parser.parse_args()
    shard, shards = (int(part) for part in options.shard.split("/"))
    options.out.mkdir(parents=True, exist_ok=True)
    log = options.out / "truth.jsonl"
    done = render.finished(log)
    with render.silenced():
        stage = render.open_stage(options.subjects, options.assets, "held_out", options.samples)
    with log.open("a") as lines:
        for index in tqdm(range(options.first + shard, options.first + options.count, shards), unit="set"):
            box = None
            for number, (name, scene) in enumerate(draw_set(stage, options.side == "side", options.seed, index)):
                source = f"{index:04d}_{name}.jpg"
                if number == 0 or source not in done:
                    with render.silenced():
                        linear, record = render.shoot(stage, scene)
                    box = render.figure_box(record["person"]) if number == 0 else box
                    picture = grained(linear, box, options.seed * 100_000 + index, number)
                    if source not in done:
                        (options.out / source).write_bytes(sensor.encode(picture))
                        lines.write(json.dumps({**record, "source": source}) + "\n")
            lines.flush()


if __name__ == "__main__":
    main()
