"""The pages of people and accounts in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from server.db.models import User
from server.services import users
from tests.e2e.host import Service
from tests.e2e.test_axe import serious
from tests.e2e.test_project import open_project

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_person_is_invited_gets_a_role_and_is_removed(page: Page, service: Service) -> None:
    open_project(page, service)
    page.get_by_role("link", name="People", exact=True).click()
    page.get_by_role("button", name="Invite").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Name").fill("mi na")
    sheet.get_by_role("button", name="Invite").click()
    expect(sheet.locator(".refusal")).to_be_visible()
    sheet.get_by_label("Name").fill("mina")
    sheet.get_by_role("button", name="Invite").click()
    link = sheet.get_by_label("Sign-in link").input_value()
    assert link.startswith(f"{service.url}/login#")
    sheet.get_by_role("button", name="Close").click()

    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.get_by_label("Role of mina").select_option("reviewer")
    row = page.get_by_role("row").filter(has_text="mina")
    expect(row).to_be_visible()
    page.reload()
    expect(page.get_by_label("Role of mina")).to_have_value("reviewer")
    row.get_by_role("button", name="Remove").click()
    sheet.get_by_role("button", name="Remove").click()
    expect(row).to_be_hidden()


def test_an_admin_makes_an_account_and_closes_it(page: Page, service: Service) -> None:
    with service.sessions() as session:
        admin = users.create(session, name="root", is_admin=True)
        session.flush()
        secret, _ = users.login_link(session, admin.id)
        session.commit()
    page.goto(f"{service.url}/login#{secret}")
    page.get_by_role("heading", name="Projects").wait_for()
    page.goto(f"{service.url}/users")
    page.get_by_role("button", name="New account").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Name").fill("yuna")
    sheet.get_by_role("button", name="New account").click()
    expect(sheet.get_by_label("Sign-in link")).to_be_visible()
    sheet.get_by_role("button", name="Close").click()

    row = page.get_by_role("row").filter(has_text="yuna")
    row.get_by_role("button", name="Disable").click()
    sheet.get_by_role("button", name="Disable").click()
    expect(row).to_contain_text("disabled")
    assert serious(page) == []
    row.get_by_role("button", name="Enable").click()
    expect(row).to_contain_text("active")
    with service.sessions() as session:
        assert session.query(User).filter_by(name="yuna").one().disabled_at is None
