"""Fits how a keypoint's score follows from `visible` and the heatmap's peak, on pictures that were not trained on.

    python calibrate.py --onnx posture.onnx --dataset DATASET --renders HELD_OUT

score = visible ** a * peak ** b, so that it is the probability that the keypoint is seen and lies within 0.1 of the
person's size; a and b go into twopass.py and into the program. Photos and renders weigh the same.
"""

import argparse
from pathlib import Path

import numpy as np

from data import Renders, photos
from twopass import FOUND, Estimator

POWERS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0)


def gather(estimator: Estimator, items: list) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """visible, peak and 1 or 0 for right, of every labelled keypoint of the people that were found."""
    visible, peak, right = [], [], []
    for item in items:
        reading = estimator.two_passes(item.image)
        if not item.person or reading.presence < FOUND:
            continue
        known = (item.visible == 0) | ((item.visible == 1) & (item.weight >= 0.5))
        near = np.linalg.norm(reading.points - item.points, axis=1) <= 0.1 * item.size
        visible.append(reading.visible[known])
        peak.append(np.clip(reading.peak[known], 1e-3, 1))
        right.append((near & (item.visible == 1))[known])
    return np.concatenate(visible), np.concatenate(peak), np.concatenate(right).astype(float)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--onnx", type=Path, required=True)
    parser.add_argument("--dataset", type=Path, required=True)
    parser.add_argument("--renders", type=Path, required=True)
    args = parser.parse_args()
    estimator = Estimator(args.onnx)
    renders = Renders([args.renders], held_out=None)
    renders.scan()
    sets = [gather(estimator, photos(args.dataset, {"val"})), gather(estimator, renders.items)]
    rows = []
    for a in POWERS:
        for b in POWERS:
            loss = []
            for visible, peak, right in sets:
                score = np.clip(visible**a * peak**b, 1e-3, 1 - 1e-3)
                loss.append(-np.mean(right * np.log(score) + (1 - right) * np.log(1 - score)))
            rows.append((np.mean(loss), a, b, *loss))
    for mean, a, b, *loss in sorted(rows)[:5]:
        print(f"a {a}  b {b}: log-loss {mean:.4f} (photos {loss[0]:.4f}, renders {loss[1]:.4f})")


if __name__ == "__main__":
    main()
