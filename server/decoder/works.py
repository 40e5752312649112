"""What a child can be asked to do with a file: each takes its bytes, and gives a value or bytes.

Nothing else of the service calls these decoders; `tests/server/decoder/test_door.py` looks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from server import codecs
from server.decoder.wire import Bytes, Json
from server.formats import catalogue
from server.formats.base import ClassEntry, Labels, Sketch

Answer = tuple[Json, Bytes]
Work = Callable[[bytes, Json], Answer]


def _image(data: bytes, options: Json) -> Answer:
    kept, facts = codecs.take_image(data, field=options["field"])
    return asdict(facts), b"" if kept is data else kept


def _thumbnail(data: bytes, options: Json) -> Answer:
    return {}, codecs.thumbnail(data, side=options["side"])


def _png_labels(data: bytes, options: Json) -> Answer:
    return _map(codecs.decode_png_labels(data, field=options["field"]))


def _run_lengths(data: bytes, options: Json) -> Answer:
    return _map(codecs.decode_labels(data, field=options["field"]))


def _mask(data: bytes, options: Json) -> Answer:
    size = {"width": options["width"], "height": options["height"]}
    return _map(catalogue.read_file(options["form"], data, options["mapping"], **size))


def _labels_of_file(data: bytes, options: Json) -> Answer:
    return {"labels": catalogue.labels_of_file(options["form"], data)}, b""


def _labels_of_document(data: bytes, options: Json) -> Answer:
    return {"labels": catalogue.DOCUMENTS[options["form"]].labels(data)}, b""


def _open_document(data: bytes, options: Json) -> Answer:
    entries = [ClassEntry(**each) for each in options["classes"]]
    _opened.clear()
    names = []
    for sketch in catalogue.sketches(options["form"], data, entries, options["mapping"]):
        names.append(sketch.name)
        _opened.append(sketch)
    return {"names": names}, b""


def _draw(_: bytes, options: Json) -> Answer:
    return _map(_opened[options["place"]].draw())


_opened: list[Sketch] = []
"""The document that this child keeps, image by image."""


def _map(labels: Labels) -> Answer:
    height, width = labels.shape
    return {"width": width, "height": height}, labels.reshape(-1).data


WORKS: Mapping[str, Work] = {
    "image": _image,
    "thumbnail": _thumbnail,
    "png_labels": _png_labels,
    "run_lengths": _run_lengths,
    "mask": _mask,
    "labels_of_file": _labels_of_file,
    "labels_of_document": _labels_of_document,
    "open_document": _open_document,
    "draw": _draw,
}


def do(work: str, data: bytes, options: dict[str, Any]) -> Answer:
    """Do one piece of work."""
    return WORKS[work](data, options)
