"""How many images a round asks for: a number, a share of the pool, or what the budget pays for;
what that costs; and how the round checks its labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.db.models import Round
from server.rules import plans as rules
from server.rules.budgets import PROJECT, BudgetUnit
from server.rules.errors import BudgetExhausted, Conflict, Invalid
from server.rules.images import Split
from server.rules.rounds import RoundAct, RoundState
from server.services import allowances, budgets, candidates, leases, projects, rounds


@dataclass(frozen=True)
class Cost:
    """What a round would ask for and cost if it were planned now."""

    k: int
    labels: int
    """What it would charge: images that several people label are paid for as often."""
    people: int
    several: int
    """Of the images: how many so many people label."""
    validation: int
    """Of the images: how many are drawn for validation and never trained on."""
    hidden: int
    """Images with a known truth that a person meets besides; they buy no label."""
    groups: int
    """Between how many groups the choice is shared; 1: between none."""
    unlabelled: int
    left: int
    money: float | None
    """What the labels cost, where the project says what one costs."""
    currency: str | None


def images_of(
    session: Session, project_id: UUID, plan: Mapping[str, Any], config: Mapping[str, Any]
) -> int:
    """Return the number of images that `plan` means now.

    Args:
        plan: `k` (a number), `percent` (of all of the pool, as published figures count), or
            `whole_budget` (as many as the budget pays for, all their labels counted).
        config: What the round overrides of the project's settings.

    Raises:
        BudgetExhausted: The budget pays for none.
    """
    if plan.get("whole_budget"):
        return _whole_budget(session, project_id, config)
    if plan.get("percent") is not None:
        return share_of_pool(session, project_id, percent=float(plan["percent"]))
    return int(plan["k"])


def cost(
    session: Session, project_id: UUID, plan: Mapping[str, Any], config: Mapping[str, Any]
) -> Cost:
    """Return what a round of this plan would ask for and cost; nothing is written.

    Raises:
        BudgetExhausted: It asks for the whole budget, which pays for none.
    """
    k = images_of(session, project_id, plan, config)
    merged = _merged(session, project_id, config)
    labels = rules.labels_of(k, merged)
    people = rules.people(merged)
    rate, currency = _rate(session, project_id)
    return Cost(
        k=k,
        labels=labels,
        people=people,
        several=rules.several(k, merged) if people > 1 else 0,
        validation=rules.validation(
            k,
            wanted=int(merged.get("validation_labels") or 0),
            has=candidates.count_labelled(session, project_id, Split.VALIDATION),
        ),
        hidden=rules.hidden(k, merged),
        groups=candidates.count_groups(session, project_id)
        if merged.get("group_quota") != rules.GroupQuota.NONE
        else 1,
        unlabelled=candidates.count_unlabelled(session, project_id),
        left=budgets.balance(session, project_id).left,
        money=None if rate is None else rate * labels,
        currency=currency,
    )


def _whole_budget(session: Session, project_id: UUID, config: Mapping[str, Any]) -> int:
    merged = _merged(session, project_id, config)
    left = budgets.balance(session, project_id).left
    payable = rules.images_for(max(0, left), merged)
    if payable < 1:
        raise BudgetExhausted(asked=rules.labels_of(1, merged), left=left)
    return min(payable, candidates.count_unlabelled(session, project_id), rounds.MOST_ITEMS)


def _merged(session: Session, project_id: UUID, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a round's settings over the project's; of two counts of one thing, the round's."""
    return rules.merged(projects.get(session, project_id).settings, config)


def _rate(session: Session, project_id: UUID) -> tuple[float | None, str | None]:
    """Return what one label costs in money."""
    for pot in allowances.pots(session, project_id):
        if (pot.holder, pot.unit) == (PROJECT, BudgetUnit.IMAGES):
            return pot.rate, pot.currency
    return None, None


def share_of_pool(session: Session, project_id: UUID, *, percent: float) -> int:
    """Return how many images a percentage of the pool is, at least one.

    Labelled images count as well: 5 % stays the same number from round to round.
    """
    unlabelled = candidates.count_unlabelled(session, project_id)
    pool = unlabelled + candidates.count_labelled(session, project_id, Split.POOL)
    return max(1, round(pool * percent / 100))


def change_quality(
    session: Session, round_id: UUID, changes: Mapping[str, Any], *, actor_id: UUID | None
) -> Round:
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
    config = rules.merged(round_.config, changes)
    settings = projects.get(session, round_.project_id).settings
    round_.config = {
        key: settings.get(key) if value is None else value
        for key, value in config.items()
        if value is not None or key in settings
    }
    if "regions" in round_.config and round_.config.get("hidden_share"):
        raise Invalid("Known truths are of whole images, not of windows.", field="hidden_share")
    said = ", ".join(f"{name} {value}" for name, value in changes.items())
    rounds.note_change(session, round_, RoundAct.PLAN_CHANGED, said, actor_id=actor_id)
    return round_
