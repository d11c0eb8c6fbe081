"""Inference on whole pictures with the exported network, in two passes: the reference for the Rust tracker.

Pass 1 sees the whole letterboxed picture, pass 2 a square crop around the head and shoulders that pass 1 found. Photos
are looked at once more in pass 2, in a mirror.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

from augment import ARMS_BELOW, ARMS_FACTOR, CROP_FACTOR, affine, warp
from contract import CELL, FLIP, GRID, INPUT, KEYPOINTS, UPPER, K, facing_of, view_of
from data import framing

FRAMING_SCORE = 0.3
"""Keypoints of pass 1 with at least this score frame the crop of pass 2."""
LARGEST = 0.842
"""Head and shoulders larger than this many long sides of the picture are not believed: the result of pass 1 stands."""
GLIMPSE = 0.2
"""Below this presence in pass 1 nobody is there and pass 2 is not run."""
FOUND = 0.5
"""A person is reported from this presence on."""
FEWEST = 2
"""A person is reported with at least this many keypoints."""
REPORTED = 0.1
"""A keypoint is reported when it is inside with a probability of 0.5 and scores at least this much."""
VISIBLE_POWER, PEAK_POWER = 1.0, 0.5
"""Score of a keypoint = visible ** VISIBLE_POWER * peak ** PEAK_POWER, fitted by calibrate.py."""


ALIKE = 1 / 12
"""Of keypoints that the two looks of a photo place further apart than this share of the crop, the one is taken that lies
nearer to those on which they agree: the other may be somebody else's."""


@dataclass
class Reading:
    """One pass: points [17, 2] in picture pixels, score, peak, visible, inside [17], presence, angles in degrees."""

    points: np.ndarray
    score: np.ndarray
    peak: np.ndarray
    visible: np.ndarray
    inside: np.ndarray
    presence: float
    trunk_yaw: float
    head: tuple[float, float, float]
    cva: float
    cva_sigma: float


class Estimator:
    """An exported network and the way a picture goes through it; `arms`: that of the network of the arms."""

    def __init__(self, onnx: Path, threads: int = 1, arms: bool = False):
        self.factor, self.below = (ARMS_FACTOR, ARMS_BELOW) if arms else (CROP_FACTOR, 0.0)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(str(onnx), options, providers=["CPUExecutionProvider"])

    def read(self, image: np.ndarray, centre: np.ndarray, side: float, mirror: bool = False) -> Reading:
        """One pass over the square of `side` pixels around `centre` of the picture (uint8 [h, w, 3] RGB). What is read
        in a mirror is given as it is, not as it looked there."""
        matrix = affine(centre, side, 0.0, False)
        pixels = warp(image, matrix, cv2.BORDER_CONSTANT)
        if mirror:
            pixels = np.ascontiguousarray(pixels[:, ::-1])
        frame = pixels.transpose(2, 0, 1)[None].astype(np.float32) / 255
        heat, offset, visible, inside, presence, trunk, head, cva = (
            o[0] for o in self.session.run(None, {"frame": frame})
        )
        cells, peak = decode(heat, offset)
        if mirror:
            order = list(FLIP)
            cells, peak, visible, inside = cells[order], peak[order], visible[order], inside[order]
            cells[:, 0] = GRID - cells[:, 0]
            trunk, head = trunk * [-1, 1], head * [-1, 1, 1, -1]
        points = (cells * CELL - INPUT / 2) * side / INPUT + centre
        angle = lambda sin, cos: float(np.degrees(np.arctan2(sin, cos)))  # noqa: E731
        return Reading(
            points, visible**VISIBLE_POWER * peak**PEAK_POWER, peak, visible, inside, float(presence[0]),
            angle(*trunk), (angle(*head[:2]), float(head[2]), float(head[3])), float(cva[0]), float(cva[1]),
        )  # fmt: skip

    def whole(self, image: np.ndarray) -> Reading:
        """Pass 1: the whole picture, letterboxed."""
        height, width = image.shape[:2]
        return self.read(image, np.array([width / 2, height / 2]), max(height, width))

    def crop(self, first: Reading, shape: tuple[int, ...]) -> tuple[np.ndarray, float] | None:
        """Centre and side in pixels of pass 2's square, or None where pass 1 gives no believable one."""
        known = np.zeros(K, bool)
        upper = list(UPPER)
        known[upper] = first.score[upper] >= FRAMING_SCORE
        box = framing(first.points, known)
        if box is None or box[1] > LARGEST * max(shape[:2]):
            return None
        return box[0] + (0, self.below * box[1]), self.factor * box[1]

    def two_passes(self, image: np.ndarray) -> Reading:
        """Pass 2 where pass 1 allows it, else pass 1: what the first frame of a camera gets."""
        first = self.whole(image)
        box = self.crop(first, image.shape) if first.presence >= GLIMPSE else None
        return self.read(image, *box) if box else first

    def photo(self, image: np.ndarray) -> Reading:
        """The same with pass 2 in a mirror as well: what a photo gets."""
        first = self.whole(image)
        box = self.crop(first, image.shape) if first.presence >= GLIMPSE else None
        return together(self.read(image, *box), self.read(image, *box, mirror=True), box[1]) if box else first


