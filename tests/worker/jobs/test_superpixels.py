"""Superpixels: connected, of one colour, no larger than a hand can use, whatever the image."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage.measure import label

from worker.jobs import superpixels as module
from worker.jobs.superpixels import superpixels
from worker.ml.data import Sample


def sample_of(pixels: np.ndarray, folder: Path) -> Sample:
    path = folder / "image.png"
    Image.fromarray(pixels).save(path)
    return Sample(name="image", image=path, label=None, domain="target", group="")


def pieces(inside: np.ndarray) -> int:
    """How many four-connected pieces the true pixels make."""
    numbered: np.ndarray = label(inside, connectivity=1)  # type: ignore[no-untyped-call]
    return int(numbered.max())


def two_colours(height: int, width: int, edge: int) -> np.ndarray:
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, :edge] = (200, 40, 40)
    pixels[:, edge:] = (40, 80, 200)
    return pixels


def test_none_crosses_an_edge_and_each_hangs_together(tmp_path: Path) -> None:
    ids = superpixels(sample_of(two_colours(61, 90, 37), tmp_path))

    assert ids.shape == (61, 90)
    left, right = set(np.unique(ids[:, :37])), set(np.unique(ids[:, 37:]))
    assert not left & right
    assert left | right == set(range(len(left | right)))
    assert len(left) > 20
    for each in left | right:
        assert pieces(ids == each) == 1


def test_a_large_image_is_reduced_and_keeps_its_shape(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_PIXELS", 3200)
    ids = superpixels(sample_of(two_colours(80, 160, 80), tmp_path))
    assert ids.shape == (40, 80)
    assert not set(ids[:, 38].tolist()) & set(ids[:, 41].tolist())


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (300, 7)])
def test_the_smallest_images_have_at_least_one(size: tuple[int, int], tmp_path: Path) -> None:
    ids = superpixels(sample_of(two_colours(*size, 1), tmp_path))
    assert ids.shape == size
    assert ids.min() == 0
