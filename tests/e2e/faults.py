"""What goes wrong while somebody works at the desk; each act leaves its submission arrived.

The acts look for what the person must be told at each moment, and fail where it is not there.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
from playwright.sync_api import Browser, Page, Response, expect
from sqlalchemy import select, update

from server import codecs
from server.db.engine import now
from server.db.models import Draft, Lease, Mask, WebSession
from server.rules.roles import Role
from server.services import items, members, users
from server.storage.local import LocalBlobs
from tests.e2e.desk import Desk, open_desk
from tests.e2e.host import Service, new_page, sign_in
from tests.e2e.street import HEIGHT, WIDTH


def is_submission(response: Response) -> bool:
    return "/submit?" in response.url and response.status == 200


def saves_draft(response: Response) -> bool:
    """Whether this is the answer to a draft; the next item's draft is asked for as well."""
    return response.url.endswith("/draft") and response.request.method == "PUT"


def draw(desk: Desk) -> codecs.Labels:
    """Change something; return the labels."""
    desk.press("1")
    desk.drag((30, 15), (90, 40))
    return desk.labels().copy()


def draw_at_random(desk: Desk, chance: random.Random) -> None:
    """Draw a stroke somewhere, in one of the two classes."""
    desk.press(chance.choice("12"))
    desk.drag(*((chance.randrange(5, WIDTH - 5), chance.randrange(5, HEIGHT - 5)) for _ in "123"))


def masks_of(service: Service) -> list[tuple[int, codecs.Labels]]:
    """Return every human mask as (revision, labels)."""
    blobs = LocalBlobs(service.host.settings.blob_folder)
    with service.sessions() as session:
        rows = session.scalars(select(Mask).where(Mask.item_id.is_not(None)).order_by(Mask.id))
        return [(row.revision, codecs.decode_png_labels(blobs.read(row.sha256))) for row in rows]


def count_lost(service: Service, *drawn: codecs.Labels) -> int:
    """Return how many of these the service does not have; it must have each once, and no other."""
    return len(missing_of([labels for _, labels in masks_of(service)], drawn))


def missing_of(there: list[codecs.Labels], drawn: Sequence[codecs.Labels]) -> list[codecs.Labels]:
    """Return which of the drawn are not there; all that is there must be of them, and be once."""
    left = list(there)
    missing = []
    for each in drawn:
        found = [at for at, labels in enumerate(left) if np.array_equal(labels, each)]
        if found:
            del left[found[0]]
        else:
            missing.append(each)
    assert left == [], "the service has what nobody submitted"
    return missing


def late_drafts_of(service: Service) -> list[codecs.Labels]:
    """Return the labels of what came too late and was kept."""
    blobs = LocalBlobs(service.host.settings.blob_folder)
    with service.sessions() as session:
        rows = session.scalars(select(Draft).where(Draft.late).order_by(Draft.id))
        return [codecs.decode_png_labels(blobs.read(row.sha256)) for row in rows]


def add_person(service: Service, name: str, role: Role) -> str:
    """Add a member; return the path that signs them in."""
    with service.sessions.begin() as session:
        admin = users.ensure_admin(session)
        person = users.create(session, name=name)
        members.put(session, service.street.project_id, person.id, role=role, actor=admin)
        secret, _ = users.login_link(session, person.id)
    return f"/login#{secret}"


def second_person(page: Page, service: Service, name: str) -> Desk:
    """Have somebody else open the desk; wait until the next item is leased as well."""
    return open_desk(page, service, login=add_person(service, name, Role.ANNOTATOR))


def lose_lease(service: Service) -> None:
    """Have the person's leases run out."""
    with service.sessions.begin() as session:
        past = now(session) - timedelta(seconds=1)
        session.execute(update(Lease).values(expires_at=past, heartbeat_at=past))
        items.expire_leases(session)


def second_browser(browser: Browser, service: Service) -> tuple[Page, Desk]:
    """Sign the lead in once more, in another browser."""
    with service.sessions.begin() as session:
        lead = session.scalars(select(WebSession.user_id)).first()
        assert lead is not None
        secret, _ = users.login_link(session, lead)
    page = new_page(browser)
    sign_in(page, service.url, f"/login#{secret}")
    page.goto(service.desk)
    desk = Desk(page)
    desk.wait_for_item()
    return page, desk


def submit_while_away(page: Page, service: Service, desk: Desk) -> codecs.Labels:
    """Submit while the service is stopped, then start it again."""
    drawn = draw(desk)
    service.host.stop()
    desk.press("Control+Enter")
    expect(page.get_by_text("1 submission kept here, offline")).to_be_visible()
    with page.expect_response(is_submission):
        service.host.start()
    return drawn


def submit_without_session(page: Page, service: Service, desk: Desk) -> codecs.Labels:
    """Submit after all sessions were revoked, and sign in over the work."""
    drawn = draw(desk)
    with service.sessions.begin() as session:
        session.execute(update(WebSession).values(revoked_at=now(session)))
        lead = session.scalars(select(WebSession.user_id)).first()
        assert lead is not None
        secret, _ = users.login_link(session, lead)
    desk.press("Control+Enter")
    dialog = page.get_by_role("dialog", name="Your session has ended")
    expect(dialog).to_be_visible()
    assert page.url == service.desk
    dialog.get_by_label("Sign-in link").fill(f"{service.url}/login#{secret}")
    with page.expect_response(is_submission):
        dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_be_hidden()
    return drawn


def submit_without_lease(page: Page, service: Service, desk: Desk) -> codecs.Labels:
    """Submit after the lease has run out, while the image is still free."""
    drawn = draw(desk)
    lose_lease(service)
    with page.expect_response(is_submission):
        desk.press("Control+Enter")
    expect(page.locator(".notice")).to_contain_text("of pixels, mostly")
    return drawn
