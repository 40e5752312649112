"""An API over a real database, and clients for people of every role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session, sessionmaker

from server.app import create_app
from server.db.models import Member, User
from server.rules.roles import Role
from server.services import members, tokens, users
from server.services.unit_of_work import unit_of_work
from server.settings import Settings
from server.storage.local import LocalBlobs
from tests.servers.queue import RecordingQueue
from tests.world import World, new_world, to_labelling

ROOT = "/api/v1"


@pytest.fixture
def roots(tmp_path: Path) -> Path:
    """The one folder that imports may read from."""
    folder = tmp_path / "imports"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(database_url: str, tmp_path: Path, roots: Path) -> Settings:
    """Settings of a service on this test's database."""
    return Settings(data=tmp_path / "data", database_url=database_url, import_roots=(roots,))


@pytest.fixture
def blobs(settings: Settings) -> LocalBlobs:
    """The service's own blobs."""
    return LocalBlobs(settings.blob_folder)


@pytest.fixture
def app(settings: Settings, queue: RecordingQueue) -> Iterator[FastAPI]:
    """The application, its messages recorded."""
    app = create_app(settings, queue)
    yield app
    app.state.engine.dispose()


@pytest.fixture
def anonymous(app: FastAPI) -> TestClient:
    """A client without a credential."""
    return TestClient(app, base_url="http://testserver" + ROOT)


Login = Callable[[str], TestClient]


@pytest.fixture
def login(app: FastAPI) -> Login:
    """Give a client that acts for a person by name; an unknown one is made, `admin` is admin."""

    def make(name: str) -> TestClient:
        with unit_of_work(app.state.sessions, app.state.queue) as session:
            user = session.query(User).filter_by(name=name).one_or_none()
            user = user or users.create(session, name=name, is_admin=name == "admin")
            _, secret = tokens.create(session, user, name="test")
        return client(app, secret)

    return make


def client(app: FastAPI, secret: str) -> TestClient:
    """Return a client with this token."""
    headers = {"Authorization": f"Bearer {secret}"}
    return TestClient(app, base_url="http://testserver" + ROOT, headers=headers)


@dataclass
class Loop:
    """A committed project with people of every role and, on demand, a round being labelled."""

    sessions: sessionmaker[Session]
    blobs: LocalBlobs
    project_id: UUID
    class_list_id: UUID
    domains: dict[Any, UUID]
    images: list[UUID]
    lead: TestClient
    reviewer: TestClient
    annotator: TestClient
    second: TestClient
    outsider: TestClient
    admin: TestClient

    @property
    def path(self) -> str:
        """The project's address."""
        return f"/projects/{self.project_id}"

    def to_labelling(self, *, k: int) -> UUID:
        """Bring a round to labelling; return its id."""
        with self.sessions.begin() as session:
            return to_labelling(self.world(session), k=k)

    def world(self, session: Session) -> World:
        """Return the builder on this session."""
        made = World(session, self.blobs, self.project_id, self.class_list_id, self.domains)
        made.images = list(self.images)
        return made


@pytest.fixture
def loop(app: FastAPI, sessions: sessionmaker[Session], blobs: LocalBlobs, login: Login) -> Loop:
    """A project that is ready to start a round: 5 pool images, 1 labelled source, 10 granted."""
    people = {
        name: login(name)
        for name in ("lead", "reviewer", "annotator", "second", "outsider", "admin")
    }
    with sessions.begin() as session:
        world = new_world(session, blobs)
        by_name = {user.name: user for user in session.query(User)}
        for name, role in (
            ("lead", Role.LEAD),
            ("reviewer", Role.REVIEWER),
            ("annotator", Role.ANNOTATOR),
            ("second", Role.ANNOTATOR),
        ):
            members.put(
                session, world.project_id, by_name[name].id, role=role, actor=by_name["admin"]
            )
        session.flush()
        assert session.query(Member).count() == 4
    return Loop(
        sessions,
        blobs,
        world.project_id,
        world.class_list_id,
        world.domains,
        world.images,
        **people,
    )


def problem(answer: Any, status: int, kind: str, *fields: str) -> dict[str, Any]:
    """Check that an answer is this problem document, naming these fields; return it."""
    body: dict[str, Any] = answer.json()
    assert answer.headers["content-type"] == "application/problem+json", body
    assert (answer.status_code, body["type"]) == (status, kind), body
    assert [field["name"] for field in body["fields"]] == list(fields), body
    assert body["request_id"] == answer.headers["x-request-id"]
    assert "Traceback" not in answer.text
    return body
