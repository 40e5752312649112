"""Pixels are exact whatever the screen and the browser's zoom: ring, paint, canvas and store agree.

A browser's zoom is a device pixel ratio with as many fewer CSS pixels, and is made so here.
"""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from server import codecs
from server.rules.roles import Role
from tests.e2e.desk import COLOURS, Desk, open_desk
from tests.e2e.faults import add_person
from tests.e2e.host import Service, new_page, sign_in

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LABELS = {"Accept": "application/vnd.maskloop.labels"}
RING = """() => {
  const picture = document.querySelector("canvas.layer-picture").getBoundingClientRect();
  const ring = document.querySelector(".ring .ring-light").getBoundingClientRect();
  const { width, height } = document.querySelector("canvas.layer-picture");
  const [x, y] = [width / picture.width, height / picture.height];
  return [(ring.left - picture.left) * x, (ring.top - picture.top) * y,
          (ring.right - picture.left) * x, (ring.bottom - picture.top) * y];
}"""


def zoomed_page(browser: Browser, zoom: float) -> Page:
    """A page in a window of 1280 x 720 device pixels."""
    return new_page(browser, width=round(1280 / zoom), height=round(720 / zoom), ratio=zoom)


def dab(desk: Desk, column: int, row: int) -> tuple[list[float], list[float]]:
    """Press once; return the bounds of the ring just before and of what was painted."""
    before = desk.labels()
    desk.move(column, row)
    ring = desk.page.evaluate(RING)
    desk.page.mouse.down()
    desk.page.mouse.up()
    rows, columns = np.nonzero(desk.labels() != before)
    return ring, [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]


def shown(desk: Desk) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The mask's canvas once nothing is over it and all is drawn."""
    desk.page.mouse.move(5, 300)
    desk.wait_drawn()
    return desk.painted()


def open_review(page: Page, service: Service) -> Desk:
    """Have somebody else look at what was submitted."""
    page.context.clear_cookies()
    sign_in(page, service.url, add_person(service, "kim", Role.REVIEWER))
    page.goto(service.review)
    desk = Desk(page)
    desk.wait_for_item()
    return desk


@pytest.mark.parametrize("zoom", [0.8, 1.0, 1.25, 1.5, 2.0])
def test_ring_paint_canvas_and_store_agree_at_every_zoom(
    browser: Browser, service: Service, zoom: float
) -> None:
    page = zoomed_page(browser, zoom)
    with page.expect_response("**/items/take") as taken:
        desk = open_desk(page, service)
    image_id = taken.value.json()["image"]["id"]
    desk.press("1")
    for number, size in enumerate((1, 2, 9)):
        desk.brush(size)
        ring, painted = dab(desk, 70 + 20 * number, 20)
        assert ring == pytest.approx(painted, abs=0.05), f"{size} px at {zoom}"
        assert painted[2] - painted[0] == size
        desk.press("Equal")
    drawn = desk.labels()
    assert np.array_equal(shown(desk), COLOURS[drawn])
    with page.expect_response("**/submit?*") as answered:
        desk.press("Control+Enter")
    assert answered.value.status == 200, answered.value.text()
    stored = page.request.get(f"{service.url}/api/v1/images/{image_id}/mask", headers=LABELS)
    assert codecs.decode_labels(stored.body()).tobytes() == drawn.tobytes()
    reviewed = open_review(page, service)
    assert np.array_equal(reviewed.labels(), drawn)
    page.get_by_role("group", name="Showing").get_by_role("button", name="Mine").click()
    assert np.array_equal(shown(reviewed), COLOURS[drawn]), "back on a canvas"
    page.context.close()
