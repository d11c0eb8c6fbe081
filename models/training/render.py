"""Renders people at desks with exact keypoint truth: `python render.py --subjects subjects.npz --assets DIR --out DIR
--count N`.

Every scene is drawn from (seed, index) alone, so shards can run side by side and a stopped run goes on where it was.
Each finished picture adds one line to OUT/truth.jsonl. Needs Blender's Python module (bpy), numpy, OpenCV and tqdm;
no display, no GPU.
"""

import argparse
import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

import poses
import rooms
import sensor
import truth
from parts import Camera, Look, Part, World
from people import Body, Library
from scene import Studio, tame_panorama
from wardrobe import Wardrobe

HELD_OUT_PANORAMAS = ("brown_photostudio_06_1k", "lebombo_1k", "thatch_chapel_1k", "vestibule_1k")
SUBJECTS = {"train": range(0, 330), "samples": range(330, 360), "held_out": range(360, 420)}
"""Which of the subjects serve for what; nobody is in two of them."""


@dataclass
class Stage:
    """What all scenes of a process share."""

    bodies: Library
    wardrobe: Wardrobe
    studio: Studio
    panoramas: list[Path]
    split: str


def open_stage(subjects: Path, assets: Path, split: str, samples: int) -> Stage:
    """Reads the bodies and the assets and starts Cycles."""
    bodies = Library(subjects)
    studio = Studio(samples)
    held_out = split == "held_out"
    chosen = [path for path in sorted((assets / "hdri").glob("*.hdr")) if (path.stem in HELD_OUT_PANORAMAS) == held_out]
    panoramas = [tame_panorama(path, studio.folder) for path in chosen]
    return Stage(bodies, Wardrobe(assets, bodies), studio, panoramas, split)


@dataclass
class Scene:
    """A drawn scene. `body` is the nearest person even where nobody is drawn; `made` says from what it was drawn."""

    body: Body
    framing: rooms.Framing
    camera: Camera
    parts: list[tuple[Part, Look]]
    world: World
    made: dict


def draw_scene(stage: Stage, seed: int, index: int) -> tuple[Scene, np.random.Generator]:
    """Draws a scene from its numbers alone; the generator goes on to the sensor."""
    rng = np.random.default_rng([seed, index])
    people = SUBJECTS[stage.split]
    subject = int(rng.integers(people.start, people.stop))
    body = stage.bodies.subject(subject)
    posture = poses.draw(rng)
    poses.apply(body, posture, rng)
    framing, camera = rooms.frame_head(body, rng)
    nobody = rng.random() < 0.08
    outfit = stage.wardrobe.dress(body, rng, stage.split == "held_out", shoes=framing.distance > 1.3)
    furniture = rooms.furnish(body, posture.seated or nobody, posture.at_desk or nobody, framing, camera, rng)
    clothes_alone = nobody and rng.random() < 0.5
    parts = furniture + (outfit.parts[:1] if clothes_alone else [] if nobody else outfit.parts)
    others = 0
    if not nobody and rng.random() < 0.06:
        parts, others = parts + _bystander(stage, rng, framing, camera), 1
    world = World(stage.panoramas[rng.integers(len(stage.panoramas))], float(rng.uniform(0, 2 * np.pi)))
    made = {
        "seed": [seed, index],
        "subject": None if nobody else subject,
        **outfit.names(),
        "hdri": world.panorama.stem,
        "others": others,
        "clothes_alone": clothes_alone,
        "angles": truth.body_angles(body),
    }
    return Scene(body, framing, camera, parts, world, made), rng


def shoot(stage: Stage, scene: Scene) -> tuple[np.ndarray, dict]:
    """Renders a scene; returns linear light and the truth, without `source`."""
    camera, framing = scene.camera, scene.framing
    stage.studio.build(scene.parts, scene.world, camera, seed=sum(scene.made["seed"]))
    record = truth.record(
        camera,
        None if scene.made["subject"] is None else truth.person(scene.body, camera, stage.studio.first_hit),
        scene.made,
        fov=round(framing.fov, 2),
        distance=round(framing.distance, 3),
        height_above_ear=round(framing.height, 3),
    )
    return stage.studio.shoot(), record


