"""Inviting people, closing accounts, and forgotten passwords."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from server.api.deps import COOKIE
from tests.server.api.conftest import Login, Loop, client, problem

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
GOOD = {"password": "correct horse battery"}


def id_of(loop: Loop, name: str) -> str:
    people = loop.admin.get("/users?limit=200").json()["items"]
    return next(str(each["id"]) for each in people if each["name"] == name)


def test_somebody_new_is_invited_by_a_link_that_works_once(
    loop: Loop, anonymous: TestClient
) -> None:
    wanted = {"name": "mina", "display_name": "Mina Park", "role": "annotator"}
    made = loop.lead.post(f"{loop.path}/members", json=wanted)
    assert made.status_code == 201, made.text
    assert made.json()["member"]["user"]["display_name"] == "Mina Park"
    token = made.json()["link"]["token"]
    assert anonymous.post("/sessions", json={"token": token}).status_code == 200
    assert anonymous.get(loop.path).json()["role"] == "annotator"
    problem(anonymous.post("/sessions", json={"token": token}), 401, "unauthenticated")


def test_whoever_has_an_account_gets_no_link(loop: Loop) -> None:
    wanted = {"name": "outsider", "role": "reviewer"}
    made = loop.lead.post(f"{loop.path}/members", json=wanted).json()
    assert made["link"] is None
    assert loop.outsider.get(loop.path).json()["role"] == "reviewer"
    problem(loop.lead.post(f"{loop.path}/members", json=wanted), 409, "conflict", "name")
    assert loop.outsider.get(loop.path).json()["role"] == "reviewer"


def test_only_a_lead_invites_and_only_an_admin_a_lead(loop: Loop, app: FastAPI) -> None:
    wanted = {"name": "mina", "role": "annotator"}
    problem(loop.reviewer.post(f"{loop.path}/members", json=wanted), 403, "forbidden")
    as_lead = {**wanted, "role": "lead"}
    problem(loop.lead.post(f"{loop.path}/members", json=as_lead), 403, "forbidden")
    assert "mina" not in loop.admin.get("/users?limit=200").text
    project = str(loop.project_id)
    made = loop.lead.post("/tokens", json={"name": "ci", "project_id": project}).json()
    bound = client(app, made["token"])
    problem(bound.post(f"{loop.path}/members", json=wanted), 403, "forbidden")
    assert loop.admin.post(f"{loop.path}/members", json=as_lead).status_code == 201


def test_a_closed_account_is_out_at_once_and_may_be_opened(loop: Loop) -> None:
    second = id_of(loop, "second")
    closed = loop.admin.patch(f"/users/{second}", json={"disabled": True})
    assert closed.json()["disabled_at"] is not None
    problem(loop.second.get(loop.path), 401, "unauthenticated")
    opened = loop.admin.patch(f"/users/{second}", json={"disabled": False})
    assert opened.json()["disabled_at"] is None
    assert loop.second.get(loop.path).status_code == 200


def test_nobody_closes_their_own_account_or_anybody_else_s(loop: Loop) -> None:
    admin, second = id_of(loop, "admin"), id_of(loop, "second")
    own = loop.admin.patch(f"/users/{admin}", json={"disabled": True})
    problem(own, 409, "conflict", "disabled")
    for method, path in (
        ("PATCH", f"/users/{second}"),
        ("DELETE", f"/users/{second}/sessions"),
        ("DELETE", f"/users/{second}/password"),
    ):
        body = {"disabled": True} if method == "PATCH" else None
        problem(loop.lead.request(method, path, json=body), 403, "forbidden")


@pytest.mark.parametrize("what", ["sessions", "password"])
def test_an_admin_signs_a_person_out(
    loop: Loop, login: Login, anonymous: TestClient, what: str
) -> None:
    login("mara").put("/sessions/password", json=GOOD)
    signed_in = anonymous.post("/sessions/password", json={"name": "mara", **GOOD})
    assert signed_in.cookies.get(COOKIE)
    assert loop.admin.delete(f"/users/{id_of(loop, 'mara')}/{what}").status_code == 204
    problem(anonymous.get("/sessions/current"), 401, "unauthenticated")
    again = anonymous.post("/sessions/password", json={"name": "mara", **GOOD})
    assert again.status_code == (401 if what == "password" else 200)
