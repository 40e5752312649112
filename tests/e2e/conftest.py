"""The real service on a port of its own, and a real browser that looks at it."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from server.app import create_app
from server.db.models import Round
from server.settings import Settings
from server.storage.local import LocalBlobs
from tests.e2e.street import Street, new_street
from tests.servers.missing import missing
from tests.servers.queue import RecordingQueue

BROWSER = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TIMEOUT_MS = 60_000
"""Long enough for a machine that does other things as well; what passes waits for nothing."""
expect.set_options(timeout=TIMEOUT_MS)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives browsers: one in a process."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The machine's Chromium."""
    names = (os.environ.get("MASKLOOP_CHROMIUM", ""), *BROWSER)
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        missing("no Chromium: apt-get install chromium, or name one in MASKLOOP_CHROMIUM")
    return path


@pytest.fixture(scope="session")
def browser(playwright: Playwright, browser_path: str) -> Iterator[Browser]:
    """The machine's Chromium, without a window."""
    browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
    yield browser
    browser.close()


class Host:
    """The HTTP service on a port that it keeps when it is stopped and started again."""

    def __init__(self, settings: Settings, queue: RecordingQueue) -> None:
        self.settings = settings
        self.queue = queue
        self.port = 0
        self.start()

    def start(self) -> None:
        """Answer from now on."""
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        app = create_app(self.settings, self.queue)
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(
            target=self.server.run, kwargs={"sockets": [listener]}, daemon=True
        )
        self.thread.start()
        until = time.monotonic() + 20
        while not self.server.started and time.monotonic() < until:
            time.sleep(0.02)
        assert self.server.started, "the service did not start"

    def stop(self) -> None:
        """Answer nobody any more."""
        self.server.should_exit = True
        self.thread.join(timeout=10)
        for listener in self.server.servers:
            listener.close()


@dataclass(frozen=True)
class Service:
    """Where the service answers, and what is in it."""

    host: Host
    street: Street
    sessions: sessionmaker[Session]

    @property
    def url(self) -> str:
        """The address."""
        return f"http://127.0.0.1:{self.host.port}"

    @property
    def project(self) -> str:
        """The project's address in the API."""
        return f"{self.url}/api/v1/projects/{self.street.project_id}"

    @property
    def round_id(self) -> UUID:
        """The project's only round."""
        with self.sessions() as session:
            return session.scalars(select(Round.id)).one()

    @property
    def desk(self) -> str:
        """The desk's page."""
        return f"{self.url}/projects/{self.street.project_id}/desk"


@pytest.fixture
def service(
    settings: Settings, sessions: sessionmaker[Session], queue: RecordingQueue
) -> Iterator[Service]:
    """The HTTP service with a project in labelling, on the test's database."""
    with sessions() as session:
        street = new_street(session, LocalBlobs(settings.blob_folder))
        session.commit()
    host = Host(settings, queue)
    yield Service(host, street, sessions)
    host.stop()


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page, at the device pixel ratio asked for, that fails the test on any script error."""
    ratio = getattr(request, "param", 1)
    context = browser.new_context(
        viewport={"width": 1280, "height": 720}, device_scale_factor=ratio
    )
    page = context.new_page()
    page.set_default_timeout(TIMEOUT_MS)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda message: errors.append(message.text) if "Security Policy" in message.text else None,
    )
    yield page
    context.close()
    assert errors == []
