"""Work that nobody came back to is swept once the service has it; else it is told, and kept."""

from __future__ import annotations

from uuid import UUID, uuid4

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from server.db.models import Item, Lease
from tests.e2e.desk import Desk, open_desk
from tests.e2e.faults import draw
from tests.e2e.host import Service
from tests.e2e.street import HEIGHT, WIDTH

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

DAYS = 24 * 3600 * 1000
MAKE_OLD = """(age) => new Promise((resolve) => {
  indexedDB.open("maskloop-strokes").onsuccess = ({ target }) => {
    const made = target.result.transaction("entries", "readwrite");
    const store = made.objectStore("entries");
    store.openCursor().onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return;
      const [item, branch, number] = cursor.key;
      if (Date.now() - Number.parseInt(branch) < age) {
        store.put(cursor.value, [item, `${Date.now() - age}-${branch}`, number]);
        cursor.delete();
      }
      cursor.continue();
    };
    made.oncomplete = () => (target.result.close(), resolve());
  };
})"""
KEEP_CORRECTION = """([key, pixels, age]) => new Promise((resolve) => {
  const asked = indexedDB.open("maskloop", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("corrections");
  asked.onsuccess = () => {
    const made = asked.result.transaction("corrections", "readwrite");
    const effort = { strokes: 3, clicks: 0, undos: 0 };
    const labels = new Uint8Array(pixels).fill(1);
    const keptAt = Date.now() - age;
    made.objectStore("corrections").put({ labels, effort, activeSeconds: 7, keptAt }, key);
    made.oncomplete = () => (asked.result.close(), resolve());
  };
})"""
KEPT_ITEMS = """() => new Promise((resolve) => {
  indexedDB.open("maskloop-strokes").onsuccess = ({ target }) => {
    const store = target.result.transaction("entries").objectStore("entries");
    store.getAllKeys().onsuccess = ({ target: { result: keys } }) => {
      target.result.close();
      resolve([...new Set(keys.map(([item]) => item.split("/")[1]))].sort());
    };
  };
})"""


def leased(service: Service) -> tuple[UUID, UUID]:
    """The item on the screen, and whose it is."""
    with service.sessions() as session:
        lease = session.scalars(select(Lease).order_by(Lease.id)).first()
        assert lease is not None
        return lease.item_id, lease.user_id


def free_item(service: Service) -> UUID:
    with service.sessions() as session:
        return session.scalars(select(Item.id).order_by(Item.rank.desc())).first() or uuid4()


def close_desk(page: Page, service: Service) -> None:
    page.goto(f"{service.url}/projects/{service.street.project_id}/jobs")
    expect(page.get_by_role("heading", name="Jobs")).to_be_visible()


def test_what_the_service_has_is_swept_and_nothing_else_is(page: Page, service: Service) -> None:
    desk = open_desk(page, service)
    drawn = draw(desk)
    expect(page.locator(".save-mark")).to_contain_text("saved")
    on_screen, person = leased(service)
    close_desk(page, service)
    assert page.evaluate(KEPT_ITEMS) == [str(on_screen)]
    free, gone = free_item(service), uuid4()
    page.evaluate(MAKE_OLD, 15 * DAYS)
    for item_id in (free, gone):
        page.evaluate(KEEP_CORRECTION, [f"{person}/{item_id}", WIDTH * HEIGHT, 20 * DAYS])

    page.goto(service.desk)
    desk.wait_for_item()
    panel = page.get_by_role("region", name="Not submitted yet")
    expect(panel.get_by_role("listitem")).to_have_count(2)
    assert np.array_equal(desk.labels(), drawn), "the draft that the service has"
    databases = "async () => (await indexedDB.databases()).map(({ name }) => name)"
    assert "maskloop" not in page.evaluate(databases)
    unseen = panel.get_by_role("listitem").filter(has_text="An image that you can no longer open")
    expect(unseen.get_by_role("button")).to_have_text(["Delete it here"])
    unseen.get_by_role("button").click()
    expect(panel.get_by_role("listitem")).to_have_count(1)
    expect(panel).to_contain_text("never arrived at the service")
    assert str(gone) not in page.evaluate(KEPT_ITEMS)
    assert str(free) in page.evaluate(KEPT_ITEMS)

    panel.get_by_role("button", name="Go on with it").click()
    expect(page.locator(".item-place")).to_have_text("item 3 of 3")
    expect(page.locator(".notice")).to_contain_text("is back")
    assert (Desk(page).labels() == 1).all()
    expect(panel).to_have_count(0)
