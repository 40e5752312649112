"""Scale, crop and flip, for an image and its labels together."""

import numpy as np
from PIL import Image

from worker.ml.losses import IGNORE

FILL = 127  # the networks' mean grey, so that padding is near 0 after normalisation


def weak_view(
    image: Image.Image,
    labels: Image.Image | None,
    *,
    crop: tuple[int, int],
    scale: tuple[float, float],
    flip: float,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """A random crop of (H, W): image (H, W, 3) uint8, labels (H, W) uint8.

    The wanted region is cut and resampled in one go. Where it is larger than the image, the rest
    is padded with grey and labelled 255; without labels, the inside is 0. Labels are resampled by
    the nearest pixel: no new id.
    """
    height, width = crop
    factor = float(np.exp(rng.uniform(np.log(scale[0]), np.log(scale[1]))))
    box, (inner_h, inner_w) = _region(image.size, crop, factor, rng)
    flipped = rng.random() < flip

    pixels = np.full((height, width, 3), FILL, np.uint8)
    resized = image.resize((inner_w, inner_h), Image.Resampling.BILINEAR, box=box)
    pixels[:inner_h, :inner_w] = np.asarray(resized)
    ids = np.full((height, width), IGNORE, np.uint8)
    if labels is None:
        ids[:inner_h, :inner_w] = 0
    else:
        resized = labels.resize((inner_w, inner_h), Image.Resampling.NEAREST, box=box)
        ids[:inner_h, :inner_w] = np.asarray(resized)
    if flipped:
        pixels, ids = pixels[:, ::-1], ids[:, ::-1]
    return np.ascontiguousarray(pixels), np.ascontiguousarray(ids)


def _region(
    size: tuple[int, int], crop: tuple[int, int], factor: float, rng: np.random.Generator
) -> tuple[tuple[float, float, float, float], tuple[int, int]]:
    """The box to cut from the image, and the size it has in the crop."""
    start, length, inner = [], [], []
    for full, wanted in zip(size, (crop[1], crop[0]), strict=True):
        span = min(wanted / factor, full)
        start.append(float(rng.uniform(0, full - span)))
        length.append(span)
        inner.append(min(wanted, max(1, round(span * factor))))
    box = (start[0], start[1], start[0] + length[0], start[1] + length[1])
    return box, (inner[1], inner[0])
