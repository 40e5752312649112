"""What is trained and scored on: named files in two domains, and how they are read."""

import hashlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image, UnidentifiedImageError

from worker.ml.losses import IGNORE


class BadSample(Exception):
    """A file that cannot be used, by name, and why."""

    def __init__(self, why: str, *, of: "Sample | None" = None) -> None:
        super().__init__(why)
        self.image_sha256 = of.image_sha256 if of else None


@dataclass(frozen=True)
class Sample:
    """One image on disk and, where there is one, its label map."""

    name: str
    image: Path
    label: Path | None
    domain: Literal["source", "target"]
    group: str = ""
    image_sha256: str | None = None  # where it is known: else the file is read for it
    label_sha256: str | None = None

    def digests(self) -> tuple[str, str | None]:
        """What is in its files, whatever they are called."""
        image = self.image_sha256 or _sha256(self.image, self.name)
        if self.label is None:
            return image, None
        return image, self.label_sha256 or _sha256(self.label, self.name)


@dataclass(frozen=True)
class StageData:
    """The three pools of a training stage; a target image is in one of the last two."""

    source: tuple[Sample, ...] = ()
    labelled: tuple[Sample, ...] = ()  # target, labelled by people
    unlabelled: tuple[Sample, ...] = ()  # target

    def __post_init__(self) -> None:
        if not self.source and not self.labelled:
            raise ValueError("no labelled image: give source images or labelled target images")
        for sample in (*self.source, *self.labelled):
            if sample.label is None:
                raise ValueError(f"{sample.name} is in a labelled pool and has no label map")

    def content(self) -> list[tuple[str, str, str | None]]:
        """Every sample with its pool, as source and target files may be called alike."""
        pools = {"source": self.source, "labelled": self.labelled, "unlabelled": self.unlabelled}
        return [
            (f"{pool}/{sample.name}", *sample.digests())
            for pool, samples in pools.items()
            for sample in samples
        ]


def read_image(sample: Sample, *, max_side: int | None = None) -> Image.Image:
    """RGB, reduced so that no side exceeds `max_side`."""
    try:
        with Image.open(_checked(sample)) as file:
            if max_side is not None:
                file.draft("RGB", (max_side, max_side))  # JPEG decodes at a fraction of the cost
            image = file.convert("RGB")
    except (UnidentifiedImageError, OSError) as broken:
        raise BadSample(
            f"{sample.name}: the image cannot be read ({broken})", of=sample
        ) from broken
    return image.resize(reduced(image.size, max_side), Image.Resampling.BILINEAR)


def _checked(sample: Sample) -> Path | BytesIO:
    """The image's file, or its bytes where it is known what they must be.

    A rotten JPEG often decodes, to a picture of something else.
    """
    if sample.image_sha256 is None:
        return sample.image
    data = sample.image.read_bytes()
    if hashlib.sha256(data).hexdigest() != sample.image_sha256:
        raise BadSample(f"{sample.name}: the image's bytes have changed", of=sample)
    return BytesIO(data)


def image_size(sample: Sample) -> tuple[int, int]:
    """(width, height) as stored, without decoding."""
    try:
        with Image.open(sample.image) as file:
            return file.size
    except (UnidentifiedImageError, OSError) as broken:
        raise BadSample(
            f"{sample.name}: the image cannot be read ({broken})", of=sample
        ) from broken


def read_labels(sample: Sample, *, classes: int) -> Image.Image:
    """The label map at its own size: one class id per pixel, 255 is void."""
    if sample.label is None:
        raise BadSample(f"{sample.name} has no label map")
    try:
        with Image.open(sample.label) as file:
            ids = np.asarray(file)
    except (UnidentifiedImageError, OSError) as broken:
        raise BadSample(
            f"{sample.name}: the label map cannot be read ({broken})", of=sample
        ) from broken
    if ids.ndim != 2 or ids.dtype != np.uint8:
        raise BadSample(
            f"{sample.name}: labels need one 8-bit channel of ids, has {ids.shape}", of=sample
        )
    unknown = np.flatnonzero(np.bincount(ids.ravel(), minlength=256)[classes:IGNORE]) + classes
    if unknown.size:
        raise BadSample(f"{sample.name}: class id {unknown[0]} is outside 0 to {classes - 1}")
    return Image.fromarray(ids)


def reduced(size: tuple[int, int], max_side: int | None) -> tuple[int, int]:
    """The size of an image of (width, height) once its longer side is at most `max_side`."""
    if max_side is None or max(size) <= max_side:
        return size
    factor = max_side / max(size)
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))


def read_pair(
    sample: Sample, *, classes: int, max_side: int
) -> tuple[Image.Image, Image.Image | None]:
    """Image and labels at the same, reduced size; labels by the nearest pixel."""
    image = read_image(sample, max_side=max_side)
    if sample.label is None:
        return image, None
    labels = read_labels(sample, classes=classes)
    stored = image_size(sample)
    if labels.size != stored:
        raise BadSample(
            f"{sample.name}: labels of {labels.size} on an image of {stored}", of=sample
        )
    return image, labels.resize(image.size, Image.Resampling.NEAREST)


def _sha256(path: Path, name: str) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as unreadable:
        raise BadSample(f"{name}: {path.name} cannot be read ({unreadable})") from unreadable
