"""Trains the pose network on photos and renders within a given wall-clock time.

    python train.py --dataset DATASET --renders RENDERS --out runs/a --minutes 55

The learning rate follows a cosine of the time that has passed, so a run ends when it should on any machine; with
--samples it follows the samples seen, so that runs can be compared.
Renders that appear while it runs are picked up. `--resume` continues from the last checkpoint in --out.
"""

import argparse
import copy
import math
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.distributed as dist
import torch.multiprocessing as multiprocessing
from torch import Tensor, nn
from torch.utils.data import DataLoader, IterableDataset

from augment import Augment
from data import Item, Renders, photos, sampling_weight
from losses import losses
from network import SHAPES, PoseNetwork, grown

MIX = {
    "render": 52, "gesture": 8, "voteview": 11, "caltech": 6, "london": 4, "faker": 5, "negative": 9, "empty": 5,
}  # fmt: skip
"""Per cent of the samples drawn from each source; sources without pictures are left out."""
MIX_ARMS = {"moment": 66, "render": 20, "gesture": 3, "voteview": 2, "negative": 5, "empty": 4}
"""The same for the network of the arms: photos, whose arms nobody marked, keep it to what heads and shoulders look like."""
ENOUGH_RENDERS = 800
"""With fewer renders than this their share is smaller in proportion."""
RESCAN_SECONDS = 90
CHECKPOINT_SECONDS = 240
EMA_DECAY = 0.999


class Samples(IterableDataset):
    """Endless batches of augmented samples, drawn by source; one worker process reads and augments."""

    def __init__(self, items: list[Item], renders: Renders, batch: int, seed: int, tell: bool, arms: bool):
        self.items, self.renders, self.batch, self.seed, self.tell = items, renders, batch, seed, tell
        self.arms, self.mix = arms, MIX_ARMS if arms else MIX

    def __iter__(self) -> Iterator[dict[str, Tensor]]:
        cv2.setNumThreads(1)
        rng = np.random.default_rng(self.seed)
        backdrops = [i.image for i in self.items if not i.person]
        augment = Augment(rng, backdrops, [i for i in self.items if i.person], self.arms)
        scanned = -math.inf
        while True:
            if time.monotonic() - scanned > RESCAN_SECONDS:
                if self.renders.scan() or scanned < 0:
                    pools, odds, shares = self._pools()
                scanned = time.monotonic()
            sources = rng.choice(len(pools), self.batch, p=shares)
            drawn = [pools[s][_draw(rng, odds[s])] for s in sources]
            rows = [augment.sample(item) for item in drawn]
            yield {name: torch.from_numpy(np.stack([r[name] for r in rows])) for name in rows[0]}

    def _pools(self) -> tuple[list[list[Item]], list[np.ndarray], np.ndarray]:
        """The pictures of every source, their cumulative odds, and the share of each source."""
        pools, odds, shares = [], [], []
        everything = self.items + self.renders.items
        for source, share in self.mix.items():
            pool = [i for i in everything if i.source == source]
            if pool:
                chance = np.cumsum([sampling_weight(i) if i.exact else 1.0 for i in pool])
                pools.append(pool)
                odds.append(chance / chance[-1])
                shares.append(share * min(1.0, len(pool) / ENOUGH_RENDERS) if source == "render" else share)
        if self.tell:
            print("pictures:", {p[0].source: len(p) for p in pools}, flush=True)
        return pools, odds, np.asarray(shares) / sum(shares)


def _draw(rng: np.random.Generator, cumulative: np.ndarray) -> int:
    return int(np.searchsorted(cumulative, rng.random(), side="right"))


