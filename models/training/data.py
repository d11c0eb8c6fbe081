"""Reads the two kinds of training pictures, photos with machine labels and renders with exact truth, as `Item`s.

Both end up in the same form and in the same conventions (contract.py): pixel coordinates with pixel centres at
.5, yaw positive towards the left edge of the picture.
"""

import json
import math
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from contract import C7, FACE, INDEX, K

UNKNOWN = -1.0
HELD_OUT_SUBJECTS = 20
"""One in this many rendered people is never trained on."""
HIDDEN_WEIGHT = 0.6
"""Heatmap weight of a rendered keypoint that cannot be seen; C7, mostly under hair or a collar, counts in full."""


PHOTO_LABELS_DOWN = {"shoulder": 0.028, "ear": 0.012}
"""By how many shoulder widths the machine labels of photos sit too high: what a network taught with them as they are
misses the hand labels of 93 shoulders and 78 ears by, in the mean, seen from the front."""


@dataclass
class Item:
    """One picture and what is known about the person in it.

    jpeg: the picture as stored, decoded at every use, so that tens of thousands fit into memory. points: [17, 2] pixels, also outside the picture. weight: [17] how much the position
    is trusted, 0 = unknown. visible: [17] 1 seen, 0 not, -1 unknown. beyond: [17] true where the position is unknown
    but surely outside the picture. size: about one shoulder width in pixels. Angles in degrees, each with a weight.
    """

    jpeg: bytes
    source: str
    shape: tuple[int, int]
    """Height and width in pixels."""
    person: bool = False
    points: np.ndarray = field(default_factory=lambda: np.zeros((K, 2), np.float32))
    weight: np.ndarray = field(default_factory=lambda: np.zeros(K, np.float32))
    visible: np.ndarray = field(default_factory=lambda: np.full(K, UNKNOWN, np.float32))
    beyond: np.ndarray = field(default_factory=lambda: np.zeros(K, bool))
    size: float = 0.0
    head: tuple[float, float, float] = (0.0, 0.0, 0.0)
    head_weight: float = 0.0
    trunk_yaw: float = 0.0
    trunk_weight: float = 0.0
    cva: float = 0.0
    cva_weight: float = 0.0
    camera_roll: float = 0.0
    exact: bool = False

    @property
    def image(self) -> np.ndarray:
        """The picture, uint8 [h, w, 3] RGB."""
        return _decoded(self.jpeg)


def _decoded(jpeg: bytes) -> np.ndarray:
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    return np.ascontiguousarray(image[:, :, ::-1])


def read_rgb(path: Path) -> np.ndarray | None:
    """The picture as uint8 [h, w, 3] RGB, or None where it cannot be read."""
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    return None if image is None else np.ascontiguousarray(image[:, :, ::-1])


def photos(dataset: Path, splits: set[str]) -> list[Item]:
    """All photos of the given splits of a data set laid out as labels.json plus pictures."""
    labels = json.loads((dataset / "labels.json").read_text())
    names = labels["categories"][0]["keypoints"]
    order = [INDEX[n] for n in names]
    annotation = {a["image_id"]: a for a in labels["annotations"]}
    items = []
    for entry in labels["images"]:
        if entry["split"] not in splits:
            continue
        jpeg, shape = (dataset / entry["file_name"]).read_bytes(), (entry["height"], entry["width"])
        if entry["negative"]:
            items.append(Item(jpeg, "negative", shape))
        else:
            source = entry["source"].split("_")[0]
            items.append(_photo(Item(jpeg, source, shape, person=True), annotation[entry["id"]], order))
    return items


