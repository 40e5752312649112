import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from hypothesis import given, settings

from server.formats import cvat, xml
from server.formats.base import ClassEntry, Item, Labels
from server.rules.errors import Invalid, TooLarge
from tests.server.formats.maps import CLASSES, any_map, every_class, maps_of

quick = settings(max_examples=40, deadline=None)


@quick
@given(any_map)
def test_masks_give_back_every_map(labels: Labels) -> None:
    [item] = cvat.read(cvat.write_masks([Item("a/b.png", labels)], CLASSES), CLASSES)
    assert item.name == "a/b.png"
    assert np.array_equal(item.labels, labels)


@quick
@given(maps_of([0, 3, 255], side=16))
def test_polygons_give_back_all_but_holes_of_void(labels: Labels) -> None:
    document, losses = cvat.write_polygons([Item("a.png", labels)], CLASSES)
    [item] = cvat.read(document, CLASSES)
    changed = item.labels != labels
    assert (labels[changed] == 255).all()
    assert changed.sum() <= sum(n.pixels for n in losses["a.png"] if n.kind == "hole")


def test_200_classes_and_names_that_are_markup() -> None:
    labels = every_class()
    [item] = cvat.read(cvat.write_masks([Item("a.png", labels)], CLASSES), CLASSES)
    assert np.array_equal(item.labels, labels)
    hard = [ClassEntry(id=3, name="\"><x a='&lt;", colour="#000000")]
    [item] = cvat.read(cvat.write_masks([Item("<&>.png", labels * 0 + 3)], hard), hard)
    assert item.name == "<&>.png"
    assert (item.labels == 3).all()


def test_a_mask_is_written_as_cvat_does() -> None:
    labels = np.full((3, 4), 255, np.uint8)
    labels[1, 1:3] = labels[2, 2] = 5
    image = ElementTree.fromstring(cvat.write_masks([Item("a.png", labels)], CLASSES)).find("image")
    assert image is not None
    mask = image.find("mask")
    assert mask is not None
    assert mask.attrib["rle"] == "0, 2, 1, 1"
    assert [mask.attrib[key] for key in ("left", "top", "width", "height")] == ["1", "1", "2", "2"]


def image(shape: str, *, size: str = 'width="4" height="4"', name: str = "a.png") -> bytes:
    return f'<annotations><image name="{name}" {size}>{shape}</image></annotations>'.encode()


MASK = '<mask label="class 1" rle="{}" left="{}" top="0" width="2" height="2"/>'
POLYGON = '<polygon label="class 1" points="{}"/>'


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (image(MASK.format("0,5", 0)), "mask.rle"),
        (image(MASK.format("-1,5", 0)), "mask.rle"),
        (image(MASK.format("x", 0)), "mask.rle"),
        (image(MASK.format("9" * 5000, 0)), "mask.rle"),
        (image(MASK.format("0,4", 3)), "mask.width"),
        (image(MASK.format("0,4", -1)), "mask.width"),
        (image(MASK.format("0,4", "1.5")), "mask.left"),
        (image(POLYGON.format("0,0;1,1")), "polygon.points"),
        (image(POLYGON.format("0,0;1,1;nan,2")), "polygon.points"),
        (image(POLYGON.format("0,0;1;2,2")), "polygon.points"),
        (image('<polygon label="none" points="0,0;1,0;1,1"/>'), "polygon.label"),
        (image('<polyline label="class 1"/>'), "image"),
        (image("", size='width="999999" height="4"'), "image.width"),
        (image("", size='width="4"'), "image.height"),
        (image("", name="../a.png"), "image.name"),
        (b"<other/>", "cvat"),
    ],
)
def test_a_hostile_document_is_refused_with_its_field(data: bytes, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        cvat.read(data, CLASSES)
    assert refusal.value.fields[0].name == field


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE a [<!ENTITY x "aaaa"><!ENTITY y "&x;&x;">]><annotations>&y;</annotations>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><annotations/>',
        b"<a>" * 1000,
        b"",
        b"<annotations>",
        b'<?xml version="1.0" encoding="rubbish"?><annotations/>',
    ],
)
def test_dangerous_or_broken_xml_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        cvat.read(data, CLASSES)


def test_xml_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MAX_BYTES", 5)
    with pytest.raises(TooLarge):
        xml.parse(b"<annotations/>", where="cvat")
