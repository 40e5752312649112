"""On a GPU a training and its scores are what they are on the CPU, up to rounding.

Random numbers are drawn on the CPU, so both see the same crops, anchors and keys. Dropout alone
draws on the device: these trainings have none.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.worker.ml.conftest import samples, toy_config, toy_data, toy_network
from worker.ml.acquisition import predict, score_images
from worker.ml.config import StageConfig
from worker.ml.core_set import place_images
from worker.ml.evaluation import evaluate
from worker.ml.models import load_model
from worker.ml.score_maps import MAPS
from worker.ml.together import train_together
from worker.ml.trainer import Stopped, Training, train_stage

GPU = "cuda"

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device here"),
]


def config(**changes: object) -> StageConfig:
    network = toy_network(dropout=0.0).to_dict()
    return toy_config(
        **{
            "network": network,
            "optimiser": "sgd",
            "lr": 1e-3,
            "contrastive_start": 0.0,
            "precision": "float32",
            **changes,
        }
    )


def losses(scenes: Path, *, steps: int = 1, **changes: object) -> dict[str, float]:
    training = Training(config(**changes), toy_data(scenes), None)
    for _ in range(steps):
        terms = training.advance()
    training.close()
    return {name: float(value) for name, value in terms.items()}


def test_a_step_has_the_losses_of_the_cpu(scenes: Path) -> None:
    here = losses(scenes, device="cpu")

    assert set(here) == {"supervised", "pseudo_label", "contrastive"}
    assert losses(scenes, device=GPU) == pytest.approx(here, rel=1e-3)


def test_a_later_step_sees_what_the_first_ones_changed(scenes: Path) -> None:
    here = losses(scenes, steps=3, device="cpu")

    assert losses(scenes, steps=3, device=GPU) == pytest.approx(here, rel=1e-2)


def test_half_precision_stays_near(scenes: Path) -> None:
    """Of the loss against given labels: an untrained teacher's guesses turn by rounding."""
    whole, half = (
        losses(scenes, device=GPU, precision=each)["supervised"] for each in ("float32", "bfloat16")
    )

    assert half == pytest.approx(whole, rel=5e-2)
    assert half != whole


def test_without_a_word_it_trains_in_half_precision(scenes: Path) -> None:
    if not torch.cuda.is_bf16_supported(including_emulation=False):
        pytest.skip("this GPU has no bfloat16")
    half, auto = (
        losses(scenes, device=GPU, precision=each)["supervised"] for each in ("bfloat16", "auto")
    )

    assert auto == pytest.approx(half, rel=1e-3)


def test_a_step_in_half_precision_is_that_of_the_cpu(scenes: Path) -> None:
    here, there = (
        losses(scenes, device=each, precision="bfloat16")["supervised"] for each in ("cpu", GPU)
    )

    assert there == pytest.approx(here, rel=1e-2)


def test_a_stopped_training_goes_on(scenes: Path, tmp_path: Path) -> None:
    whole = train(scenes, tmp_path / "whole", should_stop=lambda: False)
    calls = iter(range(100))
    with pytest.raises(Stopped):
        train(scenes, tmp_path / "parts", should_stop=lambda: next(calls) == 3)

    parts = train(scenes, tmp_path / "parts", should_stop=lambda: False)

    one, other = (load_file(model / "model.safetensors") for model in (whole, parts))
    for name, value in one.items():
        assert torch.allclose(other[name].float(), value.float(), rtol=1e-3, atol=1e-3), name


def test_dropout_goes_on_where_it_was(scenes: Path) -> None:
    """It draws from the device's own generator, whose state is part of a training's."""
    told = config(network=toy_network(dropout=0.5).to_dict(), device=GPU)
    whole = Training(told, toy_data(scenes), None)
    for _ in range(2):
        whole.advance()
    state = whole.state()
    assert "cuda" in state.random
    kept = {name: value.clone() for name, value in state.random.items()}
    parts = Training(told, toy_data(scenes), None)
    parts.restore(replace(state, random=kept))

    losses = [{k: float(v) for k, v in each.advance().items()} for each in (whole, parts)]
    for each in (whole, parts):
        each.close()

    assert losses[1] == pytest.approx(losses[0], rel=1e-3)


