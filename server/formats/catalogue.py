"""The formats by name: how each is read and written, and what its own labels are called.

A label is what a format names a class by: an id in decimal for maps of ids, the place in the list
for YOLO, `#rrggbb` for colours, a name for documents. A mapping says which class each label is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from server.formats import cityscapes, coco, cvat, datumaro, gtav, labelstudio, png, synthia, voc
from server.formats import yolo as yolo_format
from server.formats.base import ClassEntry, Item, Labels, Loss, Sketch, present
from server.rules.errors import Invalid
from server.rules.images import VOID

COLOUR = "colour"
YOLO = "yolo"


@dataclass(frozen=True)
class Raster:
    """A format of one PNG per image."""

    read: Callable[[bytes], Labels]
    write: Callable[[Labels], bytes]
    image_ending: str = ""
    """What image names end with, where the mask's name ends with `mask_ending`."""
    mask_ending: str = ""
    names: tuple[str, ...] = ()
    """Names of the ids of a fixed list."""


@dataclass(frozen=True)
class Document:
    """A format of one file for all images."""

    sketches: Callable[[bytes, Sequence[ClassEntry]], Iterator[Sketch]]
    labels: Callable[[bytes], list[str]]
    write: Callable[[Sequence[Item], Sequence[ClassEntry]], bytes]
    ending: str


Losses = dict[str, tuple[Loss, ...]]
Polygons = Callable[[Sequence[Item], Sequence[ClassEntry]], tuple[bytes, Losses]]

_TRAIN_NAMES = (
    "road", "sidewalk", "building", "wall", "fence", "pole", "traffic light", "traffic sign",
    "vegetation", "terrain", "sky", "person", "rider", "car", "truck", "bus", "train",
    "motorcycle", "bicycle",
)  # fmt: skip

RASTERS: Mapping[str, Raster] = {
    "png": Raster(png.read_index, png.write_index),
    "voc": Raster(voc.read, voc.write),
    "cityscapes": Raster(
        cityscapes.read_label_ids,
        cityscapes.write_label_ids,
        "_leftImg8bit",
        "_gtFine_labelIds",
        _TRAIN_NAMES,
    ),
    "cityscapes-train": Raster(
        cityscapes.read_train_ids,
        cityscapes.write_train_ids,
        "_leftImg8bit",
        "_gtFine_labelTrainIds",
        _TRAIN_NAMES,
    ),
    "gtav": Raster(gtav.read, gtav.write, names=_TRAIN_NAMES),
    "synthia": Raster(synthia.read, synthia.write, names=_TRAIN_NAMES),
}
DOCUMENTS: Mapping[str, Document] = {
    "coco": Document(coco.sketches, coco.labels, coco.write_rle, ".json"),
    "cvat": Document(cvat.sketches, cvat.labels, cvat.write_masks, ".xml"),
    "labelstudio": Document(labelstudio.sketches, labelstudio.labels, labelstudio.write, ".json"),
    "datumaro": Document(datumaro.sketches, datumaro.labels, datumaro.write, ".json"),
}
POLYGONS: Mapping[str, Polygons] = {
    "coco-polygons": coco.write_polygons,
    "cvat-polygons": cvat.write_polygons,
}
READS = (*RASTERS, COLOUR, *DOCUMENTS, YOLO)
WRITES = (*RASTERS, COLOUR, *DOCUMENTS, *POLYGONS, YOLO)

Classes = Mapping[str, int]
"""The class id of each label; 255 where the label means nothing."""


def ending(form: str) -> str:
    """Return how the format's files end."""
    if form in DOCUMENTS:
        return DOCUMENTS[form].ending
    if form in POLYGONS:
        return DOCUMENTS[form.removesuffix("-polygons")].ending
    return ".txt" if form == YOLO else ".png"


