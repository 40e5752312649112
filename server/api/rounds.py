"""Rounds over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response, status
from pydantic import Field
from sqlalchemy.orm import Session

from server.api import replay
from server.api.deps import PageDep, SessionDep
from server.api.gates import Caller, InProject, OfRound
from server.api.jobs import JobOut, location
from server.api.plans import QualityIn, RoundIn
from server.api.schemas import In, Listing, Out, listed, listing
from server.rules.errors import NotFound
from server.rules.roles import Role
from server.rules.rounds import RoundState
from server.services import audit, labelling, overview, plans, rounds
from server.services.overview import RoundView

router = APIRouter(tags=["rounds"])

Reader = Annotated[Caller, Depends(OfRound(Role.ANNOTATOR))]
Reviewer = Annotated[Caller, Depends(OfRound(Role.REVIEWER))]
"""What was chosen tells which of one's items are hidden ones: not for those who label."""
Lead = Annotated[Caller, Depends(OfRound(Role.LEAD))]


class PauseIn(In):
    """Why the round is paused, for those who wonder."""

    reason: str = Field(min_length=1, max_length=500)


class ItemCounts(Out):
    """A round's items by state."""

    total: int
    open: int
    leased: int
    submitted: int
    skipped: int
    returned: int


class ModelRef(Out):
    """The round's newest model."""

    id: UUID
    version: int


class RoundOut(Out):
    """A round, its items counted, its jobs, its newest model and test score."""

    id: UUID
    project_id: UUID
    number: int
    state: RoundState
    paused_reason: str | None
    k: int
    strategy: str
    seed: int
    recipe: str
    config: dict[str, Any]
    created_at: datetime
    started_at: datetime | None
    closed_at: datetime | None
    items: ItemCounts
    jobs: list[JobOut]
    model: ModelRef | None
    miou: float | None
    reason: str
    version: int


class CandidateOut(Out):
    """One candidate of a selection, chosen or not."""

    image_id: UUID
    name: str
    group: str | None
    score: float
    rank: int | None
    chosen: bool
    reason: str | None


def shape(view: RoundView) -> RoundOut:
    """Shape one round."""
    row = view.round
    counts = {state.value: count for state, count in view.items.items()}
    return RoundOut(
        **{name: getattr(row, name) for name in _COLUMNS},
        recipe=str(row.config.get("recipe", "stal")),
        items=ItemCounts(total=sum(counts.values()), **counts),
        jobs=[JobOut.model_validate(job) for job in view.jobs],
        model=None if view.model is None else ModelRef.model_validate(view.model),
        miou=view.miou,
    )


_COLUMNS = (
    "id", "project_id", "number", "state", "paused_reason", "k", "strategy", "seed", "config",
    "created_at", "started_at", "closed_at", "reason", "version",
)  # fmt: skip


def shown(session: Session, round_id: UUID) -> RoundOut:
    """Return one round as it is now."""
    session.flush()
    return shape(overview.rounds(session, [rounds.get(session, round_id)])[0])


@router.post(
    "/projects/{project_id}/rounds", status_code=status.HTTP_201_CREATED, summary="Make a round"
)
def create(
    who: Annotated[Caller, Depends(InProject(Role.LEAD))], given: RoundIn, session: SessionDep
) -> RoundOut:
    """Make a draft; nothing runs until it is started."""
    made = rounds.create(
        session,
        who.project_id,
        k=plans.labels_of(session, who.project_id, given.plan()),
        strategy=given.strategy,
        seed=given.seed,
        config=given.config(),
        reason=f"made by {who.principal.user.name}",
        created_by=who.user_id,
    )
    _note(session, who, "round.created", made.id)
    return shown(session, made.id)


@router.get("/projects/{project_id}/rounds", summary="A project's rounds")
def of_project(
    who: Annotated[Caller, Depends(InProject(Role.ANNOTATOR))],
    request: Request,
    page: PageDep,
    session: SessionDep,
) -> Listing[RoundOut]:
    """Return a page of rounds, newest first."""
    found = overview.of_project(session, who.project_id, page)
    views = overview.rounds(session, [row[0] for row in found.rows])
    return listed(request, [shape(view) for view in views], found.cursor)


@router.get("/rounds/{round_id}", summary="One round")
def get(round_id: UUID, _: Reader, session: SessionDep) -> RoundOut:
    """Return the round."""
    return shown(session, round_id)


