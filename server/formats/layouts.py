"""How published data sets lie on disk: where their images and label maps are, and their groups.

Paths are relative to the folder that unpacking leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """One data set's tree; its label maps are read to Cityscapes train ids."""

    images: str
    """The folder of images; `{part}` is `train` or `val`."""
    masks: str
    masks_format: str
    group_pattern: str | None = None
    """Images lie in folders of their own by group: the city, with Cityscapes."""


LAYOUTS: Mapping[str, Layout] = {
    "gtav": Layout("images", "labels", "gtav"),
    "synthia": Layout("RGB", "GT/LABELS", "synthia"),
    "cityscapes": Layout("leftImg8bit/{part}", "gtFine/{part}", "cityscapes", r"^([^/]+)/"),
}