def _photo(item: Item, note: dict, order: list[int]) -> Item:
    item.size = float(note["ref_shoulder_width"])
    table = np.asarray(note["keypoints"], np.float32).reshape(-1, 3)
    item.points[order] = table[:, :2]
    for side in ("left", "right"):
        for part, down in PHOTO_LABELS_DOWN.items():
            item.points[INDEX[f"{side}_{part}"], 1] += down * item.size
    item.weight[order] = note["keypoint_weights"]
    state = table[:, 2]
    trusted = np.asarray(note["keypoint_weights"]) >= 0.4
    item.visible[order] = np.where(state == 1, 0.0, np.where((state == 2) & trusted, 1.0, UNKNOWN))
    if note.get("head_pose_weak"):
        pose = note["head_pose_weak"]
        # The data set counts yaw the other way round and reads -5 degrees of pitch for a level look.
        item.head = (-pose["yaw"], pose["pitch"] + 5.0, pose["roll"])
        item.head_weight = pose["weight"]
    if note.get("trunk_yaw_weak"):
        item.trunk_yaw = -note["trunk_yaw_weak"]["yaw"]
        item.trunk_weight = note["trunk_yaw_weak"]["weight"]
        if abs(item.trunk_yaw) < 30:
            item.visible[C7] = 0.0
    shoulders = [INDEX["left_shoulder"], INDEX["right_shoulder"]]
    if (item.weight[shoulders] > 0).all():
        hips = [INDEX["left_hip"], INDEX["right_hip"]]
        below = item.points[shoulders, 1].mean() + 1.3 * item.size > item.shape[0] * 1.05
        item.beyond[hips] = below & (item.weight[hips] == 0)
    return item


class Renders:
    """Renders below some folders, found by their truth.jsonl; `scan` picks up lines appended since the last call."""

    def __init__(self, folders: list[Path], held_out: bool | None = False):
        """held_out: False leaves the held-out people away, True keeps only them, None takes everybody."""
        self.folders, self.held_out = folders, held_out
        self.items: list[Item] = []
        self._offsets: dict[Path, int] = {}

    def scan(self) -> int:
        """Reads new complete lines and returns how many items they gave."""
        before = len(self.items)
        for folder in self.folders:
            for truth in sorted(folder.glob("**/truth.jsonl")):
                with truth.open("rb") as file:
                    file.seek(self._offsets.get(truth, 0))
                    text = file.read()
                end = text.rfind(b"\n") + 1
                self._offsets[truth] = self._offsets.get(truth, 0) + end
                for line in text[:end].splitlines():
                    self._add(truth.parent, json.loads(line))
        return len(self.items) - before

    def _add(self, folder: Path, truth: dict) -> None:
        held = zlib.crc32(str(truth["made"].get("subject")).encode()) % HELD_OUT_SUBJECTS == 0
        if self.held_out is not None and held != self.held_out:
            return
        self.items.append(rendered((folder / truth["source"]).read_bytes(), truth))


def rendered(jpeg: bytes, truth: dict) -> Item:
    """The item of one render from its line of truth."""
    person, shape = truth["person"], (truth["height"], truth["width"])
    if person is None:
        return Item(jpeg, "empty", shape)
    source = "moment" if "movement" in truth["made"] else "render"
    item = Item(jpeg, source, shape, person=True, size=float(person["size"]), exact=True)
    for name, point in person["keypoints"].items():
        k = INDEX[name]
        item.points[k] = point["x"], point["y"]
        item.visible[k] = float(point["visible"] and point["inside"])
        item.weight[k] = 1.0 if point["visible"] or k == C7 else HIDDEN_WEIGHT
    head = person["head"]
    item.head, item.head_weight = (head["yaw"], head["pitch"], head["roll"]), 1.0
    item.trunk_yaw, item.trunk_weight = person["trunk_yaw"], 1.0
    item.camera_roll = truth["camera"]["roll"]
    if person.get("craniovertebral_angle") is not None:
        item.cva = person["craniovertebral_angle"]
        aside = abs(math.sin(math.radians(item.trunk_yaw)))
        item.cva_weight = 1.0 if aside >= math.sin(math.radians(60)) else 0.3 * aside
    return item


def sampling_weight(item: Item) -> float:
    """How often a render is drawn relative to others: side views more often, backs less."""
    yaw = abs(item.trunk_yaw)
    if 60 <= yaw <= 120:
        return 1.4
    return 0.6 if yaw > 120 else 1.0


def framing(points: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, float] | None:
    """Centre [2] and extent (pixels) of the head-and-shoulder box of the keypoints that `known` [17] marks.

    extent = max(width, 1.3 height, 2.4 times the larger side of the face's box), so that it is about one shoulder
    width from every side, with or without shoulders in view. None with fewer than three keypoints or without a face.
    """
    face = [k for k in FACE if known[k]]
    upper = face + [k for k in (INDEX["left_shoulder"], INDEX["right_shoulder"], C7) if known[k]]
    if len(upper) < 3 or not face:
        return None
    low, high = points[upper].min(0), points[upper].max(0)
    width, height = high - low
    face_side = np.ptp(points[face], axis=0).max()
    return (low + high) / 2, float(max(width, 1.3 * height, 2.4 * face_side))
