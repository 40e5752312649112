"""Where an import's masks come from: a file beside each image, or one document for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Protocol

from server.codecs import ImageFacts
from server.decoder import door
from server.formats import catalogue
from server.formats.base import ClassEntry, Labels
from server.formats.documents import MAX_BYTES
from server.rules.errors import Invalid
from server.rules.images import MAX_MASK_BYTES

Read = Callable[[Path, str, int], bytes]
"""Reads a file of a folder, at most so many bytes, and refuses what leads out of it."""


class Masks(Protocol):
    """Gives the label map of an image."""

    def of(self, file: str, facts: ImageFacts) -> Labels:
        """Return the map of the image at this path; raise `Invalid` if there is no good one."""

    def close(self) -> None:
        """Let go of what they are read from."""


class FileMasks:
    """One file per image, at the image's own path in another folder."""

    def __init__(
        self, folder: Path, form: str, mapping: Mapping[str, int] | None, read: Read
    ) -> None:
        self._folder, self._form, self._mapping, self._read = folder, form, mapping, read

    def of(self, file: str, facts: ImageFacts) -> Labels:
        """Read the image's mask."""
        data = self._read(self._folder, catalogue.mask_file(self._form, file), MAX_MASK_BYTES)
        return door.mask(self._form, data, self._mapping, width=facts.width, height=facts.height)

    def close(self) -> None:
        """Nothing is held."""


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
        self._document = door.Document(form, data, classes, mapping)
        self._places: dict[str, int] = {}
        for place, name in enumerate(self._document.names):
            stem = PurePosixPath(name).stem
            if stem in self._places:
                self.close()
                raise Invalid(f"The document has two images {stem!r}.", field="masks_path")
            self._places[stem] = place

    def of(self, file: str, facts: ImageFacts) -> Labels:
        """Draw the image's map; it carries its own size."""
        del facts
        place = self._places.get(PurePosixPath(file).stem)
        if place is None:
            raise Invalid("The document does not have this image.", field="mask")
        return self._document.draw(place)

    def close(self) -> None:
        """End the process that holds the document."""
        self._document.close()