def mask_file(form: str, file: str) -> str:
    """Return the path of an image's mask, as the format names it."""
    path = PurePosixPath(file)
    raster = RASTERS.get(form)
    stem = path.stem
    if raster is not None and raster.image_ending and stem.endswith(raster.image_ending):
        stem = stem.removesuffix(raster.image_ending) + raster.mask_ending
    return str(path.with_name(stem + ending(form)))


def check_mapping(form: str, mapping: Classes | None) -> None:
    """Refuse a mapping that the format cannot have, or that is missing where nothing is implied."""
    if mapping is None:
        if form == COLOUR:
            raise Invalid("Say which class each colour is; colours are never guessed.", field="map")
        return
    if form == COLOUR:
        colours(mapping)
    elif form not in DOCUMENTS:
        wrong = [label for label in mapping if not (label.isascii() and label.isdecimal())]
        if wrong or any(int(label) > VOID for label in mapping):
            raise Invalid("The labels of this format are the ids 0 to 255.", field="map")


def colours(mapping: Classes) -> dict[png.Colour, int]:
    """Return the class id of each colour `#rrggbb`."""
    found: dict[png.Colour, int] = {}
    for text, class_id in mapping.items():
        digits = text.removeprefix("#")
        if len(digits) != 6 or not all(digit in "0123456789abcdefABCDEF" for digit in digits):
            raise Invalid("A colour is written #rrggbb.", field="map")
        red, green, blue = bytes.fromhex(digits)
        found[red, green, blue] = class_id
    return found


def read_file(
    form: str, data: bytes, mapping: Classes | None, *, width: int, height: int
) -> Labels:
    """Return the class ids of one image's own file."""
    if form == COLOUR:
        return png.read_colour(data, ids=colours(mapping or {}))
    if form == YOLO:
        entries = _by_place(mapping)
        return yolo_format.read(data, entries, width=width, height=height, field="mask")
    labels = RASTERS[form].read(data)
    return labels if mapping is None else mapped(labels, mapping)


def mapped(labels: Labels, mapping: Classes) -> Labels:
    """Return the map with each id replaced by its class; void stays void."""
    table = np.full(256, VOID, dtype=np.uint8)
    known = {VOID, *(int(label) for label in mapping)}
    for label, class_id in mapping.items():
        table[int(label)] = class_id
    unknown = [class_id for class_id in present(labels) if class_id not in known]
    if unknown:
        listed = ", ".join(map(str, unknown[:10]))
        raise Invalid(f"Labels that the mapping does not name: {listed}.", field="mask")
    return table[labels]


def sketches(
    form: str, data: bytes, classes: Sequence[ClassEntry], mapping: Classes | None
) -> Iterator[Sketch]:
    """Return the images of a document, each to be drawn on its own."""
    if mapping is not None:
        classes = [ClassEntry(class_id, name, "") for name, class_id in mapping.items()]
    return DOCUMENTS[form].sketches(data, classes)


def labels_of_file(form: str, data: bytes) -> dict[str, int]:
    """Return the labels in one image's own file, with their pixels (YOLO: their polygons)."""
    if form == YOLO:
        lines = (line.split(maxsplit=1) for line in data.decode(errors="replace").splitlines())
        return dict(Counter(parts[0] for parts in lines if parts))
    if form == COLOUR:
        return {f"#{colour:06x}": count for colour, count in png.count_colours(data).items()}
    counts = np.bincount(RASTERS[form].read(data).ravel(), minlength=256)
    return {str(value): int(counts[value]) for value in np.flatnonzero(counts)}


def _by_place(mapping: Classes | None) -> list[ClassEntry]:
    """Return a class list whose places are YOLO's: a gap is a class that cannot be named."""
    if mapping is None:
        return [ClassEntry(place, str(place), "") for place in range(VOID)]
    last = max((int(place) for place in mapping), default=-1)
    unmapped = [str(place) for place in range(last + 1) if str(place) not in mapping]
    if unmapped:
        raise Invalid(f"Places that the mapping leaves out: {', '.join(unmapped)}.", field="map")
    return [ClassEntry(mapping[str(place)], str(place), "") for place in range(last + 1)]
