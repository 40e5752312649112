"""The tools of the desk, by a person's hands: outlines, lasso, wand, and a region given a class.

Which pixels an outline encloses is tested to the pixel elsewhere; here a rim of two is left out.
"""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from server.codecs import Labels
from server.rules.images import VOID
from tests.e2e.desk import Desk, open_desk
from tests.e2e.host import Service

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

RIM = 2


def click(desk: Desk, *points: tuple[int, int]) -> None:
    """Click at the middle of each pixel."""
    for point in points:
        desk.drag(point)


def double_click(desk: Desk, point: tuple[int, int]) -> None:
    """Press twice at the middle of a pixel."""
    desk.move(*point)
    for count in (1, 2):
        desk.page.mouse.down(click_count=count)
        desk.page.mouse.up(click_count=count)


def assert_changed(after: Labels, before: Labels, wanted: Labels, box: tuple[int, ...]) -> None:
    """Check that a box (left, top, right, bottom) is as wanted and the rest as before."""
    left, top, right, bottom = box
    inner = np.s_[top + RIM : bottom - RIM, left + RIM : right - RIM]
    assert np.array_equal(after[inner], wanted[inner])
    outside = np.ones(after.shape, dtype=bool)
    outside[top - RIM : bottom + RIM, left - RIM : right + RIM] = False
    assert np.array_equal(after[outside], before[outside])


def test_an_outline_is_closed_by_enter_or_a_double_click_and_given_up_by_escape(
    page: Page, service: Service
) -> None:
    desk, guess = open_desk(page, service), service.street.guess
    desk.press("2", "p")
    click(desk, (30, 60), (50, 60), (50, 80), (90, 90))
    desk.press("Backspace")
    click(desk, (30, 80))
    desk.press("Control+Enter")
    expect(page.locator(".notice.is-bad")).to_contain_text("still open")
    assert np.array_equal(desk.labels(), guess), "nothing before it is closed"
    desk.press("Enter")
    added = desk.labels().copy()
    assert_changed(added, guess, np.ones_like(guess), (30, 60, 50, 80))

    desk.press("Shift+P")
    click(desk, (100, 10), (120, 10), (120, 30))
    desk.press("Escape", "Enter")
    assert np.array_equal(desk.labels(), added)
    click(desk, (70, 10), (90, 10), (90, 40))
    double_click(desk, (70, 40))
    assert_changed(desk.labels(), added, np.full_like(guess, VOID), (70, 10, 90, 40))
    desk.press("Control+z", "Control+z")
    assert np.array_equal(desk.labels(), guess), "each outline is one step"


def test_a_lasso_puts_the_models_labels_back_inside(page: Page, service: Service) -> None:
    desk, guess = open_desk(page, service), service.street.guess
    desk.press("1", "f")
    click(desk, (5, 5))
    wrong = desk.labels().copy()
    assert (wrong != guess).sum() > 3000
    desk.press("Shift+G")
    desk.drag((80, 10), (120, 10), (120, 40), (80, 40))
    assert_changed(desk.labels(), wrong, guess, (80, 10, 120, 40))
    desk.press("Control+z")
    assert np.array_equal(desk.labels(), wrong)


def test_the_wand_stays_within_the_models_class_and_its_tolerance_has_keys(
    page: Page, service: Service
) -> None:
    desk, guess = open_desk(page, service), service.street.guess
    desk.press("2", "w")
    expect(page.locator(".status")).to_contain_text("tolerance 24")
    click(desk, (10, 95))
    few = int((desk.labels() != guess).sum())
    desk.press("Control+z", *["]"] * 26)
    expect(page.locator(".status")).to_contain_text("tolerance 128")
    click(desk, (10, 95))
    expected = guess.copy()
    expected[50:, :-3] = 1
    assert np.array_equal(desk.labels(), expected), "all of the road, no sky and no void"
    assert few < int((expected != guess).sum())


def test_a_region_takes_the_class_whatever_the_tool(page: Page, service: Service) -> None:
    desk, expected = open_desk(page, service), service.street.guess.copy()
    desk.press("2", "w")
    desk.move(45, 27)
    desk.press("c")
    expected[20:35, 30:60] = 1
    assert np.array_equal(desk.labels(), expected)
    desk.press("Shift+Slash")
    sheet = page.locator(".key-sheet")
    expect(sheet).to_contain_text("Lasso: the model's labels back inside")


def test_tools_work_by_keys_alone_also_while_an_input_method_composes(
    page: Page, service: Service
) -> None:
    desk, guess = open_desk(page, service), service.street.guess
    # A Hangul input method reports the key as "Process"; its place stays what it is.
    composed = "{ code: 'KeyB', key: 'Process', keyCode: 229, isComposing: true, bubbles: true }"
    page.evaluate(f"dispatchEvent(new KeyboardEvent('keydown', {composed}))")
    tool = page.locator(".rail [aria-pressed=true]").first
    expect(tool).to_have_attribute("aria-label", "Brush")
    desk.press("2")
    desk.brush(1)
    desk.press(".", "ArrowRight", ".")
    changed = np.argwhere(desk.labels() != guess)
    assert changed[:, 0].tolist() == [changed[0, 0]] * len(changed)
    assert len(changed) == 2, "from the middle of the picture one pixel to the right"
    page.get_by_label("Opacity of the mask").press("ArrowRight")
    expect(page.get_by_label("Opacity of the mask")).to_have_value("0.55")
