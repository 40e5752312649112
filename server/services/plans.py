"""How many labels a round asks for: a number, a share of the pool, or what the budget allows;
and how it checks them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.db.models import Round
from server.rules.errors import BudgetExhausted, Conflict, Invalid
from server.rules.images import Split
from server.rules.rounds import RoundState
from server.services import budgets, candidates, leases, projects, rounds


def labels_of(session: Session, project_id: UUID, plan: Mapping[str, Any]) -> int:
    """Return the number of labels that `plan` means now.

    Args:
        plan: `k` (a number), `percent` (of all of the pool, as published figures count), or
            `whole_budget` (all that the budget allows).

    Raises:
        BudgetExhausted: The budget allows none.
    """
    if plan.get("whole_budget"):
        left = budgets.balance(session, project_id).left
        if left < 1:
            raise BudgetExhausted(asked=1, left=left)
        return min(left, candidates.count_unlabelled(session, project_id), rounds.MOST_ITEMS)
    if plan.get("percent") is not None:
        return share_of_pool(session, project_id, percent=float(plan["percent"]))
    return int(plan["k"])


def share_of_pool(session: Session, project_id: UUID, *, percent: float) -> int:
    """Return how many images a percentage of the pool is, at least one.

    Labelled images count as well: 5 % stays the same number from round to round.
    """
    unlabelled = candidates.count_unlabelled(session, project_id)
    pool = unlabelled + candidates.count_labelled(session, project_id, Split.POOL)
    return max(1, round(pool * percent / 100))


def change_quality(session: Session, round_id: UUID, changes: Mapping[str, Any]) -> Round:
    """Change how a round checks its labels; None goes back to the project's own setting.

    Raises:
        Conflict: Its images are chosen already, and so is who labels them how often.
    """
    round_ = leases.lock_round(session, round_id)
    if round_.manifest is not None or round_.state in (RoundState.CLOSED, RoundState.CANCELLED):
        raise Conflict(
            f"This round is {round_.state.value.replace('_', ' ')}; its images are asked for as"
            " they were planned.",
            field="round",
        )
    config = {**round_.config, **changes}
    # One of the two says how many; the newer word counts.
    for said, other in (("overlap_share", "overlap_count"), ("overlap_count", "overlap_share")):
        if changes.get(said) is not None:
            config.pop(other, None)
    settings = projects.get(session, round_.project_id).settings
    round_.config = {
        key: settings.get(key) if value is None else value
        for key, value in config.items()
        if value is not None or key in settings
    }
    if "regions" in round_.config and round_.config.get("hidden_share"):
        raise Invalid("Known truths are of whole images, not of windows.", field="hidden_share")
    session.flush()
    return round_
