"""A folder of two domains, as `demo` and `simulate` read it.

`DIR/{source,target,test}/{images,labels}` and `DIR/classes.json`. `target/labels` is what a
person would draw: nothing here reads it but `TargetLabels`, which the simulated annotator asks
for one image when it submits that image.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GROUP_BY_PREFIX = r"^(.+)_[^_]*$"
"""Image names such as `camera0_00042`: one group per camera or sequence."""


class BadFolder(Exception):
    """The folder is not laid out as a dataset; the text says what is missing."""


@dataclass(frozen=True)
class Dataset:
    """The dataset's folder and its classes."""

    folder: Path
    classes: list[dict[str, Any]]

    def images(self, part: str) -> Path:
        """Return the folder of a part's images."""
        return self.folder / part / "images"

    def labels(self, part: str) -> Path:
        """Return the folder of a part's label maps; the target's are the annotator's alone."""
        if part == "target":
            raise ValueError("the target's labels are read one by one, by the annotator")
        return self.folder / part / "labels"


@dataclass(frozen=True)
class TargetLabels:
    """What the simulated annotator would draw, image by image."""

    folder: Path

    def read(self, image_name: str) -> bytes:
        """Return the PNG of one image's label map."""
        return (self.folder / "target" / "labels" / f"{Path(image_name).stem}.png").read_bytes()


def open_dataset(folder: Path) -> Dataset:
    """Check the layout and read the classes.

    Raises:
        BadFolder: A folder or `classes.json` is missing or unreadable.
    """
    for part in ("source", "target", "test"):
        if not (folder / part / "images").is_dir():
            raise BadFolder(f"{folder / part / 'images'} is missing.")
    for part in ("source", "test"):
        if not (folder / part / "labels").is_dir():
            raise BadFolder(f"{folder / part / 'labels'} is missing.")
    try:
        classes = json.loads((folder / "classes.json").read_text(encoding="utf-8"))["classes"]
        kept = [{key: entry[key] for key in ("id", "name", "colour")} for entry in classes]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadFolder(f"{folder / 'classes.json'} cannot be read: {error!r}.") from None
    return Dataset(folder.resolve(), kept)
