"""Schedules: rounds that start by themselves."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, status
from pydantic import Field
from sqlalchemy.orm import Session

from server.api.deps import PageDep, SessionDep
from server.api.gates import Caller, InProject, OfSchedule
from server.api.plans import RoundIn
from server.api.schemas import In, Listing, Out, listing
from server.db.models import ScheduleFire
from server.rules.roles import Role
from server.rules.schedules import FireOutcome, ScheduleKind
from server.services import audit, schedule_views, schedules

router = APIRouter(tags=["schedules"])

Reader = Annotated[Caller, Depends(OfSchedule(Role.ANNOTATOR))]
Lead = Annotated[Caller, Depends(OfSchedule(Role.LEAD))]


class QuietHours(In):
    """Local times of day between which nothing starts by itself; they may pass midnight."""

    since: time
    until: time


class _ScheduleIn(In):
    round: RoundIn
    """The round to start."""
    timezone: str = Field(default="UTC", max_length=64)
    quiet: QuietHours | None = None


class CronIn(_ScheduleIn):
    """By the clock."""

    kind: Literal["cron"]
    cron: str = Field(min_length=1, max_length=100)


class LabelsIn(_ScheduleIn):
    """After so many new labels."""

    kind: Literal["labels"]
    every: int = Field(ge=1, le=1_000_000)


class BudgetIn(_ScheduleIn):
    """When so much of the budget is used."""

    kind: Literal["budget"]
    used_share: float = Field(default=1, gt=0, le=1)


ScheduleIn = Annotated[CronIn | LabelsIn | BudgetIn, Field(discriminator="kind")]


class EnabledIn(In):
    """On or off."""

    enabled: bool


class ScheduleOut(Out):
    """A schedule."""

    id: UUID
    project_id: UUID
    kind: ScheduleKind
    cron: str | None
    timezone: str
    every: int | None
    used_share: float | None
    quiet_since: time | None
    quiet_until: time | None
    next_fire_at: datetime | None
    round: dict[str, Any]
    enabled: bool
    created_at: datetime


class FireOut(Out):
    """What became of one due moment."""

    due_at: str
    outcome: FireOutcome
    reason: str
    round_id: UUID | None
    at: datetime


@router.post(
    "/projects/{project_id}/schedules",
    status_code=status.HTTP_201_CREATED,
    summary="Make a schedule",
)
def create(
    who: Annotated[Caller, Depends(InProject(Role.LEAD))], given: ScheduleIn, session: SessionDep
) -> ScheduleOut:
    """Make a schedule; it counts from now."""
    template = given.round
    made = schedules.create(
        session,
        who.project_id,
        kind=ScheduleKind(given.kind),
        cron=given.cron if isinstance(given, CronIn) else None,
        timezone=given.timezone,
        used_share=given.used_share if isinstance(given, BudgetIn) else None,
        quiet=(given.quiet.since, given.quiet.until) if given.quiet else None,
        every=given.every if isinstance(given, LabelsIn) else None,
        round_={
            **template.plan(),
            "strategy": template.strategy,
            "seed": template.seed,
            "config": template.config(),
        },
        created_by=who.user_id,
    )
    _note(session, who, "schedule.created", made.id)
    return ScheduleOut.model_validate(made)


@router.get("/projects/{project_id}/schedules", summary="A project's schedules")
def of_project(
    who: Annotated[Caller, Depends(InProject(Role.ANNOTATOR))],
    request: Request,
    page: PageDep,
    session: SessionDep,
) -> Listing[ScheduleOut]:
    """Return a page of schedules."""
    found = schedule_views.of_project(session, who.project_id, page)
    return listing(request, found, lambda row: ScheduleOut.model_validate(row[0]))


@router.patch("/schedules/{schedule_id}", summary="Switch a schedule on or off")
def change(schedule_id: UUID, who: Lead, given: EnabledIn, session: SessionDep) -> ScheduleOut:
    """Switch the schedule; switched on again, it counts from now."""
    changed = schedules.set_enabled(session, schedule_id, enabled=given.enabled)
    _note(session, who, "schedule.enabled" if given.enabled else "schedule.disabled", schedule_id)
    return ScheduleOut.model_validate(changed)


@router.delete(
    "/schedules/{schedule_id}", status_code=status.HTTP_204_NO_CONTENT, summary="Remove a schedule"
)
def delete(schedule_id: UUID, who: Lead, session: SessionDep) -> None:
    """Remove the schedule; the rounds that it started stay."""
    schedules.delete(session, schedule_id)
    _note(session, who, "schedule.deleted", schedule_id)


@router.get("/schedules/{schedule_id}/fires", summary="What became of a schedule's due moments")
def fires(
    schedule_id: UUID, _: Reader, request: Request, page: PageDep, session: SessionDep
) -> Listing[FireOut]:
    """Return a page of due moments, newest first."""
    found = schedule_views.fires(session, schedule_id, page)
    return listing(request, found, lambda row: _fire(row[0]))


def _fire(fire: ScheduleFire) -> FireOut:
    return FireOut(
        due_at=fire.due,
        outcome=fire.outcome,
        reason=fire.reason,
        round_id=fire.round_id,
        at=fire.at,
    )


def _note(session: Session, who: Caller, act: str, schedule_id: UUID) -> None:
    audit.note(session, act, project_id=who.project_id, actor_id=who.user_id, subject=schedule_id)
