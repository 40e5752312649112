"""The pages of images in a real browser: found, grouped by the keyboard, looked at, restored."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from server import codecs
from server.db.models import Image
from server.rules.images import Split
from server.storage.local import LocalBlobs
from tests.e2e.host import Service, sign_in
from tests.e2e.test_review import submitted_by_kim

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PAINTED = """() => {
  const canvas = document.querySelector("canvas.layer-mask");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let painted = 0;
  for (let at = 3; at < data.length; at += 4) painted += data[at] > 0;
  return painted;
}"""


def open_images(page: Page, service: Service, login_path: str) -> None:
    """Sign in and go to the images by the project's tabs."""
    sign_in(page, service.url, login_path)
    page.goto(f"{service.url}/projects/{service.street.project_id}")
    page.get_by_role("link", name="Images").click()
    page.locator(".tile").first.wait_for()


def test_images_are_found_and_grouped_by_the_keyboard(page: Page, service: Service) -> None:
    open_images(page, service, service.street.login_path)
    tiles, address = page.locator(".tile"), page.url
    expect(tiles).to_have_count(4)
    page.get_by_label("Split").select_option("pool")
    expect(tiles).to_have_count(3)
    expect(page).to_have_url(f"{address}?split=pool")
    expect(page).to_have_title(re.compile("^Images · project"))

    page.locator(".tile-link").first.focus()
    for key in ("Space", "ArrowRight", "Space"):
        page.keyboard.press(key)
    expect(page.get_by_text("2 images chosen")).to_be_visible()
    page.get_by_placeholder("Name of a group").fill("cam7")
    page.get_by_role("button", name="Put in group").click()
    expect(page.locator(".tile-group").get_by_text("cam7")).to_have_count(2)

    page.reload()
    expect(tiles).to_have_count(3)
    page.get_by_label("Group").select_option("cam7")
    expect(tiles).to_have_count(2)
    page.get_by_label("Name begins with").fill("nothing")
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    page.get_by_role("button", name="Show all", exact=True).click()
    expect(tiles).to_have_count(4)
    page.locator(".tile-link").first.click()
    page.locator("main h1").get_by_text("pool-001").wait_for()
    page.go_back()
    expect(tiles).to_have_count(4)
    expect(page).to_have_url(address)


def test_an_earlier_revision_is_compared_and_restored(page: Page, service: Service) -> None:
    kim, drawn = submitted_by_kim(service)
    open_images(page, service, service.street.login_path)
    images = f"{service.project}/images?state=submitted"
    first = page.request.get(images).json()["items"][0]
    [asked] = page.request.get(f"{service.url}/api/v1/images/{first['id']}/rounds").json()
    fixed = page.request.post(
        f"{service.url}/api/v1/items/{asked['item_id']}/fix",
        data=codecs.encode_labels(service.street.guess),
        headers={"Content-Type": codecs.LABELS_TYPE, "If-Match": '"1"', "Origin": service.url},
    )
    assert fixed.status == 200, fixed.text()

    page.goto(f"{service.url}/images/{first['id']}")
    expect(page.get_by_text("0.0 % of the pixels differ from the model")).to_be_visible()
    page.get_by_role("button", name="Revision 1").click()
    expect(page.get_by_text("2.9 % of the pixels differ from the model")).to_be_visible()
    page.get_by_role("button", name="difference").click()
    changed = int(np.count_nonzero(drawn != service.street.guess))
    page.wait_for_function(f"({PAINTED})() === {changed}")

    page.get_by_role("button", name="Restore").click()
    page.get_by_role("dialog").get_by_role("button", name="Restore").click()
    expect(page.get_by_role("button", name="Revision 3")).to_be_visible()
    expect(page.get_by_text("as revision 1")).to_be_visible()
    mask = page.request.get(
        f"{service.url}/api/v1/images/{first['id']}/mask", headers={"Accept": codecs.LABELS_TYPE}
    )
    assert np.array_equal(codecs.decode_labels(mask.body()), drawn)

    page.context.clear_cookies()
    sign_in(page, service.url, kim)
    page.goto(f"{service.url}/projects/{service.street.project_id}")
    expect(page.get_by_role("link", name="Overview")).to_be_visible()
    expect(page.get_by_role("link", name="Images")).to_have_count(0)


def test_a_lead_has_an_image_used_again_that_could_not_be_read(
    page: Page, service: Service
) -> None:
    with service.sessions.begin() as session:
        images = select(Image).where(Image.split == Split.POOL).order_by(Image.name)
        image = session.scalars(images).first()
        assert image is not None
        image.quarantine_reason = "pool-001: the image's bytes have changed"
        file = LocalBlobs(service.host.settings.blob_folder).local_path(image.sha256)
        file.write_bytes(b"rotten")
        address = f"{service.url}/images/{image.id}"
    sign_in(page, service.url, service.street.login_path)
    page.goto(address)
    card = page.get_by_role("region", name="Left out of every job")
    expect(card).to_contain_text("bytes have changed")
    card.get_by_role("button", name="Use it again").click()
    expect(card).to_have_count(0)
    with service.sessions() as session:
        assert session.get_one(Image, image.id).quarantine_reason is None
