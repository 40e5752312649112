"""The settings in a real browser: classes, defaults, a token and a webhook that are shown once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.host import Service, sign_in
from tests.e2e.test_person import saves_preferences
from tests.e2e.test_project import open_project
from tests.e2e.test_review import submitted_by_kim

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def open_settings(page: Page, service: Service, login_path: str) -> None:
    """Sign in and go to the settings by the project's tabs."""
    sign_in(page, service.url, login_path)
    page.goto(f"{service.url}/projects/{service.street.project_id}")
    page.get_by_role("link", name="Settings").click()
    page.get_by_label("Theme").wait_for()


def test_a_lead_changes_the_project_its_classes_and_defaults(page: Page, service: Service) -> None:
    open_settings(page, service, service.street.login_path)
    page.get_by_label("Name", exact=True).fill("cam-7")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator("header.bar").get_by_text("cam-7")).to_be_visible()

    page.get_by_role("button", name="Add a class").click()
    page.get_by_label("Name of class 2").fill("road")
    page.get_by_label("Name of class 1").fill("blue sky")
    expect(page.get_by_text("1 added, 1 renamed.")).to_be_visible()
    page.get_by_role("button", name="Save as version 2").click()
    expect(page.get_by_role("alert")).to_have_text("Two classes have the name 'road'.")
    page.get_by_label("Name of class 2").fill("car")
    page.get_by_role("button", name="Save as version 2").click()
    expect(page.get_by_text("version 2", exact=True)).to_be_visible()

    page.get_by_label("Network").select_option("resnet50")
    page.get_by_label("Learning rate").fill("11")
    page.get_by_role("button", name="Save", exact=True).nth(1).click()
    expect(page.get_by_label("Learning rate")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Learning rate").fill("0.001")
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.get_by_role("button", name="Save", exact=True).nth(1).click()
    expect(page.get_by_role("button", name="Save", exact=True).nth(1)).to_be_disabled()
    project = page.request.get(service.project).json()
    assert project["settings"] == {"network": "resnet50", "lr": 0.001}
    assert [one["name"] for one in project["classes"]["classes"]] == ["road", "blue sky", "car"]


def test_a_secret_is_shown_once_and_what_it_opens_is_closed(page: Page, service: Service) -> None:
    open_settings(page, service, service.street.login_path)
    page.get_by_label("For what").fill("ci")
    page.get_by_label("Rights").select_option("read")
    page.get_by_role("button", name="Make a token").click()
    secret = page.locator(".secret code").inner_text()
    bearer = {"Authorization": f"Bearer {secret}"}
    mine = page.request.get(f"{service.url}/api/v1/projects", headers=bearer).json()["items"]
    assert [one["id"] for one in mine] == [str(service.street.project_id)]
    page.get_by_role("button", name="I have it").click()
    expect(page.get_by_text("read only, this project")).to_be_visible()
    expect(page.get_by_text(secret)).to_have_count(0)
    page.get_by_role("button", name="Revoke ci").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("read only, this project")).to_have_count(0)
    refused = page.request.get(f"{service.url}/api/v1/projects", headers=bearer)
    assert refused.status == 401

    page.get_by_label("Address").fill("https://192.0.2.1/hook")
    page.get_by_role("button", name="Add a webhook").click()
    page.get_by_role("button", name="I have it").click()
    page.get_by_role("button", name="Deliveries").click()
    expect(page.get_by_text("Nothing was sent yet.")).to_be_visible()
    page.get_by_role("button", name="Send a test").click()
    expect(page.locator(".deliveries code")).to_have_text("ping")
    page.get_by_role("button", name="Send again").click()
    expect(page.locator(".deliveries").get_by_text("waiting")).to_be_visible()


def test_an_annotator_has_settings_of_their_own_alone(page: Page, service: Service) -> None:
    kim, _ = submitted_by_kim(service)
    open_settings(page, service, kim)
    expect(page.get_by_role("button", name="Add a class")).to_have_count(0)
    with page.expect_response(saves_preferences):
        page.get_by_label("Theme").select_option("light")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    with page.expect_response(saves_preferences):
        page.locator("main").get_by_label("Language").select_option("ko")
    expect(page.get_by_role("heading", name="설정")).to_be_visible()
    kept = page.request.get(f"{service.url}/api/v1/preferences").json()
    assert (kept["theme"], kept["language"]) == ("light", "ko")


def test_a_password_is_set_and_signs_in(page: Page, service: Service) -> None:
    open_project(page, service)
    name = page.request.get(f"{service.url}/api/v1/sessions/current").json()["user"]["name"]
    page.get_by_role("link", name="Settings", exact=True).click()
    card = page.get_by_role("region", name="Password")
    card.get_by_label("New password").fill("too short")
    card.get_by_role("button", name="Set the password").click()
    expect(card.locator(".refusal")).to_contain_text("12 to 200 characters")
    card.get_by_label("New password").fill("a grey cat on the roof")
    card.get_by_role("button", name="Set the password").click()

    page.get_by_text("Sign in with a password").click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password", exact=True).fill("a grey cat on the wall")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("details .refusal")).to_be_visible()
    page.get_by_label("Password", exact=True).fill("a grey cat on the roof")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Projects").wait_for()
