"""The files of an export: masks, pictures, class list, report, and a data card."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any

from server.formats import catalogue, png
from server.formats import yolo as yolo_format
from server.formats.base import ClassEntry, Item, Loss, check_name
from server.formats.catalogue import COLOUR, DOCUMENTS, POLYGONS, RASTERS, YOLO
from server.formats.colours import of_classes
from server.rules.errors import Invalid
from server.services.exports import HUGGING_FACE, Row
from server.storage.base import BlobStore
from worker.jobs import data_card

Put = Callable[[str, bytes], None]
Lost = list[dict[str, Any]]

_ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}


def write(
    manifest: dict[str, Any],
    export_id: str,
    items: Sequence[Item],
    classes: Sequence[ClassEntry],
    blobs: BlobStore,
    put: Put,
) -> Lost:
    """Put every file of the export; return what its format cannot hold, by image."""
    rows: Sequence[Row] = manifest["rows"]
    form = manifest["format"]
    put("classes.json", _json({"classes": manifest["classes"], "void": 255}))
    lost: Lost = []
    for split, places in groupby(range(len(rows)), key=lambda place: rows[place].split):
        numbers = list(places)
        part = items[numbers[0] : numbers[-1] + 1]
        of_split = rows[numbers[0] : numbers[-1] + 1]
        for name, losses in _masks(form, split, of_split, part, classes, put):
            lost += [_loss(split, name, loss) for loss in losses]
        if manifest["images"]:
            for row in of_split:
                put(f"{_image_folder(form, split)}/{image_file(row)}", blobs.read(row.image_sha256))
    if form == YOLO:
        put("data.yaml", data_card.yolo(classes, sorted({row.split for row in rows})))
    if form == HUGGING_FACE:
        put("README.md", data_card.hugging_face(manifest, export_id))
    put("report.csv", _report(lost))
    return lost


def image_file(row: Row) -> str:
    """Return the picture's file name; a name that no file may have becomes the picture's hash."""
    try:
        name = check_name(row.name, where="name").replace("/", "_")
    except Invalid:
        name = row.image_sha256[:16]
    return name + _ENDINGS.get(row.media_type, ".bin")


def _masks(
    form: str,
    split: str,
    rows: Sequence[Row],
    items: Sequence[Item],
    classes: Sequence[ClassEntry],
    put: Put,
) -> Iterator[tuple[str, tuple[Loss, ...]]]:
    """Put the masks of one split; yield what each image loses."""
    if form in DOCUMENTS:
        put(f"annotations/{split}{catalogue.ending(form)}", DOCUMENTS[form].write(items, classes))
    elif form in POLYGONS:
        document, losses = POLYGONS[form](items, classes)
        put(f"annotations/{split}{catalogue.ending(form)}", document)
        yield from losses.items()
    elif form == YOLO:
        for item in items:
            text, lost = yolo_format.write(item.labels, classes)
            put(f"labels/{split}/{_stem(item)}.txt", text)
            yield item.name, lost
    elif form == HUGGING_FACE:
        for item in items:
            put(f"data/{split}/masks/{_stem(item)}.png", png.write_index(item.labels))
        put(f"data/{split}/metadata.jsonl", data_card.metadata(rows, image_file))
    else:
        for item in items:
            put(f"masks/{split}/{_stem(item)}.png", _raster(form, item, classes))


def _raster(form: str, item: Item, classes: Sequence[ClassEntry]) -> bytes:
    if form == COLOUR:
        colours, void = of_classes(classes)
        return png.write_colour(item.labels, colours=colours, void=void)
    return RASTERS[form].write(item.labels)


def _image_folder(form: str, split: str) -> str:
    return f"data/{split}/images" if form == HUGGING_FACE else f"images/{split}"


def _stem(item: Item) -> str:
    return PurePosixPath(item.name).stem


def _loss(split: str, name: str, loss: Loss) -> dict[str, Any]:
    return {
        "split": split,
        "file": name,
        "class_id": loss.class_id,
        "kind": loss.kind,
        "pixels": loss.pixels,
    }


def _report(lost: Lost) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, ["split", "file", "class_id", "kind", "pixels"])
    writer.writeheader()
    writer.writerows(lost)
    return out.getvalue().encode()


def _json(document: object) -> bytes:
    return (json.dumps(document, indent=1, sort_keys=True) + "\n").encode()
