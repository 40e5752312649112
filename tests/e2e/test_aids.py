"""The superpixel brush, the second-best class and rounds of boxes, by a person's hands."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from server import codecs
from server.db.models import Image, Item, Mask, Round
from server.rules.images import VOID
from server.storage.local import LocalBlobs
from tests.e2e.aids import give_aids, superpixel_of_pixels
from tests.e2e.desk import Desk, open_desk
from tests.e2e.host import Service

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BOXES = [[10, 20, 40, 70], [60, 90, 95, 140]]
"""Top, left, bottom, right: about the two wrong patches."""


def ask_for_boxes(service: Service) -> None:
    """Make the round one that asks for boxes, with guesses as its selection makes them."""
    put = LocalBlobs(service.host.settings.blob_folder).put
    guess = np.full_like(service.street.guess, VOID)
    for top, left, bottom, right in BOXES:
        guess[top:bottom, left:right] = service.street.guess[top:bottom, left:right]
    with service.sessions.begin() as session:
        session.execute(update(Item).values(prediction_sha256=put(codecs.encode_png(guess))))
        round_ = session.scalars(select(Round)).one()
        names = session.scalars(select(Image.name).join(Item, Item.image_id == Image.id))
        assert round_.manifest is not None
        round_.manifest = {**round_.manifest, "regions": dict.fromkeys(names, BOXES)}


def pressed_tool(page: Page) -> str:
    """Return the name of the tool in the hand."""
    return page.locator(".rail [aria-pressed=true]").first.get_attribute("aria-label") or ""


def submitted(service: Service, desk: Desk) -> codecs.Labels:
    """Submit, wait until the service has it, and return the mask that it keeps."""
    desk.press("Control+Enter")
    expect(desk.page.locator(".notice")).to_contain_text("Submitted")
    with service.sessions() as session:
        mask = session.scalars(select(Mask).where(Mask.item_id.is_not(None))).one()
        blobs = LocalBlobs(service.host.settings.blob_folder)
        return codecs.decode_png_labels(blobs.read(mask.sha256))


def test_the_superpixel_brush_paints_what_it_touches_whole(page: Page, service: Service) -> None:
    give_aids(service)
    desk, guess = open_desk(page, service), service.street.guess
    patches, expected = superpixel_of_pixels(), service.street.guess.copy()
    expect(page.get_by_role("button", name="Superpixel brush")).not_to_have_attribute(
        "aria-disabled", "true"
    )
    desk.press("2", "s")
    desk.move(10, 70)
    expect(page.locator(".ring")).to_be_visible()
    desk.drag((10, 70), (70, 70))
    touched = np.unique(patches[70, 10:71])
    expected[np.isin(patches, touched)] = 1
    assert len(touched) == 4
    assert np.array_equal(desk.labels(), expected), "also what lies between two moves"

    page.keyboard.down("Shift")
    desk.drag((40, 70))
    page.keyboard.up("Shift")
    back = patches == patches[70, 40]
    expected[back] = guess[back]
    assert np.array_equal(desk.labels(), expected)

    desk.press("Control+z", "Control+z")
    assert np.array_equal(desk.labels(), guess), "a stroke is one step"
    desk.press("Control+Shift+z", "Control+Shift+z")
    desk.wait_kept()
    page.reload()
    desk.wait_for_item()
    assert np.array_equal(desk.labels(), expected), "what was drawn is back after a reload"
    assert np.array_equal(submitted(service, desk), expected)
    with service.sessions() as session:
        assert session.scalars(select(Mask.strokes).where(Mask.item_id.is_not(None))).one() == 2


def test_an_item_without_aids_says_so(page: Page, service: Service) -> None:
    desk = open_desk(page, service)
    button = page.get_by_role("button", name="Superpixel brush")
    expect(button).to_have_attribute("aria-disabled", "true")
    assert "has no superpixels" in (button.get_attribute("title") or "")
    desk.press("s")
    expect(page.locator(".notice")).to_contain_text("has no superpixels")
    assert pressed_tool(page) == "Brush"
    desk.press("Shift+U")
    expect(page.locator(".notice")).to_contain_text("no second-best classes")
    expect(page.get_by_label("Second best")).to_be_disabled()


def test_the_second_best_class_is_told_shown_and_taken(page: Page, service: Service) -> None:
    give_aids(service)
    desk, guess = open_desk(page, service), service.street.guess
    expect(page.get_by_label("Second best")).to_be_enabled()
    status = page.locator(".status-under")
    desk.move(10, 90)
    expect(status).to_have_text("road (model: road 0.54, else sky 0.31)")
    desk.move(150, 90)
    expect(status).to_have_text("road (model: road 0.54)")

    layer = page.locator("canvas.layer-second")
    expect(layer).to_be_hidden()
    desk.press("Shift+U")
    expect(layer).to_be_visible()
    colours = layer.evaluate(
        "canvas => [5, 30].map(x => [...canvas.getContext('2d').getImageData(x, 20, 1, 1).data])"
    )
    assert colours == [[70, 130, 180, 255], [0, 0, 0, 0]], "sky where it is likely, else nothing"
    desk.press("Shift+U")
    expect(layer).to_be_hidden()

    desk.move(45, 27)
    desk.press("t")
    expected = guess.copy()
    expected[20:35, 30:60] = 1
    assert np.array_equal(desk.labels(), expected)
    expect(status).to_have_text("sky (model: road 0.54, else sky 0.31)")
    desk.press("t")
    assert np.array_equal(desk.labels(), expected), "it is taken already"


def test_a_round_of_boxes_is_labelled_box_by_box(page: Page, service: Service) -> None:
    ask_for_boxes(service)
    desk = open_desk(page, service)
    before = desk.labels()
    panel = page.get_by_label("Boxes to label", exact=True)
    expect(panel).to_contain_text("0/2")
    expect(panel).to_contain_text("Outside of these boxes nothing is asked for")
    expect(page.locator(".boxes")).to_be_visible()
    desk.move(5, 5)
    expect(page.locator(".status")).to_contain_text("not asked for")

    desk.press("n")
    expect(panel).to_contain_text("1/2")
    expect(page.get_by_label("Box 1 of 2")).to_have_attribute("aria-current", "true")
    page.wait_for_function(
        """() => {
          const { editor } = document.querySelector("canvas.layer-mask");
          const { scale, x, y } = editor.view.current;
          const stage = document.querySelector(".stage");
          return [20, 70].every((at) => at * scale + x > 0 && at * scale + x < stage.clientWidth)
            && [10, 40].every((at) => at * scale + y > 0 && at * scale + y < stage.clientHeight)
            && scale > 1.5 * Math.min(stage.clientWidth / 157, stage.clientHeight / 101);
        }"""
    )
    desk.press("n")
    expect(panel).to_contain_text("2/2")
    expect(page.get_by_role("button", name="Submit")).to_have_class("button primary glows")

    desk.press("r", "2")
    desk.brush(8)
    desk.drag((5, 25), (100, 25), (100, 90))
    after = desk.labels()
    inside = np.zeros(after.shape, dtype=bool)
    for top, left, bottom, right in BOXES:
        inside[top:bottom, left:right] = True
    assert np.array_equal(after[~inside], before[~inside])
    assert set(np.unique(after[~inside])) == {VOID}
    assert (after[22:28, 25:65] == 1).all()
    assert np.array_equal(submitted(service, desk), after)
