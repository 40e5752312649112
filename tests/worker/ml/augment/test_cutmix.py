"""Boxes around one object of a class."""

import numpy as np
import pytest

from worker.ml.augment.cutmix import class_box, components, half_box
from worker.ml.sampling import generator


def test_the_box_of_the_one_large_component() -> None:
    guess = np.zeros((10, 10), np.int64)
    guess[2:5, 3:7] = 6
    guess[8, 8] = 6

    assert class_box(guess, 6, min_area=0.05, rng=generator(0)) == (2, 3, 5, 7)


def test_diagonal_neighbours_are_one_component() -> None:
    numbers = components(np.eye(4, dtype=bool))

    assert len(set(np.diag(numbers).tolist())) == 1


def test_components_apart_are_two() -> None:
    mask = np.zeros((5, 5), bool)
    mask[0, 0] = mask[2:, 2:] = True

    assert len(np.unique(components(mask))) == 3  # with the background


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("share", [0.1, 0.4, 0.6, 0.95])
def test_components_are_those_that_a_flood_fill_finds(seed: int, share: float) -> None:
    mask = generator(seed).random((17, 12)) < share

    assert np.array_equal(components(mask), flooded(mask))


def flooded(mask: np.ndarray) -> np.ndarray:
    """Pixel by pixel; a part has the number of its last pixel."""
    found = np.zeros(mask.shape, np.int64)
    for start in np.argwhere(mask)[::-1].tolist():
        number, waiting = 1 + start[0] * mask.shape[1] + start[1], [start]
        while waiting:
            row, column = waiting.pop()
            inside = 0 <= row < mask.shape[0] and 0 <= column < mask.shape[1]
            if inside and mask[row, column] and not found[row, column]:
                found[row, column] = number
                waiting += [[row + i, column + j] for i in (-1, 0, 1) for j in (-1, 0, 1)]
    return found


@pytest.mark.parametrize("seed", range(20))
def test_without_the_class_a_random_half(seed: int) -> None:
    height, width = 40, 56

    top, left, bottom, right = class_box(
        np.zeros((height, width), np.int64), 3, min_area=0.005, rng=generator(seed)
    )

    assert 0 <= top < bottom <= height
    assert 0 <= left < right <= width
    share = (bottom - top) * (right - left) / (height * width)
    assert abs(share - 0.5) <= (height + width + 1) / (2 * height * width)


def test_half_boxes_differ() -> None:
    assert len({half_box((40, 56), rng=generator(seed)) for seed in range(10)}) > 5
