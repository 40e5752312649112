"""What is a person's own at the desk: keys, language, the tour; and everything by the keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from server.db.models import Preference
from tests.e2e.desk import open_desk
from tests.e2e.faults import second_browser
from tests.e2e.host import Service

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def saves_preferences(response: Response) -> bool:
    """Whether this is the answer to a change; they are also asked for whenever a page is loaded."""
    return response.url.endswith("/preferences") and response.request.method == "PATCH"


def test_a_key_is_changed_in_the_sheet_and_goes_with_the_person(
    page: Page, service: Service, browser: Browser
) -> None:
    desk = open_desk(page, service)
    desk.press("Shift+Slash")
    sheet = page.get_by_role("complementary", name="Keys")
    sheet.get_by_role("searchbox").fill("fill a")
    row = sheet.get_by_role("button", name="Fill a region: change F")
    row.click()
    desk.press("b")
    expect(sheet.get_by_role("status")).to_have_text("This key is taken: Brush.")
    desk.press("Control+t")
    expect(sheet.get_by_role("status")).to_contain_text("browser keeps")
    with page.expect_response(saves_preferences) as saved:
        desk.press("q")
    assert saved.value.json()["keys"]["tool.fill"][0]["code"] == "KeyQ"
    expect(sheet.get_by_role("button", name="Fill a region: change Q")).to_be_visible()

    desk.press("Escape")
    tool = page.locator(".rail [aria-pressed=true]").first
    desk.press("f")
    expect(tool).to_have_attribute("aria-label", "Brush")
    desk.press("q")
    expect(tool).to_have_attribute("aria-label", "Fill a region")
    other, there = second_browser(browser, service)
    there.press("q")
    expect(other.locator(".rail [aria-pressed=true]").first).to_have_attribute(
        "aria-label", "Fill a region"
    )
    other.context.close()


def test_a_language_is_chosen_once_and_spoken_everywhere(page: Page, service: Service) -> None:
    page.goto(service.url + service.street.login_path)
    page.locator("main.page").wait_for()
    with page.expect_response(saves_preferences):
        page.get_by_label("Language").select_option("ko")
    expect(page.get_by_role("heading", name="프로젝트")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    page.evaluate("() => localStorage.clear()")
    page.goto(service.desk)
    expect(page.get_by_role("button", name=re.compile("^제출"))).to_be_visible()
    page.goto(service.url)
    expect(page.get_by_role("heading", name="프로젝트")).to_be_visible()
    page.get_by_label("언어").select_option("zh")
    expect(page.get_by_role("heading", name="项目")).to_be_visible()


def test_the_tour_is_offered_once_and_done_with_the_keys(page: Page, service: Service) -> None:
    desk = open_desk(page, service)
    offer = page.get_by_role("region", name="One minute of practice")
    offer.get_by_role("link", name="Show me").click()
    desk.wait_for_item()
    step = page.locator(".tour-panel [aria-current=step]")
    expect(step).to_contain_text("Fly to the place")
    desk.press("n")
    expect(step).to_contain_text("Choose the class car")
    desk.press("5", "b")
    expect(step).to_contain_text("Brush over")
    desk.wait_still()
    desk.brush(29)
    desk.drag((335, 235), (395, 235), (395, 260), (335, 260))
    expect(step).to_contain_text("Take the last stroke back")
    desk.press("Control+z")
    expect(step).to_contain_text("See what you changed")
    desk.press("Shift+M")
    expect(step).to_contain_text("Submit")
    with page.expect_response(saves_preferences):
        desk.press("Control+Enter")
    expect(page.get_by_role("heading", name="That is all")).to_be_visible()
    with service.sessions() as session:
        assert session.query(Preference).one().values["toured"] is True
    page.get_by_role("link", name="Back to the images").click()
    page.wait_for_url(service.desk)
    desk.wait_for_item()
    expect(offer).to_have_count(0)


def test_an_item_is_corrected_and_submitted_without_a_pointer(page: Page, service: Service) -> None:
    desk = open_desk(page, service)
    desk.press("n", "g")
    page.keyboard.press("Shift+Tab")
    for _ in range(40):
        if page.evaluate("() => document.activeElement?.textContent ?? ''").startswith("Submit"):
            break
        page.keyboard.press("Shift+Tab")
    with page.expect_response("**/submit?*") as answered:
        page.keyboard.press("Enter")
    assert answered.value.status == 200
    expect(page.locator(".item-place")).to_have_text("item 2 of 3")


def test_colours_for_any_eyes_are_kept_with_the_person(page: Page, service: Service) -> None:
    desk = open_desk(page, service)
    plain = desk.painted()
    page.get_by_text("Look", exact=True).click()
    page.get_by_label("Colours for any colour vision").check()
    page.get_by_label("Brightness").fill("1.5")
    expect(page.locator("canvas.layer-picture")).to_have_attribute("style", re.compile("filter"))
    desk.wait_drawn()
    assert (desk.painted() != plain).any()
    page.reload()
    desk.wait_for_item()
    page.get_by_text("Look", exact=True).click()
    expect(page.get_by_label("Colours for any colour vision")).to_be_checked()
