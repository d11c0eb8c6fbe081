"""Holds `posture check --json` against the truth of renders: errors, coverage of every band, and what paired postures show.

    posture check --json RENDERS > readings.jsonl
    python coverage.py --readings readings.jsonl --truth RENDERS/truth.jsonl            errors and coverage
    python coverage.py --readings readings.jsonl --truth SETS/truth.jsonl --pairs       the postures of pairs.py

Several folders: repeat both options in the same order. Bands are fitted on people with even numbers and judged on those
with odd ones. `--numbers FILE` writes what a test of the program needs to do the same: poses and truth, no pixels.
"""

import argparse
import json
import math
from collections import defaultdict
from pathlib import Path

import numpy as np

METRICS = ("craniovertebral_angle", "neck_flexion", "trunk_lean", "head_pitch", "ear_shoulder_height", "eye_distance",
           "head_roll", "shoulder_tilt", "shoulder_raise", "distance")  # fmt: skip

FACE_BEFORE_EARS = 0.09
"""Metres from the middle of the ears forward to the eyes: the truth's distance is to the ears."""


def tilt(a: np.ndarray, b: np.ndarray) -> float:
    """Slope of the line through two points of the picture, positive clockwise, in degrees."""
    left, right = (a, b) if a[0] <= b[0] else (b, a)
    return math.degrees(math.atan2(right[1] - left[1], right[0] - left[0]))


def true_values(record: dict) -> dict[str, float]:
    """What each metric would be if it were measured without error."""
    person, camera, angles = record["person"], record["camera"], record["made"]["angles"]
    at = {name: np.array([k["x"], k["y"]]) for name, k in person["keypoints"].items()}
    left, right = at["left_shoulder"], at["right_shoulder"]
    width = float(np.hypot(*(left - right)))
    middle = (left + right) / 2
    along, to_ears = left - right, (at["left_ear"] + at["right_ear"]) / 2 - right
    ahead = camera["distance"] - FACE_BEFORE_EARS * math.cos(math.radians(person["head"]["yaw"]))
    return {
        "craniovertebral_angle": angles["craniovertebral_angle"],
        "neck_flexion": 90 - angles["craniovertebral_angle"],
        "trunk_lean": angles["trunk_lean"],
        "head_pitch": person["head"]["pitch"],
        "ear_shoulder_height": float(along[1] * to_ears[0] - along[0] * to_ears[1]) / width**2,
        "eye_distance": float(np.hypot(*(at["left_eye"] - at["right_eye"]))) / width,
        "head_roll": tilt(at["left_eye"], at["right_eye"]),
        "shoulder_tilt": tilt(left, right),
        "shoulder_raise": float(record["height"] / 2 - middle[1]) / width,
        "distance": 100 * math.hypot(ahead, camera["height_above_ear"]),
    }


def load(readings: list[Path], truths: list[Path]) -> list[tuple[dict, dict]]:
    """Readings with their truth where that is known, a person is in the picture and was seen."""
    pairs = []
    for reading, truth in zip(readings, truths, strict=True):
        records = {r["source"]: r for r in map(json.loads, truth.read_text().splitlines())}
        for line in map(json.loads, reading.read_text().splitlines()):
            record = records.get(Path(line["source"]).name)
            if record and line["person"] and record["person"]:
                pairs.append((line, record))
    return pairs


def measured(line: dict, metric: str) -> tuple[float, float] | None:
    """Value and uncertainty of an absolute measurement."""
    found = [m for m in line["measurements"] if m["metric"] == metric and m["reference"] == "absolute"]
    return (found[0]["value"], found[0]["uncertainty"]) if found else None


def errors(pairs: list[tuple[dict, dict]], metric: str) -> np.ndarray:
    """Rows of error, band, subject, true trunk yaw, camera height, in the order of `pairs`."""
    rows = []
    for line, record in pairs:
        if (m := measured(line, metric)) is not None:
            rows.append((m[0] - true_values(record)[metric], m[1], record["made"]["subject"],
                         record["person"]["trunk_yaw"], record["camera"]["height_above_ear"]))  # fmt: skip
    return np.array(rows).reshape(-1, 5)


def line_of(name: str, rows: np.ndarray) -> str:
    """A row of a table: number, mean error, bias, 90th percentile, coverage, middle band."""
    if len(rows) < 5:
        return f"| {name} | {len(rows)} | | | | | |"
    e, band = rows[:, 0], rows[:, 1]
    return (f"| {name} | {len(e)} | {abs(e).mean():.3g} | {e.mean():+.2g} | {np.quantile(abs(e), 0.9):.3g} | "
            f"{(abs(e) <= band).mean():.0%} | ± {np.median(band):.3g} |")  # fmt: skip


HEAD = "| | n | mean error | bias | p90 | in the band | middle band |\n|---|---|---|---|---|---|---|"


