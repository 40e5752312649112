"""The pages of rounds in a real browser: plan one, read it, pause it, cancel it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.host import Service
from tests.e2e.test_project import open_project

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_round_is_paused_cancelled_and_the_next_one_planned(page: Page, service: Service) -> None:
    open_project(page, service)
    page.get_by_role("link", name="Rounds").click()
    page.get_by_role("link", name="Round 1").click()
    expect(page.get_by_role("heading", name="Round 1", exact=True)).to_be_visible()
    expect(page.get_by_role("table", name="Images asked for").get_by_text("open")).to_have_count(3)

    page.get_by_role("button", name="Pause").click()
    page.get_by_label("Why, for those who wonder").fill("The camera moves")
    page.get_by_role("dialog").get_by_role("button", name="Pause").click()
    expect(page.locator(".paused-note")).to_have_text("Paused: The camera moves")
    history = page.get_by_role("list", name="History")
    expect(history.get_by_role("listitem").first).to_contain_text("paused The camera moves")
    page.get_by_role("button", name="Resume").click()
    expect(history.get_by_role("listitem").first).to_contain_text("resumed")
    expect(page.locator(".paused-note")).to_be_hidden()
    page.get_by_role("button", name="Check the replay").click()
    replay = page.get_by_role("region", name="Replay")
    expect(replay.get_by_text("waiting")).to_be_visible()
    expect(replay.get_by_role("button", name="Check the replay")).to_be_disabled()
    page.get_by_role("button", name="Cancel round").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel round").click()
    expect(page.locator("p.state-cancelled")).to_be_visible()
    expect(history.get_by_role("listitem").last).to_contain_text("planned")

    page.get_by_role("link", name="Rounds").click()
    page.get_by_role("button", name="Plan a round").click()
    plan = page.get_by_role("dialog")
    plan.get_by_label("Labels", exact=True).fill("2")
    expect(plan.get_by_text("Asks about 2 of 3 unlabelled images: 2 labels.")).to_be_visible()
    plan.get_by_label("Chosen by").select_option("random")
    plan.get_by_text("More settings").click()
    plan.get_by_label("Windows of each image").fill("1000000")
    plan.get_by_role("button", name="Make the draft").click()
    expect(plan.locator("small.refusal")).to_be_visible()
    plan.get_by_label("Windows of each image").fill("")
    plan.get_by_label("People per image").fill("2")
    expect(plan.get_by_text("2 images for 2 people each: 2 labels more.")).to_be_visible()
    plan.get_by_label("Of the images, %").fill("50")
    plan.get_by_label("Validation labels").fill("1")
    plan.get_by_label("Groups give").select_option("none")
    expect(plan.get_by_text("1 image for 2 people each: 1 label more.")).to_be_visible()
    expect(plan.get_by_text("1 image of them for validation")).to_be_visible()
    plan.get_by_role("button", name="Make the draft").click()
    expect(page.get_by_role("heading", name="Round 2", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
    expect(page.get_by_text("0 of 3", exact=True)).to_be_visible()
    page.get_by_role("link", name="Rounds").click()
    row = page.get_by_role("table", name="Rounds").get_by_role("row").nth(1)
    expect(row.get_by_role("cell").nth(4)).to_have_text("0 of 3")
