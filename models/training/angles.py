"""Adds the angles of the body to truth files that render.py wrote before it kept them.

`python angles.py --subjects subjects.npz --assets DIR --split held_out RENDERS ...`

Scenes are drawn again from their numbers, nothing is rendered; a scene whose craniovertebral angle does not come out as
it was written is an error. Needs what render.py needs.
"""

import argparse
import json
from functools import lru_cache
from pathlib import Path

from tqdm import tqdm

import render
import truth


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--subjects", type=Path, required=True, help="the file that subjects.py wrote")
    parser.add_argument("--assets", type=Path, required=True, help="folder with makehuman/ and hdri/")
    parser.add_argument("--split", choices=list(render.SUBJECTS), required=True)
    parser.add_argument("renders", type=Path, nargs="+", help="folders with a truth.jsonl")
    options = parser.parse_args()
    with render.silenced():
        stage = render.open_stage(options.subjects, options.assets, options.split, 1)

    @lru_cache(maxsize=4)
    def angles(seed: int, index: int) -> dict[str, float]:
        with render.silenced():
            return truth.body_angles(render.draw_scene(stage, seed, index)[0].body)

    for folder in options.renders:
        log = folder / "truth.jsonl"
        records = [json.loads(line) for line in log.read_text().splitlines()]
        for record in tqdm(records, unit="picture", mininterval=10):
            if record["person"] is None:
                continue
            record["made"]["angles"] = angles(*record["made"]["seed"])
            if record["made"]["angles"]["craniovertebral_angle"] != record["person"]["craniovertebral_angle"]:
                raise SystemExit(f"{log}: {record['source']} was drawn by another version of render.py")
        (folder / "truth.new").write_text("".join(json.dumps(record) + "\n" for record in records))
        (folder / "truth.new").replace(log)


if __name__ == "__main__":
    main()
