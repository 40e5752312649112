"""What acquisition costs beside the bare forward pass, and how its memory grows.

    python -m benchmarks.acquisition --json docs/benchmarks/acquisition.json

Overhead: on decoded tensors, the bare pass to logits at the network's stride and the scored pass
alternate; the figure is the median of the ratios of neighbours, in CPU time of this process. A null
pair (bare beside bare) tells how much of that is noise. Memory: resident size every 50 images while
scoring 2,000 files; the mean of the samples after image 200, above the one at image 200.
End to end: JPEG files of 960 x 720 by `score_images`, beside decoding the same files alone and the
bare passes over them alone, in turns, by the clock; the figure is the slower of the two over the
whole, median over the turns. Scores are at stride 4 of the image as the network sees it, which is
reduced to 512 pixels at the longer side.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from benchmarks.report import Figure, write_report
from worker.ml.acquisition import score_images, score_tensor
from worker.ml.config import NetworkConfig, StageConfig
from worker.ml.data import Sample
from worker.ml.inference import decode, one_image
from worker.ml.models import load_model, save_model
from worker.ml.networks import build_network
from worker.ml.scenes import draw_scenes
from worker.ml.score_maps import entropy_map

CLASSES = 19
SIZE = (240, 320)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure acquisition's overhead and memory.")
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--images", type=int, default=2000)
    parser.add_argument("--pairs", type=int, default=60)
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = make_model(folder / "model")
        figures = {
            **overhead(pairs=options.pairs, seed=options.seed),
            **end_to_end(model, folder, turns=options.turns, seed=options.seed),
            **memory(model, folder, images=options.images, seed=options.seed),
        }
    write_report(options.json, figures, seeds=[options.seed])


def make_model(folder: Path) -> Path:
    config = StageConfig(network=NetworkConfig(classes=CLASSES))
    save_model(folder, build_network(config.network).eval(), config, {"fingerprint": "benchmark"})
    return folder


def overhead(*, pairs: int, seed: int) -> dict[str, Figure]:
    """CPU time of scoring over that of the bare pass, on the same decoded images."""
    network = build_network(NetworkConfig(classes=CLASSES)).eval()
    network = network.to(memory_format=torch.channels_last)
    images = torch.randint(0, 256, (1, *SIZE, 3), dtype=torch.uint8).permute(0, 3, 1, 2)

    @torch.inference_mode()
    def bare() -> Tensor:
        logits: Tensor = network(images, embed=False).logits
        return logits

    def scored() -> Tensor:
        return score_tensor(network, images, entropy_map)

    for _ in range(10):
        bare()
        scored()
    turns = np.random.default_rng(seed).permutation(pairs) % 2  # which of a pair goes first
    ratios, null = [], []
    for turn in turns:
        ratios.append(ratio(scored, bare, swap=bool(turn)))
        null.append(ratio(bare, bare, swap=bool(turn)))
    return {
        "acquisition.overhead": Figure.of(ratios, "ratio to the bare forward pass"),
        "acquisition.overhead_null": Figure.of(null, "ratio of the bare pass to itself"),
    }


def ratio(
    one: Callable[[], object], other: Callable[[], object], *, swap: bool, times: int = 5
) -> float:
    """CPU time of one over that of the other; `swap` measures the other first."""
    if swap:
        second = cpu_seconds(other, times=times)
        return cpu_seconds(one, times=times) / second
    return cpu_seconds(one, times=times) / cpu_seconds(other, times=times)


def cpu_seconds(call: Callable[[], object], *, times: int) -> float:
    before = time.process_time()
    for _ in range(times):
        call()
    return time.process_time() - before


def end_to_end(
    model: Path, folder: Path, *, turns: int, seed: int, images: int = 40
) -> dict[str, Figure]:
    """The slower of decoding and forward passes over the whole; 1 is no cost beyond it."""
    draw_scenes(folder / "photos", source=0, target=images, test=0, size=(720, 960), seed=seed)
    files = sorted((folder / "photos" / "target" / "images").iterdir())
    pool = [Sample(file.stem, file, None, "target") for file in files]
    loaded = load_model(model)
    decoded = [decode(sample, loaded.config.max_side) for sample in pool]

    def decoding() -> float:
        return clock(lambda: [decode(sample, loaded.config.max_side) for sample in pool])

    @torch.inference_mode()
    def forward() -> float:
        return clock(lambda: [loaded.network(one_image(x), embed=False).logits for x in decoded])

    def whole() -> float:
        scores = score_images(model, [pool[0], *pool], strategy="entropy", seed=seed, threads=1)
        next(scores)  # loads the model, which a pool of any size does once
        return clock(lambda: list(scores))

    parts: dict[str, list[float]] = {"decoding": [], "forward": [], "whole": []}
    for turn in range(turns + 1):
        times = {"decoding": decoding(), "forward": forward(), "whole": whole()}
        if turn:  # the first one warms up
            for name, seconds in times.items():
                parts[name].append(seconds)
    rows = zip(*parts.values(), strict=True)
    each = {f"acquisition.{n}_ms": [1e3 * s / images for s in v] for n, v in parts.items()}
    return {
        "acquisition.end_to_end": Figure.of(
            [max(decoding, forward) / whole for decoding, forward, whole in rows],
            "slower of decoding and forward, over the whole; scores at stride 4",
        ),
        **{name: Figure.of(values, "ms an image") for name, values in each.items()},
    }


def clock(call: Callable[[], object]) -> float:
    before = time.perf_counter()
    call()
    return time.perf_counter() - before


def memory(model: Path, folder: Path, *, images: int, seed: int) -> dict[str, Figure]:
    """Resident MiB above the sample at image 200, over `images` files."""
    draw_scenes(folder / "pool", source=0, target=50, test=0, size=SIZE, seed=seed)
    files = sorted((folder / "pool" / "target" / "images").iterdir())

    def pool() -> Iterator[Sample]:
        for number in range(images):
            yield Sample(f"{number:05d}", files[number % len(files)], None, "target")

    sizes: list[tuple[int, float]] = []
    scores = score_images(model, pool(), strategy="entropy", seed=seed, threads=1)
    for number, _ in enumerate(scores, start=1):
        if number % 50 == 0:
            sizes.append((number, resident_mib()))
    start = next(size for number, size in sizes if number >= min(200, images))
    later = [size - start for number, size in sizes if number > 200] or [0.0]
    return {
        "acquisition.memory_growth_mib": Figure(
            value=statistics.fmean(later),
            spread=max(later) - min(later),
            n=len(later),
            unit="MiB above image 200, mean of samples every 50 images",
        )
    }


def resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main()