class Average:
    """Exponential moving average of a network's weights and statistics."""

    def __init__(self, network: nn.Module):
        self.network = copy.deepcopy(network).eval()
        self.steps = 0

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Takes the weights after one step into the average."""
        self.steps += 1
        keep = min(EMA_DECAY, (1 + self.steps) / (10 + self.steps))
        for mine, new in zip(self.network.state_dict().values(), network.state_dict().values(), strict=True):
            if mine.dtype.is_floating_point:
                mine.lerp_(new, 1 - keep)
            else:
                mine.copy_(new)


def optimizer_of(network: nn.Module, rate: float) -> torch.optim.AdamW:
    """AdamW that decays convolution and linear weights only."""
    decay = [p for p in network.parameters() if p.dim() > 1]
    plain = [p for p in network.parameters() if p.dim() <= 1]
    groups = [{"params": decay, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=rate)


class Together:
    """Averages gradients over processes of one thread each, once a step.

    On a shared CPU this is several times faster than one process with several threads, which wait for each other in
    every layer. The time that has passed travels with the gradients, so that all processes agree on it.
    """

    def __init__(self, network: nn.Module, rank: int, processes: int, rendezvous: Path):
        self.parameters, self.processes, self.rank = list(network.parameters()), processes, rank
        self.flat = torch.zeros(sum(p.numel() for p in self.parameters) + 1)
        if processes > 1:
            dist.init_process_group(
                "gloo", init_method=f"file://{rendezvous.resolve()}", rank=rank, world_size=processes
            )

    def average(self, seconds: float) -> float:
        """Replaces every gradient by the mean over all processes and returns the mean of `seconds`."""
        if self.processes == 1:
            return seconds
        torch.cat([*(p.grad.reshape(-1) for p in self.parameters), torch.tensor([seconds])], out=self.flat)
        dist.all_reduce(self.flat)
        self.flat /= self.processes
        start = 0
        for p in self.parameters:
            p.grad.copy_(self.flat[start : start + p.numel()].view_as(p))
            start += p.numel()
        return float(self.flat[-1])


def train(rank: int, args: argparse.Namespace, rendezvous: Path) -> None:
    """Runs one of the processes until the time is over; the first leaves last.pt (to resume) and ema.pt (to export)."""
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    share = args.batch // args.processes
    splits = {"train"} | ({"train_extra"} if args.extra else set())
    seed = args.seed + 1000 * rank
    samples = Samples(photos(args.dataset, splits), Renders(args.renders), share, seed, rank == 0, args.arms)
    network = PoseNetwork(SHAPES[args.shape]).to(memory_format=torch.channels_last)
    optimizer, average = optimizer_of(network, args.rate), Average(network)
    before, step, last = 0.0, 0, args.out / "last.pt"
    if args.resume or args.start:
        state = torch.load(last if args.resume else args.start, map_location="cpu")
        network.load_state_dict(grown(state["network" if args.resume else "ema"], network))
        average.network.load_state_dict(network.state_dict() if args.start else state["ema"])
        if args.resume:
            optimizer.load_state_dict(state["optimizer"])
            before, step, average.steps = state["seconds"], state["step"], state["step"]
            samples.seed += step
    together = Together(network, rank, args.processes, rendezvous)
    loader = DataLoader(samples, batch_size=None, num_workers=1, prefetch_factor=4)
    total, begun, saved, shown = 60 * (args.minutes or math.inf), time.monotonic(), time.monotonic(), {}
    seconds = before
    for batch in loader:
        done = step * args.batch / args.samples if args.samples else seconds / total
        if done >= 1:
            break
        warm = min(1.0, (step + 1) / args.warm_up)
        rate = args.rate * warm * 0.5 * (1 + math.cos(math.pi * done))
        for group in optimizer.param_groups:
            group["lr"] = rate
        image = batch.pop("image").permute(0, 3, 1, 2).float().div_(255)
        image = image.contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            out = network(image)
        parts = losses(out, batch)
        optimizer.zero_grad(set_to_none=True)
        sum(parts.values()).backward()
        seconds = together.average(before + time.monotonic() - begun)
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        step += 1
        if rank:
            continue
        average.update(network)
        for name, value in parts.items():
            shown[name] = 0.99 * shown.get(name, value.item()) + 0.01 * value.item()
        if step % 100 == 0:
            text = " ".join(f"{n} {v:.3f}" for n, v in shown.items())
            print(f"{seconds:6.0f} s  step {step}  rate {rate:.1e}  {text}", flush=True)
        if time.monotonic() - saved > CHECKPOINT_SECONDS:
            _save(last, args.shape, network, average, optimizer, seconds, step)
            saved = time.monotonic()
    if rank == 0:
        _save(last, args.shape, network, average, optimizer, seconds, step)
        torch.save({"shape": args.shape, "ema": average.network.state_dict(), "step": step}, args.out / "ema.pt")
        print(f"done: {step} steps, {step * args.batch} samples", flush=True)


def _save(path: Path, shape: str, network, average: Average, optimizer, seconds: float, step: int) -> None:
    """Writes a checkpoint so that an interrupted write leaves the previous one."""
    part = path.with_suffix(".part")
    state = {
        "shape": shape, "network": network.state_dict(), "ema": average.network.state_dict(),
        "optimizer": optimizer.state_dict(), "seconds": seconds, "step": step,
    }  # fmt: skip
    torch.save(state, part)
    part.replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", type=Path, required=True, help="folder with labels.json and photos")
    parser.add_argument("--renders", type=Path, nargs="*", default=[], help="folders searched for truth.jsonl")
    parser.add_argument("--out", type=Path, required=True)
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument("--minutes", type=float)
    length.add_argument("--samples", type=int)
    parser.add_argument("--shape", choices=list(SHAPES), default="heads")
    parser.add_argument("--resume", action="store_true", help="continue the run in --out")
    parser.add_argument("--start", type=Path, help="checkpoint whose averaged weights a new run starts from")
    parser.add_argument("--extra", action="store_true", help="also train on the split train_extra")
    parser.add_argument("--arms", action="store_true", help="train the network of the arms")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--warm-up", type=int, default=200, help="steps")
    parser.add_argument("--batch", type=int, default=32, help="over all processes")
    parser.add_argument("--processes", type=int, default=2, help="as many as there are cores")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        multiprocessing.spawn(train, (args, Path(scratch) / "rendezvous"), nprocs=args.processes)


if __name__ == "__main__":
    main()
