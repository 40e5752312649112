"""How published data sets lie on disk: where their images and label maps are, and their names.

Paths are relative to the folder that unpacking leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from server.formats import cityscapes, gtav, synthia
from server.formats.base import Labels


@dataclass(frozen=True)
class Layout:
    """One data set's tree; ids are read to Cityscapes train ids."""

    images: str
    """The folder of images; `{part}` is `train` or `val`."""
    masks: str
    read: Callable[[bytes], Labels]
    image_ending: str = ".png"
    mask_ending: str = ".png"
    grouped: bool = False
    """Whether images lie in folders of their own by group: the city, with Cityscapes."""

    def name(self, file: str) -> str:
        """Return an image's name: without folder and ending."""
        return PurePosixPath(file).name.removesuffix(self.image_ending)

    def mask(self, file: str) -> str:
        """Return where the label map of an image lies below the folder of masks."""
        return str(PurePosixPath(file).with_name(self.name(file) + self.mask_ending))

    def group(self, file: str) -> str | None:
        """Return the folder that an image lies in."""
        return str(PurePosixPath(file).parent) if self.grouped else None


LAYOUTS: Mapping[str, Layout] = {
    "gtav": Layout("images", "labels", gtav.read),
    "synthia": Layout("RGB", "GT/LABELS", synthia.read),
    "cityscapes": Layout(
        "leftImg8bit/{part}",
        "gtFine/{part}",
        cityscapes.read_label_ids,
        "_leftImg8bit.png",
        "_gtFine_labelIds.png",
        grouped=True,
    ),
}