def figure_box(person: dict | None) -> sensor.Box | None:
    """Bounding box of head and shoulders, which the exposure is set for."""
    if person is None:
        return None
    points = [
        (p["x"], p["y"]) for name, p in person["keypoints"].items() if not name.endswith(("elbow", "wrist", "hip"))
    ]
    return (*(float(v) for v in np.min(points, axis=0)), *(float(v) for v in np.max(points, axis=0)))


def _bystander(
    stage: Stage, rng: np.random.Generator, framing: rooms.Framing, camera: Camera
) -> list[tuple[Part, Look]]:
    """A second, standing person farther away than the first."""
    people = SUBJECTS[stage.split]
    body = stage.bodies.subject(int(rng.integers(people.start, people.stop)))
    poses.apply(body, poses.Posture(seated=False, left_arm="down", right_arm="down", look_down=rng.normal(0, 10)), rng)
    outfit = stage.wardrobe.dress(body, rng, stage.split == "held_out", shoes=True)
    away = -np.array([camera.back[0], camera.back[1], 0.0]) / np.linalg.norm(camera.back[:2])
    aside = np.array([away[1], -away[0], 0.0])
    at = (
        camera.position
        + away * (framing.distance + rng.uniform(1.0, 2.5))
        + aside * rng.choice([-1, 1]) * rng.uniform(0.35, 1.0)
    )
    at[2] = rng.uniform(-0.15, 0.15)
    c, s = np.cos(turn := rng.uniform(0, 2 * np.pi)), np.sin(turn)
    rotation = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    for part, _ in outfit.parts:
        part.vertices = part.vertices @ rotation.T + at
    return outfit.parts


@contextlib.contextmanager
def silenced():
    """Keeps Blender's own lines off the standard output."""
    saved = os.dup(1)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    try:
        yield
    finally:
        os.dup2(saved, 1)
        os.close(saved)


def finished(path: Path) -> set[str]:
    """Names already in a truth file."""
    if not path.exists():
        return set()
    return {json.loads(line)["source"] for line in path.read_text().splitlines() if line.endswith("}")}


def main() -> None:
    parser = argparse.ArgumentParser(description="Render people at desks with exact keypoint truth.")
    parser.add_argument("--subjects", type=Path, required=True, help="the file that subjects.py wrote")
    parser.add_argument("--assets", type=Path, required=True, help="folder with makehuman/ and hdri/")
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures and truth.jsonl")
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--first", type=int, default=0, help="index of the first scene")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shard", default="0/1", help="i/n: render every n-th scene from the i-th")
    parser.add_argument("--split", choices=list(SUBJECTS), default="train", help="which people, clothes and panoramas")
    parser.add_argument("--samples", type=int, default=4, help="Cycles samples per pixel")
    options = parser.parse_args()
    shard, shards = (int(part) for part in options.shard.split("/"))
    options.out.mkdir(parents=True, exist_ok=True)
    log = options.out / "truth.jsonl"
    done = finished(log)
    with silenced():
        stage = open_stage(options.subjects, options.assets, options.split, options.samples)
    indices = [
        i for i in range(options.first + shard, options.first + options.count, shards) if f"{i:06d}.jpg" not in done
    ]
    with log.open("a") as lines:
        for index in tqdm(indices, unit="picture", mininterval=10):
            with silenced():
                scene, rng = draw_scene(stage, options.seed, index)
                linear, record = shoot(stage, scene)
            box = figure_box(record["person"])
            for suffix in ("", "_b"):
                name = f"{index:06d}{suffix}.jpg"
                (options.out / name).write_bytes(sensor.encode(sensor.shoot(linear, box, rng)))
                lines.write(json.dumps({**record, "source": name}) + "\n")
            lines.flush()


if __name__ == "__main__":
    main()
