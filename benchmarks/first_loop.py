"""The first loop on real images: STAL by entropy, by random choice, and the source alone.

    python -m benchmarks.first_loop --data DIR --json docs/benchmarks/first-loop.json

`DIR/driving` and `DIR/nuclei` are folders as `maskloop simulate` reads them. Each run's record is
kept in `--records`; a record that is there is not measured again. The page and the plot beside
the JSON are written from it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.line_plot import figure, panel

Json = dict[str, Any]
Records = Mapping[tuple[str, str], Json]

PAIRS = ("driving", "nuclei")
RUNS = {
    "stal": ("--strategy", "entropy"),
    "random": ("--strategy", "random"),
    "source_only": ("--source-only",),
}
TITLES = {"stal": "STAL, by entropy", "random": "STAL, at random", "source_only": "source only"}
COMMAND = "python -m benchmarks.first_loop --data DIR --json docs/benchmarks/first-loop.json"
LOOP = ("--rounds", "2", "--per-round", "10", "--seed", "0")


def measure(data: Path, run: str, path: Path) -> None:
    """Run one simulation unless its record is there."""
    if not path.exists():
        command = [sys.executable, "-m", "server.cli", "simulate", "--data", str(data), *LOOP]
        subprocess.run([*command, *RUNS[run], "--json", str(path)], check=True)


def gather(records: Records, acquisition: Json | None) -> Json:
    """Return the benchmark's record: all commands, and each figure under its own name."""
    figures: Json = {}
    for (pair, run), record in records.items():
        for name, value in record["figures"].items():
            stage, _, what = name.partition(".")
            key = f"{pair}.{run}.{what}" if run == "source_only" else f"{pair}.{run}.{stage}.{what}"
            figures[key] = value
    if acquisition is not None:
        figures |= acquisition["figures"]
    return {
        "command": COMMAND,
        "commands": {f"{pair}.{run}": each["command"] for (pair, run), each in records.items()},
        "machine": next(iter(records.values()))["machine"],
        "date": max(record["date"] for record in records.values()),
        "seeds": sorted({seed for record in records.values() for seed in record["seeds"]}),
        "figures": figures,
        "stages": {f"{pair}.{run}": each["stages"] for (pair, run), each in records.items()},
    }


def page(gathered: Json) -> str:
    """Write the figures for readers, the unkind ones too."""
    lines = [
        "# The first loop on real images",
        "",
        "Written by `benchmarks/first_loop.py` from `first-loop.json`; not edited by hand.",
        "",
        f"Machine: {gathered['machine']}. Date: {gathered['date']}. Seed: "
        f"{', '.join(str(seed) for seed in gathered['seeds'])}. One run of each: a difference of a"
        " point or two is within what another seed changes.",
        "",
        "![Test mIoU against labels spent](first-loop.svg)",
    ]
    for pair in PAIRS:
        if runs := _runs(gathered, pair):
            lines += ["", f"## {pair}", "", *_pair(runs)]
    lines += ["", "## Commands", "", "```sh", *gathered["commands"].values(), "```", ""]
    return "\n".join(lines)


def _runs(gathered: Json, pair: str) -> dict[str, list[Json]]:
    """Return the stages of each run that was made on the pair."""
    stages = gathered["stages"]
    return {run: stages[f"{pair}.{run}"] for run in RUNS if f"{pair}.{run}" in stages}


def _pair(runs: Mapping[str, list[Json]]) -> list[str]:
    names = list(next(iter(runs.values()))[0]["per_class"])
    head = ["run", "stage", "labels", "mIoU", *names, "seconds", "corrected pixels"]
    lines = [_row(head), _row(["---"] * 2 + ["--:"] * (len(head) - 2))]
    for run, stages in runs.items():
        for stage in stages:
            shares = [_percent(stage["miou"]), *map(_percent, stage["per_class"].values())]
            rest = [f"{stage['seconds']:.0f}", f"{stage['changed_pixels']:,}"]
            title = stage["title"].replace("_", " ")
            lines.append(_row([TITLES[run], title, str(stage["labels_spent"]), *shares, *rest]))
    return [*lines, "", *_verdict(runs)]


def _verdict(runs: Mapping[str, list[Json]]) -> list[str]:
    """Say what the labels brought, and how the strategies compare."""
    sentences = []
    last = {run: stages[-1] for run, stages in runs.items()}
    for run in ("stal", "random"):
        if run in runs:
            gain = 100 * (last[run]["miou"] - runs[run][0]["miou"])
            sentences.append(
                f"{TITLES[run]}: {last[run]['labels_spent']} labels changed test mIoU by"
                f" {gain:+.1f} points over the warm-up."
            )
    if {"stal", "random"} <= set(runs):
        ahead = 100 * (last["stal"]["miou"] - last["random"]["miou"])
        word = "above" if ahead > 0 else "below"
        sentences.append(f"Choosing by entropy ends {abs(ahead):.1f} points {word} random choice.")
    if {"stal", "source_only"} <= set(runs):
        ahead = 100 * (runs["stal"][0]["miou"] - last["source_only"]["miou"])
        word = "above" if ahead > 0 else "below"
        sentences.append(
            f"Before the first label, STAL's warm-up stands {abs(ahead):.1f} points {word} the"
            " source alone."
        )
    return [" ".join(sentences)] if sentences else []


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}"


def plot(gathered: Json) -> str:
    """Draw test mIoU against labels spent, one panel for each pair."""
    panels = []
    for pair in PAIRS:
        lines = {
            TITLES[run]: [(stage["labels_spent"], 100 * stage["miou"]) for stage in stages]
            for run, stages in _runs(gathered, pair).items()
        }
        if lines:
            panels.append(panel(pair, lines, x_label="labels spent", y_label="test mIoU, %"))
    return figure(panels)


def main() -> None:
    """Measure what is missing, then write JSON, page and plot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of driving and nuclei")
    parser.add_argument("--json", type=Path, default=Path("docs/benchmarks/first-loop.json"))
    parser.add_argument("--records", type=Path, default=Path("build/first-loop"))
    parser.add_argument("--only", nargs="*", default=[], help="such as driving-stal")
    asked = parser.parse_args()
    records: dict[tuple[str, str], Json] = {}
    for pair in PAIRS:
        for run in RUNS:
            path = asked.records / f"{pair}-{run}.json"
            if not asked.only or f"{pair}-{run}" in asked.only:
                measure(asked.data / pair, run, path)
            if path.exists():
                records[pair, run] = json.loads(path.read_text(encoding="utf-8"))
    beside = asked.json.with_name("acquisition.json")
    acquisition = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else None
    gathered = gather(records, acquisition)
    asked.json.parent.mkdir(parents=True, exist_ok=True)
    asked.json.write_text(json.dumps(gathered, indent=2) + "\n", encoding="utf-8")
    asked.json.with_suffix(".md").write_text(page(gathered), encoding="utf-8")
    asked.json.with_suffix(".svg").write_text(plot(gathered), encoding="utf-8")


if __name__ == "__main__":
    main()
