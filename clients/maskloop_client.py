"""A client of Maskloop's HTTP API in one file, for scripts: copy it, it needs Python 3.11 only.

    maskloop = Client("https://labels.example.org", token)
    project = maskloop.post("/projects", {"name": "yard"})
    for image in maskloop.items(f"/projects/{project['id']}/images", split="pool"):
        print(image["name"])
    round_ = maskloop.post(f"/projects/{project['id']}/rounds", {"percent": 2.2})
    maskloop.wait(maskloop.post(f"/rounds/{round_['id']}/start")["jobs"][0]["id"])

Addresses, fields and refusals are those of `/api/v1/openapi.json`.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

ROOT = "/api/v1"
ATTEMPTS = 4
"""For a service that is away or busy (503), or that asks to slow down (429)."""
FINISHED = frozenset({"succeeded", "failed", "cancelled"})


class Refused(Exception):
    """The service said no: `kind` is stable, `status` is HTTP's, the text is for people."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.kind = str(problem.get("type", "unknown"))
        self.problem = dict(problem)
        super().__init__(f"{self.kind}: {problem.get('detail', problem.get('title', status))}")


class JobFailed(Exception):
    """A job that was waited for did not succeed."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Send = Callable[[str, str, Mapping[str, str], bytes | None], Answer]
"""Sends (method, address, headers, body); raises `ConnectionError` when nobody answers."""


def send_by_urllib(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
    """Send one request with the standard library."""
    request = urllib.request.Request(url, data=body, headers=dict(headers), method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return Answer(answer.status, dict(answer.headers), answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, dict(error.headers), error.read())
    except urllib.error.URLError as error:
        raise ConnectionError(str(error.reason)) from error


@dataclass
class Client:
    """Speaks to one service with one token."""

    url: str
    token: str
    send: Send = send_by_urllib
    sleep: Callable[[float], None] = field(default=time.sleep)

    def get(self, path: str, **params: Any) -> Json:
        """Return one resource."""
        return self._json("GET", path, params=params)

    def items(self, path: str, **params: Any) -> Iterator[Json]:
        """Walk a list from its first page to its last."""
        page = self.get(path, limit=200, **params)
        while True:
            yield from page["items"]
            if not page["next"]:
                return
            page = self.get(page["next"].removeprefix(ROOT))

    def post(self, path: str, body: Any = None, **params: Any) -> Json:
        """Post JSON; a request that has to be sent again has its effect once."""
        return self._json("POST", path, body=body, params=params, key=str(uuid.uuid4()))

    def put(self, path: str, body: Any) -> Json:
        """Put JSON."""
        return self._json("PUT", path, body=body)

    def patch(self, path: str, body: Any, *, version: int | None = None) -> Json:
        """Change a resource, if it still is the version that was read."""
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        return self._json("PATCH", path, body=body, headers=headers)

    def delete(self, path: str) -> None:
        """Remove a resource."""
        self._call("DELETE", path)

    def download(self, path: str, **params: Any) -> bytes:
        """Return a file: an image, a mask, a model, a statement."""
        return self._call("GET", path, params=params).body

    def upload(self, path: str, data: bytes, media_type: str, **params: Any) -> Json:
        """Post raw bytes: an image, or the mask of an item."""
        headers = {"Content-Type": media_type, "Idempotency-Key": str(uuid.uuid4())}
        answer = self._call("POST", path, data=data, params=params, headers=headers)
        return _parsed(answer)

    def wait(self, job_id: str, *, seconds: float = 3600, every: float = 2) -> Json:
        """Wait until a job is over, and return it.

        Raises:
            JobFailed: It failed, was cancelled, or took longer.
        """
        ends = time.monotonic() + seconds
        while True:
            job = self.get(f"/jobs/{job_id}")
            if job["state"] == "succeeded":
                return job
            if job["state"] in FINISHED or time.monotonic() > ends:
                raise JobFailed(f"job {job_id} is {job['state']}: {job.get('error')}")
            self.sleep(every)

    def _json(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        key: str | None = None,
    ) -> Json:
        sent = {"Content-Type": "application/json", **(headers or {})}
        if key is not None:
            sent["Idempotency-Key"] = key
        data = None if method == "GET" else json.dumps({} if body is None else body).encode()
        return _parsed(self._call(method, path, data=data, params=params, headers=sent))

    def _call(
        self,
        method: str,
        path: str,
        *,
        data: bytes | None = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        url = f"{self.url.rstrip('/')}{ROOT}{path}"
        given = {name: _text(value) for name, value in (params or {}).items() if value is not None}
        if given:
            url += ("&" if "?" in url else "?") + urllib.parse.urlencode(given)
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        for attempt in range(1, ATTEMPTS + 1):
            wait = float(attempt)
            try:
                answer = self.send(method, url, sent, data)
            except ConnectionError:
                if attempt == ATTEMPTS:
                    raise
            else:
                if answer.status not in (429, 503) or attempt == ATTEMPTS:
                    break
                wait = float(_header(answer, "retry-after") or attempt)
            self.sleep(wait)
        if answer.status >= 400:
            raise Refused(answer.status, _problem(answer))
        return answer


def _parsed(answer: Answer) -> Json:
    parsed: Json = json.loads(answer.body) if answer.body else {}
    return parsed


def _problem(answer: Answer) -> Json:
    try:
        return _parsed(answer)
    except ValueError:
        return {"type": "no_problem_json", "detail": answer.body[:200].decode(errors="replace")}


def _header(answer: Answer, name: str) -> str | None:
    return next((value for key, value in answer.headers.items() if key.lower() == name), None)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
