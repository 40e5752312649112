"""The figures that a project's curve is read against: measured here, or known from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Image, ReferenceFigure
from server.rules.errors import NotFound
from server.rules.images import Split
from server.rules.jobs import JobKind
from server.rules.references import ReferenceKind
from server.services.metrics import Stage


@dataclass(frozen=True)
class Reference:
    """One line: an mIoU, and where it comes from."""

    kind: ReferenceKind
    miou: float
    origin: str | None
    """In the lead's words; None where the project's own model was measured."""
    model_version: int | None
    """The project's own model."""


def of_project(
    session: Session, project_id: UUID, stages: Sequence[Stage], *, split: Split = Split.TEST
) -> list[Reference]:
    """Return the lines; what the project measured itself goes before what somebody entered.

    Entered figures are of test images: they stand beside no other split.
    """
    entered = {
        row.kind: Reference(row.kind, row.miou, row.origin, None)
        for row in session.scalars(
            select(ReferenceFigure).where(ReferenceFigure.project_id == project_id)
        )
        if split is Split.TEST
    }
    known = {**entered, **_measured(session, project_id, stages, split)}
    return [known[kind] for kind in ReferenceKind if kind in known]


def put(
    session: Session,
    project_id: UUID,
    kind: ReferenceKind,
    *,
    miou: float,
    origin: str,
    actor_id: UUID,
) -> ReferenceFigure:
    """Enter a figure, or replace the one that was entered before."""
    row = _entered(session, project_id, kind) or ReferenceFigure(project_id=project_id, kind=kind)
    row.miou, row.origin = miou, origin
    row.created_by, row.created_at = actor_id, now(session)
    session.add(row)
    session.flush()
    return row


def drop(session: Session, project_id: UUID, kind: ReferenceKind) -> None:
    """Forget an entered figure.

    Raises:
        NotFound: None was entered.
    """
    row = _entered(session, project_id, kind)
    if row is None:
        raise NotFound
    session.delete(row)


def _entered(session: Session, project_id: UUID, kind: ReferenceKind) -> ReferenceFigure | None:
    return session.scalar(
        select(ReferenceFigure)
        .where(ReferenceFigure.project_id == project_id, ReferenceFigure.kind == kind)
        .with_for_update()
    )


def _measured(
    session: Session, project_id: UUID, stages: Sequence[Stage], split: Split
) -> dict[ReferenceKind, Reference]:
    """Return what the project's own models say, the newest of each kind."""
    pool = session.scalar(
        select(func.count(Image.id)).where(
            Image.project_id == project_id, Image.split == Split.POOL
        )
    )
    found = {}
    for stage in stages:
        kind = _kind(stage, pool or 0)
        miou = stage.miou(split)
        if kind is not None and miou is not None:
            found[kind] = Reference(kind, miou, None, stage.model.version)
    return found


def _kind(stage: Stage, pool: int) -> ReferenceKind | None:
    """Return which line a training is: of the source alone, or of every target label."""
    labels = stage.model.labels_spent
    if stage.model.stage is JobKind.WARM_UP and labels == 0 and stage.learns_source_only:
        return ReferenceKind.SOURCE_ONLY
    if stage.model.stage is JobKind.RETRAIN and labels == pool > 0:
        return ReferenceKind.FULL_LABELS
    return None
