"""Fits what the program holds its own readings against, from the numbers that `coverage.py --numbers` wrote.

    python crosscheck.py ../../tests/fixtures/heldout.jsonl

1. The regressed craniovertebral angle against the angle of C7 and near tragus in the picture (src/measure/apparent.rs):
   prints POINTS_ERROR of src/measure/lateral.rs, what it refuses, and how often an angle that is wrong by so much is caught.
2. The view from trunk yaw, head yaw and shoulder span (src/measure/view.rs): what each can tell, alone and together, fitted
   on people with even numbers and judged on those with odd ones.
"""

import argparse
import json
from pathlib import Path

import numpy as np

NECK, HALF_HEAD = 0.16, 0.07
HEIGHTS = (-0.2, 0.2)
NEAREST, FARTHEST = 0.4, 3.0
FIELD_OF_VIEW = 65.0
MIN_SCORE, SURE_EAR = 0.3, 0.4
LATERAL, NEAR_LATERAL, FRONTAL = 15.0, 30.0, 25.0
"""As in src/measure."""

GOOD = 10.0
"""An angle that errs by less than this is right, degrees: nine of ten do."""
REFUSED = 0.03
"""Share of right angles that the check may refuse."""

VIEWS = ("lateral", "near_lateral", "oblique", "frontal", "back")


def wrapped(angle):
    return (angle + 180) % 360 - 180


def view(yaw: float) -> str:
    """As View::of_yaw."""
    turned = abs(wrapped(yaw))
    from_side = abs(turned - 90)
    if from_side <= NEAR_LATERAL:
        return "lateral" if from_side <= LATERAL else "near_lateral"
    return "frontal" if turned <= FRONTAL else "oblique" if turned < 90 else "back"


def landmarks(angle, trunk, head):
    """C7 and the near tragus from the middle between the tragi: ahead, up, nearer."""
    a, t, h = np.radians(angle), np.radians(trunk), np.radians(head)
    c7 = -NECK * np.array([np.cos(a) * np.sin(t), np.sin(a), np.cos(a) * np.cos(t)])
    return c7, HALF_HEAD * np.array([-np.cos(h), 0 * h, np.sin(h)])


def in_picture(angle, trunk, head, distance, height):
    """As src/measure/apparent.rs."""
    tilt = np.arctan2(height, distance)

    def project(point):
        ahead, up, near = point
        up, away = up - height, distance - near
        depth = away * np.cos(tilt) - up * np.sin(tilt)
        return ahead / depth, (up * np.cos(tilt) + away * np.sin(tilt)) / depth

    c7, tragus = map(project, landmarks(angle, trunk, head))
    return np.degrees(np.arctan2(tragus[1] - c7[1], tragus[0] - c7[0]))


def outside(angle, seen):
    """By how much the angle in the picture lies outside the interval of `angle`, degrees."""
    c7, tragus = landmarks(angle, seen["trunk"], seen["head"])
    distance = np.clip(np.hypot(*(tragus - c7)[:2]) / seen["share"], NEAREST, FARTHEST)
    ends = [in_picture(angle, seen["trunk"], seen["head"], distance, height) for height in HEIGHTS]
    return np.maximum(np.min(ends, 0) - seen["picture"], seen["picture"] - np.max(ends, 0))


