"""Imports of folders: checked when asked for, written batch by batch by a job."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from server.db.base import uuid7
from server.db.engine import now
from server.db.models import Job, Mask
from server.formats.layouts import LAYOUTS, Layout
from server.rules.errors import Invalid
from server.rules.images import Domain, MaskOrigin, Split
from server.rules.jobs import JobKind
from server.services import classes, images, jobs
from server.services.images import NewImage

ENDINGS = (".png", ".jpg", ".jpeg")


@dataclass(frozen=True)
class Ready:
    """An image, and its mask if it brought one, that may be registered: both are blobs."""

    image: NewImage
    mask_sha256: str | None


def start(
    session: Session,
    project_id: UUID,
    *,
    path: str,
    masks_path: str | None,
    domain: Domain,
    split: Split,
    group_pattern: str | None,
    roots: Sequence[Path],
    actor_id: UUID,
    layout: str | None = None,
) -> Job:
    """Check what can be checked at once, and queue the job that reads the folder.

    With a layout, the folder is that of the whole data set; the pool takes its images alone.
    """
    images.check_place(domain, split)
    if layout is not None:
        path, masks_path = _laid_out(path, masks_path, layout, split)
    if masks_path is not None and split is Split.POOL:
        raise Invalid("Masks of the pool are drawn by people, not imported.", field="masks_path")
    check_pattern(group_pattern)
    folder = allowed(path, roots, field="path")
    if next(files(folder, LAYOUTS.get(layout or "")), None) is None:
        raise Invalid("This folder holds no PNG or JPEG.", field="path")
    masks = allowed(masks_path, roots, field="masks_path") if masks_path is not None else None
    class_list = classes.required(session, project_id) if masks else None
    return jobs.add(
        session,
        kind=JobKind.IMPORT,
        project_id=project_id,
        params={
            "path": str(folder),
            "masks_path": str(masks) if masks else None,
            "domain": domain.value,
            "split": split.value,
            "group_pattern": group_pattern,
            "layout": layout,
            "class_list_id": str(class_list.id) if class_list else None,
            "class_list_version": class_list.version if class_list else None,
        },
        created_by=actor_id,
    )


def _laid_out(
    path: str, masks_path: str | None, layout: str, split: Split
) -> tuple[str, str | None]:
    """Return the folders of images and masks; the test labels of Cityscapes are those of `val`."""
    if layout not in LAYOUTS:
        raise Invalid(f"No layout {layout!r}; there are {', '.join(LAYOUTS)}.", field="layout")
    if masks_path is not None:
        raise Invalid("The layout says where the masks are.", field="masks_path")
    found, part = LAYOUTS[layout], "val" if split is Split.TEST else "train"
    masks = None if split is Split.POOL else str(Path(path, found.masks.format(part=part)))
    return str(Path(path, found.images.format(part=part))), masks


def allowed(path: str, roots: Sequence[Path], *, field: str) -> Path:
    """Return the folder, links resolved, or refuse what is not a folder inside a root.

    A folder outside looks the same as one that is not there, so that nobody explores the host.
    """
    refusal = Invalid("This is not a folder that imports may read from.", field=field)
    try:
        folder = Path(path).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        raise refusal from None
    if not folder.is_dir() or not is_inside(folder, roots):
        raise refusal
    return folder


def is_inside(path: Path, roots: Sequence[Path]) -> bool:
    """Whether the resolved path lies in one of the roots."""
    return any(path.is_relative_to(root.resolve()) for root in roots)


def files(folder: Path, layout: Layout | None = None) -> Iterator[str]:
    """Yield the names of the folder's images, in no order; with groups, below their folders."""
    endings = ENDINGS if layout is None else (layout.image_ending,)
    with os.scandir(folder) as entries:
        for entry in entries:
            if layout is not None and layout.grouped:
                if entry.is_dir(follow_symlinks=False):
                    yield from (f"{entry.name}/{name}" for name in _named(entry.path, endings))
            elif _is_image(entry, endings):
                yield entry.name


def _named(folder: str, endings: tuple[str, ...]) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries if _is_image(entry, endings)]


def _is_image(entry: os.DirEntry[str], endings: tuple[str, ...]) -> bool:
    name = entry.name
    if name.startswith(".") or not name.lower().endswith(tuple(e.lower() for e in endings)):
        return False
    return entry.is_file()


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
) -> list[str | None]:
    """Insert what is new, images and masks in one transaction.

    Returns for each why it is a duplicate, or None if it was inserted.
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
    ids = images.insert(session, project_id, place, split, [ready.image for ready in fresh])
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
