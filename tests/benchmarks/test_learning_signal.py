"""The method learns: without a target label, on a small drawn domain shift (oracle 26)."""

from collections.abc import Callable
from statistics import mean

import pytest

from benchmarks import learning_signal
from benchmarks.learning.pairs import read_pair
from benchmarks.learning.runs import Kept, Run, execute
from benchmarks.learning_signal import STEPS

Measure = Callable[[Run], float]


@pytest.fixture(scope="module")
def measure(tmp_path_factory: pytest.TempPathFactory) -> Measure:
    folder = tmp_path_factory.mktemp("signal")
    learning_signal.draw(folder / "shapes")
    pair = read_pair(folder, "shapes")
    kept = Kept(folder / "runs", folder / "models")
    return lambda run: float(execute(run, pair, kept)["miou"])


def test_the_pseudo_label_loss_alone_beats_none(measure: Measure) -> None:
    """Against the same training with a weight of 0, which sees the target as often."""
    seeds = (0, 1)
    learnt = mean(measure(learning_signal.pseudo_label(seed, steps=STEPS)) for seed in seeds)

    assert learnt > 0.01 + mean(measure(learning_signal.none(seed, steps=STEPS)) for seed in seeds)


def test_the_whole_method_beats_supervision(measure: Measure) -> None:
    whole = measure(learning_signal.whole(0, steps=STEPS))

    assert whole > 0.04 + measure(learning_signal.supervised(0, steps=STEPS))
