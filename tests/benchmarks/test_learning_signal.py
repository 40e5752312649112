"""The method learns: without a target label, on a small drawn domain shift (oracle 26)."""

from collections.abc import Callable
from statistics import mean

import pytest

from benchmarks import learning_signal
from benchmarks.learning.pairs import read_pair
from benchmarks.learning.queue import make
from benchmarks.learning.runs import Kept, Run
from benchmarks.learning_signal import STEPS

Measure = Callable[[Run], float]

SEEDS = (0, 1)
PSEUDO_LABEL = [learning_signal.pseudo_label(seed, steps=STEPS) for seed in SEEDS]
NONE = [learning_signal.none(seed, steps=STEPS) for seed in SEEDS]
WHOLE = learning_signal.whole(0, steps=STEPS)
SUPERVISED = learning_signal.supervised(0, steps=STEPS)


@pytest.fixture(scope="module")
def measure(tmp_path_factory: pytest.TempPathFactory) -> Measure:
    """Make all runs, two at a time: each is by one thread."""
    folder = tmp_path_factory.mktemp("signal")
    learning_signal.draw(folder / "shapes")
    kept = Kept(folder / "runs", folder / "models")
    make([WHOLE, *PSEUDO_LABEL, *NONE, SUPERVISED], folder, kept, processes=2)
    pair = read_pair(folder, "shapes")

    def measured(run: Run) -> float:
        record = kept.record(run, pair)
        assert record is not None
        return float(record["miou"])

    return measured


def test_the_pseudo_label_loss_alone_beats_none(measure: Measure) -> None:
    """Against the same training with a weight of 0, which sees the target as often."""
    assert mean(map(measure, PSEUDO_LABEL)) > 0.01 + mean(map(measure, NONE))


def test_the_whole_method_beats_supervision(measure: Measure) -> None:
    assert measure(WHOLE) > 0.04 + measure(SUPERVISED)
