"""Schedule and weight average."""

import pytest
import torch
from torch import nn

from tests.worker.ml.conftest import toy_config, toy_network
from worker.ml.networks import build_network
from worker.ml.optimiser import MovingAverage, average_decay, build_optimiser, poly, set_rate


def test_poly_by_hand() -> None:
    assert poly(2.5e-3, 0, 100, power=0.9) == 2.5e-3
    assert poly(2.5e-3, 50, 100, power=0.9) == pytest.approx(0.00133972, abs=1e-8)


@pytest.mark.parametrize("name", ["adamw", "sgd"])
def test_the_head_learns_faster_by_its_factor_at_every_step(name: str) -> None:
    network = build_network(toy_network())
    config = toy_config(optimiser=name, steps=10, lr=0.1, head_lr_factor=10.0)
    optimiser = build_optimiser(network, config)

    for step in range(10):
        set_rate(optimiser, step, config)
        body, head = optimiser.param_groups
        assert head["lr"] == pytest.approx(10 * body["lr"])
    counted = sum(len(group["params"]) for group in optimiser.param_groups)
    assert counted == len(list(network.parameters()))


def test_the_average_starts_as_a_copy_and_grows_slower() -> None:
    assert [average_decay(i, 0.99) for i in range(3)] == pytest.approx([0, 0.5, 2 / 3])
    assert {average_decay(i, 0.99) for i in range(100, 200)} == {0.99}


def test_the_average_takes_parameters_and_buffers_along() -> None:
    teacher, student = nn.BatchNorm1d(2), nn.BatchNorm1d(2)
    with torch.no_grad():
        teacher.weight.zero_()
    assert student.running_mean is not None
    student.running_mean.fill_(4.0)
    assert student.num_batches_tracked is not None
    student.num_batches_tracked.fill_(7)

    average = MovingAverage(teacher, student)
    average.move(average_decay(1, 0.99))

    assert teacher.weight.tolist() == [0.5, 0.5]
    assert teacher.running_mean is not None
    assert teacher.running_mean.tolist() == [2.0, 2.0]
    assert teacher.num_batches_tracked is not None
    assert teacher.num_batches_tracked.item() == 7
    average.move(0.0)
    assert teacher.weight.tolist() == [1.0, 1.0]
