"""Lines of a plot: which runs make a point, and the figure once all of them are there."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.learning.pairs import Pair
from benchmarks.learning.runs import Json, Kept, Run
from benchmarks.report import Figure


@dataclass(frozen=True)
class Line:
    """One line of the plot: what it is, and its runs per budget, one for each seed."""

    pair: str
    name: str
    points: dict[str, tuple[Run, ...]]


def stal(
    pair: str, name: str, strategy: str, budgets: dict[str, int], seeds: Sequence[int]
) -> Line:
    """The first budget is random; its model's scores fill up to each of the others."""
    first, *later = budgets
    warm = {seed: Run(pair, seed, budgets[first]) for seed in seeds}
    points = {first: tuple(warm.values())}
    for budget in later:
        points[budget] = tuple(
            Run(pair, seed, budgets[budget], strategy=strategy, parent=warm[seed]) for seed in seeds
        )
    return Line(pair, name, points)


def supervised(pair: str, labels: int, seeds: Sequence[int]) -> tuple[Run, ...]:
    """Without unlabelled images, for as many steps as the two stages of a STAL run."""
    return tuple(
        Run(pair, seed, labels, recipe="supervised", steps=2 * Run.steps) for seed in seeds
    )


def runs_of(lines: Iterable[Line]) -> list[Run]:
    """Every run once, seed by seed: whole lines of one seed come before the next seed's."""
    runs = {run: None for line in lines for point in line.points.values() for run in point}
    return sorted(runs, key=lambda run: run.seed)


def mious(lines: Iterable[Line], pairs: dict[str, Pair], kept: Kept) -> dict[str, Figure]:
    """mIoU in % of each point that has a run, under `pair.line.budget.miou`.

    Runs that are still to be made are missing from it: its `n` says how many seeds it has.
    """
    found = {}
    for line in lines:
        for budget, runs in line.points.items():
            records = records_of(runs, pairs, kept)
            if records:
                values = [100 * record["miou"] for record in records]
                found[f"{line.pair}.{line.name}.{budget}.miou"] = mean(values, "% mIoU")
    return found


def records_of(runs: Iterable[Run], pairs: dict[str, Pair], kept: Kept) -> list[Json]:
    found = (kept.record(run, pairs[run.pair]) for run in runs)
    return [record for record in found if record is not None]


def mean(values: Sequence[float], unit: str) -> Figure:
    """The mean and the standard deviation (0 for a single value)."""
    spread = statistics.stdev(values) if len(values) > 1 else 0.0
    return Figure(statistics.mean(values), spread, len(values), unit)
