"""Renders people doing stretches, and people merely sitting, as sequences of pictures with known repetitions:
`python sequences.py --subjects subjects.npz --assets DIR --out DIR`.

Every sequence is a folder OUT/NAME with 00000.jpg, 00001.jpg, … and a line in OUT/sequences.jsonl that says what is
done, by whom, at how many pictures a second, when each repetition ends and when a position is held. A scene is built
once per sequence and only moved between pictures. A sequence is drawn from (seed, its number) alone; one that has its
line is finished, and one that was interrupted goes on after its last picture. Everybody is of the held-out subjects,
in clothes and rooms that no network was trained on.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

import poses
import rooms
import sensor
from movements import MOVEMENTS, Arm, Moment, Movement
from parts import Camera, World
from people import Body
from render import SUBJECTS, Stage, finished, open_stage, silenced

NEAR_SIZE, FAR_SIZE = (256, 192), (320, 240)
"""Pictures in which a head has the size that it has in those of a webcam after the tracker's crop; no larger, because
rendering takes the time it takes."""
FAR = ("wall_angel", "clasped_hands_back", "clasped_hands_pulses")
"""What is done standing back from the camera, at least to the hips in the picture."""

FROM_THE_SIDE = ("chin_tuck",)
"""What moves along the camera's axis when seen from the front."""
SITTING = ("ordinary", "head_forward")
"""What is not a stretch. The same number makes the same person, camera, room and doings of both."""
RATES = {
    "shoulder_rolls": 5.0,
    "clasped_hands_pulses": 10.0,
    "wall_angel": 5.0,
    "upper_trapezius": 2.0,
    "clasped_hands_back": 2.0,
    "chin_tuck": 2.0,
    "ordinary": 2.0,
    "head_forward": 2.0,
}
"""Pictures per second; 3 for the other movements, which take at least two seconds each. Elbow squeezes are hardly larger than
the noise of one reading, so they are rendered as often as the program looks."""


@dataclass(frozen=True)
class Job:
    """One sequence: what, seen from where (front or side), by which of the people."""

    number: int
    movement: str
    view: str
    person: int
    rate: float

    @property
    def name(self) -> str:
        return f"{self.movement}-{self.view}-{self.person}"


def jobs(people: int, ordinary: int) -> list[Job]:
    """All sequences, one person after another, so that a part of them is already of use. `ordinary` sequences of a
    hundred seconds are spread among them, at fewer pictures a second."""
    kinds = [name for name in MOVEMENTS if name not in SITTING]
    listed, number, quiet = [], 0, 0
    for person in range(people):
        for movement in kinds:
            for view in ("front", "side")[movement in FROM_THE_SIDE :]:
                listed.append(Job(number, movement, view, person, RATES.get(movement, 3.0)))
                number += 1
        while quiet < ordinary * (person + 1) / people:
            for movement in SITTING:
                view = ("front", "side")[quiet % 2]
                listed.append(Job(1000 + quiet, movement, view, quiet, RATES[movement]))
            quiet += 1
    return listed


