"""The frame around every route: headers, limits, failures, the web UI's files."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from server import codecs
from server.api import pages
from server.api.middleware import HEADERS, MAX_JSON_BYTES
from tests.server.api.conftest import Loop, problem
from tests.world import label_map

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_every_answer_carries_the_security_headers(anonymous: TestClient) -> None:
    for answer in (
        anonymous.get("/healthz"),
        anonymous.get("/projects"),
        anonymous.get("http://testserver/nothing"),
        anonymous.get("http://testserver/", headers={"Accept": "text/html"}),
    ):
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
        assert answer.headers["x-request-id"]


def test_unknown_addresses_and_methods_are_problems(anonymous: TestClient) -> None:
    problem(anonymous.get("/nothing"), 404, "not_found")
    problem(anonymous.post("/nothing"), 404, "not_found")
    problem(anonymous.get("http://testserver/api/v2/projects"), 404, "not_found")
    problem(anonymous.patch("/users"), 405, "method_not_allowed")
    for page in ("/docs", "/openapi.json", "/redoc"):
        problem(anonymous.get(f"http://testserver{page}"), 404, "not_found")


def test_bodies_are_limited_whatever_they_declare(loop: Loop) -> None:
    long = b'{"name": "' + b"x" * MAX_JSON_BYTES + b'"}'
    headers = {"Content-Type": "application/json"}
    problem(loop.lead.post("/projects", content=long, headers=headers), 413, "too_large")

    def chunks() -> Iterator[bytes]:
        for _ in range(3):
            yield b" " * (MAX_JSON_BYTES // 2)

    problem(loop.lead.post("/projects", content=chunks(), headers=headers), 413, "too_large")
    item = f"{loop.path}/images?name=a&domain=target&split=pool"
    too_long = b"x" * (64 * 2**20 + 1)
    answer = loop.lead.post(item, content=too_long, headers={"Content-Type": "image/png"})
    problem(answer, 413, "too_large")


def test_an_unforeseen_failure_shows_its_id_and_nothing_else(
    app: FastAPI, loop: Loop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("server.services.projects.create", broken)
    answer = loop.lead.post("/projects", json={"name": "p"})
    body = problem(answer, 500, "internal_error")
    assert "secret" not in answer.text
    assert body["request_id"] in caplog.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_busy_database_is_a_503_that_says_when_to_come_back(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr("server.services.projects.create", busy)
    answer = loop.lead.post("/projects", json={"name": "p"})
    problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "2"


def test_a_full_disk_is_a_507(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("server.storage.local.LocalBlobs.put", full)
    image = loop.lead.get(f"{loop.path}/images?domain=source").json()["items"][0]["id"]
    answer = loop.lead.put(
        f"/images/{image}/mask",
        content=codecs.encode_png(label_map(1)),
        headers={"Content-Type": "image/png", "If-Match": '"1"'},
    )
    problem(answer, 507, "storage_full")


def test_what_fails_to_commit_is_never_answered_as_done(
    app: FastAPI, loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("the commit failed")

    event.listen(app.state.sessions, "before_commit", fail)
    answer = loop.lead.post(f"{loop.path}/budget/grants", json={"images": 1})  # has no savepoint
    problem(answer, 500, "internal_error")


class TestPages:
    @pytest.fixture
    def site(self, app: FastAPI, tmp_path: Path) -> TestClient:
        folder = tmp_path / "site"
        (folder / "editor").mkdir(parents=True)
        (folder / "index.html").write_text("<!doctype html>")
        (folder / "editor" / "brush.js").write_text("export {}")
        (folder / "__init__.py").write_text("secret = 1")
        (folder / ".env").write_text("secret")
        (tmp_path / "outside.js").write_text("secret")
        (folder / "link.js").symlink_to(tmp_path / "outside.js")
        app.router.default = pages.Pages(folder)
        return TestClient(app)

    def test_modules_are_javascript(self, site: TestClient) -> None:
        answer = site.get("/editor/brush.js")
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["cache-control"] == "no-cache"

    def test_every_page_is_the_index_for_a_browser_only(self, site: TestClient) -> None:
        html = {"Accept": "text/html,*/*"}
        for path in ("/", "/projects/12/desk", "/login"):
            answer = site.get(path, headers=html)
            assert answer.status_code == 200
            policy = answer.headers["content-security-policy"]
            assert "unsafe" not in policy
            assert "require-trusted-types-for 'script'" in policy
        assert site.get("/projects/12").status_code == 404
        assert site.get("/api/v1/nothing", headers=html).status_code == 404

    @pytest.mark.parametrize(
        "path",
        [
            "/__init__.py", "/.env", "/link.js", "/../outside.js", "/%2e%2e/outside.js",
            "/editor/..%2f..%2foutside.js", "//etc/passwd", "/editor", "/%00.js",
        ],
    )  # fmt: skip
    def test_nothing_else_is_served(self, site: TestClient, path: str) -> None:
        assert site.get(path).status_code == 404
        assert site.post(path).status_code in (404, 405)

    def test_the_list_for_offline_names_what_is_served_by_its_content(
        self, site: TestClient, tmp_path: Path
    ) -> None:
        listed = site.get("/offline.json").json()
        assert set(listed["files"]) == {"/index.html", "/editor/brush.js"}
        for path, digest in listed["files"].items():
            assert sha256(site.get(path).content).hexdigest() == digest
        (tmp_path / "site" / "editor" / "brush.js").write_text("export const size = 1")
        changed = site.get("/offline.json").json()
        assert changed["version"] != listed["version"]
        assert changed["files"]["/index.html"] == listed["files"]["/index.html"]
        assert changed["files"]["/editor/brush.js"] != listed["files"]["/editor/brush.js"]


def test_the_installed_pages_hold_no_python(anonymous: TestClient) -> None:
    assert anonymous.get("http://testserver/__init__.py").status_code == 404
