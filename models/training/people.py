"""Bodies: rig, skinning, clothes that follow, and the landmarks whose pictures are the truth.

Frames: metres; +x the subject's left, -y the way the subject faces, +z up; rotations are about these axes, carried
by the parent bone (G_child = G_parent @ D), so a positive rotation about x always bends forward. Vertex numbers are
hm08 (MakeHuman base mesh with helpers).
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from parts import Part

VERTEX = {
    "nose": 297,
    "left_ear": 12055,
    "right_ear": 5456,
    "mouth_left": 7182,
    "mouth_right": 422,
    "chin": 5162,
    "c7": 858,
}
"""Skin landmarks by vertex: the centre of the tragus flap, the pogonion, the kink of the back-of-neck profile for C7.

They were picked by eye on the neutral body. C7 keeps its own skin weights (spine01 .58, neck01 .35, neck02 .06); a
C7 fixed rigidly to spine01 would read 1 to 2 degrees more at marked forward head. Unposed bodies then have a
craniovertebral angle of 52 degrees (sd 3.4), as measured over the subjects of subjects.py.
"""

CROWN = 881
"""The top of the head."""

EYE_RINGS = {"left_eye": np.arange(14598, 14662, 9), "right_eye": np.arange(14670, 14734, 9)}
"""The eight foremost vertices of each eyeball, around the pupil; their mean is the middle of the iris and looks
straight ahead."""

ACROMION = {"left_shoulder": (8276, "shoulder01.L"), "right_shoulder": (1604, "shoulder01.R")}
"""Acromia move with the shoulder01 bone alone: the skin there is mostly weighted to the upper arm and slides 2 to 3
cm when it lifts."""

JOINT = {
    "left_elbow": "lowerarm01.L",
    "right_elbow": "lowerarm01.R",
    "left_wrist": "wrist.L",
    "right_wrist": "wrist.R",
    "left_hip": "upperleg01.L",
    "right_hip": "upperleg01.R",
}
"""Joint centres are the heads of these bones."""


def rest_point(rest: np.ndarray, name: str) -> np.ndarray:
    """A skin landmark or iris on a rest shape."""
    return rest[EYE_RINGS[name]].mean(0) if name in EYE_RINGS else rest[VERTEX[name]]


def about(axis: str, degrees: float) -> np.ndarray:
    """Rotation matrix about a coordinate axis."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    i, j = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    matrix = np.eye(3)
    matrix[i, i] = matrix[j, j] = c
    matrix[i, j], matrix[j, i] = -s, s
    return matrix


