"""Around every request: its id, the body limit, the security headers, one log line, no stack."""

from __future__ import annotations

import logging
import time
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.api import errors
from server.api.monitoring import Meters

logger = logging.getLogger("server.requests")

MAX_JSON_BYTES = 2**20

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HTML_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
        " connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
}
_TOO_LONG = "The body is longer than {} bytes."


class Envelope:
    """The outermost layer of our own; an unforeseen exception ends here as a 500 with its id."""

    def __init__(self, app: ASGIApp, *, max_body_bytes: int, meters: Meters) -> None:
        self.app = app
        self.meters = meters
        self.max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.monotonic()
        request_id = uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(MutableHeaders(scope=message), request_id)
            await send(message)

        request = Request(scope, receive)
        limit = self._limit(request.headers)
        try:
            if _declared(request.headers) > limit:
                await _too_long(request, limit)(scope, receive, answer)
            else:
                await self.app(scope, _counted(receive, limit), answer)
        except Exception:
            logger.exception("request %s failed", request_id)
            if status:
                raise  # part of the answer has left; closing the connection is all that is left
            failure = errors.problem(
                request, status=500, kind="internal_error", detail="Something went wrong here."
            )
            await failure(scope, receive, answer)
        finally:
            self._note(scope, request_id, status, time.monotonic() - began)

    def _note(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        method, path = scope["method"], scope["path"]
        logger.info("%s %s %s %d %.1f ms", request_id, method, path, status, seconds * 1000)
        route = getattr(scope.get("route"), "path", None)
        self.meters.answered(method=method, route=route, status=status, seconds=seconds)

    def _limit(self, headers: Headers) -> int:
        json = headers.get("content-type", "").startswith("application/json")
        return min(MAX_JSON_BYTES, self.max_body_bytes) if json else self.max_body_bytes


def _add_headers(headers: MutableHeaders, request_id: str) -> None:
    headers["X-Request-Id"] = request_id
    for name, value in HEADERS.items():
        headers[name] = value
    if headers.get("content-type", "").startswith("text/html"):
        for name, value in HTML_HEADERS.items():
            headers[name] = value


def _declared(headers: Headers) -> int:
    value = headers.get("content-length", "0")
    return int(value) if value.isdecimal() else 0


def _too_long(request: Request, limit: int) -> ASGIApp:
    return errors.problem(request, status=413, kind="too_large", detail=_TOO_LONG.format(limit))


def _counted(receive: Receive, limit: int) -> Receive:
    """Refuse a body that grows past the limit whatever its header said."""
    total = 0

    async def counting() -> Message:
        nonlocal total
        message = await receive()
        if message["type"] == "http.request":
            total += len(message.get("body", b""))
            if total > limit:
                raise HTTPException(413, _TOO_LONG.format(limit))
        return message

    return counting
