"""COCO instances JSON: run lengths, which keep a label map exactly, and polygons.

Category ids are the class ids as given; reading goes by category names. Later annotations cover
earlier ones, and pixels of no annotation are void.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from server.formats import documents, polygons, runs
from server.formats.base import (
    ClassEntry,
    Item,
    Labels,
    Loss,
    Mask,
    Sketch,
    check_name,
    check_size,
    class_id_of,
    ids_by_name,
    known_present,
    names_by_id,
)
from server.formats.documents import Json
from server.rules.errors import Invalid
from server.rules.images import VOID


def write_rle(items: Sequence[Item], classes: Sequence[ClassEntry]) -> bytes:
    """Return the document with one run-length annotation for each class of each image."""
    names = names_by_id(classes)
    annotations: list[Json] = []
    for number, item in enumerate(items, start=1):
        height, width = item.labels.shape
        for class_id in known_present(item.labels, names, where=item.name):
            mask = item.labels == class_id
            packed = runs.pack(runs.column_counts(mask))
            form = {"size": [height, width], "counts": packed}
            _add(annotations, number, class_id, form, mask)
    return documents.dump(_document(items, classes, annotations))


def write_polygons(
    items: Sequence[Item], classes: Sequence[ClassEntry]
) -> tuple[bytes, dict[str, tuple[Loss, ...]]]:
    """Return the document with one polygon for each part, and by image name what that loses."""
    names = names_by_id(classes)
    annotations: list[Json] = []
    losses: dict[str, tuple[Loss, ...]] = {}
    for number, item in enumerate(items, start=1):
        known_present(item.labels, names, where=item.name)
        rings, losses[item.name] = polygons.rings_of(item.labels)
        for class_id, ring in rings:
            flat = [float(value) for corner in ring for value in corner]
            mask = polygons.fill([np.array(ring, dtype=np.float64)], *item.labels.shape)
            _add(annotations, number, class_id, [flat], mask)
    return documents.dump(_document(items, classes, annotations)), losses


def read(data: bytes, classes: Sequence[ClassEntry], *, where: str = "coco") -> list[Item]:
    """Return the images' label maps.

    Raises:
        Invalid: A missing field, an unknown category or image, a mask of another size.
    """
    return [sketch.item() for sketch in sketches(data, classes, where=where)]


def sketches(
    data: bytes, classes: Sequence[ClassEntry], *, where: str = "coco"
) -> Iterator[Sketch]:
    """Check the document, then return its images, each to be drawn on its own."""
    document = documents.mapping(documents.load(data, where=where), where=where)
    class_ids = _categories(document, classes)
    sizes: dict[int, tuple[str, int, int]] = {}
    for entry in _list(document, "images"):
        number, named = _image(entry)
        if number in sizes:
            raise Invalid("Two images have the same id.", field="images.id")
        sizes[number] = named
    by_image: dict[int, list[Json]] = {number: [] for number in sizes}
    for entry in _list(document, "annotations"):
        number = documents.whole(entry.get("image_id"), where="annotations.image_id")
        if number not in by_image:
            raise Invalid("An annotation belongs to no image.", field="annotations.image_id")
        by_image[number].append(entry)
    return (
        Sketch(name, partial(_painted, by_image[number], class_ids, height, width))
        for number, (name, height, width) in sizes.items()
    )


def labels(data: bytes) -> list[str]:
    """Return the names of the document's categories."""
    document = documents.mapping(documents.load(data, where="coco"), where="coco")
    return [
        documents.text(entry.get("name"), where="categories.name")
        for entry in _list(document, "categories")
    ]


def _painted(entries: list[Json], class_ids: dict[int, int], height: int, width: int) -> Labels:
    labels = np.full((height, width), VOID, dtype=np.uint8)
    for entry in entries:
        category = documents.whole(entry.get("category_id"), where="annotations.category_id")
        if category not in class_ids:
            raise Invalid("An annotation's category is unknown.", field="annotations.category_id")
        labels[segment(entry.get("segmentation"), height, width)] = class_ids[category]
    return labels


def segment(form: Any, height: int, width: int) -> Mask:
    """Return the mask of a `segmentation`: run lengths, or a list of polygons."""
    where = "annotations.segmentation"
    if isinstance(form, dict):
        if form.get("size") != [height, width]:
            raise Invalid(f"Run lengths of another size than {width} x {height}.", field=where)
        counts = form.get("counts")
        if not isinstance(counts, str | list):
            raise Invalid("Run lengths are a list or a text.", field=where)
        return runs.column_mask(counts, height, width, where=where)
    mask = np.zeros((height, width), dtype=np.bool_)
    for flat in documents.sequence(form, where=where):
        corners = polygons.points_of(documents.sequence(flat, where=where), where=where)
        mask |= polygons.fill([corners], height, width)
    return mask


def _categories(document: Json, classes: Sequence[ClassEntry]) -> dict[int, int]:
    ids = ids_by_name(classes)
    return {
        documents.whole(entry.get("id"), where="categories.id"): class_id_of(
            entry.get("name"), ids, where="categories.name"
        )
        for entry in _list(document, "categories")
    }


def _image(entry: Json) -> tuple[int, tuple[str, int, int]]:
    number = documents.whole(entry.get("id"), where="images.id")
    height = documents.whole(entry.get("height"), where="images.height")
    width = documents.whole(entry.get("width"), where="images.width")
    check_size(width, height, where="images")
    name = documents.text(entry.get("file_name"), where="images.file_name")
    return number, (check_name(name, where="images.file_name"), height, width)


def _list(document: Json, key: str) -> list[Json]:
    entries = documents.sequence(document.get(key), where=key)
    return [documents.mapping(entry, where=key) for entry in entries]


def _add(annotations: list[Json], image: int, class_id: int, form: object, mask: Mask) -> None:
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    left, top = int(xs[0]), int(ys[0])
    annotations.append(
        {
            "id": len(annotations) + 1,
            "image_id": image,
            "category_id": class_id,
            "segmentation": form,
            "area": int(mask.sum()),
            "bbox": [left, top, int(xs[-1]) + 1 - left, int(ys[-1]) + 1 - top],
            "iscrowd": 0,
        }
    )


def _document(
    items: Sequence[Item], classes: Sequence[ClassEntry], annotations: list[Json]
) -> Json:
    return {
        "info": {},
        "licenses": [],
        "images": [
            {
                "id": number,
                "file_name": item.name,
                "height": item.labels.shape[0],
                "width": item.labels.shape[1],
            }
            for number, item in enumerate(items, start=1)
        ],
        "categories": [{"id": c.id, "name": c.name, "supercategory": ""} for c in classes],
        "annotations": annotations,
    }
