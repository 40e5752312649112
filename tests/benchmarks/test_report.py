"""Every benchmark leaves the same form."""

import json
from pathlib import Path

import pytest

from benchmarks.report import Figure, table, write_report


def test_the_form(tmp_path: Path) -> None:
    path = tmp_path / "docs" / "a.json"

    write_report(path, {"a.ratio": Figure.of([1, 2, 3, 4, 5], "ratio")}, seeds=[3], command="run")

    report = json.loads(path.read_text())
    assert set(report) == {"command", "machine", "date", "seeds", "figures"}
    assert (report["command"], report["seeds"]) == ("run", [3])
    assert report["figures"] == {"a.ratio": {"value": 3, "spread": 3.0, "n": 5, "unit": "ratio"}}


def test_the_page_shows_every_figure(tmp_path: Path) -> None:
    figures = {"b": Figure(0.51234, 0.01, 3, "mIoU"), "a": Figure(2, 0, 1, "s")}
    write_report(tmp_path / "r.json", figures, seeds=[0], command="run")

    page = table(json.loads((tmp_path / "r.json").read_text()))

    assert "| a | 2 | 0 | 1 | s |" in page
    assert "| b | 0.5123 | 0.01 | 3 | mIoU |" in page
    assert page.index("| a |") < page.index("| b |")


def test_one_value_has_no_spread() -> None:
    assert Figure.of([2.5], "x") == Figure(2.5, 0.0, 1, "x")


def test_of_nothing_there_is_no_figure() -> None:
    with pytest.raises(ValueError, match=r"."):
        Figure.of([], "x")
