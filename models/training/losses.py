"""What the network is punished for, on the tensors of `PoseNetwork.forward` and the targets of `augment.py`."""

import torch
import torch.nn.functional as F
from torch import Tensor

from contract import C7, GRID, K

SIGMA = 1.0
"""Standard deviation of a heatmap target in cells."""
OFFSET_REACH = 1.5
"""Offsets are taught in cells whose centre lies within this many cells of the keypoint, along both axes."""
WEIGHTS = {
    "heat": 0.15, "offset": 2.0, "visible": 1.0, "inside": 0.5, "presence": 0.7,
    "trunk": 4.0, "head": 1.5, "tilt": 0.5, "cva": 1.0,
}  # fmt: skip


def losses(out: dict[str, Tensor], target: dict[str, Tensor]) -> dict[str, Tensor]:
    """Every loss as a scalar, already weighted: their sum is what is minimised."""
    heat, offset = _heat_and_offset(out["heat"], out["offset"], target)
    trunk, head, cva = target["trunk"], target["head"], target["cva"]
    turned = ((out["trunk_yaw"] - trunk[:, :2]) ** 2).sum(1)
    looks = ((out["head"][:, :2] - head[:, :2]) ** 2).sum(1)
    tilts = F.smooth_l1_loss(out["head"][:, 2:] / 10, head[:, 2:4] / 10, beta=0.5, reduction="none").sum(1)
    present, sure = target["presence"][:, :1], target["presence"][:, 1:]
    presence = F.binary_cross_entropy_with_logits(out["presence"], present, reduction="none")
    parts = {
        "heat": heat,
        "offset": offset,
        "visible": _known_bce(out["visible"], target["visible"]),
        "inside": _known_bce(out["inside"], target["inside"]),
        "presence": (presence * sure).mean(),
        "trunk": (turned * trunk[:, 2]).mean(),
        "head": (looks * head[:, 4]).mean(),
        "tilt": (tilts * head[:, 5]).mean(),
        "cva": _angle_nll(out["cva"], cva[:, 0], cva[:, 1]),
    }
    return {name: WEIGHTS[name] * value for name, value in parts.items()}


def _known_bce(logits: Tensor, label: Tensor) -> Tensor:
    known = (label >= 0).float()
    loss = F.binary_cross_entropy_with_logits(logits, label.clamp(min=0), reduction="none")
    return (loss * known).sum() / known.sum().clamp(min=1)


def _angle_nll(cva: Tensor, truth: Tensor, weight: Tensor) -> Tensor:
    """Gaussian negative log-likelihood, times the detached spread so that hard samples still teach the mean."""
    mean, sigma = cva[:, 0], cva[:, 1]
    nll = 0.5 * ((truth - mean).abs().clamp(max=40) / sigma) ** 2 + sigma.log()
    return (nll * sigma.detach() / 5 * weight).sum() / weight.sum().clamp(min=4)


def _heat_and_offset(heat: Tensor, offset: Tensor, target: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Weighted squared error of the heatmaps and absolute error of the offsets near the keypoints.

    A keypoint known to be outside has an empty target. One of which nothing is known is taught only to stay out of
    the padding; C7 in photos also to stay near the neck.
    """
    batch = heat.shape[0]
    axis = torch.arange(GRID, dtype=torch.float32) + 0.5
    x, y = target["cells"].unbind(-1)
    dx = x[..., None, None] - axis
    dy = y[..., None, None] - axis[:, None]
    inside = (target["inside"] == 1).float()[..., None, None]
    bump = torch.exp(-(dx**2 + dy**2) / (2 * SIGMA**2)) * inside
    weight = target["weight"][..., None, None]
    padding = (1 - target["content"])[:, None]
    far = _outside_neck(target["ignore"], axis)
    unknown = (target["inside"] < 0).float()[..., None, None]
    c7 = torch.zeros(1, K, 1, 1)
    c7[:, C7] = 1
    empty = torch.maximum(0.5 * padding, weight * far[:, None] * c7)
    weight = torch.where(unknown > 0, empty, weight)
    heat_loss = (weight * (1 + 20 * bump) * (heat - bump) ** 2).sum() / (batch * K)

    near = ((dx.abs() <= OFFSET_REACH) & (dy.abs() <= OFFSET_REACH)).float() * inside * weight * bump
    got = offset.view(batch, K, 2, GRID, GRID)
    error = (got[:, :, 0] - dx).abs() + (got[:, :, 1] - dy).abs()
    return heat_loss, (error * near).sum() / near.sum().clamp(min=1)


def _outside_neck(disc: Tensor, axis: Tensor) -> Tensor:
    """[B, 24, 24]: 1 outside the disc (x, y, radius in cells); a radius of 0 makes it 1 everywhere."""
    x, y, radius = disc.unbind(1)
    dx = axis[None, None, :] - x[:, None, None]
    dy = axis[None, :, None] - y[:, None, None]
    return (dx**2 + dy**2 > radius[:, None, None] ** 2).float()
