"""Renders the pictures of samples/: one posture each, nice to look at, with exact truth beside them.

`python samples.py --subjects subjects.npz --assets DIR --out ../../samples` draws all, `--only NAME ...` some,
`--samples 4` quickly. The people are of the subjects kept for samples, so no network that was trained on render.py's
pictures has seen them.
"""

import argparse
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from tqdm import tqdm

import render
import rooms
import sensor
from parts import World
from poses import Posture, apply
from rooms import Framing

LANDSCAPE, PORTRAIT = (640, 480), (480, 640)
SIDE = {"height": 0.05, "fov": 56.0, "anchor": 0.34, "at": (0.5, 0.52)}
FRONT = {"height": -0.02, "fov": 62.0, "anchor": 0.22, "at": (0.5, 0.45)}


@dataclass
class Sample:
    """A posture, who shows it and how it is seen. `looks` seeds colours and furniture; `light` turns the panorama
    (degrees)."""

    name: str
    subject: int
    looks: int
    wears: tuple[str, str]
    """Clothes and hair."""
    yaw: float
    posture: Posture
    panorama: str
    light: float = 0.0
    distance: float = 1.0
    size: tuple[int, int] = LANDSCAPE
    view: dict = field(default_factory=dict)
    nobody: bool = False
    companion: tuple[int, int, tuple[str, str]] | None = None
    """Subject, looks, clothes and hair of a second person behind."""


UPRIGHT = {"craniovertebral_angle": 56.0, "lean": 0.0, "protraction": 0.0}
FORWARD = {"craniovertebral_angle": 31.0, "lean": 7.0, "kyphosis": 9.0, "protraction": 11.0, "look_down": 4.0}

T_SHIRT, LONG_SLEEVES, WHITE_T_SHIRT, SHIRT = (
    "male_casualsuit04",
    "male_casualsuit02",
    "male_casualsuit06",
    "male_casualsuit01",
)
SUIT, DRESS, VEST = "male_elegantsuit01", "female_elegantsuit01", "male_casualsuit05"

SAMPLES = (
    Sample(
        "side_upright_left",
        354,
        21,
        (T_SHIRT, "ponytail01"),
        90,
        Posture(**UPRIGHT),
        "christmas_photo_studio_07_1k",
        40,
        view=SIDE,
    ),
    Sample(
        "side_upright_right",
        347,
        22,
        (SHIRT, "short01"),
        -88,
        Posture(**UPRIGHT),
        "brown_photostudio_02_1k",
        120,
        view=SIDE,
    ),
    Sample(
        "side_forward_head_left",
        333,
        23,
        (LONG_SLEEVES, "ponytail01"),
        86,
        Posture(**FORWARD),
        "brown_photostudio_07_1k",
        20,
        view=SIDE,
    ),
    Sample(
        "side_forward_head_right",
        334,
        24,
        (T_SHIRT, "short02"),
        -91,
        Posture(**FORWARD),
        "st_fagans_interior_1k",
        80,
        view=SIDE,
    ),
    Sample(
        "side_standing",
        357,
        25,
        (WHITE_T_SHIRT, "afro01"),
        88,
        Posture(seated=False, craniovertebral_angle=52.0, left_arm="down", right_arm="phone", look_down=9.0),
        "christmas_photo_studio_07_1k",
        250,
        1.25,
        PORTRAIT,
        {**SIDE, "anchor": 0.5},
    ),
    Sample(
        "threequarter_upright",
        336,
        26,
        (SHIRT, "short01"),
        42,
        Posture(**UPRIGHT),
        "brown_photostudio_02_1k",
        20,
        view=FRONT,
    ),
    Sample(
        "threequarter_forward_head",
        337,
        27,
        (DRESS, "short01"),
        -45,
        Posture(**FORWARD),
        "aerodynamics_workshop_1k",
        160,
        view=FRONT,
    ),
    Sample(
        "front_upright",
        350,
        28,
        (SHIRT, "ponytail01"),
        2,
        Posture(**UPRIGHT),
        "christmas_photo_studio_07_1k",
        300,
        0.85,
        view=FRONT,
    ),
    Sample(
        "front_forward_head",
        350,
        28,
        (SHIRT, "ponytail01"),
        2,
        Posture(**FORWARD),
        "christmas_photo_studio_07_1k",
        300,
        0.85,
        view=FRONT,
    ),
    Sample(
        "front_looking_down",
        345,
        36,
        (VEST, "short02"),
        -4,
        Posture(**{**UPRIGHT, "craniovertebral_angle": None}, look_down=28.0),
        "brown_photostudio_07_1k",
        0,
        0.9,
        view=FRONT,
    ),
    Sample(
        "front_uneven_shoulders",
        346,
        30,
        (SHIRT, "short04"),
        0,
        Posture(**UPRIGHT, shrug_left=17.0, side_lean=0.0),
        "st_fagans_interior_1k",
        210,
        0.9,
        view=FRONT,
    ),
    Sample(
        "front_too_close",
        359,
        31,
        (VEST, "short04"),
        3,
        Posture(**{**UPRIGHT, "lean": 12.0}),
        "brown_photostudio_02_1k",
        260,
        0.42,
        view={**FRONT, "anchor": 0.12},
    ),
    Sample(
        "nobody",
        342,
        32,
        (SHIRT, "short01"),
        28,
        Posture(**UPRIGHT),
        "brown_photostudio_07_1k",
        100,
        1.5,
        view={**FRONT, "anchor": 0.7, "height": 0.15},
        nobody=True,
    ),
    Sample(
        "two_people",
        355,
        33,
        (DRESS, "afro01"),
        8,
        Posture(**UPRIGHT),
        "aerodynamics_workshop_1k",
        60,
        0.9,
        view=FRONT,
        companion=(353, 34, (SUIT, "short04")),
    ),
)


