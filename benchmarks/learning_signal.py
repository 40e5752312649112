"""Whether each part of the method learns at all: coloured shapes with a domain shift.

    python -m benchmarks.learning_signal

Paired over seeds, each difference with its 90 % interval. Without target labels: the pseudo-label
loss against the same training with a weight of 0, and the whole method against supervision by the
source alone. With labels: what the first ones bring, choice by entropy against random choice, and
the loop against supervision with as many.

The pseudo-label loss has to be compared with its own weight of 0: that training sees the target,
too, in its batch normalisation, and that alone beats supervision.

Beside them, over three seeds, where the loss buys nothing or costs: in half the steps, where hardly
a guess passes the cut at a confidence of 0.9; without that cut, as published; and from a model that
the source has trained already, which is sure of its mistakes.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.interval_plot import intervals
from benchmarks.learning.lines import mean, records_of
from benchmarks.learning.pairs import Pair, read_pair
from benchmarks.learning.queue import make
from benchmarks.learning.runs import Kept, Run
from benchmarks.learning.shapes import draw_shapes
from benchmarks.report import Figure, write_report

SEEDS = (0, 1, 2, 3, 4)
FEW = 3  # seeds of the ways that are there to show a limit
STEPS = 120
SMALL: Mapping[str, Any] = {"crop": (64, 64), "batch_labelled": 4, "batch_unlabelled": 4}
STUDENT_T = {2: 6.314, 3: 2.920, 4: 2.353, 5: 2.132}  # the 95 % point with n - 1 degrees of freedom
BUDGET = 8  # target images with labels, once there are some

COMPARED = {  # the figure: which line over which
    "pseudo_label_over_none": ("pseudo_label", "none"),
    "whole_over_supervised": ("whole", "supervised"),
    "loop_over_whole": ("random", "whole"),
    "entropy_over_random": ("entropy", "random"),
    "loop_over_labels": ("entropy", "labels"),
    "pseudo_label_over_none.half_the_steps": ("pseudo_label_early", "none_early"),
    "pseudo_label_over_none.without_the_cut": ("pseudo_label_uncut", "none"),
    "pseudo_label_over_none.from_the_source_model": ("pseudo_label_after", "none_after"),
    "from_the_source_model_over_the_source_model": ("pseudo_label_after", "supervised"),
}
TITLES = {
    "pseudo_label_over_none": "pseudo-label loss, against a weight of 0",
    "pseudo_label_over_none.half_the_steps": "the same in half the steps",
    "pseudo_label_over_none.without_the_cut": "the same without the cut at 0.9",
    "pseudo_label_over_none.from_the_source_model": "the same from the source's model",
    "from_the_source_model_over_the_source_model": "that, against the source's model",
    "whole_over_supervised": "whole method, against supervision by the source",
    "loop_over_whole": "8 random labels, against none",
    "entropy_over_random": "8 labels by entropy, against 8 at random",
    "loop_over_labels": "loop with 8 labels, against supervision with 8",
}


def draw(folder: Path) -> None:
    """Draw the shapes once: the same seed, the same shapes."""
    if not folder.exists():
        draw_shapes(folder, source=60, target=80, test=40, seed=0)


def supervised(seed: int, *, steps: int, labels: int = 0) -> Run:
    return _run(seed, labels, steps=steps, recipe="supervised")


def none(seed: int, *, steps: int) -> Run:
    """As `pseudo_label` in all but the loss: it sees the target and learns nothing from it."""
    return _run(seed, 0, steps=steps, lambda_u=0.0, lambda_c=0.0)


def pseudo_label(seed: int, *, steps: int) -> Run:
    return _run(seed, 0, steps=steps, lambda_c=0.0)


def uncut(seed: int, *, steps: int) -> Run:
    """Every guess that the entropy filter leaves is learnt from, as published."""
    return _run(seed, 0, steps=steps, lambda_c=0.0, pseudo_confidence=0.0)


def after(run: Run, *, steps: int) -> Run:
    """The same training, from the model that the source alone has trained for as many steps."""
    return replace(run, parent=supervised(run.seed, steps=steps))


def whole(seed: int, *, steps: int) -> Run:
    return _run(seed, 0, steps=steps)


def chosen(seed: int, strategy: str, *, steps: int) -> Run:
    parent = whole(seed, steps=steps)
    return replace(parent, labels=BUDGET, strategy=strategy, parent=parent)


def _run(seed: int, labels: int, *, steps: int, recipe: str = "stal", **options: Any) -> Run:
    told = tuple({**SMALL, **options}.items())
    return Run("shapes", seed, labels, recipe=recipe, steps=steps, options=told)


def lines_of(steps: int, seeds: Sequence[int] = SEEDS) -> dict[str, list[Run]]:
    """Every compared way to train, once for each seed."""
    few = seeds[:FEW]
    return {
        "supervised": [supervised(seed, steps=steps) for seed in seeds],
        "none": [none(seed, steps=steps) for seed in seeds],
        "pseudo_label": [pseudo_label(seed, steps=steps) for seed in seeds],
        "whole": [whole(seed, steps=steps) for seed in seeds],
        "entropy": [chosen(seed, "entropy", steps=steps) for seed in seeds],
        "random": [chosen(seed, "random", steps=steps) for seed in seeds],
        # As many steps as the loop has made by then.
        "labels": [supervised(seed, steps=2 * steps, labels=BUDGET) for seed in seeds],
        "none_early": [none(seed, steps=steps // 2) for seed in few],
        "pseudo_label_early": [pseudo_label(seed, steps=steps // 2) for seed in few],
        "pseudo_label_uncut": [uncut(seed, steps=steps) for seed in few],
        "none_after": [after(none(seed, steps=steps), steps=steps) for seed in few],
        "pseudo_label_after": [after(pseudo_label(seed, steps=steps), steps=steps) for seed in few],
    }


def difference(
    better: Sequence[Run], plain: Sequence[Run], pairs: dict[str, Pair], kept: Kept
) -> Figure:
    """Points of mIoU, seed by seed: the mean, and half the width of its 90 % interval."""
    ours, theirs = (
        [100 * record["miou"] for record in records_of(runs, pairs, kept)]
        for runs in (better, plain[: len(better)])
    )
    points = [mine - other for mine, other in zip(ours, theirs, strict=True)]
    half = STUDENT_T[len(points)] * statistics.stdev(points) / len(points) ** 0.5
    return Figure(statistics.mean(points), half, len(points), "points of mIoU; spread: 90 % +-")


def main() -> None:
    """Make what is missing, then write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("build/learning-signal"))
    parser.add_argument("--json", type=Path, default=Path("docs/benchmarks/learning_signal.json"))
    parser.add_argument("--runs", type=Path, default=Path("docs/benchmarks/runs"))
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seeds", type=int, choices=STUDENT_T, default=len(SEEDS))
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    draw(asked.data / "shapes")
    seeds = SEEDS[: asked.seeds]
    lines = lines_of(asked.steps, seeds)
    kept = Kept(asked.runs, asked.data / "models")
    every = sorted((run for runs in lines.values() for run in runs), key=lambda run: run.seed)
    make(every, asked.data, kept, processes=asked.processes)
    pairs = {"shapes": read_pair(asked.data, "shapes")}
    figures = {
        name: difference(lines[better], lines[plain], pairs, kept)
        for name, (better, plain) in COMPARED.items()
    }
    found = {f"learning_signal.{name}": figure for name, figure in figures.items()}
    for name, runs in lines.items():
        values = [100 * record["miou"] for record in records_of(runs, pairs, kept)]
        found[f"learning_signal.miou.{name}"] = mean(values, "% mIoU")
    write_report(asked.json, found, seeds=seeds)
    drawn = {title: (figures[name].value, figures[name].spread) for name, title in TITLES.items()}
    asked.json.with_suffix(".svg").write_text(
        intervals("What each part adds", drawn, x_label="points of mIoU, with 90 % interval"),
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
