"""What the next labels are worth, and how past forecasts did."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from server.api.deps import PageDep, SessionDep
from server.api.gates import Caller, InProject
from server.api.schemas import Listing, Out, listing
from server.db.models import Forecast
from server.rules.images import Split
from server.rules.learning_curve import FEWEST_POINTS
from server.rules.roles import Role
from server.services import advice

router = APIRouter(prefix="/projects/{project_id}/advice", tags=["advice"])

Reader = Annotated[Caller, Depends(InProject(Role.ANNOTATOR))]


class SpanOut(Out):
    """A 90 % interval and its median."""

    low: float
    middle: float
    high: float


class AdviceOut(Out):
    """The next labels' worth; scores are mIoU from 0 to 1."""

    says: str
    split: Split
    labels: int
    score: float
    ahead: int
    next_score: SpanOut
    worth: SpanOut
    plateau: SpanOut
    share_of_plateau: float
    minutes: float | None


class RecordOut(Out):
    """How many past forecasts were answered, and how many intervals held."""

    answered: int
    held: int


class CurrentOut(Out):
    """The advice, or why there is none yet."""

    advice: AdviceOut | None
    silent_because: str | None
    record: RecordOut


class AnswerOut(Out):
    """What happened: the next model's labels and score, beside the forecast for so many."""

    model_id: UUID
    labels: int
    score: float
    forecast: SpanOut
    held: bool


class ForecastOut(Out):
    """A past forecast."""

    id: UUID
    model_id: UUID
    split: Split
    labels: int
    score: float
    ahead: int
    forecast: SpanOut
    plateau: float
    minutes: float | None
    created_at: datetime
    answer: AnswerOut | None


@router.get("", summary="What the next labels are worth")
def get(
    who: Reader, session: SessionDep, ahead: Annotated[int, Query(ge=1, le=10_000)] = advice.AHEAD
) -> CurrentOut:
    """Return the forecast for `ahead` more labels; silent before the third round's model."""
    found = advice.current(session, who.project_id, ahead=ahead)
    silent = f"A forecast needs {FEWEST_POINTS} measured rounds with different numbers of labels."
    return CurrentOut(
        advice=None if found is None else AdviceOut.model_validate(found),
        silent_because=silent if found is None else None,
        record=RecordOut.model_validate(advice.record(session, who.project_id)),
    )


@router.get("/forecasts", summary="Past forecasts beside what happened")
def past(who: Reader, request: Request, page: PageDep, session: SessionDep) -> Listing[ForecastOut]:
    """Return a page of forecasts, newest first."""
    found = advice.past(session, who.project_id, page)
    return listing(request, found, lambda row: shape(row[0]))


def shape(made: Forecast) -> ForecastOut:
    """Shape a forecast and what happened."""
    labels, score = made.points[-1]
    return ForecastOut(
        id=made.id,
        model_id=made.model_id,
        split=made.split,
        labels=labels,
        score=score,
        ahead=made.ahead,
        forecast=SpanOut(low=made.low, middle=made.middle, high=made.high),
        plateau=made.plateau,
        minutes=made.minutes,
        created_at=made.created_at,
        answer=_answer(made),
    )


def _answer(made: Forecast) -> AnswerOut | None:
    low, middle, high = made.answer_low, made.answer_middle, made.answer_high
    model_id, labels, score = made.answer_model_id, made.answer_labels, made.answer_score
    if model_id is None or labels is None or score is None:
        return None
    assert low is not None
    assert middle is not None
    assert high is not None
    return AnswerOut(
        model_id=model_id,
        labels=labels,
        score=score,
        forecast=SpanOut(low=low, middle=middle, high=high),
        held=low <= score <= high,
    )