def _companion(stage: render.Stage, sample: Sample) -> list:
    """A second person who stands behind, to the picture's right, looking over."""
    subject, looks, wears = sample.companion
    rng = np.random.default_rng(looks)
    body = stage.bodies.subject(subject)
    apply(body, Posture(seated=False, left_arm="down", right_arm="down", look_down=6.0), rng)
    outfit = stage.wardrobe.dress(body, rng, held_out=False, shoes=True, chosen=wears)
    for part, _ in outfit.parts:
        part.vertices = part.vertices + np.array([0.55, 1.0, -0.1])
    return outfit.parts


def draw(stage: render.Stage, sample: Sample) -> render.Scene:
    """The scene of a sample."""
    rng = np.random.default_rng(sample.looks)
    body = stage.bodies.subject(sample.subject)
    apply(body, sample.posture, rng)
    framing = Framing(
        sample.yaw,
        sample.distance,
        sample.view["height"],
        sample.view["fov"],
        0.0,
        sample.size,
        sample.view["anchor"],
        sample.view["at"],
    )
    camera = rooms.place_camera(body, framing)
    outfit = stage.wardrobe.dress(body, rng, held_out=False, shoes=True, chosen=sample.wears)
    furniture = rooms.furnish(
        body, sample.posture.seated, sample.posture.at_desk or sample.nobody, framing, camera, rng, room=False
    )
    parts = furniture if sample.nobody else outfit.parts + furniture
    if sample.companion:
        parts = parts + _companion(stage, sample)
    panorama = next(path for path in stage.panoramas if path.stem == sample.panorama)
    made = {
        "seed": [0, sample.looks],
        "subject": None if sample.nobody else sample.subject,
        **outfit.names(),
        "hdri": panorama.stem,
        "others": int(sample.companion is not None),
    }
    return render.Scene(body, framing, camera, parts, World(panorama, np.radians(sample.light)), made)


def main() -> None:
    parser = argparse.ArgumentParser(description="Render the sample pictures with their truth.")
    parser.add_argument("--subjects", type=Path, required=True, help="the file that subjects.py wrote")
    parser.add_argument("--assets", type=Path, required=True, help="folder with makehuman/ and hdri/")
    parser.add_argument("--out", type=Path, required=True, help="folder for <name>.jpg and <name>.pose.json")
    parser.add_argument("--samples", type=int, default=48, help="Cycles samples per pixel")
    parser.add_argument("--only", nargs="*", help="names of the pictures to draw")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with render.silenced():
        stage = render.open_stage(options.subjects, options.assets, "samples", options.samples)
    for sample in tqdm([s for s in SAMPLES if not options.only or s.name in options.only], unit="picture"):
        with render.silenced():
            linear, record = render.shoot(stage, draw(stage, sample))
        picture = sensor.develop(linear, render.figure_box(record["person"]))
        (options.out / f"{sample.name}.jpg").write_bytes(sensor.encode(picture, 88))
        (options.out / f"{sample.name}.pose.json").write_text(
            json.dumps({**record, "source": f"{sample.name}.jpg"}, indent=2) + "\n"
        )


if __name__ == "__main__":
    main()
