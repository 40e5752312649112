"""The item after the one on screen: there at once, and nothing is lost with its lease."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlparse

import numpy as np
import pytest
from playwright.sync_api import Page, Response, expect

from tests.e2e.desk import AHEAD, COLOURS, Desk, open_desk
from tests.e2e.host import Service, wait_until

PARTS = ("prediction", "draft", "uncertainty")
"""What is asked for beside the picture itself."""

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def reload(page: Page, desk: Desk) -> dict[str, Any]:
    """Open the desk again; return the item fetched ahead once all of it is there."""
    answered: set[str] = set()

    def began(response: Response) -> None:
        if response.url.endswith("/items/take?prefetch=true"):
            answered.clear()  # what came before was for the page that makes way

    page.on("response", began)
    page.on("requestfinished", lambda request: answered.add(urlparse(request.url).path))
    with page.expect_response(AHEAD) as taken:
        page.reload()
        desk.wait()
    item: dict[str, Any] = taken.value.json()
    parts = {f"/api/v1/items/{item['id']}/{part}" for part in PARTS}
    parts.add(f"/api/v1/images/{item['image']['id']}/file")
    wait_until(page, lambda: parts <= answered, "all of the next item is there")
    return item


def submit(page: Page, desk: Desk) -> str:
    """Submit; return the address of the item that it was."""
    with page.expect_response("**/submit?*") as answered:
        desk.press("Control+Enter")
    assert answered.value.status == 200, answered.value.text()
    return answered.value.url


def test_the_next_item_opens_without_asking_for_anything(page: Page, service: Service) -> None:
    desk = open_desk(page, service)
    item = reload(page, desk)
    for part in ("**/items/take", "**/file", "**/prediction", "**/uncertainty"):
        page.route(part, lambda route: route.abort())
    submit(page, desk)
    expect(page.locator(".item-place")).to_have_text(f"item {item['rank']} of 3")
    page.unroute_all()
    desk.wait_drawn()
    assert np.array_equal(desk.painted(), COLOURS[desk.labels()])
    desk.press("1")
    desk.drag((30, 15), (90, 40))
    assert item["id"] in submit(page, desk)


def test_the_next_item_opens_in_the_look_chosen_after_it_was_fetched(
    page: Page, service: Service
) -> None:
    desk = open_desk(page, service)
    reload(page, desk)
    page.get_by_text("Look", exact=True).click()
    page.get_by_label("Colours for any colour vision").check()
    desk.press("2")
    desk.brush(29)
    submit(page, desk)
    expect(page.locator(".item-place")).to_have_text("item 2 of 3")
    expect(page.locator(".class-choose[aria-pressed=true]")).to_contain_text("sky")
    expect(page.locator(".status")).to_contain_text("brush 29 px")
    desk.move(2, 2)
    desk.wait_drawn()
    assert (desk.painted() != COLOURS[desk.labels()]).any()


def test_one_lost_before_it_is_shown_makes_way_for_another(page: Page, service: Service) -> None:
    desk = open_desk(page, service)
    item = reload(page, desk)
    released = page.request.post(
        f"{service.url}/api/v1/items/{item['id']}/release",
        data={"lease_id": item["lease"]["id"]},
        headers={"Origin": service.url},
    )
    assert released.status == 204, released.text()
    with page.expect_response("**/items/take"):
        submit(page, desk)
    desk.wait()
    desk.press("1")
    desk.drag((30, 15), (90, 40))
    assert item["id"] in submit(page, desk), "the queue gave it again, with a lease that holds"


def test_who_puts_an_item_back_gives_the_one_ahead_back_as_well(
    page: Page, service: Service
) -> None:
    desk = open_desk(page, service)
    reload(page, desk)
    page.get_by_role("button", name="Put back").click()
    page.wait_for_url(f"**/projects/{service.street.project_id}")
    budget = page.request.get(f"{service.url}/api/v1/projects/{service.street.project_id}/budget")
    assert budget.json()["reserved"] == 0
