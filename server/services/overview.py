"""What a page shows of a round or an item, gathered in few queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import (
    ClassList,
    Evaluation,
    Group,
    Image,
    Item,
    Job,
    Lease,
    Model,
    Round,
    Score,
    User,
)
from server.rules.images import Split
from server.rules.items import ItemState, LeaseState
from server.rules.rounds import WORKING
from server.services import round_views
from server.services.paging import AnySelect, Key, Page, PageQuery, by_id, fetch
from server.services.round_views import Spent


@dataclass(frozen=True)
class RoundView:
    """A round with its items counted, its jobs, its cost, its newest model and test score."""

    round: Round
    items: dict[ItemState, int]
    jobs: list[Job]
    spent: Spent
    model: Model | None
    miou: float | None


@dataclass(frozen=True)
class LeaseView:
    """Who holds an item, and for how long by the database's clock."""

    lease: Lease
    user: User
    seconds_left: float


@dataclass(frozen=True)
class ItemView:
    """An item with its image, classes, and holder."""

    item: Item
    image: Image
    group: str | None
    classes: ClassList
    of: int
    lease: LeaseView | None


def rounds(session: Session, found: Sequence[Round]) -> list[RoundView]:
    """Return views of the rounds, in their order."""
    ids = [round_.id for round_ in found]
    counts = {round_id: dict.fromkeys(ItemState, 0) for round_id in ids}
    for round_id, state, count in session.execute(
        select(Item.round_id, Item.state, func.count())
        .where(Item.round_id.in_(ids), ~Item.hidden)
        .group_by(Item.round_id, Item.state)
    ):
        counts[round_id][state] = count
    jobs: dict[UUID, list[Job]] = {round_id: [] for round_id in ids}
    for job in session.scalars(select(Job).where(Job.round_id.in_(ids)).order_by(Job.id)):
        if job.round_id is not None:
            jobs[job.round_id].append(job)
    newest, spent = _newest_models(session, ids), round_views.spent(session, found)
    return [
        RoundView(
            round_,
            counts[round_.id],
            jobs[round_.id],
            spent[round_.id],
            *newest.get(round_.id, (None, None)),
        )
        for round_ in found
    ]


def of_project(session: Session, project_id: UUID, query: PageQuery) -> Page:
    """Return a page of rounds, newest first."""
    statement = select(Round).where(Round.project_id == project_id)
    return fetch(session, statement, query, keys=[by_id(Round.id)], newest_first=True)


def current_round(session: Session, project_id: UUID) -> Round | None:
    """Return the round that works, else the newest."""
    statement = (
        select(Round)
        .where(Round.project_id == project_id)
        .order_by(Round.state.in_(WORKING).desc(), Round.number.desc())
        .limit(1)
    )
    return session.scalar(statement)


def selection(session: Session, round_id: UUID, query: PageQuery) -> Page:
    """Return a page of (score, image name, group or None) of every candidate, least sure first."""
    statement = (
        select(Score, Image.name, Group.name)
        .join(Image, Image.id == Score.image_id)
        .outerjoin(Group, Group.id == Image.group_id)
        .where(Score.round_id == round_id)
    )
    keys = [Key(Score.score, lambda row: row[0].score, float), by_id(Score.id)]
    return fetch(session, statement, query, keys=keys, newest_first=True)


def item(session: Session, item_id: UUID) -> ItemView:
    """Return one item's view."""
    row = session.execute(_item_rows().where(Item.id == item_id)).one()
    return _item_views(session, [row])[0]


def items(
    session: Session, round_id: UUID, query: PageQuery, *, blind_for: UUID | None = None
) -> tuple[list[ItemView], str | None]:
    """Return a page of the round's items, by rank, and the next cursor.

    Args:
        blind_for: Where hidden ones are among them, this person sees their own only: from all of
            them it would be plain which one is hidden.
    """
    keys = [Key(Item.rank, lambda row: row[0].rank, int), by_id(Item.id)]
    statement = _item_rows().where(Item.round_id == round_id)
    hides = session.get_one(Round, round_id).config.get("hidden_share")
    if blind_for is not None and hides:
        statement = statement.where(Item.taken_by == blind_for)
    else:
        statement = statement.where(~Item.hidden)
    page = fetch(session, statement, query, keys=keys)
    return _item_views(session, page.rows), page.cursor


def _newest_models(
    session: Session, round_ids: Sequence[UUID]
) -> dict[UUID, tuple[Model, float | None]]:
    statement = (
        select(Model, Evaluation.miou)
        .outerjoin(Evaluation, (Evaluation.model_id == Model.id) & (Evaluation.split == Split.TEST))
        .where(Model.round_id.in_(round_ids))
        .order_by(Model.version)
    )
    return {model.round_id: (model, miou) for model, miou in session.execute(statement)}


def _item_rows() -> AnySelect:
    active = (Lease.item_id == Item.id) & (Lease.state == LeaseState.ACTIVE)
    return (
        select(Item, Image, Group.name, ClassList, Lease, User)
        .join(Image, Image.id == Item.image_id)
        .join(ClassList, ClassList.id == Item.class_list_id)
        .outerjoin(Group, Group.id == Image.group_id)
        .outerjoin(Lease, active)
        .outerjoin(User, User.id == Lease.user_id)
    )


def _item_views(session: Session, rows: Sequence[Any]) -> list[ItemView]:
    if not rows:
        return []
    round_ids = {row[0].round_id for row in rows}
    lengths = session.execute(
        select(Item.round_id, func.max(Item.rank))
        .where(Item.round_id.in_(round_ids), ~Item.hidden)
        .group_by(Item.round_id)
    )
    totals = dict(lengths.all())
    moment = now(session)
    return [
        ItemView(
            found, image, group, classes, totals[found.round_id], _lease_view(lease, user, moment)
        )
        for found, image, group, classes, lease, user in rows
    ]


def _lease_view(lease: Lease | None, user: User | None, moment: datetime) -> LeaseView | None:
    if lease is None or user is None:
        return None
    left = max(0.0, (lease.expires_at - moment).total_seconds())
    return LeaseView(lease, user, left)
