"""Label Studio JSON tasks: brush run lengths, which keep a label map exactly.

Label Studio packs the RGBA bytes of each brush region: a bit count of values, the size of a
value, four sizes of run lengths, then blocks: one bit for "repeated", two bits that choose the
length's size, the length less one, and one value or that many. A pixel is set where alpha is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from server.formats import documents
from server.formats.base import (
    ClassEntry,
    Item,
    Labels,
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

_LENGTH_SIZES = (3, 4, 8, 16)
_CHANNELS = 4


def write(items: Sequence[Item], classes: Sequence[ClassEntry]) -> bytes:
    """Return one task for each image, with one brush region for each of its classes."""
    names = names_by_id(classes)
    return documents.dump([_task(item, names) for item in items])


def read(data: bytes, classes: Sequence[ClassEntry], *, where: str = "labelstudio") -> list[Item]:
    """Return the label maps of the tasks; the first annotation of each counts.

    Raises:
        Invalid: A missing field, an unknown label, a task without annotation, damaged runs.
    """
    return [sketch.item() for sketch in sketches(data, classes, where=where)]


def sketches(
    data: bytes, classes: Sequence[ClassEntry], *, where: str = "labelstudio"
) -> Iterator[Sketch]:
    """Check the document, then return its images, each to be drawn on its own."""
    ids = ids_by_name(classes)
    named = [(_name(task), task) for task in _tasks(data, where=where)]
    return (Sketch(name, partial(_drawn, task, ids)) for name, task in named)


def labels(data: bytes) -> list[str]:
    """Return the labels that the document's brush regions have."""
    found: set[str] = set()
    for task in _tasks(data, where="labelstudio"):
        for region in _regions(task):
            value = documents.mapping(region.get("value"), where="value")
            chosen = documents.sequence(value.get("brushlabels", []), where="value.brushlabels")
            found |= {documents.text(each, where="value.brushlabels") for each in chosen}
    return sorted(found)


def _tasks(data: bytes, *, where: str) -> list[Json]:
    tasks = documents.sequence(documents.load(data, where=where), where=where)
    return [documents.mapping(task, where=where) for task in tasks]


def _name(task: Json) -> str:
    data = documents.mapping(task.get("data"), where="data")
    return check_name(documents.text(data.get("image"), where="data.image"), where="data.image")


def _task(item: Item, names: dict[int, str]) -> Json:
    height, width = item.labels.shape
    regions: list[Json] = [
        {
            "id": f"class-{class_id}",
            "type": "brushlabels",
            "from_name": "tag",
            "to_name": "image",
            "original_width": width,
            "original_height": height,
            "image_rotation": 0,
            "value": {
                "format": "rle",
                "rle": pack(item.labels == class_id),
                "brushlabels": [names[class_id]],
            },
        }
        for class_id in known_present(item.labels, names, where=item.name)
    ]
    # A map of void alone has no region that could carry its size.
    data = {"image": item.name, "width": width, "height": height}
    return {"data": data, "annotations": [{"result": regions}]}


def _regions(task: Json) -> list[Json]:
    annotations = documents.sequence(task.get("annotations"), where="annotations")
    if not annotations:
        raise Invalid("A task has no annotation.", field="annotations")
    first = documents.mapping(annotations[0], where="annotations")
    return [
        documents.mapping(region, where="result")
        for region in documents.sequence(first.get("result"), where="result")
    ]


