"""Every hostile file is refused by its type, at once, and nothing of it is left or half done."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pytest

from server import codecs
from server.settings import Settings
from tests.hostile import archives, documents, maps, pictures, pngs
from tests.hostile.conftest import Target, attacked
from tests.hostile.service import MOST_GROWTH, Sent, send
from tests.world import label_map

pytestmark = pytest.mark.slow

REFUSED = {413: "too_large", 415: "unsupported_media", 422: "invalid"}


def wrong(name: str, sent: Sent, status: int, field: str | None = None) -> list[str]:
    """Say what is wrong with an answer to a hostile file."""
    found = list(sent.complaints())
    if (sent.status, sent.type) != (status, REFUSED[status]):
        found.append(f"{sent.status} {sent.type}")
    if field is not None and sent.fields != (field,):
        found.append(f"names {sent.fields}")
    return [f"{name}: {each}" for each in found]


@pytest.fixture(autouse=True)
def unharmed(target: Target) -> Iterator[None]:
    """Before and after each test the service is the same, and no larger."""
    if target.watched.before == 0:
        warm = target.upload(pictures.JPEG, name="warm")
        assert warm[0].status_code == 201, warm[0].text
        target.watched.rest()
    before = target.state()
    yield
    assert target.state() == before
    assert target.watched.growth() <= MOST_GROWTH
    honest = target.upload(pictures.JPEG)[1]
    assert (honest.status, honest.type) == (409, "duplicate_image")


def test_the_corpus_is_large_enough() -> None:
    parts: tuple[Mapping[str, object], ...] = (
        pictures.invalid(), pictures.unsupported(), maps.png_invalid(), maps.png_unsupported(),
        maps.runs_invalid(), archives.archives(), documents.yolo(), *documents.documents().values(),
    )  # fmt: skip
    assert sum(map(len, parts)) >= 150


def test_images_sent_one_by_one(target: Target) -> None:
    complaints = []
    for status, files in ((422, pictures.invalid()), (415, pictures.unsupported())):
        for name, data in files.items():
            complaints += wrong(name, target.upload(data)[1], status, "image")
    complaints += wrong("65 MiB", target.upload(bytes(65 * 2**20))[1], 413)
    assert complaints == []


def test_masks_as_drafts_and_as_submissions(target: Target) -> None:
    draft = f"/items/{target.item['id']}/draft"
    submit = f"/items/{target.item['id']}/submit?lease_id={target.item['lease']['id']}"
    parts = (
        (codecs.PNG_TYPE, 422, maps.png_invalid()),
        (codecs.PNG_TYPE, 415, maps.png_unsupported()),
        (codecs.LABELS_TYPE, 422, maps.runs_invalid()),
        (codecs.LABELS_TYPE, 413, {"9 MiB": bytes(9 * 2**20)}),
        ("text/html", 415, {"a page": b"<script>alert(1)</script>"}),
    )
    complaints = []
    for kind, status, files in parts:
        for place, (name, data) in enumerate(files.items()):
            # Each file in one of the ways: they share their door.
            how, path = (("PUT", draft), ("POST", submit))[place % 2]
            field = None if status == 413 else "mask"
            complaints += wrong(name, target.mask(how, path, data, kind), status, field)
    assert complaints == []
    assert target.annotator.get(draft).status_code == 404
    # An honest one is taken as before.
    right = codecs.encode_labels(label_map(1))
    again = target.annotator.post(f"{target.path}/items/take").json()
    assert (
        target.mask("PUT", f"/items/{again['id']}/draft", right, codecs.LABELS_TYPE).status == 200
    )


def bundle(images: Mapping[str, bytes], **more: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in images.items():
            archive.writestr(f"images/{name.replace('/', '-')}.png", data)
        for name, data in more.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


def lines_of(target: Target, job: dict[str, Any]) -> list[dict[str, Any]]:
    report = target.lead.get(f"/imports/{job['id']}/report", params={"limit": 200}).json()
    found: list[dict[str, Any]] = report["items"]
    return found


def test_images_of_an_import(target: Target) -> None:
    files = {**pictures.invalid(), **pictures.unsupported()}
    upload_id = target.archive(bundle(files))
    started, sent = target.start_import(upload_id, path="images", split="pool")
    assert list(sent.complaints()) == []
    job = target.work(started.json()["id"])
    assert job["state"] == "succeeded", job
    lines = lines_of(target, job)
    assert {line["outcome"] for line in lines} == {"refused"}
    assert len(lines) == len(files)


def labelled(target: Target, form: str, name: str, data: bytes, **more: Any) -> list[str]:
    """Look into a set of a good image and these masks, import it, and say what was not refused."""
    is_document = form in documents.FORMS
    ending = {"cvat": "xml"}.get(form, "json") if is_document else "txt"
    place = f"labels.{ending}" if is_document else "labels"
    file = place if is_document else f"labels/a.{ending}"
    upload_id = target.archive(bundle({"a": pngs.saved("PNG")}, **{file: data}))
    given = {"path": "images", "masks_path": place, "masks_format": form, **more}
    body = {"upload_id": upload_id, **given}
    seen = send_preview(target, body)
    found = [f"{name}: looked into, {each}" for each in seen.complaints()]
    started, sent = target.start_import(upload_id, **given)
    found += [f"{name}: {each}" for each in sent.complaints()]
    if started.status_code != 202:
        return [*found, f"{name}: {started.text}"]
    job = target.work(started.json()["id"])
    if job["state"] == "failed":
        if job["error_class"] not in ("Invalid", "FolderGone", "TooLarge"):
            found.append(f"{name}: {job['error_class']} {job['error']}")
    elif [line["outcome"] for line in lines_of(target, job)] != ["refused"]:
        found.append(f"{name}: {lines_of(target, job)}")
    return found


def send_preview(target: Target, body: dict[str, Any]) -> Sent:
    return send(
        target.watched, lambda: target.lead.post(f"{target.path}/imports/preview", json=body)
    )[1]


@pytest.mark.parametrize("form", documents.FORMS)
def test_documents_of_an_import(target: Target, form: str) -> None:
    complaints = []
    for name, data in documents.documents()[form].items():
        complaints += labelled(target, form, name, data)
    assert complaints == []


def test_texts_of_an_import(target: Target) -> None:
    complaints = []
    for name, data in documents.yolo().items():
        complaints += labelled(target, "yolo", name, data)
    assert complaints == []


def test_archives(target: Target) -> None:
    complaints = []
    for name, data in archives.archives().items():
        upload_id = target.archive(data)
        seen = send(target.watched, partial(target.lead.get, f"/uploads/{upload_id}/content"))[1]
        complaints += [f"{name}: looked into, {each}" for each in seen.complaints()]
        started, sent = target.start_import(upload_id, path=".", split="pool", recursive=True)
        complaints += [f"{name}: {each}" for each in sent.complaints()]
        if started.status_code != 202:
            complaints += wrong(name, sent, 422)
            continue
        job = target.work(started.json()["id"])
        if (job["state"], job["error_class"]) not in (
            ("failed", "BadArchive"),
            ("failed", "FolderGone"),
        ):
            complaints.append(f"{name}: {job['state']} {job['error_class']} {job['error']}")
    assert complaints == []


def test_what_is_harmless_is_kept_as_what_it_is(target: Target) -> None:
    """Last, and in a project of its own: these are taken."""
    made = target.lead.post("/projects", json={"name": "harmless"})
    assert made.status_code == 201, made.text
    for name, data in pictures.harmless().items():
        answer = target.lead.post(
            f"/projects/{made.json()['id']}/images",
            params={"name": name, "domain": "target", "split": "pool"},
            content=data,
            headers={"Content-Type": "image/png"},
        )
        assert answer.status_code == 201, (name, answer.text)
        file = target.lead.get(f"/images/{answer.json()['id']}/file")
        assert file.headers["content-type"] in codecs.IMAGE_TYPES.values()
        assert file.headers["x-content-type-options"] == "nosniff"
        assert file.headers["content-security-policy"].startswith("sandbox")


def test_a_decoder_without_limits_is_caught(
    tmp_path_factory: pytest.TempPathFactory, broker: str
) -> None:
    """The same files, sent to a service that decodes them itself and looks at no header."""
    data = tmp_path_factory.mktemp("planted") / "data"
    with attacked(
        Settings(data=data, broker_url=broker), "tests.hostile.planted:create_app"
    ) as made:
        made.upload(pictures.JPEG, name="warm")
        made.watched.rest()
        bomb = made.upload(pngs.bomb(16_384, 16_384))[1]
        assert wrong("bomb", bomb, 422)
        assert made.watched.growth() > MOST_GROWTH
        broken = made.upload(pngs.invalid()["png cut in its pixels"])[1]
        assert wrong("cut", broken, 422)
