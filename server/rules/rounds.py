"""The life of a round: warm up -> acquire -> label -> retrain -> evaluate -> close.

A failed job does not change the round's state: the round waits where it is, shows the error,
and goes on when the job is retried.
"""

from __future__ import annotations

from enum import StrEnum

from server.rules.errors import IllegalTransition


class RoundState(StrEnum):
    """Where a round stands. `paused_reason` is a flag beside it, not a state."""

    DRAFT = "draft"
    WARMING_UP = "warming_up"
    ACQUIRING = "acquiring"
    LABELLING = "labelling"
    RETRAINING = "retraining"
    EVALUATING = "evaluating"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class RoundEvent(StrEnum):
    """What moves a round."""

    STARTED_COLD = "started_cold"
    """Started in a project without a model: it warms up first."""
    STARTED = "started"
    WARMED_UP = "warmed_up"
    CHOSEN = "chosen"
    LABELLED = "labelled"
    """Every item is submitted or skipped, the lead closed it, or the budget is used."""
    RETRAINED = "retrained"
    EVALUATED = "evaluated"
    CANCELLED = "cancelled"


class RoundAct(StrEnum):
    """What happened to a round, for those who read its history."""

    PLANNED = "planned"
    PLAN_CHANGED = "plan_changed"
    STARTED = "started"
    WARMED_UP = "warmed_up"
    CHOSEN = "chosen"
    LABELLED = "labelled"
    RETRAINED = "retrained"
    EVALUATED = "evaluated"
    PAUSED = "paused"
    RESUMED = "resumed"
    RETRIED = "retried"
    CANCELLED = "cancelled"
    NOTED = "noted"
    """By an older version of the service, which kept the reason alone."""


def act_of(event: RoundEvent) -> RoundAct:
    """Return what an edge is called in the history: a start is one, warm or cold."""
    if event is RoundEvent.STARTED_COLD:
        return RoundAct.STARTED
    return RoundAct(event.value)


WORKING = frozenset(
    {
        RoundState.WARMING_UP,
        RoundState.ACQUIRING,
        RoundState.LABELLING,
        RoundState.RETRAINING,
        RoundState.EVALUATING,
    }
)
"""States in which a round holds its project: one such round at a time."""

PEOPLES_PART = frozenset(
    {
        "blank_share",
        "overlap",
        "overlap_share",
        "overlap_count",
        "hidden_share",
        "hidden_threshold",
        "validation_labels",
    }
)
"""What a round's settings say of people's work and no training reads."""

_NEXT = {
    (RoundState.DRAFT, RoundEvent.STARTED_COLD): RoundState.WARMING_UP,
    (RoundState.DRAFT, RoundEvent.STARTED): RoundState.ACQUIRING,
    (RoundState.WARMING_UP, RoundEvent.WARMED_UP): RoundState.ACQUIRING,
    (RoundState.ACQUIRING, RoundEvent.CHOSEN): RoundState.LABELLING,
    (RoundState.LABELLING, RoundEvent.LABELLED): RoundState.RETRAINING,
    (RoundState.RETRAINING, RoundEvent.RETRAINED): RoundState.EVALUATING,
    (RoundState.EVALUATING, RoundEvent.EVALUATED): RoundState.CLOSED,
    (RoundState.DRAFT, RoundEvent.CANCELLED): RoundState.CANCELLED,
    **{(state, RoundEvent.CANCELLED): RoundState.CANCELLED for state in WORKING},
}


def next_state(state: RoundState, event: RoundEvent) -> RoundState:
    """Return the state that `event` leads to, or raise `IllegalTransition`."""
    try:
        return _NEXT[state, event]
    except KeyError:
        raise IllegalTransition(
            f"A round that is {state.value.replace('_', ' ')} cannot be "
            f"{event.value.replace('_', ' ')}.",
            field="state",
        ) from None
