"""What the network promises to its users: keypoint order, tensor shapes and angle conventions.

Everything here mirrors the wire of the Rust program; change both together.
"""

KEYPOINTS = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear", "mouth_left", "mouth_right", "chin",
    "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist",
    "left_hip", "right_hip", "c7",
)  # fmt: skip
K = len(KEYPOINTS)
INDEX = {name: i for i, name in enumerate(KEYPOINTS)}
C7 = INDEX["c7"]
ARMS = tuple(range(10, 14))
"""Indices of elbows and wrists."""
FACE = tuple(range(8))
"""Indices of nose to chin."""
UPPER = tuple(range(10)) + (C7,)
"""Indices of the head, the shoulders and C7: what the second pass is framed by."""

FLIP = tuple(INDEX[n.replace("left", "#").replace("right", "left").replace("#", "right")] for n in KEYPOINTS)
"""FLIP[k] is the keypoint that k becomes in a mirrored picture."""

INPUT = 192
"""Side of the square network input in pixels."""
GRID = 24
"""Side of the heatmap in cells."""
CELL = INPUT // GRID
"""Side of a heatmap cell in input pixels."""
PAD = 128
"""Value (of 255) of the pixels that letterboxing adds."""

OUTPUTS = (
    "heatmap", "offset", "visible", "inside", "presence", "trunk_yaw", "head", "craniovertebral_angle",
)  # fmt: skip


def view_of(trunk_yaw: float) -> str:
    """Name of the view for a trunk yaw in degrees (0 = facing the camera)."""
    a = abs(trunk_yaw)
    if a <= 25:
        return "frontal"
    if a < 60:
        return "oblique"
    if a < 75:
        return "near_lateral"
    if a <= 105:
        return "lateral"
    return "near_lateral" if a < 120 else "back"


def facing_of(trunk_yaw: float) -> str:
    """Where the trunk faces as seen in the picture, for a trunk yaw in degrees."""
    a = abs(trunk_yaw)
    if a <= 25:
        return "camera"
    if a >= 155:
        return "away"
    return "left" if trunk_yaw > 0 else "right"
