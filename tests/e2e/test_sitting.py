"""One person's sitting, and an image that goes from one person's hands into another's."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from server import codecs
from server.db.engine import now
from server.db.models import Draft, Lease, Mask
from server.rules.roles import Role
from server.settings import Settings
from server.storage.local import LocalBlobs
from tests.e2e.desk import Desk, open_desk
from tests.e2e.faults import add_person, draw, is_submission, saves_draft
from tests.e2e.host import Service, new_page, sign_in

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_sitting_ends_with_what_it_came_to(page: Page, service: Service) -> None:
    desk = open_desk(page, service)
    desk.press("Shift+Enter")
    page.get_by_role("button", name="Skip this image").click()
    reported = []
    for place in (2, 3):
        expect(page.locator(".item-place")).to_have_text(f"item {place} of 3")
        draw(desk)
        with page.expect_response(is_submission) as answered:
            desk.press("Control+Enter")
        [seconds] = parse_qs(urlparse(answered.value.url).query)["active_seconds"]
        reported.append(int(seconds))
    expect(page.get_by_role("heading", name="Nothing to label now")).to_be_visible()
    sitting = page.get_by_label("This sitting")
    figures = dict(
        zip(
            sitting.locator("dt").all_inner_texts(),
            sitting.locator("dd").all_inner_texts(),
            strict=True,
        )
    )
    assert (figures["Submitted"], figures["Skipped"]) == ("2", "1")
    assert figures["At work"] == f"{sum(reported)} s"
    with service.sessions() as session:
        shares = [
            (mask.changed_pixels or 0) / service.street.guess.size
            for mask in session.scalars(select(Mask).where(Mask.item_id.is_not(None)))
        ]
    assert figures["Pixels changed"] == f"{100 * sum(shares) / 2:.1f} %"


def fall_silent(service: Service) -> None:
    """Have nothing been heard of anybody's items for too long."""
    with service.sessions.begin() as session:
        heard = now(session) - timedelta(seconds=Settings().lease_silent_seconds + 1)
        session.execute(update(Lease).values(heartbeat_at=heard))


def test_an_image_is_taken_over_and_both_are_told(
    page: Page, service: Service, browser: Browser
) -> None:
    desk = open_desk(page, service)
    page.context.set_offline(True)
    drawn = draw(desk)
    fall_silent(service)
    login = add_person(service, "kim", Role.ANNOTATOR)
    other = new_page(browser)
    sign_in(other, service.url, login)
    other.goto(service.desk)
    there = Desk(other)
    there.wait_for_item()
    expect(other.locator(".item-place")).to_have_text("item 3 of 3")
    there.press("Control+Enter")
    expect(other.locator(".item-place")).to_have_text("item 1 of 3")
    expect(other.get_by_text("Taken over from")).to_be_visible()
    assert np.array_equal(there.labels(), service.street.guess), "another's draft is not shown"

    with page.expect_response(saves_draft):
        page.context.set_offline(False)
    expect(page.get_by_role("heading", name="kim has this image now")).to_be_visible()
    with page.expect_response("**/items/take"):
        page.get_by_role("button", name="Take the next image").click()
    with service.sessions() as session:
        [draft] = session.scalars(select(Draft))
        kept = LocalBlobs(service.host.settings.blob_folder).read(draft.sha256)
    assert np.array_equal(codecs.decode_png_labels(kept), drawn)
    other.context.close()
