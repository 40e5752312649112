"""What comes out of the door, and what becomes of a child that is asked for too much."""

from __future__ import annotations

import ast
import io
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from server import codecs
from server.decoder import child as children
from server.decoder import door, pool
from server.decoder.child import Child, Limits, Outcome
from server.decoder.pool import Pool
from server.formats.base import ClassEntry
from server.rules.errors import Invalid, Refusal, UnsupportedMedia
from tests.source_tree import trees

LABELS = np.arange(12, dtype=np.uint8).reshape(3, 4)
CLASSES = [ClassEntry(0, "road", "#804080"), ClassEntry(1, "sky", "#4682b4")]


def picture(form: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 3), (7, 8, 9)).save(out, format=form)
    return out.getvalue()


@pytest.fixture
def lone() -> Iterator[Pool]:
    """A pool of one child that may compute for three seconds."""
    made = Pool(1, Limits(seconds=3))
    yield made
    made.close()


def test_what_comes_out_is_what_the_codecs_give() -> None:
    for data in (picture(), picture("JPEG"), picture("WEBP"), picture("TIFF")):
        assert door.take_image(data) == codecs.take_image(data)
        assert door.thumbnail(data, side=32) == codecs.thumbnail(data, side=32)
    assert np.array_equal(door.png_labels(codecs.encode_png(LABELS)), LABELS)
    assert np.array_equal(door.run_lengths(codecs.encode_labels(LABELS)), LABELS)
    read = door.mask(
        "png", codecs.encode_png(LABELS), {str(n): n for n in range(12)}, width=4, height=3
    )
    assert np.array_equal(read, LABELS)
    assert door.labels_of_file("png", codecs.encode_png(LABELS[:1])) == dict.fromkeys("0123", 1)


def test_long_runs_are_read_by_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codecs, "SHORT", 16)
    asked: list[str] = []
    ask = Pool.ask

    def noted(self: Pool, work: str, *more: Any) -> list[Outcome]:
        asked.append(work)
        return ask(self, work, *more)

    monkeypatch.setattr(Pool, "ask", noted)
    assert np.array_equal(door.run_lengths(codecs.encode_labels(LABELS)), LABELS)
    assert asked == ["run_lengths"]


def test_each_file_has_an_answer_of_its_own() -> None:
    out = io.BytesIO()
    Image.effect_noise((64, 64), 50).save(out, format="PNG")
    cut = out.getvalue()[:2000]
    taken = door.take_images([picture(), b"GIF89a", picture("JPEG"), cut])
    assert [type(each) for each in taken] == [tuple, UnsupportedMedia, tuple, Invalid]
    assert all(each.fields[0].name == "image" for each in taken if isinstance(each, Refusal))


def test_threads_share_the_children() -> None:
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda _: door.take_image(picture()), range(64)))
    assert taken == [door.take_image(picture())] * 64


def pid_of(lone: Pool) -> int:
    assert isinstance(lone.ask("image", [picture()], {"field": "image"})[0], tuple)
    return lone._idle[-1]._process.pid


