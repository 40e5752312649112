"""Two processes, each with its share of every batch, train as one with the whole of it."""

from pathlib import Path
from typing import Any

import pytest
import torch
import torch.distributed as dist
from torch import Tensor
from torch.multiprocessing.spawn import start_processes
from torch.nn.modules.batchnorm import _BatchNorm

from tests.worker.ml.conftest import toy_config, toy_data, toy_network
from worker.ml.ranks import Ranks
from worker.ml.trainer import Training

STEPS = 3
CONFIG = toy_config(
    steps=STEPS + 1,
    batch_labelled=4,
    batch_unlabelled=4,
    contrastive_start=0.0,
    # Plain descent, and no dropout: what differs between the two is then rounding alone.
    optimiser="sgd",
    lr=1e-3,
    network={**toy_network(dropout=0.0, auxiliary=True).to_dict()},
)


def trained(scenes: Path, *, freeze: bool) -> dict[str, dict[str, Tensor]]:
    """Gradients of the last step, and all that is remembered after it."""
    training = Training(CONFIG, toy_data(scenes), None)
    for module in training.student.modules():
        if isinstance(module, _BatchNorm) and freeze:
            module.eval()
    for _ in range(STEPS):
        training.advance()
    training.close()
    named = training.student.named_parameters()
    return {
        "gradient": {name: each.grad.clone() for name, each in named if each.grad is not None},
        "recipe": dict(training.recipe.state_dict()),
        "student": dict(training.student.state_dict()),
        "teacher": dict(training.teacher.state_dict()),
    }


def one_of_two(rank: int, scenes: Path, folder: Path) -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    meet = f"file://{folder}/meet"
    dist.init_process_group("gloo", init_method=meet, rank=rank, world_size=2)
    for freeze in (True, False):
        torch.save(trained(scenes, freeze=freeze), folder / f"{rank}-{freeze}.pt")
    dist.destroy_process_group()


@pytest.fixture(scope="module")
def pair(scenes: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pair")
    start_processes(one_of_two, (scenes, folder), nprocs=2)
    return folder


def result(pair: Path, rank: int, *, freeze: bool) -> Any:
    return torch.load(pair / f"{rank}-{freeze}.pt", weights_only=True)


def test_two_processes_have_the_gradient_of_one(scenes: Path, pair: Path) -> None:
    """Oracle 23, with batch normalisation frozen, after steps that also moved the weights."""
    torch.use_deterministic_algorithms(True)
    one = trained(scenes, freeze=True)
    torch.use_deterministic_algorithms(False)
    two = result(pair, 0, freeze=True)

    assert set(two["gradient"]) == set(one["gradient"])
    for name, gradient in one["gradient"].items():
        difference = (two["gradient"][name] - gradient).abs().max()
        assert difference <= 1e-4 * gradient.abs().max() + 1e-9, name


def test_what_is_remembered_is_of_the_whole_batch(scenes: Path, pair: Path) -> None:
    one, two = trained(scenes, freeze=True), result(pair, 0, freeze=True)

    for name, value in one["recipe"].items():
        assert torch.allclose(two["recipe"][name].double(), value.double(), atol=1e-4), name


@pytest.mark.parametrize("freeze", [True, False])
def test_both_processes_end_with_the_same_state(pair: Path, *, freeze: bool) -> None:
    """Also where each normalises by its own rows: then the averages are shared."""
    first, second = result(pair, 0, freeze=freeze), result(pair, 1, freeze=freeze)

    for part in ("student", "teacher", "recipe", "gradient"):
        for name, value in first[part].items():
            assert torch.equal(second[part][name], value), (part, name)


def test_batches_that_do_not_divide_are_refused() -> None:
    with pytest.raises(ValueError, match="batch_labelled is 2: not a multiple of 4 processes"):
        Ranks(0, 4).check(toy_config())


def test_a_process_alone_gathers_nothing() -> None:
    rows = torch.arange(3.0)

    assert Ranks().own(rows) is rows
    assert Ranks().whole(rows) is rows
    assert Ranks().any(False) is False
