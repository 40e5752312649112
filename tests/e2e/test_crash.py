"""A killed browser loses at most a second of strokes; two tabs lose nothing to one another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.e2e.desk import Desk, open_desk
from tests.e2e.host import Service, new_page, wait_until
from tests.e2e.kills import Kills, reopen

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MOMENTS = (1.5, 1.8)
"""Seconds into a stroke."""
MOST_LOST = 1.0

COUNT_KEPT = """() => new Promise((resolve) => {
  indexedDB.open("maskloop-strokes").onsuccess = ({ target }) => {
    const store = target.result.transaction("entries").objectStore("entries");
    store.count().onsuccess = (counted) => resolve(counted.target.result);
  };
})"""


def test_a_browser_killed_in_mid_stroke_loses_at_most_a_second(
    playwright: Playwright, browser_path: str, service: Service, tmp_path: Path
) -> None:
    kills = Kills(playwright, browser_path, service, tmp_path)
    for seconds in MOMENTS:
        kills.kill(seconds)
        lost = kills.lost()
        assert lost is not None, "the canvas is none that was ever shown"
        assert lost <= MOST_LOST + kills.longest_move


def test_a_tab_that_takes_over_goes_on_from_the_last_stroke(
    browser: Browser, service: Service
) -> None:
    page = new_page(browser)
    context = page.context
    first = open_desk(page, service)
    first.press("1")
    first.drag((30, 5), (90, 5))
    drawn = first.labels()
    first.wait_kept()
    second = Desk(context.new_page())
    second.page.goto(service.desk)
    second.page.get_by_role("button", name="Work here instead").click()
    expect(second.page.locator(".notice")).to_contain_text("is back")
    assert np.array_equal(second.labels(), drawn)
    second.press("1")
    second.drag((20, 20), (60, 20))
    second.wait_kept()
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
    desk.wait_kept()
    assert page.evaluate(COUNT_KEPT) > 0
    with page.expect_response("**/submit?*"):
        desk.press("Control+Enter")
    desk.wait()
    wait_until(page, lambda: page.evaluate(COUNT_KEPT) == 0, "nothing is kept any more")
