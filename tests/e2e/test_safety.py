"""No submission is lost and each state is seen: offline, a restart, a lost session or lease."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Response, expect
from sqlalchemy import select, update

from server import codecs
from server.db.engine import now
from server.db.models import Draft, Lease
from server.rules.items import ItemState, LeaseState
from server.rules.roles import Role
from server.services import items, leases, members, users
from server.settings import Settings
from server.storage.local import LocalBlobs
from tests.e2e.desk import Desk, open_desk
from tests.e2e.faults import (
    count_lost,
    draw,
    is_submission,
    lose_lease,
    masks_of,
    saves_draft,
    second_browser,
    submit_while_away,
    submit_without_lease,
    submit_without_session,
)
from tests.e2e.host import Service

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def keeps_pages() -> bool:
    """All that a person's browser does while the service is away."""
    return True


def test_offline_submissions_wait_and_arrive_once(page: Page, service: Service) -> None:
    desk = open_desk(page, service)
    page.wait_for_load_state("networkidle")
    first = draw(desk)
    page.context.set_offline(True)
    desk.press("Control+Enter")
    expect(page.get_by_text("1 submission kept here, offline")).to_be_visible()
    expect(page.locator(".item-place")).to_have_text("item 2 of 3")
    second = draw(desk)
    desk.press("Control+Enter")
    expect(page.get_by_text("2 submissions kept here, offline")).to_be_visible()
    expect(page.get_by_role("heading", name="The service is away")).to_be_visible()
    assert masks_of(service) == []

    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".item-place")).to_have_text("item 3 of 3")
    assert count_lost(service, first, second) == 0
    expect(page.get_by_text("kept here, offline")).to_have_count(0)


@pytest.mark.parametrize(
    "submit", [submit_while_away, submit_without_session, submit_without_lease]
)
def test_a_submission_arrives_whatever_ends_in_the_midst(
    page: Page, service: Service, submit: Callable[[Page, Service, Desk], codecs.Labels]
) -> None:
    desk = open_desk(page, service)
    assert count_lost(service, submit(page, service, desk)) == 0


def found_nothing_ahead(response: Response) -> bool:
    return "/take?prefetch=true" in response.url and response.status == 204


def test_late_work_is_kept_named_and_offered_again(page: Page, service: Service) -> None:
    desk = open_desk(page, service)
    drawn = draw(desk)
    lose_lease(service)
    with service.sessions.begin() as session:
        other = users.create(session, name="kim", display_name="Kim")
        admin = users.ensure_admin(session)
        project_id = service.street.project_id
        members.put(session, project_id, other.id, role=Role.ANNOTATOR, actor=admin)
        times = Settings().lease_times
        for _ in range(2):
            taken = items.take(session, project_id, user_id=other.id, prefetch=True, times=times)
        assert taken is not None
    with page.expect_response(found_nothing_ahead):
        desk.press("Control+Enter")
        waiting = page.get_by_role("region", name="Not submitted yet")
        expect(waiting).to_contain_text("came too late")
        assert masks_of(service) == []
        waiting.get_by_role("button", name="Dismiss").click()
        expect(page.locator(".item-place")).to_have_text("item 3 of 3")

    # Nobody is at the desk meanwhile: it would take the image as its next one at once.
    address = page.url
    page.goto("about:blank")
    with service.sessions.begin() as session:
        draft = session.scalars(select(Draft)).one()
        assert draft.late
        held = leases.active(session, draft.item_id)
        assert held is not None
        items.release(session, draft.item_id, user_id=other.id, lease_id=held.id)
    page.goto(address)
    desk.wait_for_item()
    page.get_by_role("button", name="Go on with it").click()
    expect(page.locator(".notice")).to_contain_text("is back")
    assert np.array_equal(desk.labels(), drawn)
    with page.expect_response(is_submission):
        desk.press("Control+Enter")


