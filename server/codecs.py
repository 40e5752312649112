"""Bytes of images and label maps to and from numpy; refuses what is not what it says.

Label maps are (H, W) uint8 arrays of class ids, 255 = void. Two forms: index PNG (stored and
exported, since everything reads it) and `application/vnd.maskloop.labels` (on the wire): zlib
around u32le width, u32le height, then runs of u8 class id and LEB128 length, row-major.

Superpixels need more ids than a byte has. `application/vnd.maskloop.superpixels` is the same, but
each run's id is LEB128 as well. Its map may be smaller than its image: see `encode_superpixels`.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from server import run_lengths
from server.rules.errors import Invalid, UnsupportedMedia
from server.rules.images import MAX_PIXELS, MAX_SIDE, VOID

Labels = NDArray[np.uint8]

LABELS_TYPE = "application/vnd.maskloop.labels"
SUPERPIXELS_TYPE = "application/vnd.maskloop.superpixels"
PNG_TYPE = "image/png"
IMAGE_TYPES = {
    "PNG": PNG_TYPE,
    "JPEG": "image/jpeg",
    "WEBP": "image/webp",
    "TIFF": "image/tiff",
}
LONGEST = 8 + 2 * MAX_PIXELS
"""Bytes of a map's runs: two a run at the least, so no honest map needs more."""
SHORT = 2**20
"""Bytes of runs that are read in a moment; a mask of a street scene has a tenth of it."""
MAX_SCANS = 100
"""Passes of a progressive JPEG, each of which costs as much as the whole picture; ten are usual."""
_EIGHT_BIT = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr"})

# Our own limit is checked from the header, before any pixel is decoded.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True)
class ImageFacts:
    """What the header and a full decode say of an image."""

    media_type: str
    width: int
    height: int


def take_image(data: bytes, *, field: str = "image") -> tuple[bytes, ImageFacts]:
    """Decode an image fully; return the bytes to keep and their facts.

    The bytes are kept as they came where browsers and trainings read the same pixels from them.
    Where they would not, what people see becomes a PNG: a TIFF, which no browser shows; a photo
    whose EXIF says that the camera was turned; transparent pixels, under which a model reads on.

    Raises:
        UnsupportedMedia: None of our image types by content.
        Invalid: Too large, truncated or damaged, several pictures, or more than 8 bits a channel.
    """
    try:
        with Image.open(io.BytesIO(data), formats=tuple(IMAGE_TYPES)) as image:
            _check_size(image.width, image.height, field=field)
            if getattr(image, "n_frames", 1) > 1:
                raise Invalid("The file holds several pictures.", field=field)
            if image.mode not in _EIGHT_BIT:
                raise Invalid(
                    f"An image of mode {image.mode}; at most 8 bits a channel.", field=field
                )
            form = str(image.format)
            if form == "JPEG" and data.count(b"\xff\xda") > MAX_SCANS:
                raise Invalid(f"A JPEG of more than {MAX_SCANS} passes.", field=field)
            image.load()
            if form != "TIFF" and _reads_alike(image):
                image.convert("RGB")
                return data, ImageFacts(IMAGE_TYPES[form], image.width, image.height)
            seen = ImageOps.exif_transpose(image).convert("RGB")
            out = io.BytesIO()
            seen.save(out, format="PNG", compress_level=1, exif=b"")
            return out.getvalue(), ImageFacts(PNG_TYPE, seen.width, seen.height)
    except UnidentifiedImageError:
        raise UnsupportedMedia("Not a PNG, JPEG, WebP or TIFF image.", field=field) from None
    except (Invalid, MemoryError):
        raise
    except Exception as error:  # Pillow raises many kinds for damaged bytes
        raise Invalid(f"The image cannot be decoded: {error}", field=field) from None


def _reads_alike(image: Image.Image) -> bool:
    """Whether who honours the EXIF turn and transparency sees what who ignores both does."""
    if image.getexif().get(ExifTags.Base.Orientation, 1) != 1:
        return False
    if not image.has_transparency_data:
        return True
    return image.convert("RGBA").getchannel("A").getextrema()[0] == 255


def thumbnail(data: bytes, *, side: int) -> bytes:
    """Return a small JPEG of a stored image; no side is longer than `side`."""
    with Image.open(io.BytesIO(data), formats=tuple(IMAGE_TYPES)) as image:
        image.draft("RGB", (side, side))  # JPEG decodes at a fraction of the cost
        small = image.convert("RGB")
        small.thumbnail((side, side))
        out = io.BytesIO()
        small.save(out, format="JPEG", quality=80)
        return out.getvalue()


def mask_thumbnail(data: bytes, colours: Mapping[int, str], *, side: int) -> bytes:
    """Return a small palette PNG of a stored mask: each class in its colour, the rest clear.

    Args:
        colours: `#rrggbb` of each class id.
        side: No side is longer.
    """
    labels = Image.fromarray(decode_png_labels(data))
    labels.thumbnail((side, side), Image.Resampling.NEAREST)  # between two classes lies no third
    palette, clear = bytearray(768), bytearray(256)
    for class_id, colour in colours.items():
        palette[3 * class_id : 3 * class_id + 3] = bytes.fromhex(colour[1:])
        clear[class_id] = 255
    labels.putpalette(bytes(palette))
    out = io.BytesIO()
    labels.save(out, format="PNG", transparency=bytes(clear))
    return out.getvalue()


