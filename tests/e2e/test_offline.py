"""A reload while the service is away opens the page, the image in hand and its strokes."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.aids import give_aids, superpixel_of_pixels
from tests.e2e.desk import Desk, open_desk
from tests.e2e.faults import draw, is_submission, masks_of
from tests.e2e.host import Service, wait_until

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def keeps_pages() -> bool:
    """All that a person's browser does while the service is away."""
    return True


WHOLE_COPY = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith("maskloop-pages-"));
  const whole = await Promise.all(names.map(async (name) => {
    const copy = await caches.open(name);
    return (await copy.match("/offline.json")) ? (await copy.keys()).length : 0;
  }));
  return Boolean(navigator.serviceWorker.controller) && Math.max(0, ...whole);
}"""
HAS_OLDER = "() => caches.has('maskloop-pages-older')"
HELD = """() => new Promise((resolve) => {
  indexedDB.open("maskloop-held").onsuccess = ({ target }) => {
    const names = target.result.objectStoreNames;
    if (!names.contains("items")) return resolve(false);
    const store = target.result.transaction("items").objectStore("items");
    store.count().onsuccess = (counted) => resolve(counted.target.result === 3);
  };
})"""


def wait_held(page: Page) -> None:
    """Wait until the browser alone could open the item in hand, with its aids."""
    wait_until(page, lambda: bool(page.evaluate(HELD)), "the items are held")


def open_kept(page: Page, service: Service) -> Desk:
    """Open the desk and wait until the browser could open it by itself."""
    desk = open_desk(page, service)
    wait_until(page, lambda: bool(page.evaluate(WHOLE_COPY)), "the pages are kept")
    wait_held(page)
    return desk


def test_a_reload_while_the_service_is_away_goes_on_with_the_image(
    page: Page, service: Service
) -> None:
    desk = open_kept(page, service)
    page.on("dialog", lambda dialog: dialog.accept())
    drawn = draw(desk)
    desk.wait_kept()
    service.host.stop()
    page.reload()
    desk.wait_for_item()
    expect(page.locator(".notice")).to_contain_text("The service is away")
    expect(page.get_by_text("kept here, offline")).to_be_visible()
    assert np.array_equal(desk.labels(), drawn)

    desk.press("2")
    desk.drag((20, 70), (80, 75))
    drawn = desk.labels().copy()
    desk.press("Control+Enter")
    waiting = page.get_by_text("1 submission kept here, offline")
    expect(waiting).to_be_visible()
    expect(page.get_by_role("heading", name="The service is away")).to_be_visible()
    page.reload()
    expect(waiting).to_be_visible()
    expect(page.get_by_role("heading", name="The service is away")).to_be_visible()

    with page.expect_response(is_submission):
        service.host.start()
    [(_, labels)] = masks_of(service)
    assert np.array_equal(labels, drawn)
    desk.wait_for_item()
    expect(page.locator(".item-place")).to_have_text("item 2 of 3")


def test_the_copy_of_the_pages_is_whole_and_changes_nothing_while_the_service_is_there(
    page: Page, service: Service
) -> None:
    open_kept(page, service)
    listed = page.request.get(f"{service.url}/offline.json").json()
    assert page.evaluate(WHOLE_COPY) == len(listed["files"]) + 1
    # A copy of an older version, as one is left by an upgrade.
    page.evaluate("""async () => {
      const copy = await caches.open("maskloop-pages-older");
      await copy.put("/offline.json", new Response("{}"));
      const headers = { "Content-Type": "text/html" };
      await copy.put("/index.html", new Response("<h1>Older</h1>", { headers }));
    }""")
    page.reload()
    Desk(page).wait_for_item()
    wait_until(page, lambda: not page.evaluate(HAS_OLDER), "the older copy goes")
    service.host.stop()
    page.reload()
    Desk(page).wait_for_item()
    service.host.start()


def paint_superpixels(desk: Desk, row: int) -> None:
    """Touch four superpixels, and see all of them painted."""
    patches, before = superpixel_of_pixels(), desk.labels()
    expected = before.copy()
    expected[np.isin(patches, np.unique(patches[row, 10:71]))] = 1
    brush = desk.page.get_by_role("button", name="Superpixel brush")
    expect(brush).not_to_have_attribute("aria-disabled", "true")
    desk.press("2", "s")
    desk.drag((10, row), (70, row))
    assert not np.array_equal(before, expected)
    assert np.array_equal(desk.labels(), expected)


def test_what_helps_with_an_image_is_there_while_the_service_is_away(
    page: Page, service: Service
) -> None:
    give_aids(service)
    came: set[str] = set()
    page.on("requestfinished", lambda request: came.add(request.url))
    desk = open_kept(page, service)
    page.on("dialog", lambda dialog: dialog.accept())
    aids = ("/superpixels", "/second", "/chances")
    wait_until(page, lambda: sum(url.endswith(aids) for url in came) == 6, "all aids")

    service.host.stop()
    draw(desk)
    desk.press("Control+Enter")
    expect(page.locator(".item-place")).to_have_text("item 2 of 3")
    paint_superpixels(desk, 70)
    wait_held(page)
    page.reload()
    desk.wait_for_item()
    expect(page.locator(".item-place")).to_have_text("item 2 of 3")
    expect(page.get_by_label("Second best")).to_be_enabled()
    paint_superpixels(desk, 95)
