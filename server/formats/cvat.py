"""CVAT for images 1.1 (XML): masks as run lengths, which keep a label map exactly, and polygons.

A mask's run lengths go along the rows of its box. A higher `z_order` covers a lower one, and
pixels of no shape are void.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from xml.sax.saxutils import quoteattr  # writes only

import numpy as np

from server.formats import polygons, runs, xml
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
from server.rules.errors import Invalid
from server.rules.images import VOID

_SHAPES = ("mask", "polygon")
_NO_SHAPES = ("tag",)


def write_masks(items: Sequence[Item], classes: Sequence[ClassEntry]) -> bytes:
    """Return the document with one mask for each class of each image."""
    names = names_by_id(classes)
    images = []
    for item in items:
        found = known_present(item.labels, names, where=item.name)
        images.append([_mask_tag(item.labels == n, names[n]) for n in found])
    return _document(items, images)


def write_polygons(
    items: Sequence[Item], classes: Sequence[ClassEntry]
) -> tuple[bytes, dict[str, tuple[Loss, ...]]]:
    """Return the document with one polygon for each part, and by image name what that loses."""
    names = names_by_id(classes)
    images = []
    losses: dict[str, tuple[Loss, ...]] = {}
    for item in items:
        known_present(item.labels, names, where=item.name)
        rings, losses[item.name] = polygons.rings_of(item.labels)
        images.append(
            [
                _polygon_tag(ring, names[class_id], order)
                for order, (class_id, ring) in enumerate(rings)
            ]
        )
    return _document(items, images), losses


def read(data: bytes, classes: Sequence[ClassEntry], *, where: str = "cvat") -> list[Item]:
    """Return the images' label maps.

    Raises:
        Invalid: A document type, a missing attribute, an unknown label or shape, damaged runs.
    """
    return [sketch.item() for sketch in sketches(data, classes, where=where)]


def sketches(
    data: bytes, classes: Sequence[ClassEntry], *, where: str = "cvat"
) -> Iterator[Sketch]:
    """Check the document, then return its images, each to be drawn on its own."""
    ids = ids_by_name(classes)
    named = [
        (check_name(image.attributes.get("name", ""), where="image.name"), image)
        for image in _root(data, where=where).named("image")
    ]
    return (Sketch(name, partial(_drawn, image, ids)) for name, image in named)


def labels(data: bytes) -> list[str]:
    """Return the labels that the document's shapes have."""
    shapes = (
        shape
        for image in _root(data, where="cvat").named("image")
        for shape in image.children
        if shape.tag in _SHAPES
    )
    return sorted({shape.attributes.get("label", "") for shape in shapes})


def _root(data: bytes, *, where: str) -> xml.Element:
    root = xml.parse(data, where=where)
    if root.tag != "annotations":
        raise Invalid("The document does not begin with `annotations`.", field=where)
    return root


def _drawn(image: xml.Element, ids: dict[str, int]) -> Labels:
    width, height = (_whole(image, key) for key in ("width", "height"))
    check_size(width, height, where="image.width")
    shapes = [child for child in image.children if child.tag not in _NO_SHAPES]
    if any(shape.tag not in _SHAPES for shape in shapes):
        raise Invalid("Only masks and polygons can become a label map.", field="image")
    labels: Labels = np.full((height, width), VOID, dtype=np.uint8)
    for shape in sorted(shapes, key=lambda shape: _whole(shape, "z_order", missing=0)):
        class_id = class_id_of(shape.attributes.get("label"), ids, where=f"{shape.tag}.label")
        if shape.tag == "mask":
            _paint_mask(labels, shape, class_id)
        else:
            corners = polygons.points_of(_numbers(shape), where="polygon.points")
            labels[polygons.fill([corners], height, width)] = class_id
    return labels


def _paint_mask(labels: Labels, shape: xml.Element, class_id: int) -> None:
    height, width = labels.shape
    left, top, wide, high = (_whole(shape, key) for key in ("left", "top", "width", "height"))
    if not (0 <= left < left + wide <= width and 0 <= top < top + high <= height):
        raise Invalid("A mask's box leaves its image.", field="mask.width")
    pieces = shape.attributes.get("rle", "").split(",")
    try:
        counts = [int(piece) for piece in pieces]
    except ValueError:
        raise Invalid("A run length is not a whole number.", field="mask.rle") from None
    mask = runs.mask_of(counts, wide * high, where="mask.rle").reshape(high, wide)
    labels[top : top + high, left : left + wide][mask] = class_id


def _numbers(shape: xml.Element) -> list[float]:
    pairs = [pair.split(",") for pair in shape.attributes.get("points", "").split(";")]
    if any(len(pair) != 2 for pair in pairs):
        raise Invalid("A polygon's corners are `x,y;x,y;...`.", field="polygon.points")
    try:
        return [float(value) for pair in pairs for value in pair]
    except ValueError:
        raise Invalid("A polygon's corner is not a number.", field="polygon.points") from None


def _whole(element: xml.Element, key: str, *, missing: int | None = None) -> int:
    given = element.attributes.get(key)
    if given is None and missing is not None:
        return missing
    if given is None or len(given) > 10 or not given.lstrip("-").isdecimal():
        raise Invalid("A whole number is expected here.", field=f"{element.tag}.{key}")
    try:
        return int(given)
    except ValueError:
        raise Invalid("A whole number is expected.", field=f"{element.tag}.{key}") from None


def _mask_tag(mask: Mask, name: str) -> str:
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, bottom, left, right = int(ys[0]), int(ys[-1]) + 1, int(xs[0]), int(xs[-1]) + 1
    counts = ", ".join(map(str, runs.counts_of(mask[top:bottom, left:right].ravel())))
    return (
        f'<mask label={quoteattr(name)} source="manual" occluded="0" rle="{counts}"'
        f' left="{left}" top="{top}" width="{right - left}" height="{bottom - top}"'
        f' z_order="0"/>'
    )


def _polygon_tag(ring: polygons.Ring, name: str, order: int) -> str:
    points = ";".join(f"{x:.2f},{y:.2f}" for x, y in ring)
    return (
        f'<polygon label={quoteattr(name)} source="manual" occluded="0" points="{points}"'
        f' z_order="{order}"/>'
    )


def _document(items: Sequence[Item], images: Sequence[Sequence[str]]) -> bytes:
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<annotations>", "<version>1.1</version>"]
    for number, (item, shapes) in enumerate(zip(items, images, strict=True)):
        height, width = item.labels.shape
        name = quoteattr(item.name)
        lines.append(f'<image id="{number}" name={name} width="{width}" height="{height}">')
        lines += [*shapes, "</image>"]
    return "\n".join([*lines, "</annotations>", ""]).encode()
