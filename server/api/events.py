"""Server-sent events: a job's or a project's state, sent again whenever it changes.

Every event carries the whole state of its thing, so a client that missed some needs only the
newest. An event's id is a digest of all states sent so far: a client that comes back with the
newest id (`Last-Event-ID`) gets only what changes from then on, any other gets all states again.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable
from typing import Annotated
from uuid import UUID

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException

from server.api.deps import sessions_of
from server.api.gates import Caller, InProject, OfJob
from server.api.jobs import JobOut
from server.api.rounds import shape as round_shape
from server.api.schemas import Out
from server.db.engine import reading
from server.rules.jobs import FINISHED
from server.rules.roles import Role
from server.services import job_views, overview, people

router = APIRouter(tags=["events"])

POLL_SECONDS = 0.5
STREAM_SECONDS = 900.0
"""A stream ends after this long; the browser comes back by itself, and is checked anew."""

LastEventId = Annotated[str | None, Header(alias="Last-Event-ID")]
State = tuple[str, str, int, BaseModel]
"""What kind of thing, its id, its version, and its shape."""


class ComparedOut(Out):
    """How many labels were compared with a known truth, and how many with one another."""

    scores: int
    pairs: int


def _job_state(session: Session, job_id: UUID) -> list[State]:
    job = JobOut.model_validate(job_views.get(session, job_id))
    return [("job", str(job.id), job.version, job)]


def _project_states(session: Session, project_id: UUID) -> list[State]:
    jobs = [JobOut.model_validate(job) for job in job_views.live(session, project_id)]
    views = overview.rounds(session, job_views.live_rounds(session, project_id))
    rounds = [(view, round_shape(view)) for view in views]
    # A round's own version does not count its items: people see those move as well.
    return [
        *(("job", str(job.id), job.version, job) for job in jobs),
        *(("round", str(out.id), _round_version(out.model_dump_json()), out) for _, out in rounds),
    ]


def _people_state(session: Session, project_id: UUID) -> list[State]:
    """Return how many labels were compared: only leads hear of it, for it tells what is hidden."""
    scores, pairs = people.compared(session, project_id)
    if scores + pairs == 0:
        return []
    out = ComparedOut(scores=scores, pairs=pairs)
    return [("people", f"people {project_id}", scores + pairs, out)]


def _round_version(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


def _refuse_nothing_new(
    job_id: UUID,
    request: Request,
    _: Annotated[Caller, Depends(OfJob(Role.ANNOTATOR))],
    seen: LastEventId = None,
) -> None:
    """Answer 204 where nothing will ever come: it tells a browser to stop coming back."""
    with reading(sessions_of(request)) as session:
        finished = job_views.get(session, job_id).state in FINISHED
        if finished and seen == _digest(_job_state(session, job_id)):
            raise HTTPException(204)


@router.get(
    "/jobs/{job_id}/events",
    response_class=EventSourceResponse,
    dependencies=[Depends(_refuse_nothing_new)],
    summary="A job's progress as it happens",
)
async def of_job(
    job_id: UUID,
    _: Annotated[Caller, Depends(OfJob(Role.ANNOTATOR))],
    request: Request,
    seen: LastEventId = None,
) -> AsyncIterator[ServerSentEvent]:
    """Send the job whenever it changes; the stream ends when the job has."""
    async for states, event in _changes(request, lambda s: _job_state(s, job_id), seen):
        if event is not None:
            yield event
        job = states[0][3]
        if isinstance(job, JobOut) and job.state in FINISHED:
            return


@router.get(
    "/projects/{project_id}/events",
    response_class=EventSourceResponse,
    summary="A project's rounds and jobs as they move",
)
async def of_project(
    project_id: UUID,
    who: Annotated[Caller, Depends(InProject(Role.ANNOTATOR))],
    request: Request,
    seen: LastEventId = None,
) -> AsyncIterator[ServerSentEvent]:
    """Send each round and job whenever it changes; to a lead also that people's figures did."""

    def look(session: Session) -> list[State]:
        states = _project_states(session, project_id)
        return states + (_people_state(session, project_id) if who.role is Role.LEAD else [])

    async for _states, event in _changes(request, look, seen):
        if event is not None:
            yield event


async def _changes(
    request: Request, look: Callable[[Session], list[State]], seen: str | None
) -> AsyncIterator[tuple[list[State], ServerSentEvent | None]]:
    """Look again and again, each time in a short session of its own."""
    until = time.monotonic() + STREAM_SECONDS
    sent: dict[str, int] = {}
    while time.monotonic() < until:
        states = await run_sync(_look, request, look)
        if not sent and seen == _digest(states):
            sent = {key: version for _, key, version, _ in states}
        news = [state for state in states if sent.get(state[1]) != state[2]]
        for kind, key, version, out in news:
            sent[key] = version
            # Only the last event of a look may be resumed from: before it, something is missing.
            last = key == news[-1][1]
            yield (
                states,
                ServerSentEvent(
                    raw_data=out.model_dump_json(), event=kind, id=_digest(states) if last else ""
                ),
            )
        if not news:
            yield states, None
        await asyncio.sleep(POLL_SECONDS)


def _look(request: Request, look: Callable[[Session], list[State]]) -> list[State]:
    with reading(sessions_of(request)) as session:
        return look(session)


def _digest(states: list[State]) -> str:
    text = ";".join(f"{key}={version}" for _, key, version, _ in sorted(states, key=_key))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _key(state: State) -> str:
    return state[1]
