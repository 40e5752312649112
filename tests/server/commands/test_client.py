"""The commands' client: what it sends, and what becomes of a refusal."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
import pytest

from server.commands.client import Client, Refused

Answer = Callable[[httpx2.Request], httpx2.Response]


def client_of(answer: Answer) -> Client:
    return Client("http://maskloop.test/", "mlp_x", transport=httpx2.MockTransport(answer))


def problem(status: int, **parts: object) -> Answer:
    """Answer every request with one problem+json."""
    body = {"type": "invalid", "title": "Invalid", "status": status, "detail": "", **parts}
    return lambda _request: httpx2.Response(status, json=body)


def test_asks_under_the_base_path_with_the_token() -> None:
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200, json={"id": "7"})

    assert client_of(answer).get("/projects/7", limit=3) == {"id": "7"}
    assert str(asked[0].url) == "http://maskloop.test/api/v1/projects/7?limit=3"
    assert asked[0].headers["Authorization"] == "Bearer mlp_x"


@pytest.mark.parametrize("token", ["", "mlp_x\n", "mlp_“x”", "two words"])
def test_what_is_no_token_is_said_before_anything_is_sent(token: str) -> None:
    with pytest.raises(Refused, match="MASKLOOP_TOKEN"):
        Client("http://maskloop.test/", token)


def test_walks_a_list_to_its_end() -> None:
    pages = {
        None: {"items": [{"n": 1}, {"n": 2}], "next": "/api/v1/images?cursor=b&limit=200"},
        "b": {"items": [{"n": 3}], "next": None},
    }

    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json=pages[request.url.params.get("cursor")])

    assert [item["n"] for item in client_of(answer).items("/images")] == [1, 2, 3]


def test_nothing_to_say_is_an_empty_answer() -> None:
    assert client_of(lambda _request: httpx2.Response(204)).post("/projects/7/items/take") == {}


def test_a_refusal_says_what_the_service_said() -> None:
    answer = problem(409, type="budget_exhausted", detail="asks for 11, has 10 left")

    with pytest.raises(Refused, match=r"^asks for 11, has 10 left$") as caught:
        client_of(answer).post("/projects/7/items/take")

    assert (caught.value.status, caught.value.kind) == (409, "budget_exhausted")


def test_a_refusal_names_the_fields_that_the_detail_leaves_out() -> None:
    fields = [{"name": "k", "message": "too large"}, {"name": "seed", "message": "no number"}]

    with pytest.raises(Refused, match=r"^two errors \(k: too large; seed: no number\)$"):
        client_of(problem(422, detail="two errors", fields=fields)).get("/rounds")


def test_a_field_that_repeats_the_detail_is_said_once() -> None:
    fields = [{"name": "k", "message": "too large"}]

    with pytest.raises(Refused, match=r"^too large$"):
        client_of(problem(422, detail="too large", fields=fields)).get("/rounds")


def test_an_answer_of_something_else_is_shown_as_it_is() -> None:
    def answer(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(502, text="<h1>Bad gateway</h1>")

    with pytest.raises(Refused, match="answered 502: <h1>Bad gateway") as caught:
        client_of(answer).get("/projects")

    assert caught.value.kind == "no_problem_json"


def test_a_command_that_is_too_fast_waits_as_long_as_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    waits = ["7", "2"]

    def answer(_request: httpx2.Request) -> httpx2.Response:
        if not waits:
            return httpx2.Response(200, json={"id": "7"})
        return httpx2.Response(429, headers={"Retry-After": waits.pop(0)})

    assert client_of(answer).post("/projects") == {"id": "7"}
    assert slept == [7, 2]
    waits[:] = ["3600"]
    with pytest.raises(Refused) as caught:
        client_of(answer).post("/projects")
    assert (caught.value.status, slept) == (429, [7, 2])
