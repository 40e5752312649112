"""Documents of masks that lie: each labels the one image `a`, of 6 x 4 pixels."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

CATEGORIES = [{"id": 1, "name": "road"}]
FORMS = ("coco", "cvat", "labelstudio", "datumaro")
IMAGE = {"id": 1, "file_name": "a.png", "width": 6, "height": 4}


def coco_of(segmentation: Any, **image: Any) -> bytes:
    annotation = {"id": 1, "image_id": 1, "category_id": 1, "segmentation": segmentation}
    document = {
        "images": [{**IMAGE, **image}], "categories": CATEGORIES, "annotations": [annotation],
    }  # fmt: skip
    return json.dumps(document).encode()


def runs(counts: Any, *, size: Any = (4, 6)) -> bytes:
    return coco_of({"size": list(size), "counts": counts})


def studio_of(image: str, values: list[int] | None = None) -> bytes:
    value = {"format": "rle", "rle": values or [0] * 8, "brushlabels": ["road"]}
    result = {
        "type": "brushlabels", "original_width": 6, "original_height": 4, "value": value,
        "from_name": "tag", "to_name": "image",
    }  # fmt: skip
    return json.dumps([{"data": {"image": image}, "annotations": [{"result": [result]}]}]).encode()


LAUGHS = b'<!ENTITY l0 "ha">' + b"".join(
    b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10) for level in range(1, 10)
)
CVAT = b'<annotations><image id="0" name="a.png" width="6" height="4">%s</image></annotations>'


@cache
def coco() -> Mapping[str, bytes]:
    return {
        "no json": b"\xff\xfe\0",
        "a nest of a million lists": b"[" * 10**6,
        "a nest of a million objects": b'{"images":' * 10**6,
        "a number of a million digits": b'{"images": ' + b"9" * 10**6 + b"}",
        "no number": b'{"images": [{"id": NaN}]}',
        "a million empty lists": b'{"images": [' + b"[]," * 10**6 + b"[]]}",
        "an image of 2^31 a side": coco_of([[0, 0, 1, 0, 1, 1]], width=2**31 - 1, height=2**31 - 1),
        "an image of no size": coco_of([[0, 0, 1, 0, 1, 1]], width=0),
        "an image that is a path": coco_of([[0, 0, 1, 0, 1, 1]], file_name="../../etc/passwd"),
        "runs of another size": runs([24], size=(4_000, 6_000)),
        "too few pixels": runs([0, 23]),
        "too many pixels": runs([0, 25]),
        "runs below nothing": runs([-1, 25]),
        "a run of 2^63": runs([0, 2**63]),
        "runs of texts": runs(["24"]),
        "a million runs": runs([0] * 10**6 + [24]),
        "packed runs of other letters": runs("\x7f\x7f\x7f"),
        "packed runs without an end": runs("o" * 10**6),
        "packed runs of 2^60": runs("ooooooooooooN"),
        "a corner that is no number": coco_of([["x", 0, 1, 0, 1, 1]]),
        "a corner at 1e308": coco_of([[1e308, 0, 1e308, 1e308, 0, 1]]),
        "half a corner": coco_of([[0, 0, 1, 0, 1]]),
    }


@cache
def cvat_xml() -> Mapping[str, bytes]:
    return {
        "no xml": b"\0\1\2",
        "a billion laughs": b"<!DOCTYPE a [%s]><annotations>&l9;</annotations>" % LAUGHS,
        "a file of the host": b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><annotations>&f;'
        b"</annotations>",
        "a nest of a million elements": b"<annotations>" * 10**6,
        "a size of text": CVAT.replace(b'"6"', b'"six"') % b"",
        "corners that are no numbers": CVAT % b'<polygon label="road" points="0,0;nan,1;1,inf"/>',
        "runs that are too many": CVAT
        % b'<mask label="road" rle="0,999" left="0" top="0" width="6"'
        b' height="4"/>',
        "a mask beside the image": CVAT % b'<mask label="road" rle="0,24" left="2147483647" top="0"'
        b' width="6" height="4"/>',
    }


@cache
def label_studio() -> Mapping[str, bytes]:
    return {
        "an address of the own network": studio_of("http://169.254.169.254/latest/a.png"),
        "a path that leaves": studio_of("/data/local-files/?d=../../etc/a.png"),
        "runs of other bytes": studio_of("a.png", [300, -5]),
        "runs of 2^32 values": studio_of("a.png", [255] * 64),
    }


@cache
def datumaro() -> Mapping[str, bytes]:
    return {
        "no categories": b'{"items": [{"id": "a"}]}',
        "an image that is a path": json.dumps(
            {
                "categories": {"label": {"labels": [{"name": "road"}]}},
                "items": [{"id": "../a", "image": {"size": [4, 6]}, "annotations": []}],
            }
        ).encode(),
    }


@cache
def documents() -> Mapping[str, Mapping[str, bytes]]:
    return {
        "coco": coco(),
        "cvat": cvat_xml(),
        "labelstudio": label_studio(),
        "datumaro": datumaro(),
    }


@cache
def yolo() -> Mapping[str, bytes]:
    return {
        "corners that are no numbers": b"0 nan 0 1 0 1 1\n",
        "corners without an end": b"0 inf 0 1 0 1 1\n",
        "corners outside": b"0 0 0 1e9 0 1 1\n",
        "a class of 2^70": b"1180591620717411303424 0 0 1 0 1 1\n",
        "no text": b"\xff\xfe0 0 0",
        "half a corner": b"0 0 0 1 0 1\n",
    }
