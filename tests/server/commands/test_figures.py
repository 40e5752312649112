"""The figures of a simulated run, from the API's metrics to table and JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from server.commands import figures


def row(number: int, stage: str, *, miou: float | None, labels: int = 0) -> dict[str, Any]:
    per_class = [
        {"id": 0, "name": "sky", "iou": 0.5},
        {"id": 1, "name": "car", "iou": None},
    ]
    return {
        "number": number,
        "round_id": "r",
        "stage": stage,
        "labels_spent": labels,
        "test": None if miou is None else {"miou": miou, "per_class": per_class},
        "seconds": 61.4,
        "changed_pixels": 12345 if labels else None,
        "changed_share": None,
    }


METRICS = {
    "rounds": [
        row(1, "warm_up", miou=0.25),
        row(1, "retrain", miou=0.5, labels=10),
        row(2, "retrain", miou=None, labels=20),
    ]
}


def test_a_stage_that_is_not_measured_yet_is_left_out() -> None:
    assert [stage.title for stage in figures.stages(METRICS)] == ["warm_up", "round1"]


def test_the_table_shows_percent_and_a_dash_for_a_class_that_is_not_there() -> None:
    lines = figures.table(figures.stages(METRICS))

    assert [line.split() for line in lines] == [
        ["stage", "labels", "mIoU", "sky", "car", "seconds", "corrected", "px"],
        ["warm_up", "0", "25.0", "50.0", "-", "61", "0"],
        ["round1", "10", "50.0", "50.0", "-", "61", "12,345"],
    ]
    assert len({len(line) for line in lines}) == 1


def test_the_record_names_each_figure_by_its_stage(tmp_path: Path) -> None:
    rows = figures.stages(METRICS)
    path = tmp_path / "new" / "figures.json"

    figures.write(path, figures.record(command="maskloop x", seed=3, options={}, rows=rows))

    read = json.loads(path.read_text())
    assert read["figures"]["round1.miou"] == {"value": 0.5, "spread": None, "n": 1, "unit": "share"}
    assert read["figures"]["warm_up.labels"]["value"] == 0
    assert read["seeds"] == [3]
    assert read["stages"][1]["per_class"] == {"sky": 0.5, "car": None}
