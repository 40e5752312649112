"""A killed browser loses at most a second of strokes; two tabs lose nothing to one another."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from server import codecs
from tests.e2e.conftest import FLAGS, TIMEOUT_MS, Service
from tests.e2e.desk import Desk, open_desk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

KILLS = 2
MOST_LOST = 1.0
"""Seconds."""


COUNT_KEPT = """() => new Promise((resolve) => {
  indexedDB.open("maskloop-strokes").onsuccess = ({ target }) => {
    const store = target.result.transaction("entries").objectStore("entries");
    store.count().onsuccess = (counted) => resolve(counted.target.result);
  };
})"""


@contextmanager
def killable(
    playwright: Playwright, browser_path: str, folder: Path
) -> Iterator[tuple[BrowserContext, subprocess.Popen[bytes]]]:
    """A browser in a process group of its own, with its profile in `folder`."""
    port_file = folder / "DevToolsActivePort"
    port_file.unlink(missing_ok=True)
    command = [browser_path, *FLAGS, f"--user-data-dir={folder}", "--remote-debugging-port=0"]
    process = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
    try:
        port = wait_for_port(port_file)
        connected = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        yield connected.contexts[0], process
    finally:
        kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End all of its processes at once, as a power cut would."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for_port(file: Path) -> str:
    """Return the port that the browser has chosen, from where it writes it down."""
    until = time.monotonic() + 30
    while not (file.exists() and "\n" in file.read_text()):
        assert time.monotonic() < until, "the browser did not start"
        time.sleep(0.05)
    return file.read_text().split()[0]


def reopen(page: Page, service: Service) -> Desk:
    """Open the desk on the item that is still leased, with what was kept of it."""
    page.goto(f"{service.url}/projects/{service.street.project_id}/desk")
    page.locator("canvas.layer-mask").first.wait_for()
    expect(page.locator(".notice")).to_contain_text("is back")
    return Desk(page)


def draw_until(desk: Desk, seconds: float, row: int) -> list[tuple[float, codecs.Labels]]:
    """Press and draw to and fro; return the mask after each move, with the time before it.

    The stroke does not end.
    """
    states = [(time.monotonic(), desk.labels())]
    desk.move(5, row)
    desk.page.mouse.down()
    end = states[0][0] + seconds
    while (now := time.monotonic()) < end:
        column = 5 + 7 * len(states) % 140
        desk.move(column, row + len(states) // 20)
        states.append((now, desk.labels()))
    return states


def test_a_browser_killed_in_mid_stroke_loses_at_most_a_second(
    playwright: Playwright, browser_path: str, service: Service, tmp_path: Path
) -> None:
    cookies: list[Any] = []
    states: list[tuple[float, codecs.Labels]] = []
    killed_at = 0.0
    for kill in range(KILLS + 1):
        with killable(playwright, browser_path, tmp_path) as (context, process):
            # A session's cookie is not written to the disk at once.
            context.add_cookies(cookies)
            page = context.new_page()
            if kill == 0:
                desk = open_desk(page, service)
                cookies = context.cookies()
            else:
                desk = reopen(page, service)
                found = [at for at, labels in states if np.array_equal(labels, desk.labels())]
                assert found, "the canvas is none that was ever shown"
                assert found[-1] >= killed_at - MOST_LOST, f"{killed_at - found[-1]:.2f} s lost"
            if kill < KILLS:
                desk.press("1")
                states = draw_until(desk, 1.5 + 0.3 * kill, row=12 + 15 * kill)
                killed_at = time.monotonic()
                kill_group(process)


def test_a_tab_that_takes_over_goes_on_from_the_last_stroke(
    browser: Browser, service: Service
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.set_default_timeout(TIMEOUT_MS)
    first = open_desk(context.new_page(), service)
    first.press("1")
    first.drag((30, 5), (90, 5))
    drawn = first.labels()
    second = Desk(context.new_page())
    second.page.goto(service.desk)
    second.page.get_by_role("button", name="Work here instead").click()
    expect(second.page.locator(".notice")).to_contain_text("is back")
    assert np.array_equal(second.labels(), drawn)
    second.press("1")
    second.drag((20, 20), (60, 20))
    second.page.wait_for_timeout(700)
    drawn = second.labels()
    for tab in (first, second):
        tab.page.close()
    last = reopen(context.new_page(), service)
    assert np.array_equal(last.labels(), drawn), "the tab that drew last"
    context.close()


def test_an_accepted_submission_leaves_nothing_behind(page: Page, service: Service) -> None:
    desk = open_desk(page, service)
    desk.press("1")
    desk.drag((30, 5), (90, 5))
    page.wait_for_timeout(700)
    assert page.evaluate(COUNT_KEPT) > 0
    with page.expect_response("**/submit?*"):
        desk.press("Control+Enter")
    desk.wait()
    until = time.monotonic() + 10
    while page.evaluate(COUNT_KEPT) > 0 and time.monotonic() < until:
        page.wait_for_timeout(50)
    assert page.evaluate(COUNT_KEPT) == 0
