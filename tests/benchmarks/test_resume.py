"""The benchmark of resuming kills real processes, and sees a training that ends otherwise."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import resume
from benchmarks.train_step import scenes


@pytest.fixture(scope="module")
def training(tmp_path_factory: pytest.TempPathFactory) -> resume.Training:
    data = scenes(tmp_path_factory.mktemp("scenes"), seed=0)
    return resume.Training(resume.toy_config(steps=5, seed=0), data)


def test_killed_trainings_end_bit_equal(training: resume.Training, tmp_path: Path) -> None:
    found = resume.resume(training, tmp_path, kills=2, seed=0)

    assert (found["resume.bit_equal"].value, found["resume.bit_equal"].n) == (2, 2)
    assert found["resume.repeated"].value >= 0


def test_a_killed_training_has_checkpoints_and_no_model(
    training: resume.Training, tmp_path: Path
) -> None:
    last = resume.kill(training, tmp_path, at=2, after=0.0)

    assert last >= 2
    assert not (tmp_path / "model").exists()
    assert list(tmp_path.glob("step-*"))


def test_other_weights_are_seen(training: resume.Training, tmp_path: Path) -> None:
    short = replace(training, config=replace(training.config, steps=1))
    other = replace(short, config=replace(short.config, seed=1))
    resume.run(short, tmp_path / "one")
    resume.run(other, tmp_path / "other")

    assert resume.weights(tmp_path / "one") != resume.weights(tmp_path / "other")
