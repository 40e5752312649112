"""All the state of a training between two steps, on disk, so that a killed one goes on exactly."""

import json
import platform
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor

from worker.ml.models import BrokenFolder, read_manifest, write_folder
from worker.ml.sampling import Plan

STATE_VERSION = 1
"""Raise it whenever a checkpoint comes to mean something else: older ones are then left alone."""


@dataclass(frozen=True)
class Trouble:
    """What went wrong so far, and what was done about it."""

    skipped: int = 0  # steps whose loss or gradient was no number
    in_a_row: int = 0  # of these, how many came last
    rate: float = 1.0  # factor on the learning rate
    micro_batches: int = 1  # factor on `accumulate`


@dataclass(frozen=True)
class State:
    """What the next step depends on. Learning rate and augmentation follow from the step."""

    step: int
    student: dict[str, Tensor]
    teacher: dict[str, Tensor]
    optimiser: dict[str, Tensor]
    recipe: dict[str, Tensor]  # banks, with their heads and lengths
    random: dict[str, Tensor]  # torch's own generators: dropout
    pending: list[Plan]  # drawn from earlier bank states, not yet trained on
    trouble: Trouble = Trouble()


def save_checkpoint(folder: Path, state: State, *, fingerprint: str, keep: int) -> Path:
    """Write `step-00000120`, then remove all but the newest `keep`."""
    target = folder / f"step-{state.step:08d}"
    write_folder(
        target,
        tensors={
            "model.safetensors": state.student,
            "ema.safetensors": state.teacher,
            "optim.safetensors": state.optimiser,
            "banks.safetensors": state.recipe,
            "random.safetensors": state.random,
        },
        texts={
            "state.json": json.dumps(
                {
                    "step": state.step,
                    "pending": [asdict(plan) for plan in state.pending],
                    "trouble": asdict(state.trouble),
                }
            )
        },
        facts={"fingerprint": fingerprint, "state": STATE_VERSION, **versions()},
    )
    for old in _newest_first(folder)[keep:]:
        shutil.rmtree(old)
    return target


def set_aside(folder: Path, *, fingerprint: str) -> list[str]:
    """Hide checkpoints that this training cannot go on from; say of each what is wrong with it.

    Else a useless one with a later step would stand before all that are still to be written.
    """
    said = []
    for path in _newest_first(folder):
        if (trouble := _trouble(path, fingerprint)) is not None:
            hidden = path.with_name(f".useless-{path.name}")
            shutil.rmtree(hidden, ignore_errors=True)
            path.rename(hidden)
            said.append(f"checkpoint {path.name} cannot be used: {trouble}")
    return said


def load_checkpoint(folder: Path, *, fingerprint: str) -> State | None:
    """The newest one that this training can go on from."""
    for path in _newest_first(folder):
        if _trouble(path, fingerprint) is None:
            return _read(path)
    return None


def _trouble(path: Path, fingerprint: str) -> str | None:
    try:
        manifest = read_manifest(path)
    except BrokenFolder as broken:
        return str(broken)
    if manifest.get("state") != STATE_VERSION:
        return "it is of another version of the program"
    if manifest.get("fingerprint") != fingerprint:
        return "it is of another configuration or of other data"
    return None


def versions() -> dict[str, Any]:
    """What bit-equality depends on beside configuration and data."""
    return {
        "torch": torch.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
    }


def _read(path: Path) -> State:
    state = json.loads((path / "state.json").read_text())
    return State(
        step=state["step"],
        student=load_file(path / "model.safetensors"),
        teacher=load_file(path / "ema.safetensors"),
        optimiser=load_file(path / "optim.safetensors"),
        recipe=load_file(path / "banks.safetensors"),
        random=load_file(path / "random.safetensors"),
        pending=[Plan.from_dict(plan) for plan in state["pending"]],
        trouble=Trouble(**state["trouble"]),
    )


def _newest_first(folder: Path) -> list[Path]:
    return sorted(folder.glob("step-*"), reverse=True)
