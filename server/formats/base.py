"""What every dataset format shares: label maps, class entries, items, and what a format loses."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from server.rules.errors import Invalid
from server.rules.images import MAX_PIXELS, MAX_SIDE

Labels = NDArray[np.uint8]
"""(H, W) class ids, 255 = void."""

Mask = NDArray[np.bool_]

SMALL_PART = 25
"""Parts with fewer pixels are reported: other tools' polygon fillers may lose or double them."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class ClassEntry:
    """One class of the list that a data set is read or written with."""

    id: int
    name: str
    colour: str


@dataclass(frozen=True)
class Loss:
    """Something that a polygon form cannot hold, or that others may read differently."""

    class_id: int
    kind: str
    """`hole` or `small_part`."""
    pixels: int


@dataclass(frozen=True)
class Item:
    """One image's label map, and what writing it lost."""

    name: str
    labels: Labels
    losses: tuple[Loss, ...] = field(default=())


@dataclass(frozen=True)
class Sketch:
    """One image of a document, whose map is drawn when it is asked for."""

    name: str
    draw: Callable[[], Labels]
    """Raises `Invalid` for what is wrong with this image alone."""

    def item(self) -> Item:
        """Draw the map."""
        return Item(self.name, self.draw())


def check_size(width: int, height: int, *, where: str) -> None:
    """Refuse a size outside the limits, before anything of that size is made."""
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS):
        raise Invalid(
            f"{width} x {height} pixels; at most {MAX_SIDE} a side and {MAX_PIXELS} in all.",
            field=where,
        )


def check_name(name: str, *, where: str) -> str:
    """Refuse an image name that could leave its folder; formats never follow a path."""
    if not name or len(name) > 400 or _CONTROL.search(name) or "\\" in name:
        raise Invalid("An image name is empty, too long or holds forbidden letters.", field=where)
    if name.startswith("/") or ":" in name or any(p in ("", ".", "..") for p in name.split("/")):
        raise Invalid("An image name is a path that leaves its folder.", field=where)
    return name


def ids_by_name(classes: Sequence[ClassEntry]) -> dict[str, int]:
    """Return the ids by class name; a name that stands for two ids is refused."""
    ids = {entry.name: entry.id for entry in classes}
    if len(ids) != len(classes):
        raise Invalid("Two classes have the same name.", field="classes")
    return ids


def names_by_id(classes: Sequence[ClassEntry]) -> dict[int, str]:
    """Return the names by class id, both unique."""
    ids_by_name(classes)
    names = {entry.id: entry.name for entry in classes}
    if len(names) != len(classes) or any(not 0 <= class_id < 255 for class_id in names):
        raise Invalid("Class ids are unique and lie between 0 and 254.", field="classes")
    return names


def class_id_of(name: object, ids: dict[str, int], *, where: str) -> int:
    """Return the id of a named class, or refuse the name."""
    if not isinstance(name, str) or name not in ids:
        raise Invalid("An annotation has a label that the class list does not have.", field=where)
    return ids[name]


def present(labels: Labels) -> list[int]:
    """Return the class ids in the map, void left out, in order."""
    return [
        int(value) for value in np.flatnonzero(np.bincount(labels.ravel(), minlength=256)[:255])
    ]


def known_present(labels: Labels, names: dict[int, str], *, where: str) -> list[int]:
    """Return the class ids in the map; refuse one that the class list does not name."""
    found = present(labels)
    unknown = [class_id for class_id in found if class_id not in names]
    if unknown:
        listed = ", ".join(map(str, unknown[:10]))
        raise Invalid(f"Class ids that the class list does not have: {listed}.", field=where)
    return found
