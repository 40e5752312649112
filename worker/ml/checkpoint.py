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


class OtherTraining(Exception):
    """The folder holds checkpoints of another configuration or of other data."""


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
        facts={"fingerprint": fingerprint, **versions()},
    )
    for old in _newest_first(folder)[keep:]:
        shutil.rmtree(old)
    return target


def load_checkpoint(folder: Path, *, fingerprint: str) -> State | None:
    """The newest sound checkpoint; a broken one is passed over for the one before it.

    Raises:
        OtherTraining: If a sound checkpoint belongs to another configuration or data.
    """
    for path in _newest_first(folder):
        try:
            manifest = read_manifest(path)
        except BrokenFolder:
            continue
        if manifest["fingerprint"] != fingerprint:
            raise OtherTraining(
                f"{path} was written with another configuration or other data; "
                "train in another folder, or remove this one"
            )
        return _read(path)
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
