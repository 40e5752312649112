import numpy as np
import pytest
from hypothesis import given, settings

from server.formats import yolo
from server.formats.base import ClassEntry, Labels
from server.rules.errors import Invalid
from tests.server.formats.maps import CLASSES, maps_of


@settings(max_examples=40, deadline=None)
@given(maps_of([0, 3, 255], side=16))
def test_polygons_give_back_all_but_holes_of_void(labels: Labels) -> None:
    data, losses = yolo.write(labels, CLASSES)
    height, width = labels.shape
    back = yolo.read(data, CLASSES, width=width, height=height)
    changed = back != labels
    assert (labels[changed] == 255).all()
    assert changed.sum() <= sum(loss.pixels for loss in losses if loss.kind == "hole")


def test_the_first_number_is_the_place_in_the_class_list() -> None:
    classes = [ClassEntry(4, "a", "#000000"), ClassEntry(9, "b", "#111111")]
    labels = np.full((10, 10), 9, np.uint8)
    data, losses = yolo.write(labels, classes)
    assert data.startswith(b"1 ")
    assert losses == ()
    assert np.array_equal(yolo.read(data, classes, width=10, height=10), labels)


@pytest.mark.parametrize(
    "line",
    [
        b"x 0 0 1 0 1 1",
        b"200 0 0 1 0 1 1",
        b"-1 0 0 1 0 1 1",
        b"0 0 0 1 0",
        b"0 0 0 1 0 1",
        b"0 0 0 1 0 1 1.5",
        b"0 0 0 1 0 1 nan",
        b"0 0 0 1 0 1 inf",
        b"0 0 0 1 0 1 y",
        b"\xff\xfe",
    ],
)
def test_a_hostile_line_is_refused(line: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        yolo.read(line, CLASSES, width=8, height=8)
    assert refusal.value.fields[0].name == "yolo"
