"""Colour: the student's jittered view, and source crops in the target's colours."""

import numpy as np
from PIL import Image

GREY = np.full((3, 3), 1 / 3)


def jitter(image: np.ndarray, *, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Brightness, contrast, saturation and channel gains, each by up to `strength`; (H, W, 3)."""
    if strength == 0:
        return image
    bright, contrast, saturation = 1 + strength * rng.uniform(-1, 1, 3)
    gains = 1 + strength / 4 * rng.uniform(-1, 1, 3)
    # All four are linear in a pixel's channels, so one product of matrices does them together.
    colours = (GREY + (np.eye(3) - GREY) * saturation) * (gains * bright)
    x = image.reshape(-1, 3).astype(np.float32)
    mean = (np.ones(len(x), np.float32) @ x / len(x) @ colours).mean()
    x = x @ (colours * contrast).astype(np.float32)
    x += np.float32(mean * (1 - contrast))
    return np.asarray(np.clip(x, 0, 255, out=x), np.uint8).reshape(image.shape)


def transfer_colours(image: np.ndarray, like: Image.Image) -> np.ndarray:
    """The image with the per-channel mean and spread of another: a plain, cheap style transfer.

    A channel's new value depends on its old one alone: 256 values are worked out, and looked up.
    """
    plain = Image.fromarray(image)
    mean, spread = _mean_and_spread(plain)
    wanted, wide = _mean_and_spread(like)
    # A nearly flat image would be blown up to pure noise: at most four times its own contrast.
    gain = np.minimum(wide / np.maximum(spread, 1.0), 4.0)
    values = (np.arange(256)[:, None] - mean) * gain + wanted
    table = np.clip(values, 0, 255).astype(np.uint8).T.ravel().tolist()
    return np.asarray(plain.point(table))


def _mean_and_spread(image: Image.Image) -> tuple[np.ndarray, np.ndarray]:
    """Of each channel, from its histogram."""
    counts = np.reshape(image.histogram(), (3, 256)) / (image.width * image.height)
    mean = counts @ np.arange(256)
    variance = counts @ np.arange(256) ** 2 - mean**2
    return mean, np.sqrt(np.maximum(variance, 0))


def invert(image: np.ndarray) -> np.ndarray:
    """Bright becomes dark: fluorescence turns into the look of a stain."""
    return np.asarray(255 - image)