def test_a_child_that_dies_takes_its_own_file_alone(
    lone: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second of three: it is killed while it decodes."""
    first = pid_of(lone)
    outcome = Child._outcome

    def then_die(self: Child, head: object, bodies: object) -> object:
        os.kill(self._process.pid, signal.SIGKILL) if self._process.pid == first else None
        return outcome(self, head, bodies)  # type: ignore[arg-type]

    monkeypatch.setattr(Child, "_outcome", then_die)
    slow = picture("TIFF")
    done = lone.ask("image", [picture(), *[slow] * 500], {"field": "image"})
    refused = [place for place, each in enumerate(done) if isinstance(each, Invalid)]
    assert len(done) == 501
    assert len(refused) == 1
    assert refused != [0]
    assert pid_of(lone) != first


def test_a_dead_child_is_replaced_and_blames_nobody(lone: Pool) -> None:
    first = pid_of(lone)
    os.kill(first, signal.SIGKILL)
    while lone._idle[-1].is_running():
        time.sleep(0.01)
    assert pid_of(lone) != first


def test_a_child_is_replaced_after_so_many_files(
    lone: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "MOST_ASKED", 2)
    lone.ask("image", [picture()] * 2, {"field": "image"})
    assert lone._idle == []


@pytest.mark.parametrize("how", ["stopped", "computes"])
def test_what_takes_too_long_is_refused(lone: Pool, how: str) -> None:
    """A child that does nothing is ended by its parent, one that computes by the kernel."""
    first = pid_of(lone)
    file, work = picture(), "image"
    options: dict[str, Any] = {"field": "image"}
    if how == "stopped":
        os.kill(first, signal.SIGSTOP)
    else:
        corners = " ".join(["0 0 1 1 0 1"] * 300)
        file, work = f"0 {corners}\n".encode() * 3000, "mask"
        options = {"form": "yolo", "mapping": None, "width": 6000, "height": 6000}
    began = time.monotonic()
    [refused] = lone.ask(work, [file], options)
    assert isinstance(refused, Invalid)
    assert "3 s" in refused.detail
    assert time.monotonic() - began < 20
    assert pid_of(lone) != first


def test_what_takes_too_much_memory_is_refused() -> None:
    small = Pool(1, Limits(memory=300 * 2**20))
    out = io.BytesIO()
    Image.new("RGB", (6000, 6000)).save(out, format="TIFF", compression="tiff_deflate")
    try:
        [refused] = small.ask("image", [out.getvalue()], {"field": "image"})
        assert isinstance(refused, Invalid)
        assert isinstance(small.ask("image", [picture()], {"field": "image"})[0], tuple)
    finally:
        small.close()


def test_a_child_that_says_nonsense_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    for head in ({}, {"width": 4, "height": 4}, {"width": -1, "height": -12}, {"width": "4"}):
        monkeypatch.setattr(
            Pool, "ask", lambda *_, head=head: [(head, memoryview(b"12 bytes.!!!"))]
        )
        with pytest.raises(Invalid):
            door.png_labels(b"")
        with pytest.raises(Invalid):
            door.take_image(b"")


def test_a_document_is_drawn_image_by_image_and_survives_its_child() -> None:
    text = b"""{"categories": [{"id": 1, "name": "sky"}],
      "images": [{"id": 1, "file_name": "a.png", "width": 4, "height": 2},
                 {"id": 2, "file_name": "b.png", "width": 4, "height": 2}],
      "annotations": [{"id": 1, "image_id": 1, "category_id": 1,
                       "segmentation": {"size": [2, 4], "counts": [0, 8]}},
                      {"id": 2, "image_id": 2, "category_id": 1,
                       "segmentation": {"size": [2, 4], "counts": [0, 9]}}]}"""
    document = door.Document("coco", text, CLASSES, None, Limits())
    try:
        assert document.names == ["a.png", "b.png"]
        assert (document.draw(0) == 1).all()
        with pytest.raises(Invalid):
            document.draw(1)
        document._child.kill()
        assert document.draw(0).shape == (2, 4)
    finally:
        document.close()
    with pytest.raises(Invalid):
        door.Document("coco", b"[" * 100_000, CLASSES, None, Limits())


def test_children_get_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASKLOOP_OIDC_CLIENT_SECRET", "secret")
    made = Child(Limits())
    try:
        environment = Path(f"/proc/{made._process.pid}/environ").read_bytes()
    finally:
        made.kill()
    assert b"PYTHONPATH" in environment
    assert b"secret" not in environment


USER_BYTES = {
    "take_image", "thumbnail", "decode_labels", "read_file", "labels_of_file", "sketches",
}  # fmt: skip
"""Functions that decode what somebody sent; only a child calls them, or another of them."""
ALLOWED = {
    "server/decoder/works.py",
    "server/commands/convert.py",  # a person's own files, in a process of their own
}


def test_nothing_else_decodes_what_users_send() -> None:
    found = []
    for path, tree in trees("server", "worker"):
        if path in ALLOWED or path.startswith("server/formats/"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                name = node.func.attr
                if name in USER_BYTES and ast.unparse(node.func.value) in {"codecs", "catalogue"}:
                    found.append(f"{path}:{node.lineno} {name}")
                if name == "open" and ast.unparse(node.func.value) == "Image":
                    found.append(f"{path}:{node.lineno} Image.open")
    # Our own PNG and JPEG, and the trainer's files, whose hashes are looked at first.
    opened = {each.split(":")[0] for each in found}
    assert opened == {"server/codecs.py", "server/services/pictures.py", "worker/ml/data.py"}, found
    assert children.REFUSALS.keys() == {"Invalid", "TooLarge", "UnsupportedMedia"}
