"""The review desk in a real browser: compared, returned with a pinned remark, fixed, approved."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from server import codecs
from server.db.models import Item
from server.rules.roles import Role
from server.services import items, members, submissions, users
from server.services.masks import Effort
from server.services.unit_of_work import unit_of_work
from server.settings import Settings
from server.storage.local import LocalBlobs
from tests.e2e.desk import Desk, open_desk
from tests.e2e.host import Service, holding, sign_in
from tests.servers.queue import RecordingQueue

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LABELS = {"Accept": codecs.LABELS_TYPE}


def submitted_by_kim(service: Service) -> tuple[str, codecs.Labels]:
    """Have an annotator submit two items; return her login path and what she drew."""
    drawn = service.street.guess.copy()
    drawn[20:35, 30:60] = 1
    times = Settings().lease_times
    with unit_of_work(service.sessions, RecordingQueue()) as session:
        kim = users.create(session, name="kim", display_name="Kim")
        project_id = service.street.project_id
        admin = users.ensure_admin(session)
        members.put(session, project_id, kim.id, role=Role.ANNOTATOR, actor=admin)
        for _ in range(2):
            lease = items.take(session, project_id, user_id=kim.id, prefetch=False, times=times)
            assert lease is not None
            submissions.submit(
                session,
                LocalBlobs(service.host.settings.blob_folder),
                lease.item_id,
                user_id=kim.id,
                lease_id=lease.id,
                labels=drawn,
                effort=Effort(active_seconds=30, strokes=4, clicks=2, undos=1),
                times=times,
            )
        secret, _ = users.login_link(session, kim.id)
    return f"/login#{secret}", drawn


def open_review(page: Page, service: Service) -> Desk:
    sign_in(page, service.url, service.street.login_path)
    page.goto(f"{service.url}/projects/{service.street.project_id}/review")
    desk = Desk(page)
    desk.wait_for_item()
    return desk


def answer_to(page: Page, act: str, press: Any) -> dict[str, Any]:
    with page.expect_response(f"**/{act}") as answered:
        press()
    assert answered.value.status == 200, answered.value.text()
    body: dict[str, Any] = answered.value.json()
    return body


def test_a_mask_is_returned_with_a_remark_at_its_place_and_comes_back_first(
    page: Page, service: Service
) -> None:
    login, drawn = submitted_by_kim(service)
    desk = open_review(page, service)
    assert np.array_equal(desk.labels(), drawn)
    expect(page.get_by_role("region", name="Effort")).to_contain_text("450 px")
    expect(page.locator(".item-name")).to_contain_text("by Kim")

    page.get_by_role("button", name="Return").click()
    expect(page.get_by_role("alert")).to_contain_text("Pin a remark first")
    desk.move(45, 80)
    page.mouse.down()
    page.mouse.up()
    assert np.array_equal(desk.labels(), drawn), "pinning draws nothing"
    expect(page.locator(".notice")).to_be_hidden()
    page.get_by_role("textbox", name="Remark 1").fill("This is the kerb")
    body = answer_to(page, "return", page.get_by_role("button", name="Return").click)
    assert body["remarks"] == [{"x": 45, "y": 80, "text": "This is the kerb"}]
    expect(page.locator(".item-place")).to_have_text("1 of 1 waiting")

    page.context.clear_cookies()
    sign_in(page, service.url, login)
    page.goto(service.desk)
    desk.wait_for_item()
    expect(page.locator(".pin-text")).to_have_text("This is the kerb")
    expect(page.get_by_role("region", name="Remarks")).to_contain_text("Returned by P")
    assert np.array_equal(desk.labels(), drawn), "her own mask, not the model's"
    pin = page.locator(".pin-number").first.bounding_box()
    assert pin is not None
    desk.move(45, 80)
    at = page.evaluate("() => document.querySelector('canvas.layer-mask').editor.pointer")
    assert (int(at["x"]), int(at["y"])) == (45, 80)
    with page.expect_response("**/submit?*") as answered:
        desk.press("Control+Enter")
    assert answered.value.status == 200
    budget = page.request.get(f"{service.project}/budget").json()
    assert budget["spent"] == 2, "a return costs nothing"


def test_the_difference_is_shown_and_a_fix_is_stored_and_approved(
    page: Page, service: Service
) -> None:
    _, drawn = submitted_by_kim(service)
    desk = open_review(page, service)
    desk.wait_drawn()
    shown = desk.painted()[:, :, 3] > 0
    assert np.array_equal(shown, drawn != service.street.guess), "person and model differ here"
    page.get_by_role("button", name="Mine, person").click()
    desk.press("2")
    desk.drag((20, 80), (60, 80))
    fixed = desk.labels().copy()
    assert not np.array_equal(fixed, drawn)
    desk.move(2, 2)
    desk.wait_drawn()
    assert np.array_equal(desk.painted()[:, :, 3] > 0, fixed != drawn)

    desk.press("1")
    desk.drag((5, 95), (40, 95))
    desk.press("Control+z")
    body = answer_to(page, "fix", page.get_by_role("button", name="Fix and approve").click)
    assert body["verdict"] == "fixed"
    mask = page.request.get(f"{service.url}/api/v1/masks/{body['mask_id']}", headers=LABELS)
    assert np.array_equal(codecs.decode_labels(mask.body()), fixed)

    expect(page.locator(".item-place")).to_have_text("1 of 1 waiting")
    desk.wait_for_item()
    with holding(page, "**/reviews*"):
        verdict = answer_to(page, "approve", lambda: desk.press("Control+Enter"))["verdict"]
        assert verdict == "approved"
        # What is judged is gone at once: a second press finds nothing to approve again.
        expect(page.locator("canvas.layer-mask")).to_have_count(0)
        expect(page.locator(".notice")).to_contain_text("pproved")
        desk.press("Control+Enter")
    expect(page.get_by_role("heading", name="Nothing waits for a review")).to_be_visible()
    with service.sessions() as session:
        approved = session.scalars(select(Item.id).where(Item.approved_at.is_not(None))).all()
    assert len(approved) == 2


def test_ones_own_work_does_not_wait_for_oneself(page: Page, service: Service) -> None:
    desk = open_desk(page, service)
    with page.expect_response("**/submit?*"):
        desk.press("Control+Enter")
    page.goto(f"{service.url}/projects/{service.street.project_id}/review")
    expect(page.get_by_role("heading", name="Nothing waits for a review")).to_be_visible()