def _drawn(task: Json, ids: dict[str, int]) -> Labels:
    regions = _regions(task)
    brushes = [region for region in regions if region.get("type") == "brushlabels"]
    if len(brushes) != len(regions):
        raise Invalid("Only brush regions are read here.", field="result.type")
    holder = brushes[0] if brushes else documents.mapping(task.get("data"), where="data")
    height, width = _size(holder, "original_" if brushes else "")
    labels: Labels = np.full((height, width), VOID, dtype=np.uint8)
    for region in brushes:
        if _size(region, "original_") != (height, width):
            raise Invalid("Regions of one image have different sizes.", field="original_width")
        value = documents.mapping(region.get("value"), where="value")
        chosen = documents.sequence(value.get("brushlabels"), where="value.brushlabels")
        if len(chosen) != 1 or value.get("format") != "rle":
            raise Invalid("A region has one label and the format `rle`.", field="value")
        class_id = class_id_of(chosen[0], ids, where="value.brushlabels")
        labels[unpack(value.get("rle"), height, width, where="value.rle")] = class_id
    return labels


def _size(holder: Json, prefix: str) -> tuple[int, int]:
    width = documents.whole(holder.get(f"{prefix}width"), where=f"{prefix}width")
    height = documents.whole(holder.get(f"{prefix}height"), where=f"{prefix}height")
    check_size(width, height, where=f"{prefix}width")
    return height, width


def pack(mask: Mask) -> list[int]:
    """Return Label Studio's bytes of a mask, all four channels 0 or 255."""
    flat = np.repeat(mask.ravel(), _CHANNELS)
    starts = np.flatnonzero(np.concatenate(([True], flat[1:] != flat[:-1])))
    ends = np.append(starts[1:], flat.size)
    bits = [f"{flat.size:032b}", f"{7:05b}", *(f"{size - 1:04b}" for size in _LENGTH_SIZES)]
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        value, left = "1" * 8 if flat[start] else "0" * 8, end - start
        while left:
            length = min(left, 1 << _LENGTH_SIZES[-1])
            choice = next(n for n, size in enumerate(_LENGTH_SIZES) if length <= 1 << size)
            bits.append(f"1{choice:02b}{length - 1:0{_LENGTH_SIZES[choice]}b}{value}")
            left -= length
    text = "".join(bits)
    packed = np.packbits(np.frombuffer(text.encode(), dtype=np.uint8) - ord("0"))
    listed: list[int] = packed.tolist()
    return listed


def unpack(rle: object, height: int, width: int, *, where: str) -> Mask:
    """Return the mask whose alpha is above 0."""
    given = documents.sequence(rle, where=where)
    if not all(isinstance(v, int) and not isinstance(v, bool) and 0 <= v < 256 for v in given):
        raise Invalid("Brush run lengths are bytes.", field=where)
    values = _values(_Bits(bytes(given), where), height * width * _CHANNELS, where=where)
    return values.reshape(height, width, _CHANNELS)[..., 3] > 0


def _values(bits: _Bits, total: int, *, where: str) -> NDArray[np.uint8]:
    said, word = bits.take(32), bits.take(5) + 1
    if said != total or word != 8:
        raise Invalid(f"{said} values of {word} bits; the region has {total} of 8.", field=where)
    sizes = [bits.take(4) + 1 for _ in range(4)]
    values = np.zeros(total, dtype=np.uint8)
    at = 0
    while at < total:
        repeated = bits.take(1)
        length = bits.take(sizes[bits.take(2)]) + 1
        if length > total - at:
            raise Invalid("The brush run lengths cover more than the region.", field=where)
        if repeated:
            values[at : at + length] = bits.take(8)
        else:
            values[at : at + length] = [bits.take(8) for _ in range(length)]
        at += length
    return values


class _Bits:
    """Takes numbers off the front of some bytes, most significant bit first."""

    def __init__(self, data: bytes, where: str) -> None:
        self._data, self._at, self._where = data, 0, where

    def take(self, count: int) -> int:
        """Return the next `count` bits, at most 32."""
        first, end = self._at >> 3, self._at + count
        last = (end + 7) >> 3
        if last > len(self._data):
            raise Invalid("The brush run lengths are cut off.", field=self._where)
        chunk = int.from_bytes(self._data[first:last], "big") >> (last * 8 - end)
        self._at = end
        return chunk & ((1 << count) - 1)
