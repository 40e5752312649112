"""What nobody will ask for again: uploads that were given up, and blobs that no row names.

A process that dies between a blob and its row leaves bytes behind. Each tick looks at a few of
those that have rested for a day, marks what the rows name, and sweeps the rest. Whoever needs
bytes puts them, which ends their rest: so nothing is swept that a row is about to name.
"""

from __future__ import annotations

import fcntl
import json
import re
import secrets
import time
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, sessionmaker

from server.db.engine import now, reading
from server.db.models import (
    Draft,
    Evaluation,
    Image,
    ImagePrediction,
    Item,
    Job,
    Mask,
    Model,
    Round,
    Upload,
)
from server.rules.jobs import FINISHED, JobKind
from server.services import uploads
from server.services.unit_of_work import transaction
from server.storage.base import BlobStore

REST = timedelta(hours=24)
BROKEN_WRITE = timedelta(minutes=10)
"""A write that has not ended so long after its last byte never will."""
MOST = 100
"""Of each kind in one tick: a few milliseconds, and a million blobs in a day."""

_SHA256 = re.compile(r"[0-9a-f]{64}")

BLOBS: tuple[InstrumentedAttribute[str] | InstrumentedAttribute[str | None], ...] = (
    Image.sha256,
    Mask.sha256,
    ImagePrediction.sha256,
    Draft.sha256,
    Item.prediction_sha256,
    Item.uncertainty_sha256,
    Item.second_sha256,
    Item.chances_sha256,
    Item.superpixels_sha256,
    Model.snapshot_sha256,
)
"""Columns that name a blob."""
DOCUMENTS = (Model.files, Job.params, Job.result, Evaluation.worst, Round.manifest)
"""Columns that name blobs somewhere inside."""


def run(
    sessions: sessionmaker[Session], blobs: BlobStore, *, folder: Path, start: str | None = None
) -> None:
    """Sweep a little, beginning at a random place, or at the hash `start`."""
    with reading(sessions) as session:
        rest = _rest(session).total_seconds()
        found = blobs.rested(rest, start=start or secrets.token_hex(32), most=MOST)
        orphans = sorted(set(found) - named(session, found))
        old = uploads_at_rest(session)
        strays = _strays(session, folder)
    for sha256 in orphans:
        blobs.discard(sha256, rested=rest)
    blobs.sweep(rested=BROKEN_WRITE.total_seconds())
    for upload_id in old:
        with transaction(sessions) as session:
            drop_upload(session, upload_id, folder=folder)
    for path in strays:
        path.unlink(missing_ok=True)


def named(session: Session, hashes: Collection[str]) -> set[str]:
    """Return those of the hashes that a row names.

    One statement reads all the columns, and so one state of them: a draft whose bytes become a
    mask is in one of the two.
    """
    if not hashes:
        return set()
    columns = union_all(*(select(column).where(column.in_(hashes)) for column in BLOBS))
    found = {str(each) for each in session.scalars(columns)}
    if missing := set(hashes) - found:
        found |= missing & _in_documents(session)
    return found


def _in_documents(session: Session) -> set[str]:
    found: set[str] = set()
    for column in DOCUMENTS:
        statement = select(column).where(column.is_not(None)).execution_options(yield_per=100)
        for document in session.scalars(statement):
            found.update(_SHA256.findall(json.dumps(document)))
    return found


def _rest(session: Session) -> timedelta:
    """A job names its blobs at its end: what is younger than a job that goes on stays, too."""
    oldest = session.scalar(select(func.min(Job.created_at)).where(Job.state.not_in(FINISHED)))
    return REST if oldest is None else max(REST, now(session) - oldest + REST)


def uploads_at_rest(session: Session) -> list[UUID]:
    """Return uploads that began a day ago; whether they still arrive, their files say."""
    statement = select(Upload.id).where(Upload.created_at < now(session) - REST)
    return list(session.scalars(statement.order_by(Upload.id).limit(MOST)))


def drop_upload(session: Session, upload_id: UUID, *, folder: Path) -> bool:
    """Delete the upload unless it still arrives, or an import reads it or waits to."""
    upload = session.get(Upload, upload_id, with_for_update=True)
    if upload is None or _is_awaited(session, uploads.path_of(folder, upload_id)):
        return False
    if not _unlink_at_rest(uploads.path_of(folder, upload_id)):
        return False
    session.delete(upload)
    return True


def _is_awaited(session: Session, path: Path) -> bool:
    statement = select(Job.id).where(
        Job.kind == JobKind.IMPORT,
        Job.state.not_in(FINISHED),
        Job.params["upload"].as_string() == str(path),
    )
    return session.scalar(statement.limit(1)) is not None


def _unlink_at_rest(path: Path) -> bool:
    """Delete the file unless a piece arrives now, or did within a day."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not _rests(path):
                return False
            path.unlink()
    except BlockingIOError:
        return False
    except FileNotFoundError:
        pass
    return True


def _strays(session: Session, folder: Path) -> list[Path]:
    """Return files at rest without an upload: a process died between the two."""
    if not folder.is_dir():
        return []
    resting = [path for path in folder.iterdir() if _rests(path)][:MOST]
    known = {str(each) for each in session.scalars(select(Upload.id))}
    return [path for path in resting if path.name not in known]


def _rests(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime >= REST.total_seconds()
    except FileNotFoundError:
        return False
