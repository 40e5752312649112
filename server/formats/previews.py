"""What labels a data set has and which classes they may mean, before anything is imported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from server.formats import catalogue
from server.formats.base import ClassEntry
from server.rules.images import VOID


@dataclass(frozen=True)
class Label:
    """One label of the data set, and the class that it most likely means."""

    label: str
    name: str | None
    """What the format itself calls it, where ids are from a fixed list."""
    pixels: int | None
    """Pixels in the files that were looked at (YOLO: polygons); None for documents."""
    class_id: int | None
    """The class of the same name, colour or id; 255 for what is void; None: nobody can tell."""


def of_files(
    form: str, files: Iterable[Mapping[str, int]], classes: Sequence[ClassEntry]
) -> list[Label]:
    """Return the labels of some masks, the most frequent first.

    Args:
        files: How much of each label is in each mask.
    """
    counts: Counter[str] = Counter()
    for labels in files:
        counts.update(labels)
    return [
        Label(label, _own_name(form, label), pixels, _guess(form, label, classes))
        for label, pixels in counts.most_common()
    ]


def of_document(names: Iterable[str], classes: Sequence[ClassEntry]) -> list[Label]:
    """Return the labels that a document names."""
    return [Label(name, None, None, _by_name(name, classes)) for name in names]


def _own_name(form: str, label: str) -> str | None:
    raster = catalogue.RASTERS.get(form)
    if raster is None or not label.isdecimal() or int(label) >= len(raster.names):
        return None
    return raster.names[int(label)]


def _guess(form: str, label: str, classes: Sequence[ClassEntry]) -> int | None:
    if form == catalogue.COLOUR:
        return next((one.id for one in classes if one.colour.lower() == label), None)
    if form == catalogue.YOLO:
        place = int(label) if label.isdecimal() else len(classes)
        return classes[place].id if place < len(classes) else None
    if int(label) == VOID:
        return VOID
    name = _own_name(form, label)
    if name is not None:
        return _by_name(name, classes)
    return next((one.id for one in classes if one.id == int(label)), None)


def _by_name(name: str, classes: Sequence[ClassEntry]) -> int | None:
    plain = _plain(name)
    return next((one.id for one in classes if _plain(one.name) == plain), None)


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())