def between(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The smallest rotation that turns direction `a` into direction `b`."""
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    cross, cosine = np.cross(a, b), float(a @ b)
    if cosine < -0.999:
        return about("z", 180.0)
    skew = np.array([[0, -cross[2], cross[1]], [cross[2], 0, -cross[0]], [-cross[1], cross[0], 0]])
    return np.eye(3) + skew + skew @ skew / (1 + cosine)


class Library:
    """The file that subjects.py wrote."""

    def __init__(self, path: Path):
        data = np.load(path)
        self.arrays = {name: data[name] for name in data.files}
        self.bone_names = [str(name) for name in self.arrays["bone_names"]]
        self.bone = {name: i for i, name in enumerate(self.bone_names)}
        self.parents = self.arrays["bone_parents"]
        bones, weights = self.arrays["skin_bones"], self.arrays["skin_weights"]
        self.weights = np.zeros((len(bones), len(self.bone_names)), np.float32)
        np.add.at(self.weights, (np.arange(len(bones))[:, None], bones), weights)
        self.weights /= self.weights.sum(1, keepdims=True)

    def __len__(self) -> int:
        return len(self.arrays["vertices"])

    def subject(self, number: int) -> "Body":
        """One person, unposed."""
        phenotype = {
            name[10:]: float(value[number]) for name, value in self.arrays.items() if name.startswith("phenotype_")
        }
        return Body(self, self.arrays["vertices"][number], self.arrays["bone_heads"][number], phenotype)


@dataclass
class Body:
    """A person's rest shape, and once posed the bones' world rotations and positions."""

    bodies: Library
    rest: np.ndarray
    heads: np.ndarray
    phenotype: dict[str, float]
    local: dict[str, np.ndarray] = field(default_factory=dict)
    rotations: np.ndarray | None = None
    positions: np.ndarray | None = None

    def turn(self, bone: str, axis: str, degrees: float) -> None:
        """Adds a rotation to a bone; it acts after those already there, in the parent's frame."""
        self.local[bone] = about(axis, degrees) @ self.local.get(bone, np.eye(3))

    def solve(self) -> None:
        """Forward kinematics: world rotation and head position of every bone."""
        count = len(self.heads)
        self.rotations, self.positions = np.empty((count, 3, 3)), np.empty((count, 3))
        for i, parent in enumerate(self.bodies.parents):
            own = self.local.get(self.bodies.bone_names[i], np.eye(3))
            if parent < 0 or parent == i:
                self.rotations[i], self.positions[i] = own, self.heads[i]
            else:
                self.rotations[i] = self.rotations[parent] @ own
                self.positions[i] = self.positions[parent] + self.rotations[parent] @ (
                    self.heads[i] - self.heads[parent]
                )

    def rotation(self, bone: str) -> np.ndarray:
        """World rotation of a bone against its rest."""
        return self.rotations[self.bodies.bone[bone]]

    def position(self, bone: str) -> np.ndarray:
        """World position of a bone's head."""
        return self.positions[self.bodies.bone[bone]]

    def rest_direction(self, bone: str, towards: str) -> np.ndarray:
        """Direction at rest from one bone's head to another's."""
        index = self.bodies.bone
        return self.heads[index[towards]] - self.heads[index[bone]]

    def aim(self, bone: str, towards: str, direction: np.ndarray) -> None:
        """Turns a bone so that the line to `towards` points in a world direction; solve() again afterwards."""
        parent = self.bodies.parents[self.bodies.bone[bone]]
        wanted = self.rotations[parent].T @ direction
        self.local[bone] = between(self.rest_direction(bone, towards), wanted)

    def skin(self, points: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Linear blend skinning of rest points (n, 3) with bone weights (n, bones)."""
        offsets = self.positions - np.einsum("bij,bj->bi", self.rotations, self.heads)
        blended = weights @ np.concatenate([self.rotations.reshape(-1, 9), offsets], 1).astype(np.float32)
        return np.einsum("nij,nj->ni", blended[:, :9].reshape(-1, 3, 3), points) + blended[:, 9:]

    def carry(self, points: np.ndarray, bone: str) -> np.ndarray:
        """Moves rest points rigidly with one bone."""
        i = self.bodies.bone[bone]
        return (points - self.heads[i]) @ self.rotations[i].T + self.positions[i]

    def vertices(self) -> np.ndarray:
        """Every posed vertex, helpers included."""
        return self.skin(self.rest, self.bodies.weights)

    def landmarks(self) -> dict[str, np.ndarray]:
        """World positions of the seventeen keypoints."""
        ids = list(VERTEX.values())
        skin = self.skin(self.rest[ids], self.bodies.weights[ids])
        points = dict(zip(VERTEX, skin, strict=True))
        for name, ring in EYE_RINGS.items():
            points[name] = self.skin(self.rest[ring], self.bodies.weights[ring]).mean(0)
        points |= {name: self.carry(self.rest[[v]], bone)[0] for name, (v, bone) in ACROMION.items()}
        return points | {name: self.position(bone) for name, bone in JOINT.items()}

    def forward(self) -> np.ndarray:
        """Horizontal unit vector that the upper trunk faces (spine01)."""
        direction = self.rotation("spine01") @ np.array([0.0, -1.0, 0.0])
        direction[2] = 0.0
        return direction / np.linalg.norm(direction)

    def craniovertebral_angle(self) -> float:
        """Degrees from C7 to the middle of both tragi, in the trunk's sagittal plane, against the horizontal."""
        ids = [VERTEX["c7"], VERTEX["left_ear"], VERTEX["right_ear"]]
        c7, left, right = self.skin(self.rest[ids], self.bodies.weights[ids])
        line = (left + right) / 2 - c7
        return float(np.degrees(np.arctan2(line[2], line @ self.forward())))


class Garment:
    """A MakeHuman proxy (.mhclo with its .obj): clothes, hair, eyebrows or eyelashes that follow the body.

    Every vertex hangs on three body vertices with weights and an offset that scales with the body. The offset is
    applied at rest and the result skinned with the three vertices' weights: offsets applied to the posed body would
    not turn with it.
    """

    def __init__(self, mhclo: Path, bodies: Library):
        self.name = mhclo.parent.name
        self.scales, self.deleted, rows, in_rows, in_deleted, obj = {}, [], [], False, False, None
        for line in mhclo.read_text(errors="replace").splitlines():
            words = line.split()
            if not words or line.startswith("#"):
                continue
            if words[0] == "obj_file":
                obj = mhclo.parent / words[1]
            elif words[0] in ("x_scale", "y_scale", "z_scale"):
                self.scales["xyz".index(words[0][0])] = (int(words[1]), int(words[2]), float(words[3]))
            elif words[0] == "verts":
                in_rows, in_deleted = True, False
            elif words[0] == "delete_verts":
                in_rows, in_deleted = False, True
            elif in_deleted and words[0].isdigit():
                self.deleted += _ranges(words)
            elif in_rows and words[0].isdigit():
                rows.append(
                    [float(word) for word in words] if len(words) >= 9 else [int(words[0])] * 3 + [1, 0, 0, 0, 0, 0]
                )
        table = np.array(rows)
        self.anchors = table[:, :3].astype(int)
        self.shares = table[:, 3:6]
        self.offsets = table[:, 6:9]
        self.corners, self.counts, self.texture = _read_obj(obj)
        positive = np.clip(self.shares, 0, None) + 1e-6
        positive /= positive.sum(1, keepdims=True)
        self.weights = np.einsum("nk,nkb->nb", positive, bodies.weights[self.anchors]).astype(np.float32)

    def fit(self, body: Body) -> Part:
        """The garment on a posed body."""
        scale = [
            abs(body.rest[a, axis] - body.rest[b, axis]) / length
            for axis, (a, b, length) in ((_OBJ_AXIS[k], v) for k, v in sorted(self.scales.items()))
        ]
        offset = self.offsets * scale
        offset = np.stack([offset[:, 0], -offset[:, 2], offset[:, 1]], 1)
        rest = np.einsum("nk,nkd->nd", self.shares, body.rest[self.anchors]) + offset
        return Part(self.name, body.skin(rest, self.weights), self.corners, self.counts, self.texture)


_OBJ_AXIS = {0: 0, 1: 2, 2: 1}
"""Axes of the proxies' files (y up) in our frame (z up)."""


def _ranges(words: list[str]) -> list[int]:
    """Expands "3 - 5 9" to 3, 4, 5, 9."""
    numbers, i = [], 0
    while i < len(words):
        if i + 2 < len(words) and words[i + 1] == "-":
            numbers += range(int(words[i]), int(words[i + 2]) + 1)
            i += 3
        else:
            numbers.append(int(words[i]))
            i += 1
    return numbers


def _read_obj(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Corner vertex numbers, corners per face, and texture coordinates per corner."""
    texture, corners, counts, picked = [], [], [], []
    for line in path.read_text(errors="replace").splitlines():
        if line.startswith("vt "):
            texture.append([float(word) for word in line.split()[1:3]])
        elif line.startswith("f "):
            words = [word.split("/") for word in line.split()[1:]]
            if len(words) == 4 and words[3][0] == words[0][0]:
                words = words[:3]
            corners += [int(word[0]) - 1 for word in words]
            picked += [int(word[1]) - 1 if len(word) > 1 and word[1] else 0 for word in words]
            counts.append(len(words))
    coordinates = np.array(texture or [[0.0, 0.0]], np.float32)
    return np.array(corners, np.int32), np.array(counts, np.int32), coordinates[picked]


def body_part(body: Body, posed: np.ndarray, hidden: list[int]) -> Part:
    """The skin, without the faces whose vertices all lie under clothes."""
    arrays = body.bodies.arrays
    covered = np.zeros(len(posed), bool)
    covered[hidden] = True
    keep = ~covered[arrays["body_faces"]].all(1)
    faces = arrays["body_faces"][keep]
    texture = arrays["texture"][arrays["body_face_texture"][keep]].reshape(-1, 2)
    return Part("skin", posed, faces.ravel(), np.full(len(faces), 4, np.int32), texture)


def eyes_part(body: Body, posed: np.ndarray) -> Part:
    """Both eyeballs; `tint` is the distance from the middle of the iris in centimetres, which paints iris and white."""
    faces = body.bodies.arrays["eye_faces"]
    middles = np.array([rest_point(body.rest, name) for name in EYE_RINGS])
    distance = np.linalg.norm(body.rest[:, None] - middles, axis=2).min(1) * 100.0
    return Part("eyes", posed, faces.ravel(), np.full(len(faces), 4, np.int32), None, distance.astype(np.float32))
