"""Where an import's masks come from: a file beside each image, or one document for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Protocol

from server.codecs import ImageFacts
from server.formats import catalogue
from server.formats.base import ClassEntry, Labels, Sketch
from server.formats.documents import MAX_BYTES
from server.rules.errors import Invalid
from server.rules.images import MAX_MASK_BYTES

Read = Callable[[Path, str, int], bytes]
"""Reads a file of a folder, at most so many bytes, and refuses what leads out of it."""


class Masks(Protocol):
    """Gives the label map of an image."""

    def of(self, file: str, facts: ImageFacts) -> Labels:
        """Return the map of the image at this path; raise `Invalid` if there is no good one."""


class FileMasks:
    """One file per image, at the image's own path in another folder."""

    def __init__(
        self, folder: Path, form: str, mapping: Mapping[str, int] | None, read: Read
    ) -> None:
        self._folder, self._form, self._mapping, self._read = folder, form, mapping, read

    def of(self, file: str, facts: ImageFacts) -> Labels:
        """Read the image's mask."""
        data = self._read(self._folder, catalogue.mask_file(self._form, file), MAX_MASK_BYTES)
        return catalogue.read_file(
            self._form, data, self._mapping, width=facts.width, height=facts.height
        )


class DocumentMasks:
    """One document; its images are found by the names of their files, without folders."""

    def __init__(
        self,
        file: Path,
        form: str,
        classes: Sequence[ClassEntry],
        mapping: Mapping[str, int] | None,
        read: Read,
    ) -> None:
        data = read(file.parent, file.name, MAX_BYTES)
        self._sketches: dict[str, Sketch] = {}
        for sketch in catalogue.sketches(form, data, classes, mapping):
            stem = PurePosixPath(sketch.name).stem
            if stem in self._sketches:
                raise Invalid(f"The document has two images {stem!r}.", field="masks_path")
            self._sketches[stem] = sketch

    def of(self, file: str, facts: ImageFacts) -> Labels:
        """Draw the image's map; it carries its own size."""
        del facts
        sketch = self._sketches.get(PurePosixPath(file).stem)
        if sketch is None:
            raise Invalid("The document does not have this image.", field="mask")
        return sketch.draw()
