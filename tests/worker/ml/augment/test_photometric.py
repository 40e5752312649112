"""Colour changes that leave shapes alone."""

import numpy as np
from PIL import Image

from worker.ml.augment.photometric import invert, jitter, transfer_colours
from worker.ml.sampling import generator


def test_a_transferred_image_has_the_others_mean_and_spread() -> None:
    rng = generator(0)
    image = rng.normal(80, 20, (40, 40, 3)).clip(0, 255).astype(np.uint8)
    like = rng.normal(150, 30, (30, 30, 3)).clip(0, 255).astype(np.uint8)

    moved = transfer_colours(image, Image.fromarray(like))

    assert abs(moved.mean() - like.mean()) < 2
    assert abs(moved.std() - like.std()) < 2


def test_jitter_of_strength_zero_is_the_image() -> None:
    image = np.full((4, 4, 3), 100, np.uint8)

    assert np.array_equal(jitter(image, strength=0, rng=generator(0)), image)
    assert not np.array_equal(jitter(image, strength=0.5, rng=generator(0)), image)


def test_jitter_is_brightness_contrast_saturation_and_gains_one_after_another() -> None:
    image = generator(0).integers(0, 256, (9, 7, 3)).astype(np.uint8)
    rng = generator(1)
    bright, contrast, saturation = 1 + 0.4 * rng.uniform(-1, 1, 3)
    gains = 1 + 0.1 * rng.uniform(-1, 1, 3)

    grey = image.mean(axis=2, keepdims=True)
    wanted = (grey + (image - grey) * saturation) * gains * bright
    wanted = wanted.mean() + (wanted - wanted.mean()) * contrast

    assert np.abs(jitter(image, strength=0.4, rng=generator(1)) - wanted.clip(0, 255)).max() <= 1.01


def test_inverted_twice_is_the_image() -> None:
    image = generator(0).integers(0, 256, (4, 4, 3)).astype(np.uint8)

    assert np.array_equal(invert(invert(image)), image)
    assert not np.array_equal(invert(image), image)
