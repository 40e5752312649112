"""Which images a round trains on, chooses from and is measured on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from server.db.engine import now
from server.db.models import DomainRow, Group, Image, Mask
from server.rules.images import Domain, Split


@dataclass(frozen=True)
class Labelled:
    """One image with the revision that was its mask at a moment; blobs by hash."""

    name: str
    domain: Domain
    split: Split
    group: str
    image_sha256: str
    mask_sha256: str


@dataclass(frozen=True)
class Unlabelled:
    """One image without a mask."""

    image_id: UUID
    name: str
    group: str
    image_sha256: str


def labelled(session: Session, project_id: UUID, *splits: Split, until: datetime) -> list[Labelled]:
    """Return the images of the splits that had a mask at `until`, by domain and name.

    Masks are only ever added, so the same moment always gives the same list: a retry trains on
    what its first attempt trained on, however much is labelled meanwhile.
    """
    later = aliased(Mask)
    is_newest = ~(
        select(later.id)
        .where(
            later.image_id == Mask.image_id,
            later.revision > Mask.revision,
            ~later.apart,
            later.created_at <= until,
        )
        .exists()
    )
    statement = (
        select(Image.name, DomainRow.kind, Image.split, Group.name, Image.sha256, Mask.sha256)
        .join(Mask, Mask.image_id == Image.id)
        .join(DomainRow, DomainRow.id == Image.domain_id)
        .outerjoin(Group, Group.id == Image.group_id)
        .where(
            Image.project_id == project_id,
            Image.split.in_(splits),
            Image.quarantine_reason.is_(None),
            ~Mask.apart,
            Mask.created_at <= until,
            is_newest,
        )
        .order_by(DomainRow.kind, Image.name)
    )
    return [
        Labelled(name, kind, split, group or "", image_sha, mask_sha)
        for name, kind, split, group, image_sha, mask_sha in session.execute(statement)
    ]


def unlabelled(session: Session, project_id: UUID, *, until: datetime) -> list[Unlabelled]:
    """Return the pool's images that had no mask at `until`, by name."""
    return _unlabelled(session, _pool(project_id, until=until))


def by_id(session: Session, image_ids: list[UUID]) -> list[Unlabelled]:
    """Return these images, by name."""
    return _unlabelled(session, _named().where(Image.id.in_(image_ids)))


def count_unlabelled(session: Session, project_id: UUID) -> int:
    """Return how many images a round may choose from."""
    pool = _pool(project_id, until=now(session))
    statement = pool.with_only_columns(func.count(Image.id)).order_by(None)
    return session.scalar(statement) or 0


def count_groups(session: Session, project_id: UUID) -> int:
    """Return between how many groups a choice from the pool can be shared; 1: between none.

    Images without a group are one, too. Where each image is a group of its own, nothing is shared.
    """
    pool = _pool(project_id, until=now(session)).order_by(None)
    group = func.coalesce(Group.name, "")
    images, groups = session.execute(
        pool.with_only_columns(func.count(Image.id), func.count(func.distinct(group)))
    ).one()
    return groups if 1 < groups < images else 1


def count_labelled(session: Session, project_id: UUID, split: Split) -> int:
    """Return how many images of the split have a mask."""
    statement = select(func.count(Image.id)).where(
        Image.project_id == project_id,
        Image.split == split,
        Image.quarantine_reason.is_(None),
        select(Mask.id).where(Mask.image_id == Image.id).exists(),
    )
    return session.scalar(statement) or 0


_Named = Select[UUID, str, str, str]
"""Image id, name, group (None without one, whatever the outer join's type says), hash."""


def _named() -> _Named:
    return (
        select(Image.id, Image.name, Group.name, Image.sha256)
        .outerjoin(Group, Group.id == Image.group_id)
        .where(Image.quarantine_reason.is_(None))
        .order_by(Image.name)
    )


def _pool(project_id: UUID, *, until: datetime) -> _Named:
    mask = select(Mask.id).where(Mask.image_id == Image.id, Mask.created_at <= until)
    return _named().where(
        Image.project_id == project_id,
        Image.split == Split.POOL,
        Image.created_at <= until,
        ~mask.exists(),
    )


def _unlabelled(session: Session, statement: _Named) -> list[Unlabelled]:
    rows = session.execute(statement)
    return [Unlabelled(image_id, name, group or "", sha) for image_id, name, group, sha in rows]
