"""Coloured shapes in two domains: the smallest shift on which self-training has to learn.

The target goes all the way from images like the source's to dark, noisy, blue ones. That is what
self-training lives on: what it is sure of near the source teaches it what lies further away.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from worker.ml.sampling import generator

SIDE, SHAPES = 64, 6
# Background, disc, square, triangle, bar.
COLOURS = ((96, 112, 96), (200, 60, 50), (60, 90, 200), (220, 190, 60), (150, 70, 160))
# How often each shape is drawn: what is common in one domain is rare in the other.
OFTEN = {"source": (0.5, 0.3, 0.15, 0.05), "target": (0.05, 0.15, 0.3, 0.5)}
LIGHT = np.array([0.375, 0.475, 0.65], np.float32)  # of red, green and blue, at strength 1
FARTHEST = 1.3


def draw_shapes(folder: Path, *, source: int, target: int, test: int, seed: int) -> None:
    """Write {source,target,test}/{images,labels}."""
    for stream, (split, count) in enumerate(
        {"source": source, "target": target, "test": test}.items()
    ):
        for kind in ("images", "labels"):
            (folder / split / kind).mkdir(parents=True)
        for number in range(count):
            rng = generator(seed, stream, number)
            image, labels = _scene(rng, OFTEN["source" if split == "source" else "target"])
            if split != "source":
                image = _photographed(image, rng, strength=float(rng.uniform(0, FARTHEST)))
            image.save(folder / split / "images" / f"{number:03}.png")
            labels.save(folder / split / "labels" / f"{number:03}.png")


def _scene(rng: np.random.Generator, often: tuple[float, ...]) -> tuple[Image.Image, Image.Image]:
    image = Image.new("RGB", (SIDE, SIDE), _colour(0, rng))
    labels = Image.new("L", (SIDE, SIDE), 0)
    for label in 1 + rng.choice(len(often), SHAPES, p=often):
        colour = _colour(int(label), rng)
        x, y = rng.uniform(8, SIDE - 8, 2)
        for pen, fill in ((ImageDraw.Draw(image), colour), (ImageDraw.Draw(labels), int(label))):
            _shape(pen, int(label), float(x), float(y), fill)
    return image, labels


def _shape(
    pen: ImageDraw.ImageDraw, label: int, x: float, y: float, fill: int | tuple[int, int, int]
) -> None:
    size = 9
    if label == 1:
        pen.ellipse((x - size, y - size, x + size, y + size), fill=fill)
    elif label == 2:
        pen.rectangle((x - size, y - size, x + size, y + size), fill=fill)
    elif label == 3:
        pen.polygon([(x, y - size), (x + size, y + size), (x - size, y + size)], fill=fill)
    else:
        pen.rectangle((x - 2 * size, y - 4, x + 2 * size, y + 4), fill=fill)


def _colour(label: int, rng: np.random.Generator) -> tuple[int, int, int]:
    red, green, blue = np.clip(rng.normal(COLOURS[label], 18), 0, 255).astype(int).tolist()
    return red, green, blue


def _photographed(image: Image.Image, rng: np.random.Generator, *, strength: float) -> Image.Image:
    """Blurred, dimmer, bluer and noisy; a strength of 0 leaves the image as it is."""
    pixels = np.asarray(image.filter(ImageFilter.GaussianBlur(0.8 * strength)), np.float32)
    light = 1 - strength * (1 - LIGHT)
    noisy = pixels * light + 30 * strength + rng.normal(0, 14 * strength, pixels.shape)
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
