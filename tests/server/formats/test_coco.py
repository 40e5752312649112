import contextlib
import io
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools.coco import COCO

from server.formats import coco, polygons, runs
from server.formats.base import SMALL_PART, Item, Labels
from server.rules.errors import Invalid, TooLarge
from tests.server.formats.maps import CLASSES, any_map, every_class, maps_of

# pycocotools 2.0.11 asks numpy for an array in a way that numpy 2 calls outdated.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

SEGMENTATION = "annotations.segmentation"

quick = settings(max_examples=40, deadline=None)


def by_pycocotools(document: bytes, *, ids: set[int]) -> dict[int, Labels]:
    """Paint the annotations of the only image as pycocotools reads them, class by class."""
    with contextlib.redirect_stdout(io.StringIO()):
        read = COCO()
        read.dataset = json.loads(document)
        read.createIndex()
    return {
        class_id: np.any(
            [read.annToMask(entry) for entry in read.loadAnns(read.getAnnIds(catIds=[class_id]))],
            axis=0,
        )
        for class_id in ids
    }


@quick
@given(any_map)
def test_run_lengths_give_back_every_map_and_pycocotools_agrees(labels: Labels) -> None:
    document = coco.write_rle([Item("a.png", labels)], CLASSES)
    [item] = coco.read(document, CLASSES)
    assert item.name == "a.png"
    assert np.array_equal(item.labels, labels)
    ids = {int(n) for n in np.unique(labels)} - {255}
    for class_id, mask in by_pycocotools(document, ids=ids).items():
        assert np.array_equal(mask, labels == class_id)


@quick
@given(maps_of([0, 3, 255], side=16), st.integers(1, 3))
def test_polygons_give_back_all_but_holes_of_void(labels: Labels, scale: int) -> None:
    labels = labels.repeat(scale, axis=0).repeat(scale, axis=1)
    document, losses = coco.write_polygons([Item("a.png", labels)], CLASSES)
    [item] = coco.read(document, CLASSES)
    changed = item.labels != labels
    assert (labels[changed] == 255).all()
    held = sum(loss.pixels for loss in losses["a.png"] if loss.kind == "hole")
    assert changed.sum() <= held


@quick
@given(
    st.integers(12, 60), st.integers(12, 60), st.integers(0, 20), st.integers(0, 20),
)  # fmt: skip
def test_pycocotools_reads_polygons_of_sensible_parts(h: int, w: int, top: int, left: int) -> None:
    ys, xs = np.mgrid[: h + 41, : w + 41]
    labels = np.full(ys.shape, 255, np.uint8)
    labels[top : top + h, left : left + w] = 5
    labels[((ys - top - h / 2) / h) ** 2 + ((xs - left - w / 2) / w) ** 2 < 0.1] = 5
    labels[h + 25 : h + 40, 3:40] = 0
    document, losses = coco.write_polygons([Item("a.png", labels)], CLASSES)
    assert losses == {"a.png": ()}
    for class_id, mask in by_pycocotools(document, ids={0, 5}).items():
        wanted = labels == class_id
        assert (wanted & mask.astype(bool)).sum() / (wanted | mask.astype(bool)).sum() >= 0.98


def test_holes_and_small_parts_are_reported() -> None:
    labels = np.full((30, 30), 255, np.uint8)
    labels[2:20, 2:20] = 7
    labels[5:9, 5:8] = 255
    labels[25, 25:28] = 8
    _, losses = coco.write_polygons([Item("a.png", labels)], CLASSES)
    assert [(loss.class_id, loss.kind, loss.pixels) for loss in losses["a.png"]] == [
        (7, "hole", 12),
        (8, "small_part", 3),
    ]
    assert SMALL_PART == 25


def test_200_classes_on_an_odd_size() -> None:
    labels = every_class()
    [item] = coco.read(coco.write_rle([Item("a.png", labels)], CLASSES), CLASSES)
    assert np.array_equal(item.labels, labels)


@quick
@given(any_map)
def test_outlines_are_exact(labels: Labels) -> None:
    mask = labels == labels[0, 0]
    rings = [np.array(ring, dtype=np.float64) for ring in polygons.outlines(mask)]
    assert np.array_equal(polygons.fill(rings, *mask.shape), mask)


def broken(**changes: Any) -> bytes:
    labels = np.full((4, 6), 3, np.uint8)
    document = json.loads(coco.write_rle([Item("a.png", labels)], CLASSES))
    for path, value in changes.items():
        key, _, field = path.partition("__")
        if field:
            document[key][0][field] = value
        else:
            document[key] = value
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"images__file_name": "../../etc/passwd"}, "images.file_name"),
        ({"images__file_name": "C:\\x.png"}, "images.file_name"),
        ({"images__width": 10**6}, "images"),
        ({"images__height": "4"}, "images.height"),
        ({"images": 7}, "images"),
        ({"annotations__image_id": 9}, "annotations.image_id"),
        ({"annotations__category_id": 999}, "annotations.category_id"),
        ({"annotations__segmentation": None}, SEGMENTATION),
        ({"annotations__segmentation": [[1, 2]]}, SEGMENTATION),
        ({"annotations__segmentation": [[1, 2, 3, 1e300, 3, 3]]}, SEGMENTATION),
        ({"annotations__segmentation": [[0, 0, 9**400, 1, 2, 2]]}, SEGMENTATION),
        ({"annotations__segmentation": {"size": [4, 6], "counts": [5]}}, SEGMENTATION),
        ({"annotations__segmentation": {"size": [4, 6], "counts": [-1, 25]}}, SEGMENTATION),
        ({"annotations__segmentation": {"size": [4, 6], "counts": "ooooooo"}}, SEGMENTATION),
        ({"annotations__segmentation": {"size": [9, 6], "counts": [54]}}, SEGMENTATION),
        ({"categories__name": "not a class"}, "categories.name"),
    ],
)  # fmt: skip
def test_a_hostile_document_is_refused_with_its_field(changes: Any, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        coco.read(broken(**changes), CLASSES)
    assert refusal.value.fields[0].name == field


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{", b"\xff\xfe", b"[" * 100_000, b'{"images": NaN}']
)
def test_what_is_no_document_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        coco.read(data, CLASSES)


def test_a_document_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.formats.documents.MAX_BYTES", 10)
    with pytest.raises(TooLarge):
        coco.read(broken(), CLASSES)


@given(st.lists(st.integers(0, 2**31 - 1), max_size=30))
def test_packed_counts_come_back(counts: list[int]) -> None:
    assert runs.unpack(runs.pack(counts), where="counts") == counts
