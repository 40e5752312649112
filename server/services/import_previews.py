"""What an import would find: images, masks that are missing, and the labels to map to classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from server.formats import catalogue, previews
from server.formats.base import ClassEntry
from server.formats.previews import Label
from server.rules.errors import Conflict, TooLarge
from server.rules.images import MAX_MASK_BYTES
from server.services import classes, imports
from server.services.imports import Source

LOOKED_AT = 20
"""Masks that are read, spread over the folder: a label in none of them is missed."""
MAX_DOCUMENT_BYTES = 32 * 2**20
"""Larger documents are imported, but not previewed within one request."""


@dataclass(frozen=True)
class Preview:
    """What was found, and which classes the labels most likely mean."""

    images: int
    missing: int
    """Images without a file of their own among the masks; 0 for documents."""
    looked_at: int
    labels: list[Label]


def preview(
    session: Session, project_id: UUID, source: Source, *, roots: Sequence[Path]
) -> Preview:
    """Look into folders of the server; nothing is written.

    Raises:
        Conflict: It is an upload, which is unpacked by the import itself.
        TooLarge: The document is too long for this.
    """
    if source.upload is not None:
        raise Conflict("Uploads are unpacked by their import; preview a folder.", field="upload_id")
    known = [
        ClassEntry(one["id"], one["name"], one["colour"])
        for one in classes.required(session, project_id).classes
    ]
    imports.check_format(source.masks_format)
    folder = imports.allowed(source.path, roots, field="path")
    names = sorted(imports.files(folder, recursive=source.recursive))
    if source.masks_path is None:
        return Preview(len(names), 0, 0, [])
    form = source.masks_format
    place = imports.allowed(source.masks_path, roots, field="masks_path", form=form)
    if form in catalogue.DOCUMENTS:
        if place.stat().st_size > MAX_DOCUMENT_BYTES:
            raise TooLarge(
                f"A preview reads at most {MAX_DOCUMENT_BYTES} bytes.", field="masks_path"
            )
        labels = previews.of_document(form, place.read_bytes(), known)
        return Preview(len(names), 0, 1, labels)
    paths = [place / catalogue.mask_file(form, name) for name in names]
    there = [path for path in paths if path.is_file()]
    seen = _some(there, roots)
    return Preview(
        len(names), len(paths) - len(there), len(seen), previews.of_files(form, seen, known)
    )


def _some(paths: Sequence[Path], roots: Sequence[Path]) -> list[bytes]:
    """Read some files, spread evenly; links out of the roots and long files are passed over."""
    step = max(1, len(paths) // LOOKED_AT)
    return [
        path.read_bytes()
        for path in islice(paths[::step], LOOKED_AT)
        if imports.is_inside(path.resolve(), roots) and path.stat().st_size <= MAX_MASK_BYTES
    ]
