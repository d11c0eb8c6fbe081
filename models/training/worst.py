"""Draws the worst keypoints of hand-labelled photos, to be looked at.

    python worst.py --onnx posture.onnx --photos PHOTOS --labels labels.jsonl --out worst.png

One tile per photo, the worst first: the photo around the person, rings where a hand put the seen keypoints, crosses
where the network puts them, the worst pair joined by a line; below it the file, the keypoint and its error over the
person's size. The pictures show people: they stay outside the repository.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np

from contract import INDEX
from data import read_rgb
from twopass import Estimator, Reading, reported

TILE = 320
COLUMNS = 6


def worst_keypoint(entry: dict, reading: Reading) -> tuple[float, str]:
    """The largest error over the person's size of the keypoints that are seen, and its name; 9 where not reported."""
    keep = reported(reading)
    errors = []
    for name, p in entry["keypoints"].items():
        if p["visible"]:
            away = np.linalg.norm(reading.points[INDEX[name]] - (p["x"], p["y"])) / entry["size"]
            errors.append((float(away) if keep[INDEX[name]] else 9.0, name))
    return max(errors)


def tile(image: np.ndarray, entry: dict, reading: Reading, error: float, name: str) -> np.ndarray:
    """One photo around its labels, with both sets of points."""
    points = np.array([(p["x"], p["y"]) for p in entry["keypoints"].values()])
    middle, side = (points.min(0) + points.max(0)) / 2, 1.5 * float(np.ptp(points, axis=0).max())
    scale = TILE / side
    matrix = np.array([[scale, 0, TILE / 2 - scale * middle[0]], [0, scale, TILE / 2 - scale * middle[1]]])
    shown = cv2.warpAffine(image[:, :, ::-1], matrix, (TILE, TILE), flags=cv2.INTER_AREA)
    place = lambda at: tuple(int(v) for v in matrix[:, :2] @ np.asarray(at) + matrix[:, 2])  # noqa: E731
    for key, p in entry["keypoints"].items():
        hand, ours = place((p["x"], p["y"])), place(reading.points[INDEX[key]])
        cv2.circle(shown, hand, 5, (0, 255, 0) if p["visible"] else (0, 160, 255), 1)
        cv2.drawMarker(shown, ours, (255, 255, 0), cv2.MARKER_CROSS, 8, 1)
        if key == name:
            cv2.line(shown, hand, ours, (0, 0, 255), 1)
    text = f"{entry['file'][:20]} {name} {error:.2f}"
    cv2.putText(shown, text, (4, TILE - 6), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (255, 255, 255), 1, cv2.LINE_AA)
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--onnx", type=Path, required=True)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=30)
    args = parser.parse_args()
    estimator, cases = Estimator(args.onnx), []
    for entry in map(json.loads, args.labels.read_text().splitlines()):
        image = read_rgb(args.photos / entry["file"])
        reading = estimator.photo(image)
        error, name = worst_keypoint(entry, reading)
        cases.append((error, name, tile(image, entry, reading, error, name), entry["file"], reading.presence))
    cases.sort(key=lambda case: -case[0])
    for error, name, _, file, presence in cases[: args.count]:
        print(f"{error:.3f}  {name:15} presence {presence:.2f}  {file}")
    tiles = [case[2] for case in cases[: args.count]]
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % COLUMNS)
    rows = [np.hstack(tiles[i : i + COLUMNS]) for i in range(0, len(tiles), COLUMNS)]
    cv2.imwrite(str(args.out), np.vstack(rows))


if __name__ == "__main__":
    main()
