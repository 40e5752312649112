"""The step's benchmark measures whole steps against the passes that they are made of."""

from pathlib import Path

import pytest

from benchmarks import train_step
from worker.ml.config import NetworkConfig, StageConfig
from worker.ml.scenes import CLASSES
from worker.ml.trainer import Training


@pytest.fixture
def training(tmp_path: Path) -> Training:
    network = NetworkConfig(classes=len(CLASSES), pretrained=False)
    config = StageConfig(
        network=network, crop=(64, 64), batch_labelled=2, batch_unlabelled=2, contrastive_start=0.0
    )
    return Training(config, train_step.scenes(tmp_path, seed=0), None)


def test_every_figure_is_measured(training: Training, tmp_path: Path) -> None:
    try:
        found = train_step.overhead(training, pairs=2, seed=0)
        taken = training.step
        found |= train_step.feeding(training, batches=2)
        found |= train_step.keeping(training, tmp_path, saves=2)
    finally:
        training.close()

    assert taken == train_step.WARM + 2  # a pair is one step against its passes
    assert training.step == taken + 2
    assert found["train_step.overhead"].value > 1
    assert found["loader.headroom"].value > 0
    assert 0 < found["checkpoint.share"].value < 1


def test_the_bare_passes_leave_gradients_of_the_student_alone(training: Training) -> None:
    train_step.bare_passes(training)()

    assert all(parameter.grad is None for parameter in training.teacher.parameters())
    trained = [parameter.grad for parameter in training.student.parameters()]
    assert any(gradient is not None and gradient.abs().sum() > 0 for gradient in trained)
