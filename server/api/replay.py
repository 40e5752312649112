"""`Idempotency-Key`: a request that is sent twice gets the first answer twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.orm import Session

from server.services import idempotency

KeyHeader = Annotated[str | None, Header(alias="Idempotency-Key")]
R = TypeVar("R")


async def _body(request: Request) -> bytes:
    return await request.body()


BodyBytes = Annotated[bytes, Depends(_body)]
"""The raw body of a request whose JSON is parsed as well."""


def _never(result: Any) -> Response:
    raise TypeError(f"no answer for {result!r}")


def once(
    session: Session,
    request: Request,
    *,
    user_id: UUID,
    key: str | None,
    body: bytes,
    status: int,
    act: Callable[[], BaseModel | R],
    otherwise: Callable[[R], Response] = _never,
) -> Response:
    """Run `act` and answer with it, or replay what the key's first request was answered.

    The stored answer is written in the transaction of the act itself. A result that is no model
    is answered by `otherwise` and not stored: the same request may succeed later.
    """
    if key is not None:
        stored = idempotency.once(
            session, user_id=user_id, key=key, request_sha256=_digest(request, body)
        )
        if stored is not None:
            headers = {"Idempotent-Replayed": "true"}
            return JSONResponse(stored.body, stored.status, headers=headers)
    result = act()
    if not isinstance(result, BaseModel):
        if key is not None:
            idempotency.forget(session, user_id=user_id, key=key)
        return otherwise(result)
    answer = result.model_dump(mode="json", by_alias=True)
    if key is not None:
        idempotency.keep(session, user_id=user_id, key=key, status=status, body=answer)
    return JSONResponse(answer, status)


class Once:
    """The same for a route that has nothing else to do with its request: `once(session, ...)`."""

    def __init__(self, request: Request, body: BodyBytes, key: KeyHeader = None) -> None:
        self._request, self._body, self._key = request, body, key

    def __call__(
        self,
        session: Session,
        user_id: UUID,
        act: Callable[[], BaseModel],
        *,
        status: int = HTTPStatus.OK,
    ) -> Response:
        """Run `act` once for the request's key."""
        return once(
            session,
            self._request,
            user_id=user_id,
            key=self._key,
            body=self._body,
            status=status,
            act=act,
        )


OnceDep = Annotated[Once, Depends()]


def _digest(request: Request, body: bytes) -> str:
    address = f"{request.method} {request.url.path}?{request.url.query}\n"
    return hashlib.sha256(address.encode() + body).hexdigest()
