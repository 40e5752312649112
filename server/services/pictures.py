"""Small pictures of what a model saw and what a person made of it, to be looked at or printed."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor

from server import codecs
from server.decoder import door
from server.rules.images import VOID
from server.storage.base import BlobStore

Floats = NDArray[np.float32]

OPACITY = 0.6
"""Of a class's colour: what is under it stays to be seen."""
DIMMED = 0.45
"""Brightness of what model and person agree on, so that the rest stands out, on paper too."""
MARK = (255, 64, 90)


class View(StrEnum):
    """What a picture shows."""

    IMAGE = "image"
    BEFORE = "before"
    """With the model's mask."""
    AFTER = "after"
    """With the person's mask."""
    DIFFERENCE = "difference"
    """Grey, with what differs in red."""


@dataclass(frozen=True)
class Comparison:
    """An image and two masks of it, as blobs."""

    image_sha256: str
    before_sha256: str
    after_sha256: str
    colours: Mapping[int, tuple[int, ...]]

    @property
    def tag(self) -> str:
        """Changes with what is shown."""
        return f"{self.image_sha256[:16]}-{self.before_sha256[:16]}-{self.after_sha256[:16]}"


def colours(classes: Iterable[Mapping[str, Any]]) -> dict[int, tuple[int, ...]]:
    """Return red, green and blue by class id."""
    return {int(each["id"]): ImageColor.getrgb(str(each["colour"]))[:3] for each in classes}


def draw(blobs: BlobStore, shown: Comparison, view: View, *, side: int) -> bytes:
    """Return a JPEG no side of which is longer than `side`."""
    small = door.thumbnail(blobs.read(shown.image_sha256), side=side)
    with Image.open(io.BytesIO(small)) as picture:
        pixels = np.asarray(picture.convert("RGB"), np.float32)
    if view is View.DIFFERENCE:
        before, after = (
            codecs.decode_png_labels(blobs.read(each))
            for each in (shown.before_sha256, shown.after_sha256)
        )
        pixels = _marked(pixels, (before != after) & (after != VOID))
    elif view is not View.IMAGE:
        mask = shown.before_sha256 if view is View.BEFORE else shown.after_sha256
        pixels = _coloured(pixels, codecs.decode_png_labels(blobs.read(mask)), shown.colours)
    out = io.BytesIO()
    Image.fromarray(pixels.round().clip(0, 255).astype(np.uint8)).save(out, "JPEG", quality=85)
    return out.getvalue()


def _coloured(
    pixels: Floats, labels: codecs.Labels, colours: Mapping[int, tuple[int, ...]]
) -> Floats:
    """Lay each class's colour over its pixels; void stays as it is."""
    table = np.zeros((256, 4), np.float32)
    for label, colour in colours.items():
        table[label] = (*colour, OPACITY)
    laid = table[_fitted(Image.fromarray(labels), pixels, Image.Resampling.NEAREST)]
    opacity = laid[..., 3:]
    mixed: Floats = pixels * (1 - opacity) + laid[..., :3] * opacity
    return mixed


def _marked(pixels: Floats, differs: NDArray[np.bool_]) -> Floats:
    """Show in red where the masks differ; a line of one pixel is still seen when made small."""
    share = _fitted(Image.fromarray(differs.astype(np.uint8) * 255), pixels, Image.Resampling.BOX)
    strength = np.minimum(1, 3 * share.astype(np.float32) / 255)[..., None]
    grey = pixels.mean(axis=2, keepdims=True) * DIMMED
    mixed: Floats = grey * (1 - strength) + np.array(MARK, np.float32) * strength
    return mixed


def _fitted(image: Image.Image, pixels: Floats, how: Image.Resampling) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    return np.asarray(image.resize((width, height), how))