class Actor:
    """A dressed body that follows a movement, and the camera that stays where it was put."""

    def __init__(self, stage: Stage, job: Job, seed: int):
        self.rng = np.random.default_rng([seed, job.number])
        self.stage, self.job = stage, job
        self.movement: Movement = MOVEMENTS[job.movement](self.rng)
        self.subject = self._subject()
        self.body: Body = stage.bodies.subject(self.subject)
        self.looks = [seed, 7, job.number]
        first = self.movement.at(0.0)
        self.forward, self.anchor = self._settle(first)
        self.pose(first)
        self.camera = rooms.place_camera(self.body, framing := self._framing())
        seated = self.movement.seated
        self.furniture = rooms.furnish(self.body, seated, self.movement.at_desk, framing, self.camera, self.rng)
        self.world = World(
            stage.panoramas[self.rng.integers(len(stage.panoramas))], float(self.rng.uniform(0, 2 * np.pi))
        )
        self.grain = np.random.default_rng([seed, 8, job.number])

    def _subject(self) -> int:
        held_out = SUBJECTS["held_out"]
        return held_out.start + (7 * self.job.person + (30 if self.job.movement in SITTING else 0)) % len(held_out)

    def _framing(self) -> rooms.Framing:
        u = self.rng.uniform
        far = self.job.movement in FAR
        yaw = u(-10, 10) if self.job.view == "front" else self.rng.choice([-90, 90]) + u(-10, 10)
        arms = self.job.movement == "wall_angel"
        return rooms.Framing(
            yaw=float(yaw),
            distance=float(u(1.6, 2.1) if arms else u(1.1, 1.5) if far else u(0.75, 1.15)),
            height=float(u(-0.1, 0.12)),
            fov=float(u(58, 68)),
            roll=float(self.rng.normal(0, 1)),
            size=FAR_SIZE if far else NEAR_SIZE,
            anchor=0.15 if arms else 0.5 if far else 0.3,
            at=(0.5, 0.5),
        )

    def _settle(self, moment: Moment) -> tuple[float, dict[str, np.ndarray]]:
        """The neck that gives the wanted craniovertebral angle at the start, and where the shoulders then are: the
        room's marks for hands that stay in place."""
        body, posture = self.body, moment.posture

        def error(forward: float) -> float:
            self._bend(moment, forward)
            return body.craniovertebral_angle() - posture.craniovertebral_angle

        low, high = -25.0, 60.0
        for _ in range(12):
            middle = (low + high) / 2
            low, high = (middle, high) if error(middle) > 0 else (low, middle)
        forward = (low + high) / 2
        self._bend(moment, forward)
        return forward, {side: body.position(f"upperarm01.{side}") for side in "LR"}

    def _bend(self, moment: Moment, forward: float) -> None:
        poses.bend_trunk(self.body, moment.posture)
        poses.bend_neck(self.body, moment.posture, forward + moment.glide)
        self.body.solve()

    def pose(self, moment: Moment) -> None:
        """Bends the body for a moment."""
        self._bend(moment, self.forward)
        forward = self.body.forward()
        for side, sign, arm in (("L", 1.0, moment.left), ("R", -1.0, moment.right)):
            axes = np.stack([sign * np.array([-forward[1], forward[0], 0.0]), forward, [0.0, 0.0, 1.0]])
            self._reach(side, arm, axes)
        self.body.solve()

    def _reach(self, side: str, arm: Arm, axes: np.ndarray) -> None:
        shoulder = self.body.position(f"upperarm01.{side}") if arm.follows else self.anchor[side]
        poses.reach_for(self.body, side, shoulder + np.array(arm.wrist) @ axes, np.array(arm.elbow) @ axes)

    def parts(self) -> list:
        """All meshes as the body stands now; looks are the same every time."""
        outfit = self.stage.wardrobe.dress(
            self.body, np.random.default_rng(self.looks), self.stage.split == "held_out", shoes=False
        )
        return outfit.parts + self.furniture

    def picture(self, linear: np.ndarray) -> bytes:
        """What a webcam makes of the linear light: developed, a little noise, JPEG."""
        picture = sensor.develop(linear, self._box()).astype(np.float32)
        noise = cv2.GaussianBlur(self.grain.standard_normal(picture.shape, dtype=np.float32), (0, 0), 0.6)
        return sensor.encode(np.clip(picture + 5.0 * noise, 0, 255).astype(np.uint8), 90)

    def _box(self) -> sensor.Box:
        marks = self.body.landmarks()
        names = ("nose", "left_ear", "right_ear", "chin", "left_shoulder", "right_shoulder")
        xy = self.camera.project(np.array([marks[name] for name in names]))[:, :2]
        return (*(float(v) for v in xy.min(0)), *(float(v) for v in xy.max(0)))


def record(actor: Actor, pictures: int, samples: int) -> dict:
    """What is true of a sequence."""
    job, movement = actor.job, actor.movement
    return {
        "source": job.name,
        "movement": job.movement,
        "view": job.view,
        "subject": actor.subject,
        "rate": job.rate,
        "pictures": pictures,
        "samples": samples,
        "repetitions": len(movement.ends),
        "ends": [round(end, 2) for end in movement.ends],
        "holds": [[round(a, 2), round(b, 2), side] for a, b, side in movement.holds],
    }


def shoot(stage: Stage, job: Job, seed: int, folder: Path, progress: tqdm) -> dict:
    """Renders one sequence into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with silenced():
        actor = Actor(stage, job, seed)
        stage.studio.scene.render.use_persistent_data = True
        stage.studio.build(actor.parts(), actor.world, actor.camera, seed=job.number)
    pictures = int(actor.movement.seconds * job.rate)
    for i in range(pictures):
        path = folder / f"{i:05d}.jpg"
        if path.exists():
            actor.grain.standard_normal((actor.camera.height, actor.camera.width, 3), dtype=np.float32)
        else:
            with silenced():
                actor.pose(actor.movement.at(i / job.rate))
                stage.studio.repose(actor.parts())
                stage.studio.scene.cycles.seed = i
                path.write_bytes(actor.picture(stage.studio.shoot()))
        progress.update()
    return record(actor, pictures, stage.studio.scene.cycles.samples)


def main() -> None:
    parser = argparse.ArgumentParser(description="Render sequences of stretches and of ordinary sitting.")
    parser.add_argument("--subjects", type=Path, required=True, help="the file that subjects.py wrote")
    parser.add_argument("--assets", type=Path, required=True, help="folder with makehuman/ and hdri/")
    parser.add_argument("--out", type=Path, required=True, help="folder for the sequences")
    parser.add_argument("--people", type=int, default=5, help="people per stretch")
    parser.add_argument("--ordinary", type=int, default=6, help="sequences of a hundred seconds of ordinary sitting")
    parser.add_argument("--only", nargs="*", help="names of sequences, or beginnings of names")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--samples", type=int, default=2, help="Cycles samples per pixel")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    log = options.out / "sequences.jsonl"
    done = finished(log)
    wanted = [
        job
        for job in jobs(options.people, options.ordinary)
        if job.name not in done and (not options.only or job.name.startswith(tuple(options.only)))
    ]
    with silenced():
        stage = open_stage(options.subjects, options.assets, "held_out", options.samples)
    with log.open("a") as lines, tqdm(unit="picture", mininterval=5) as progress:
        for job in wanted:
            progress.set_description(job.name)
            truth = shoot(stage, job, options.seed, options.out / job.name, progress)
            lines.write(json.dumps(truth) + "\n")
            lines.flush()


if __name__ == "__main__":
    main()
