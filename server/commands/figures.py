"""The figures of a simulated run: gathered from the API, shown as a table, written as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from server.commands.client import Json


@dataclass(frozen=True)
class Stage:
    """One trained model: what it cost and how good it is on the test images."""

    number: int
    stage: str
    labels_spent: int
    miou: float
    per_class: dict[str, float | None]
    """IoU by class name; none for a class that the test images do not show."""
    seconds: float
    changed_pixels: int

    @property
    def title(self) -> str:
        """The stage's name in figures: `warm_up`, `round1`, `round2`, ..."""
        return "warm_up" if self.stage == "warm_up" else f"round{self.number}"


def stages(metrics: Json) -> list[Stage]:
    """Read the stages that have been measured on test from the project's metrics."""
    return [
        Stage(
            number=row["number"],
            stage=row["stage"],
            labels_spent=row["labels_spent"],
            miou=row["test"]["miou"],
            per_class={entry["name"]: entry["iou"] for entry in row["test"]["per_class"]},
            seconds=row["seconds"] or 0,
            changed_pixels=row["changed_pixels"] or 0,
        )
        for row in metrics["rounds"]
        if row["test"]
    ]


def table(rows: Sequence[Stage]) -> list[str]:
    """Lay the stages out as lines of text, percentages with one digit."""
    names = list(rows[0].per_class) if rows else []
    head = ["stage", "labels", "mIoU", *names, "seconds", "corrected px"]
    body = [
        [
            row.title,
            str(row.labels_spent),
            _percent(row.miou),
            *(_percent(row.per_class.get(name)) for name in names),
            f"{row.seconds:.0f}",
            f"{row.changed_pixels:,}",
        ]
        for row in rows
    ]
    widths = [max(len(line[column]) for line in [head, *body]) for column in range(len(head))]
    return ["  ".join(_aligned(line, widths)) for line in [head, *body]]


def _aligned(line: Iterable[str], widths: Iterable[int]) -> Iterable[str]:
    return (cell.rjust(width) for cell, width in zip(line, widths, strict=True))


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}"


def machine() -> str:
    """Say on what the figures were measured."""
    try:
        torch = f"torch {version('torch')}"
    except PackageNotFoundError:
        torch = "no torch here"
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores,"
        f" Python {platform.python_version()}, {torch}"
    )


def record(*, command: str, seed: int, options: Json, rows: Sequence[Stage]) -> Json:
    """Return what `--json` holds: how it was measured, every stage, and the named figures."""
    figures: dict[str, Any] = {}
    for row in rows:
        for name, value, unit in (
            ("miou", row.miou, "share"),
            ("labels", row.labels_spent, "images"),
            ("seconds", row.seconds, "s"),
            ("changed_pixels", row.changed_pixels, "pixels"),
        ):
            figures[f"{row.title}.{name}"] = {
                "value": value,
                "spread": None,
                "n": 1,
                "unit": unit,
            }
    return {
        "command": command,
        "machine": machine(),
        "date": datetime.now(UTC).date().isoformat(),
        "seeds": [seed],
        "options": options,
        "stages": [{"title": row.title, **asdict(row)} for row in rows],
        "figures": figures,
    }


def write(path: Path, recorded: Json) -> None:
    """Write the record as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(recorded, indent=2) + "\n", encoding="utf-8")
