"""The real service on a port of its own, as browsers meet it; for tests and for benchmarks."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import uvicorn
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from server.app import create_app
from server.db.models import Round
from server.settings import Settings
from server.storage.local import LocalBlobs
from tests.e2e.slow import late
from tests.e2e.street import POOL, Street, new_street
from tests.servers.queue import RecordingQueue

TIMEOUT_MS = 60_000
"""Long enough for a machine that does other things as well; what passes waits for nothing."""
expect.set_options(timeout=TIMEOUT_MS)


def new_page(
    browser: Browser,
    *,
    width: int = 1280,
    height: int = 720,
    ratio: float = 1,
    keeps_pages: bool = False,
) -> Page:
    """A page in a window of its own, as of another person or another browser.

    `keeps_pages` lets it copy all pages for when the service is away, which takes a second.
    """
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=ratio,
        service_workers="allow" if keeps_pages else "block",
    )
    context.set_default_timeout(TIMEOUT_MS)
    return context.new_page()


def wait_until(page: Page, question: Callable[[], bool], what: str) -> None:
    """Ask again and again until the answer is yes; the page goes on meanwhile."""
    until = time.monotonic() + TIMEOUT_MS / 1000
    while not question():
        assert time.monotonic() < until, f"not in time: {what}"
        page.wait_for_timeout(50)


def sign_in(page: Page, url: str, login_path: str) -> None:
    """Have the browser signed in by a link, without drawing a page for it."""
    answer = page.request.post(
        f"{url}/api/v1/sessions",
        data={"token": login_path.partition("#")[2]},
        headers={"Origin": url},
    )
    assert answer.ok, answer.text()


@contextmanager
def holding(page: Page, pattern: str) -> Iterator[None]:
    """Have what the page reads at these addresses come late: once the block has ended."""
    held: list[Route] = []
    is_over = False

    def hold(route: Route) -> None:
        if route.request.method == "GET" and not is_over:
            held.append(route)
        else:
            route.continue_()

    page.route(pattern, hold)
    yield
    is_over = True
    for route in held:
        route.continue_()
    page.unroute(pattern, hold)


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
        app = late(create_app(self.settings, self.queue))
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(
            target=self.server.run, kwargs={"sockets": [listener]}, daemon=True
        )
        self.thread.start()
        until = time.monotonic() + TIMEOUT_MS / 1000
        while not self.server.started and time.monotonic() < until:
            time.sleep(0.02)
        assert self.server.started, "the service did not start"

    def stop(self) -> None:
        """Answer nobody any more."""
        self.server.should_exit = True
        self.thread.join(timeout=TIMEOUT_MS / 1000)
        assert not self.thread.is_alive(), "the service did not stop"
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

    @property
    def review(self) -> str:
        """The review desk's page."""
        return f"{self.url}/projects/{self.street.project_id}/review"


@contextmanager
def serving(
    settings: Settings, sessions: sessionmaker[Session], queue: RecordingQueue, *, pool: int = POOL
) -> Iterator[Service]:
    """The HTTP service with a project in labelling, on a migrated database."""
    with sessions() as session:
        street = new_street(session, LocalBlobs(settings.blob_folder), pool=pool)
        session.commit()
    host = Host(settings, queue)
    try:
        yield Service(host, street, sessions)
    finally:
        host.stop()