def test_who_loses_an_image_is_told_to_whom(page: Page, service: Service) -> None:
    desk = open_desk(page, service)
    drawn = draw(desk)
    with service.sessions.begin() as session:
        past = now(session) - timedelta(seconds=Settings().lease_silent_seconds + 1)
        session.execute(update(Lease).values(heartbeat_at=past))
        other = users.create(session, name="kim", display_name="Kim")
        held = session.scalars(select(Lease).order_by(Lease.id)).first()
        assert held is not None
        item = leases.lock_item(session, held.item_id)
        leases.end(session, held, item, LeaseState.TAKEN_OVER)
        leases.begin(session, item, user_id=other.id, times=Settings().lease_times)
        assert item.state is ItemState.LEASED
    desk.press("Control+Enter")
    expect(page.get_by_role("region", name="Not submitted yet")).to_contain_text("too late")
    with service.sessions() as session:
        [draft] = session.scalars(select(Draft))
        kept = LocalBlobs(service.host.settings.blob_folder).read(draft.sha256)
    assert np.array_equal(codecs.decode_png_labels(kept), drawn)


def test_two_tabs_of_one_browser_take_turns(page: Page, service: Service) -> None:
    desk = open_desk(page, service)
    drawn = draw(desk)
    desk.wait_kept()
    other = page.context.new_page()
    other.goto(service.desk)
    expect(other.get_by_role("heading", name="open in another tab")).to_be_visible()
    other.get_by_role("button", name="Work here instead").click()
    expect(page.get_by_role("heading", name="open in another tab")).to_be_visible()
    there = Desk(other)
    there.wait_for_item()
    expect(other.locator(".notice")).to_contain_text("is back")
    assert np.array_equal(there.labels(), drawn)


def test_two_browsers_meet_in_a_merge(page: Page, service: Service, browser: Browser) -> None:
    desk = open_desk(page, service)
    other, there = second_browser(browser, service)
    mine = draw(desk)
    there.press("e")
    there.drag((20, 90), (60, 90))
    theirs = there.labels().copy()
    with other.expect_response(is_submission):
        there.press("Control+Enter")

    with page.expect_response("**/submit?*") as answered:
        desk.press("Control+Enter")
    assert answered.value.status == 412
    page.get_by_role("region", name="Not submitted yet").get_by_role(
        "button", name="Compare"
    ).click()
    panel = page.get_by_role("region", name="Two versions")
    expect(panel.get_by_role("listitem").first).to_be_visible()
    rows = panel.get_by_role("listitem")
    for index in range(rows.count()):
        if rows.nth(index).get_by_role("button", name="Theirs: void").count():
            rows.nth(index).get_by_role("button", name="Theirs: void").click()
    merged = desk.labels().copy()
    assert np.array_equal(merged[50:], theirs[50:])
    assert np.array_equal(merged[:50], mine[:50])
    with page.expect_response(is_submission):
        desk.press("Control+Enter")
    kept = [labels for _, labels in masks_of(service)]
    assert np.array_equal(kept[-1], merged)
    budget = page.request.get(f"{service.project}/budget").json()
    assert budget["spent"] == 1, "one label, however often it is submitted"
    other.context.close()


def test_two_browsers_drafts_do_not_overwrite_each_other(
    page: Page, service: Service, browser: Browser
) -> None:
    desk = open_desk(page, service)
    other, there = second_browser(browser, service)
    mine = draw(desk)
    there.press("2")
    there.drag((100, 80), (120, 80))
    theirs = there.labels().copy()
    with other.expect_response(saves_draft):
        there.press("Control+s")
    desk.press("Control+s")
    expect(page.get_by_text("also changed in another browser")).to_be_visible()
    page.get_by_role("button", name="The other one").click()
    expect(page.locator(".save-saved")).to_be_visible()
    assert np.array_equal(desk.labels(), theirs)
    desk.press("Control+z")
    assert np.array_equal(desk.labels(), mine)
    other.context.close()
