"""Every page is open to everybody: axe finds nothing serious on any, dark or light."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session, sessionmaker

import webui
from server.settings import Settings
from server.storage.local import LocalBlobs
from tests.e2e.host import TIMEOUT_MS, Host, Service
from tests.e2e.lived_in import LivedIn, live_in
from tests.e2e.sights import SIGHTS, STAY_OPEN, look_at, places
from tests.servers.queue import RecordingQueue
from worker.context import Resources

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SIZE = 160, 288
ROUTE = re.compile(r"^\s*\[?\s*/\^(\S*?)\$/,", re.M)
"""An entry of the router's list in app.js."""
SHOW_THEME = """theme => {
  document.documentElement.dataset.theme = theme;
  localStorage.setItem("maskloop.theme", theme);
}"""


def serious(page: Page, *, only: str | None = None) -> list[str]:
    """Return what axe finds serious or worse on the page as it is, by one rule or by all."""
    options = {"runOnly": [only]} if only else None
    found: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    return [
        f"{page.url} {violation['id']}: {node['html'][:120]} {node['failureSummary']}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


def serious_in_both_themes(page: Page) -> list[str]:
    """Return what axe finds; in the second theme only colours differ."""
    found = serious(page)
    page.evaluate(SHOW_THEME, "light")
    found += [f"light: {each}" for each in serious(page, only="color-contrast")]
    page.evaluate(SHOW_THEME, "dark")
    return found


@pytest.fixture
def town(
    settings: Settings, sessions: sessionmaker[Session], queue: RecordingQueue, tmp_path: Path
) -> Iterator[tuple[str, LivedIn]]:
    """An installation after weeks of work, and its address."""
    settings = settings.model_copy(update={"import_roots": (tmp_path,)})
    resources = Resources(settings, sessions, LocalBlobs(settings.blob_folder), queue)
    found = live_in(resources, queue, tmp_path, SIZE)
    host = Host(settings, queue)
    yield f"http://127.0.0.1:{host.port}", found
    host.stop()


def test_axe_sees_a_button_without_a_name(page: Page, service: Service) -> None:
    page.goto(f"{service.url}/login")
    page.locator(".login-card").wait_for()
    page.evaluate("() => document.body.append(document.createElement('button'))")
    assert any("button-name" in complaint for complaint in serious(page))


def test_no_address_of_the_router_is_left_out(database_url: str) -> None:
    source = (Path(webui.__file__).parent / "app.js").read_text()
    patterns = [pattern.replace("\\/", "/") for pattern in ROUTE.findall(source)]
    assert len(patterns) > 20
    addresses = [re.sub(r"{\w+}", "0", sight.address) for sight in SIGHTS]
    unseen = [
        pattern
        for pattern in patterns
        if not any(re.fullmatch(pattern, address) for address in addresses)
    ]
    assert unseen == []


def test_no_page_has_anything_serious(
    page: Page, browser: Browser, town: tuple[str, LivedIn]
) -> None:
    url, found = town
    page.goto(f"{url}/login")
    page.locator(".login-card").wait_for()
    complaints = serious_in_both_themes(page)
    with ExitStack() as stack:
        pages: dict[str, Page] = {}
        for person, login in found.logins.items():
            context = stack.enter_context(browser.new_context(reduced_motion="reduce"))
            context.add_init_script(STAY_OPEN)
            pages[person] = context.new_page()
            pages[person].set_default_timeout(TIMEOUT_MS)
            pages[person].on("dialog", lambda dialog: dialog.accept())
            pages[person].goto(url + login)
            pages[person].locator("main.page").wait_for()
        for sight in SIGHTS:
            shown = pages[sight.person]
            look_at(shown, url + sight.address.format(**places(found)), sight)
            complaints += serious_in_both_themes(shown)
    assert complaints == []
