"""Rounds over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response, status
from sqlalchemy.orm import Session

from server.api.deps import PageDep, SessionDep
from server.api.gates import Caller, InProject, OfRound
from server.api.jobs import JobOut
from server.api.plans import RoundIn
from server.api.replay import OnceDep
from server.api.schemas import Listing, Out, listed, listing
from server.rules.errors import NotFound
from server.rules.roles import Role
from server.rules.rounds import RoundAct, RoundState
from server.services import audit, overview, plans, round_views, rounds
from server.services.overview import RoundView

router = APIRouter(tags=["rounds"])

Reader = Annotated[Caller, Depends(OfRound(Role.ANNOTATOR))]
Reviewer = Annotated[Caller, Depends(OfRound(Role.REVIEWER))]
"""What was chosen tells which of one's items are hidden ones: not for those who label."""
LeadOf = Annotated[Caller, Depends(InProject(Role.LEAD))]


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


class SpentOut(Out):
    """What a round has cost, of what it was planned to: images of several people count as often."""

    labels: int
    planned: int
    seconds: float | None
    """Active ones; null while nobody's time was recorded."""


class CostOut(Out):
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
    currency: str | None


class ChangeOut(Out):
    """One thing that happened to a round."""

    number: int
    act: RoundAct
    state: RoundState
    """Where the round stood afterwards."""
    reason: str
    actor: str | None
    """Who did it; null: a job or a schedule."""
    at: datetime


class RoundOut(Out):
    """A round, its items counted, its jobs, what it cost, its newest model and test score."""

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
    spent: SpentOut
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
        spent=SpentOut.model_validate(view.spent),
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
    "/projects/{project_id}/rounds",
    status_code=status.HTTP_201_CREATED,
    response_model=RoundOut,
    summary="Plan a round",
)
def create(who: LeadOf, given: RoundIn, session: SessionDep, once: OnceDep) -> Response:
    """Make a draft; nothing runs until it is started. With an `Idempotency-Key`, one."""

    def act() -> RoundOut:
        plan, config = given.plan(), given.config()
        made = rounds.create(
            session,
            who.project_id,
            k=plans.images_of(session, who.project_id, plan, config),
            strategy=given.strategy,
            seed=given.seed,
            config=config,
            reason=f"made by {who.principal.user.name}",
            created_by=who.user_id,
        )
        note(session, who, "round.created", made.id)
        return shown(session, made.id)

    return once(session, who.user_id, act, status=status.HTTP_201_CREATED)


@router.post("/projects/{project_id}/rounds/preview", summary="What a round would cost")
def preview(who: LeadOf, given: RoundIn, session: SessionDep) -> CostOut:
    """Say what a round of this plan would ask for and charge now; nothing is made."""
    found = plans.cost(session, who.project_id, given.plan(), given.config())
    return CostOut.model_validate(found)


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


@router.get("/rounds/{round_id}/history", summary="Who did what to a round")
def history(
    round_id: UUID, _: Reader, request: Request, page: PageDep, session: SessionDep
) -> Listing[ChangeOut]:
    """Return a page of what happened to the round, newest first."""
    found = round_views.history(session, round_id, page)
    return listing(
        request,
        found,
        lambda row: ChangeOut(
            number=row[0].number,
            act=row[0].act,
            state=row[0].state,
            reason=row[0].reason,
            actor=row[1],
            at=row[0].at,
        ),
    )


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


def note(session: Session, who: Caller, act: str, round_id: UUID, **more: Any) -> None:
    """Write an act on the round into the project's chain of acts."""
    audit.note(
        session, act, project_id=who.project_id, actor_id=who.user_id, subject=round_id, **more
    )
