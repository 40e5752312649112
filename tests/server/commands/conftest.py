"""Commands against the real service: jobs are done as a worker would, before one asks for them."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from server import cli
from server.commands import remote
from server.commands.client import Client
from server.db.engine import make_engine, make_sessions
from server.services import tokens, users
from server.services.unit_of_work import unit_of_work
from server.settings import Settings
from server.storage.local import LocalBlobs
from tests.server.api.conftest import app as app
from tests.server.api.conftest import blobs as blobs
from tests.server.api.conftest import roots as roots
from tests.server.api.conftest import settings as settings
from tests.servers.jobs import do_queued
from tests.servers.queue import RecordingQueue
from worker.context import Resources

Run = Callable[..., Any]


class Service:
    """Answers the commands' requests, and does a queued job before it says how the job is."""

    def __init__(self, app: FastAPI, settings: Settings, queue: RecordingQueue) -> None:
        self.http = TestClient(app, base_url="http://maskloop.test")
        self.queue = queue
        self.cut = 0
        """Connections to break before a piece is taken."""
        self.resources = Resources(
            settings,
            make_sessions(make_engine(settings.sql_url)),
            LocalBlobs(settings.blob_folder),
            queue,
        )

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "PATCH" and self.cut:
            self.cut -= 1
            raise httpx2.ConnectError("cut")
        if request.method == "GET" and "/jobs/" in request.url.path:
            self.work()
        given = self.http.request(
            request.method, str(request.url), headers=dict(request.headers), content=request.read()
        )
        return httpx2.Response(given.status_code, headers=given.headers, content=given.content)

    def work(self) -> None:
        do_queued(self.resources, self.queue)


@pytest.fixture
def service(app: FastAPI, settings: Settings, queue: RecordingQueue) -> Iterator[Service]:
    made = Service(app, settings, queue)
    yield made
    made.resources.sessions.kw["bind"].dispose()


@pytest.fixture
def run(service: Service, monkeypatch: pytest.MonkeyPatch) -> Run:
    with unit_of_work(service.resources.sessions, service.queue) as session:
        lead = users.create(session, name="lead", is_admin=True)
        _, secret = tokens.create(session, lead, name="test")

    def make(url: str, token: str) -> Client:
        return Client(url, token, transport=httpx2.MockTransport(service.answer))

    monkeypatch.setattr(remote, "Client", make)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    made = make("http://maskloop.test", secret).post("/projects", {"name": "streets"})
    classes = [{"id": 0, "name": "road", "colour": "#804080"},
               {"id": 1, "name": "sky", "colour": "#4682b4"}]  # fmt: skip
    client = make("http://maskloop.test", secret)
    client.put(f"/projects/{made['id']}/classes", {"classes": classes})

    def call(*arguments: str, project: str = "streets") -> Any:
        options = ["--url", "http://maskloop.test", "--token", secret]
        if project:
            options += ["--project", project]
        return CliRunner().invoke(cli.app, [*arguments, *options])

    return call
