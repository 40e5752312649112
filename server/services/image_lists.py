"""Lists of images: narrowed by what a lead asks about, each order along an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, false, select
from sqlalchemy.orm import Session

from server.db.models import DomainRow, Group, Image, Item, Round, Score
from server.rules.images import Domain, Split
from server.rules.items import ItemState
from server.services import images
from server.services.paging import AnySelect, Key, Page, PageQuery, by_id, fetch


class Order(StrEnum):
    """How a list of images is sorted."""

    NAME = "name"
    NEWEST = "-created"
    SCORE = "-score"
    """Only the images that the newest selection scored, least sure first."""


@dataclass(frozen=True)
class Filter:
    """What a list of images may be narrowed by; None: no matter."""

    domain: Domain | None = None
    split: Split | None = None
    group: str | None = None
    labelled: bool | None = None
    name: str | None = None
    """How the name begins."""
    state: ItemState | None = None
    """In whatever round asked for it."""
    round_id: UUID | None = None
    """The round that asked for it."""


def one(session: Session, image_id: UUID) -> tuple[Image, Domain, str | None, bool, float | None]:
    """Return one row of `listed`, or raise `NotFound`."""
    image = images.get(session, image_id)
    scored = newest_scored_round(session, image.project_id)
    row = session.execute(_rows(scored).where(Image.id == image_id)).one()
    return row[0], row[1], row[2], row[3], row[4]


def listed(
    session: Session,
    project_id: UUID,
    query: PageQuery,
    *,
    narrow: Filter,
    order: Order = Order.NAME,
) -> Page:
    """Return a page of (image, domain, group or None, labelled, newest score or None)."""
    scored = newest_scored_round(session, project_id)
    statement = _rows(scored).where(*_conditions(session, project_id, narrow))
    if order is Order.SCORE:
        # The round's scores are all of this project's images. Said of the images as well, SQLite
        # would rather begin there and sort them all: a second for the first page of a million.
        keys = [
            Key(Score.score, lambda row: row[4], float),
            Key(Score.image_id, lambda row: str(row[0].id), UUID),
        ]
        statement = statement.where(Score.id.is_not(None), Score.round_id == scored)
        return fetch(session, statement, query, keys=keys, newest_first=True)
    statement = statement.where(Image.project_id == project_id)
    if order is Order.NEWEST:
        return fetch(session, statement, query, keys=[by_id(Image.id)], newest_first=True)
    return fetch(session, statement, query, keys=[Key(Image.name, _name), by_id(Image.id)])


def groups(session: Session, project_id: UUID, query: PageQuery) -> Page:
    """Return a page of the project's groups, by name."""
    statement = select(Group).where(Group.project_id == project_id)
    return fetch(session, statement, query, keys=[Key(Group.name, _name)])


def newest_scored_round(session: Session, project_id: UUID) -> UUID | None:
    """Return the round whose scores are the newest: ids are ordered by time."""
    has_scores = select(Score.id).where(Score.round_id == Round.id).exists()
    statement = (
        select(Round.id)
        .where(Round.project_id == project_id, has_scores)
        .order_by(Round.id.desc())
        .limit(1)
    )
    return session.scalar(statement)


@dataclass(frozen=True)
class InRound:
    """What one round thought of an image and asked about it."""

    round_id: UUID
    number: int
    score: float | None
    rank: int | None
    reason: str | None
    item_id: UUID | None
    item_state: ItemState | None


def rounds_of(session: Session, image: Image) -> Sequence[InRound]:
    """Return the rounds that scored the image or asked for it, newest first."""
    statement = (
        select(Round.id, Round.number, Score.score, Score.rank, Score.reason, Item.id, Item.state)
        .outerjoin(Score, (Score.round_id == Round.id) & (Score.image_id == image.id))
        .outerjoin(
            Item,
            (Item.round_id == Round.id)
            & (Item.image_id == image.id)
            & (Item.slot == 0)
            & ~Item.hidden,
        )
        .where(
            Round.project_id == image.project_id,
            Score.id.is_not(None) | Item.id.is_not(None),
        )
        .order_by(Round.number.desc())
    )
    return [InRound(*row) for row in session.execute(statement)]


def _name(row: tuple[Image] | tuple[Group]) -> str:
    return row[0].name


def _rows(scored: UUID | None) -> AnySelect:
    return (
        select(Image, DomainRow.kind, Group.name, images.has_mask(), Score.score)
        .join(DomainRow, DomainRow.id == Image.domain_id)
        .outerjoin(Group, Group.id == Image.group_id)
        .outerjoin(Score, (Score.image_id == Image.id) & (Score.round_id == scored))
    )


def _conditions(session: Session, project_id: UUID, narrow: Filter) -> list[ColumnElement[bool]]:
    """Narrow by the images' own columns, which the lists' indexes begin with."""
    conditions: list[ColumnElement[bool]] = []
    if narrow.domain is not None:
        place = images.domain_id(session, project_id, narrow.domain)
        conditions.append(Image.domain_id == place)
    if narrow.split is not None:
        conditions.append(Image.split == narrow.split)
    if narrow.group is not None:
        group = images.group_ids_of(session, project_id, {narrow.group}).get(narrow.group)
        conditions.append(Image.group_id == group if group else false())
    if narrow.labelled is not None:
        conditions.append(images.has_mask() if narrow.labelled else ~images.has_mask())
    if narrow.name is not None:
        # Where the names begin that begin so: the list's index is entered there.
        conditions.append(Image.name >= narrow.name)
        conditions.append(Image.name.startswith(narrow.name, autoescape=True))
    return conditions + _asked(project_id, narrow)


def _asked(project_id: UUID, narrow: Filter) -> list[ColumnElement[bool]]:
    """Narrow by what rounds asked for: lists of items, which are short beside those of images."""
    conditions: list[ColumnElement[bool]] = []
    if narrow.state is not None:
        of_state = select(Item.image_id).where(
            Item.project_id == project_id, Item.state == narrow.state, ~Item.hidden
        )
        conditions.append(Image.id.in_(of_state))
    if narrow.round_id is not None:
        of_round = select(Item.image_id).where(
            Item.project_id == project_id, Item.round_id == narrow.round_id, ~Item.hidden
        )
        conditions.append(Image.id.in_(of_round))
    return conditions