def decode_png_labels(data: bytes, *, field: str = "mask") -> Labels:
    """Return the ids of an index PNG (mode L or P; never colours)."""
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            _check_size(image.width, image.height, field=field)
            if image.mode not in ("L", "P"):
                raise Invalid(
                    f"A mask holds one class id per pixel (8-bit grey or palette PNG),"
                    f" not mode {image.mode}.",
                    field=field,
                )
            return np.asarray(image, dtype=np.uint8).copy()
    except UnidentifiedImageError:
        raise UnsupportedMedia("Not a PNG.", field=field) from None
    except (Invalid, MemoryError):
        raise
    except Exception as error:
        raise Invalid(f"The mask cannot be decoded: {error}", field=field) from None


def encode_png(values: Labels) -> bytes:
    """Return an 8-bit grey PNG, level 1: the fastest that everything reads."""
    out = io.BytesIO()
    Image.fromarray(values).save(out, format="PNG", compress_level=1)
    return out.getvalue()


def encode_labels(labels: Labels) -> bytes:
    """Return the wire form of a label map."""
    ids, lengths = run_lengths.split(labels)
    one_byte = ids[:, None], np.ones((ids.size, 1), dtype=bool)
    packed = run_lengths.pack(labels.shape, one_byte, run_lengths.leb128(lengths))
    return zlib.compress(packed, 1)


def encode_superpixels(ids: NDArray[np.int64]) -> bytes:
    """Return the wire form of a map of superpixels, numbered from 0.

    A map of w x h stands for an image of W x H of the same shape: an image's pixel (x, y) belongs
    to the cell whose share of the image holds the pixel's centre, column (2x + 1) w / 2W and row
    (2y + 1) h / 2H, rounded down. Made once and read often, it is packed harder than a label map.
    """
    each, lengths = run_lengths.split(ids)
    fields = run_lengths.leb128(each), run_lengths.leb128(lengths)
    return zlib.compress(run_lengths.pack(ids.shape, *fields), 6)


def decode_labels(data: bytes, *, field: str = "mask") -> Labels:
    """Return the label map of its wire form.

    Raises:
        Invalid: Not zlib, too large, or runs that do not fill width x height exactly.
    """
    return _of_runs(_inflate(data, LONGEST, field=field), field=field)


def decode_short_labels(data: bytes, *, field: str = "mask") -> Labels | None:
    """Return the label map of its wire form, or None where its runs are long to read.

    Raises:
        Invalid: As `decode_labels`.
    """
    if len(data) > SHORT:
        return None
    raw = _inflate(data, SHORT, field=field)
    return None if len(raw) > SHORT else _of_runs(raw, field=field)


def _of_runs(raw: bytes, *, field: str) -> Labels:
    if len(raw) < 8:
        raise Invalid("The label map ends before its header does.", field=field)
    width, height = struct.unpack_from("<II", raw)
    _check_size(width, height, field=field)
    try:
        filled = run_lengths.fill(np.frombuffer(raw, np.uint8, offset=8), width * height)
    except run_lengths.BadRuns as reason:
        raise Invalid(str(reason), field=field) from None
    return filled.reshape(height, width)


def check_labels(
    labels: Labels, *, width: int, height: int, class_ids: Collection[int], field: str = "mask"
) -> None:
    """Refuse a map of another size than its image, or with an id outside the classes."""
    if labels.shape != (height, width):
        raise Invalid(
            f"The mask is {labels.shape[1]} x {labels.shape[0]}, its image {width} x {height}.",
            field=field,
        )
    known = np.zeros(256, dtype=bool)
    known[[*class_ids, VOID]] = True
    present = np.bincount(labels.reshape(-1), minlength=256) > 0
    unknown = np.flatnonzero(present & ~known)
    if unknown.size:
        listed = ", ".join(str(value) for value in unknown[:10])
        raise Invalid(f"Class ids that the project does not have: {listed}.", field=field)


def _check_size(width: int, height: int, *, field: str) -> None:
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS):
        raise Invalid(
            f"{width} x {height} pixels; at most {MAX_SIDE} a side and {MAX_PIXELS} in all.",
            field=field,
        )


def _inflate(data: bytes, limit: int, *, field: str) -> bytes:
    """Return all bytes, or where there are more than `limit`, one more than that."""
    inflater = zlib.decompressobj()
    try:
        raw = inflater.decompress(data, limit + 1)
    except zlib.error:
        raise Invalid("The label map is not zlib-deflated.", field=field) from None
    is_whole = inflater.eof and not inflater.unused_data
    if len(raw) > LONGEST or (len(raw) <= limit and not is_whole):
        raise Invalid("The label map is cut off, too long, or followed by rubbish.", field=field)
    return raw