def absolute(pairs: list[tuple[dict, dict]]) -> None:
    """Tables of every metric, and of the craniovertebral angle by where it was seen from."""
    print(f"{HEAD}")
    for metric in METRICS:
        rows = errors(pairs, metric)
        print(line_of(f"{metric}, fitted", rows[rows[:, 2] % 2 == 0]))
        print(line_of(f"{metric}, judged", rows[rows[:, 2] % 2 == 1]))
    print("\nwhat every band of fitted people would have to be multiplied by to hold nine of ten")
    for metric in METRICS:
        rows = errors(pairs, metric)
        rows = rows[rows[:, 2] % 2 == 0]
        if len(rows) >= 20:
            print(f"{metric}: {np.quantile(abs(rows[:, 0]) / rows[:, 1], 0.9):.3f}")
    rows = errors(pairs, "craniovertebral_angle")
    side = abs(rows[:, 3])
    print(f"\ncraniovertebral angle\n{HEAD}")
    for low, high in ((0, 60), (60, 75), (75, 85), (85, 95), (95, 105), (105, 120), (120, 180)):
        print(line_of(f"true yaw {low} to {high}°", rows[(side >= low) & (side < high)]))
    for low, high in ((-9, -0.15), (-0.15, 0), (0, 0.15), (0.15, 9)):
        print(line_of(f"camera {low} to {high} m above the ear", rows[(rows[:, 4] >= low) & (rows[:, 4] < high)]))
    print("\nview in truth: what it was called")
    called: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for line, record in pairs:
        called[record["person"]["view"]][line["person"]["view"]] += 1
    for view, names in called.items():
        print(f"{view}: " + ", ".join(f"{name} {n}" for name, n in sorted(names.items(), key=lambda x: -x[1])))


SIGN = {"craniovertebral_angle": -1, "head_pitch": -1, "ear_shoulder_height": -1, "eye_distance": 1, "distance": -1,
        "shoulder_raise": 1}  # fmt: skip
"""Which way a metric goes with what is worse."""


def relative(metric: str) -> bool:
    """Whether a deviation is a fraction of the baseline."""
    return metric in ("ear_shoulder_height", "eye_distance", "distance")


def deviation(metric: str, neutral: float, now: float) -> float:
    """As src/baseline.rs counts it."""
    if metric == "distance":
        return neutral / now - 1
    change = SIGN[metric] * (now - neutral)
    return change / neutral if relative(metric) else change


def paired(pairs: list[tuple[dict, dict]]) -> None:
    """What every posture does to every metric, and how well forward head is told from the others."""
    sets: dict[tuple, dict[str, tuple[dict, dict]]] = defaultdict(dict)
    for line, record in pairs:
        sets[(record["made"]["subject"], *record["made"]["seed"])][record["made"]["posture"]] = (line, record)
    names = [n for n in next(iter(sets.values())) if not n.startswith("again")]
    print(f"{len(sets)} sets")
    for metric in SIGN:
        found, true = defaultdict(list), defaultdict(list)
        for postures in sets.values():
            calm = {n: measured(p[0], metric) for n, p in postures.items() if n == "upright" or n.startswith("again")}
            calm = {n: m[0] for n, m in calm.items() if m}
            if len(calm) < 3:
                continue
            for name, (line, record) in postures.items():
                group = "upright" if name.startswith("again") else name
                if (m := measured(line, metric)) is None:
                    found[group].append(math.nan)
                    true[group].append(math.nan)
                    continue
                others = [v for n, v in calm.items() if n != name]
                found[group].append(deviation(metric, float(np.median(others)), m[0]))
                true[group].append(deviation(metric, true_values(postures["upright"][1])[metric], true_values(record)[metric]))
        if len(found["upright"]) < 10:
            continue
        calm = np.array(found["upright"])
        threshold = float(np.nanquantile(calm, 0.95))
        print(f"\n{metric}: 5 % of {np.isfinite(calm).sum()} upright readings deviate by more than {threshold:.3g}")
        print("| posture | true change, median | read, median | beyond the threshold | not read |\n|---|---|---|---|---|")
        for name in names:
            v = np.array(found[name])
            seen = v[np.isfinite(v)]
            if len(seen):
                print(f"| {name} | {np.nanmedian(true[name]):+.3g} | {np.median(seen):+.3g} | {(seen > threshold).mean():.0%} of "
                      f"{len(seen)} | {len(v) - len(seen)} |")  # fmt: skip
        error = [abs((np.array(found[n]) - np.array(true[n]))[np.isfinite(found[n])]) for n in names]
        print(f"error of the deviation: 90 % within {np.quantile(np.concatenate(error), 0.9):.3g}")


def write_numbers(pairs: list[tuple[dict, dict]], file: Path) -> None:
    """Poses and truth, one JSON object per line."""
    with file.open("w") as out:
        for line, record in pairs:
            made = record["made"]
            person = line["person"]
            points = {n: k for n, k in person["keypoints"].items() if not n.endswith(("elbow", "wrist", "hip"))}
            entry = {"subject": made["subject"], "yaw": record["person"]["trunk_yaw"]}
            if "set" in made:
                entry |= {"set": made["set"], "posture": made["posture"]}
            values = true_values(record)
            entry["truth"] = {name: round(values[name], 4) for name in METRICS if name not in ("neck_flexion", "trunk_lean")}
            entry |= {"width": line["width"], "height": line["height"], "person": {**person, "keypoints": points}}
            out.write(json.dumps(entry, separators=(",", ":")) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readings", type=Path, action="append", required=True, help="what `posture check --json` printed")
    parser.add_argument("--truth", type=Path, action="append", required=True, help="the truth.jsonl of the same pictures")
    parser.add_argument("--pairs", action="store_true", help="the pictures are those of pairs.py")
    parser.add_argument("--numbers", type=Path, help="where to write poses and truth for the program's own test")
    options = parser.parse_args()
    pairs = load(options.readings, options.truth)
    (paired if options.pairs else absolute)(pairs)
    if options.numbers:
        write_numbers(pairs, options.numbers)


if __name__ == "__main__":
    main()
