"""Polygons of label maps: exact outlines along pixel edges, and their filling.

An outline follows the edges between pixels, so filling it by pixel centres gives back its part.
Parts join by sides, not by corners. Rings are filled whole: what fills a hole is painted after
it, since rings are ordered from large to small; a hole of void cannot be held, and is reported.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from server.formats.base import SMALL_PART, Labels, Loss, Mask, present
from server.rules.errors import Invalid

Point = tuple[int, int]
Ring = list[Point]
"""Corners as (x, y); the last joins the first."""

MAX_POINTS = 1_000_000


def rings_of(labels: Labels) -> tuple[list[tuple[int, Ring]], tuple[Loss, ...]]:
    """Return each part's class and outline, large to small, and what other tools may lose."""
    rings: list[tuple[int, int, Ring]] = []
    losses: list[Loss] = []
    for class_id in present(labels):
        for ring in outlines(labels == class_id):
            area = signed_area(ring)
            if area < 0:
                losses.append(Loss(class_id, "hole", -area))
                continue
            rings.append((area, class_id, ring))
            if area < SMALL_PART:
                losses.append(Loss(class_id, "small_part", area))
    rings.sort(key=lambda entry: -entry[0])
    return [(class_id, ring) for _, class_id, ring in rings], tuple(losses)


def outlines(mask: Mask) -> list[Ring]:
    """Return the mask's closed edges: outlines with positive area, holes with negative."""
    onward = _edges(mask)
    rings = []
    while onward:
        start = next(iter(onward))
        ring: Ring = []
        here, heading = start, (0, 0)
        while here in onward:
            there = _next(onward, here, heading)
            step = (np.sign(there[0] - here[0]), np.sign(there[1] - here[1]))
            if step != heading:
                ring.append(here)
            here, heading = there, step
        rings.append(_without_needless_start(ring))
    return rings


def _edges(mask: Mask) -> dict[Point, list[Point]]:
    """Return the unit edges between inside and outside, the inside on their right hand."""
    padded = np.pad(mask, 1)
    inside = padded[1:-1, 1:-1]
    onward: dict[Point, list[Point]] = {}
    # Neighbour above, right, below, left; each edge runs from `a` to `b`, clockwise on screen.
    for neighbour, a, b in (
        (padded[:-2, 1:-1], (0, 0), (1, 0)),
        (padded[1:-1, 2:], (1, 0), (1, 1)),
        (padded[2:, 1:-1], (1, 1), (0, 1)),
        (padded[1:-1, :-2], (0, 1), (0, 0)),
    ):
        ys, xs = np.nonzero(inside & ~neighbour)
        for y, x in zip(ys.tolist(), xs.tolist(), strict=True):
            onward.setdefault((x + a[0], y + a[1]), []).append((x + b[0], y + b[1]))
    return onward


def _next(onward: dict[Point, list[Point]], here: Point, heading: Point) -> Point:
    """Take the edge out of `here`; where two parts touch by a corner, the right turn stays."""
    ends = onward[here]
    right = (here[0] - heading[1], here[1] + heading[0])
    there = right if right in ends else ends[0]
    ends.remove(there)
    if not ends:
        del onward[here]
    return there


def _without_needless_start(ring: Ring) -> Ring:
    """Leave out the first corner when the edges beside it go the same way."""
    (x0, y0), (x1, y1), (x2, y2) = ring[-1], ring[0], ring[1]
    straight = (x1 - x0) * (y2 - y1) == (y1 - y0) * (x2 - x1)
    return ring[1:] if straight else ring


def signed_area(ring: Ring) -> int:
    """Return the enclosed pixels, negative for a hole."""
    corners = np.array(ring, dtype=np.int64)
    after = np.roll(corners, -1, axis=0)
    twice = corners[:, 0] * after[:, 1] - after[:, 0] * corners[:, 1]
    return int(twice.sum()) // 2


def points_of(values: Iterable[object], *, where: str) -> NDArray[np.float64]:
    """Return (N, 2) corners of a flat list x, y, x, y, ... of finite numbers."""
    flat = list(values)
    if len(flat) < 6 or len(flat) % 2 or len(flat) > 2 * MAX_POINTS:
        raise Invalid(
            f"A polygon of {len(flat)} numbers; it needs 6 or more, in pairs.", field=where
        )
    if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in flat):
        raise Invalid("A polygon's corner is not a number.", field=where)
    try:
        corners = np.array(flat, dtype=np.float64).reshape(-1, 2)
    except OverflowError:
        raise Invalid("A polygon's corner is too big.", field=where) from None
    if not np.isfinite(corners).all() or np.abs(corners).max() > 1e6:
        raise Invalid("A polygon's corner lies nowhere near its image.", field=where)
    return corners


def fill(rings: Iterable[NDArray[np.float64]], height: int, width: int) -> Mask:
    """Return the pixels whose centres lie inside, by the even-odd rule over all rings."""
    flips = np.zeros((height, width + 1), dtype=np.int64)
    for corners in rings:
        for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            if y0 == y1:
                continue
            low, high = min(y0, y1), max(y0, y1)
            # Rows whose centre y + 0.5 lies in [low, high).
            first = max(0, int(np.ceil(low - 0.5)))
            last = min(height, int(np.ceil(high - 0.5)))
            rows = np.arange(first, last)
            cuts = x0 + (rows + 0.5 - y0) * (x1 - x0) / (y1 - y0)
            columns = np.clip(np.ceil(cuts - 0.5), 0, width).astype(np.int64)
            flips[rows, columns] += 1
    inside: Mask = np.cumsum(flips, axis=1)[:, :width] % 2 == 1
    return inside
