import itertools

import pytest

from server.rules.errors import IllegalTransition
from server.rules.rounds import WORKING, RoundEvent, RoundState, next_state

FIRST_ROUND = [
    RoundEvent.STARTED_COLD,
    RoundEvent.WARMED_UP,
    RoundEvent.CHOSEN,
    RoundEvent.LABELLED,
    RoundEvent.RETRAINED,
    RoundEvent.EVALUATED,
]


def test_a_first_round_passes_through_every_state_in_order() -> None:
    states = list(itertools.accumulate(FIRST_ROUND, next_state, initial=RoundState.DRAFT))
    assert states == [state for state in RoundState if state is not RoundState.CANCELLED]


def test_later_rounds_skip_the_warm_up() -> None:
    assert next_state(RoundState.DRAFT, RoundEvent.STARTED) is RoundState.ACQUIRING


@pytest.mark.parametrize("state", sorted(WORKING | {RoundState.DRAFT}))
def test_every_state_before_the_end_can_be_cancelled(state: RoundState) -> None:
    assert next_state(state, RoundEvent.CANCELLED) is RoundState.CANCELLED


@pytest.mark.parametrize(
    ("state", "event"),
    [
        (RoundState.WARMING_UP, RoundEvent.STARTED_COLD),
        (RoundState.CLOSED, RoundEvent.CANCELLED),
        (RoundState.CANCELLED, RoundEvent.STARTED),
        (RoundState.LABELLING, RoundEvent.RETRAINED),
    ],
)
def test_refuses_an_edge_that_does_not_begin_here(state: RoundState, event: RoundEvent) -> None:
    with pytest.raises(IllegalTransition, match=state.value.replace("_", " ")):
        next_state(state, event)
