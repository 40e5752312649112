"""Superpixels of an image: patches of one colour, for a brush that paints them whole.

SLIC by scikit-image (Achanta and others 2012). It is imported where it is used: a worker that
trains need not load it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from worker.ml.data import Sample, image_size, read_image

MOST_PIXELS = 2**20
"""Larger images are reduced first: a second of work would tell a hand nothing more."""
MOST = 1500
LEAST_AREA = 64
"""Pixels of a superpixel on average, at least: below that a brush is as quick."""
ROUNDS = 4
COMPACTNESS = 10.0
"""How much nearness counts against likeness of colour, in units of the Lab space."""


def superpixels(sample: Sample) -> NDArray[np.int64]:
    """Return the image's superpixels, numbered from 0, at its size or reduced."""
    from skimage.segmentation import slic

    width, height = image_size(sample)
    share = min(1.0, math.sqrt(MOST_PIXELS / (width * height)))
    image = read_image(sample, max_side=max(1, math.floor(max(width, height) * share)))
    ids: NDArray[np.int64] = slic(
        np.asarray(image, dtype=np.float32) / 255,
        n_segments=max(1, min(MOST, image.width * image.height // LEAST_AREA)),
        compactness=COMPACTNESS,
        max_num_iter=ROUNDS,
        convert2lab=True,
        start_label=0,
        channel_axis=-1,
    )
    return ids
