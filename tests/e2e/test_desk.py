"""The desk in a real browser against the real service: what is drawn is what is stored."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from server import codecs
from server.db.models import ClassList
from tests.e2e.desk import AHEAD, COLOURS, open_desk
from tests.e2e.host import Service

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LABELS = {"Accept": "application/vnd.maskloop.labels"}


KEY_OF_AN_INPUT_METHOD = """([code, key]) => document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", { code, key, keyCode: 229, isComposing: true, bubbles: true }))"""
"""While a Hangul or Pinyin word is composed a key has another name, but not another place."""

both_ratios = pytest.mark.parametrize("page", [1, 2], indirect=True, ids=["dpr1", "dpr2"])


def left(page: Page, service: Service) -> tuple[int, int]:
    """Return the budget's spent and left, by the API."""
    answer = page.request.get(f"{service.url}/api/v1/projects/{service.street.project_id}/budget")
    balance = answer.json()
    return balance["spent"], balance["left"]


@both_ratios
def test_what_is_painted_is_stored_byte_for_byte_and_costs_one_label(
    page: Page, service: Service
) -> None:
    desk = open_desk(page, service)
    assert np.array_equal(desk.labels(), service.street.guess)
    with page.expect_response("**/items/take") as taken:
        page.reload()
    image_id = taken.value.json()["image"]["id"]
    desk.wait()

    desk.press("2")
    desk.brush(7)
    desk.drag((20, 70), (80, 75), (120, 60))
    desk.brush(1)
    desk.drag((5, 95), (5, 95))
    desk.press("e")
    desk.brush(4)
    desk.drag((60, 5), (90, 9))
    before_undone = desk.labels().copy()
    desk.press("1")
    desk.drag((10, 10), (50, 40))
    assert not np.array_equal(desk.labels(), before_undone)
    desk.press("Control+z")
    drawn = desk.labels()

    assert np.array_equal(drawn, before_undone)
    assert (drawn != service.street.guess).sum() > 200
    assert drawn[95, 5] == 1
    assert (drawn[90:100, :10] == 1).sum() == 1, "one pixel means one pixel"
    with page.expect_response("**/submit?*") as answered:
        desk.press("Control+Enter")
    assert answered.value.status == 200, answered.value.text()

    expect(page.locator(".notice")).to_contain_text("of pixels, mostly")
    stored = page.request.get(f"{service.url}/api/v1/images/{image_id}/mask", headers=LABELS)
    assert codecs.decode_labels(stored.body()).tobytes() == drawn.tobytes()
    desk.wait()
    assert left(page, service)[0] == 1
    page.goto(f"{service.url}/projects/{service.street.project_id}")
    expect(page.get_by_test_id("share-spent")).to_have_text("1")


@both_ratios
def test_the_canvas_shows_exactly_the_labels(page: Page, service: Service) -> None:
    desk = open_desk(page, service)
    desk.press("1")
    desk.drag((70, 20), (90, 30))
    desk.wait_drawn()

    assert np.array_equal(desk.painted(), COLOURS[desk.labels()])


def test_a_reload_brings_unsubmitted_work_back(page: Page, service: Service) -> None:
    desk = open_desk(page, service)
    desk.press("1")
    desk.drag((30, 15), (90, 40))
    drawn = desk.labels().copy()
    desk.wait_kept()
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    desk.wait_for_item()

    expect(page.locator(".notice")).to_contain_text("is back")
    assert np.array_equal(desk.labels(), drawn)


def test_skip_asks_for_a_reason_and_costs_nothing(page: Page, service: Service) -> None:
    desk = open_desk(page, service)
    before = left(page, service)
    desk.press("Shift+Enter")
    page.get_by_label("Why is it skipped?").select_option("Broken image")
    with page.expect_request("**/skip") as asked, page.expect_response(AHEAD):
        page.get_by_role("button", name="Skip this image").click()
    sent = asked.value.post_data_json
    assert sent is not None
    assert sent["reason"] == "Broken image"
    expect(page.locator(".notice")).to_contain_text("nothing was charged")
    desk.wait()
    assert left(page, service) == before


