"""Measures an exported network: on hand-labelled photos, on held-out renders, on pictures without anybody.

    python evaluate.py --onnx posture.onnx --photos PHOTOS --labels labels.jsonl --score score.py
    python evaluate.py --onnx posture.onnx --renders HELD_OUT
    python evaluate.py --onnx posture.onnx --dataset DATASET
    python evaluate.py --onnx arms.onnx --arms --renders MOMENTS --subjects

Photos: predictions are written as `posture check --json` would (--predictions FILE keeps them) and judged by the
scorer given. Renders: every picture below the folder, or with --subjects only those of people never trained on.
Dataset: its `val` split, so imitation of the machine labels, and presence on its pictures of nobody, also with a framed
photo of somebody hung up in them (with --renders in its rooms too).
"""

import argparse
import importlib.util
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from augment import Augment
from contract import INDEX, INPUT, facing_of, view_of
from data import Item, Renders, photos, read_rgb
from twopass import FEWEST, FOUND, Estimator, Reading, reported, wire

GROUPS = {
    "nose": ["nose"], "eyes": ["left_eye", "right_eye"], "ears": ["left_ear", "right_ear"],
    "mouth": ["mouth_left", "mouth_right"], "chin": ["chin"], "shoulders": ["left_shoulder", "right_shoulder"],
    "elbows": ["left_elbow", "right_elbow"], "wrists": ["left_wrist", "right_wrist"],
    "hips": ["left_hip", "right_hip"], "c7": ["c7"],
}  # fmt: skip

Pass = Callable[[np.ndarray], Reading]


def spread(values: list[float] | np.ndarray) -> str:
    """Median and 90th percentile of the finite values, their number, and how many are infinite, as text."""
    v = np.asarray(values, float)
    v = v[~np.isnan(v)]
    there = v[np.isfinite(v)]
    if not len(there):
        return "   none"
    missing = f", {len(v) - len(there)} not reported" if len(v) > len(there) else ""
    return f"{np.median(there):6.3f} / {np.quantile(there, 0.9):6.3f} (n={len(there)}{missing})"


