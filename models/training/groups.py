"""Measures an exported network by skin, hair, glasses and what else covers a head.

    python groups.py --onnx posture.onnx --renders HELD_OUT
    python groups.py --onnx posture.onnx --photos PHOTOS --labels labels.jsonl

Renders carry what they were made from, hand-labelled photos their flags. A group's row holds the errors of eyes, ears
and shoulders that are seen (distance over size, median / 90th percentile, not reported = infinite), the share of
people found, and for renders from the side the craniovertebral angle.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from contract import INDEX, view_of
from data import read_rgb, rendered
from twopass import FOUND, Estimator, Reading, reported

PARTS = {"eyes": ("left_eye", "right_eye"), "ears": ("left_ear", "right_ear"), "shoulders": ("left_shoulder", "right_shoulder")}  # fmt: skip
SKINS = {"african": "darker skin", "asian": "middle skin", "caucasian": "lighter skin"}
"""The names in MakeHuman's textures, said as what they show."""
LONG_HAIR = ("long", "bob", "afro", "braid")


@dataclass
class Row:
    """One picture: its groups, its errors by part, whether the person was found, and the angle's error from the side."""

    groups: list[str]
    errors: dict[str, list[float]]
    found: bool
    angle: float | None = None


def of_renders(estimator: Estimator, folder: Path) -> Iterator[Row]:
    """Every rendered person below a folder."""
    for truth in sorted(folder.glob("**/truth.jsonl")):
        for line in map(json.loads, truth.read_text().splitlines()):
            if line["person"] is None:
                continue
            item = rendered((truth.parent / line["source"]).read_bytes(), line)
            reading = estimator.photo(item.image)
            seen = {name: item.points[INDEX[name]] for name in INDEX if item.visible[INDEX[name]] == 1}
            row = Row(_made(line["made"]), _errors(seen, item.size, reading), reading.presence >= FOUND)
            if view_of(item.trunk_yaw) == "lateral" and item.visible[INDEX["c7"]] == 1:
                roll = np.sin(np.radians(item.trunk_yaw)) * item.camera_roll
                row.angle = float(reading.cva - item.cva - roll)
            yield row


def of_photos(estimator: Estimator, folder: Path, labels: Path) -> Iterator[Row]:
    """Every hand-labelled photo."""
    for entry in map(json.loads, labels.read_text().splitlines()):
        reading = estimator.photo(read_rgb(folder / entry["file"]))
        seen = {name: np.array([p["x"], p["y"]]) for name, p in entry["keypoints"].items() if p["visible"]}
        groups = ["all", *(f for f in entry.get("flags", []) if not f.startswith("mirror"))]
        yield Row(groups, _errors(seen, entry["size"], reading), reading.presence >= FOUND)


def _made(made: dict) -> list[str]:
    worn = made.get("accessory") or []
    skin = next(name for key, name in SKINS.items() if f"_{key}_" in made["skin"])
    hair = made.get("hair") or ""
    length = "long hair" if hair.startswith(LONG_HAIR) else "short or no hair"
    return ["all", skin, length, *worn, *([] if "glasses" in worn else ["no glasses"])]


def _errors(seen: dict[str, np.ndarray], size: float, reading: Reading) -> dict[str, list[float]]:
    keep = reported(reading)
    errors = defaultdict(list)
    for part, names in PARTS.items():
        for name in names:
            if name in seen:
                k = INDEX[name]
                errors[part].append(float(np.linalg.norm(reading.points[k] - seen[name]) / size) if keep[k] else np.inf)
    return errors


def _spread(values: list[float]) -> str:
    if not values:
        return ""
    ordered = np.sort(values)
    return f"{ordered[len(ordered) // 2]:.3f} / {ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))]:.3f} ({len(ordered)})"


def show(rows: list[Row]) -> None:
    """Prints a Markdown table, a row per group of at least five pictures, the largest first."""
    members = defaultdict(list)
    for row in rows:
        for group in row.groups:
            members[group].append(row)
    print("| | pictures | found | " + " | ".join(PARTS) + " | angle, mean error (bias) |\n|---|---|---|---|---|---|---|")
    for group, its in sorted(members.items(), key=lambda pair: -len(pair[1])):
        if len(its) < 5:
            continue
        parts = " | ".join(_spread([e for row in its for e in row.errors.get(part, [])]) for part in PARTS)
        angles = np.array([row.angle for row in its if row.angle is not None])
        angle = f"{abs(angles).mean():.1f}° ({angles.mean():+.1f}°, {len(angles)})" if len(angles) else ""
        print(f"| {group} | {len(its)} | {np.mean([row.found for row in its]):.0%} | {parts} | {angle} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--onnx", type=Path, required=True)
    parser.add_argument("--renders", type=Path)
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--labels", type=Path)
    args = parser.parse_args()
    estimator = Estimator(args.onnx)
    if args.renders:
        show(list(of_renders(estimator, args.renders)))
    if args.photos:
        show(list(of_photos(estimator, args.photos, args.labels)))


if __name__ == "__main__":
    main()
