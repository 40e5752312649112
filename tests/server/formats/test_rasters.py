import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image

from server.formats import cityscapes, gtav, png, synthia, voc
from server.formats.base import Labels
from server.rules.errors import Invalid, UnsupportedMedia
from tests.server.formats.maps import any_map, every_class, synthia_maps, train_maps

quick = settings(max_examples=40, deadline=None)
COLOURS = {n: (n, 255 - n, 7) for n in range(200)}
IDS = {colour: class_id for class_id, colour in COLOURS.items()}


def png_of(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, format="PNG")
    return out.getvalue()


def rgb16(pixels: list[list[tuple[int, int, int]]]) -> bytes:
    """Return a 16-bit RGB PNG, which Pillow cannot write."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    rows = b"".join(
        b"\0" + b"".join(struct.pack(">HHH", *pixel) for pixel in row) for row in pixels
    )
    head = struct.pack(">IIBBBBB", len(pixels[0]), len(pixels), 16, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


@quick
@given(any_map)
def test_index_voc_and_colour_give_back_every_map(labels: Labels) -> None:
    assert np.array_equal(png.read_index(png.write_index(labels)), labels)
    assert np.array_equal(voc.read(voc.write(labels)), labels)
    coloured = png.write_colour(labels, colours=COLOURS, void=(0, 0, 0))
    assert np.array_equal(png.read_colour(coloured, ids=IDS, void=[(0, 0, 0)]), labels)


@quick
@given(train_maps)
def test_cityscapes_and_gtav_give_back_maps_of_their_classes(labels: Labels) -> None:
    assert np.array_equal(cityscapes.read_label_ids(cityscapes.write_label_ids(labels)), labels)
    assert np.array_equal(cityscapes.read_train_ids(cityscapes.write_train_ids(labels)), labels)
    assert np.array_equal(gtav.read(gtav.write(labels)), labels)


@quick
@given(synthia_maps)
def test_synthia_gives_back_maps_of_its_classes(labels: Labels) -> None:
    assert np.array_equal(synthia.read(synthia.write(labels)), labels)


def test_200_classes_on_an_odd_size() -> None:
    labels = every_class()
    assert np.array_equal(voc.read(voc.write(labels)), labels)


def test_label_ids_are_those_of_cityscapes() -> None:
    raw = png.write_index(np.array([[7, 26, 33, 0, 9, 255]], np.uint8))  # road car bicycle
    assert cityscapes.read_label_ids(raw).tolist() == [[0, 13, 18, 255, 255, 255]]


def test_gtav_reads_the_index_of_a_palette_and_not_its_colour() -> None:
    image = Image.fromarray(np.array([[26, 34]], np.uint8))
    image.putpalette([16, 16, 16] * 256)
    assert gtav.read(png_of(image)).tolist() == [[13, 255]]


def test_synthia_reads_the_class_from_red_of_16_bits() -> None:
    published = rgb16([[(3, 900, 0), (8, 1, 0)], [(0, 0, 0), (12, 70, 0)]])
    assert synthia.read(published).tolist() == [[0, 13], [255, 17]]
    with pytest.raises(Invalid, match="above 22"):
        synthia.read(rgb16([[(259, 0, 0)]]))  # its lower byte is 3


def test_voc_colours_are_those_of_the_devkit() -> None:
    assert [voc.colour(n) for n in (0, 1, 2, 15, 255)] == [
        (0, 0, 0),
        (128, 0, 0),
        (0, 128, 0),
        (192, 128, 128),
        (224, 224, 192),
    ]


@pytest.mark.parametrize(
    "read",
    [
        png.read_index,
        voc.read,
        cityscapes.read_label_ids,
        cityscapes.read_train_ids,
        gtav.read,
        synthia.read,
    ],
)
def test_what_is_no_label_map_is_refused(read: Callable[[bytes], Labels]) -> None:
    whole = png_of(Image.new("L", (64, 64)))
    with pytest.raises(UnsupportedMedia):
        read(b"GIF89a" + bytes(50))
    with pytest.raises(Invalid):
        read(whole[: len(whole) - 30])
    with pytest.raises(Invalid):
        read(png_of(Image.new("RGB", (4, 4))))
    with pytest.raises(Invalid, match="at most") as refusal:
        read(png_of(Image.new("L", (20_000, 1))))
    assert refusal.value.fields[0].name == "mask"


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (cityscapes.read_label_ids, 34),
        (cityscapes.read_train_ids, 19),
        (gtav.read, 35),
        (synthia.read, 23),
    ],
)
def test_ids_outside_a_fixed_list_are_refused(read: Callable[[bytes], Labels], value: int) -> None:
    with pytest.raises(Invalid):
        read(png.write_index(np.full((2, 2), value, np.uint8)))


@pytest.mark.parametrize(
    ("write", "value"),
    [(cityscapes.write_label_ids, 19), (cityscapes.write_train_ids, 19), (synthia.write, 9)],
)
def test_classes_that_a_fixed_list_lacks_are_not_written(
    write: Callable[[Labels], bytes], value: int
) -> None:
    with pytest.raises(Invalid, match=str(value)):
        write(np.full((2, 2), value, np.uint8))


def test_a_colour_without_a_class_is_refused_and_never_guessed() -> None:
    with pytest.raises(Invalid, match="#ff0000"):
        png.read_colour(png_of(Image.new("RGB", (4, 4), (255, 0, 0))), ids={(254, 0, 0): 1})
    with pytest.raises(Invalid, match="same colour"):
        png.write_colour(
            np.zeros((2, 2), np.uint8), colours={0: (1, 1, 1), 1: (1, 1, 1)}, void=(0, 0, 0)
        )


def test_synthia_ids_become_the_train_ids_of_the_same_name() -> None:
    """Every id of SYNTHIA's own list by name; a contiguous list of 16 would call a car a rider."""
    names = (
        "void", "sky", "building", "road", "sidewalk", "fence", "vegetation", "pole", "car", "sign",
        "person", "bicycle", "motorcycle", "parking slot", "road work", "light", "terrain", "rider",
        "truck", "bus", "train", "wall", "lane marking",
    )  # fmt: skip
    train_ids = {
        "road": 0, "sidewalk": 1, "building": 2, "wall": 3, "fence": 4, "pole": 5, "light": 6,
        "sign": 7, "vegetation": 8, "sky": 10, "person": 11, "rider": 12, "car": 13, "bus": 15,
        "motorcycle": 17, "bicycle": 18,
    }  # fmt: skip
    published = rgb16([[(raw, 0, 0) for raw in range(23)]])

    read = synthia.read(published)[0].tolist()

    expected = [train_ids.get(name, 255) for name in names]
    # Lane markings, parking slots, road works, terrain, truck and train have no images in it.
    assert read == expected
