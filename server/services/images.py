"""Images: registered once, in one split for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy import insert as insert_into
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.codecs import ImageFacts
from server.db.base import uuid7
from server.db.engine import now
from server.db.models import DomainRow, Group, Image, Mask
from server.rules.errors import DuplicateImage, Invalid, NotFound
from server.rules.images import SPLITS, Domain, Split
from server.services import quotas


@dataclass(frozen=True)
class NewImage:
    """An image whose bytes are already the blob `sha256`."""

    name: str
    sha256: str
    bytes: int
    facts: ImageFacts
    group: str | None


def check_place(domain: Domain, split: Split) -> None:
    """Refuse a split that the domain does not have."""
    if split not in SPLITS[domain]:
        listed = ", ".join(sorted(SPLITS[domain]))
        raise Invalid(f"A {domain.value} image is in {listed}, not {split.value}.", field="split")


def domain_id(session: Session, project_id: UUID, kind: Domain) -> UUID:
    """Return the id of the project's source or target."""
    statement = select(DomainRow.id).where(
        DomainRow.project_id == project_id, DomainRow.kind == kind
    )
    return session.scalars(statement).one()


def add(
    session: Session,
    project_id: UUID,
    new: NewImage,
    *,
    domain: Domain,
    split: Split,
    most_bytes: int = 0,
) -> Image:
    """Register one image.

    Raises:
        DuplicateImage: The project has these bytes, or the domain has this name.
        ProjectFull: The project's images would take more than `most_bytes`; 0: any number.
    """
    place = domain_id(session, project_id, domain)
    taken = known(session, project_id, domain, [new]).reason(new)
    if taken is not None:
        raise DuplicateImage(taken, field="image")
    try:
        with session.begin_nested():
            [image_id] = insert(session, project_id, place, split, [new], most_bytes=most_bytes)
    except IntegrityError:
        raise DuplicateImage("Another upload of this image was faster.", field="image") from None
    return session.get_one(Image, image_id)


@dataclass(frozen=True)
class Known:
    """Which bytes and names are there already."""

    names_by_sha256: dict[str, str]
    sha256_by_name: dict[str, str]

    def reason(self, new: NewImage) -> str | None:
        """Say why `new` is a duplicate, or None."""
        if new.sha256 in self.names_by_sha256:
            return f"The project has these bytes already, as {self.names_by_sha256[new.sha256]!r}."
        if new.name in self.sha256_by_name:
            return f"The domain has another image {new.name!r} already."
        return None


def known(session: Session, project_id: UUID, domain: Domain, batch: Sequence[NewImage]) -> Known:
    """Look the batch's hashes and names up; both by an index."""
    by_bytes = session.execute(
        select(Image.sha256, Image.name).where(
            Image.project_id == project_id, Image.sha256.in_([new.sha256 for new in batch])
        )
    )
    by_name = session.execute(
        select(Image.name, Image.sha256).where(
            Image.project_id == project_id,
            Image.split.in_(SPLITS[domain]),  # the domain's own: no other has them
            Image.name.in_([new.name for new in batch]),
        )
    )
    return Known(dict(by_bytes.all()), dict(by_name.all()))


def insert(
    session: Session,
    project_id: UUID,
    place: UUID,
    split: Split,
    batch: Sequence[NewImage],
    *,
    most_bytes: int,
) -> list[UUID]:
    """Insert images in one statement, return their ids; unique constraints refuse duplicates."""
    if not batch:
        return []
    groups = group_ids(session, project_id, {new.group for new in batch if new.group})
    moment = now(session)
    ids = [uuid7() for _ in batch]
    rows = [
        {
            "id": image_id,
            "project_id": project_id,
            "domain_id": place,
            "group_id": groups[new.group] if new.group else None,
            "split": split,
            "name": new.name,
            "sha256": new.sha256,
            "media_type": new.facts.media_type,
            "width": new.facts.width,
            "height": new.facts.height,
            "bytes": new.bytes,
            "created_at": moment,
        }
        for image_id, new in zip(ids, batch, strict=True)
    ]
    session.execute(insert_into(Image), rows)
    size = sum(new.bytes for new in batch)
    quotas.take_space(session, project_id, size, most=most_bytes)
    return ids


def group_ids(session: Session, project_id: UUID, names: set[str]) -> dict[str, UUID]:
    """Return the groups' ids, making those that are missing."""
    found = group_ids_of(session, project_id, names)
    for name in sorted(names - found.keys()):
        group = Group(project_id=project_id, name=name)
        session.add(group)
        session.flush()
        found[name] = group.id
    return found


def group_ids_of(session: Session, project_id: UUID, names: set[str]) -> dict[str, UUID]:
    """Return the ids of those groups that are there."""
    statement = select(Group.name, Group.id).where(
        Group.project_id == project_id, Group.name.in_(names)
    )
    return dict(session.execute(statement).all())


def put_in_group(
    session: Session, project_id: UUID, image_ids: Sequence[UUID], name: str | None
) -> None:
    """Put images of the project in a group, made if missing, or in none.

    Raises:
        Invalid: One of them is not the project's; none is changed.
    """
    wanted = set(image_ids)
    group_id = group_ids(session, project_id, {name})[name] if name else None
    statement = (
        update(Image)
        .where(Image.project_id == project_id, Image.id.in_(wanted))
        .values(group_id=group_id)
    )
    missing = len(wanted) - session.connection().execute(statement).rowcount
    if missing:
        raise Invalid(
            f"{missing} of these {len(wanted)} images are not the project's.", field="image_ids"
        )


def get(session: Session, image_id: UUID) -> Image:
    """Return the image, or raise `NotFound`."""
    image = session.get(Image, image_id)
    if image is None:
        raise NotFound
    return image


def counts(session: Session, project_id: UUID) -> dict[tuple[Split, bool], int]:
    """Return how many images each split has, with and without a mask."""
    statement = (
        select(Image.split, has_mask(), func.count(Image.id))
        .where(Image.project_id == project_id)
        .group_by(Image.split, has_mask())
    )
    return {(split, bool(masked)): count for split, masked, count in session.execute(statement)}


def has_mask() -> ColumnElement[bool]:
    """The condition that an image has a mask."""
    return select(Mask.id).where(Mask.image_id == Image.id).exists()
