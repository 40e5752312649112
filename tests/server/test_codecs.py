import io
import struct
import zlib
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import ExifTags, Image

from server import codecs, run_lengths
from server.rules.errors import Invalid, UnsupportedMedia

label_maps = hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=40))


def png(mode: str = "L", size: tuple[int, int] = (4, 3)) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, format="PNG")
    return out.getvalue()


@given(label_maps)
def test_the_wire_form_gives_back_every_map(labels: codecs.Labels) -> None:
    assert np.array_equal(codecs.decode_labels(codecs.encode_labels(labels)), labels)


@given(label_maps)
def test_the_png_form_gives_back_every_map(labels: codecs.Labels) -> None:
    assert np.array_equal(codecs.decode_png_labels(codecs.encode_png(labels)), labels)


def test_the_wire_form_is_the_documented_one() -> None:
    labels = np.zeros((2, 100), dtype=np.uint8)
    labels[1, 50:] = 7
    raw = zlib.decompress(codecs.encode_labels(labels))
    assert raw == struct.pack("<II", 100, 2) + bytes([0, 0x96, 0x01, 7, 50])


superpixel_maps = hnp.arrays(
    np.int64,
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=40),
    elements=st.integers(0, 2**20),
)


def numbers(stream: bytes) -> list[int]:
    """Read LEB128 numbers one after the other, as the format says and no faster."""
    found, number, shift = [], 0, 0
    for byte in stream:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            found.append(number)
            number = shift = 0
    assert shift == 0, "the last number does not end"
    return found


@given(superpixel_maps)
def test_superpixels_on_the_wire_are_every_map_and_as_few_runs_as_can_be(
    ids: NDArray[np.int64],
) -> None:
    raw = zlib.decompress(codecs.encode_superpixels(ids))
    width, height = struct.unpack_from("<II", raw)
    runs = numbers(raw[8:])
    assert (height, width) == ids.shape
    assert np.repeat(runs[::2], runs[1::2]).tolist() == ids.reshape(-1).tolist()
    assert all(one != other for one, other in pairwise(runs[::2]))


def test_the_wire_form_of_superpixels_is_the_documented_one() -> None:
    ids = np.zeros((2, 100), dtype=np.int64)
    ids[1, 50:] = 300
    raw = zlib.decompress(codecs.encode_superpixels(ids))
    assert raw == struct.pack("<II", 100, 2) + bytes([0, 0x96, 0x01, 0xAC, 0x02, 50])


@given(st.binary(max_size=200))
def test_rubbish_is_refused_and_never_crashes(body: bytes) -> None:
    with pytest.raises(Invalid):
        codecs.decode_labels(zlib.compress(body + b"\x80"))
    with pytest.raises(Invalid):
        codecs.decode_labels(b"\x00" + body)


def wire(runs: bytes, width: int = 4, height: int = 2) -> bytes:
    return zlib.compress(struct.pack("<II", width, height) + runs)


@pytest.mark.parametrize(
    "body",
    [
        wire(bytes([0, 7])),
        wire(bytes([0, 9])),
        wire(bytes([0, 8, 1, 0])),
        wire(bytes([0, 0x88])),
        wire(bytes([0, 8]), width=0),
        wire(bytes([0, 8]), width=100_000, height=100_000),
        wire(bytes([0, 8])) + b"more",
        wire(bytes([0, 8]))[:-5],
    ],
)
def test_runs_that_do_not_fill_the_map_exactly_are_refused(body: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        codecs.decode_labels(body)
    assert refused.value.fields[0].name == "mask"


def one_by_one(stream: bytes, pixels: int) -> list[int] | None:
    """Read the runs as the format is described, byte by byte; None: they are refused."""
    ids: list[int] = []
    position = 0
    while position < len(stream):
        each, length, shift = stream[position], 0, 0
        while True:
            position += 1
            if position == len(stream) or shift > 28:
                return None
            length |= (stream[position] & 0x7F) << shift
            shift += 7
            if stream[position] < 0x80:
                break
        if length == 0 or len(ids) + length > pixels:
            return None
        ids += [each] * length
        position += 1
    return ids if len(ids) == pixels else None


RUNS = st.lists(
    st.tuples(st.integers(0, 255), st.sampled_from([b"\x01", b"\x7f", b"\x81\x01", b"\x80\x00"]))
)


@given(runs=RUNS, more=st.binary(max_size=2), piece=st.integers(8, 40))
def test_runs_are_read_as_they_are_described(
    runs: list[tuple[int, bytes]], more: bytes, piece: int
) -> None:
    stream = b"".join(bytes([each]) + length for each, length in runs) + more
    sums = {b"\x01": 1, b"\x7f": 127, b"\x81\x01": 129, b"\x80\x00": 0}
    pixels = max(1, sum(sums[length] for _, length in runs))
    expected = one_by_one(stream, pixels)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_lengths, "PIECE", piece)  # many pieces, at every place of a run
        try:
            found = run_lengths.fill(np.frombuffer(stream, np.uint8), pixels).tolist()
        except run_lengths.BadRuns:
            found = None
    assert found == expected


def test_a_jpeg_of_many_passes_is_refused() -> None:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, format="JPEG", progressive=True)
    scan = out.getvalue().index(b"\xff\xda")
    data = out.getvalue()[:-2] + out.getvalue()[scan:-2] * 100 + b"\xff\xd9"
    with pytest.raises(Invalid, match="100 passes"):
        codecs.take_image(data)


