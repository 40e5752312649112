"""Nothing is made on the wrong device: on a stand-in for a GPU all is as on the CPU, to the bit."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from tests.worker.ml.conftest import samples, toy_config, toy_data, toy_network
from tests.worker.ml.elsewhere import ELSEWHERE, Elsewhere, MixedDevices
from worker.ml import acquisition, evaluation, trainer, training
from worker.ml.acquisition import best_regions, predict, score_images
from worker.ml.config import StageConfig
from worker.ml.core_set import place_images
from worker.ml.data import Sample
from worker.ml.evaluation import evaluate
from worker.ml.models import Model, load_model
from worker.ml.regions import Box
from worker.ml.score_maps import MAPS
from worker.ml.trainer import Training

STEPS = 3


def config(**changes: object) -> StageConfig:
    network = toy_network(dropout=0.0, auxiliary=True).to_dict()
    plain = {"optimiser": "sgd", "lr": 1e-3, "contrastive_start": 0.0, "network": network}
    return toy_config(**{**plain, **changes})


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    """All that is on `meta` from here on is on the stand-in."""
    monkeypatch.setattr(Tensor, "pin_memory", lambda tensor: tensor)
    monkeypatch.setattr(torch, "inference_mode", torch.no_grad)
    map_of = acquisition._map_of.__wrapped__  # type: ignore[attr-defined]
    monkeypatch.setattr(acquisition, "_map_of", torch.no_grad()(map_of))
    for module in (acquisition, evaluation, trainer, training):
        monkeypatch.setattr(module, "pick_device", lambda *_, **__: ELSEWHERE)
    with Elsewhere() as mode:
        yield mode


def losses_of(told: StageConfig, scenes: Path) -> tuple[Training, list[dict[str, float]]]:
    steps = Training(told, toy_data(scenes), None)
    found = [steps.advance() for _ in range(STEPS)]
    steps.close()
    return steps, [{name: float(value) for name, value in each.items()} for each in found]


OPTIONS: list[dict[str, object]] = [
    {},
    {"accumulate": 2},
    {"supervised": "ohem", "pseudo_weight": "confidence_and_class", "cutmix": False},
    {"batch_norm": "frozen", "entropy_filter": "none", "batch_unlabelled": 0},
]


@pytest.fixture(scope="module")
def here(scenes: Path) -> list[list[dict[str, float]]]:
    """What the same steps give on the CPU."""
    return [losses_of(config(**each, device="cpu"), scenes)[1] for each in OPTIONS]


@pytest.mark.parametrize("number", range(len(OPTIONS)))
def test_steps_are_those_of_the_cpu(
    number: int, scenes: Path, here: list[list[dict[str, float]]], elsewhere: Elsewhere
) -> None:
    steps, found = losses_of(config(**OPTIONS[number]), scenes)

    assert found == here[number]
    parts = (steps.student, steps.teacher, steps.recipe)
    places = {value.device for part in parts for value in part.state_dict().values()}
    assert places == {ELSEWHERE}
    state = steps.optimiser.state_dict()["state"].values()
    assert {value.device for each in state for value in each.values()} == {ELSEWHERE}


def test_the_processor_waits_for_the_device_a_few_times_a_step(
    scenes: Path, elsewhere: Elsewhere
) -> None:
    """For the plan, the boxes, the filter and the class lists, and to see that all are numbers."""
    steps = Training(config(), toy_data(scenes), None)
    steps.advance()
    elsewhere.waits.clear()
    steps.advance()
    steps.close()

    assert 0 < sum(elsewhere.waits.values()) <= 10, elsewhere.waits


@pytest.mark.filterwarnings(
    "ignore:for .*copying from a non-meta parameter"
)  # to a stand-in, it is
def test_a_state_goes_on_there(
    scenes: Path, here: list[list[dict[str, float]]], elsewhere: Elsewhere
) -> None:
    first = Training(config(), toy_data(scenes), None)
    first.advance()
    told = first.state()
    stored: dict[str, Any] = {
        name: {key: value.to("cpu", copy=True) for key, value in getattr(told, name).items()}
        for name in ("student", "teacher", "optimiser", "recipe", "random")
    }
    first.close()

    second = Training(config(), toy_data(scenes), None)
    second.restore(replace(told, **stored))
    found = {name: float(value) for name, value in second.advance().items()}
    second.close()

    assert found == here[0][1]


def test_scores_masks_and_figures_are_those_of_the_cpu(
    scenes: Path, model: Path, request: pytest.FixtureRequest
) -> None:
    pool = samples(scenes, "target", labelled=False)[:2]

    def found(device: str) -> list[object]:
        loaded = load_model(model, device=device)
        guess = predict(loaded, pool[0])
        figures = evaluate(
            model, samples(scenes, "test")[:1], classes=8, threads=1, on_progress=print
        )
        return [
            [
                [each.score for each in score_images(model, pool, strategy=name, seed=0, threads=1)]
                for name in MAPS
            ],
            _regions(loaded, pool[0]),
            [each.place.tolist() for each in place_images(loaded, pool)],
            [guess.labels.tolist(), guess.uncertainty.tolist(), guess.chances.tolist()],
            [figures.confusion.counts.tolist(), figures.calibration.rows()],
        ]

    here = found("cpu")
    request.getfixturevalue("elsewhere")

    assert found("meta") == here


def _regions(loaded: Model, sample: Sample) -> list[list[Box]]:
    return [
        best_regions(loaded, sample, strategy=name, seed=0, count=2)
        for name in ("entropy", "random")
    ]


def test_the_stand_in_refuses_what_a_gpu_would(elsewhere: Elsewhere) -> None:
    there = torch.ones(3, device=ELSEWHERE)

    assert float((there + 1.0).sum()) == 6
    with pytest.raises(MixedDevices, match=r"aten::add has tensors of the CPU, too: \[\(3,\)\]"):
        there + torch.ones(3)
