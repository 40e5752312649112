"""Folders of images and masks to import."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image as Picture


def write_images(folder: Path, names: list[str], *, size: tuple[int, int] = (6, 4)) -> Path:
    """Write an image per file name, each with pixels of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(names):
        seed = [number, *name.encode()]
        shape = (size[1], size[0], 3)
        pixels = np.random.default_rng(seed).integers(0, 255, shape, dtype=np.uint8)
        Picture.fromarray(pixels).save(folder / name)
    return folder


def write_masks(
    folder: Path, stems: list[str], *, value: int = 0, size: tuple[int, int] = (6, 4)
) -> Path:
    """Write an index PNG of one class per stem."""
    folder.mkdir(parents=True, exist_ok=True)
    for stem in stems:
        pixels = np.full((size[1], size[0]), value, dtype=np.uint8)
        Picture.fromarray(pixels).save(folder / f"{stem}.png")
    return folder
