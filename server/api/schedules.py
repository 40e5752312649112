"""Schedules: rounds that start by themselves."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response, status
from pydantic import Field
from sqlalchemy.orm import Session

from server.api.deps import IfMatchRequired, PageDep, SessionDep
from server.api.gates import Caller, InProject, OfSchedule
from server.api.plans import RoundIn
from server.api.schemas import In, Listing, Out, listing
from server.db.models import Schedule, ScheduleFire
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


class ScheduleChange(In):
    """What to change; fields that are left out stay, and so does what kind it is."""

    enabled: bool | None = None
    cron: str | None = Field(default=None, min_length=1, max_length=100)
    every: int | None = Field(default=None, ge=1, le=1_000_000)
    used_share: float | None = Field(default=None, gt=0, le=1)
    timezone: str | None = Field(default=None, min_length=1, max_length=64)
    quiet: QuietHours | None = None
    """Null: none."""
    round: RoundIn | None = None
    """The whole round to start, in the place of the one before."""

    def changes(self) -> dict[str, Any]:
        """Return the given columns."""
        told = {"enabled", "cron", "every", "used_share", "timezone"}
        columns = self.model_dump(include=told, exclude_none=True)
        if "quiet" in self.model_fields_set:
            columns["quiet_since"] = self.quiet.since if self.quiet else None
            columns["quiet_until"] = self.quiet.until if self.quiet else None
        if self.round is not None:
            columns["round"] = _template(self.round)
        return columns


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
    version: int


class FireOut(Out):
    """What became of one due moment, and of those before it that nobody saw pass."""

    due_at: str
    """What was due: a moment of the clock, `labels:15`, or `budget:30`."""
    missed: int
    """Earlier due moments that this one makes up for."""
    outcome: FireOutcome
    reason: str
    round_id: UUID | None
    at: datetime
    """When it was recorded."""


@router.post(
    "/projects/{project_id}/schedules",
    status_code=status.HTTP_201_CREATED,
    summary="Make a schedule",
)
def create(
    who: Annotated[Caller, Depends(InProject(Role.LEAD))],
    given: ScheduleIn,
    response: Response,
    session: SessionDep,
) -> ScheduleOut:
    """Make a schedule; it counts from now."""
    made = schedules.create(
        session,
        who.project_id,
        kind=ScheduleKind(given.kind),
        cron=given.cron if isinstance(given, CronIn) else None,
        timezone=given.timezone,
        used_share=given.used_share if isinstance(given, BudgetIn) else None,
        quiet=(given.quiet.since, given.quiet.until) if given.quiet else None,
        every=given.every if isinstance(given, LabelsIn) else None,
        round_=_template(given.round),
        created_by=who.user_id,
    )
    _note(session, who, "schedule.created", made.id)
    return _answer(response, made)


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


@router.get("/schedules/{schedule_id}", summary="One schedule")
def get(schedule_id: UUID, _: Reader, response: Response, session: SessionDep) -> ScheduleOut:
    """Return the schedule."""
    return _answer(response, schedules.get(session, schedule_id))


@router.patch("/schedules/{schedule_id}", summary="Change a schedule")
def change(
    schedule_id: UUID,
    who: Lead,
    version: IfMatchRequired,
    given: ScheduleChange,
    response: Response,
    session: SessionDep,
) -> ScheduleOut:
    """Change the given fields if nobody changed the schedule since the version in If-Match.

    Switched on again, it counts from now.
    """
    changes = given.changes()
    changed = schedules.change(session, schedule_id, version=version, changes=changes)
    _note(session, who, _ACTS[given.enabled], schedule_id, *changes)
    return _answer(response, changed)


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
        missed=fire.missed,
        outcome=fire.outcome,
        reason=fire.reason,
        round_id=fire.round_id,
        at=fire.at,
    )


_ACTS: dict[bool | None, str] = {
    True: "schedule.enabled",
    False: "schedule.disabled",
    None: "schedule.changed",
}


def _answer(response: Response, schedule: Schedule) -> ScheduleOut:
    response.headers["ETag"] = f'"{schedule.version}"'
    return ScheduleOut.model_validate(schedule)


def _template(given: RoundIn) -> dict[str, Any]:
    """Return a round as a schedule keeps it."""
    return {
        **given.plan(),
        "strategy": given.strategy,
        "seed": given.seed,
        "config": given.config(),
    }


def _note(session: Session, who: Caller, act: str, schedule_id: UUID, *fields: str) -> None:
    more = {"fields": sorted(fields)} if fields else {}
    audit.note(
        session, act, project_id=who.project_id, actor_id=who.user_id, subject=schedule_id, **more
    )
