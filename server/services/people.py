"""Each person's figures in a project: how much, how fast, how well, and how far they agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from server.db.models import (
    ClassList,
    Comparison,
    Image,
    Item,
    Lease,
    Mask,
    Review,
    Round,
    TruthScore,
    User,
)
from server.rules.agreement import Agreement, agreement
from server.rules.items import LeaseState
from server.rules.reviews import Verdict
from server.rules.rounds import WORKING
from server.rules.standing import Standing, standing
from server.services import truths


@dataclass(frozen=True)
class Agreeing:
    """How far a person agrees with the others who labelled the same images."""

    people: int
    images: int
    miou: float
    kappa: float | None


@dataclass(frozen=True)
class Person:
    """What one person did in a project."""

    user_id: UUID
    name: str
    labels: int
    skipped: int
    minutes: float
    median_seconds: float | None
    changed_share: float | None
    """Of the pixels of their images: how much of the model's masks they changed."""
    returned_share: float | None
    """Of their labels: how many a reviewer sent back at least once."""
    hidden: Standing | None
    agreement: Agreeing | None


@dataclass(frozen=True)
class Pair:
    """Two people who labelled the same images, blind to each other."""

    first: str
    second: str
    images: int
    agreement: Agreement


def figures(session: Session, project_id: UUID, *, only: UUID | None = None) -> Sequence[Person]:
    """Return what each person did, by name; `only` one of them, as they themselves may see it.

    From a figure that moves right after a submission a person could tell which item was hidden, so
    their own hidden scores and agreement are those of rounds that are over.
    """
    submitted = case((Lease.state == LeaseState.SUBMITTED, Lease.item_id))
    skipped = case((Lease.state == LeaseState.SKIPPED, Lease.item_id))
    counts = (
        select(User.id, User.name, func.count(submitted.distinct()), func.count(skipped.distinct()))
        .join(Lease, Lease.user_id == User.id)
        .where(Lease.project_id == project_id)
        .group_by(User.id, User.name)
        .order_by(User.name)
    )
    if only is not None:
        counts = counts.where(User.id == only)
    asked = truths.threshold(session, project_id)
    return [
        _person(session, project_id, user_id, name, labels, skips, asked=asked, is_own=bool(only))
        for user_id, name, labels, skips in session.execute(counts).all()
    ]


def own(session: Session, project_id: UUID, user: User) -> Person:
    """Return a person's own figures: zeros for who has taken no item yet."""
    found = figures(session, project_id, only=user.id)
    nothing = Person(user.id, user.name, 0, 0, 0.0, None, None, None, None, None)
    return next(iter(found), nothing)


def compared(session: Session, project_id: UUID) -> tuple[int, int]:
    """Return how many labels were compared with a truth, and how many with one another."""
    scores = select(func.count(TruthScore.id)).where(TruthScore.project_id == project_id)
    pairs_ = select(func.count(Comparison.id)).where(Comparison.project_id == project_id)
    return session.scalar(scores) or 0, session.scalar(pairs_) or 0


def pairs(session: Session, project_id: UUID) -> list[Pair]:
    """Return the agreement of each two people, by name."""
    first, second = aliased(User), aliased(User)
    rows = session.execute(
        select(first.name, second.name, Comparison.confusion)
        .join(first, first.id == Comparison.first_user_id)
        .join(second, second.id == Comparison.second_user_id)
        .where(Comparison.project_id == project_id)
        .execution_options(yield_per=500)
    )
    found: dict[tuple[str, str], _Sum] = {}
    for one, other, confusion in rows:
        turned = [[b, a, pixels] for a, b, pixels in confusion] if one > other else confusion
        found.setdefault((min(one, other), max(one, other)), _Sum()).add(turned)
    made = [(names, total, total.agreement()) for names, total in sorted(found.items())]
    return [Pair(*names, total.images, said) for names, total, said in made if said is not None]


def all_together(session: Session, project_id: UUID) -> Agreement | None:
    """Return the agreement of all pairs taken together, class by class."""
    rows = session.scalars(
        select(Comparison.confusion)
        .where(Comparison.project_id == project_id)
        .execution_options(yield_per=500)
    )
    total = _Sum()
    for confusion in rows:
        total.add(confusion)
    return total.agreement()


