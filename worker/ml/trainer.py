"""One loop, resumable bit for bit, that outlives losses that are no numbers; knows no recipe."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from worker.ml.checkpoint import Trouble, load_checkpoint, save_checkpoint, set_aside, versions
from worker.ml.config import StageConfig
from worker.ml.data import StageData
from worker.ml.models import BrokenFolder, read_manifest, save_model
from worker.ml.passes import pick_device
from worker.ml.training import NotFinite, Training

__all__ = [
    "Diverged",
    "OutOfMemory",
    "StageProgress",
    "Stopped",
    "Training",
    "exact_arithmetic",
    "train_stage",
]


class Stopped(Exception):
    """The caller asked to stop; a checkpoint was written, and a later call goes on from it."""


class Diverged(Exception):
    """Losses were no numbers again after going back to the last good state at half the rate."""


class OutOfMemory(Exception):
    """A step does not fit the device, in micro-batches of half the size neither."""


@dataclass(frozen=True)
class StageProgress:
    """How far a stage is. Losses are means since the last report."""

    step: int
    steps: int
    seconds: float
    losses: dict[str, float]
    eta_seconds: float
    skipped: int = 0  # steps whose losses were no numbers


def train_stage(
    config: StageConfig,
    data: StageData,
    folder: Path,
    *,
    start_from: Path | None,
    on_progress: Callable[[StageProgress], None],
    should_stop: Callable[[], bool],
    on_note: Callable[[str], None] = lambda _: None,
) -> Path:
    """Train one stage and return the finished model's folder, `folder/model`.

    Goes on from the newest sound checkpoint in `folder`; on CPU the result is bit-equal to that
    of an undisturbed run. `start_from` is the last teacher's model folder, or None for the
    backbone's own weights. `on_note` is told why a checkpoint is not gone on from.

    Raises:
        Stopped: After a checkpoint, once `should_stop` says so.
        Diverged: If losses are no numbers, also at half the learning rate.
        OutOfMemory: If a step does not fit, also in halves.
        BadSample: If a file cannot be used.
    """
    done, fingerprint = folder / "model", _fingerprint(config, data, start_from)
    if _is_finished(done, fingerprint):
        return done
    folder.mkdir(parents=True, exist_ok=True)
    with exact_arithmetic(threads=config.threads, device=config.device):
        trouble: Trouble | None = None
        while True:
            training = Training(config, data, start_from)
            _resume(training, folder, fingerprint, trouble, on_note)
            try:
                _loop(training, folder, fingerprint, on_progress, should_stop)
                break
            except NotFinite as lost:
                trouble = _at_half_the_rate(training.trouble, lost)
            except torch.OutOfMemoryError as full:
                trouble = _in_halves(training, full)
            finally:
                training.close()
            del training  # or the next one would have to fit beside it
        if not training.is_finite():
            raise Diverged(f"after step {training.step} the model holds values that are no numbers")
        if training.ranks.rank == 0:
            facts = {"fingerprint": fingerprint, "steps": config.steps, **versions()}
            save_model(done, training.teacher, config, facts)
    return done


def _resume(
    training: Training,
    folder: Path,
    fingerprint: str,
    trouble: Trouble | None,
    on_note: Callable[[str], None],
) -> None:
    """As in the newest sound checkpoint, else from the start; either way with the same draws."""
    useless: list[str] = []
    if training.ranks.rank == 0:
        useless = set_aside(folder, fingerprint=fingerprint)
    training.ranks.any(False)  # nobody looks before that is done
    state = load_checkpoint(folder, fingerprint=fingerprint)
    if state is not None:
        training.restore(state)
    if trouble is not None:
        training.trouble = trouble
    goes_on = f"goes on after step {state.step}" if state else "starts over"
    for said in useless:
        on_note(f"{said}; the training {goes_on}")


def _at_half_the_rate(before: Trouble, lost: NotFinite) -> Trouble:
    if before.rate < 1:
        raise Diverged(f"{lost}, at half the learning rate, too") from lost
    return replace(before, in_a_row=0, rate=0.5)


def _in_halves(training: Training, full: torch.OutOfMemoryError) -> Trouble:
    # Other processes wait for this one's rows; going back together is not worth its code.
    if training.trouble.micro_batches > 1 or training.ranks.size > 1:
        raise OutOfMemory(
            f"step {training.step} does not fit the memory; raise accumulate, or lower "
            "batch_labelled, batch_unlabelled or crop"
        ) from full
    return replace(training.trouble, in_a_row=0, micro_batches=2)


def _loop(
    training: Training,
    folder: Path,
    fingerprint: str,
    on_progress: Callable[[StageProgress], None],
    should_stop: Callable[[], bool],
) -> None:
    config = training.config
    begun = saved = time.monotonic()
    first = training.step
    recent: list[dict[str, Tensor]] = []

    def save() -> None:
        """Only what is worth going back to."""
        sound = not training.trouble.in_a_row and training.is_finite()
        if sound and training.ranks.rank == 0:
            state = training.state()
            save_checkpoint(folder, state, fingerprint=fingerprint, keep=config.checkpoints_kept)

    while training.step < config.steps:
        if training.ranks.any(should_stop()):
            save()
            raise Stopped(f"stopped after step {training.step} of {config.steps}")
        recent.append(training.advance())
        if training.step % config.log_every == 0 or training.step == config.steps:
            seconds = time.monotonic() - begun
            each = seconds / (training.step - first)
            eta = each * (config.steps - training.step)
            skipped = training.trouble.skipped
            losses = _means(recent)
            on_progress(StageProgress(training.step, config.steps, seconds, losses, eta, skipped))
            recent = []
        if time.monotonic() - saved >= config.checkpoint_seconds:
            save()
            saved = time.monotonic()


def _means(recent: list[dict[str, Tensor]]) -> dict[str, float]:
    names = sorted({name for losses in recent for name in losses})
    return {
        name: float(torch.stack([each[name] for each in recent if name in each]).mean())
        for name in names
    }


def _is_finished(model: Path, fingerprint: str) -> bool:
    try:
        return bool(read_manifest(model)["fingerprint"] == fingerprint)
    except BrokenFolder:
        return False


def _fingerprint(config: StageConfig, data: StageData, start_from: Path | None) -> str:
    """What the result depends on; how it is stored and reported does not."""
    told = config.to_dict()
    for name in ("checkpoint_seconds", "checkpoints_kept", "log_every", "loader_threads", "device"):
        del told[name]
    start = read_manifest(start_from)["files"] if start_from else None
    text = json.dumps([told, data.content(), start], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def exact_arithmetic(*, threads: int, device: str = "cpu") -> Iterator[None]:
    """The caller's thread count and deterministic kernels; both as they were afterwards.

    On a GPU some of the sums and resizings have no deterministic kernel, so none is asked for.
    """
    before = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    torch.set_num_threads(threads)
    exact = pick_device(device).type == "cpu"
    torch.use_deterministic_algorithms(exact, warn_only=False)
    try:
        yield
    finally:
        torch.set_num_threads(before[0])
        torch.use_deterministic_algorithms(before[1])
