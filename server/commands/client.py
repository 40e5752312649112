"""A small client of the HTTP API, for the commands: JSON in, JSON out, refusals as one error."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2

Json = dict[str, Any]

_TOKEN = re.compile(r"[!-~]+")
TIMEOUT = httpx2.Timeout(60, connect=10)
LONGEST_WAIT = 120
"""Seconds that a command waits when it is told to slow down; longer ones end it."""
MOST_WAITS = 5


class Refused(Exception):
    """The service said no; the text is what it said, for the person at the terminal."""

    def __init__(self, *, status: int, kind: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.kind = kind


class Client:
    """Speaks to one service with one token."""

    def __init__(
        self, url: str, token: str, *, transport: httpx2.BaseTransport | None = None
    ) -> None:
        if not _TOKEN.fullmatch(token):
            raise Refused(
                status=401,
                kind="unauthenticated",
                text="The token (--token, MASKLOOP_TOKEN) is none: one word, as it was shown.",
            )
        self.url = url.rstrip("/")
        self._http = httpx2.Client(
            base_url=f"{self.url}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=TIMEOUT,
            transport=transport,
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, path: str, **params: str | int) -> Json:
        """Return one resource."""
        return self._json(self._sent("GET", path, params=params))

    def items(self, path: str, **params: str | int) -> Iterator[Json]:
        """Walk a list from its first page to its last."""
        page = self.get(path, limit=200, **params)
        while True:
            yield from page["items"]
            if not page["next"]:
                return
            # `next` is a path of the service, not of the client's base.
            page = self._json(self._sent("GET", self._http.base_url.join(page["next"])))

    def post(
        self, path: str, body: Json | None = None, *, key: str | None = None, version: str = ""
    ) -> Json:
        """Post JSON; `key` makes a repeated call return the first answer.

        `version` is the tag of what the act is about, as it was read (`If-Match`).
        """
        headers = {"Idempotency-Key": key} if key else {}
        headers |= _if_match(version)
        return self._json(self._sent("POST", path, json=body or {}, headers=headers))

    def put(self, path: str, body: Json, *, key: str | None = None) -> Json:
        """Put JSON; `key` makes a repeated call return the first answer."""
        headers = {"Idempotency-Key": key} if key else {}
        return self._json(self._sent("PUT", path, json=body, headers=headers))

    def patch(self, path: str, body: Json, *, version: str = "") -> Json:
        """Change a resource; with `version`, if it still is the one that was read."""
        return self._json(self._sent("PATCH", path, json=body, headers=_if_match(version)))

    def delete(self, path: str) -> Json:
        """Remove a resource."""
        return self._json(self._sent("DELETE", path))

    def send(self, path: str, body: bytes, media_type: str, *, key: str, **params: Any) -> Json:
        """Post raw bytes, such as a mask."""
        headers = {"Content-Type": media_type, "Idempotency-Key": key}
        return self._json(self._sent("POST", path, content=body, headers=headers, params=params))

    def offset(self, path: str) -> int:
        """Return how many bytes of an upload have arrived."""
        return int(self.get(path)["offset"])

    def send_piece(self, path: str, data: bytes, *, offset: int) -> int:
        """Append a piece to an upload, whole or not at all; return where the next one begins."""
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        headers = {
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(offset),
            "Content-Digest": f"sha-256=:{digest}:",
        }
        answer = self._sent("PATCH", path, content=data, headers=headers)
        self._json(answer)
        return int(answer.headers["Upload-Offset"])

    def download(self, path: str, target: Path) -> None:
        """Write an answer's bytes to a new file, piece by piece."""
        with self._http.stream("GET", path) as answer:
            if not answer.is_success:
                answer.read()
                raise refusal(answer)
            with target.open("xb") as file:
                for piece in answer.iter_bytes():
                    file.write(piece)

    def _sent(self, method: str, path: str | httpx2.URL, **sent: Any) -> httpx2.Response:
        """Send a request; wait where the service says that it comes too soon."""
        answer = self._http.request(method, path, **sent)
        for _ in range(MOST_WAITS):
            wait = int(answer.headers.get("Retry-After", 0))
            if answer.status_code != 429 or wait > LONGEST_WAIT:
                break
            time.sleep(wait)
            answer = self._http.request(method, path, **sent)
        return answer

    def _json(self, answer: httpx2.Response) -> Json:
        if answer.is_success:
            return answer.json() if answer.content else {}
        raise refusal(answer)


def _if_match(version: str) -> dict[str, str]:
    return {"If-Match": version} if version else {}


def refusal(answer: httpx2.Response) -> Refused:
    """Put a problem+json into one line, or say that the answer was none."""
    try:
        problem = answer.json()
        kind, text = str(problem["type"]), str(problem.get("detail") or problem["title"])
    except (ValueError, KeyError, TypeError):
        kind = "no_problem_json"
        text = f"The service answered {answer.status_code}: {answer.text[:200]}"
        return Refused(status=answer.status_code, kind=kind, text=text)
    fields = [f"{field['name']}: {field['message']}" for field in problem.get("fields", [])]
    # One field usually repeats the detail; several say what the detail leaves out.
    if len(fields) > 1:
        text = f"{text} ({'; '.join(fields)})"
    elif fields and problem["fields"][0]["message"] != text:
        text = f"{text} ({fields[0]})"
    return Refused(status=answer.status_code, kind=kind, text=text)