def side_readings(entries: list[dict]) -> dict[str, np.ndarray]:
    """Whatever is measured from the side, one number a reading."""
    rows = []
    for entry in entries:
        person = entry["person"]
        yaw, points = person["trunk_yaw"], person["keypoints"]
        if view(yaw) != "lateral" or "regressed" not in person:
            continue
        forward, ear = (-1, points.get("left_ear")) if yaw > 0 else (1, points.get("right_ear"))
        c7 = points.get("c7")
        if not ear or not c7 or ear["score"] < SURE_EAR or c7["score"] < MIN_SCORE:
            continue
        focal = max(entry["width"], entry["height"]) / 2 / np.tan(np.radians(FIELD_OF_VIEW / 2))
        ahead, up = forward * (ear["x"] - c7["x"]), c7["y"] - ear["y"]
        rows.append({
            "picture": np.degrees(np.arctan2(up, ahead)),
            "share": np.hypot(ahead, up) / focal,
            "trunk": abs(yaw),
            "head": abs(yaw) + wrapped(np.sign(yaw) * person["head"]["yaw"] - abs(yaw)),
            "angle": person["regressed"]["craniovertebral_angle"],
            "truth": entry["truth"]["craniovertebral_angle"],
        })  # fmt: skip
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def cross_check(entries: list[dict]) -> None:
    seen = side_readings(entries)
    angle, error = seen["angle"], abs(seen["angle"] - seen["truth"])
    right = error < GOOD
    checks = {
        "difference": lambda angle: abs(seen["picture"] - angle),
        "interval": lambda angle: outside(angle, seen),
    }
    print(f"{len(angle)} angles from the side, mean error {error.mean():.2f}, {(~right).sum()} err by {GOOD:.0f}° or more")
    print(f"the angle in the picture and the one in the body differ by {checks['difference'](angle).mean():.1f}° in the mean")
    for name, check in checks.items():
        limit = float(np.quantile(check(angle)[right], 1 - REFUSED))
        refused = check(angle) > limit
        print(f"\n{name}: limit {limit:.1f}" + (" = POINTS_ERROR" if name == "interval" else ""))
        print(f"  refused {(refused & right).sum()} of {right.sum()} right ones, {(refused & ~right).sum()} of "
              f"{(~right).sum()} wrong ones; mean error of the kept {error[~refused].mean():.2f}")  # fmt: skip
        for off in (10, 15, 20, 25, 30, 40):
            low, high = (100 * (check(angle + sign * off) > limit).mean() for sign in (-1, 1))
            print(f"  an angle {off}° too small is caught in {low:.0f} %, too large in {high:.0f} %")


def view_rows(entries: list[dict]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features, true yaw and whether the row judges; mirrored so that the trunk's yaw is positive."""
    rows, truth, judges = [], [], []
    for entry in entries:
        person = entry["person"]
        sign = 1 if person["trunk_yaw"] >= 0 else -1
        points = {n: k for n, k in person["keypoints"].items() if k["score"] >= MIN_SCORE}
        ears = [points[n]["y"] for n in ("left_ear", "right_ear") if n in points]
        span = None
        if ears and "left_shoulder" in points and "right_shoulder" in points:
            left, right = points["left_shoulder"], points["right_shoulder"]
            height = (left["y"] + right["y"]) / 2 - np.mean(ears)
            span = (left["x"] - right["x"]) / height if height > 0 else None
        rows.append([1, abs(person["trunk_yaw"]), wrapped(sign * person["head"]["yaw"]),
                     float(span is not None), np.clip(span or 0, -2, 4)])  # fmt: skip
        truth.append(wrapped(sign * entry["yaw"]))
        judges.append(entry["subject"] % 2 == 1)
    return np.array(rows), np.array(truth), np.array(judges)


def fitted(features: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Weights of least absolute error."""
    weights = np.ones(len(truth))
    for _ in range(30):
        b = np.linalg.lstsq(features * weights[:, None] ** 0.5, truth * weights**0.5, rcond=None)[0]
        weights = 1 / np.maximum(abs(truth - features @ b), 5)
    return b


def views(entries: list[dict]) -> None:
    features, truth, judges = view_rows(entries)
    true = np.array([view(yaw) for yaw in truth])

    def told(name: str, yaw: np.ndarray) -> None:
        called = np.array([view(y) for y in yaw])
        each = ", ".join(f"{v} {((called == v) & (true == v) & judges).sum()} of {((true == v) & judges).sum()}" for v in VIEWS)
        print(f"  {name}: {((called == true) & judges).sum()} of {judges.sum()} ({each})")

    print("\nviews named rightly, judged people")
    told("trunk yaw", features[:, 1])
    for name, columns in (("trunk yaw, refitted", [0, 1]), ("and head yaw", [0, 1, 2]), ("and shoulder span", [0, 1, 3, 4]),
                          ("all three", [0, 1, 2, 3, 4])):  # fmt: skip
        told(name, features[:, columns] @ fitted(features[~judges][:, columns], truth[~judges]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("numbers", type=Path, help="tests/fixtures/heldout.jsonl")
    entries = [json.loads(line) for line in parser.parse_args().numbers.read_text().splitlines()]
    cross_check(entries)
    views(entries)


if __name__ == "__main__":
    main()
