"""Domains, splits and where a mask comes from."""

from __future__ import annotations

from enum import StrEnum


class Domain(StrEnum):
    """Source images bring their labels; target images are what the model is for."""

    SOURCE = "source"
    TARGET = "target"


class Split(StrEnum):
    """Kept apart for good: only a round may draw an unlabelled image of the pool for validation."""

    TRAIN = "train"
    """All labelled source images."""
    POOL = "pool"
    """Target images that rounds choose from."""
    VALIDATION = "validation"
    TEST = "test"


SPLITS = {
    Domain.SOURCE: frozenset({Split.TRAIN}),
    Domain.TARGET: frozenset({Split.POOL, Split.VALIDATION, Split.TEST}),
}


class MaskOrigin(StrEnum):
    """Who drew a mask revision."""

    IMPORT = "import"
    HUMAN = "human"
    MERGED = "merged"
    """What most of several people drew."""


VOID = 255
"""The ignore index: no class, never trained on, never counted."""

MAX_CLASS_ID = 254
MAX_PIXELS = 40_000_000
MAX_SIDE = 16_384
MAX_IMAGE_BYTES = 64 * 2**20
MAX_MASK_BYTES = 8 * 2**20
