"""The method learns: without a target label, on a small drawn domain shift (oracle 26)."""

import json
import math
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from statistics import mean

import pytest

from benchmarks import learning_signal
from benchmarks.interval_plot import intervals
from benchmarks.learning.pairs import Pair, read_pair
from benchmarks.learning.queue import make
from benchmarks.learning.runs import Kept, Run
from benchmarks.learning_signal import STEPS

pytestmark = pytest.mark.timeout(1800)  # the first test waits for two minutes of one processor

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


def test_differences_are_taken_seed_by_seed(tmp_path: Path) -> None:
    """Of lines of other lengths, over the seeds of the shorter; half a width by Student's t."""
    pair, kept = Pair("shapes", 5, (), (), (), "drawn"), Kept(tmp_path, tmp_path)
    lines = learning_signal.lines_of(10)
    few, many = lines["pseudo_label_uncut"], lines["none"]
    for runs, values in ((few, (0.3, 0.5, 0.4)), (many, (0.2, 0.2, 0.3, 0.9, 0.9))):
        for run, value in zip(runs, values, strict=True):
            (tmp_path / f"{run.digest('drawn')}.json").write_text(json.dumps({"miou": value}))

    figure = learning_signal.difference(few, many, {"shapes": pair}, kept)

    assert figure.n == 3
    assert figure.value == pytest.approx(50 / 3)
    assert figure.spread == pytest.approx(2.920 * math.sqrt(400 / 3) / math.sqrt(3))


def test_every_figure_compares_lines_that_are_run_and_has_a_title() -> None:
    lines = learning_signal.lines_of(10, (0, 1))

    compared = learning_signal.COMPARED
    assert {line for pair in compared.values() for line in pair} == set(lines)
    assert set(learning_signal.TITLES) == set(compared)
    assert all(len(runs) == 2 for runs in lines.values())


def test_what_is_clear_of_zero_is_seen_at_a_glance() -> None:
    rows = {"gain": (5.0, 1.0), "loss": (-5.0, 1.0), "unclear <1": (1.0, 2.0)}

    drawn = ET.fromstring(intervals("title", rows, x_label="points"))

    circles = [each.attrib for each in drawn.iter() if each.tag.endswith("circle")]
    assert len({each["fill"] for each in circles}) == 3
    gain, loss, unclear = (float(each["cx"]) for each in circles)
    assert loss < unclear < gain
    assert "unclear <1" in [each.text for each in drawn.iter()]
