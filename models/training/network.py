"""The pose network: dense 3x3 convolutions down to 6x6 cells and back to 24x24, shaped for tract on a CPU."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from contract import GRID, K

CVA_CENTRE, CVA_SCALE = 45.0, 15.0
"""The craniovertebral angle is predicted as centre + scale * raw, in degrees."""
SIGMA_FLOOR, SIGMA_CEILING = 1.0, 30.0
"""Bounds of its predicted standard deviation, in degrees."""


class ConvBnRelu(nn.Module):
    """Convolution, batch norm, ReLU; with `skip` the input is added before the ReLU.

    The skip around a single 3x3 convolution folds into that convolution, so it costs nothing once fused.
    """

    def __init__(self, cin: int, cout: int, kernel: int = 3, stride: int = 1, skip: bool = False):
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, kernel, stride, kernel // 2, bias=False)
        self.bn = nn.BatchNorm2d(cout)
        self.skip = skip
        nn.init.kaiming_normal_(self.conv.weight, nonlinearity="relu")

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn(self.conv(x))
        return F.relu(y + x if self.skip else y)

    def fused(self) -> nn.Sequential:
        """The same function in evaluation mode as one biased convolution and a ReLU."""
        gain = self.bn.weight / torch.sqrt(self.bn.running_var + self.bn.eps)
        weight = self.conv.weight * gain[:, None, None, None]
        if self.skip:
            channel = torch.arange(weight.shape[0])
            centre = weight.shape[2] // 2
            weight = weight.clone()
            weight[channel, channel, centre, centre] += 1.0
        c = self.conv
        conv = nn.Conv2d(c.in_channels, c.out_channels, c.kernel_size, c.stride, c.padding)
        conv.weight.data = weight.detach()
        conv.bias.data = (self.bn.bias - self.bn.running_mean * gain).detach()
        return nn.Sequential(conv, nn.ReLU())


def _more(channels: int, count: int) -> nn.Sequential:
    """Convolutions that keep resolution and channels."""
    return nn.Sequential(*(ConvBnRelu(channels, channels, skip=True) for _ in range(count)))


def _further(read: int, width: int, said: int) -> nn.Sequential:
    """Two layers that say nothing before they are taught."""
    last = nn.Linear(width, said)
    nn.init.zeros_(last.weight)
    nn.init.zeros_(last.bias)
    return nn.Sequential(nn.Linear(read, width), nn.ReLU(), last)


@dataclass(frozen=True)
class Shape:
    """Channels at 48, 24, 12 and 6 cells, and how many further convolutions follow the first at 24, 12 and 6."""

    stem: int
    c24: int
    c12: int
    c6: int
    at24: int
    at12: int
    at6: int
    points: bool = True
    """Whether the angles are also read off the keypoints (`Places`)."""
    coarse: int = 32
    """Channels of the coarse features that the angles, presence and visibility are read off."""
    hidden: int = 128
    """Width of the layer that reads them."""
    mixed: int = 0
    """Width of a further layer over that one and the keypoints' places; 0 for none."""


SHAPES = {
    "heads": Shape(64, 80, 160, 192, 1, 2, 1, coarse=56, hidden=192, mixed=96),
    "points": Shape(64, 80, 160, 192, 1, 2, 1),
    "even": Shape(64, 80, 160, 192, 1, 2, 1, points=False),
    "deep": Shape(64, 64, 160, 224, 1, 2, 3, points=False),
    "wide": Shape(64, 96, 128, 144, 1, 2, 1, points=False),
    "slim": Shape(48, 64, 128, 192, 2, 4, 2, points=False),
}
"""What was compared (model card); all cost about the same. The first is shipped."""


