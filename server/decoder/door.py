"""What the service and its jobs call for bytes from outside. Failures are refusals, never more.

Our own run lengths are the one exception: short ones are decoded in this process, since all that
can come of them is bounded before it is made, and a person waits for each stroke to be kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from server import codecs
from server.codecs import IMAGE_TYPES, ImageFacts, Labels
from server.decoder import pool
from server.decoder.child import Child, Limits, Outcome
from server.decoder.wire import Json
from server.formats.base import ClassEntry, check_size
from server.rules.errors import Invalid, Refusal

Image = tuple[bytes, ImageFacts]
"""The bytes to keep, and what they are."""

NONSENSE = "The decoder says of it what cannot be."

DOCUMENT = Limits(memory=4 * 2**30, seconds=60)
"""A document of the longest kind, with all that it says in memory."""


def take_image(data: bytes, *, field: str = "image") -> Image:
    """Decode an image fully; see `codecs.take_image`."""
    [taken] = take_images([data], field=field)
    if isinstance(taken, Refusal):
        raise taken
    return taken


def take_images(files: Sequence[bytes], *, field: str = "image") -> list[Image | Refusal]:
    """Decode images at the cost of one question for all."""
    outcomes = pool.shared().ask("image", files, {"field": field})
    return [
        _image(data, outcome, field=field) for data, outcome in zip(files, outcomes, strict=True)
    ]


def thumbnail(data: bytes, *, side: int) -> bytes:
    """Return a small JPEG of a stored image; see `codecs.thumbnail`."""
    return _ask("thumbnail", data, {"side": side}, field="image")[1].tobytes()


def png_labels(data: bytes, *, field: str = "mask") -> Labels:
    """Return the ids of an index PNG; see `codecs.decode_png_labels`."""
    return _map(_ask("png_labels", data, {"field": field}, field=field), field=field)


def run_lengths(data: bytes, *, field: str = "mask") -> Labels:
    """Return the label map of its wire form; see `codecs.decode_labels`."""
    short = codecs.decode_short_labels(data, field=field)
    if short is not None:
        return short
    return _map(_ask("run_lengths", data, {"field": field}, field=field), field=field)


def mask(
    form: str, data: bytes, mapping: Mapping[str, int] | None, *, width: int, height: int
) -> Labels:
    """Return the class ids of one image's own file in one of the formats."""
    options = {
        "form": form,
        "mapping": dict(mapping) if mapping is not None else None,
        "width": width,
        "height": height,
    }
    return _map(_ask("mask", data, options, field="mask"), field="mask")


def labels_of_file(form: str, data: bytes) -> dict[str, int]:
    """Return the labels in one image's own file, with how much of each there is."""
    head, _ = _ask("labels_of_file", data, {"form": form}, field="mask")
    labels: dict[str, int] = head["labels"]
    return labels


def labels_of_document(form: str, data: bytes) -> list[str]:
    """Return the labels that a document names."""
    head, _ = _ask("labels_of_document", data, {"form": form}, field="masks_path")
    labels: list[str] = head["labels"]
    return labels


class Document:
    """A document of many images, in a child of its own that has read it."""

    def __init__(
        self,
        form: str,
        data: bytes,
        classes: Sequence[ClassEntry],
        mapping: Mapping[str, int] | None,
        limits: Limits = DOCUMENT,
    ) -> None:
        self._data, self._limits = data, limits
        self._options: dict[str, Any] = {
            "form": form,
            "classes": [asdict(each) for each in classes],
            "mapping": dict(mapping) if mapping is not None else None,
        }
        self._child = Child(limits)
        try:
            self.names = self._open()
            """Its images' names, in its order."""
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End its child."""
        self._child.kill()

    def draw(self, place: int) -> Labels:
        """Draw the map of the image at this place."""
        if not self._child.is_running():  # the image before was too much for it
            self._child = Child(self._limits)
            self._open()
        [outcome] = self._child.ask("draw", [b""], {"place": place})
        return _map(_accepted(outcome, field="mask"), field="mask")

    def _open(self) -> list[str]:
        [outcome] = self._child.ask("open_document", [self._data], self._options)
        head, _ = _accepted(outcome, field="masks_path")
        names: list[str] = head["names"]
        return names


def _ask(work: str, data: bytes, options: Json, *, field: str) -> tuple[Json, memoryview]:
    [outcome] = pool.shared().ask(work, [data], options)
    return _accepted(outcome, field=field)


def _accepted(outcome: Outcome, *, field: str) -> tuple[Json, memoryview]:
    if isinstance(outcome, Refusal):
        raise outcome if outcome.fields else type(outcome)(outcome.detail, field=field)
    return outcome


def _image(data: bytes, outcome: Outcome, *, field: str) -> Image | Refusal:
    try:
        head, body = _accepted(outcome, field=field)
        width, height = _size(head, field=field)
    except Refusal as refusal:
        return refusal
    if head.get("media_type") not in IMAGE_TYPES.values():
        return Invalid(NONSENSE, field=field)
    return (body.tobytes() if body else data), ImageFacts(head["media_type"], width, height)


def _map(answer: tuple[Json, memoryview], *, field: str) -> Labels:
    head, body = answer
    width, height = _size(head, field=field)
    if width * height != len(body):
        raise Invalid(NONSENSE, field=field)
    return np.frombuffer(body, np.uint8).reshape(height, width)


def _size(head: Json, *, field: str) -> tuple[int, int]:
    width, height = head.get("width"), head.get("height")
    if not (isinstance(width, int) and isinstance(height, int)):
        raise Invalid(NONSENSE, field=field)
    check_size(width, height, where=field)
    return width, height
