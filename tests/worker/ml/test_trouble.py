"""Losses that are no numbers, and steps that do not fit the memory."""

import weakref
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

from tests.worker.ml.conftest import toy_config, toy_data
from worker.ml import trainer, training
from worker.ml.config import StageConfig
from worker.ml.models import load_model
from worker.ml.networks import DeepLab
from worker.ml.optimiser import optimiser_tensors
from worker.ml.recipes import StepContext
from worker.ml.recipes.stal import Stal
from worker.ml.trainer import Diverged, OutOfMemory, StageProgress, Training, train_stage

Losses = Callable[[Stal, StepContext], dict[str, Tensor]]


def run(config: StageConfig, scenes: Path, folder: Path) -> tuple[Path, list[StageProgress]]:
    reports: list[StageProgress] = []
    path = train_stage(
        config,
        toy_data(scenes),
        folder,
        start_from=None,
        on_progress=reports.append,
        should_stop=lambda: False,
    )
    return path, reports


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[int]]:
    """Make the loss no number at these calls of all; returns the steps that were called."""

    def install(*calls: int) -> list[int]:
        steps: list[int] = []
        whole: Losses = Stal.losses

        def losses(recipe: Stal, context: StepContext) -> dict[str, Tensor]:
            steps.append(context.step)
            found = whole(recipe, context)
            factor = float("nan") if len(steps) - 1 in calls else 1.0
            return {name: value * factor for name, value in found.items()}

        monkeypatch.setattr(Stal, "losses", losses)
        return steps

    return install


def test_a_step_without_a_number_moves_nothing_and_is_counted(
    scenes: Path, tmp_path: Path, breaking: Callable[..., list[int]]
) -> None:
    steps = breaking(1, 2, 4)

    path, reports = run(toy_config(log_every=1), scenes, tmp_path)

    assert steps == [0, 1, 2, 3, 4, 5]
    assert [report.skipped for report in reports] == [0, 1, 2, 2, 3, 3]
    assert [bool(report.losses) for report in reports] == [True, False, False, True, False, True]
    weights = load_model(path).network.state_dict().values()
    assert all(value.isfinite().all() for value in weights)


def breaking_gradients(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every loss is a number, and its gradient is none: that of a root at 0 is infinite."""
    whole: Losses = Stal.losses

    def losses(recipe: Stal, context: StepContext) -> dict[str, Tensor]:
        found = whole(recipe, context)
        return {name: value + (value * 0).sqrt() for name, value in found.items()}

    monkeypatch.setattr(Stal, "losses", losses)


@pytest.mark.parametrize("what", ["losses", "gradients"])
def test_a_step_without_a_number_leaves_all_weights_as_they_are(
    what: str, scenes: Path, breaking: Callable[..., list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    if what == "losses":
        breaking(2)
    stage = Training(toy_config(ema=0.9), toy_data(scenes), None)
    stage.advance()
    stage.advance()
    if what == "gradients":
        breaking_gradients(monkeypatch)

    def weights() -> dict[str, Tensor]:
        parts = {"student": stage.student, "teacher": stage.teacher}
        named = {
            f"{part}.{name}": p for part in parts for name, p in parts[part].named_parameters()
        }
        return {**named, **optimiser_tensors(stage.optimiser)}

    before = {name: value.clone() for name, value in weights().items()}
    losses = stage.advance()
    stage.close()

    assert losses == {}
    assert stage.trouble.skipped == 1
    for name, value in weights().items():
        assert torch.equal(value, before[name]), name


def test_three_in_a_row_go_back_to_the_last_good_state_at_half_the_rate(
    scenes: Path, tmp_path: Path, breaking: Callable[..., list[int]]
) -> None:
    steps = breaking(3, 4, 5)

    run(toy_config(checkpoint_seconds=0.0, steps=7), scenes, tmp_path)

    # Checkpoints stand after every good step: that after step 2 was the last good one.
    assert steps == [0, 1, 2, 3, 4, 5, 3, 4, 5, 6]
    state = (tmp_path / "step-00000007" / "state.json").read_text()
    assert '"trouble": {"skipped": 3, "in_a_row": 0, "rate": 0.5' in state


def test_without_a_checkpoint_it_begins_again(
    scenes: Path, tmp_path: Path, breaking: Callable[..., list[int]]
) -> None:
    steps = breaking(0, 1, 2)

    run(toy_config(steps=4), scenes, tmp_path)

    assert steps == [0, 1, 2, 0, 1, 2, 3]


def test_what_no_halved_rate_heals_ends_the_stage(scenes: Path, tmp_path: Path) -> None:
    with pytest.raises(
        Diverged, match=r"the loss is no number, 1 in a row, at half the learning rate"
    ):
        run(toy_config(lr=1e30, optimiser="sgd"), scenes, tmp_path)

    assert not (tmp_path / "model").exists()


def test_a_model_of_no_numbers_is_never_kept(
    scenes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(teacher: DeepLab, _: DeepLab) -> SimpleNamespace:
        weight = next(teacher.classify.parameters()).detach()
        return SimpleNamespace(move=lambda _: weight.fill_(float("nan")))

    monkeypatch.setattr(training, "MovingAverage", build)

    with pytest.raises(Diverged, match="values that are no numbers"):
        run(toy_config(steps=1, checkpoint_seconds=0.0), scenes, tmp_path)
    assert not (tmp_path / "model").exists()
    assert not list(tmp_path.glob("step-*"))


def filling(
    monkeypatch: pytest.MonkeyPatch, *, from_step: int, until: int
) -> list[tuple[int, int]]:
    """Let every step from one on not fit until it is run in so many parts."""
    tried: list[tuple[int, int]] = []
    whole: Losses = Stal.losses

    def losses(recipe: Stal, context: StepContext) -> dict[str, Tensor]:
        parts = context.student.micro_batches  # type: ignore[attr-defined]
        tried.append((context.step, parts))
        found = whole(recipe, context)
        if context.step >= from_step and parts < until:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return found

    monkeypatch.setattr(Stal, "losses", losses)
    return tried


def test_a_step_that_does_not_fit_is_run_in_halves_with_the_same_draws(
    scenes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bit-equal to a stage that ran in two parts from there on: nothing of the first try stays."""
    tried = filling(monkeypatch, from_step=0, until=2)
    healed, _ = run(toy_config(steps=3), scenes, tmp_path / "healed")
    monkeypatch.undo()
    planned, _ = run(toy_config(steps=3, accumulate=2), scenes, tmp_path / "planned")

    assert tried == [(0, 1), (0, 2), (1, 2), (2, 2)]
    told = [(path / "model.safetensors").read_bytes() for path in (healed, planned)]
    assert told[0] == told[1]


def test_what_did_not_fit_is_gone_before_the_next_try(
    scenes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a device that is full, two trainings side by side would fit even less."""
    filling(monkeypatch, from_step=1, until=2)
    made: list[weakref.ref[Training]] = []
    alive: list[int] = []

    def make(*told: Any) -> Training:
        alive.append(sum(each() is not None for each in made))
        stage = Training(*told)
        made.append(weakref.ref(stage))
        return stage

    monkeypatch.setattr(trainer, "Training", make)

    run(toy_config(steps=2), scenes, tmp_path)

    assert alive == [0, 0]


def test_what_does_not_fit_in_halves_either_ends_the_stage(
    scenes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = filling(monkeypatch, from_step=1, until=4)

    with pytest.raises(OutOfMemory, match="step 1 does not fit the memory; raise accumulate"):
        run(toy_config(steps=3), scenes, tmp_path)
    assert tried == [(0, 1), (1, 1), (0, 2), (1, 2)]
