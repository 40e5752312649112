"""The budget's page in a real browser: limits, refusals with their numbers, moves, the ledger."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.host import Service, holding
from tests.e2e.test_project import open_project

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_budget_is_lowered_limited_and_moved(page: Page, service: Service) -> None:
    open_project(page, service)
    taken = page.request.post(f"{service.project}/items/take", headers={"Origin": service.url})
    assert taken.status == 200
    page.get_by_role("link", name="Budget", exact=True).click()
    own = page.get_by_role("region", name="images")
    expect(own.get_by_text("5 granted")).to_be_visible()

    amount = page.get_by_role("region", name="Set an amount or a limit")
    expect(amount.get_by_text("Now 5: 0 spent, 1 in hands.")).to_be_visible()
    amount.get_by_label("May spend in all").fill("0")
    amount.get_by_role("button", name="Set").click()
    expect(amount.locator(".refusal")).to_be_visible()
    expect(own.get_by_text("5 granted")).to_be_visible()
    amount.get_by_label("May spend in all").fill("4")
    with holding(page, "**/budget/ledger*"):
        amount.get_by_role("button", name="Set").click()
        expect(own.get_by_text("4 granted")).to_be_visible()
        # The next one is typed while the page still reads what the last one has changed.
        amount.get_by_label("Whose").select_option(label="Round 1")
        amount.get_by_label("May spend in all").fill("2")
        expect(amount.get_by_role("button", name="Set")).to_be_disabled()
    amount.get_by_role("button", name="Set").click()
    limits = page.get_by_role("table", name="Limits of rounds and people")
    expect(limits.get_by_text("Round 1")).to_be_visible()

    amount.get_by_label("Whose").select_option(index=2)
    amount.get_by_label("May spend in all").fill("3")
    amount.get_by_role("button", name="Set").click()
    lead = page.request.get(f"{service.project}/members").json()["items"][0]["user"]
    expect(limits.get_by_text(lead["display_name"])).to_be_visible()

    sent: list[str] = []

    def count(route: Route) -> None:
        sent.append(route.request.headers["idempotency-key"])
        route.continue_()

    page.route("**/budget/transfers", count)
    move = page.get_by_role("region", name="Move")
    move.get_by_label("To").select_option(label="Round 1")
    move.get_by_label("Amount").fill("1")
    # Two clicks before the page can draw anything between them.
    move.get_by_role("button", name="Move").evaluate(
        "button => { button.click(); button.click(); }"
    )
    ledger = page.get_by_role("table", name="Every movement")
    expect(ledger.get_by_text("moved in")).to_have_count(1)
    expect(limits.get_by_role("row").filter(has_text="Round 1")).to_contain_text("3")
    assert len(set(sent)) == 1

    expect(ledger.get_by_text("taken back")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Statement, CSV").click()
    assert "reserve" in download.value.path().read_text()
