"""Turns an `Item` into a network input and its targets: framing as in both passes, then what webcams do to pictures."""

import math

import cv2
import numpy as np

from contract import ARMS, C7, CELL, FLIP, GRID, INDEX, INPUT, PAD, K
from data import UNKNOWN, Item, framing

CROP_FACTOR = 1.9
"""Side of the second pass's crop over the extent of `framing`."""
ARMS_FACTOR, ARMS_BELOW = 4.0, -0.1
"""The same of the network of the arms, whose crop holds arms that are raised or hang, and how far its centre lies below that
of `framing`, over the same extent."""
LETTERBOX_SHARE = 0.35
"""Share of samples framed as in the first pass."""
CROP_SPREAD, CROP_SHIFT = 0.1, 0.05
"""Standard deviations of the crop of the second pass: of the logarithm of its side, and of its centre in sides."""
ARMS_WEIGHT = 3.0
"""Factor on the weight of elbows and wrists for that network."""
UNSEEN_SHARE = 0.04
"""Share of samples in which the camera is covered or in the dark, so that nobody is to be seen."""
HANGING_SHARE = 0.15
"""Share of backdrops, and of frames without anybody, in which a picture of somebody hangs on the wall."""
HANGING_SIDE = 0.1, 0.3
"""Its longer side as a share of the input's."""
CROSSED_WEIGHT = 0.4
"""Factor on the weight of keypoints that a cut-out hides."""

GREY = np.full((INPUT, INPUT, 3), PAD, np.uint8)


def affine(centre: np.ndarray, side: float, degrees: float, flip: bool) -> np.ndarray:
    """[2, 3] map from picture pixels to input pixels (pixel centres at .5): a square of `side` around `centre`,
    its content turned clockwise by `degrees`, then mirrored if `flip`."""
    scale, a = INPUT / side, math.radians(degrees)
    turn = scale * np.array([[math.cos(a), -math.sin(a)], [math.sin(a), math.cos(a)]])
    matrix = np.hstack([turn, (INPUT / 2 - turn @ np.asarray(centre, float))[:, None]])
    if flip:
        matrix[0] = -matrix[0]
        matrix[0, 2] += INPUT
    return matrix


def warp(image: np.ndarray, matrix: np.ndarray, border: int, value: int = PAD) -> np.ndarray:
    """The 192 x 192 input that `matrix` cuts out of the picture; strong shrinking is averaged first."""
    scale = math.hypot(matrix[0, 0], matrix[0, 1])
    if scale < 0.5:
        shrink = 2 * scale
        h, w = (max(1, round(s * shrink)) for s in image.shape[:2])
        factors = np.array([image.shape[1] / w, image.shape[0] / h])
        image = cv2.resize(image, (w, h), interpolation=cv2.INTER_AREA)
        matrix = matrix.copy()
        matrix[:, :2] *= factors
    shifted = matrix.copy()
    shifted[:, 2] += matrix[:, :2] @ np.array([0.5, 0.5]) - 0.5
    return cv2.warpAffine(
        image, shifted, (INPUT, INPUT), flags=cv2.INTER_LINEAR, borderMode=border, borderValue=(value,) * 3
    )


def turned_head(head: tuple[float, float, float], degrees: float) -> tuple[float, float, float]:
    """Yaw, pitch, roll (degrees) of a head after the picture was turned clockwise by `degrees`.

    The rotation is yaw about the vertical, then pitch, then roll about the nose's axis, in camera axes.
    """
    y, p, r = (math.radians(v) for v in head)
    turn = _rz(math.radians(degrees)) @ _ry(y) @ _rx(p) @ _rz(r)
    forward = turn @ np.array([0.0, 0.0, -1.0])
    yaw, pitch = math.atan2(-forward[0], -forward[2]), math.asin(np.clip(-forward[1], -1, 1))
    rest = (_ry(yaw) @ _rx(pitch)).T @ turn
    return math.degrees(yaw), math.degrees(pitch), math.degrees(math.atan2(rest[1, 0], rest[0, 0]))


def _rx(a: float) -> np.ndarray:
    c, s = math.cos(a), math.sin(a)
    return np.array([[1, 0, 0], [0, c, s], [0, -s, c]])


