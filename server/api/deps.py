"""What routes ask for: a session, the blobs, the settings, a page, a version.

What only computes is `async`: everything else costs a request one more change of threads.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Annotated

from fastapi import Depends, Header, Query, Request
from sqlalchemy.orm import Session, sessionmaker

from server.api.errors import SAFE
from server.api.throttle import Throttles
from server.db.engine import reading
from server.rules.errors import (
    Invalid,
    PreconditionRequired,
)
from server.services.paging import LIMIT, MAX_LIMIT, PageQuery
from server.services.unit_of_work import unit_of_work
from server.settings import Settings
from server.storage.base import BlobStore

COOKIE = "maskloop_session"

WRITERS = 16
"""Requests of one process that may be inside a writing transaction, or wait for its lock.

Fewer than the 40 threads that endpoints share: whoever holds the lock needs one more thread to
shape its answer before it commits, and must find one although all others wait for that lock.
"""


async def _writer(request: Request) -> AsyncIterator[None]:
    """Wait for a place among the writers, without holding a thread."""
    if request.method in SAFE:
        yield
    else:
        async with request.app.state.writers:
            yield


def _session(
    request: Request, _place: Annotated[None, Depends(_writer, scope="function")]
) -> Iterator[Session]:
    """One request, one transaction; requests that only read never wait for a writer."""
    state = request.app.state
    if request.method in SAFE:
        with reading(state.sessions) as session:
            yield session
    else:
        with unit_of_work(state.sessions, state.queue) as session:
            yield session


# scope="function" commits before the response leaves; the default scope would answer first and
# only then find out that the commit failed.
SessionDep = Annotated[Session, Depends(_session, scope="function")]


async def _blobs(request: Request) -> BlobStore:
    blobs: BlobStore = request.app.state.blobs
    return blobs


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def sessions_of(request: Request) -> sessionmaker[Session]:
    """Return the factory for those who open short sessions of their own."""
    sessions: sessionmaker[Session] = request.app.state.sessions
    return sessions


def throttles_of(request: Request) -> Throttles:
    """Return what is limited."""
    throttles: Throttles = request.app.state.throttles
    return throttles


BlobsDep = Annotated[BlobStore, Depends(_blobs)]
SettingsDep = Annotated[Settings, Depends(_settings)]


async def _page(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = LIMIT,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> PageQuery:
    return PageQuery(limit, cursor)


PageDep = Annotated[PageQuery, Depends(_page)]


async def _if_match(if_match: Annotated[str | None, Header()] = None) -> int | None:
    """Return the version that If-Match names."""
    if if_match is None:
        return None
    value = if_match.strip().removeprefix("W/").strip('"')
    if not (value.isdecimal() and len(value) <= 9):
        raise Invalid("If-Match names a version, as the ETag did.", field="If-Match")
    return int(value)


async def _if_match_required(version: Annotated[int | None, Depends(_if_match)]) -> int:
    if version is None:
        raise PreconditionRequired("Name the version that you have seen in If-Match.")
    return version


IfMatch = Annotated[int | None, Depends(_if_match)]
IfMatchRequired = Annotated[int, Depends(_if_match_required)]
