"""The labelling of a round: when it ends, and what follows."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.db.models import Item, Round
from server.rules.errors import Conflict
from server.rules.items import ItemState
from server.rules.jobs import JobKind
from server.rules.rounds import RoundEvent, RoundState, next_state
from server.services import budgets, jobs, leases, rounds


def end_if_done(session: Session, round_id: UUID) -> bool:
    """Go on to retraining when no item is open, held or returned, or when the budget is used.

    The caller holds the round's lock, so that the last of several submissions sees all others.
    """
    round_ = session.get_one(Round, round_id)
    if round_.state is not RoundState.LABELLING:
        return False
    counts = item_counts(session, round_id)
    held = counts[ItemState.LEASED] + counts[ItemState.RETURNED]
    if counts[ItemState.OPEN] + held == 0:
        return _retrain(session, round_, reason="every item is submitted or skipped")
    nobody_holds_one = held == 0 and counts[ItemState.SUBMITTED] > 0
    if nobody_holds_one and budgets.is_used(session, round_.project_id, round_id=round_id):
        return _retrain(session, round_, reason="the budget is used")
    return False


def close(session: Session, round_id: UUID, *, actor_id: UUID | None, reason: str = "") -> Round:
    """Go on with what is submitted; whoever still holds an item keeps a draft of it."""
    round_ = leases.lock_round(session, round_id)
    next_state(round_.state, RoundEvent.LABELLED)
    if item_counts(session, round_id)[ItemState.SUBMITTED] == 0:
        raise Conflict("No label of this round is submitted yet: cancel it instead.", field="state")
    leases.end_all(session, round_id)
    _retrain(session, round_, reason=reason, actor_id=actor_id)
    return round_


def item_counts(session: Session, round_id: UUID) -> dict[ItemState, int]:
    """Return how many items of the round are in each state; hidden ones are none of its labels."""
    session.flush()
    rows = session.execute(
        select(Item.state, func.count())
        .where(Item.round_id == round_id, ~Item.hidden)
        .group_by(Item.state)
    )
    return {**dict.fromkeys(ItemState, 0), **dict(rows.all())}


def _retrain(session: Session, round_: Round, *, reason: str, actor_id: UUID | None = None) -> bool:
    rounds.move(session, round_, RoundEvent.LABELLED, reason=reason, actor_id=actor_id)
    jobs.add(
        session,
        kind=JobKind.RETRAIN,
        project_id=round_.project_id,
        round_id=round_.id,
        params={},
        created_by=actor_id,
    )
    return True
