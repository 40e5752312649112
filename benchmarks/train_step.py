"""What a STAL step costs beyond its own forwards and backwards, and what feeds and keeps it.

    python -m benchmarks.train_step

CPU time of the whole process, so that another's load matters little, in interleaved pairs beside
a null pair. A step is everything: decoding and augmentation of its batch by the loader's thread,
losses, banks, optimiser and EMA. Its bare passes are the teacher's forward, and the student's
forward and backward, on tensors of the same shapes.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import wait
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
import torch

from benchmarks.acquisition import ratio
from benchmarks.report import Figure, write_report
from worker.ml.checkpoint import save_checkpoint
from worker.ml.config import NetworkConfig, StageConfig
from worker.ml.data import Sample, StageData
from worker.ml.loader import make_batch
from worker.ml.scenes import CLASSES, draw_scenes
from worker.ml.trainer import Training, exact_arithmetic

SIZE = (240, 320)
WARM = 5  # steps that fill banks and caches


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, default=Path("docs/benchmarks/train_step.json"))
    parser.add_argument("--pairs", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    # The contrastive loss from the first step on: a step with all of its parts.
    config = StageConfig(
        network=NetworkConfig(classes=len(CLASSES)),
        steps=10_000,
        contrastive_start=0.0,
        seed=asked.seed,
    )
    with tempfile.TemporaryDirectory() as folder, exact_arithmetic(threads=1):
        training = Training(config, scenes(Path(folder), seed=asked.seed), None)
        try:
            found = overhead(training, pairs=asked.pairs, seed=asked.seed)
            found |= feeding(training, batches=asked.pairs)
            found |= keeping(training, Path(folder), saves=5)
        finally:
            training.close()
    write_report(asked.json, found, seeds=[asked.seed])


def scenes(folder: Path, *, seed: int) -> StageData:
    """Half of the drawn target has labels."""
    draw_scenes(folder, source=20, target=20, test=0, size=SIZE, seed=seed)
    source, target = _samples(folder, "source"), _samples(folder, "target")
    unlabelled = tuple(replace(sample, label=None) for sample in target[10:])
    return StageData(source, target[:10], unlabelled)


def _samples(folder: Path, domain: Literal["source", "target"]) -> tuple[Sample, ...]:
    return tuple(
        Sample(image.stem, image, folder / domain / "labels" / f"{image.stem}.png", domain)
        for image in sorted((folder / domain / "images").iterdir())
    )


def overhead(training: Training, *, pairs: int, seed: int) -> dict[str, Figure]:
    """Interleaved: the full step over its bare passes, and the bare passes over themselves."""
    step, bare = partial(_step, training), bare_passes(training)
    for _ in range(WARM):
        step()
        bare()
    ratios, null = [], []
    for turn in np.random.default_rng(seed).permutation(pairs) % 2:
        ratios.append(ratio(step, bare, swap=bool(turn), times=1))
        null.append(ratio(bare, bare, swap=bool(turn), times=1))
        print(f"step {ratios[-1]:.3f}, null {null[-1]:.3f}", flush=True)
    return {
        "train_step.overhead": Figure.of(ratios, "ratio to the step's bare passes, CPU time"),
        "train_step.overhead_null": Figure.of(null, "ratio of the bare passes to themselves"),
    }


def bare_passes(training: Training) -> Callable[[], None]:
    """The passes that the step makes, without anything around them."""
    config = training.config
    height, width = config.crop
    count = config.batch_labelled + config.batch_unlabelled
    images = torch.randint(0, 256, (count, height, width, 3), dtype=torch.uint8)
    images = images.permute(0, 3, 1, 2)
    student, teacher = training.student, training.teacher
    with torch.no_grad():
        like = teacher(images)
    assert like.embedding is not None
    gradients = [torch.randn_like(like.logits), torch.randn_like(like.embedding)]

    def passes() -> None:
        with torch.no_grad():
            teacher(images)
        out = student(images)
        student.zero_grad(set_to_none=True)
        torch.autograd.backward([out.logits, out.embedding], gradients)

    return passes


def feeding(training: Training, *, batches: int) -> dict[str, Figure]:
    """Batches of the loader alone for every step that the model takes, by CPU time."""
    loads, steps = [], []
    for number in range(batches):
        plan = training.recipe.plan(number)
        loads.append(_seconds(partial(make_batch, plan, training.config, training.data)))
        steps.append(_seconds(partial(_step, training)) - loads[-1])
    ratios = [step / load for step, load in zip(steps, loads, strict=True)]
    return {"loader.headroom": Figure.of(ratios, "batches ready for every step taken, CPU time")}


def keeping(training: Training, folder: Path, *, saves: int) -> dict[str, Figure]:
    """What checkpoints take of a training that saves as often as it does by default."""
    shares = []
    for _ in range(saves):
        before = time.perf_counter()
        save_checkpoint(folder / "kept", training.state(), fingerprint="benchmark", keep=3)
        shares.append((time.perf_counter() - before) / training.config.checkpoint_seconds)
    unit = "of the time, by the wall clock"
    return {"checkpoint.share": Figure(statistics.median(shares), 0.0, saves, unit)}


def _step(training: Training) -> None:
    """One step, and a later one's batch: that is part of its cost, and of nothing else's."""
    training.advance()
    assert training.loader is not None
    wait(training.loader.futures)


def _seconds(call: Callable[[], object]) -> float:
    before = time.process_time()
    call()
    return time.process_time() - before


if __name__ == "__main__":
    main()
