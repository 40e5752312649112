"""The pages of schedules and of acts in a real browser."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from server.db.models import Schedule
from server.services import schedules
from tests.e2e.host import Service
from tests.e2e.test_project import open_project

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_schedule_is_made_switched_off_and_removed(page: Page, service: Service) -> None:
    open_project(page, service)
    page.get_by_role("link", name="Schedules", exact=True).click()
    page.get_by_role("button", name="New schedule").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("When", exact=True).fill("every monday")
    sheet.get_by_role("button", name="Make the schedule").click()
    expect(sheet.locator(".refusal")).to_be_visible()
    sheet.get_by_label("When", exact=True).fill("0 6 * * 1")
    sheet.get_by_label("Time zone").fill("Asia/Seoul")
    sheet.get_by_label("Quiet from").fill("22:00")
    sheet.get_by_label("Quiet until").fill("05:00")
    sheet.get_by_label("How many labels").select_option("percent")
    sheet.get_by_label("Percent of the pool").fill("40")
    expect(sheet.get_by_text("Asks about 1 of 3 unlabelled images: 1 label.")).to_be_visible()
    sheet.get_by_role("button", name="Make the schedule").click()

    row = page.get_by_role("table", name="Schedules").get_by_role("row").nth(1)
    expect(row).to_contain_text("0 6 * * 1 (Asia/Seoul)")
    expect(row).to_contain_text("22:00–05:00")
    expect(row.get_by_role("cell").nth(2)).to_have_text(re.compile(r"\d{4}, \d\d:\d\d"))
    expect(row).to_contain_text("40 % of the pool")
    row.get_by_role("button", name="Log").click()
    expect(page.get_by_text("It has not been due yet.")).to_be_visible()

    row.get_by_role("button", name="Change").click()
    expect(sheet.get_by_label("Percent of the pool")).to_have_value("40")
    sheet.get_by_label("When", exact=True).fill("30 7 * * *")
    sheet.get_by_label("Quiet from").fill("")
    sheet.get_by_label("Quiet until").fill("")
    sheet.get_by_label("How many labels").select_option("budget")
    sheet.get_by_role("button", name="Keep the changes").click()
    expect(row).to_contain_text("30 7 * * * (Asia/Seoul)")
    expect(row).to_contain_text("the whole budget")
    with service.sessions.begin() as session:
        made = session.scalars(select(Schedule)).one()
        made.next_fire_at = datetime(2020, 1, 6, 22, 30, tzinfo=UTC)
        assert schedules.fire_if_due(session, made.id) is not None
    page.reload()
    row.get_by_role("button", name="Log").click()
    fire = page.get_by_role("table", name="What became of").get_by_role("row").nth(1)
    expect(fire.get_by_role("cell").nth(0)).to_contain_text("2020")
    expect(fire.get_by_role("cell").nth(1)).not_to_contain_text("2020")
    expect(fire).to_contain_text("1,000 moments, made up for by this one")
    row.get_by_role("checkbox").click()
    expect(row.get_by_role("cell").nth(2)).to_have_text("off")
    row.get_by_role("button", name="Remove").click()
    sheet.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No schedule yet")).to_be_visible()

    page.get_by_role("link", name="Audit", exact=True).click()
    acts = page.get_by_role("table", name="Audit")
    expect(acts.get_by_role("row").nth(1)).to_contain_text("schedule.deleted")
    page.get_by_role("button", name="Check the chain").click()
    expect(page.get_by_text("acts are as they were written")).to_be_visible()