def together(a: Reading, b: Reading, side: float) -> Reading:
    """The middle of two looks at the same square of `side` pixels."""
    apart = np.linalg.norm(a.points - b.points, axis=1) > ALIKE * side
    middle = (a.points + b.points)[~apart].mean(0) / 2 if not apart.all() else a.points.mean(0)
    off = lambda points: np.linalg.norm(points - middle, axis=1)  # noqa: E731
    share = np.where(apart, (off(b.points) < off(a.points)).astype(float), 0.5)
    mix = lambda x, y: x + (y - x) * (share if x.ndim == 1 else share[:, None])  # noqa: E731
    mean = lambda x, y: (x + y) / 2  # noqa: E731
    turn = lambda x, y: float(np.degrees(np.angle(np.exp(1j * np.radians(x)) + np.exp(1j * np.radians(y)))))  # noqa: E731
    return Reading(
        mix(a.points, b.points), mix(a.score, b.score), mix(a.peak, b.peak), mix(a.visible, b.visible),
        mix(a.inside, b.inside), mean(a.presence, b.presence), turn(a.trunk_yaw, b.trunk_yaw),
        (turn(a.head[0], b.head[0]), mean(a.head[1], b.head[1]), turn(a.head[2], b.head[2])),
        mean(a.cva, b.cva), mean(a.cva_sigma, b.cva_sigma),
    )  # fmt: skip


def decode(heat: np.ndarray, offset: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions [17, 2] in cells and peaks [17] from heatmaps [17, 24, 24] and offsets [34, 24, 24]."""
    cells, peaks = np.zeros((K, 2), np.float32), np.zeros(K, np.float32)
    for k in range(K):
        row, column = divmod(int(heat[k].argmax()), GRID)
        peaks[k] = heat[k, row, column]
        rows = slice(max(0, row - 1), row + 2)
        columns = slice(max(0, column - 1), column + 2)
        h = heat[k, rows, columns] + 1e-9
        y, x = np.mgrid[rows.start : rows.start + h.shape[0], columns.start : columns.start + h.shape[1]]
        cells[k, 0] = (h * (x + 0.5 + offset[2 * k, rows, columns])).sum() / h.sum()
        cells[k, 1] = (h * (y + 0.5 + offset[2 * k + 1, rows, columns])).sum() / h.sum()
    return cells, peaks


def reported(reading: Reading) -> np.ndarray:
    """[17] true for the keypoints that count as found: probably inside what was looked at, and localised."""
    return (reading.inside >= 0.5) & (reading.score >= REPORTED)


def wire(reading: Reading, source: str, shape: tuple[int, ...]) -> dict:
    """The reading as an object of schema posture/1 (without measurements)."""
    person = None
    if reading.presence >= FOUND and reported(reading).sum() >= FEWEST:
        keep = reported(reading)
        yaw, pitch, roll = reading.head
        person = {
            "score": round(reading.presence, 3),
            "view": view_of(reading.trunk_yaw),
            "facing": facing_of(reading.trunk_yaw),
            "trunk_yaw": round(reading.trunk_yaw, 1),
            "head": {"yaw": round(yaw, 1), "pitch": round(pitch, 1), "roll": round(roll, 1)},
            "keypoints": {
                name: {
                    "x": round(float(reading.points[k, 0]), 2),
                    "y": round(float(reading.points[k, 1]), 2),
                    "score": round(float(reading.score[k]), 3),
                }
                for k, name in enumerate(KEYPOINTS)
                if keep[k]
            },
        }
    height, width = shape[:2]
    return {
        "schema": "posture/1", "kind": "pose", "source": source, "at": 0.0,
        "width": width, "height": height, "person": person,
    }  # fmt: skip
