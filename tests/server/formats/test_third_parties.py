"""Others read what is written: rasters and runs exactly, polygons all but what is reported."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.formats import cityscapes, coco, cvat, datumaro, gtav, labelstudio, png, synthia, voc
from server.formats import yolo as yolo_text
from server.formats.base import SMALL_PART, Item, Labels, Loss
from tests.server.formats import readers
from tests.server.formats.maps import (
    CLASSES,
    any_map,
    every_class,
    maps_of,
    synthia_maps,
    train_maps,
)

# pycocotools 2.0.11 asks numpy for an array in a way that numpy 2 calls outdated.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
quick = settings(max_examples=25, deadline=None)

VOID = 255
COLOURS = {entry.id: (entry.id, 255 - entry.id, 7) for entry in CLASSES}
VOC = readers.voc_palette()
NAME = "a.png"


def by_colour(labels: Labels) -> Labels:
    picture = png.write_colour(labels, colours=COLOURS, void=(0, 0, 0))
    palette = {colour: class_id for class_id, colour in COLOURS.items()} | {(0, 0, 0): VOID}
    return readers.index_of(readers.channels(picture), palette)


EXACT: dict[str, Callable[[Labels], Labels]] = {
    "index PNG": lambda labels: readers.channels(png.write_index(labels))[0],
    "colour PNG": by_colour,
    "VOC": lambda labels: readers.index_of(readers.channels(voc.write(labels)), VOC),
    "COCO": lambda labels: readers.coco_pixels(coco.write_rle([Item(NAME, labels)], CLASSES)),
    "CVAT": lambda labels: readers.cvat_pixels(cvat.write_masks([Item(NAME, labels)], CLASSES)),
    "Label Studio": lambda labels: readers.labelstudio_pixels(
        labelstudio.write([Item(NAME, labels)], CLASSES), labels.shape
    ),
    "Datumaro": lambda labels: readers.datumaro_pixels(
        datumaro.write([Item(NAME, labels)], CLASSES)
    ),
}


@pytest.mark.parametrize("form", EXACT)
@quick
@given(any_map)
def test_rasters_and_runs_are_read_by_others_as_they_were(form: str, labels: Labels) -> None:
    assert np.array_equal(EXACT[form](labels), labels)


@pytest.mark.parametrize("form", EXACT)
def test_200_classes_are_read_by_others_as_they_were(form: str) -> None:
    labels = every_class()
    assert np.array_equal(EXACT[form](labels), labels)


# The published ids of the train ids 0 to 18, in order (void is 0 in all of them).
LABEL_IDS = (7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33)
SYNTHIA_IDS = {0: 3, 1: 4, 2: 2, 3: 21, 4: 5, 5: 7, 6: 15, 7: 9, 8: 6, 10: 1,
               11: 10, 12: 17, 13: 8, 15: 19, 17: 12, 18: 11}  # fmt: skip


def published(labels: Labels, ids: dict[int, int]) -> Labels:
    """Return the map in a data set's own ids."""
    table = np.zeros(256, np.uint8)
    for train_id, own in ids.items():
        table[train_id] = own
    return table[labels]


@quick
@given(train_maps)
def test_cityscapes_and_gtav_files_hold_the_published_ids(labels: Labels) -> None:
    wanted = published(labels, dict(enumerate(LABEL_IDS)))
    assert np.array_equal(readers.channels(cityscapes.write_train_ids(labels))[0], labels)
    assert np.array_equal(readers.channels(cityscapes.write_label_ids(labels))[0], wanted)
    assert np.array_equal(readers.channels(gtav.write(labels))[0], wanted)


@quick
@given(synthia_maps)
def test_synthia_files_hold_the_published_ids(labels: Labels) -> None:
    first = readers.channels(synthia.write(labels))[0]
    assert np.array_equal(first, published(labels, SYNTHIA_IDS))


Written = tuple[Labels, tuple[Loss, ...]]


def coco_polygons(labels: Labels) -> Written:
    document, losses = coco.write_polygons([Item(NAME, labels)], CLASSES)
    return readers.coco_pixels(document), losses[NAME]


def cvat_polygons(labels: Labels) -> Written:
    document, losses = cvat.write_polygons([Item(NAME, labels)], CLASSES)
    return readers.cvat_pixels(document), losses[NAME]


def yolo_polygons(labels: Labels) -> Written:
    text, losses = yolo_text.write(labels, CLASSES)
    return readers.yolo_pixels(text, labels.shape), losses


POLYGONS = {"COCO": coco_polygons, "CVAT": cvat_polygons, "YOLO": yolo_polygons}

sensible = st.builds(
    lambda cells, scale: cells.repeat(scale, axis=0).repeat(scale, axis=1),
    maps_of([0, 3, 199, VOID], side=7),
    st.integers(5, 11),
)
"""Every part has at least 25 pixels, whatever lies around it."""


@pytest.mark.parametrize("form", POLYGONS)
@quick
@given(sensible)
def test_polygons_are_read_by_others_but_for_the_holes_that_are_reported(
    form: str, labels: Labels
) -> None:
    painted, losses = POLYGONS[form](labels)

    assert {loss.kind for loss in losses} <= {"hole"}
    over = (labels == VOID) & (painted != VOID)
    assert over.sum() <= sum(loss.pixels for loss in losses)
    for class_id, overlap in readers.overlaps(labels, painted, without=over):
        assert overlap >= 0.98, class_id


@pytest.mark.parametrize("form", POLYGONS)
@quick
@given(st.integers(1, 8), st.integers(1, 8), st.integers(2, 6), st.integers(2, 6))
def test_what_is_planted_is_reported_item_by_item(
    form: str, hole_width: int, hole_height: int, width: int, height: int
) -> None:
    labels = np.full((41, 67), VOID, np.uint8)
    labels[2:39, 3:30] = 3
    hole, part = np.zeros_like(labels, bool), np.zeros_like(labels, bool)
    hole[5 : 5 + hole_height, 6 : 6 + hole_width] = True
    part[9 : 9 + height, 40 : 40 + width] = True
    labels[hole], labels[part] = VOID, 199

    painted, losses = POLYGONS[form](labels)

    small = [(199, "small_part", width * height)] if width * height < SMALL_PART else []
    found = [(loss.class_id, loss.kind, loss.pixels) for loss in losses]
    assert found == [(3, "hole", hole_width * hole_height), *small]
    for class_id, overlap in readers.overlaps(labels, painted, without=hole | part):
        assert overlap >= 0.98, class_id
