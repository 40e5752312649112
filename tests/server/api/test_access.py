"""Who may call what: every route has one gate, and the gates hold."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.testclient import TestClient
from sqlalchemy import update

from server.api.gates import Needs
from server.app import ROUTERS
from server.db.base import uuid7
from server.db.engine import now
from server.db.models import Token, User
from tests.server.api.conftest import Login, Loop, client, problem

PUBLIC = {
    "/healthz",
    "/readyz",
    "/sessions",
    "/sessions/password",
    "/sessions/oidc",
    "/sessions/oidc/begin",
}


def routes() -> Iterator[Any]:
    for router in ROUTERS:
        yield from router.routes


def gates(dependant: Dependant) -> Iterator[Needs]:
    for each in dependant.dependencies:
        if isinstance(each.call, Needs):
            yield each.call
        yield from gates(each)


def test_every_route_names_who_may_call_it() -> None:
    open_routes = {}
    for route in routes():
        found = {gate.says for gate in gates(route.dependant)}
        assert len(found) == 1, f"{route.methods} {route.path} has {len(found)} gates"
        if found == {"public"}:
            open_routes[route.path] = route.methods
    assert set(open_routes) == PUBLIC
    assert open_routes["/sessions"] == {"POST"}


def address(route: Any) -> str:
    parts = [str(uuid7()) if part.startswith("{") else part for part in route.path.split("/")]
    return "/".join(parts).replace("/classes/" + parts[-1], "/classes/1")


def calls() -> list[tuple[str, str]]:
    return [
        (method, address(route))
        for route in routes()
        for method in sorted(route.methods - {"HEAD"})
        if route.path not in PUBLIC
    ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_gets_in_without_a_credential(anonymous: TestClient) -> None:
    for method, path in calls():
        body = problem(anonymous.request(method, path), 401, "unauthenticated")
        assert "request_id" in body


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_foreign_and_missing_projects_look_the_same(loop: Loop) -> None:
    foreign = loop.outsider.get(loop.path).json()
    missing = loop.outsider.get(f"/projects/{uuid7()}").json()
    del foreign["request_id"], missing["request_id"]
    assert foreign == missing
    assert foreign["status"] == 404
    assert loop.outsider.get("/projects").json()["items"] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_outsider_reaches_nothing_of_a_project(loop: Loop) -> None:
    round_id = loop.to_labelling(k=1)
    item = loop.annotator.post(f"{loop.path}/items/take").json()
    job_id = loop.lead.get(f"{loop.path}/jobs").json()["items"][0]["id"]
    model_id = loop.lead.get(f"{loop.path}/models").json()["items"][0]["id"]
    for path in (
        loop.path,
        f"{loop.path}/images",
        f"{loop.path}/budget/ledger",
        f"{loop.path}/audit",
        f"{loop.path}/events",
        f"/rounds/{round_id}",
        f"/rounds/{round_id}/items",
        f"/items/{item['id']}",
        f"/items/{item['id']}/prediction",
        f"/items/{item['id']}/uncertainty",
        f"/images/{item['image']['id']}/file",
        f"/jobs/{job_id}",
        f"/jobs/{job_id}/events",
        f"/models/{model_id}",
    ):
        assert loop.outsider.get(path).status_code == 404, path
        assert loop.admin.get(path.replace("/file", "").replace("/events", "")).status_code in (
            200,
        ), path


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_roles_are_enough_or_too_low(loop: Loop) -> None:
    low = loop.annotator
    problem(low.post(f"{loop.path}/budget/grants", json={"images": 1}), 403, "forbidden")
    problem(low.get(f"{loop.path}/audit"), 403, "forbidden")
    problem(loop.reviewer.post(f"{loop.path}/rounds", json={"k": 1}), 403, "forbidden")
    assert loop.lead.get(f"{loop.path}/audit").status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_admin_manages_but_labels_only_as_a_member(loop: Loop) -> None:
    loop.to_labelling(k=1)
    assert loop.admin.get(loop.path).json()["role"] == "lead"
    problem(loop.admin.post(f"{loop.path}/items/take"), 403, "forbidden")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_annotators_do_not_see_what_others_drew(loop: Loop) -> None:
    image_id = loop.lead.get(f"{loop.path}/images?domain=source").json()["items"][0]["id"]
    assert loop.reviewer.get(f"/images/{image_id}/mask").status_code == 200
    problem(loop.annotator.get(f"/images/{image_id}/mask"), 403, "forbidden")
    problem(loop.annotator.get(f"/images/{image_id}/masks"), 403, "forbidden")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestTokens:
    def test_a_bound_token_sees_its_project_only(self, loop: Loop, app: FastAPI) -> None:
        other = loop.lead.post("/projects", json={"name": "other"}).json()
        made = loop.lead.post(
            "/tokens", json={"name": "ci", "project_id": other["id"], "expires_in_days": 1}
        ).json()
        bound = client(app, made["token"])

        assert bound.get(f"/projects/{other['id']}").status_code == 200
        problem(bound.get(loop.path), 404, "not_found")
        problem(bound.post(f"{loop.path}/rounds", json={"k": 1}), 404, "not_found")
        assert [row["id"] for row in bound.get("/projects").json()["items"]] == [other["id"]]
        problem(bound.post("/projects", json={"name": "third"}), 403, "forbidden")
        problem(bound.post("/tokens", json={"name": "more"}), 403, "forbidden")

    def test_a_reading_token_does_not_write(self, loop: Loop, app: FastAPI) -> None:
        made = loop.lead.post("/tokens", json={"name": "r", "scopes": ["read"]}).json()
        reader = client(app, made["token"])
        assert reader.get(loop.path).status_code == 200
        problem(reader.post("/projects", json={"name": "x"}), 403, "forbidden")

    def test_is_shown_once_and_revoked_for_good(self, loop: Loop, app: FastAPI) -> None:
        made = loop.lead.post("/tokens", json={"name": "t"}).json()
        assert made["token"].startswith("mlp_")
        listed = loop.lead.get("/tokens")
        assert made["token"] not in listed.text
        problem(loop.annotator.delete(f"/tokens/{made['id']}"), 404, "not_found")
        assert loop.lead.delete(f"/tokens/{made['id']}").status_code == 204
        problem(client(app, made["token"]).get(loop.path), 401, "unauthenticated")

    def test_ends_when_it_expires_or_its_person_is_disabled(self, loop: Loop, app: FastAPI) -> None:
        made = loop.lead.post("/tokens", json={"name": "t"}).json()
        with loop.sessions.begin() as session:
            session.execute(update(Token).where(Token.name == "t").values(expires_at=now(session)))
        problem(client(app, made["token"]).get(loop.path), 401, "unauthenticated")
        with loop.sessions.begin() as session:
            session.execute(
                update(User).where(User.name == "lead").values(disabled_at=now(session))
            )
        problem(loop.lead.get(loop.path), 401, "unauthenticated")

    def test_lives_a_year_at_most(self, loop: Loop) -> None:
        answer = loop.lead.post("/tokens", json={"name": "t", "expires_in_days": 366})
        problem(answer, 422, "invalid", "expires_in_days")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestSessions:
    @pytest.fixture
    def link(self, login: Login) -> str:
        admin = login("admin")
        user = admin.post("/users", json={"name": "ann"}).json()
        made = admin.post(f"/users/{user['id']}/login-links").json()
        assert made["url_path"] == f"/login#{made['token']}"
        return str(made["token"])

    def test_a_link_signs_in_once(self, anonymous: TestClient, link: str) -> None:
        signed = anonymous.post("/sessions", json={"token": link})
        cookie = signed.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        current = anonymous.get("/sessions/current").json()
        assert (current["user"]["name"], current["user"]["is_admin"]) == ("ann", False)
        assert current["expires_at"] == signed.json()["expires_at"]
        problem(anonymous.post("/sessions", json={"token": link}), 401, "unauthenticated")
        problem(anonymous.post("/sessions", json={"token": "?"}), 401, "unauthenticated")

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({}, 403),
            ({"Origin": "http://evil.example"}, 403),
            ({"Origin": "null"}, 403),
            ({"Sec-Fetch-Site": "cross-site"}, 403),
            ({"Sec-Fetch-Site": "same-site", "Origin": "http://testserver"}, 403),
            ({"Origin": "http://testserver"}, 201),
            ({"Sec-Fetch-Site": "same-origin"}, 201),
        ],
    )
    def test_a_cookie_acts_only_from_our_own_pages(
        self, anonymous: TestClient, link: str, headers: dict[str, str], status: int
    ) -> None:
        anonymous.post("/sessions", json={"token": link})
        answer = anonymous.post("/projects", json={"name": "p"}, headers=headers)
        assert answer.status_code == status
        if status == 403:
            problem(answer, 403, "cross_origin")
        assert "access-control-allow-origin" not in answer.headers

    def test_signing_out_ends_the_cookie_on_the_server(
        self, anonymous: TestClient, link: str
    ) -> None:
        anonymous.post("/sessions", json={"token": link})
        cookie = anonymous.cookies["maskloop_session"]
        headers = {"Origin": "http://testserver"}
        assert anonymous.delete("/sessions/current", headers=headers).status_code == 204
        anonymous.cookies.set("maskloop_session", cookie)
        problem(anonymous.get("/sessions/current"), 401, "unauthenticated")

    def test_a_browser_is_signed_out_from_another_by_its_person_alone(
        self, anonymous: TestClient, loop: Loop, login: Login, link: str
    ) -> None:
        anonymous.post("/sessions", json={"token": link})
        [seen] = anonymous.get("/sessions").json()
        assert seen["is_current"]
        path = f"/sessions/{seen['id']}"
        problem(loop.lead.delete(path), 404, "not_found")
        ann = login("ann")  # by a token: another place
        assert [row["is_current"] for row in ann.get("/sessions").json()] == [False]
        assert ann.delete(path).status_code == 204
        problem(anonymous.get("/sessions/current"), 401, "unauthenticated")
        problem(ann.delete(path), 404, "not_found")
        assert ann.get("/sessions").json() == []

    def test_only_an_admin_makes_links_for_others(self, loop: Loop) -> None:
        me = loop.lead.get("/sessions/current").json()["user"]["id"]
        other = loop.annotator.get("/sessions/current").json()["user"]["id"]
        assert loop.lead.post(f"/users/{me}/login-links").status_code == 201
        problem(loop.lead.post(f"/users/{other}/login-links"), 403, "forbidden")
        problem(loop.lead.post("/users", json={"name": "x"}), 403, "forbidden")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestMembers:
    def test_a_lead_adds_people_but_makes_no_leads(self, loop: Loop) -> None:
        outsider = loop.outsider.get("/sessions/current").json()["user"]["id"]
        path = f"{loop.path}/members/{outsider}"
        problem(loop.lead.put(path, json={"role": "lead"}), 403, "forbidden")
        assert loop.lead.put(path, json={"role": "annotator"}).json()["role"] == "annotator"
        assert loop.outsider.get(loop.path).status_code == 200
        assert loop.admin.put(path, json={"role": "lead"}).status_code == 200
        problem(loop.lead.delete(path), 403, "forbidden")
        assert loop.admin.delete(path).status_code == 204
        assert loop.outsider.get(loop.path).status_code == 404

    def test_are_listed_by_name_with_their_roles(self, loop: Loop) -> None:
        rows = loop.annotator.get(f"{loop.path}/members").json()["items"]
        assert [(row["user"]["name"], row["role"]) for row in rows] == [
            ("annotator", "annotator"),
            ("lead", "lead"),
            ("reviewer", "reviewer"),
            ("second", "annotator"),
        ]
