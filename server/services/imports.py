"""Imports of folders: checked when asked for, written batch by batch by a job."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from server.db.base import uuid7
from server.db.engine import now
from server.db.models import Job, Mask
from server.formats import catalogue
from server.formats.layouts import LAYOUTS
from server.rules.addresses import Address, is_address
from server.rules.errors import Invalid
from server.rules.images import VOID, Domain, MaskOrigin, Split
from server.rules.jobs import JobKind
from server.services import classes, images, import_places, jobs
from server.services.images import NewImage
from server.storage.buckets import Buckets


@dataclass(frozen=True)
class Ready:
    """An image, and its mask if it brought one, that may be registered: both are blobs."""

    image: NewImage
    mask_sha256: str | None


@dataclass(frozen=True)
class Source:
    """Where images and masks are: in folders of the server, or inside an upload."""

    path: str
    """The folder of images; inside an upload "." is all of it."""
    upload: Path | None = None
    """The archive, if it is an upload."""
    recursive: bool = False
    masks_path: str | None = None
    """A folder of masks, or the document that has them all."""
    masks_format: str = "png"
    mapping: Mapping[str, int] | None = None
    """The class id of each label of the format, 255 for none; None: ids and names as they are."""
    group_pattern: str | None = None
    """A regular expression over an image's path; its one group names the image's group."""


def laid_out(
    session: Session, project_id: UUID, source: Source, *, layout: str, split: Split
) -> Source:
    """Return where images and masks are in a data set's own tree, whose root the path is.

    The pool takes the images alone; the test images of Cityscapes are those of `val`. Classes of
    the data set that the project does not have are void.
    """
    if layout not in LAYOUTS:
        raise Invalid(f"No layout {layout!r}; there are {', '.join(LAYOUTS)}.", field="layout")
    if source.masks_path is not None:
        raise Invalid("The layout says where the masks are.", field="masks_path")
    found, part = LAYOUTS[layout], "val" if split is Split.TEST else "train"
    root = source.path.rstrip("/")
    source = replace(
        source,
        path=f"{root}/{found.images.format(part=part)}",
        recursive=found.group_pattern is not None,
        group_pattern=source.group_pattern or found.group_pattern,
    )
    if split is Split.POOL:
        return source
    known = classes.ids(classes.required(session, project_id))
    labels = range(len(catalogue.RASTERS[found.masks_format].names))
    return replace(
        source,
        masks_path=f"{root}/{found.masks.format(part=part)}",
        masks_format=found.masks_format,
        mapping={str(label): label if label in known else VOID for label in labels},
    )


def start(
    session: Session,
    project_id: UUID,
    source: Source,
    *,
    domain: Domain,
    split: Split,
    roots: Sequence[Path],
    buckets: Buckets | None = None,
    actor_id: UUID | None,
) -> Job:
    """Check what can be checked at once, and queue the job that reads it all."""
    images.check_place(domain, split)
    if source.masks_path is not None and split is Split.POOL:
        raise Invalid("Masks of the pool are drawn by people, not imported.", field="masks_path")
    check_pattern(source.group_pattern)
    class_list = classes.required(session, project_id) if source.masks_path else None
    if class_list is not None:
        check_mapping(source, classes.ids(class_list))
    path, masks_path = source.path, source.masks_path
    if source.upload is None:
        path, masks_path = _places(source, roots, buckets or Buckets())
    return jobs.add(
        session,
        kind=JobKind.IMPORT,
        project_id=project_id,
        params={
            "path": path,
            "upload": str(source.upload) if source.upload else None,
            "recursive": source.recursive,
            "masks_path": masks_path,
            "masks_format": source.masks_format,
            "mapping": dict(source.mapping) if source.mapping is not None else None,
            "domain": domain.value,
            "split": split.value,
            "group_pattern": source.group_pattern,
            "class_list_id": str(class_list.id) if class_list else None,
            "class_list_version": class_list.version if class_list else None,
        },
        created_by=actor_id,
    )


def _places(source: Source, roots: Sequence[Path], buckets: Buckets) -> tuple[str, str | None]:
    """Return where images and masks are, resolved; refuse what may not be read or has no image."""
    recursive, form = source.recursive, source.masks_format

    def place(path: str, field: str, form: str | None = None) -> Path | Address:
        if is_address(path):
            return import_places.allowed(path, buckets, field=field, form=form)
        return allowed(path, roots, field=field, form=form)

    images_at = place(source.path, "path")
    found: Iterator[object] = (
        files(images_at, recursive=recursive)
        if isinstance(images_at, Path)
        else import_places.images(images_at, buckets, recursive=recursive)
    )
    if next(found, None) is None:
        raise Invalid("This folder holds no image.", field="path")
    if source.masks_path is None:
        return str(images_at), None
    return str(images_at), str(place(source.masks_path, "masks_path", form))


def check_mapping(source: Source, class_ids: Collection[int]) -> None:
    """Refuse an unknown format, a mapping it cannot have, and classes that the project lacks."""
    check_format(source.masks_format)
    catalogue.check_mapping(source.masks_format, source.mapping)
    unknown = {*(source.mapping or {}).values()} - {*class_ids, VOID}
    if unknown:
        listed = ", ".join(map(str, sorted(unknown)))
        raise Invalid(f"Class ids that the project does not have: {listed}.", field="map")


def check_format(form: str) -> None:
    """Refuse a format that masks are not read as."""
    if form not in catalogue.READS:
        listed = ", ".join(catalogue.READS)
        raise Invalid(f"Masks are read as {listed}.", field="masks_format")


def allowed(path: str, roots: Sequence[Path], *, field: str, form: str | None = None) -> Path:
    """Return the folder (of a document's format: the file), links resolved, inside a root.

    What lies outside looks the same as what is not there, so that nobody explores the host.
    """
    what = "file" if form in catalogue.DOCUMENTS else "folder"
    refusal = import_places.not_allowed(field, form)
    try:
        found = Path(path).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        raise refusal from None
    is_right = found.is_file() if what == "file" else found.is_dir()
    if not is_right or not is_inside(found, roots):
        raise refusal
    return found


def is_inside(path: Path, roots: Sequence[Path]) -> bool:
    """Whether the resolved path lies in one of the roots."""
    return any(path.is_relative_to(root.resolve()) for root in roots)


def files(folder: Path, *, recursive: bool = False) -> Iterator[str]:
    """Yield the paths of the folder's images, in no order; links to folders are not followed."""
    for place, below, _ in os.walk(folder):
        below[:] = [name for name in below if recursive and not name.startswith(".")]
        inside = Path(place).relative_to(folder).as_posix()
        with os.scandir(place) as entries:
            for entry in entries:
                name = entry.name
                if name.startswith(".") or not name.lower().endswith(import_places.ENDINGS):
                    continue
                if entry.is_file():
                    yield name if inside == "." else f"{inside}/{name}"


def check_pattern(pattern: str | None) -> None:
    """Refuse what is not a regular expression with one group."""
    if pattern is None:
        return
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise Invalid(f"Not a regular expression: {error}.", field="group_pattern") from None
    if groups != 1:
        raise Invalid(f"The pattern has {groups} groups; it needs one.", field="group_pattern")


def register(
    session: Session,
    project_id: UUID,
    batch: Sequence[Ready],
    *,
    domain: Domain,
    split: Split,
    class_list_id: UUID | None,
    most_bytes: int = 0,
) -> list[str | None]:
    """Insert what is new, images and masks in one transaction.

    Returns for each why it is a duplicate, or None if it was inserted.

    Raises:
        ProjectFull: The project's images would take more than `most_bytes`; 0: any number.
    """
    place = images.domain_id(session, project_id, domain)
    known = images.known(session, project_id, domain, [ready.image for ready in batch])
    reasons, fresh = [], []
    for ready in batch:
        reason = known.reason(ready.image)
        reasons.append(reason)
        if reason is None:
            known.names_by_sha256[ready.image.sha256] = ready.image.name
            known.sha256_by_name[ready.image.name] = ready.image.sha256
            fresh.append(ready)
    ids = images.insert(
        session,
        project_id,
        place,
        split,
        [ready.image for ready in fresh],
        most_bytes=most_bytes,
    )
    moment = now(session)
    masks = [
        {
            "id": uuid7(),
            "image_id": image_id,
            "revision": 1,
            "sha256": ready.mask_sha256,
            "origin": MaskOrigin.IMPORT,
            "class_list_id": class_list_id,
            "created_at": moment,
        }
        for image_id, ready in zip(ids, fresh, strict=True)
        if ready.mask_sha256 is not None
    ]
    if masks:
        session.execute(insert(Mask), masks)
    return reasons