def judge_photos(read: Pass, folder: Path, labels: Path, scorer: Path, keep: Path | None) -> None:
    """Prints what the scorer says about hand-labelled photos."""
    spec = importlib.util.spec_from_file_location("scorer", scorer)
    judge = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(judge)
    truth = [json.loads(line) for line in labels.read_text().splitlines()]
    lines, angles = [], []
    for entry in truth:
        image = read_rgb(folder / entry["file"])
        reading = read(image)
        lines.append(json.dumps(wire(reading, entry["file"], image.shape)))
        if "cva_deg" in entry:
            angles.append((entry["file"], entry["cva_deg"], round(reading.cva, 1), round(reading.cva_sigma, 1)))
    with tempfile.TemporaryDirectory() as scratch:
        path = keep or Path(scratch) / "predictions.jsonl"
        path.write_text("\n".join(lines) + "\n")
        rows, derived, shift, found, cva = judge.score(truth, judge.load_predictions(str(path)))
    print(f"found {found}/{len(truth)}, shoulder shift outward {shift[0]:+.3f} down {shift[1]:+.3f}")
    for (view, group), errors in rows.items():
        e = np.asarray(errors)
        low, high = np.sort(e)[[len(e) // 2, min(len(e) - 1, int(0.9 * len(e)))]]
        print(f"  {view:13} {group:30} median {low:6.3f}  p90 {high:6.3f}  n {len(e):3}  missing {np.isinf(e).sum()}")
    for name, errors in derived.items():
        e = np.asarray(errors)
        e = e[np.isfinite(e)]
        if len(e):
            print(f"  {name:30} median {np.median(e):6.2f}  mean {e.mean():6.2f}  n {len(e)}/{len(errors)}")
    for entry in cva:
        print("  2-D angle at C7 (file, hand, model):", entry)
    for entry in angles:
        print("  craniovertebral angle (file, hand, network, its spread):", entry)


def judge_items(read: Pass, items: list[Item]) -> None:
    """Prints errors against the truth of renders, or against the machine labels of photos, and the calibration."""
    nobody = [read(i.image) for i in items if not i.person]
    if nobody:
        p = np.array([r.presence for r in nobody])
        print(f"nobody there, yet presence >= {FOUND}: {(p >= FOUND).sum()}/{len(p)} ({(p >= FOUND).mean():.1%}), "
              f"95th percentile {np.quantile(p, 0.95):.2f}")  # fmt: skip
    people = [i for i in items if i.person]
    if not people:
        return
    got = [read(i.image) for i in people]
    p = np.array([r.presence for r in got])
    print(f"found {(p >= FOUND).sum()}/{len(p)} ({(p >= FOUND).mean():.1%}), 5th percentile {np.quantile(p, 0.05):.2f}")
    views = np.array([view_of(i.trunk_yaw) for i in people])
    for view in ("all", "frontal", "oblique", "near_lateral", "lateral", "back"):
        chosen = [n for n in range(len(people)) if view in ("all", views[n])]
        if chosen:
            _judge_view(view, [people[n] for n in chosen], [got[n] for n in chosen])
    _calibration(people, got)


def judge_walls(read: Pass, rooms: list[Item], portraits: list[Item]) -> None:
    """Prints how often somebody is found in each room twice, as it is and with a framed photo of somebody on the wall."""
    augment = Augment(np.random.default_rng(5), [], portraits)
    found = lambda image: (r := read(image)).presence >= FOUND and reported(r).sum() >= FEWEST  # noqa: E731
    bare = hung = 0
    for item in rooms * 2:
        image = item.image
        room = cv2.resize(image, (INPUT, INPUT), interpolation=cv2.INTER_AREA)
        augment.hang_up(room)
        bare += found(image)
        hung += found(cv2.resize(room, image.shape[1::-1], interpolation=cv2.INTER_LINEAR))
    n = 2 * len(rooms)
    print(f"somebody found in {bare} of {n} rooms with nobody, in {hung} with a photo of somebody on the wall")


def _errors(item: Item, reading: Reading) -> np.ndarray:
    """Distance of every keypoint to its truth over the person's size: nan where it is not labelled as seen,
    infinite where it is not reported."""
    error = np.linalg.norm(reading.points - item.points, axis=1) / item.size
    error[~reported(reading)] = np.inf
    return np.where((item.visible == 1) & (item.weight >= 0.5), error, np.nan)


def _judge_view(view: str, people: list[Item], got: list[Reading]) -> None:
    errors = np.array([_errors(i, r) for i, r in zip(people, got, strict=True)])
    print(f"{view}: {len(people)} pictures; error / size, median / p90")
    for group, names in GROUPS.items():
        print(f"    {group:10} {spread(errors[:, [INDEX[n] for n in names]].ravel())}")
    turn = lambda a, b: abs((a - b + 180) % 360 - 180)  # noqa: E731
    angle = {"trunk yaw": [], "head yaw": [], "head pitch": [], "head roll": []}
    for i, r in zip(people, got, strict=True):
        if i.trunk_weight > 0:
            angle["trunk yaw"].append(turn(i.trunk_yaw, r.trunk_yaw))
        if i.head_weight > 0 and (not i.exact or i.visible[:8].max() > 0):
            for name, a, b in zip(("yaw", "pitch", "roll"), i.head, r.head, strict=True):
                angle["head " + name].append(turn(a, b))
    for name, values in angle.items():
        print(f"    {name:10} {spread(values)} degrees")
    exact = [(i, r) for i, r in zip(people, got, strict=True) if i.exact]
    if exact:
        same = np.mean([view_of(i.trunk_yaw) == view_of(r.trunk_yaw) for i, r in exact])
        faces = np.mean([facing_of(i.trunk_yaw) == facing_of(r.trunk_yaw) for i, r in exact])
        print(f"    view right {same:.1%}, facing right {faces:.1%}")
        _judge_cva([(i, r) for i, r in exact if i.cva_weight == 1.0 and _shows_neck(i)])


def _shows_neck(item: Item) -> bool:
    """Whether C7 and a tragus lie in the picture."""
    h, w = item.shape
    within = [(0 <= x < w) and (0 <= y < h) for x, y in item.points]
    return within[INDEX["c7"]] and (within[INDEX["left_ear"]] or within[INDEX["right_ear"]])


def _judge_cva(pairs: list[tuple[Item, Reading]]) -> None:
    if not pairs:
        return
    truth = np.array([i.cva for i, _ in pairs])
    roll = np.array([np.sin(np.radians(i.trunk_yaw)) * i.camera_roll for i, _ in pairs])
    mean = np.array([r.cva for _, r in pairs])
    sigma = np.array([r.cva_sigma for _, r in pairs])
    for name, error in (("roll known", mean - truth - roll), ("roll unknown", mean - truth)):
        print(f"    CVA, camera {name:12}: mean error {abs(error).mean():.2f}, bias {error.mean():+.2f}, "
              f"p90 {np.quantile(abs(error), 0.9):.1f} degrees (n={len(error)}), "
              f"root mean square of error / sigma {np.sqrt(np.mean((error / sigma) ** 2)):.2f}")  # fmt: skip
    if len(pairs) < 10:
        return
    print(f"    CVA of the truth: mean {truth.mean():.1f}, spread {truth.std():.1f}; slope of the prediction "
          f"{np.polyfit(truth + roll, mean, 1)[0]:.2f}")  # fmt: skip


def _calibration(people: list[Item], got: list[Reading]) -> None:
    """How often keypoints of a score lie within 0.1 size of a seen keypoint's truth."""
    scores, right = [], []
    for item, reading in zip(people, got, strict=True):
        known = (item.visible == 0) | ((item.visible == 1) & (item.weight >= 0.5))
        error = np.linalg.norm(reading.points - item.points, axis=1) / item.size
        scores.append(reading.score[known])
        right.append(((error <= 0.1) & (item.visible == 1))[known])
    scores, right = np.concatenate(scores), np.concatenate(right)
    print("score: share seen and within 0.1 size (n)")
    for low in np.arange(0, 1, 0.1):
        chosen = (scores >= low) & (scores < low + 0.1 + 1e-6 * (low > 0.85))
        if chosen.any():
            print(f"    {low:.1f}-{low + 0.1:.1f}: {right[chosen].mean():.2f} ({chosen.sum()})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--onnx", type=Path, required=True)
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--score", type=Path, help="the scorer of the hand-labelled photos")
    parser.add_argument("--predictions", type=Path, help="where to keep the predictions on the photos")
    parser.add_argument("--renders", type=Path)
    parser.add_argument("--subjects", action="store_true", help="only renders of people never trained on")
    parser.add_argument("--dataset", type=Path)
    parser.add_argument("--split", default="val")
    look = parser.add_mutually_exclusive_group()
    look.add_argument("--one-pass", action="store_true", help="the letterboxed picture alone")
    look.add_argument("--arms", action="store_true", help="two passes as a frame gets them from the network of the arms")
    look.add_argument("--no-mirror", action="store_true", help="two passes as a camera's frame gets them, not a photo")
    parser.add_argument("--limit", type=int, help="at most this many renders")
    args = parser.parse_args()
    estimator = Estimator(args.onnx, arms=args.arms)
    frame = args.no_mirror or args.arms
    read = estimator.whole if args.one_pass else estimator.two_passes if frame else estimator.photo
    if args.photos:
        judge_photos(read, args.photos, args.labels, args.score, args.predictions)
    if args.renders:
        renders = Renders([args.renders], held_out=True if args.subjects else None)
        renders.scan()
        judge_items(read, renders.items[: args.limit])
    if args.dataset:
        items = photos(args.dataset, {args.split})
        judge_items(read, items)
        empty = [i for i in items + (renders.items if args.renders else []) if not i.person]
        judge_walls(read, empty, [i for i in items if i.person])


if __name__ == "__main__":
    main()
