"""How many labels a round asks for: a number, a share of the pool, or what the budget allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.rules.errors import BudgetExhausted
from server.rules.images import Split
from server.services import budgets, candidates, rounds


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
