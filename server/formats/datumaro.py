"""Datumaro JSON: masks by run lengths, which keep a label map exactly; polygons are read too.

`label_id` is the place in the document's label list; reading goes by the names there. A higher
`z_order` covers a lower one, and pixels of no annotation are void.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from server.formats import coco, documents
from server.formats.base import (
    ClassEntry,
    Item,
    Labels,
    Sketch,
    check_name,
    check_size,
    class_id_of,
    ids_by_name,
    known_present,
    names_by_id,
)
from server.formats.documents import Json
from server.formats.runs import column_counts, pack
from server.rules.errors import Invalid
from server.rules.images import VOID


def write(items: Sequence[Item], classes: Sequence[ClassEntry]) -> bytes:
    """Return the document with one mask for each class of each image."""
    names = names_by_id(classes)
    places = {entry.id: place for place, entry in enumerate(classes)}
    labels = [{"name": entry.name, "parent": "", "attributes": []} for entry in classes]
    return documents.dump(
        {
            "info": {},
            "categories": {"label": {"labels": labels, "attributes": []}},
            "items": [_written(item, names, places) for item in items],
        }
    )


def read(data: bytes, classes: Sequence[ClassEntry], *, where: str = "datumaro") -> list[Item]:
    """Return the images' label maps.

    Raises:
        Invalid: A missing field, an unknown label or kind of annotation, damaged runs.
    """
    return [sketch.item() for sketch in sketches(data, classes, where=where)]


def sketches(
    data: bytes, classes: Sequence[ClassEntry], *, where: str = "datumaro"
) -> Iterator[Sketch]:
    """Check the document, then return its images, each to be drawn on its own."""
    document = documents.mapping(documents.load(data, where=where), where=where)
    ids = ids_by_name(classes)
    class_ids = [class_id_of(name, ids, where="categories.label") for name in _names(document)]
    entries = documents.sequence(document.get("items"), where="items")
    named = [(_path(documents.mapping(entry, where="items")), entry) for entry in entries]
    return (Sketch(path, partial(_drawn, entry, class_ids)) for path, entry in named)


def labels(data: bytes) -> list[str]:
    """Return the names in the document's label list."""
    return _names(documents.mapping(documents.load(data, where="datumaro"), where="datumaro"))


def _names(document: Json) -> list[str]:
    where = "categories.label"
    categories = documents.mapping(document.get("categories"), where="categories")
    listed = documents.mapping(categories.get("label"), where=where)
    return [
        documents.text(documents.mapping(label, where=where).get("name"), where=where)
        for label in documents.sequence(listed.get("labels"), where=where)
    ]


def _written(item: Item, names: dict[int, str], places: dict[int, int]) -> Json:
    height, width = item.labels.shape
    found = known_present(item.labels, names, where=item.name)
    return {
        "id": item.name.rpartition(".")[0] or item.name,
        "annotations": [
            {
                "id": number,
                "type": "mask",
                "attributes": {},
                "group": 0,
                "label_id": places[class_id],
                "z_order": 0,
                "rle": {
                    "counts": pack(column_counts(item.labels == class_id)),
                    "size": [height, width],
                },
            }
            for number, class_id in enumerate(found)
        ],
        "image": {"path": item.name, "size": [height, width]},
    }


def _path(entry: Json) -> str:
    image = documents.mapping(entry.get("image"), where="items.image")
    name = documents.text(image.get("path"), where="items.image.path")
    return check_name(name, where="items.image.path")


def _drawn(entry: Json, class_ids: Sequence[int]) -> Labels:
    image = documents.mapping(entry.get("image"), where="items.image")
    size = documents.sequence(image.get("size"), where="items.image.size")
    if len(size) != 2:
        raise Invalid("A size is height and width.", field="items.image.size")
    height, width = (documents.whole(value, where="items.image.size") for value in size)
    check_size(width, height, where="items.image.size")
    labels: Labels = np.full((height, width), VOID, dtype=np.uint8)
    annotations = [
        documents.mapping(annotation, where="annotations")
        for annotation in documents.sequence(entry.get("annotations"), where="annotations")
    ]
    for shape in sorted(annotations, key=_order):
        place = documents.whole(shape.get("label_id"), where="annotations.label_id")
        if not 0 <= place < len(class_ids):
            raise Invalid("An annotation's label is unknown.", field="annotations.label_id")
        labels[coco.segment(_form(shape), height, width)] = class_ids[place]
    return labels


def _form(shape: Json) -> object:
    """Return the shape as COCO writes it."""
    kind = shape.get("type")
    if kind == "mask":
        return documents.mapping(shape.get("rle"), where="annotations.rle")
    if kind == "polygon":
        return [shape.get("points")]
    raise Invalid("Only masks and polygons can become a label map.", field="annotations.type")


def _order(shape: Json) -> int:
    return documents.whole(shape.get("z_order", 0), where="annotations.z_order")
