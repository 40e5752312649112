"""Every page is open to everybody: axe finds nothing serious on any, dark or light."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.desk import open_desk
from tests.e2e.host import Service
from tests.e2e.test_review import submitted_by_kim

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def serious(page: Page) -> list[str]:
    """Return what axe finds serious or worse on the page as it is."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{page.url} {violation['id']}: {node['html'][:120]} {node['failureSummary']}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


def image_of(page: Page, service: Service) -> str:
    """Return an image that a person has labelled."""
    found = page.request.get(f"{service.project}/images?state=submitted").json()["items"]
    return str(found[0]["id"])


def test_axe_sees_a_button_without_a_name(page: Page, service: Service) -> None:
    page.goto(f"{service.url}/login")
    page.locator(".login-card").wait_for()
    page.evaluate("() => document.body.append(document.createElement('button'))")
    assert any("button-name" in complaint for complaint in serious(page))


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_no_page_has_anything_serious(page: Page, service: Service, theme: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.add_init_script(f"localStorage.setItem('maskloop.theme', '{theme}')")
    submitted_by_kim(service)
    page.goto(f"{service.url}/login")
    page.locator(".login-card").wait_for()
    complaints = serious(page)

    desk = open_desk(page, service)
    complaints += serious(page)
    desk.press("Shift+Slash")
    page.locator(".key-sheet").wait_for()
    complaints += serious(page)
    desk.press("Escape", "Shift+Enter")
    page.locator(".skip-sheet").wait_for()
    complaints += serious(page)

    page.on("dialog", lambda dialog: dialog.accept())
    project = f"{service.url}/projects/{service.street.project_id}"
    for address, ready in (
        (service.url, "main.page table"),
        (project, "main.page .card"),
        (f"{project}/images", ".tile"),
        (f"{service.url}/images/{image_of(page, service)}", ".history-lines"),
        (f"{project}/rounds", "main.page table"),
        (f"{service.url}/rounds/{service.round_id}", "main.page .timeline"),
        (f"{project}/data", ".drop-box"),
        (f"{project}/jobs", "main.page table"),
        (f"{project}/models", "main.page table"),
        (f"{project}/budget", "main.page .shared-bar"),
        (f"{project}/people", "main.page table"),
        (f"{project}/schedules", "main.page .empty"),
        (f"{project}/audit", "main.page :is(table, .empty h2)"),
        (f"{project}/settings", ".class-rows input"),
        (f"{project}/review", "canvas.layer-mask"),
        (f"{service.url}/tour", "canvas.layer-mask"),
        (f"{service.url}/nowhere", "main.page .empty"),
    ):
        page.goto(address)
        page.locator(ready).first.wait_for()
        complaints += serious(page)
    assert complaints == []
