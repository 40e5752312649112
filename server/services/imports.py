"""Imports of folders: checked when asked for, written batch by batch by a job, reported whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Job, Mask
from server.rules.errors import Invalid, NotFound
from server.rules.images import Domain, MaskOrigin, Split
from server.rules.jobs import JobKind
from server.services import classes, images, jobs
from server.services.images import NewImage
from server.storage.base import BlobStore

ENDINGS = frozenset({".png", ".jpg", ".jpeg"})
SHOWN = 1000
"""Items of the report that the job's row itself carries; all are in the report's blob."""


class Outcome(StrEnum):
    """What became of one file."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True)
class Line:
    """One file's line of the report."""

    name: str
    outcome: Outcome
    field: str | None = None
    reason: str | None = None


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
) -> Job:
    """Check what can be checked at once, and queue the job that reads the folder."""
    images.check_place(domain, split)
    if masks_path is not None and split is Split.POOL:
        raise Invalid("Masks of the pool are drawn by people, not imported.", field="masks_path")
    check_pattern(group_pattern)
    folder = allowed(path, roots, field="path")
    if next(files(folder), None) is None:
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
            "class_list_id": str(class_list.id) if class_list else None,
            "class_list_version": class_list.version if class_list else None,
        },
        created_by=actor_id,
    )


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


def files(folder: Path) -> Iterator[Path]:
    """Yield the folder's images, in no order."""
    return (
        entry
        for entry in folder.iterdir()
        if entry.suffix.lower() in ENDINGS and not entry.name.startswith(".") and entry.is_file()
    )


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
) -> list[Line]:
    """Insert what is new, images and masks in one transaction; say what was there already."""
    place = images.domain_id(session, project_id, domain)
    known = images.known(session, project_id, place, [ready.image for ready in batch])
    lines, fresh = [], []
    for ready in batch:
        reason = known.reason(ready.image)
        if reason is not None:
            line = Line(ready.image.name, Outcome.DUPLICATE, "image", reason)
        else:
            known.names_by_sha256[ready.image.sha256] = ready.image.name
            known.sha256_by_name[ready.image.name] = ready.image.sha256
            fresh.append(ready)
            line = Line(ready.image.name, Outcome.ACCEPTED)
        lines.append(line)
    rows = images.insert(session, project_id, place, split, [ready.image for ready in fresh])
    moment = now(session)
    session.add_all(
        Mask(
            image_id=row.id,
            revision=1,
            sha256=ready.mask_sha256,
            origin=MaskOrigin.IMPORT,
            class_list_id=class_list_id,
            created_at=moment,
        )
        for row, ready in zip(rows, fresh, strict=True)
        if ready.mask_sha256 is not None
    )
    session.flush()
    return lines


def result(blobs: BlobStore, lines: Sequence[Line]) -> dict[str, Any]:
    """Keep the whole report as a blob; return the job's result, which shows its beginning."""
    report = [asdict(line) for line in lines]
    counts = {outcome: sum(line.outcome is outcome for line in lines) for outcome in Outcome}
    return {
        "accepted": counts[Outcome.ACCEPTED],
        "duplicates": counts[Outcome.DUPLICATE],
        "refused": counts[Outcome.REFUSED],
        "report": report[:SHOWN],
        "report_sha256": blobs.put(json.dumps(report).encode()),
    }


def report(blobs: BlobStore, job: Job, *, first: int, limit: int) -> tuple[list[Any], int | None]:
    """Return some lines of a finished import's report, and where the next ones begin.

    Raises:
        NotFound: The job is no import, or has not finished.
    """
    sha256 = (job.result or {}).get("report_sha256")
    if job.kind is not JobKind.IMPORT or sha256 is None:
        raise NotFound
    lines: list[Any] = json.loads(blobs.read(sha256))
    last = first + limit
    return lines[first:last], last if last < len(lines) else None