def class_names(session: Session, project_id: UUID) -> dict[int, str]:
    """Return the names of the project's classes by id."""
    classes = session.scalar(
        select(ClassList.classes)
        .where(ClassList.project_id == project_id)
        .order_by(ClassList.version.desc())
        .limit(1)
    )
    return {int(entry["id"]): str(entry["name"]) for entry in classes or ()}


class _Sum:
    """Pixels by pair of classes over many images; as large as the class list squared at most."""

    def __init__(self) -> None:
        self.images = 0
        self.counts: dict[tuple[int, int], int] = {}

    def add(self, confusion: Sequence[Sequence[int]]) -> None:
        """Add one image's."""
        self.images += 1
        for first, second, pixels in confusion:
            self.counts[first, second] = self.counts.get((first, second), 0) + pixels

    def agreement(self) -> Agreement | None:
        """Return what they come to."""
        return agreement((first, second, n) for (first, second), n in self.counts.items())


def _person(
    session: Session,
    project_id: UUID,
    user_id: UUID,
    name: str,
    labels: int,
    skipped: int,
    *,
    asked: float,
    is_own: bool,
) -> Person:
    rounds: list[ColumnElement[bool]] = [Round.state.not_in(WORKING)] if is_own else []
    return Person(
        user_id,
        name,
        labels,
        skipped,
        *_habits(session, project_id, user_id),
        returned_share=_returned(session, project_id, user_id) / labels if labels else None,
        hidden=standing(_scores(session, project_id, user_id, rounds), threshold=asked),
        agreement=_agreeing(session, project_id, user_id, rounds),
    )


def _habits(
    session: Session, project_id: UUID, user_id: UUID
) -> tuple[float, float | None, float | None]:
    """Return a person's minutes, median seconds per label, and how much they change."""
    rows = session.execute(
        select(Mask.active_seconds, Mask.changed_pixels, Image.width * Image.height)
        .join(Image, Image.id == Mask.image_id)
        .where(
            Image.project_id == project_id,
            Mask.author_id == user_id,
            Mask.item_id.is_not(None),
        )
    ).all()
    times = [seconds for seconds, _, _ in rows if seconds is not None]
    pixels = sum(area for _, changed, area in rows if changed is not None)
    changed = sum(each for _, each, _ in rows if each is not None)
    return (
        sum(times) / 60,
        median(times) if times else None,
        changed / pixels if pixels else None,
    )


def _returned(session: Session, project_id: UUID, user_id: UUID) -> int:
    """Return how many of the person's labels a reviewer sent back at least once."""
    statement = (
        select(func.count(Review.item_id.distinct()))
        .join(Mask, Mask.id == Review.mask_id)
        .join(Item, Item.id == Review.item_id)
        .where(
            Item.project_id == project_id,
            Mask.author_id == user_id,
            Review.verdict == Verdict.RETURNED,
        )
    )
    return session.scalar(statement) or 0


def _scores(
    session: Session, project_id: UUID, user_id: UUID, rounds: Sequence[ColumnElement[bool]]
) -> Sequence[float]:
    """Return the person's hidden scores, oldest first."""
    return session.scalars(
        select(TruthScore.score)
        .join(Item, Item.id == TruthScore.item_id)
        .join(Round, Round.id == Item.round_id)
        .where(TruthScore.project_id == project_id, TruthScore.user_id == user_id, *rounds)
        .order_by(TruthScore.id)
    ).all()


def _agreeing(
    session: Session, project_id: UUID, user_id: UUID, rounds: Sequence[ColumnElement[bool]]
) -> Agreeing | None:
    rows = session.execute(
        select(Comparison.first_user_id, Comparison.second_user_id, Comparison.confusion)
        .join(Round, Round.id == Comparison.round_id)
        .where(
            Comparison.project_id == project_id,
            or_(Comparison.first_user_id == user_id, Comparison.second_user_id == user_id),
            *rounds,
        )
        .execution_options(yield_per=500)
    )
    total, others = _Sum(), set()
    for first, second, confusion in rows:
        others.add(second if first == user_id else first)
        total.add(confusion)
    said = total.agreement()
    if said is None:
        return None
    return Agreeing(len(others), total.images, said.miou, said.kappa)
