import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from server.api.deps import COOKIE
from server.api.throttle import LOGINS_PER_MINUTE, Throttle
from server.db.engine import now
from server.db.models import User
from server.rules.rates import Rate
from tests.server.api.conftest import Login, problem

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
GOOD = "correct horse battery"


def test_a_password_signs_in_and_is_nowhere_to_be_read(
    app: FastAPI, login: Login, anonymous: TestClient
) -> None:
    assert login("mara").put("/sessions/password", json={"password": GOOD}).status_code == 204
    answer = anonymous.post("/sessions/password", json={"name": "mara", "password": GOOD})
    assert answer.status_code == 200, answer.text
    assert answer.json()["user"]["name"] == "mara"
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert anonymous.get("/sessions/current").status_code == 200
    with app.state.sessions() as session:
        kept = session.query(User).filter_by(name="mara").one().password_hash
    assert kept.startswith("$argon2id$")
    assert GOOD not in kept


def test_wrong_unknown_unset_and_disabled_look_the_same(
    app: FastAPI, login: Login, anonymous: TestClient
) -> None:
    for name in ("mara", "left", "never"):
        login(name)
    for name in ("mara", "left"):
        login(name).put("/sessions/password", json={"password": GOOD})
    with app.state.sessions.begin() as session:
        session.query(User).filter_by(name="left").one().disabled_at = now(session)
    bodies = []
    for name, password in (
        ("mara", "wrong horse battery"),
        ("nobody", GOOD),
        ("never", GOOD),
        ("left", GOOD),
    ):
        answer = anonymous.post("/sessions/password", json={"name": name, "password": password})
        body = problem(answer, 401, "unauthenticated")
        del body["request_id"]
        bodies.append(body)
    assert all(body == bodies[0] for body in bodies)


def test_changing_it_needs_the_present_one_and_signs_out_everywhere(
    login: Login, anonymous: TestClient
) -> None:
    mara = login("mara")
    mara.put("/sessions/password", json={"password": GOOD})
    assert anonymous.post(
        "/sessions/password", json={"name": "mara", "password": GOOD}
    ).cookies.get(COOKIE)
    other = {"password": "another fine phrase"}
    problem(mara.put("/sessions/password", json=other), 401, "unauthenticated")
    assert mara.put("/sessions/password", json={**other, "current": GOOD}).status_code == 204
    problem(anonymous.get("/sessions/current"), 401, "unauthenticated")


@pytest.mark.parametrize("password", ["short", "mara12345678"])
def test_a_weak_one_is_refused(login: Login, password: str) -> None:
    answer = login("mara").put("/sessions/password", json={"password": password})
    problem(answer, 422, "invalid", "password")


def test_ten_tries_a_minute_per_name(app: FastAPI, anonymous: TestClient, login: Login) -> None:
    app.state.throttles.logins = Throttle(Rate("passwords", LOGINS_PER_MINUTE), clock=lambda: 0.0)
    login("mara").put("/sessions/password", json={"password": GOOD})
    for _ in range(10):
        anonymous.post("/sessions/password", json={"name": "mara", "password": "x"})
    answer = anonymous.post("/sessions/password", json={"name": "mara", "password": GOOD})
    problem(answer, 429, "too_many")
    assert answer.headers["retry-after"] == "6"
    other = anonymous.post("/sessions/password", json={"name": "other", "password": "x"})
    problem(other, 401, "unauthenticated")


def test_an_address_that_tries_many_names_is_slowed_down(
    app: FastAPI, anonymous: TestClient
) -> None:
    app.state.throttles.sign_ins = Throttle(Rate("sign-ins", 2), clock=lambda: 0.0)
    for name in ("mara", "jona"):
        answer = anonymous.post("/sessions/password", json={"name": name, "password": "x"})
        problem(answer, 401, "unauthenticated")
    answer = anonymous.post("/sessions/password", json={"name": "kim", "password": "x"})
    assert problem(answer, 429, "too_many")["detail"] == (
        "2 sign-ins a minute are allowed; try again in 30 s."
    )


def test_one_persons_loop_does_not_slow_another_down(app: FastAPI, login: Login) -> None:
    clock = [0.0]
    app.state.throttles.requests = Throttle(Rate("requests", 60), clock=lambda: clock[0])
    looping, other = login("mara"), login("jona")
    for _ in range(60):
        assert looping.get("/sessions/current").status_code == 200
    answer = looping.get("/sessions/current")
    problem(answer, 429, "too_many")
    assert answer.headers["retry-after"] == "1"
    assert other.get("/sessions/current").status_code == 200
    clock[0] += 1
    assert looping.get("/sessions/current").status_code == 200
    problem(looping.get("/sessions/current"), 429, "too_many")
