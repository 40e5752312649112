"""Whether a training that was killed at a random moment ends as if it had not been.

    python -m benchmarks.resume

Each run is a process of its own. It is killed (SIGKILL) at a random step, a random part of a step
later, so that some are hit while they write a checkpoint; a second process goes on in the same
folder. Its model must have every byte of that of an undisturbed run.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import numpy as np

from benchmarks.report import Figure, write_report
from benchmarks.train_step import scenes
from worker.ml.config import NetworkConfig, StageConfig
from worker.ml.data import StageData
from worker.ml.scenes import CLASSES
from worker.ml.trainer import train_stage

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["worker.ml.trainer"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, default=Path("docs/benchmarks/resume.json"))
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = scenes(Path(folder) / "scenes", seed=asked.seed)
        config = toy_config(steps=asked.steps, seed=asked.seed)
        found = resume(Training(config, data), Path(folder), kills=asked.kills, seed=asked.seed)
    write_report(asked.json, found, seeds=[asked.seed])


def toy_config(*, steps: int, seed: int) -> StageConfig:
    """Every loss and every bank from the first step on, and a checkpoint after every step."""
    return StageConfig(
        network=NetworkConfig(classes=len(CLASSES), pretrained=False),
        steps=steps,
        batch_labelled=2,
        batch_unlabelled=2,
        crop=(64, 64),
        anchor_confidence=0.0,
        pseudo_confidence=0.0,
        contrastive_start=0.0,
        bank=64,
        log_every=1,
        checkpoint_seconds=0.0,
        seed=seed,
    )


@dataclass(frozen=True)
class Training:
    """What a process of its own does: train in a folder, and tell every step."""

    config: StageConfig
    data: StageData

    def __call__(self, folder: Path, told: Connection) -> None:
        train_stage(
            self.config,
            self.data,
            folder,
            start_from=None,
            on_progress=lambda progress: told.send(progress.step),
            should_stop=lambda: False,
        )


def resume(training: Training, folder: Path, *, kills: int, seed: int) -> dict[str, Figure]:
    """How many of the killed trainings ended with the undisturbed one's bytes."""
    steps, rng = training.config.steps, np.random.default_rng(seed)
    times = list(run(training, folder / "whole").values())
    a_step = (times[-1] - times[0]) / (steps - 1)
    equal: list[bool] = []
    again: list[float] = []
    for number in count():
        if len(equal) == kills:
            break
        place = folder / f"killed-{number}"
        at, after = int(rng.integers(1, steps - 1)), float(rng.uniform(0, a_step))
        last = kill(training, place, at=at, after=after)
        if last is None:
            continue  # it ended first
        first = min(run(training, place))
        equal.append(weights(place) == weights(folder / "whole"))
        again.append(last - first + 1)
        print(f"killed in step {last + 1}, went on with {first}: equal {equal[-1]}", flush=True)
    return {
        "resume.bit_equal": Figure(sum(equal), 0.0, kills, "killed trainings that ended bit-equal"),
        "resume.repeated": Figure.of(again, "finished steps that were trained again"),
    }


def run(training: Training, folder: Path) -> dict[int, float]:
    """Train to the end in a process of its own; every step that it told of, and when."""
    process, told = _started(training, folder)
    times = {step: time.perf_counter() for step in _steps(told)}
    process.join()
    if process.exitcode:
        raise RuntimeError(f"the training in {folder.name} ended with {process.exitcode}")
    return times


def kill(training: Training, folder: Path, *, at: int, after: float) -> int | None:
    """Kill a training some seconds after step `at`; the last step that it told of.

    None if it ended before: on a busy machine seconds say little.
    """
    process, told = _started(training, folder)
    steps = _steps(told)
    last = next(step for step in steps if step == at)
    time.sleep(after)
    process.kill()
    process.join()
    if (folder / "model").exists():
        return None
    return max(steps, default=last)


def _started(training: Training, folder: Path) -> tuple[ForkServerProcess, Connection]:
    told, tell = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=training, args=(folder, tell))
    process.start()
    tell.close()  # the child's own end alone stays open, and closes with it
    return process, told


def _steps(told: Connection) -> Iterator[int]:
    """What the child tells, until it ends or is killed."""
    with suppress(EOFError):
        while True:
            yield told.recv()


def weights(folder: Path) -> bytes:
    return (folder / "model" / "model.safetensors").read_bytes()


if __name__ == "__main__":
    main()