def test_a_deflate_bomb_is_stopped_before_it_unfolds() -> None:
    with pytest.raises(Invalid):
        codecs.decode_labels(zlib.compress(bytes(200_000_000)))


def test_a_colour_png_is_no_mask() -> None:
    with pytest.raises(Invalid, match="one class id per pixel"):
        codecs.decode_png_labels(png("RGB"))


def test_a_mask_of_another_size_is_refused_with_both_sizes() -> None:
    labels = codecs.decode_png_labels(png(size=(4, 3)))
    with pytest.raises(Invalid, match="4 x 3, its image 8 x 6"):
        codecs.check_labels(labels, width=8, height=6, class_ids={0})


def test_an_id_outside_the_classes_is_refused_and_void_is_not() -> None:
    labels = np.array([[0, 1, 255]], dtype=np.uint8)
    codecs.check_labels(labels, width=3, height=1, class_ids={0, 1})
    with pytest.raises(Invalid, match=r"does not have: 1\."):
        codecs.check_labels(labels, width=3, height=1, class_ids={0})


def test_an_image_says_what_it_is() -> None:
    data = png("RGB")
    assert codecs.take_image(data) == (data, codecs.ImageFacts("image/png", 4, 3))


def test_what_is_no_image_is_refused() -> None:
    with pytest.raises(UnsupportedMedia):
        codecs.take_image(b"GIF89a not really")


def test_a_truncated_image_is_refused() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).save(out, format="JPEG")
    with pytest.raises(Invalid, match="cannot be decoded"):
        codecs.take_image(out.getvalue()[:-800])


def test_an_image_of_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(Invalid, match="at most 16384 a side"):
        codecs.take_image(png("L", size=(20_000, 2_100)))


def saved(form: str, mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((4, 3), 50).convert(mode).save(out, format=form, **options)
    return out.getvalue()


def test_webp_is_kept_and_tiff_becomes_a_png_of_the_same_pixels() -> None:
    webp = saved("WEBP")
    assert codecs.take_image(webp) == (webp, codecs.ImageFacts("image/webp", 4, 3))
    tiff = saved("TIFF")
    data, facts = codecs.take_image(tiff)
    assert facts == codecs.ImageFacts("image/png", 4, 3)
    with Image.open(io.BytesIO(tiff)) as given, Image.open(io.BytesIO(data)) as kept:
        assert kept.format == "PNG"
        assert given.tobytes() == kept.tobytes()


@pytest.mark.parametrize("form", ["TIFF", "WEBP", "PNG"])
def test_several_pictures_in_one_file_are_refused(form: str) -> None:
    more = [Image.new("RGB", (4, 3), "red")]
    with pytest.raises(Invalid, match="several"):
        codecs.take_image(saved(form, save_all=True, append_images=more))


@pytest.mark.parametrize("form", ["TIFF", "PNG"])
def test_16_bits_of_grey_are_refused_and_not_clipped(form: str) -> None:
    out = io.BytesIO()
    Image.new("I;16", (4, 3), 4000).save(out, format=form)
    with pytest.raises(Invalid, match="8 bits"):
        codecs.take_image(out.getvalue())


def turned(form: str, orientation: int) -> bytes:
    """A picture of 4 x 3 that is red in its stored top left corner, and how its camera was held."""
    picture = Image.new("RGB", (32, 24), "blue")
    picture.paste("red", (0, 0, 8, 8))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    out = io.BytesIO()
    picture.save(out, format=form, exif=exif, **({"lossless": True} if form == "WEBP" else {}))
    return out.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_photo_of_a_turned_camera_is_kept_as_people_see_it(form: str) -> None:
    data, facts = codecs.take_image(turned(form, 6))
    assert facts == codecs.ImageFacts("image/png", 24, 32)
    with Image.open(io.BytesIO(data)) as kept:
        assert (kept.size, kept.getexif().get(ExifTags.Base.Orientation)) == ((24, 32), None)
        red, _, blue = np.asarray(kept.convert("RGB"))[4, 20]
        # What was stored top left is top right when the picture is held upright.
        assert red > 200
        assert blue < 60


def test_an_upright_photo_keeps_its_bytes() -> None:
    upright = turned("JPEG", 1)
    assert codecs.take_image(upright) == (upright, codecs.ImageFacts("image/jpeg", 32, 24))


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_is_seen_by_people_as_by_the_model(mode: str) -> None:
    given = Image.effect_noise((4, 3), 50).convert(mode)
    opaque, out = io.BytesIO(), io.BytesIO()
    given.save(opaque, format="PNG")
    assert codecs.take_image(opaque.getvalue())[0] == opaque.getvalue()
    given.putalpha(Image.new("L", given.size, 40))
    given.save(out, format="PNG")
    data, _ = codecs.take_image(out.getvalue())
    with Image.open(io.BytesIO(data)) as kept:
        assert not kept.has_transparency_data
        assert kept.tobytes() == given.convert("RGB").tobytes()


def test_a_thumbnail_is_a_small_jpeg() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (400, 100), "blue").save(out, format="PNG")
    with Image.open(io.BytesIO(codecs.thumbnail(out.getvalue(), side=64))) as small:
        assert (small.format, small.size) == ("JPEG", (64, 16))
