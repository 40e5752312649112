import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from server.formats import labelstudio
from server.formats.base import Item, Labels
from server.rules.errors import Invalid
from tests.server.formats.maps import CLASSES, any_map, every_class


@settings(max_examples=30, deadline=None)
@given(any_map)
def test_brushes_give_back_every_map(labels: Labels) -> None:
    [item] = labelstudio.read(labelstudio.write([Item("a.png", labels)], CLASSES), CLASSES)
    assert item.name == "a.png"
    assert np.array_equal(item.labels, labels)


def test_200_classes_and_runs_longer_than_16_bits() -> None:
    for labels in (every_class(), np.full((300, 301), 4, np.uint8)):
        [item] = labelstudio.read(labelstudio.write([Item("a", labels)], CLASSES), CLASSES)
        assert np.array_equal(item.labels, labels)


def test_the_packing_is_label_studios() -> None:
    # 8 values of 8 bits; sizes 3, 4, 8, 16; 4 zeros, then 4 times 255, both by the 3-bit length.
    head = f"{8:032b}{7:05b}{2:04b}{3:04b}{7:04b}{15:04b}"
    text = head + "100" + "011" + "00000000" + "100" + "011" + "11111111"
    text += "0" * (-len(text) % 8)
    wanted = [int(text[n : n + 8], 2) for n in range(0, len(text), 8)]
    assert labelstudio.pack(np.array([[False, True]])) == wanted


def test_unrepeated_values_are_read_too() -> None:
    text = f"{8:032b}{7:05b}{2:04b}{3:04b}{7:04b}{15:04b}" + "000" + "111"
    text += "".join(f"{value:08b}" for value in (9, 9, 9, 0, 0, 0, 0, 1))
    text += "0" * (-len(text) % 8)
    rle = [int(text[n : n + 8], 2) for n in range(0, len(text), 8)]
    assert labelstudio.unpack(rle, 1, 2, where="rle").tolist() == [[False, True]]


def region(**changes: Any) -> bytes:
    labels = np.full((4, 6), 3, np.uint8)
    tasks = json.loads(labelstudio.write([Item("a.png", labels)], CLASSES))
    result = tasks[0]["annotations"][0]["result"][0]
    for key, value in changes.items():
        (result["value"] if key in result["value"] else result)[key] = value
    return json.dumps(tasks).encode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rle": [0, 0, 0, 96]}, "value.rle"),
        ({"rle": [256]}, "value.rle"),
        ({"rle": [-1]}, "value.rle"),
        ({"rle": ["x"]}, "value.rle"),
        ({"rle": None}, "value.rle"),
        ({"rle": [255] * 200}, "value.rle"),
        ({"original_width": 7}, "value.rle"),
        ({"original_width": 10**7}, "original_width"),
        ({"brushlabels": ["nothing"]}, "value.brushlabels"),
        ({"brushlabels": []}, "value"),
        ({"type": "polygonlabels"}, "result.type"),
    ],
)
def test_a_hostile_region_is_refused_with_its_field(changes: Any, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        labelstudio.read(region(**changes), CLASSES)
    assert refusal.value.fields[0].name == field


def test_a_task_without_annotation_is_refused() -> None:
    with pytest.raises(Invalid, match="no annotation"):
        labelstudio.read(b'[{"data": {"image": "a.png"}, "annotations": []}]', CLASSES)