def test_micro_batches_have_the_losses_of_the_whole(scenes: Path) -> None:
    """With averages that do not move, and in half precision, whose second run must be as rough."""
    fixed: dict[str, object] = {"batch_norm": "frozen", "precision": "bfloat16", "device": GPU}

    whole, parts = (losses(scenes, steps=2, accumulate=count, **fixed) for count in (1, 2))

    assert parts == pytest.approx(whole, rel=2e-2)


def test_the_fused_optimiser_goes_on(scenes: Path, tmp_path: Path) -> None:
    """Its count of steps has to be on the device again."""
    calls = iter(range(100))
    with pytest.raises(Stopped):
        train(scenes, tmp_path, should_stop=lambda: next(calls) == 2, optimiser="adamw")

    path = train(scenes, tmp_path, should_stop=lambda: False, optimiser="adamw")

    assert all(value.isfinite().all() for value in load_file(path / "model.safetensors").values())


@pytest.mark.skipif(torch.cuda.device_count() < 2, reason="torch finds fewer than two GPUs here")
def test_two_gpus_train_as_one(scenes: Path, tmp_path: Path) -> None:
    told = config(batch_norm="frozen", device=GPU)
    one = train(scenes, tmp_path / "one", should_stop=lambda: False, batch_norm="frozen")

    two = train_together(
        told,
        toy_data(scenes),
        tmp_path / "two",
        processes=2,
        start_from=None,
        on_progress=print,
        should_stop=lambda: False,
    )

    first, second = (load_file(path / "model.safetensors") for path in (one, two))
    for name, value in first.items():
        assert torch.allclose(second[name].float(), value.float(), rtol=1e-2, atol=1e-3), name


def test_a_checkpoint_of_the_cpu_goes_on_on_the_gpu(scenes: Path, tmp_path: Path) -> None:
    """The device is no part of what a training is."""
    stop_at = iter([False, False, True])
    with pytest.raises(Stopped):
        train(scenes, tmp_path, device="cpu", should_stop=lambda: next(stop_at))
    notes: list[str] = []

    train(scenes, tmp_path, should_stop=lambda: False, notes=notes)

    assert notes == []


@pytest.mark.parametrize("strategy", MAPS)
def test_scores_are_those_of_the_cpu(scenes: Path, model: Path, strategy: str) -> None:
    def scores(device: str) -> dict[str, float]:
        images = samples(scenes, "target", labelled=False)
        found = score_images(model, images, strategy=strategy, seed=0, threads=1, device=device)
        return {each.name: each.score for each in found}

    assert scores(GPU) == pytest.approx(scores("cpu"), abs=1e-3)


def test_core_sets_features_are_those_of_the_cpu(scenes: Path, model: Path) -> None:
    images = samples(scenes, "target", labelled=False)[:3]

    here, there = (
        [each.place for each in place_images(load_model(model, device=device), images)]
        for device in ("cpu", GPU)
    )

    for one, other in zip(here, there, strict=True):
        assert one == pytest.approx(other, abs=1e-3)


def test_masks_and_figures_are_those_of_the_cpu(scenes: Path, model: Path) -> None:
    """But for pixels on the edge between two classes."""
    figures = [
        evaluate(
            model, samples(scenes, "test"), classes=8, threads=1, on_progress=print, device=device
        ).confusion.counts
        for device in ("cpu", GPU)
    ]
    assert abs(figures[0] - figures[1]).sum() <= 0.02 * figures[0].sum()

    [sample, *_] = samples(scenes, "target", labelled=False)
    here, there = (predict(load_model(model, device=device), sample) for device in ("cpu", GPU))
    assert (here.labels != there.labels).mean() <= 0.01
    assert abs(here.uncertainty.astype(int) - there.uncertainty).max() <= 3


def train(
    scenes: Path,
    folder: Path,
    *,
    should_stop: Callable[[], bool],
    device: str = GPU,
    notes: list[str] | None = None,
    **changes: object,
) -> Path:
    return train_stage(
        config(device=device, **changes),
        toy_data(scenes),
        folder,
        start_from=None,
        on_progress=print,
        should_stop=should_stop,
        on_note=(notes if notes is not None else list[str]()).append,
    )