@router.post(
    "/rounds/{round_id}/start",
    status_code=status.HTTP_202_ACCEPTED,
    response_model=RoundOut,
    summary="Start a round",
)
def start(
    round_id: UUID,
    who: Lead,
    body: replay.BodyBytes,
    request: Request,
    session: SessionDep,
    key: replay.KeyHeader = None,
) -> Response:
    """Start the round's first job; with an `Idempotency-Key`, once."""

    def act() -> RoundOut:
        rounds.start(session, round_id, actor_id=who.user_id)
        _note(session, who, "round.started", round_id)
        return shown(session, round_id)

    answer = replay.once(
        session,
        request,
        user_id=who.user_id,
        key=key,
        body=body,
        status=status.HTTP_202_ACCEPTED,
        act=act,
    )
    first = shown(session, round_id).jobs[:1]
    if first:
        answer.headers["Location"] = location(request, first[0].id)
    return answer


@router.post("/rounds/{round_id}/pause", summary="Pause a round")
def pause(round_id: UUID, who: Lead, given: PauseIn, session: SessionDep) -> RoundOut:
    """Give out no more items and begin no more jobs; what is under way may be finished."""
    rounds.pause(session, round_id, reason=given.reason, actor_id=who.user_id)
    _note(session, who, "round.paused", round_id)
    return shown(session, round_id)


@router.post("/rounds/{round_id}/resume", summary="Go on with a paused round")
def resume(round_id: UUID, who: Lead, session: SessionDep) -> RoundOut:
    """Give out items and begin jobs again."""
    rounds.resume(session, round_id, actor_id=who.user_id)
    _note(session, who, "round.resumed", round_id)
    return shown(session, round_id)


@router.patch("/rounds/{round_id}/plan", summary="Change how a round checks its labels")
def change_plan(round_id: UUID, who: Lead, given: QualityIn, session: SessionDep) -> RoundOut:
    """Change the given fields until the round's images are chosen; null: the project's own."""
    changes = given.model_dump(exclude_unset=True)
    plans.change_quality(session, round_id, changes)
    _note(session, who, "round.plan_changed", round_id, **changes)
    return shown(session, round_id)


@router.post("/rounds/{round_id}/cancel", summary="Cancel a round")
def cancel(round_id: UUID, who: Lead, session: SessionDep) -> RoundOut:
    """Stop the round's jobs and end its leases; labels and models stay."""
    rounds.cancel(session, round_id, actor_id=who.user_id)
    _note(session, who, "round.cancelled", round_id)
    return shown(session, round_id)


@router.post(
    "/rounds/{round_id}/retry",
    status_code=status.HTTP_202_ACCEPTED,
    summary="Queue a round's failed jobs again",
)
def retry(
    round_id: UUID, who: Lead, request: Request, response: Response, session: SessionDep
) -> RoundOut:
    """Queue the failed jobs again; they resume from their last checkpoint."""
    again = rounds.retry(session, round_id)
    _note(session, who, "round.retried", round_id)
    response.headers["Location"] = location(request, again[0].id)
    return shown(session, round_id)


@router.post(
    "/rounds/{round_id}/close-labelling",
    status_code=status.HTTP_202_ACCEPTED,
    summary="Go on with what is submitted",
)
def close_labelling(round_id: UUID, who: Lead, session: SessionDep) -> RoundOut:
    """End the labelling early and retrain."""
    labelling.close(session, round_id, actor_id=who.user_id)
    _note(session, who, "round.labelling_closed", round_id)
    return shown(session, round_id)


@router.get("/rounds/{round_id}/selection", summary="Every candidate of a selection")
def selection(
    round_id: UUID, _: Reviewer, request: Request, page: PageDep, session: SessionDep
) -> Listing[CandidateOut]:
    """Return a page of candidates, least sure first."""
    found = overview.selection(session, round_id, page)
    return listing(
        request,
        found,
        lambda row: CandidateOut(
            image_id=row[0].image_id,
            name=row[1],
            group=row[2],
            score=row[0].score,
            rank=row[0].rank,
            chosen=row[0].rank is not None,
            reason=row[0].reason,
        ),
    )


@router.get("/rounds/{round_id}/manifest", summary="What a selection was made from")
def manifest(round_id: UUID, _: Reviewer, session: SessionDep) -> dict[str, Any]:
    """Return the manifest; 404 before the selection."""
    found = rounds.get(session, round_id).manifest
    if found is None:
        raise NotFound
    return found


def _note(session: Session, who: Caller, act: str, round_id: UUID, **more: Any) -> None:
    audit.note(
        session, act, project_id=who.project_id, actor_id=who.user_id, subject=round_id, **more
    )
