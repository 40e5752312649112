"""How others read what Maskloop writes: none of this uses Maskloop's own readers.

pypng reads pictures, pycocotools reads run lengths and fills polygons. CVAT's and
Label Studio's runs are read as their documentation describes them; their packages bring half a
gigabyte of others with them.
"""

import contextlib
import io
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence

import numpy as np
import png
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from server.formats.base import Labels

VOID = 255
Shape = tuple[int, int]
Ring = Sequence[float]
"""x, y, x, y, ..."""


def channels(picture: bytes) -> Labels:
    """Return the picture as (channels, height, width); a palette becomes its colours."""
    width, height, rows, facts = png.Reader(bytes=picture).asDirect()
    flat = np.array([list(row) for row in rows], np.uint8)
    return flat.reshape(height, width, facts["planes"]).transpose(2, 0, 1)


def index_of(colours: Labels, palette: dict[tuple[int, int, int], int]) -> Labels:
    """Return the class of each pixel's colour; a colour outside the palette is an error."""
    height, width = colours.shape[1:]
    flat = colours.reshape(3, -1).T.tolist()
    ids = [palette[red, green, blue] for red, green, blue in flat]
    return np.array(ids, np.uint8).reshape(height, width)


def voc_palette() -> dict[tuple[int, int, int], int]:
    """Return the colour map of the PASCAL VOC devkit: bits of the index, spread over channels."""
    palette = {}
    for index in range(256):
        colour = [0, 0, 0]
        rest = index
        for place in range(7, -1, -1):
            for channel in range(3):
                colour[channel] |= ((rest >> channel) & 1) << place
            rest >>= 3
        palette[colour[0], colour[1], colour[2]] = index
    return palette


def coco_pixels(document: bytes) -> Labels:
    """Paint the only image's annotations one after another, as pycocotools reads them."""
    with contextlib.redirect_stdout(io.StringIO()):
        read = COCO()
        read.dataset = json.loads(document)
        read.createIndex()
    [image] = read.dataset["images"]
    painted = np.full((image["height"], image["width"]), VOID, np.uint8)
    for entry in read.dataset["annotations"]:
        painted[read.annToMask(entry).astype(bool)] = entry["category_id"]
    return painted


def datumaro_pixels(document: bytes) -> Labels:
    """Paint Datumaro's masks in the order of z; their counts are COCO's packed ones."""
    read = json.loads(document)
    names = [one["name"] for one in read["categories"]["label"]["labels"]]
    [item] = read["items"]
    painted = np.full(item["image"]["size"], VOID, np.uint8)
    for entry in sorted(item["annotations"], key=lambda one: one["z_order"]):
        assert entry["type"] == "mask"
        painted[coco_mask.decode(entry["rle"]).astype(bool)] = number_of(names[entry["label_id"]])
    return painted


def labelstudio_pixels(document: bytes, shape: Shape) -> Labels:
    """Paint the brushes of the only task: RGBA bytes, of which alpha says what is painted."""
    [task] = json.loads(document)
    painted = np.full(shape, VOID, np.uint8)
    for region in task["annotations"][0]["result"]:
        assert shape == (region["original_height"], region["original_width"])
        value = region["value"]
        assert value["format"] == "rle"
        alpha = np.array(_unpacked(value["rle"]), np.uint8).reshape(*shape, 4)[:, :, 3]
        painted[alpha > 0] = number_of(value["brushlabels"][0])
    return painted


def _unpacked(rle: list[int]) -> list[int]:
    """Return the bytes of Label Studio's packing: a head, then runs that repeat or do not."""
    bits = iter("".join(f"{byte:08b}" for byte in rle))

    def number(size: int) -> int:
        return int("".join(next(bits) for _ in range(size)), 2)

    count, word = number(32), number(5) + 1
    lengths = [number(4) + 1 for _ in range(4)]
    out: list[int] = []
    while len(out) < count:
        repeated = number(1)
        length = number(lengths[number(2)]) + 1
        out += [number(word)] * length if repeated else [number(word) for _ in range(length)]
    return out


def cvat_pixels(document: bytes) -> Labels:
    """Paint the masks and polygons of CVAT's only image in the order of z."""
    image = ElementTree.fromstring(document).find("image")
    assert image is not None
    shape = (int(image.attrib["height"]), int(image.attrib["width"]))
    painted = np.full(shape, VOID, np.uint8)
    for tag in sorted(image, key=lambda one: int(one.attrib["z_order"])):
        number = number_of(tag.attrib["label"])
        if tag.tag == "polygon":
            ring = [float(each) for each in tag.attrib["points"].replace(";", ",").split(",")]
            painted[filled(ring, shape)] = number
        else:
            _paint_runs(painted, tag.attrib, number)
    return painted


def _paint_runs(painted: Labels, attributes: dict[str, str], number: int) -> None:
    """Paint runs that begin with what is not painted, row by row inside the mask's box."""
    left, top, width, height = (int(attributes[n]) for n in ("left", "top", "width", "height"))
    runs = [int(each) for each in attributes["rle"].split(",")]
    inside = np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(height, width)
    painted[top : top + height, left : left + width][inside] = number


def yolo_pixels(text: bytes, shape: Shape) -> Labels:
    """Paint the lines of an image of this shape; the first number is the place of the class."""
    height, width = shape
    painted = np.full(shape, VOID, np.uint8)
    for line in text.decode().splitlines():
        place, *shares = line.split()
        scales = (width, height) * (len(shares) // 2)
        ring = [float(share) * scale for share, scale in zip(shares, scales, strict=True)]
        painted[filled(ring, shape)] = int(place)
    return painted


def filled(ring: Ring, shape: Shape) -> Labels:
    """Return where pycocotools fills one polygon."""
    masks = coco_mask.frPyObjects([list(ring)], *shape)
    inside: Labels = coco_mask.decode(coco_mask.merge(masks)).astype(bool)
    return inside


def number_of(name: str) -> int:
    """Return the id of a class of `maps.CLASSES`, by its name alone."""
    word, number = name.split()
    assert word == "class"
    return int(number)


def overlaps(labels: Labels, painted: Labels, *, without: Labels) -> Iterator[tuple[int, float]]:
    """Yield each class's IoU over the pixels that are not in `without`."""
    for class_id in set(np.unique(labels[~without]).tolist()) - {VOID}:
        wanted, found = (labels == class_id) & ~without, (painted == class_id) & ~without
        yield class_id, float((wanted & found).sum() / (wanted | found).sum())
