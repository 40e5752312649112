"""Draws differences with their intervals about a line at zero, as an SVG for any page."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

LEFT, RIGHT, TOP, BOTTOM, ROW, ACROSS = 320, 20, 40, 46, 26, 400


def intervals(title: str, rows: Mapping[str, tuple[float, float]], *, x_label: str) -> str:
    """Return one chart: of each row its value, and how far its interval goes either way.

    What is clear of zero is blue above it and orange below; what is not is grey.
    """
    reach = max([abs(value) + spread for value, spread in rows.values()], default=1)
    most = 5 * max(1, -(-int(reach + 1) // 5))
    width, height = LEFT + ACROSS + RIGHT, TOP + ROW * len(rows) + BOTTOM
    parts = [_axis(most, height, x_label)]
    parts += [_row(number, name, *row, most) for number, (name, row) in enumerate(rows.items())]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        ' font-family="system-ui, sans-serif" font-size="12">\n'
        '<rect width="100%" height="100%" fill="#ffffff"/>\n'
        f'<text x="12" y="22" font-size="14" font-weight="600">{escape(title)}</text>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _place(value: float, most: float) -> float:
    return LEFT + ACROSS * (value + most) / (2 * most)


def _axis(most: int, height: int, label: str) -> str:
    parts = [
        f'<text x="{LEFT + ACROSS / 2}" y="{height - 10}" text-anchor="middle">'
        f"{escape(label)}</text>"
    ]
    for value in (-most, -most / 2, 0, most / 2, most):
        x, colour = _place(value, most), "#dde2e8" if value else "#7a7f87"
        parts.append(
            f'<path d="M{x:.1f} {TOP - 6}V{height - BOTTOM}" stroke="{colour}"/>'
            f'<text x="{x:.1f}" y="{height - BOTTOM + 16}" text-anchor="middle">{value:+g}</text>'
        )
    return "".join(parts)


def _row(number: int, name: str, value: float, spread: float, most: float) -> str:
    y = TOP + ROW * number + ROW / 2
    clear = abs(value) > spread
    colour = ("#2f8fbf" if value > 0 else "#c8742a") if clear else "#7a7f87"
    left, right = _place(value - spread, most), _place(value + spread, most)
    return (
        f'<text x="{LEFT - 10}" y="{y + 4:.1f}" text-anchor="end">{escape(name)}</text>'
        f'<path d="M{left:.1f} {y:.1f}H{right:.1f}" stroke="{colour}" stroke-width="2"/>'
        f'<circle cx="{_place(value, most):.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'
    )
