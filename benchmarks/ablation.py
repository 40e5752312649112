"""What each part of STAL buys: the published table's rows, on the pair that is there for choices.

    python -m benchmarks.ablation --data DIR

Rows build on each other at 5 % of the labels: supervision alone; the pseudo-label loss; the
contrastive loss; sampling by class confidence; choice by entropy. Beside them, retraining from
the backbone's own weights instead of the last teacher. Measured on `driving-dev`, never on test.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.learning.lines import Line, mean, mious, records_of, runs_of, supervised
from benchmarks.learning.pairs import Pair, read_pair
from benchmarks.learning.queue import make
from benchmarks.learning.runs import Kept, Run
from benchmarks.report import Figure, write_report

PAIR, SEEDS = "driving-dev", (0, 1, 2)
FIRST, BUDGET = 3, 15  # 1 % and 5 % of the pool
EVEN = {"class_temperature": 1e6}  # classes are drawn alike, whatever the confidence
ROWS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "pseudo_label": ("random", {**EVEN, "lambda_c": 0.0}),
    "contrastive": ("random", EVEN),
    "confidence_sampling": ("random", {}),
    "selection": ("entropy", {}),
}
TITLES = {
    "supervised": "source + 5 % of the labels, supervised",
    "pseudo_label": "+ pseudo-label loss",
    "contrastive": "+ contrastive loss",
    "confidence_sampling": "+ sampling by class confidence",
    "selection": "+ choice by entropy",
    "from_backbone": "the same, retrained from the backbone for one stage",
    "from_backbone_long": "the same, retrained from the backbone for two stages",
}


def rows() -> list[Line]:
    lines = [Line(PAIR, "supervised", {"5pct": supervised(PAIR, BUDGET, SEEDS)})]
    for name, (strategy, options) in ROWS.items():
        lines.append(Line(PAIR, name, {"5pct": _row(strategy, options)}))
    last = lines[-1].points["5pct"]
    again = tuple(replace(run, start="backbone") for run in last)
    longer = tuple(replace(run, steps=2 * run.steps) for run in again)
    return [
        *lines,
        Line(PAIR, "from_backbone", {"5pct": again}),
        Line(PAIR, "from_backbone_long", {"5pct": longer}),
    ]


def _row(strategy: str, options: Mapping[str, Any]) -> tuple[Run, ...]:
    told = tuple(options.items())
    return tuple(
        Run(
            PAIR,
            seed,
            BUDGET,
            strategy=strategy,
            parent=Run(PAIR, seed, FIRST, options=told),
            options=told,
        )
        for seed in SEEDS
    )


def figures(lines: list[Line], pair: Pair, kept: Kept) -> dict[str, Figure]:
    """mIoU of each row, and what one retraining costs."""
    found = mious(lines, {PAIR: pair}, kept)
    for line in lines:
        records = records_of(line.points["5pct"], {PAIR: pair}, kept)
        name = f"{PAIR}.{line.name}.5pct"
        if f"{name}.miou" in found:
            seconds = [record["cpu_seconds"] for record in records]
            found[f"{name}.cpu_seconds"] = mean(seconds, "CPU seconds of the last stage")
    return found


def page(found: Mapping[str, Figure]) -> str:
    lines = [
        "# Ablation",
        "",
        "Written by `benchmarks/ablation.py` from the runs in `runs/`; not edited by hand.",
        f"`{PAIR}`, {BUDGET} labels of the pool, mIoU in % and standard deviation over seeds; each",
        "row has all that the rows above it have.",
        "",
        "| row | mIoU | spread | seeds | CPU seconds of the last stage |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, title in TITLES.items():
        key = f"{PAIR}.{name}.5pct"
        if f"{key}.miou" in found:
            miou, seconds = found[f"{key}.miou"], found[f"{key}.cpu_seconds"]
            lines.append(
                f"| {title} | {miou.value:.1f} | {miou.spread:.1f} | {miou.n} |"
                f" {seconds.value:.0f} |"
            )
    return "\n".join([*lines, ""])


def main() -> None:
    """Make what is missing, then write JSON and page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of driving")
    parser.add_argument("--json", type=Path, default=Path("docs/benchmarks/ablation.json"))
    parser.add_argument("--runs", type=Path, default=Path("docs/benchmarks/runs"))
    parser.add_argument("--models", type=Path, default=Path("build/label-efficiency"))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--at-most", type=int, default=None, help="how many runs of the list")
    asked = parser.parse_args()
    kept, lines = Kept(asked.runs, asked.models), rows()
    make(runs_of(lines)[: asked.at_most], asked.data, kept, processes=asked.processes)
    found = figures(lines, read_pair(asked.data, PAIR), kept)
    write_report(asked.json, found, seeds=SEEDS)
    asked.json.with_suffix(".md").write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()
