"""What the renderer is handed: meshes with surfaces, a panorama and a camera. Metres, +z up."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass
class Part:
    """A mesh ready for the renderer: corner lists per face, texture coordinates per corner."""

    name: str
    vertices: np.ndarray
    corners: np.ndarray
    counts: np.ndarray
    texture: np.ndarray | None = None
    tint: np.ndarray | None = None
    """A 0..1 number per vertex that a material may use (iris and pupil of an eye, beard of a face)."""
    smooth: bool = True


@dataclass
class Look:
    """A surface. Colours are linear RGB; a texture is multiplied by its tint, then a pattern is laid over it in
    texture space."""

    colour: tuple[float, float, float] = (0.5, 0.5, 0.5)
    texture: Path | None = None
    alpha: bool = False
    hue: float = 0.5
    saturation: float = 1.0
    value: float = 1.0
    recolour: tuple[float, float, float] | None = None
    pattern: str | None = None
    pattern_colour: tuple[float, float, float] = (0.8, 0.8, 0.8)
    pattern_scale: float = 12.0
    roughness: float = 0.7
    specular: float = 0.3
    subsurface: float = 0.0
    emission: float = 0.0
    ramp: tuple[tuple[float, tuple[float, float, float]], ...] | None = None
    """Colour stops over the part's `tint` (0..1); with a texture the stops are multiplied in."""


@dataclass
class Camera:
    """A pinhole: position, the picture's right and up and the way back from the scene, as world unit vectors; focal
    length in pixels."""

    position: np.ndarray
    right: np.ndarray
    up: np.ndarray
    back: np.ndarray
    focal: float
    width: int
    height: int

    def project(self, points: np.ndarray) -> np.ndarray:
        """Pictures of world points (n, 3): x right, y down in pixels with centres at .5, and the depth in metres."""
        axes = np.stack([self.right, self.up, self.back], 1)
        local = (np.asarray(points) - self.position) @ axes
        depth = -local[:, 2]
        safe = np.where(np.abs(depth) < 1e-3, 1e-3, depth)
        x = self.width / 2 + self.focal * local[:, 0] / safe
        y = self.height / 2 - self.focal * local[:, 1] / safe
        return np.stack([x, y, depth], 1)


@dataclass
class World:
    """The panorama that lights the scene and stands behind it; rotation about the vertical in radians."""

    panorama: Path
    rotation: float
    strength: float = 1.0
