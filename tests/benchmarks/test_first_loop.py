"""The first loop's page says what the figures say, also when they are unkind."""

from __future__ import annotations

from typing import Any

from benchmarks import first_loop


def stage(title: str, labels: int, miou: float) -> dict[str, Any]:
    return {
        "title": title,
        "labels_spent": labels,
        "miou": miou,
        "per_class": {"sky": miou, "car": None},
        "seconds": 61.2,
        "changed_pixels": 1000 * labels,
    }


def record(*mious: float) -> dict[str, Any]:
    titles = ["warm_up", "round1", "round2"]
    stages = [
        stage(title, 10 * number, miou)
        for number, (title, miou) in enumerate(zip(titles, mious, strict=False))
    ]
    figures = {
        f"{each['title']}.miou": {"value": each["miou"], "spread": None, "n": 1, "unit": "share"}
        for each in stages
    }
    return {
        "command": "maskloop simulate --data DIR/driving",
        "machine": "two cores",
        "date": "2026-01-02",
        "seeds": [0],
        "stages": stages,
        "figures": figures,
    }


RECORDS = {
    ("driving", "stal"): record(0.25, 0.4, 0.5),
    ("driving", "random"): record(0.25, 0.45, 0.52),
    ("driving", "source_only"): record(0.2),
}
ACQUISITION = {"figures": {"acquisition.overhead": {"value": 1.01}}}


def test_every_figure_has_the_name_that_later_benchmarks_are_compared_by() -> None:
    figures = first_loop.gather(RECORDS, ACQUISITION)["figures"]

    assert {name: figure["value"] for name, figure in figures.items()} == {
        "driving.stal.warm_up.miou": 0.25,
        "driving.stal.round1.miou": 0.4,
        "driving.stal.round2.miou": 0.5,
        "driving.random.warm_up.miou": 0.25,
        "driving.random.round1.miou": 0.45,
        "driving.random.round2.miou": 0.52,
        "driving.source_only.miou": 0.2,
        "acquisition.overhead": 1.01,
    }


def test_the_page_says_that_random_choice_was_better() -> None:
    page = first_loop.page(first_loop.gather(RECORDS, None))

    assert "Choosing by entropy ends 2.0 points below random choice." in page
    assert "20 labels changed test mIoU by +25.0 points over the warm-up" in page
    assert "| STAL, by entropy | round2 | 20 | 50.0 | 50.0 | - | 61 | 20,000 |" in page
    assert "## nuclei" not in page


def test_the_plot_has_a_dashed_line_for_the_source_alone() -> None:
    plot = first_loop.plot(first_loop.gather(RECORDS, None))

    assert plot.count("<polyline") == 3
    assert plot.count("stroke-dasharray") == 1
    assert ">source only</text>" in plot
