"""Exports: a frozen list of mask revisions, which gives the same bytes whenever it is written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from server.db.engine import now
from server.db.models import DomainRow, Group, Image, Item, Job, Mask, Project
from server.formats.catalogue import WRITES
from server.rules.errors import Invalid, NotFound
from server.rules.images import Split
from server.rules.jobs import JobKind
from server.services import classes, jobs
from server.storage.base import BlobMissing, BlobStore

HUGGING_FACE = "huggingface"
FORMATS = (*WRITES, HUGGING_FACE)


@dataclass(frozen=True)
class Wanted:
    """What to export; None: no matter."""

    form: str
    images: bool = True
    """Whether the pictures go along with their masks."""
    splits: Sequence[Split] | None = None
    until: datetime | None = None
    """The newest revision of each mask at this moment; None: now."""
    round_ids: Sequence[UUID] | None = None
    author_ids: Sequence[UUID] | None = None


@dataclass(frozen=True)
class Row:
    """One image with one revision of its mask; blobs by hash."""

    name: str
    domain: str
    split: str
    group: str | None
    image_sha256: str
    media_type: str
    width: int
    height: int
    mask_sha256: str
    revision: int
    origin: str


def start(
    session: Session, blobs: BlobStore, project_id: UUID, wanted: Wanted, *, actor_id: UUID | None
) -> Job:
    """Freeze what is exported and queue the job that writes it."""
    if wanted.form not in FORMATS:
        raise Invalid(f"Exports are written as {', '.join(FORMATS)}.", field="format")
    class_list = classes.required(session, project_id)
    moment = min(wanted.until, now(session)) if wanted.until else now(session)
    rows = _rows(session, project_id, wanted, moment)
    if not rows:
        raise Invalid("No mask is among what you name.", field="splits")
    manifest = {
        "project_id": str(project_id),
        "project": session.get_one(Project, project_id).name,
        "format": wanted.form,
        "images": wanted.images,
        "until": moment.isoformat(),
        "classes": class_list.classes,
        "rows": [asdict(row) for row in rows],
    }
    data = json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()
    return _add(session, project_id, blobs.put(data), actor_id=actor_id)


def again(
    session: Session, blobs: BlobStore, project_id: UUID, export_id: str, *, actor_id: UUID | None
) -> Job:
    """Queue a job that writes an earlier export once more: the same bytes."""
    try:
        manifest = read(blobs, export_id)
    except (BlobMissing, ValueError, KeyError, TypeError):
        manifest = {}
    if manifest.get("project_id") != str(project_id):
        raise Invalid("The project has no such export.", field="export_id")
    return _add(session, project_id, export_id, actor_id=actor_id)


def read(blobs: BlobStore, export_id: str) -> dict[str, Any]:
    """Return an export's manifest, its rows as `Row`s."""
    manifest: dict[str, Any] = json.loads(blobs.read(export_id))
    return {**manifest, "rows": [Row(**row) for row in manifest["rows"]]}


def file_of(job: Job) -> str:
    """Return the hash of a finished export's archive, or raise `NotFound`."""
    sha256 = (job.result or {}).get("sha256")
    if job.kind is not JobKind.EXPORT or sha256 is None:
        raise NotFound
    return str(sha256)


def _add(session: Session, project_id: UUID, export_id: str, *, actor_id: UUID | None) -> Job:
    return jobs.add(
        session,
        kind=JobKind.EXPORT,
        project_id=project_id,
        params={"export_id": export_id},
        created_by=actor_id,
    )


def _rows(session: Session, project_id: UUID, wanted: Wanted, moment: datetime) -> list[Row]:
    """Return the newest revisions at a moment that were asked for, in order of split and name."""
    later = aliased(Mask)
    newest = ~(
        select(later.id)
        .where(
            later.image_id == Mask.image_id,
            later.revision > Mask.revision,
            ~later.apart,
            later.created_at <= moment,
        )
        .exists()
    )
    statement = (
        select(Image, DomainRow.kind, Group.name, Mask)
        .join(Mask, Mask.image_id == Image.id)
        .join(DomainRow, DomainRow.id == Image.domain_id)
        .outerjoin(Group, Group.id == Image.group_id)
        .outerjoin(Item, Item.id == Mask.item_id)
        .where(Image.project_id == project_id, ~Mask.apart, Mask.created_at <= moment, newest)
        .where(*_conditions(wanted))
        .order_by(Image.split, Image.name)
    )
    return [
        Row(
            name=image.name,
            domain=domain.value,
            split=image.split.value,
            group=group,
            image_sha256=image.sha256,
            media_type=image.media_type,
            width=image.width,
            height=image.height,
            mask_sha256=mask.sha256,
            revision=mask.revision,
            origin=mask.origin.value,
        )
        for image, domain, group, mask in session.execute(statement)
    ]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.splits is not None:
        conditions.append(Image.split.in_(wanted.splits))
    if wanted.round_ids is not None:
        conditions.append(Item.round_id.in_(wanted.round_ids))
    if wanted.author_ids is not None:
        conditions.append(Mask.author_id.in_(wanted.author_ids))
    return conditions
