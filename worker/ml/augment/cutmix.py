"""CutMix boxes: around one object of a chosen class, or a random half of the crop."""

import numpy as np

Box = tuple[int, int, int, int]  # top, left, bottom, right; the ends are outside


def components(mask: np.ndarray) -> np.ndarray:
    """8-connected components: each pixel of the mask gets its component's number, others 0."""
    numbers = np.where(mask, np.arange(1, mask.size + 1).reshape(mask.shape), 0)
    rows, columns = _runs(mask), _runs(mask.T)
    while True:
        # Whole runs at once: as many turns as the part has bends, not as it has pixels.
        spread = _largest_of_runs(_largest_of_runs(numbers, rows).T, columns).T
        padded = np.pad(spread, 1)
        wide = np.maximum(np.maximum(padded[:-2], padded[1:-1]), padded[2:])
        spread = np.maximum(np.maximum(wide[:, :-2], wide[:, 1:-1]), wide[:, 2:])
        spread = np.where(mask, spread, 0)
        if np.array_equal(spread, numbers):
            return numbers
        numbers = spread


def _runs(mask: np.ndarray) -> np.ndarray:
    """Where the runs of equal values of each row begin, in the flattened map."""
    begins = np.ones(mask.shape, bool)
    begins[:, 1:] = mask[:, 1:] != mask[:, :-1]
    return np.flatnonzero(begins)


def _largest_of_runs(numbers: np.ndarray, begins: np.ndarray) -> np.ndarray:
    largest = np.maximum.reduceat(numbers.ravel(), begins)
    return np.repeat(largest, np.diff(begins, append=numbers.size)).reshape(numbers.shape)


def class_box(guess: np.ndarray, label: int, *, min_area: float, rng: np.random.Generator) -> Box:
    """The box of one random component of class `label` above `min_area` of the map.

    Where there is none, a random rectangle of half the map's area.
    """
    parts = components(guess == label)
    numbers, counts = np.unique(parts, return_counts=True)
    large = numbers[(numbers > 0) & (counts > min_area * guess.size)]
    if len(large) == 0:
        return half_box(guess.shape, rng=rng)
    rows, columns = np.nonzero(parts == rng.choice(large))
    return int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1


def half_box(shape: tuple[int, ...], *, rng: np.random.Generator) -> Box:
    """A rectangle of half the area, of random shape and place."""
    tall = 0.5 ** rng.random()
    height = max(1, round(shape[0] * tall))
    width = max(1, round(shape[1] * 0.5 / tall))
    top = int(rng.integers(shape[0] - height + 1))
    left = int(rng.integers(shape[1] - width + 1))
    return top, left, top + height, left + width