def _ry(a: float) -> np.ndarray:
    c, s = math.cos(a), math.sin(a)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def _rz(a: float) -> np.ndarray:
    c, s = math.cos(a), math.sin(a)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


class Augment:
    """Draws samples; `backdrops` are pictures without a person, used behind frames larger than the picture,
    `portraits` photos of people that hang on walls."""

    def __init__(self, rng: np.random.Generator, backdrops: list[np.ndarray], portraits: list[Item], arms: bool = False):
        """arms: the crop of the second pass holds the arms."""
        self.rng, self.backdrops, self.portraits = rng, backdrops, portraits
        self.arms = arms
        self.factor, self.below = (ARMS_FACTOR, ARMS_BELOW) if arms else (CROP_FACTOR, 0.0)

    def sample(self, item: Item) -> dict[str, np.ndarray]:
        """One input (uint8 [192, 192, 3]) with targets; see `_targets` for their form."""
        rng = self.rng
        unseen = rng.random() < UNSEEN_SHARE
        if unseen:
            item = Item(item.jpeg, "negative", item.shape)
        degrees = float(rng.normal(0, 6) if rng.random() < 0.8 else rng.uniform(-20, 20))
        flip = bool(rng.random() < 0.5)
        height, width = item.shape
        if item.person and rng.random() >= LETTERBOX_SHARE:
            matrix, frame, border = self._crop(item, degrees, flip)
        else:
            matrix, frame, border = self._letterbox(item, degrees, flip)
        image = warp(item.image, matrix, border)
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
        quad = np.round(corners @ matrix[:, :2].T + matrix[:, 2]).astype(np.int32)
        content = cv2.fillConvexPoly(np.zeros((INPUT, INPUT), np.uint8), quad[None], 1)
        padded = 1 - content if border == cv2.BORDER_CONSTANT else np.zeros_like(content)
        if not item.person:
            self._now_and_then_hang_up(image)
        if frame is not None:
            image, content, padded = self._set_in_frame(image, content, frame)
        targets = self._targets(item, matrix, degrees, flip, content)
        if rng.random() < 0.25:
            self._cut_out(image, targets)
        image = unlit(image, rng) if unseen else spoil(image, rng, 0.4 if item.exact else 1.0)
        targets["image"] = cv2.copyTo(GREY, padded, image)
        return targets

    def _crop(self, item: Item, degrees: float, flip: bool) -> tuple:
        rng = self.rng
        box = framing(item.points, self._in_picture(item))
        if box is None:
            return self._letterbox(item, degrees, flip)
        centre, extent = box
        side = self.factor * extent * float(np.clip(np.exp(rng.normal(0, CROP_SPREAD)), 0.65, 1.9))
        centre = centre + (0, self.below * extent) + rng.normal(0, CROP_SHIFT, 2) * side
        border = cv2.BORDER_CONSTANT if rng.random() < 0.75 else cv2.BORDER_REPLICATE
        return affine(centre, side, degrees, flip), None, border

    def _letterbox(self, item: Item, degrees: float, flip: bool) -> tuple:
        """A whole frame: the picture as it is, or a frame of another shape and size laid over it."""
        rng = self.rng
        height, width = item.shape
        if rng.random() < 0.5:
            aspect, centre = width / height, np.array([width, height]) / 2
            side = max(width, height) * float(rng.uniform(0.9, 1.05) if rng.random() < 0.5 else 1.0)
        else:
            aspect = float(rng.choice([4 / 3, 4 / 3, 16 / 9, 16 / 9, 1.0, 3 / 4, 9 / 16]))
            if item.person:
                side = item.size * float(np.exp(rng.uniform(math.log(0.9), math.log(8))))
                box = framing(item.points, self._in_picture(item))
                middle = box[0] if box else np.array([width, height]) / 2
                room = np.array([min(1, aspect), min(1, 1 / aspect)]) * side
                centre = middle + rng.uniform(-0.35, 0.35, 2) * room
            else:
                side = max(width, height) * float(np.exp(rng.uniform(math.log(0.4), math.log(1.2))))
                centre = rng.uniform(0.3, 0.7, 2) * (width, height)
        half = np.array([min(1, aspect), min(1, 1 / aspect)]) * INPUT / 2
        frame = np.round([INPUT / 2 - half[0], INPUT / 2 - half[1], INPUT / 2 + half[0], INPUT / 2 + half[1]])
        border = cv2.BORDER_REFLECT_101 if rng.random() < 0.3 else cv2.BORDER_REPLICATE
        return affine(centre, side, degrees, flip), frame.astype(int), border

    def _set_in_frame(self, image: np.ndarray, content: np.ndarray, frame: np.ndarray) -> tuple:
        """Puts a backdrop behind the picture now and then and letterbox bars around the frame; returns the picture,
        where the content is and where the bars are."""
        rng = self.rng
        if self.backdrops and rng.random() < 0.5 and content.mean() < 0.95:
            other = self.backdrops[rng.integers(len(self.backdrops))]
            cut = rng.uniform(0.5, 1.0)
            h, w = (max(8, int(s * cut)) for s in other.shape[:2])
            y, x = rng.integers(other.shape[0] - h + 1), rng.integers(other.shape[1] - w + 1)
            behind = cv2.resize(other[y : y + h, x : x + w], (INPUT, INPUT), interpolation=cv2.INTER_LINEAR)
            self._now_and_then_hang_up(behind)
            soft = cv2.GaussianBlur(content.astype(np.float32), (0, 0), 1.5)[:, :, None]
            image = (image * soft + behind * (1 - soft)).astype(np.uint8)
        x0, y0, x1, y1 = frame
        bars = np.ones_like(content)
        bars[y0:y1, x0:x1] = 0
        return image, content * (1 - bars), bars

    def _now_and_then_hang_up(self, room: np.ndarray) -> None:
        if self.portraits and self.rng.random() < HANGING_SHARE:
            self.hang_up(room)

    def hang_up(self, room: np.ndarray) -> None:
        """Hangs a framed photo of somebody on the wall of a room (uint8 [192, 192, 3]): nobody is there all the same."""
        rng = self.rng
        item = self.portraits[rng.integers(len(self.portraits))]
        box = framing(item.points, self._in_picture(item))
        if box is None:
            return
        photo = warp(item.image, affine(box[0], box[1] * rng.uniform(1.2, 2.4), 0.0, False), cv2.BORDER_REPLICATE)
        long, narrow = rng.uniform(*HANGING_SIDE) * INPUT, rng.uniform(0.65, 1.0)
        cut = round((1 - narrow) * INPUT / 2)
        photo = photo[:, cut : INPUT - cut] if rng.random() < 0.7 else photo[cut : INPUT - cut]
        shrink = long / INPUT
        photo = cv2.resize(photo, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        for _ in ("mount", "frame"):
            edge = int(rng.integers(0, 2 + long * 0.08))
            photo = cv2.copyMakeBorder(photo, *(edge,) * 4, cv2.BORDER_CONSTANT, value=_wood(rng))
        h, w = photo.shape[:2]
        y, x = rng.integers(INPUT - h), rng.integers(INPUT - w)
        room[y : y + h, x : x + w] = np.clip(photo * rng.uniform(0.5, 1.1), 0, 255)

    @staticmethod
    def _in_picture(item: Item) -> np.ndarray:
        h, w = item.shape
        x, y = item.points.T
        return (item.weight > 0) & (x >= 0) & (y >= 0) & (x < w) & (y < h)

    def _targets(
        self, item: Item, matrix: np.ndarray, degrees: float, flip: bool, content: np.ndarray
    ) -> dict[str, np.ndarray]:
        """Targets of one sample.

        cells [17, 2]: position in heatmap cells. weight [17]: of the heatmap, 0 = unknown. inside, visible [17]: 1, 0
        or -1 = unknown. content [24, 24]: 1 where the picture is. ignore [3]: x, y, radius in cells of the region
        where C7 may be though nobody marked it. trunk [3]: sin, cos, weight. head [6]: sin yaw, cos yaw, pitch, roll,
        weight of yaw, of the rest. cva [2]: degrees, weight. presence [2]: 1 or 0, weight.
        """
        points = item.points @ matrix[:, :2].T + matrix[:, 2]
        x, y = np.floor(np.clip(points.T, -1, INPUT)).astype(int)
        within = (x >= 0) & (y >= 0) & (x < INPUT) & (y < INPUT)
        seen = np.zeros(K, bool)
        seen[within] = content[y[within], x[within]] > 0
        known = item.weight > 0
        inside = np.where(known, seen.astype(np.float32), UNKNOWN)
        inside[item.beyond] = 0.0
        visible = np.where(known & ~seen, 0.0, item.visible)
        visible[item.beyond] = 0.0
        weight = np.where(known, np.where(seen, item.weight, np.maximum(item.weight, 0.5)), 0.0)
        weight[item.beyond] = 0.3
        if self.arms:
            weight[list(ARMS)] *= ARMS_WEIGHT
        ignore = np.zeros(3, np.float32)
        shown = seen & known
        presence = np.array([1.0, 1.0 if shown[:10].sum() >= 2 else 0.0], np.float32)
        if not item.person:
            inside, visible, weight = np.zeros(K), np.zeros(K), np.full(K, 0.5)
            presence = np.array([0.0, 1.0], np.float32)
        elif not item.exact:
            ignore[:] = self._neck(item, matrix)
            weight[C7] = 0.5
            inside[C7] = UNKNOWN
        y_trunk = math.radians(item.trunk_yaw)
        roll = item.camera_roll + degrees
        cva = item.cva + math.sin(y_trunk) * roll
        ears = seen[INDEX["left_ear"]] or seen[INDEX["right_ear"]]
        cva_weight = item.cva_weight if seen[C7] and ears else 0.0
        yaw, pitch, head_roll = turned_head(item.head, degrees)
        if flip:
            y_trunk, yaw, head_roll = -y_trunk, -yaw, -head_roll
            order = list(FLIP)
            points, inside, visible, weight = points[order], inside[order], visible[order], weight[order]
        shows_face = shown[:8].any()
        trunk_weight = item.trunk_weight * float(presence[1] > 0)
        head_weight = item.head_weight * float(shows_face)
        # Roll and pitch lose their meaning in the picture when the head is seen from behind.
        rest_weight = head_weight * float(abs(yaw) < 130)
        yaw = math.radians(yaw)
        small = content.reshape(GRID, CELL, GRID, CELL).mean((1, 3)) > 0.5
        return {
            "cells": (points / CELL).astype(np.float32),
            "weight": weight.astype(np.float32),
            "inside": inside.astype(np.float32),
            "visible": visible.astype(np.float32),
            "content": small.astype(np.float32),
            "ignore": ignore,
            "trunk": np.array([math.sin(y_trunk), math.cos(y_trunk), trunk_weight], np.float32),
            "head": np.array([math.sin(yaw), math.cos(yaw), pitch, head_roll, head_weight, rest_weight], np.float32),
            "cva": np.array([cva, cva_weight], np.float32),
            "presence": presence,
        }

    @staticmethod
    def _neck(item: Item, matrix: np.ndarray) -> tuple[float, float, float]:
        """Where C7 may be in a photo without that label: a disc at the base of the neck, in cells."""
        shoulders = [INDEX["left_shoulder"], INDEX["right_shoulder"]]
        if (item.weight[shoulders] > 0).all():
            base = item.points[shoulders].mean(0) - (0, 0.1 * item.size)
        else:
            face = [k for k in range(8) if item.weight[k] > 0]
            base = item.points[face].mean(0) + (0, 0.45 * item.size)
        x, y = matrix[:, :2] @ base + matrix[:, 2]
        scale = math.hypot(matrix[0, 0], matrix[0, 1])
        return x / CELL, y / CELL, 0.55 * item.size * scale / CELL

    def _cut_out(self, image: np.ndarray, targets: dict[str, np.ndarray]) -> None:
        """Covers a rectangle; keypoints below it become hidden."""
        rng = self.rng
        w, h = (rng.uniform(0.08, 0.32, 2) * INPUT).astype(int)
        x0, y0 = rng.integers(0, INPUT - w), rng.integers(0, INPUT - h)
        patch = image[y0 : y0 + h, x0 : x0 + w]
        if rng.random() < 0.5 or not self.backdrops:
            patch[:] = rng.integers(0, 256, 3)
        else:
            other = self.backdrops[rng.integers(len(self.backdrops))]
            patch[:] = cv2.resize(other, (int(w), int(h)))
        x, y = (targets["cells"] * CELL).T
        covered = (x >= x0) & (x < x0 + w) & (y >= y0) & (y < y0 + h)
        targets["visible"][covered] = np.minimum(targets["visible"][covered], 0.0)
        targets["weight"][covered] *= CROSSED_WEIGHT


def _wood(rng: np.random.Generator) -> list[int]:
    """The colour of a frame or a mount: black, white, or a brown or grey between them."""
    brown = rng.uniform(0, 30) * np.array([1, 0, -1])
    return np.clip(rng.choice([15, 60, 130, 200, 240]) + rng.normal(0, 12) + brown, 0, 255).astype(int).tolist()


def unlit(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What a camera delivers behind a shutter, a finger or in a dark room: at most a trace of the picture, a smooth glow,
    noise; uint8 [192, 192, 3] in and out."""
    trace = image.astype(np.float32) * (rng.uniform(0.0, 0.02) if rng.random() < 0.5 else 0.0)
    glow = rng.uniform(0, 255 if rng.random() < 0.2 else 40, (2, 2, 3)).astype(np.float32)
    level = rng.uniform(0, 30) if rng.random() < 0.7 else 0.0
    smooth = cv2.resize(glow, (INPUT, INPUT), interpolation=cv2.INTER_LINEAR) if rng.random() < 0.4 else level
    noise = rng.standard_normal(image.shape, dtype=np.float32) * rng.uniform(0, 14)
    if rng.random() < 0.5:
        noise = noise.mean(2, keepdims=True) * 1.7
    if rng.random() < 0.4:
        noise = cv2.GaussianBlur(np.repeat(noise, 3, 2) if noise.shape[2] == 1 else noise, (0, 0), rng.uniform(0.5, 2))
    return np.clip(trace + smooth + noise, 0, 255).astype(np.uint8)


def spoil(image: np.ndarray, rng: np.random.Generator, often: float) -> np.ndarray:
    """Colour, light, blur, noise and compression as cheap webcams add them; uint8 [192, 192, 3] in and out.

    `often` scales how often the picture gets worse: renders have been through a webcam's sensor already.
    """
    steps = np.arange(256, dtype=np.float32) / 255
    gamma = math.exp(rng.normal(0, 0.25))
    gain, lift = rng.uniform(0.75, 1.3), rng.normal(0, 0.05)
    low_light = rng.random() < 0.1 * often
    if low_light:
        gain *= rng.uniform(0.25, 0.6)
    tint = rng.normal(1, 0.06, 3) if rng.random() < 0.7 else np.ones(3)
    table = np.stack([np.clip((steps**gamma) * gain * t + lift, 0, 1) * 255 for t in tint], -1)
    image = cv2.LUT(image, table.astype(np.uint8)[None])
    draw = rng.random()
    if draw < 0.12 or (draw < 0.4 and rng.random() < 0.8):
        grey = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
        keep = 0.0 if draw < 0.12 else rng.uniform(0.3, 1.6)
        image = cv2.addWeighted(image, keep, grey, 1 - keep, 0)
    if rng.random() < 0.2 * often:
        small = int(INPUT * rng.uniform(0.3, 0.8))
        image = cv2.resize(cv2.resize(image, (small, small), interpolation=cv2.INTER_AREA), (INPUT, INPUT))
    if rng.random() < 0.25 * often:
        if rng.random() < 0.6:
            image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.6))
        else:
            n, a = int(rng.integers(3, 9)), rng.uniform(0, math.pi)
            kernel = np.zeros((n, n), np.float32)
            reach = (n - 1) / 2 * np.array([math.cos(a), math.sin(a)])
            ends = [tuple(int(v) for v in np.round((n - 1) / 2 + sign * reach)) for sign in (-1, 1)]
            cv2.line(kernel, ends[0], ends[1], 1.0)
            image = cv2.filter2D(image, -1, kernel / kernel.sum())
    if low_light or rng.random() < 0.3 * often:
        noise = np.empty(image.shape, np.int16)
        sigma = rng.uniform(2, 14)
        cv2.randn(noise, (0, 0, 0), (sigma,) * 3)
        if rng.random() < 0.4:
            noise = cv2.GaussianBlur(noise, (0, 0), 0.8)
        image = np.clip(image.astype(np.int16) + noise, 0, 255).astype(np.uint8)
    if rng.random() < 0.35 * often:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(20, 90))]
        image = cv2.imdecode(cv2.imencode(".jpg", image, quality)[1], cv2.IMREAD_COLOR)
    return image
