import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from server.formats import datumaro
from server.formats.base import Item, Labels
from server.rules.errors import Invalid
from tests.server.formats.maps import CLASSES, any_map, every_class


@settings(max_examples=30, deadline=None)
@given(any_map)
def test_masks_give_back_every_map(labels: Labels) -> None:
    [item] = datumaro.read(datumaro.write([Item("a.png", labels)], CLASSES), CLASSES)
    assert item.name == "a.png"
    assert np.array_equal(item.labels, labels)


def test_200_classes_on_an_odd_size() -> None:
    labels = every_class()
    [item] = datumaro.read(datumaro.write([Item("a.png", labels)], CLASSES), CLASSES)
    assert np.array_equal(item.labels, labels)


def changed(**changes: Any) -> bytes:
    labels = np.full((4, 6), 3, np.uint8)
    document = json.loads(datumaro.write([Item("a.png", labels)], CLASSES))
    item = document["items"][0]
    for key, value in changes.items():
        (item["image"] if key in item["image"] else item["annotations"][0])[key] = value
    return json.dumps(document).encode()


def test_a_polygon_is_read() -> None:
    [item] = datumaro.read(changed(type="polygon", points=[0, 0, 3, 0, 3, 4, 0, 4]), CLASSES)
    assert (item.labels[:, :3] == 3).all()
    assert (item.labels[:, 3:] == 255).all()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"path": "/etc/x"}, "items.image.path"),
        ({"size": [4]}, "items.image.size"),
        ({"size": [4, 10**8]}, "items.image.size"),
        ({"label_id": 200}, "annotations.label_id"),
        ({"label_id": -1}, "annotations.label_id"),
        ({"type": "bbox"}, "annotations.type"),
        ({"rle": {"size": [4, 6], "counts": [25]}}, "annotations.segmentation"),
        ({"z_order": "top"}, "annotations.z_order"),
    ],
)
def test_a_hostile_document_is_refused_with_its_field(changes: Any, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        datumaro.read(changed(**changes), CLASSES)
    assert refusal.value.fields[0].name == field
