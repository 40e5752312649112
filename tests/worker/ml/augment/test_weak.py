"""Scale, crop and flip."""

import numpy as np
from PIL import Image

from worker.ml.augment.weak import FILL, weak_view
from worker.ml.sampling import generator


def pair(height: int, width: int) -> tuple[Image.Image, Image.Image]:
    ids = generator(0).choice([0, 3, 17], (height, width)).astype(np.uint8)
    return Image.fromarray(np.repeat(ids[..., None], 3, axis=2)), Image.fromarray(ids)


def test_padding_is_void_and_grey() -> None:
    image, labels = pair(512, 769)

    pixels, ids = weak_view(image, labels, crop=(769, 769), scale=(1, 1), flip=0, rng=generator(0))

    assert (ids[512:] == 255).all()
    assert (pixels[512:] == FILL).all()
    assert np.array_equal(ids[:512], np.asarray(labels))


def test_no_id_appears_that_was_not_there() -> None:
    image, labels = pair(50, 70)

    for seed in range(20):
        _, ids = weak_view(
            image, labels, crop=(64, 64), scale=(0.5, 2.0), flip=0.5, rng=generator(seed)
        )
        assert set(np.unique(ids)) <= {0, 3, 17, 255}


def test_image_and_labels_move_together() -> None:
    image, labels = pair(50, 70)

    for seed in range(10):
        pixels, ids = weak_view(
            image, labels, crop=(32, 32), scale=(1, 1), flip=0.5, rng=generator(seed)
        )
        # Resampled between pixels, so equal where the neighbourhood is of one class.
        assert np.corrcoef(pixels[..., 0].ravel(), ids.ravel())[0, 1] > 0.5


def test_the_same_generator_gives_the_same_view() -> None:
    image, labels = pair(50, 70)

    def view(seed: int) -> np.ndarray:
        return weak_view(
            image, labels, crop=(32, 32), scale=(0.5, 2.0), flip=0.5, rng=generator(seed)
        )[0]

    assert np.array_equal(view(1), view(1))
    assert not np.array_equal(view(1), view(2))
