"""The label-efficiency figures for readers: one plot and one table, written beside the JSON."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from benchmarks.line_plot import figure, panel
from benchmarks.report import Figure

TITLES = {
    "stal": "STAL, by entropy",
    "random": "STAL, at random",
    "class_balanced": "STAL, class-balanced",
    "region_impurity": "STAL, region impurity",
    "margin": "STAL, margin",
    "least_confident": "STAL, least confident",
    "bald": "STAL, BALD",
    "supervised": "source + labels, supervised",
    "full": "source + all labels",
    "source_only": "source only",
}
LABELS = {
    "driving": {"0pct": 0, "1pct": 4, "2.2pct": 9, "5pct": 20, "10pct": 41, "25pct": 102},
    "driving-open": {"0pct": 0, "1pct": 4, "2.2pct": 9, "5pct": 20},
    "nuclei": {"0pct": 0, "4img": 4, "8img": 8, "16img": 16},
}
WARM_UPS = ("1pct", "4img")  # no other line but STAL's own has a row of it
DRAWN = ("stal", "random", "supervised", "full", "source_only")


def write_page(json: Path, figures: Mapping[str, Figure]) -> None:
    """Write the page and the plot from the figures that are there."""
    json.with_suffix(".svg").write_text(_plot(figures), encoding="utf-8")
    json.with_suffix(".md").write_text(_page(figures), encoding="utf-8")


def _page(figures: Mapping[str, Figure]) -> str:
    lines = [
        "# Label efficiency",
        "",
        "Written by `benchmarks/label_efficiency.py` from the runs in `runs/`; not edited by hand.",
        "mIoU on test images in %, mean and standard deviation over the seeds; the ratio is to",
        "the same network trained on the source and all labels of the target pool.",
        "",
        "![Test mIoU against labels](label_efficiency.svg)",
    ]
    for pair in LABELS:
        rows = [_row(name, figures) for name in figures if _is_miou(name, pair)]
        if rows:
            head = "| method | labels | mIoU | spread | seeds | ratio |"
            lines += ["", f"## {pair}", "", head, "|---|---|--:|--:|--:|--:|", *rows]
    return "\n".join([*lines, ""])


def _is_miou(name: str, pair: str) -> bool:
    """Whether it has a row; the warm-up, which all strategies share, has one alone."""
    if not (name.startswith(f"{pair}.") and name.endswith(".miou")):
        return False
    _pair, method, budget = name.removesuffix(".miou").split(".", 2)
    return method == "stal" or budget not in WARM_UPS


def _row(name: str, figures: Mapping[str, Figure]) -> str:
    _pair, method, budget = name.removesuffix(".miou").split(".", 2)
    miou, ratio = figures[name], figures.get(name.removesuffix("miou") + "ratio")
    share = f"{ratio.value:.3f}" if ratio else "1"
    spread = f"{miou.spread:.1f}" if miou.n > 1 else "-"
    return f"| {TITLES[method]} | {budget} | {miou.value:.1f} | {spread} | {miou.n} | {share} |"


def _plot(figures: Mapping[str, Figure]) -> str:
    panels = []
    for pair, budgets in LABELS.items():
        lines: dict[str, list[tuple[float, float]]] = {}
        spreads: dict[str, list[float]] = {}
        for method in DRAWN:
            points = _points(figures, f"{pair}.{method}", budgets)
            if points:
                lines[TITLES[method]] = [(x, each.value) for x, each in points]
                spreads[TITLES[method]] = [each.spread for _x, each in points]
        if lines:
            panels.append(
                panel(pair, lines, spreads=spreads, x_label="labels", y_label="test mIoU, %")
            )
    return figure(panels)


def _points(
    figures: Mapping[str, Figure], line: str, budgets: Mapping[str, int]
) -> list[tuple[float, Figure]]:
    if line.endswith((".full", ".source_only")):  # one figure, drawn across
        return [(0, each) for name, each in figures.items() if name.startswith(f"{line}.")
                and name.endswith(".miou")]  # fmt: skip
    named = ((labels, figures.get(f"{line}.{budget}.miou")) for budget, labels in budgets.items())
    return [(labels, each) for labels, each in named if each is not None]
