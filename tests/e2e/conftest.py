"""The real service on a port of its own, and a real browser that looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright
from sqlalchemy.orm import Session, sessionmaker

from server.settings import Settings
from tests.e2e.host import Service, new_page, serving
from tests.e2e.slow import slow_down
from tests.servers.browser import FLAGS
from tests.servers.queue import RecordingQueue

TOO_SLOW = ["TimeoutError", "Locator expected"]
"""What Playwright says when a page did not come to a state in time."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run a browser test whose waiting ran out again, twice at most: the machine may be slow.

    The summary counts each as a rerun. Whatever fails in another way, or three times, fails.
    """
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.flaky(reruns=2, only_rerun=TOO_SLOW))


@pytest.fixture(scope="session")
def browser(playwright: Playwright, browser_path: str) -> Iterator[Browser]:
    """The machine's Chromium, without a window."""
    browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
    slow_down(browser)
    yield browser
    browser.close()


@pytest.fixture
def service(
    settings: Settings, sessions: sessionmaker[Session], queue: RecordingQueue
) -> Iterator[Service]:
    """The HTTP service with a project in labelling, on the test's database."""
    with serving(settings, sessions, queue) as service:
        yield service


@pytest.fixture
def keeps_pages() -> bool:
    """Whether the browser copies the pages for when the service is away."""
    return False


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: Browser, keeps_pages: bool) -> Iterator[Page]:
    """A page, at the device pixel ratio asked for, that fails the test on any script error."""
    page = new_page(browser, ratio=getattr(request, "param", 1), keeps_pages=keeps_pages)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda message: errors.append(message.text) if "Security Policy" in message.text else None,
    )
    yield page
    page.context.close()
    assert errors == []
