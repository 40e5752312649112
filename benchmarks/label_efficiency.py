"""Test mIoU against labels spent: what STAL buys, against random choice and plain supervision.

    python -m benchmarks.label_efficiency --data DIR

A first random budget trains the warm-up; its scores of the pool fill up to the second or to the
third budget, two alternatives. The last EMA teacher is measured, on the test images, once. Each
finished run is kept in docs/benchmarks/runs, so that the whole can be made over several sittings;
`--at-most` bounds one sitting. The JSON, the page and the plot are written from what is there.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.label_efficiency_page import write_page
from benchmarks.learning.lines import Line, mious, runs_of, stal, supervised
from benchmarks.learning.pairs import Pair, read_pair
from benchmarks.learning.queue import make
from benchmarks.learning.runs import Kept
from benchmarks.report import Figure, write_report

SEEDS = (0, 1, 2)
OFTEN = ("class_balanced", "region_impurity")
ONCE = ("margin", "least_confident", "bald")


DRIVING = {"1pct": 4, "2.2pct": 9, "5pct": 20}


def headline() -> list[Line]:
    """Return what the plot shows of `driving`: STAL, random choice, and the bounds of both."""
    shares = {"5pct": (20, SEEDS), "10pct": (41, SEEDS[:1]), "25pct": (102, SEEDS[:1])}
    points = {name: supervised("driving", *share) for name, share in shares.items()}
    return [
        stal("driving", "stal", "entropy", DRIVING, SEEDS),
        Line("driving", "full", {"100pct": supervised("driving", 406, SEEDS)}),
        stal("driving", "random", "random", DRIVING, SEEDS),
        Line("driving", "supervised", points),
        Line("driving", "source_only", {"0pct": supervised("driving", 0, SEEDS[:1])}),
    ]


def strategies() -> list[Line]:
    """Return the other ways to choose, on `driving`."""
    often = [stal("driving", name, name, DRIVING, SEEDS) for name in OFTEN]
    return often + [stal("driving", name, name, DRIVING, SEEDS[:1]) for name in ONCE]


def open_set() -> list[Line]:
    """Return the pairs where the target shows what the source never does, or another look."""
    nuclei = {"4img": 4, "8img": 8, "16img": 16}
    lines = []
    for pair, budgets, everything in (("driving-open", DRIVING, 406), ("nuclei", nuclei, 64)):
        lines += [
            stal(pair, "stal", "entropy", budgets, SEEDS[:1]),
            stal(pair, "random", "random", budgets, SEEDS[:1]),
            Line(pair, "full", {"100pct": supervised(pair, everything, SEEDS[:1])}),
            Line(pair, "source_only", {"0pct": supervised(pair, 0, SEEDS[:1])}),
        ]
    return lines


def figures(lines: Sequence[Line], pairs: dict[str, Pair], kept: Kept) -> dict[str, Figure]:
    """Every point's mIoU, and its ratio to the same pair's full line."""
    found = mious(lines, pairs, kept)
    return found | _ratios(found)


def _ratios(found: dict[str, Figure]) -> dict[str, Figure]:
    ratios = {}
    for name, figure in found.items():
        full = found.get(f"{name.split('.')[0]}.full.100pct.miou")
        if full is not None and ".full." not in name:
            ratios[name.removesuffix("miou") + "ratio"] = Figure(
                figure.value / full.value,
                figure.spread / full.value,
                figure.n,
                "of the mIoU with source and all target labels",
            )
    return ratios


def main() -> None:
    """Make what is missing, then write JSON, page and plot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of driving and nuclei")
    parser.add_argument("--json", type=Path, default=Path("docs/benchmarks/label_efficiency.json"))
    parser.add_argument("--runs", type=Path, default=Path("docs/benchmarks/runs"))
    parser.add_argument("--models", type=Path, default=Path("build/label-efficiency"))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--at-most", type=int, default=None, help="how many runs of the list")
    asked = parser.parse_args()
    kept = Kept(asked.runs, asked.models)
    parts = [headline(), strategies(), open_set()]
    lines = [line for part in parts for line in part]
    wanted = [run for part in parts for run in runs_of(part)]
    make(wanted[: asked.at_most], asked.data, kept, processes=asked.processes)
    pairs = {name: read_pair(asked.data, name) for name in {line.pair for line in lines}}
    found = figures(lines, pairs, kept)
    write_report(asked.json, found, seeds=SEEDS)
    write_page(asked.json, found)


if __name__ == "__main__":
    main()
