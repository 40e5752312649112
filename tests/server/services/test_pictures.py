"""Pictures of masks, looked at pixel by pixel."""

import io
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from server import codecs
from server.services import pictures
from server.services.pictures import Comparison, View
from server.storage.local import LocalBlobs

Pixels = NDArray[np.uint8]
GREY = 120
CLASSES = [{"id": 0, "colour": "#ff0000"}, {"id": 3, "colour": "#0000ff"}]


@pytest.fixture
def shown(blobs: LocalBlobs) -> Comparison:
    """A grey image; the model says class 0 all over, the person 3 on the right, void below."""
    before = np.zeros((96, 128), np.uint8)
    after = before.copy()
    after[:, 64:] = 3
    after[64:] = 255
    picture = io.BytesIO()
    Image.new("RGB", (128, 96), (GREY,) * 3).save(picture, "PNG")
    return Comparison(
        blobs.put(picture.getvalue()),
        blobs.put(codecs.encode_png(before)),
        blobs.put(codecs.encode_png(after)),
        pictures.colours(CLASSES),
    )


def drawn(blobs: LocalBlobs, shown: Comparison, view: View) -> Pixels:
    jpeg = pictures.draw(blobs, shown, view, side=64)
    with Image.open(io.BytesIO(jpeg)) as picture:
        assert picture.size == (64, 48)
        return np.asarray(picture.convert("RGB"))


def near(pixel: Pixels, colour: Sequence[int]) -> bool:
    """Whether a pixel has this colour, but for what JPEG does to it."""
    return bool((np.abs(pixel.astype(int) - colour) <= 12).all())


def test_each_view_shows_what_it_says(blobs: LocalBlobs, shown: Comparison) -> None:
    left, right, below = (16, 8), (16, 56), (44, 56)

    image = drawn(blobs, shown, View.IMAGE)
    assert near(image[left], [GREY] * 3)
    before = drawn(blobs, shown, View.BEFORE)
    assert near(before[left], [201, 48, 48])
    assert near(before[below], [201, 48, 48])
    after = drawn(blobs, shown, View.AFTER)
    assert near(after[right], [48, 48, 201])
    assert near(after[below], [GREY] * 3), "void has no colour"
    difference = drawn(blobs, shown, View.DIFFERENCE)
    assert near(difference[left], [54] * 3)
    assert near(difference[right], pictures.MARK)
    assert near(difference[below], [54] * 3), "void says nothing"
