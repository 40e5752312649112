"""The best windows of a score map, and the boxes of the image that they stand for."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

Box = tuple[int, int, int, int]  # top, left, bottom, right in the image; the ends are outside

SIDE = 0.25  # of a window, as a share of the map's sides: sixteen would cover the map
MOST = 16


@dataclass(frozen=True)
class Window:
    """A window of a map, and the mean of the map in it."""

    top: int
    left: int
    bottom: int
    right: int
    mean: float


def best_windows(scores: Tensor, *, count: int) -> list[Window]:
    """Up to `count` windows of (h, w) that do not overlap, the highest mean first.

    Greedy: each is the best of those that overlap none before it, ties by row and column. Fewer
    where no more fit.
    """
    if not 1 <= count <= MOST:
        raise ValueError(f"regions must be 1 to {MOST}, not {count}")
    height, width = (max(1, round(side * SIDE)) for side in scores.shape)
    # Means by one pass over the rows and one over the columns, in float64 as sums of many.
    rows = F.avg_pool2d(scores.double()[None], (height, 1), 1)
    means = F.avg_pool2d(rows, (1, width), 1)[0]
    found: list[Window] = []
    while len(found) < count:
        place = int(means.argmax())
        top, left = divmod(place, means.shape[1])
        mean = float(means[top, left])
        if mean == -torch.inf:
            break
        found.append(Window(top, left, top + height, left + width, mean))
        near = slice(max(0, top - height + 1), top + height)
        means[near, max(0, left - width + 1) : left + width] = -torch.inf
    return found


def boxes_of(windows: list[Window], scores: Tensor, *, size: tuple[int, int]) -> list[Box]:
    """The windows of a map (h, w) in pixels of an image of `size` (H, W); still apart."""
    down, across = size[0] / scores.shape[0], size[1] / scores.shape[1]
    return [
        (
            round(each.top * down),
            round(each.left * across),
            round(each.bottom * down),
            round(each.right * across),
        )
        for each in windows
    ]


def random_map(shape: tuple[int, int], *, number: int) -> Tensor:
    """A map of lots, the same for the same number."""
    return torch.rand(shape, generator=torch.Generator().manual_seed(number))
