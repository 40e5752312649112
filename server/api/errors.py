"""The one place where a refusal becomes an HTTP answer (RFC 9457 problem details)."""

from __future__ import annotations

import errno
import logging
import re
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError, TimeoutError
from starlette.exceptions import HTTPException

from server.rules.errors import (
    BytesMissing,
    Conflict,
    FieldError,
    Forbidden,
    IdempotencyMismatch,
    Invalid,
    NotFound,
    PreconditionRequired,
    Refusal,
    StaleVersion,
    StorageFull,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    UnsupportedMedia,
)
from server.storage.base import BlobMissing

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 2
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that only read."""

STATUS: dict[type[Refusal], int] = {
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    BytesMissing: 404,
    Conflict: 409,
    StaleVersion: 412,
    TooLarge: 413,
    UnsupportedMedia: 415,
    Invalid: 422,
    IdempotencyMismatch: 422,
    PreconditionRequired: 428,
    TooMany: 429,
    Unavailable: 503,
    StorageFull: 507,
}
_TITLES = {507: "Insufficient Storage", 413: "Content Too Large", 422: "Unprocessable Content"}
_TYPES = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 400: "bad_request"}


def problem(
    request: Request,
    *,
    status: int,
    kind: str,
    detail: str,
    fields: tuple[FieldError, ...] = (),
    extra: dict[str, object] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """Return a problem document."""
    body: dict[str, Any] = {
        "type": kind,
        "title": _TITLES.get(status) or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "fields": [{"name": field.name, "message": field.message} for field in fields],
        "request_id": request.scope.get("state", {}).get("request_id"),
        **(extra or {}),
    }
    return JSONResponse(body, status, headers=headers, media_type=MEDIA_TYPE)


def type_of(kind: type[Refusal]) -> str:
    """Return the stable name of a refusal on the wire."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


def refused(request: Request, error: Refusal) -> JSONResponse:
    """Answer a refusal."""
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    headers = {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if status == 503:
        headers["Retry-After"] = str(RETRY_SECONDS)
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.extra["wait"])
    if isinstance(error, StaleVersion):
        headers["ETag"] = f'"{error.extra["current"]}"'
    return problem(
        request,
        status=status,
        kind=type_of(type(error)),
        detail=error.detail,
        fields=error.fields,
        extra=error.extra,
        headers=headers,
    )


def install(app: FastAPI) -> None:
    """Have every exception of the app answered here."""
    app.add_exception_handler(Refusal, _on_refusal)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(OperationalError, _on_database)
    app.add_exception_handler(TimeoutError, _on_database)
    app.add_exception_handler(OSError, _on_os)
    app.add_exception_handler(BlobMissing, _on_missing)


def _on_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return refused(request, error)


def _on_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields = tuple(FieldError(_field(each["loc"]), str(each["msg"])) for each in error.errors())
    names = ", ".join(field.name for field in fields)
    detail = f"These fields cannot be accepted: {names}."
    return problem(request, status=422, kind="invalid", detail=detail, fields=fields)


def _field(location: tuple[int | str, ...]) -> str:
    """`("body", "classes", 0, "id")` -> `classes.0.id`; tags of alternatives begin with `~`."""
    parts = [str(part) for part in location[1:]]
    return ".".join(part for part in parts if not part.startswith("~")) or str(location[0])


def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code < 400:
        return Response(status_code=error.status_code)
    kind = _TYPES.get(error.status_code, "http_error")
    detail = NotFound().detail if error.status_code == 404 else str(error.detail)
    headers = dict(error.headers or {})
    return problem(request, status=error.status_code, kind=kind, detail=detail, headers=headers)


def _on_database(request: Request, error: Exception) -> Response:
    logger.warning("the database does not answer: %s", type(error).__name__, exc_info=error)
    if "disk is full" in str(error) or "No space left" in str(error):
        return refused(request, StorageFull("No space is left in the database."))
    return refused(request, Unavailable("The database is busy or away; try again."))


def _on_missing(request: Request, error: Exception) -> Response:
    """What only reads is told so; a write that needs the bytes may be tried when they are back."""
    logger.error("%s needs the blob %s, which is missing", request.url.path, error)
    if request.method in SAFE:
        return refused(request, BytesMissing())
    return refused(request, Unavailable(BytesMissing().detail))


def _on_os(request: Request, error: Exception) -> Response:
    assert isinstance(error, OSError)
    if error.errno == errno.EIO:
        logger.critical("the disk fails; nothing is stored until a new start", exc_info=error)
        return refused(request, Unavailable("The storage fails; an operator must look at it."))
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        raise error
    logger.error("the disk is full", exc_info=error)
    return refused(request, StorageFull("No space is left for what was sent."))
