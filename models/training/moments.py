"""Renders people in the middle of stretches, to train on, with exact keypoint truth: `python moments.py --subjects
subjects.npz --assets DIR --out DIR --count N`.

Where `render.py` draws a new scene for every picture, here every scene is seen in several moments of one movement, and now
and then with the arms somewhere else: raised, behind the back, in the lap. People, clothes and rooms are those to train
on. A scene is drawn from (seed, its number) alone, so a stopped run goes on with the scene that it was at; each finished
scene adds the lines of its pictures to OUT/truth.jsonl.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from tqdm import tqdm

import movements
import rooms
import truth
from movements import MOVEMENTS, Arm, Moment
from render import SUBJECTS, finished, open_stage, silenced
from sequences import Actor, Job

SHARES = {
    "wall_angel": 0.3,
    "clasped_hands_pulses": 0.24,
    "shoulder_rolls": 0.14,
    "clasped_hands_back": 0.08,
    "scapular_squeeze": 0.08,
    "neck_half_circles": 0.04,
    "ordinary": 0.12,
}
"""How often each movement is drawn."""
MOMENTS = 10
"""Pictures of each scene."""
ELSEWHERE = 0.3
"""Share of the moments in which both arms are somewhere else."""
ARMS = (
    movements.GOALPOST, movements.OVERHEAD, movements.DOWN, movements.CLASPED, movements.SQUEEZED, movements.LIFTED_BACK,
    movements.BENT, movements.DRAWN_BACK, movements.MOUTH, movements.CHEEK, movements.LAP, movements.DESK,
)  # fmt: skip


class Model(Actor):
    """A dressed body that is seen in moments of a movement, from any side, near or far."""

    def _subject(self) -> int:
        people = SUBJECTS["train"]
        return int(self.rng.integers(people.start, people.stop))

    def _framing(self) -> rooms.Framing:
        u = self.rng.uniform
        view = self.rng.choice(["front", "side", "around"], p=[0.42, 0.43, 0.15])
        front, side = u(-18, 18), self.rng.choice([-90, 90]) + u(-16, 16)
        return rooms.Framing(
            yaw=float(front if view == "front" else side if view == "side" else u(-130, 130)),
            distance=float(u(0.8, 1.3) if self.movement.at_desk else u(0.9, 2.4)),
            height=float(u(-0.25, 0.3)),
            fov=float(u(55, 75)),
            roll=float(self.rng.normal(0, 2)),
            size=((320, 240), (320, 240), (320, 180))[self.rng.integers(3)],
            anchor=float(u(0.0, 0.6)),
            at=(float(u(0.35, 0.65)), float(u(0.4, 0.6))),
        )

    def moment(self) -> Moment:
        """Some moment, with the arms a little away from where the movement has them."""
        rng = self.rng
        moment = self.movement.at(float(rng.uniform(0, self.movement.seconds)))
        if rng.random() < ELSEWHERE:
            moment.left = moment.right = self._somewhere()
            if rng.random() < 0.4:
                moment.right = self._somewhere()
        moment.left, moment.right = self._shifted(moment.left), self._shifted(moment.right)
        return moment

    def _somewhere(self) -> Arm:
        one, other = self.rng.integers(len(ARMS), size=2)
        return ARMS[one].towards(ARMS[other], float(self.rng.uniform(0, 0.5)))

    def _shifted(self, arm: Arm) -> Arm:
        wrist, elbow = np.array(arm.wrist) + self.rng.normal(0, 0.03, 3), np.array(arm.elbow) + self.rng.normal(0, 0.15, 3)
        return Arm(tuple(wrist), tuple(elbow), arm.follows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Render people in the middle of stretches, to train on.")
    parser.add_argument("--subjects", type=Path, required=True, help="the file that subjects.py wrote")
    parser.add_argument("--assets", type=Path, required=True, help="folder with makehuman/ and hdri/")
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures and truth.jsonl")
    parser.add_argument("--count", type=int, default=200, help="scenes")
    parser.add_argument("--shard", default="0/1", help="i/n: render every n-th scene from the i-th")
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--samples", type=int, default=1, help="Cycles samples per pixel")
    options = parser.parse_args()
    shard, shards = (int(part) for part in options.shard.split("/"))
    options.out.mkdir(parents=True, exist_ok=True)
    log = options.out / "truth.jsonl"
    done = finished(log)
    with silenced():
        stage = open_stage(options.subjects, options.assets, "train", options.samples)
        stage.studio.scene.render.use_persistent_data = True
    kinds, shares = list(SHARES), np.array(list(SHARES.values()))
    with log.open("a") as lines, tqdm(unit="picture", mininterval=5) as progress:
        for number in range(shard, options.count, shards):
            names = [f"{number:05d}-{i}.jpg" for i in range(MOMENTS)]
            if names[-1] in done:
                continue
            kind = str(np.random.default_rng([options.seed, number]).choice(kinds, p=shares / shares.sum()))
            with silenced():
                model = Model(stage, Job(number, kind, "any", 0, 1.0), options.seed)
                stage.studio.build(model.parts(), model.world, model.camera, seed=number)
            made = {"seed": [options.seed, number], "subject": model.subject, "movement": kind}
            scene = []
            for i, name in enumerate(names):
                with silenced():
                    model.pose(model.moment())
                    stage.studio.repose(model.parts())
                    stage.studio.scene.cycles.seed = i
                    (options.out / name).write_bytes(model.picture(stage.studio.shoot()))
                    person = truth.person(model.body, model.camera, stage.studio.first_hit)
                scene.append(json.dumps(truth.record(model.camera, person, made, name)) + "\n")
                progress.update()
            # All at once: a scene that was interrupted is drawn again, and would have some of its lines twice.
            lines.write("".join(scene))
            lines.flush()


if __name__ == "__main__":
    main()
