"""The truth of a render: where every keypoint is in the picture, whether it is seen, and the angles, as the wire names
them.

Yaw is 0 towards the camera and positive towards the left edge of the picture; pitch is positive upwards; roll is
positive clockwise in the picture. A head rotation is decomposed as yaw outside, then pitch, then roll (R = Ry Rx Rz
in the camera's frame), so rotating the picture changes roll alone only in front views: compose and decompose
matrices when augmenting.
"""

from collections.abc import Callable

import numpy as np

from contract import KEYPOINTS, facing_of, view_of
from parts import Camera
from people import Body

TOLERANCE = {
    "nose": 0.03,
    "left_eye": 0.02,
    "right_eye": 0.02,
    "left_ear": 0.015,
    "right_ear": 0.015,
    "mouth_left": 0.03,
    "mouth_right": 0.03,
    "chin": 0.03,
    "left_shoulder": 0.05,
    "right_shoulder": 0.05,
    "c7": 0.09,
}
"""How far, in metres, a surface may lie in front of a keypoint that still counts as seen; joint centres have 0.10.
C7 sits on the outline of the neck in a side view, where a near shoulder or a collar is often just in front of it."""


def head_angles(body: Body, camera: Camera) -> dict[str, float]:
    """Yaw, pitch and roll of the head against the camera, in degrees."""
    left, up, forward = np.array([1.0, 0, 0]), np.array([0, 0, 1.0]), np.array([0, -1.0, 0])
    head = body.rotation("head") @ np.stack([left, up, forward], 1)
    seen = np.stack([camera.right, camera.up, camera.back]) @ head
    yaw = np.arctan2(-seen[0, 2], seen[2, 2])
    pitch = np.arcsin(np.clip(seen[1, 2], -1, 1))
    c, s, cp, sp = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
    turned = np.array([[c, 0, -s], [0, 1, 0], [s, 0, c]]) @ np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
    rest = turned.T @ seen
    roll = np.arctan2(rest[0, 1], rest[1, 1])
    return {
        name: round(float(np.degrees(value)), 2) for name, value in (("yaw", yaw), ("pitch", pitch), ("roll", roll))
    }


def trunk_yaw(body: Body, camera: Camera) -> float:
    """Degrees between the trunk's forward direction and the direction to the camera, both horizontal."""
    marks = body.landmarks()
    towards = camera.position - (marks["left_shoulder"] + marks["right_shoulder"]) / 2
    towards[2] = 0.0
    towards /= np.linalg.norm(towards)
    picture_right = np.array([-towards[1], towards[0], 0.0])
    forward = body.forward()
    return float(np.degrees(np.arctan2(-forward @ picture_right, forward @ towards)))


def camera_angles(camera: Camera) -> tuple[float, float]:
    """Pitch of the optical axis (positive: looks up) and clockwise rotation of the picture's content, in degrees."""
    pitch = np.degrees(np.arcsin(np.clip(-camera.back[2], -1, 1)))
    roll = np.degrees(np.arctan2(camera.right[2], camera.up[2]))
    return float(pitch), float(roll)


def body_angles(body: Body) -> dict[str, float]:
    """What the metrics of a side view name, in the trunk's sagittal plane between midpoints, against gravity, in degrees:
    the craniovertebral angle, the angle at the acromia from the horizontal back to C7, and the trunk's lean."""
    marks, forward = body.landmarks(), body.forward()
    acromia = (marks["left_shoulder"] + marks["right_shoulder"]) / 2
    hips = (marks["left_hip"] + marks["right_hip"]) / 2
    back_to_c7, up_the_trunk = marks["c7"] - acromia, acromia - hips
    return {
        "craniovertebral_angle": round(body.craniovertebral_angle(), 2),
        "shoulder_protraction": round(float(np.degrees(np.arctan2(back_to_c7[2], -back_to_c7 @ forward))), 2),
        "trunk_lean": round(float(np.degrees(np.arctan2(up_the_trunk @ forward, up_the_trunk[2]))), 2),
    }


def person(body: Body, camera: Camera, first_hit: Callable[[Camera, np.ndarray], float]) -> dict:
    """The `person` object for the nearest person of a scene; `first_hit` says what a ray meets (Studio.first_hit)."""
    marks = body.landmarks()
    pictures = camera.project(np.array([marks[name] for name in KEYPOINTS]))
    keypoints = {}
    for name, (x, y, depth) in zip(KEYPOINTS, pictures, strict=True):
        inside = bool(0 <= x < camera.width and 0 <= y < camera.height and depth > 0)
        visible = False
        if inside:
            distance = float(np.linalg.norm(marks[name] - camera.position))
            visible = first_hit(camera, marks[name]) >= distance - TOLERANCE.get(name, 0.10)
        keypoints[name] = {"x": round(float(x), 2), "y": round(float(y), 2), "visible": visible, "inside": inside}
    yaw = trunk_yaw(body, camera)
    left, right = marks["left_shoulder"], marks["right_shoulder"]
    depth = max(float(camera.project([(left + right) / 2])[0, 2]), 0.05)
    return {
        "view": view_of(yaw),
        "facing": facing_of(yaw),
        "trunk_yaw": round(yaw, 2),
        "head": head_angles(body, camera),
        "craniovertebral_angle": round(body.craniovertebral_angle(), 2),
        "size": round(float(np.linalg.norm(left - right)) * camera.focal / depth, 2),
        "keypoints": keypoints,
    }


def record(camera: Camera, person: dict | None, made: dict, source: str = "", **framing: float) -> dict:
    """The line of truth of a picture: who is in it (see `person`), how the camera stands, and what it was made from."""
    pitch, roll = camera_angles(camera)
    return {
        "schema": "posture/1",
        "kind": "pose",
        "source": source,
        "width": camera.width,
        "height": camera.height,
        "person": person,
        "camera": {"pitch": round(pitch, 2), "roll": round(roll, 2), **framing},
        "made": made,
    }
