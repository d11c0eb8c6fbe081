"""Simple geometry: boxes, rounded boxes, tubes and sheets, as parts for the renderer. Metres."""

import numpy as np

from parts import Part


def grid(name: str, points: np.ndarray, wrap_u: bool = False, wrap_v: bool = False, smooth: bool = True) -> Part:
    """A quadrilateral grid over points (rows, columns, 3), closed along rows (u) or columns (v) if asked."""
    rows, columns = points.shape[:2]
    i = np.arange(rows if wrap_u else rows - 1)
    j = np.arange(columns if wrap_v else columns - 1)
    i, j = (a.ravel() for a in np.meshgrid(i, j, indexing="ij"))
    i2, j2 = (i + 1) % rows, (j + 1) % columns
    corners = np.stack([i * columns + j, i * columns + j2, i2 * columns + j2, i2 * columns + j], 1)
    u = np.stack([i / rows, i / rows, (i + 1) / rows, (i + 1) / rows], 1)
    v = np.stack([j / columns, (j + 1) / columns, (j + 1) / columns, j / columns], 1)
    texture = np.stack([v, u], 2).reshape(-1, 2)
    return Part(
        name, points.reshape(-1, 3), corners.ravel(), np.full(len(corners), 4, np.int32), texture, smooth=smooth
    )


def box(name: str, centre, half, turn: float = 0.0) -> Part:
    """A box with sharp edges; `turn` in radians about the vertical."""
    signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
    corners = np.array([0, 1, 3, 2, 4, 6, 7, 5, 0, 4, 5, 1, 2, 3, 7, 6, 0, 2, 6, 4, 1, 5, 7, 3], np.int32)
    texture = np.tile(np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32), (6, 1))
    points = _turned(signs * np.asarray(half), turn) + np.asarray(centre)
    return Part(name, points, corners, np.full(6, 4, np.int32), texture, smooth=False)


def rounded_box(name: str, centre, half, roundness: float = 0.3, turn: float = 0.0, tilt: float = 0.0) -> Part:
    """A superellipsoid: 1 is an ellipsoid, near 0 a box. `tilt` in radians about x comes before `turn` about the
    vertical."""
    v = np.linspace(-np.pi / 2, np.pi / 2, 18)
    u = np.linspace(-np.pi, np.pi, 32, endpoint=False)
    v, u = np.meshgrid(v, u, indexing="ij")

    def power(value: np.ndarray) -> np.ndarray:
        return np.sign(value) * np.abs(value) ** roundness

    points = np.stack([power(np.cos(v)) * power(np.cos(u)), power(np.cos(v)) * power(np.sin(u)), power(np.sin(v))], 2)
    points = points * np.asarray(half)
    c, s = np.cos(tilt), np.sin(tilt)
    points = points @ np.array([[1, 0, 0], [0, c, s], [0, -s, c]])
    return grid(name, _turned(points, turn) + np.asarray(centre), wrap_v=True)


def tube(
    name: str, path: np.ndarray, radius: float | tuple[float, float], closed: bool = False, sides: int = 8
) -> Part:
    """A tube along points (n, 3); two radii give an elliptic cross-section (across the path's plane, along it)."""
    across, along = (radius, radius) if np.isscalar(radius) else radius
    path = np.asarray(path, float)
    tangent = np.roll(path, -1, 0) - np.roll(path, 1, 0)
    if not closed:
        tangent[0], tangent[-1] = path[1] - path[0], path[-1] - path[-2]
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    axis = np.linalg.svd(path - path.mean(0))[2][2]
    side = np.cross(tangent, axis)
    side /= np.linalg.norm(side, axis=1, keepdims=True) + 1e-9
    other = np.cross(side, tangent)
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    ring = along * np.cos(angle)[None, :, None] * side[:, None] + across * np.sin(angle)[None, :, None] * other[:, None]
    return grid(name, path[:, None] + ring, wrap_u=closed, wrap_v=True)


def _turned(points: np.ndarray, turn: float) -> np.ndarray:
    c, s = np.cos(turn), np.sin(turn)
    return points @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])
