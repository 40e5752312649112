"""One step, one loop, resumable bit for bit; knows no recipe by name."""

import copy
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from worker.ml.checkpoint import State, load_checkpoint, save_checkpoint, versions
from worker.ml.config import StageConfig
from worker.ml.data import StageData
from worker.ml.loader import Batch, Loader
from worker.ml.models import BrokenFolder, load_model, read_manifest, save_model
from worker.ml.networks import DeepLab, build_network
from worker.ml.optimiser import (
    average_decay,
    build_optimiser,
    load_optimiser,
    move_average,
    optimiser_tensors,
    set_rate,
)
from worker.ml.passes import Pass, pick_device
from worker.ml.ranks import Ranks
from worker.ml.recipes import StepContext, build_recipe
from worker.ml.sampling import Plan, Pools


class Stopped(Exception):
    """The caller asked to stop; a checkpoint was written, and a later call goes on from it."""


class Diverged(Exception):
    """The loss is not a number: going on would only spread it."""


@dataclass(frozen=True)
class StageProgress:
    """How far a stage is. Losses are means since the last report."""

    step: int
    steps: int
    seconds: float
    losses: dict[str, float]
    eta_seconds: float


def train_stage(
    config: StageConfig,
    data: StageData,
    folder: Path,
    *,
    start_from: Path | None,
    on_progress: Callable[[StageProgress], None],
    should_stop: Callable[[], bool],
) -> Path:
    """Train one stage and return the finished model's folder, `folder/model`.

    Goes on from the newest sound checkpoint in `folder`; on CPU the result is bit-equal to that
    of an undisturbed run. `start_from` is the last teacher's model folder, or None for the
    backbone's own weights.

    Raises:
        Stopped: After a checkpoint, once `should_stop` says so.
        Diverged: If the loss is no longer finite.
        OtherTraining: If `folder` holds checkpoints of other configuration or data.
        BadSample: If a file cannot be used.
    """
    done, fingerprint = folder / "model", _fingerprint(config, data, start_from)
    if _is_finished(done, fingerprint):
        return done
    folder.mkdir(parents=True, exist_ok=True)
    with exact_arithmetic(threads=config.threads, device=config.device):
        training = Training(config, data, start_from)
        state = load_checkpoint(folder, fingerprint=fingerprint)
        if state is not None:
            training.restore(state)
        try:
            _loop(training, folder, fingerprint, on_progress, should_stop)
        finally:
            training.close()
        facts = {"fingerprint": fingerprint, "steps": config.steps, **versions()}
        save_model(done, training.teacher, config, facts)
    return done


class Training:
    """Networks, optimiser, recipe and loader of one stage, and the step that moves them."""

    def __init__(self, config: StageConfig, data: StageData, start_from: Path | None) -> None:
        torch.manual_seed(config.seed)
        pools = Pools(len(data.source), len(data.labelled), len(data.unlabelled))
        self.config = config
        self.data = data
        self.step = 0
        device = pick_device(config.device, rank=Ranks.current().rank)
        self.ranks = Ranks.current(device)
        self.ranks.check(config)
        self.student = _first_network(config, start_from).to(device).train()
        self.teacher = copy.deepcopy(self.student).eval().requires_grad_(False)
        self.optimiser = build_optimiser(self.student, config)
        self.recipe = build_recipe(config, pools).to(device)
        self.loader: Loader | None = None

    def advance(self) -> dict[str, Tensor]:
        """Train one step; its weighted losses, still as tensors so that nothing waits for them."""
        loader = self._filled_loader()
        set_rate(self.optimiser, self.step, self.config)
        losses = self.recipe.losses(self._context(loader.next()))
        self.optimiser.zero_grad(set_to_none=True)
        torch.stack(list(losses.values())).sum().backward()
        self.ranks.add_gradients(self.student.parameters())
        self.ranks.average_statistics(self.student)
        self.optimiser.step()
        move_average(self.teacher, self.student, average_decay(self.step, self.config.ema))
        self.step += 1
        return {name: loss.detach() for name, loss in losses.items()}

    def _context(self, own: Batch) -> StepContext:
        self.ranks.seed_dropout(self.config.seed, self.step)
        how = (self.ranks, self.config.accumulate, self.config.precision)
        return StepContext(
            batch=self.ranks.whole_batch(own),
            student=Pass(self.student, *how),
            teacher=Pass(self.teacher, *how),
            step=self.step,
            steps=self.config.steps,
            seed=self.config.seed,
            device=self.ranks.device,
        )

    def _filled_loader(self) -> Loader:
        """Plans are drawn exactly `prefetch` steps ahead, whatever the threads' speed."""
        if self.loader is None:
            self.loader = self._loader([])
        first = self.step + len(self.loader.pending)
        for step in range(first, min(self.step + self.config.prefetch, self.config.steps)):
            self.loader.ask(self.recipe.plan(step))
        return self.loader

    def state(self) -> State:
        pending: list[Plan] = self.loader.pending if self.loader else []
        return State(
            step=self.step,
            student=self.student.state_dict(),
            teacher=self.teacher.state_dict(),
            optimiser=optimiser_tensors(self.optimiser),
            recipe=self.recipe.state_dict(),
            random=torch.get_rng_state(),
            pending=pending,
        )

    def restore(self, state: State) -> None:
        self.close()
        self.step = state.step
        self.student.load_state_dict(state.student)
        self.teacher.load_state_dict(state.teacher)
        load_optimiser(self.optimiser, state.optimiser)
        self.recipe.load_state_dict(state.recipe)
        torch.set_rng_state(state.random)
        self.loader = self._loader(state.pending)

    def _loader(self, plans: list[Plan]) -> Loader:
        share = (self.ranks.rank, self.ranks.size)
        return Loader(self.config, self.data, plans, share=share)

    def close(self) -> None:
        if self.loader is not None:
            self.loader.close()
            self.loader = None


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
        state = training.state()
        save_checkpoint(folder, state, fingerprint=fingerprint, keep=config.checkpoints_kept)

    while training.step < config.steps:
        if should_stop():
            save()
            raise Stopped(f"stopped after step {training.step} of {config.steps}")
        recent.append(training.advance())
        if training.step % config.log_every == 0 or training.step == config.steps:
            seconds = time.monotonic() - begun
            each = seconds / (training.step - first)
            eta = each * (config.steps - training.step)
            losses = _means(recent, training.step)
            on_progress(StageProgress(training.step, config.steps, seconds, losses, eta))
            recent = []
        if time.monotonic() - saved >= config.checkpoint_seconds:
            save()
            saved = time.monotonic()


def _means(recent: list[dict[str, Tensor]], step: int) -> dict[str, float]:
    names = sorted({name for losses in recent for name in losses})
    means = {
        name: float(torch.stack([each[name] for each in recent if name in each]).mean())
        for name in names
    }
    broken = [name for name, value in means.items() if value != value or abs(value) == float("inf")]
    if broken:
        raise Diverged(f"at step {step} the loss {broken[0]} is {means[broken[0]]}")
    return means


def _first_network(config: StageConfig, start_from: Path | None) -> DeepLab:
    if start_from is None:
        network = build_network(config.network)
    else:
        model = load_model(start_from)
        told, wanted = model.config.network, config.network
        if replace(told, pretrained=True, weights=None, dropout=0.0) != replace(
            wanted, pretrained=True, weights=None, dropout=0.0
        ):
            raise ValueError(f"cannot start {wanted} from a model of {told}")
        network = build_network(wanted, initialise=False)
        network.load_state_dict(model.network.state_dict())
    return network.to(memory_format=torch.channels_last)


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
