"""Checks the signs of the truth on a stick figure: `python -m pytest test_truth.py`, or run the file."""

from dataclasses import dataclass

import numpy as np

import rooms
import truth
from people import about


@dataclass
class Figure:
    """Just enough of a body: where its landmarks are, its head's rotation, and that it faces -y."""

    head: np.ndarray
    angle: float = 45.0

    def landmarks(self) -> dict[str, np.ndarray]:
        points = {name: np.array([0.0, 0.0, 0.6]) for name in truth.KEYPOINTS}
        points |= {"left_shoulder": np.array([0.18, 0, 0.45]), "right_shoulder": np.array([-0.18, 0, 0.45])}
        points |= {"left_hip": np.array([0.1, 0, 0.0]), "right_hip": np.array([-0.1, 0, 0.0])}
        lean = np.radians(self.angle)
        points["c7"] = points["nose"] - 0.14 * np.array([0, -np.cos(lean), np.sin(lean)])
        return points

    def rotation(self, bone: str) -> np.ndarray:
        return self.head

    def forward(self) -> np.ndarray:
        return np.array([0.0, -1.0, 0.0])

    def craniovertebral_angle(self) -> float:
        return self.angle


def seen(head: np.ndarray, yaw: float, roll: float = 0.0, height: float = 0.0):
    """The figure's truth from a camera two metres away."""
    figure = Figure(head)
    framing = rooms.Framing(yaw, 2.0, height, 60.0, roll, (320, 240), 0.0, (0.5, 0.5))
    camera = rooms.place_camera(figure, framing)
    return truth.person(figure, camera, lambda camera, point: np.inf), camera


def test_a_person_facing_the_left_edge_has_positive_yaw():
    person, _ = seen(np.eye(3), 90.0)
    assert abs(person["trunk_yaw"] - 90) < 0.1 and person["facing"] == "left" and person["view"] == "lateral"
    assert abs(person["head"]["yaw"] - 90) < 0.1
    assert person["keypoints"]["nose"]["x"] < person["keypoints"]["c7"]["x"]


def test_the_left_shoulder_is_on_the_right_when_facing_the_camera():
    person, _ = seen(np.eye(3), 0.0)
    assert person["keypoints"]["left_shoulder"]["x"] > person["keypoints"]["right_shoulder"]["x"]


def test_head_angles_have_the_signs_of_the_contract():
    assert seen(about("x", 20), 0.0)[0]["head"]["pitch"] < -19
    assert seen(about("z", -20), 0.0)[0]["head"]["yaw"] > 19
    assert seen(about("y", 20), 0.0)[0]["head"]["roll"] > 19


def test_roll_turns_the_picture_clockwise_and_shifts_the_label():
    for yaw in (90.0, -90.0):
        person, camera = seen(np.eye(3), yaw, roll=6.0)
        roll = truth.camera_angles(camera)[1]
        assert abs(roll - 6.0) < 1e-6
        nose, c7 = person["keypoints"]["nose"], person["keypoints"]["c7"]
        forward = -np.sign(yaw) * (nose["x"] - c7["x"])
        drawn = np.degrees(np.arctan2(c7["y"] - nose["y"], forward))
        assert abs(drawn - (45.0 + np.sin(np.radians(person["trunk_yaw"])) * roll)) < 0.5


if __name__ == "__main__":
    for name, check in list(globals().items()):
        if name.startswith("test_"):
            check()
            print("ok", name)
