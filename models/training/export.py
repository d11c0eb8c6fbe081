"""Writes a checkpoint of the network as ONNX (fixed batch 1, opset 17) and checks it against PyTorch.

    python export.py --checkpoint runs/a/ema.pt --out posture.onnx

Without --checkpoint the weights are random: of use only to develop against the contract.
"""

import argparse
import copy
import hashlib
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

from contract import INPUT, OUTPUTS
from network import SHAPES, Deployed, PoseNetwork, macs

MAX_MACS, MAX_BYTES, MAX_DIFFERENCE, MAX_ROUNDING = 250e6, 10e6, 1e-3, 0.05
"""Of the outputs: against PyTorch with the same rounded weights, and with the weights as they were learned. Angles are in
degrees."""


HALF_FROM = 1000
"""Tensors with at least this many values are stored in half precision, which halves the file; programs that load it fold
the casts back to 32 bits, so that nothing is computed in half precision."""


def load(checkpoint: Path | None) -> PoseNetwork:
    """The network in evaluation mode with the shape and the averaged weights of a checkpoint, or random ones."""
    if checkpoint is None:
        return PoseNetwork().eval()
    state = torch.load(checkpoint, map_location="cpu")
    network = PoseNetwork(SHAPES[state["shape"]])
    network.load_state_dict(state["ema"])
    return network.eval()


def export(network: PoseNetwork, out: Path, arms: bool) -> dict[str, float]:
    """Writes `out`, raises if it breaks the budget or differs from PyTorch, and returns what was measured."""
    deployed = Deployed(copy.deepcopy(network), arms).eval()
    with torch.no_grad():
        for weight in deployed.parameters():
            if weight.numel() >= HALF_FROM:
                weight.copy_(weight.half().float())
    frame = torch.rand(1, 3, INPUT, INPUT)
    torch.onnx.export(
        deployed, (frame,), str(out), opset_version=17, dynamo=False,
        input_names=["frame"], output_names=list(OUTPUTS), do_constant_folding=True,
    )  # fmt: skip
    store_halves(out)
    session = onnxruntime.InferenceSession(str(out), providers=["CPUExecutionProvider"])
    worst, rounding = 0.0, 0.0
    for _ in range(5):
        frame = torch.rand(1, 3, INPUT, INPUT)
        got = session.run(None, {"frame": frame.numpy()})
        with torch.no_grad():
            folded, raw = deployed(frame), network(frame)
        unfolded = (
            raw["heat"].clamp(0, 1), raw["offset"], raw["inside" if arms else "visible"].sigmoid(), raw["inside"].sigmoid(),
            raw["presence"].sigmoid(), raw["trunk_yaw"], raw["head"], raw["cva"],
        )  # fmt: skip
        for a, b, c in zip(got, folded, unfolded, strict=True):
            worst = max(worst, np.abs(a - b.numpy()).max())
            rounding = max(rounding, np.abs(a - c.numpy()).max())
    cost, size = macs(deployed, INPUT), out.stat().st_size
    if worst > MAX_DIFFERENCE or rounding > MAX_ROUNDING or cost > MAX_MACS or size > MAX_BYTES:
        raise SystemExit(f"refused: difference {worst:.1e}, by rounding {rounding:.1e}, {cost / 1e6:.1f} MMAC, {size} bytes")
    return {"difference": float(worst), "rounding": float(rounding), "mmac": cost / 1e6, "bytes": size}


def store_halves(file: Path) -> None:
    """Replaces the large tensors of 32 bits in `file` by ones of 16 and casts."""
    model = onnx.load(str(file))
    graph = model.graph
    for tensor in list(graph.initializer):
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < HALF_FROM:
            continue
        half = onnx.numpy_helper.from_array(values.astype(np.float16), f"{tensor.name}.half")
        graph.initializer.remove(tensor)
        graph.initializer.append(half)
        cast = onnx.helper.make_node("Cast", [half.name], [tensor.name], to=onnx.TensorProto.FLOAT)
        graph.node.insert(0, cast)
    onnx.checker.check_model(model)
    onnx.save(model, str(file))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--arms", action="store_true", help="the network of the arms: hidden keypoints are reported too")
    args = parser.parse_args()
    torch.manual_seed(1)
    measured = export(load(args.checkpoint), args.out, args.arms)
    digest = hashlib.sha256(args.out.read_bytes()).hexdigest()
    args.out.with_suffix(".onnx.sha256").write_text(f"{digest}  {args.out.name}\n")
    print(f"{args.out}: {measured['mmac']:.1f} MMAC, {measured['bytes']} bytes, "
          f"largest difference from PyTorch {measured['difference']:.1e}, by rounding {measured['rounding']:.1e}, sha256 {digest}")  # fmt: skip


if __name__ == "__main__":
    main()
