"""What a lead does to a round: start, pause, resume, cancel, retry, close, replay.

Each may be sent with an `Idempotency-Key`: a request that is sent twice has one effect.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response, status
from pydantic import Field

from server.api.deps import PageDep, SessionDep
from server.api.gates import Caller, OfRound
from server.api.jobs import JobOut, location
from server.api.plans import QualityIn
from server.api.replay import OnceDep
from server.api.rounds import RoundOut, note, shown
from server.api.schemas import In, Listing, listing
from server.rules.roles import Role
from server.services import labelling, plans, replays, rounds

router = APIRouter(prefix="/rounds/{round_id}", tags=["rounds"])

Lead = Annotated[Caller, Depends(OfRound(Role.LEAD))]


class PauseIn(In):
    """Why the round is paused, for those who wonder."""

    reason: str = Field(min_length=1, max_length=500, pattern=r"\S")


@router.post(
    "/start",
    status_code=status.HTTP_202_ACCEPTED,
    response_model=RoundOut,
    summary="Start a round",
)
def start(
    round_id: UUID, who: Lead, request: Request, session: SessionDep, once: OnceDep
) -> Response:
    """Start the round's first job."""

    def act() -> RoundOut:
        rounds.start(session, round_id, actor_id=who.user_id)
        note(session, who, "round.started", round_id)
        return shown(session, round_id)

    answer = once(session, who.user_id, act, status=status.HTTP_202_ACCEPTED)
    first = shown(session, round_id).jobs[:1]
    if first:
        answer.headers["Location"] = location(request, first[0].id)
    return answer


@router.post("/pause", response_model=RoundOut, summary="Pause a round")
def pause(
    round_id: UUID, who: Lead, given: PauseIn, session: SessionDep, once: OnceDep
) -> Response:
    """Give out no more items and begin no more jobs; what is under way may be finished."""

    def act() -> RoundOut:
        rounds.pause(session, round_id, reason=given.reason, actor_id=who.user_id)
        note(session, who, "round.paused", round_id)
        return shown(session, round_id)

    return once(session, who.user_id, act)


@router.post("/resume", response_model=RoundOut, summary="Go on with a paused round")
def resume(round_id: UUID, who: Lead, session: SessionDep, once: OnceDep) -> Response:
    """Give out items and begin jobs again."""

    def act() -> RoundOut:
        rounds.resume(session, round_id, actor_id=who.user_id)
        note(session, who, "round.resumed", round_id)
        return shown(session, round_id)

    return once(session, who.user_id, act)


@router.patch("/plan", summary="Change how a round checks its labels")
def change_plan(round_id: UUID, who: Lead, given: QualityIn, session: SessionDep) -> RoundOut:
    """Change the given fields until the round's images are chosen; null: the project's own."""
    changes = given.model_dump(exclude_unset=True)
    plans.change_quality(session, round_id, changes, actor_id=who.user_id)
    note(session, who, "round.plan_changed", round_id, **changes)
    return shown(session, round_id)


@router.post("/cancel", response_model=RoundOut, summary="Cancel a round")
def cancel(round_id: UUID, who: Lead, session: SessionDep, once: OnceDep) -> Response:
    """Stop the round's jobs and end its leases; labels and models stay."""

    def act() -> RoundOut:
        rounds.cancel(session, round_id, actor_id=who.user_id)
        note(session, who, "round.cancelled", round_id)
        return shown(session, round_id)

    return once(session, who.user_id, act)


@router.post(
    "/retry",
    status_code=status.HTTP_202_ACCEPTED,
    response_model=RoundOut,
    summary="Queue a round's failed jobs again",
)
def retry(
    round_id: UUID, who: Lead, request: Request, session: SessionDep, once: OnceDep
) -> Response:
    """Queue the failed jobs again; they resume from their last checkpoint."""
    again: list[UUID] = []

    def act() -> RoundOut:
        queued = rounds.retry(session, round_id, actor_id=who.user_id)
        again.extend(job.id for job in queued)
        note(session, who, "round.retried", round_id)
        return shown(session, round_id)

    answer = once(session, who.user_id, act, status=status.HTTP_202_ACCEPTED)
    if again:
        answer.headers["Location"] = location(request, again[0])
    return answer


@router.post(
    "/close-labelling",
    status_code=status.HTTP_202_ACCEPTED,
    response_model=RoundOut,
    summary="Go on with what is submitted",
)
def close_labelling(round_id: UUID, who: Lead, session: SessionDep, once: OnceDep) -> Response:
    """End the labelling early and retrain."""

    def act() -> RoundOut:
        labelling.close(session, round_id, actor_id=who.user_id)
        note(session, who, "round.labelling_closed", round_id)
        return shown(session, round_id)

    return once(session, who.user_id, act, status=status.HTTP_202_ACCEPTED)


@router.post(
    "/replays", status_code=status.HTTP_202_ACCEPTED, summary="Make a round's selection again"
)
def replay(
    round_id: UUID, who: Lead, request: Request, response: Response, session: SessionDep
) -> JobOut:
    """Have the selection made again from its manifest; the job's result says if it is the same.

    `equal`, and `differences` in words. While one runs, it is the answer.
    """
    job = replays.request(session, round_id, actor_id=who.user_id)
    response.headers["Location"] = location(request, job.id)
    return JobOut.model_validate(job)


@router.get("/replays", summary="The replays of a round's selection")
def replays_of(
    round_id: UUID,
    _: Annotated[Caller, Depends(OfRound(Role.REVIEWER))],
    request: Request,
    page: PageDep,
    session: SessionDep,
) -> Listing[JobOut]:
    """Return a page of replays, newest first."""
    found = replays.of_round(session, round_id, page)
    return listing(request, found, lambda row: JobOut.model_validate(row[0]))