class Places(nn.Module):
    """What the keypoints' places say about angles: their positions in the input and relative to each other.

    The mean of every heatmap to the fourth power is a position to a fraction of a cell, which the coarse features do
    not hold. No gradient goes back into the heatmaps.
    """

    def __init__(self, out: int = 64):
        super().__init__()
        axis = (torch.arange(GRID, dtype=torch.float32) + 0.5) / (GRID / 2) - 1
        self.register_buffer("x", axis.repeat(GRID), persistent=False)
        self.register_buffer("y", axis.repeat_interleave(GRID), persistent=False)
        self.layers = nn.Sequential(nn.Linear(5 * K, 96), nn.ReLU(), nn.Linear(96, out), nn.ReLU())

    def forward(self, heat: Tensor, offset: Tensor) -> Tensor:
        """Features [B, out] of heat [B, 17, 24, 24] and offset [B, 34, 24, 24]."""
        heat = heat.detach().flatten(2).clamp(0.0, 1.0)
        offset = offset.detach().view(-1, K, 2, GRID * GRID) / (GRID / 2)
        share = heat * heat
        share = share * share
        total = share.sum(2) + 1e-4
        at_x = (share * (self.x + offset[:, :, 0])).sum(2) / total
        at_y = (share * (self.y + offset[:, :, 1])).sum(2) / total
        sure = share.sum(2) / total
        count = sure.sum(1, keepdim=True) + 1e-3
        from_x = at_x - (sure * at_x).sum(1, keepdim=True) / count
        from_y = at_y - (sure * at_y).sum(1, keepdim=True) / count
        reach = ((sure * (from_x * from_x + from_y * from_y)).sum(1, keepdim=True) / count + 1e-3).sqrt()
        places = torch.cat([at_x, at_y, sure * from_x / reach, sure * from_y / reach, sure], 1)
        return self.layers(places)