def test_a_used_link_says_so(page: Page, service: Service) -> None:
    open_desk(page, service)
    page.goto("about:blank")
    page.goto(service.url + service.street.login_path)
    expect(page.get_by_role("heading")).to_have_text("This link no longer works")


def test_keys_choose_tools_and_layers_whatever_the_input_method(
    page: Page, service: Service
) -> None:
    desk = open_desk(page, service)
    tool = page.locator(".rail [aria-pressed=true]").first
    for key, name in [("e", "Erase to void"), ("Shift+E", "Put the model's"), ("f", "Fill a")]:
        desk.press(key)
        expect(tool).to_have_attribute("aria-label", re.compile(name))
    for code, key, name in [("KeyB", "ㅠ", "Brush"), ("KeyW", "Process", "wand")]:
        page.evaluate(KEY_OF_AN_INPUT_METHOD, [code, key])
        expect(tool).to_have_attribute("aria-label", re.compile(name, re.IGNORECASE))
    desk.press("b")

    chosen = page.locator(".class-choose[aria-pressed=true]")
    for key, name in [("2", "sky"), ("1", "road"), ("x", "sky")]:
        desk.press(key)
        expect(chosen).to_contain_text(name)

    mask = page.locator("canvas.layer-mask")
    page.keyboard.down("h")
    expect(mask).to_be_hidden()
    page.keyboard.up("h")
    expect(mask).to_be_visible()
    desk.press("u", "n")
    expect(page.locator("canvas.layer-heat")).to_be_visible()
    expect(page.get_by_role("region", name="Look at")).to_contain_text("1/")


def test_a_word_of_an_input_method_is_not_cut_short(page: Page, service: Service) -> None:
    desk = open_desk(page, service)
    desk.press("Slash")
    search = page.get_by_label("Find a class by name")
    search.fill("sky")
    for code in ("Enter", "Escape"):
        page.evaluate(KEY_OF_AN_INPUT_METHOD, [code, "Process"])
        expect(search).to_be_focused()
        expect(search).to_have_value("sky")
    desk.press("Enter")
    expect(page.locator(".class-choose[aria-pressed=true]")).to_contain_text("sky")
    expect(page.locator(".stage")).to_be_focused()


def test_the_chosen_class_is_in_sight_in_a_long_list(page: Page, service: Service) -> None:
    with service.sessions.begin() as session:
        classes = session.scalars(select(ClassList)).one()
        more = [{"id": id_, "name": f"kind {id_}", "colour": "#336699"} for id_ in range(2, 60)]
        classes.classes = [*classes.classes, *more]
    desk = open_desk(page, service)
    chosen = page.locator(".class-choose[aria-pressed=true]")
    desk.press("Shift+Digit0")
    expect(chosen).to_contain_text("kind 19")
    expect(chosen).to_be_in_viewport(ratio=1)
    desk.press("Slash")
    page.get_by_label("Find a class by name").fill("kind 5")
    desk.press("Enter")
    expect(page.locator(".class-choose")).to_have_count(60)
    expect(chosen).to_contain_text("kind 5")
    expect(chosen).to_be_in_viewport(ratio=1)


def test_protected_classes_and_the_models_own_labels_come_through(
    page: Page, service: Service
) -> None:
    desk = open_desk(page, service)
    desk.press("1")
    desk.move(10, 10)
    desk.press("l")
    desk.drag((5, 5), (120, 5))
    assert np.array_equal(desk.labels(), service.street.guess), "sky is protected"
    desk.press("l")
    desk.drag((5, 5), (120, 5))
    assert not np.array_equal(desk.labels(), service.street.guess)
    desk.press("Shift+E")
    desk.brush(43)
    desk.drag((5, 5), (150, 5))
    assert np.array_equal(desk.labels(), service.street.guess)
