"""Colour: the student's jittered view, and source crops in the target's colours."""

import numpy as np


def jitter(image: np.ndarray, *, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Brightness, contrast, saturation and channel gains, each by up to `strength`; (H, W, 3)."""
    if strength == 0:
        return image
    bright, contrast, saturation = 1 + strength * rng.uniform(-1, 1, 3)
    gains = 1 + strength / 4 * rng.uniform(-1, 1, 3)
    x = image.astype(np.float32)
    # Summed channel by channel: to reduce an axis of three costs numpy four times as much.
    grey = ((x[..., 0] + x[..., 1] + x[..., 2]) / np.float32(3))[..., None]
    x = (grey + (x - grey) * np.float32(saturation)) * (gains * bright).astype(np.float32)
    mean = x.mean()
    x = mean + (x - mean) * np.float32(contrast)
    return np.asarray(np.clip(x, 0, 255), np.uint8)


def transfer_colours(image: np.ndarray, like: np.ndarray) -> np.ndarray:
    """The image with the per-channel mean and spread of another: a plain, cheap style transfer."""
    x = image.astype(np.float32)
    mean, spread = _mean_and_spread(x)
    wanted, wide = _mean_and_spread(like)
    # A nearly flat image would be blown up to pure noise: at most four times its own contrast.
    gain = np.minimum(wide / np.maximum(spread, 1.0), 4.0)
    return np.asarray(np.clip((x - mean) * gain + wanted, 0, 255), np.uint8)


def _mean_and_spread(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each channel; the spread takes the mean as given instead of summing once more."""
    mean = image.mean(axis=(0, 1), keepdims=True)
    return mean[0, 0], image.std(axis=(0, 1), mean=mean)


def invert(image: np.ndarray) -> np.ndarray:
    """Bright becomes dark: fluorescence turns into the look of a stain."""
    return np.asarray(255 - image)
