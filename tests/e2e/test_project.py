"""The project page in a real browser against the real service."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.host import Service

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def open_project(page: Page, service: Service) -> None:
    """Ask for the project's page, then sign in by the link: it goes on to the page asked for."""
    address = f"{service.url}/projects/{service.street.project_id}"
    page.goto(address)
    expect(page.get_by_role("heading", name="Open your sign-in link")).to_be_visible()
    page.goto(service.url + service.street.login_path)
    page.wait_for_url(address)


def test_the_link_goes_on_to_the_page_that_was_asked_for(page: Page, service: Service) -> None:
    open_project(page, service)

    expect(page.get_by_text("Labelling", exact=True)).to_be_visible()
    expect(page.get_by_text("0 of 3 done")).to_be_visible()
    expect(page.get_by_role("table").get_by_text("open")).to_have_count(3)


def test_a_grant_is_added_and_a_wrong_one_is_refused_in_words(page: Page, service: Service) -> None:
    open_project(page, service)
    left = page.get_by_test_id("share-left")
    expect(left).to_have_text("5")
    page.get_by_label("Labels to grant").fill("3")
    page.get_by_role("button", name="Grant").click()
    expect(left).to_have_text("8")

    page.get_by_label("Labels to grant").fill("99999999999")
    page.get_by_role("button", name="Grant").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(left).to_have_text("8")


def test_the_page_follows_what_others_do(page: Page, service: Service) -> None:
    open_project(page, service)
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    taken = page.request.post(
        f"{service.url}/api/v1/projects/{service.street.project_id}/items/take",
        headers={"Origin": service.url},
    )
    assert taken.status == 200
    expect(page.get_by_role("table").get_by_text("leased")).to_be_visible()
    expect(page.get_by_test_id("share-reserved")).to_have_text("1")


def test_a_round_is_cancelled_only_after_asking(page: Page, service: Service) -> None:
    open_project(page, service)
    page.get_by_role("button", name="Cancel round").click()
    page.get_by_role("button", name="Leave it").click()
    expect(page.get_by_text("0 of 3 done")).to_be_visible()
    page.get_by_role("button", name="Cancel round").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel round").click()
    expect(page.get_by_role("button", name="Start round")).to_be_visible()