class PoseNetwork(nn.Module):
    """Input [B, 3, 192, 192] RGB in 0..1; output a dict of raw heads (see `forward`)."""

    def __init__(self, shape: Shape = SHAPES["points"]):
        super().__init__()
        stem, c24, c12, c6 = shape.stem, shape.c24, shape.c12, shape.c6
        self.stem = ConvBnRelu(3, stem, 7, 4)
        self.down24 = ConvBnRelu(stem, c24, 3, 2)
        self.at24 = _more(c24, shape.at24)
        self.down12 = ConvBnRelu(c24, c12, 3, 2)
        self.at12 = _more(c12, shape.at12)
        self.down6 = ConvBnRelu(c12, c6, 3, 2)
        self.at6 = _more(c6, shape.at6)
        self.up12 = nn.Conv2d(c6, 4 * c12, 1)
        self.up24 = nn.Conv2d(c12, 4 * c24, 1)
        self.lateral = nn.Conv2d(c24, c24, 1)
        self.decoder = ConvBnRelu(c24, c24, skip=True)
        self.heat = nn.Conv2d(c24, K, 1)
        self.offset = nn.Conv2d(c24, 2 * K, 1)
        self.coarse = ConvBnRelu(c6, shape.coarse, 1)
        self.fine = nn.Sequential(ConvBnRelu(c24, 48, 3, 2), ConvBnRelu(48, 32, 3, 2))
        self.dropout = nn.Dropout(0.1)
        self.hidden = nn.Linear((shape.coarse + 32) * 36, shape.hidden)
        self.places = Places() if shape.points else None
        read, said = shape.hidden + (64 if shape.points else 0), 2 * K + 1 + 2 + 4 + 2
        self.globals = nn.Linear(read, said)
        self.mixed = _further(read, shape.mixed, said) if shape.mixed else None
        nn.init.normal_(self.heat.weight, std=0.01)
        nn.init.normal_(self.offset.weight, std=0.01)
        nn.init.normal_(self.globals.weight, std=0.02)
        for layer in (self.heat, self.offset, self.globals):
            nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Raw heads.

        heat [B, 17, 24, 24] (linear, target 0..1), offset [B, 34, 24, 24] (cells), visible and inside [B, 17] and
        presence [B, 1] (logits), trunk_yaw [B, 2] (sin, cos), head [B, 4] (sin yaw, cos yaw, pitch deg, roll deg),
        cva [B, 2] (degrees, standard deviation in degrees).
        """
        s24 = self.at24(self.down24(self.stem(x)))
        s12 = self.at12(self.down12(s24))
        s6 = self.at6(self.down6(s12))
        d12 = F.relu(s12 + F.pixel_shuffle(self.up12(s6), 2))
        d24 = F.relu(self.lateral(s24) + F.pixel_shuffle(self.up24(d12), 2))
        d24 = self.decoder(d24)
        both = torch.cat([self.coarse(s6), self.fine(d24)], 1)
        hidden = F.relu(self.hidden(self.dropout(both.flatten(1))))
        heat, offset = self.heat(d24).float(), self.offset(d24).float()
        if self.places is not None:
            with torch.autocast("cpu", enabled=False):
                hidden = torch.cat([hidden.float(), self.places(heat, offset)], 1)
        said = self.globals(hidden).float()
        if self.mixed is not None:
            said = said + self.mixed(hidden).float()
        visible, inside, presence, trunk, head, cva = said.split([K, K, 1, 2, 4, 2], 1)
        sigma = (5.0 * F.softplus(cva[:, 1:]) + SIGMA_FLOOR).clamp(max=SIGMA_CEILING)
        return {
            "heat": heat,
            "offset": offset,
            "visible": visible,
            "inside": inside,
            "presence": presence,
            "trunk_yaw": trunk,
            "head": torch.cat([head[:, :2], 20.0 * head[:, 2:]], 1),
            "cva": torch.cat([CVA_CENTRE + CVA_SCALE * cva[:, :1], sigma], 1),
        }


def grown(state: dict[str, Tensor], network: PoseNetwork) -> dict[str, Tensor]:
    """The weights of a network with narrower heads, laid into `network` so that it says the same as that one did.

    What is new in `network` keeps its random weights where they read and gets zeros where it is read."""
    own = network.state_dict()
    for name, old in state.items():
        new = own[name]
        if old.shape == new.shape:
            own[name] = old
        elif name == "hidden.weight":
            coarse, fine = old.shape[1] - 32 * 36, new.shape[1] - 32 * 36
            new[: len(old), :coarse], new[: len(old), coarse:fine] = old[:, :coarse], 0.0
            new[: len(old), fine:] = old[:, coarse:]
        elif name == "globals.weight":
            places = 0 if network.places is None else network.places.layers[-2].out_features
            hidden, wider = old.shape[1] - places, new.shape[1] - places
            new[:, :hidden], new[:, hidden:wider] = old[:, :hidden], 0.0
            new[:, wider:] = old[:, hidden:]
        else:
            new[tuple(slice(n) for n in old.shape)] = old
    return own


class Deployed(nn.Module):
    """The network as exported: batch norms folded, activations inside, outputs in the order of the contract.

    That of the arms gives keypoints that lie in the picture as visible even where they are hidden: raised arms hide the
    face, and elbows are hidden behind the back."""

    def __init__(self, network: PoseNetwork, arms: bool = False):
        super().__init__()
        self.seen = "inside" if arms else "visible"
        self.network = _fuse(network.eval())

    def forward(self, frame: Tensor) -> tuple[Tensor, ...]:
        out = self.network(frame)
        return (
            out["heat"].clamp(0.0, 1.0),
            out["offset"],
            torch.sigmoid(out[self.seen]),
            torch.sigmoid(out["inside"]),
            torch.sigmoid(out["presence"]),
            out["trunk_yaw"],
            out["head"],
            out["cva"],
        )


def _fuse(module: nn.Module) -> nn.Module:
    """Replaces every ConvBnRelu below `module` by its fused form, in place, and returns the module."""
    for name, child in module.named_children():
        setattr(module, name, child.fused() if isinstance(child, ConvBnRelu) else _fuse(child))
    return module


def macs(network: nn.Module, side: int) -> int:
    """Multiply-accumulates of all convolutions and linear layers for one picture of side x side pixels."""
    total = 0

    def count(layer: nn.Module, _: object, out: Tensor) -> None:
        nonlocal total
        total += layer.weight.numel() * (out.shape[2] * out.shape[3] if out.dim() == 4 else 1)

    hooks = [m.register_forward_hook(count) for m in network.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    with torch.no_grad():
        network(torch.zeros(1, 3, side, side))
    for hook in hooks:
        hook.remove()
    return total
