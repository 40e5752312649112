"""Superpixels, second-best classes and boxes, as the desk asks for them."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import select, update

from server import codecs
from server.db.models import Image, Item, Round
from tests.server.api.conftest import Loop, problem
from tests.world import HEIGHT, WIDTH, label_map

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SECOND = label_map(1)
CHANCES = np.array([[200], [50]], dtype=np.uint8)
SUPERPIXELS = np.arange(6).reshape(2, 3)


def give_aids(loop: Loop) -> None:
    """Give each item what its selection would have stored."""
    with loop.sessions.begin() as session:
        session.execute(
            update(Item).values(
                second_sha256=loop.blobs.put(codecs.encode_png(SECOND)),
                chances_sha256=loop.blobs.put(codecs.encode_png(CHANCES)),
                superpixels_sha256=loop.blobs.put(codecs.encode_superpixels(SUPERPIXELS)),
            )
        )


def test_aids_are_there_and_never_change(loop: Loop) -> None:
    loop.to_labelling(k=1)
    give_aids(loop)
    item = loop.annotator.post(f"{loop.path}/items/take").json()
    assert (item["has_superpixels"], item["has_second"]) == (True, True)
    path = f"/items/{item['id']}"

    patches = loop.annotator.get(f"{path}/superpixels")
    assert patches.headers["content-type"] == codecs.SUPERPIXELS_TYPE
    assert "immutable" in patches.headers["cache-control"]
    assert patches.content == codecs.encode_superpixels(SUPERPIXELS)
    seen = {"If-None-Match": patches.headers["etag"]}
    assert loop.annotator.get(f"{path}/superpixels", headers=seen).status_code == 304

    chances = loop.annotator.get(f"{path}/chances")
    assert np.array_equal(codecs.decode_png_labels(chances.content), CHANCES)
    second = loop.annotator.get(f"{path}/second", headers={"Accept": codecs.LABELS_TYPE})
    assert np.array_equal(codecs.decode_labels(second.content), SECOND)


def test_an_item_of_an_older_round_says_that_it_has_none(loop: Loop) -> None:
    loop.to_labelling(k=1)
    item = loop.annotator.post(f"{loop.path}/items/take").json()
    assert (item["has_superpixels"], item["has_second"]) == (False, False)
    for aid in ("superpixels", "second", "chances"):
        problem(loop.annotator.get(f"/items/{item['id']}/{aid}"), 404, "not_found")


def test_a_blank_start_has_superpixels_and_hides_what_the_model_thinks(loop: Loop) -> None:
    loop.to_labelling(k=1)
    give_aids(loop)
    with loop.sessions.begin() as session:
        session.execute(update(Item).values(blank=True))
    item = loop.annotator.post(f"{loop.path}/items/take").json()
    assert (item["has_superpixels"], item["has_second"]) == (True, False)
    assert loop.annotator.get(f"/items/{item['id']}/superpixels").status_code == 200
    for aid in ("second", "chances"):
        problem(loop.annotator.get(f"/items/{item['id']}/{aid}"), 404, "not_found")


def test_an_item_says_which_boxes_are_asked_for(loop: Loop) -> None:
    loop.to_labelling(k=1)
    item = loop.annotator.post(f"{loop.path}/items/take").json()
    assert item["regions"] == []
    boxes = [[0, 0, HEIGHT, 2], [1, 3, 2, WIDTH]]
    with loop.sessions.begin() as session:
        round_ = session.scalars(select(Round)).one()
        name = session.scalars(select(Image.name).join(Item, Item.image_id == Image.id)).one()
        assert round_.manifest is not None
        round_.manifest = {**round_.manifest, "regions": {name: boxes}}
    assert loop.annotator.get(f"/items/{item['id']}").json()["regions"] == boxes
