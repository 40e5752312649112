"""What an import would find: images, masks that are missing, and the labels to map to classes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from server.decoder import door
from server.formats import catalogue, previews
from server.formats.base import ClassEntry
from server.formats.previews import Label
from server.rules.addresses import Address, is_address
from server.rules.errors import Invalid, TooLarge
from server.rules.images import MAX_MASK_BYTES
from server.services import archive_looks, classes, import_places, imports
from server.services.archive_looks import Look
from server.services.imports import Source
from server.storage.buckets import Buckets

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
    session: Session,
    project_id: UUID,
    source: Source,
    *,
    roots: Sequence[Path],
    buckets: Buckets | None = None,
) -> Preview:
    """Look into folders or buckets of the server or into an upload; nothing is written.

    Raises:
        Conflict: The upload is a compressed tar.
        TooLarge: The document is too long for this.
    """
    known = [
        ClassEntry(one["id"], one["name"], one["colour"])
        for one in classes.required(session, project_id).classes
    ]
    imports.check_format(source.masks_format)
    if source.upload is None:
        return _look(_on_server(source, roots, buckets or Buckets()), source, known)
    with archive_looks.look_into(source.upload) as look:
        return _look(_in_archive(source, look), source, known)


@dataclass(frozen=True)
class _Files:
    """What an import would read, wherever it lies; masks by their path below `masks_path`."""

    images: list[str]
    has_mask: Callable[[str], bool]
    read_mask: Callable[[str, int], bytes | None]
    """Gives None for what is too long, or not to be read."""


def _on_server(source: Source, roots: Sequence[Path], buckets: Buckets) -> _Files:
    """Images and masks may lie in two different kinds of places."""
    masks = _masks(source, roots, buckets)
    return replace(masks, images=sorted(_images(source, roots, buckets)))


def _images(source: Source, roots: Sequence[Path], buckets: Buckets) -> Iterator[str]:
    if is_address(source.path):
        place = import_places.allowed(source.path, buckets, field="path")
        listed = import_places.images(place, buckets, recursive=source.recursive)
        return (name for name, _ in listed)
    folder = imports.allowed(source.path, roots, field="path")
    return imports.files(folder, recursive=source.recursive)


def _masks(source: Source, roots: Sequence[Path], buckets: Buckets) -> _Files:
    path, form = source.masks_path, source.masks_format
    if path is None:
        return _Files([], lambda _: False, lambda _, __: None)
    if is_address(path):
        at = import_places.allowed(path, buckets, field="masks_path", form=form)
        return _bucket_masks(at, form, buckets)
    place = imports.allowed(path, roots, field="masks_path", form=form)

    def read(name: str, limit: int) -> bytes | None:
        path = place / name if name else place
        is_right = imports.is_inside(path.resolve(), roots) and path.stat().st_size <= limit
        return path.read_bytes() if is_right else None

    return _Files([], lambda name: (place / name).is_file(), read)


def _bucket_masks(place: Address, form: str, buckets: Buckets) -> _Files:
    is_document = form in catalogue.DOCUMENTS
    there = set() if is_document else {name for name, _ in import_places.files(place, buckets)}

    def read(name: str, limit: int) -> bytes | None:
        data = buckets.read(place.below(name) if name else place, limit + 1)
        return data if len(data) <= limit else None

    return _Files([], there.__contains__, read)


def _in_archive(source: Source, look: Look) -> _Files:
    names = look.images(source.path, recursive=source.recursive)
    if not names:
        raise Invalid("This folder of the archive holds no image.", field="path")
    there, place = frozenset(look.names), source.masks_path or "."
    if source.masks_format in catalogue.DOCUMENTS and source.masks_path not in {None, *there}:
        raise Invalid("The archive has no such file.", field="masks_path")

    def read(name: str, limit: int) -> bytes | None:
        return look.read(archive_looks.path_in(place, name) if name else place, limit)

    return _Files(names, lambda name: archive_looks.path_in(place, name) in there, read)


def _look(files: _Files, source: Source, known: list[ClassEntry]) -> Preview:
    form, names = source.masks_format, files.images
    if source.masks_path is None:
        return Preview(len(names), 0, 0, [])
    if form in catalogue.DOCUMENTS:
        document = files.read_mask("", MAX_DOCUMENT_BYTES)
        if document is None:
            raise TooLarge(
                f"A preview reads at most {MAX_DOCUMENT_BYTES} bytes.", field="masks_path"
            )
        labels = previews.of_document(door.labels_of_document(form, document), known)
        return Preview(len(names), 0, 1, labels)
    masks = [catalogue.mask_file(form, name) for name in names]
    there = [mask for mask in masks if files.has_mask(mask)]
    seen = _some(there, files)
    labels = previews.of_files(form, (door.labels_of_file(form, each) for each in seen), known)
    return Preview(len(names), len(masks) - len(there), len(seen), labels)


def _some(masks: Sequence[str], files: _Files) -> list[bytes]:
    """Read some masks, spread evenly; long ones are passed over."""
    step = max(1, len(masks) // LOOKED_AT)
    read = (files.read_mask(mask, MAX_MASK_BYTES) for mask in islice(masks[::step], LOOKED_AT))
    return [data for data in read if data is not None]
