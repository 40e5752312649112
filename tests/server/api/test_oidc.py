"""Signing in at an issuer: whoever it vouches for, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from server.api.deps import COOKIE
from server.api.oidc import FLOW_COOKIE
from server.api.throttle import Throttle
from server.db.engine import now
from server.db.models import AuditEntry, Identity, User, WebSession
from server.oidc import provider
from server.oidc.sign_in import SignIn
from server.rules.rates import Rate
from server.settings import Settings
from tests.server.api.conftest import Login, problem
from tests.servers.issuer import CLIENT, SECRET, Issuer, issuer_server, new_key

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NAME = "mara@example.org"
OURS = {"Origin": "http://testserver"}


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuer_server() as issuer:
        yield issuer


@pytest.fixture
def sign_up() -> bool:
    return False


@pytest.fixture
def hosts() -> str:
    return ""


@pytest.fixture
def settings(
    database_url: str, tmp_path: Path, issuer: Issuer, sign_up: bool, hosts: str
) -> Settings:
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n")
    return Settings(
        data=tmp_path / "data",
        database_url=database_url,
        oidc_issuer=issuer.url,
        oidc_client_id=CLIENT,
        oidc_client_secret_file=secret,
        oidc_sign_up=sign_up,
        oidc_hosts=hosts.format(port=urlsplit(issuer.url).port),
    )


@pytest.fixture
def browser(anonymous: TestClient) -> TestClient:
    """A browser that shows our own page."""
    anonymous.headers.update(OURS)
    return anonymous


def begin(browser: TestClient, issuer: Issuer) -> dict[str, str]:
    begun = browser.post("/sessions/oidc/begin")
    assert begun.status_code == 200, begun.text
    return issuer.approve(begun.json()["address"])


def sign_in(browser: TestClient, issuer: Issuer) -> Any:
    return browser.post("/sessions/oidc", json=begin(browser, issuer))


def nobody_is_in(app: FastAPI, browser: TestClient) -> None:
    assert COOKIE not in browser.cookies
    with app.state.sessions() as session:
        assert session.query(WebSession).count() == 0
        assert session.query(Identity).count() == 0


def test_a_verified_address_signs_in_then_the_subject_does(
    app: FastAPI, browser: TestClient, issuer: Issuer, login: Login
) -> None:
    login(NAME)
    assert browser.get("/sessions/oidc").json() == {"host": "127.0.0.1"}
    first = sign_in(browser, issuer)
    assert first.status_code == 200, first.text
    assert first.json()["user"]["name"] == NAME
    assert "HttpOnly" in first.headers["set-cookie"]
    assert FLOW_COOKIE not in browser.cookies
    assert browser.get("/sessions/current").json()["user"]["name"] == NAME

    browser.cookies.clear()
    issuer.claims = {"sub": "s-1", "email": "married@example.org", "email_verified": False}
    second = sign_in(browser, issuer)
    assert second.json()["user"] == first.json()["user"]
    with app.state.sessions() as session:
        assert session.query(Identity).one().subject == "s-1"
        assert session.query(AuditEntry).filter_by(act="identity.linked").count() == 1
    # Documents and keys were read once for both.
    assert issuer.asked.count("/keys") == issuer.asked.count("/.well-known/openid-configuration")
    assert issuer.asked.count("/keys") == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": "another", "azp": CLIENT},
        {"aud": [CLIENT, "another"]},
        {"aud": None},
        {"iss": "https://issuer.example"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"sub": None},
        {"sub": ""},
        {"at_hash": "another"},
    ],
    ids=str,
)
def test_a_token_that_does_not_hold_is_refused(
    app: FastAPI, browser: TestClient, issuer: Issuer, login: Login, claims: dict[str, Any]
) -> None:
    login(NAME)
    issuer.claims |= claims
    problem(sign_in(browser, issuer), 401, "identity_refused")
    nobody_is_in(app, browser)


def test_another_key_or_kind_of_signature_is_refused(
    app: FastAPI, browser: TestClient, issuer: Issuer, login: Login
) -> None:
    login(NAME)
    good = issuer.key
    issuer.key = new_key("one", 1)
    problem(sign_in(browser, issuer), 401, "identity_refused")
    issuer.key, issuer.header = good, {"alg": "RS512", "kid": "one"}
    problem(sign_in(browser, issuer), 401, "identity_refused")
    issuer.header = {"alg": "RS256", "kid": "two"}
    problem(sign_in(browser, issuer), 401, "identity_refused")
    nobody_is_in(app, browser)


def test_a_new_key_of_the_issuer_is_read_but_not_too_often(
    app: FastAPI, browser: TestClient, issuer: Issuer, login: Login
) -> None:
    login(NAME)
    clock = [0.0]
    app.state.sign_in = SignIn(
        provider.Provider(issuer.url, clock=lambda: clock[0]),
        client_id=CLIENT,
        client_secret=SECRET,
    )
    assert sign_in(browser, issuer).status_code == 200
    issuer.key = new_key("two")
    issuer.public, issuer.header = issuer.key.as_dict(private=False), {"alg": "RS256", "kid": "two"}
    problem(sign_in(browser, issuer), 401, "identity_refused")
    assert issuer.asked.count("/keys") == 1
    clock[0] += provider.AGAIN_SECONDS
    assert sign_in(browser, issuer).status_code == 200
    assert issuer.asked.count("/keys") == 2


def test_only_the_browser_that_began_may_end_it(
    app: FastAPI, browser: TestClient, issuer: Issuer, login: Login
) -> None:
    login(NAME)
    back = begin(browser, issuer)
    wrong = {**back, "state": "another"}
    problem(browser.post("/sessions/oidc", json=wrong), 401, "sign_in_stale")
    cookie = browser.cookies[FLOW_COOKIE]
    for bad in (None, cookie[:-4] + "AAAA"):
        browser.cookies.clear()
        if bad:
            browser.cookies.set(FLOW_COOKIE, bad)
        problem(browser.post("/sessions/oidc", json=back), 401, "sign_in_stale")
    assert "/token" not in issuer.asked
    nobody_is_in(app, browser)


def test_a_sign_in_ends_after_ten_minutes(
    app: FastAPI, browser: TestClient, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.state.sign_in._clock = lambda: 0.0
    back = begin(browser, issuer)
    app.state.sign_in._clock = lambda: 600.0
    problem(browser.post("/sessions/oidc", json=back), 401, "sign_in_stale")


def test_a_code_counts_once_and_only_ours(
    app: FastAPI, browser: TestClient, issuer: Issuer, login: Login
) -> None:
    login(NAME)
    back = begin(browser, issuer)
    begin(browser, issuer)  # the verifier of the second does not fit the first one's code
    problem(browser.post("/sessions/oidc", json=back), 401, "sign_in_stale")
    back = begin(browser, issuer)
    unknown = {**back, "code": "unknown"}
    problem(browser.post("/sessions/oidc", json=unknown), 401, "identity_refused")
    nobody_is_in(app, browser)


@pytest.mark.parametrize(
    ("claims", "kind"),
    [
        ({"email_verified": False}, "email_unverified"),
        ({"email_verified": "true"}, "email_unverified"),
        ({"email_verified": None}, "email_unverified"),
        ({"email": None}, "email_unverified"),
        ({"email": "nobody@example.org"}, "unknown_person"),
        ({"email": "admin"}, "unknown_person"),
        ({"email": "\u212aim@example.org"}, "unknown_person"),  # a Kelvin sign: `k` in lower case
    ],
    ids=str,
)
def test_nobody_comes_in_by_an_address_that_is_not_theirs(
    app: FastAPI,
    browser: TestClient,
    issuer: Issuer,
    login: Login,
    claims: dict[str, Any],
    kind: str,
) -> None:
    for name in (NAME, "admin", "kim@example.org"):
        login(name)
    issuer.claims |= claims
    problem(sign_in(browser, issuer), 403, kind)
    nobody_is_in(app, browser)


def test_an_address_that_went_to_someone_else_opens_no_account(
    browser: TestClient, issuer: Issuer, login: Login
) -> None:
    login(NAME)
    assert sign_in(browser, issuer).status_code == 200
    issuer.claims["sub"] = "s-2"
    problem(sign_in(browser, issuer), 403, "unknown_person")


def test_a_disabled_account_stays_closed(
    app: FastAPI, browser: TestClient, issuer: Issuer, login: Login
) -> None:
    login(NAME)
    with app.state.sessions.begin() as session:
        session.query(User).filter_by(name=NAME).one().disabled_at = now(session)
    problem(sign_in(browser, issuer), 401, "unauthenticated")
    nobody_is_in(app, browser)


@pytest.mark.parametrize("sign_up", [True])
def test_where_it_is_allowed_a_new_person_comes_in(
    browser: TestClient, issuer: Issuer, sign_up: bool
) -> None:
    issuer.claims["name"] = "Mara M."
    made = sign_in(browser, issuer).json()["user"]
    assert (made["name"], made["display_name"], made["is_admin"]) == (NAME, "Mara M.", False)
    issuer.claims |= {"sub": "s-2", "email": "x" * 60 + "@example.org"}
    problem(sign_in(browser, issuer), 422, "invalid", "email")


@pytest.mark.parametrize("name", ["issuer", "token_endpoint", "jwks_uri", "authorization_endpoint"])
def test_a_document_that_leads_elsewhere_is_not_followed(
    browser: TestClient, issuer: Issuer, name: str
) -> None:
    issuer.document[name] = "http://127.0.0.1:1/elsewhere"
    problem(browser.post("/sessions/oidc/begin"), 503, "unavailable")
    assert issuer.asked == ["/.well-known/openid-configuration"]


def test_an_endless_answer_is_given_up(
    browser: TestClient, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "MAX_BYTES", 100)
    problem(browser.post("/sessions/oidc/begin"), 503, "unavailable")


def test_other_sites_and_loops_are_refused(
    app: FastAPI, browser: TestClient, issuer: Issuer
) -> None:
    other = {"Origin": "https://evil.example"}
    problem(browser.post("/sessions/oidc/begin", headers=other), 403, "cross_origin")
    app.state.throttles.sign_ins = Throttle(Rate("sign-ins", 1), clock=lambda: 0.0)
    assert browser.post("/sessions/oidc/begin").status_code == 200
    problem(browser.post("/sessions/oidc/begin"), 429, "too_many")


def test_without_an_issuer_there_is_nothing(app: FastAPI, browser: TestClient) -> None:
    app.state.sign_in = None
    problem(browser.post("/sessions/oidc/begin"), 404, "not_found")
