"""The API's own description, and the one-file client that speaks it."""

from collections.abc import Mapping
from typing import Any

import pytest
from fastapi.testclient import TestClient

from clients.maskloop_client import Answer, Client, JobFailed, Refused
from server.app import PREFIX, ROUTERS
from tests.server.api.conftest import Loop

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def operations(document: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [
        (f"{method} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


@on_sqlite
def test_every_operation_has_a_name_of_its_own_and_says_how_it_refuses(loop: Loop) -> None:
    document = loop.annotator.get("/openapi.json").json()
    found = operations(document)
    assert len(found) == sum(
        len(route.methods - {"HEAD"})  # type: ignore[attr-defined, misc]
        for router in ROUTERS
        for route in router.routes
    )
    names = [operation["operationId"] for _, operation in found]
    assert len(set(names)) == len(names), sorted(names)
    for name in names:
        assert name.isidentifier(), name
    for where, operation in found:
        for status in ("4XX", "422"):
            content = operation["responses"][status]["content"]
            schema = content["application/problem+json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/Problem"}, where
    assert all(path.startswith(PREFIX) for path in document["paths"])


def unbounded(part: Any, schemas: Mapping[str, Any], where: str, seen: frozenset[str]) -> set[str]:
    """Return where a part of the document takes numbers without a least and a most."""
    if isinstance(part, list):
        return {each for one in part for each in unbounded(one, schemas, where, seen)}
    if not isinstance(part, dict):
        return set()
    name = str(part.get("$ref", "")).rpartition("/")[2]
    if name:
        known = {} if name in seen else schemas[name]
        return unbounded(known, schemas, f"{where}.{name}", seen | {name})
    if part.get("type") in ("integer", "number") and not {"enum", "const"} & part.keys():
        ends = [{"minimum", "exclusiveMinimum"}, {"maximum", "exclusiveMaximum"}]
        return set() if all(end & part.keys() for end in ends) else {where}
    return {
        each
        for key, value in part.items()
        for each in unbounded(value, schemas, f"{where}.{key}", seen)
    }


@on_sqlite
def test_every_number_that_is_sent_has_bounds(loop: Loop) -> None:
    """One that no column can hold would end as a failure of the database."""
    document = loop.annotator.get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    found: set[str] = set()
    for where, operation in operations(document):
        for sent in (operation.get("parameters", []), operation.get("requestBody", {})):
            found |= unbounded(sent, schemas, where, frozenset())
    assert found == set()
    version = loop.lead.get(f"{loop.path}/classes/{2**63}")
    assert version.status_code == 422


def through(http: TestClient) -> Any:
    """Send by the test's client what the other one would send by urllib."""

    def send(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        answer = http.request(method, url, headers=dict(headers), content=body)
        return Answer(answer.status_code, dict(answer.headers), answer.content)

    return send


@pytest.fixture
def lead(loop: Loop) -> Client:
    token = loop.lead.headers["authorization"].removeprefix("Bearer ")
    return Client("http://testserver", token, send=through(loop.lead), sleep=lambda _: None)


@on_sqlite
def test_the_client_walks_pages_posts_and_says_what_was_refused(loop: Loop, lead: Client) -> None:
    names = [image["name"] for image in lead.items(f"{loop.path}/images", split="pool")]
    assert len(names) == 5
    paged = lead.get(f"{loop.path}/images", split="pool", limit=2)
    rest = lead.get(paged["next"].removeprefix(PREFIX))
    assert [each["name"] for each in paged["items"] + rest["items"]] == names[:4]
    made = lead.post(f"{loop.path}/rounds", {"percent": 40, "strategy": "random"})
    assert made["k"] == 2
    assert lead.post(f"/rounds/{made['id']}/start")["state"] == "warming_up"
    with pytest.raises(Refused, match="illegal_transition: ") as refused:
        lead.post(f"/rounds/{made['id']}/start")
    assert (refused.value.status, refused.value.kind) == (409, "illegal_transition")
    assert lead.download(f"{loop.path}/budget/statement.csv").startswith(b"at,unit,")


def test_the_client_tries_again_when_asked_to_and_not_for_ever() -> None:
    waits: list[float] = []
    answers = [Answer(503, {"Retry-After": "2"}, b""), Answer(200, {}, b'{"a": 1}')]
    sent: list[Mapping[str, str]] = []

    def send(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        sent.append(headers)
        return answers.pop(0)

    client = Client("http://x", "t", send=send, sleep=waits.append)
    assert client.post("/projects", {}) == {"a": 1}
    assert waits == [2.0]
    assert sent[0]["Idempotency-Key"] == sent[1]["Idempotency-Key"]
    answers[:] = [Answer(429, {"retry-after": "1"}, b"{}")] * 4
    with pytest.raises(Refused):
        client.get("/projects")


def test_waiting_for_a_job_ends_with_it() -> None:
    states = ["queued", "running", "succeeded", "failed"]

    def send(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        return Answer(200, {}, f'{{"state": "{states.pop(0)}", "error": "why"}}'.encode())

    client = Client("http://x", "t", send=send, sleep=lambda _: None)
    assert client.wait("1")["state"] == "succeeded"
    with pytest.raises(JobFailed, match="failed: why"):
        client.wait("2")
