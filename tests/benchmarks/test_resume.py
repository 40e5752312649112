"""The benchmark of resuming kills real processes, and sees a training that ends otherwise."""

from dataclasses import replace
from multiprocessing.connection import Connection
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

    assert last is not None
    assert last >= 2
    assert not (tmp_path / "model").exists()
    assert list(tmp_path.glob("step-*"))


def test_a_training_that_ended_first_was_not_killed(
    training: resume.Training, tmp_path: Path
) -> None:
    resume.run(training, tmp_path)

    assert resume.kill(Ended(training.config, training.data), tmp_path, at=1, after=0.0) is None


class Ended(resume.Training):
    """Tells of a step, and leaves what was there."""

    def __call__(self, folder: Path, told: Connection) -> None:
        told.send(1)


def test_other_weights_are_seen(training: resume.Training, tmp_path: Path) -> None:
    short = replace(training, config=replace(training.config, steps=1))
    other = replace(short, config=replace(short.config, seed=1))
    resume.run(short, tmp_path / "one")
    resume.run(other, tmp_path / "other")

    assert resume.weights(tmp_path / "one") != resume.weights(tmp_path / "other")
