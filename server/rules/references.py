"""The two figures that a learning curve is read against."""

from __future__ import annotations

from enum import StrEnum


class ReferenceKind(StrEnum):
    """A line across the plot."""

    SOURCE_ONLY = "source_only"
    """A model that has seen no target image: where the curve comes from."""
    FULL_LABELS = "full_labels"
    """A model that has seen a label of every target image: where it may end."""
