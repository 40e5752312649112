"""Draws lines over labels spent as an SVG that reads on light and dark pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from types import MappingProxyType

Points = Sequence[tuple[float, float]]

WIDTH, HEIGHT, LEFT, TOP, BOTTOM, RIGHT = 420, 300, 50, 40, 46, 14
COLOURS = ("#2f8fbf", "#c8742a", "#7a7f87", "#3f9a5c", "#a05ab4")


def panel(
    title: str,
    lines: Mapping[str, Points],
    *,
    x_label: str,
    y_label: str,
    spreads: Mapping[str, Sequence[float]] = MappingProxyType({}),
) -> str:
    """Return one chart as an SVG group; a line of one point is drawn across, dashed.

    `spreads` has one number for each point of a line: how far its whisker goes either way.
    """
    points = [point for line in lines.values() for point in line]
    x_max = max([x for x, _y in points], default=0) or 1
    y_max = 10 * -(-max([y for _x, y in points], default=10) // 10)
    parts = [_frame(title, x_label, y_label), _ticks(x_max, y_max)]
    for number, (name, line) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        dash = ' stroke-dasharray="6 4"' if len(line) == 1 else ""
        across = [(0, line[0][1]), (x_max, line[0][1])] if len(line) == 1 else line
        at = [_place(x, y, x_max, y_max) for x, y in across]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'
        )
        if not dash:
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in at]
            for (x, value), spread in zip(across, spreads.get(name, ()), strict=False):
                left, top = _place(x, value + spread, x_max, y_max)
                bottom = _place(x, value - spread, x_max, y_max)[1]
                parts.append(f'<path d="M{left:.1f} {top:.1f}V{bottom:.1f}" stroke="{colour}"/>')
        y = HEIGHT - BOTTOM - 14 - 16 * (len(lines) - 1 - number)
        parts.append(
            f'<text x="{WIDTH - RIGHT - 8}" y="{y}" text-anchor="end" fill="{colour}">'
            f"{escape(name)}</text>"
        )
    return "\n".join(parts)


def figure(panels: Sequence[str]) -> str:
    """Put charts side by side."""
    placed = "\n".join(
        f'<g transform="translate({number * WIDTH} 0)">{each}</g>'
        for number, each in enumerate(panels)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH * len(panels)} {HEIGHT}"'
        ' font-family="system-ui, sans-serif" font-size="12">\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n{placed}\n</svg>\n'
    )


def _frame(title: str, x_label: str, y_label: str) -> str:
    return (
        f'<text x="{LEFT}" y="22" font-size="14" font-weight="600">{escape(title)}</text>'
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">'
        f"{escape(x_label)}</text>"
        f'<text transform="translate(14 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)"'
        f' text-anchor="middle">{escape(y_label)}</text>'
    )


def _ticks(x_max: float, y_max: float) -> str:
    parts = []
    for step in range(6):
        value = y_max * step / 5
        _x, y = _place(0, value, x_max, y_max)
        parts.append(
            f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#dde2e8"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.0f}</text>'
        )
    for value in (0, x_max / 2, x_max):
        x, y = _place(value, 0, x_max, y_max)
        parts.append(f'<text x="{x:.1f}" y="{y + 16:.1f}" text-anchor="middle">{value:g}</text>')
    return "".join(parts)


def _place(x: float, y: float, x_max: float, y_max: float) -> tuple[float, float]:
    return (
        LEFT + (WIDTH - LEFT - RIGHT) * x / x_max,
        HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * y / y_max,
    )
