import base64
import hashlib
from typing import Any
from uuid import UUID

import pytest

from server.db.base import uuid7
from server.rules.errors import Conflict, Invalid
from server.services import uploads
from server.settings import Settings
from tests.server.api.conftest import Loop, problem

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

DATA = bytes(range(256)) * 8


def begin(loop: Loop, size: int = len(DATA)) -> str:
    answer = loop.lead.post(f"{loop.path}/uploads", json={"name": "a.zip", "bytes": size})
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"]).removeprefix("/api/v1")


def send(loop: Loop, path: str, data: bytes, offset: int, **headers: str) -> Any:
    sent = {
        "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": str(offset),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return loop.lead.patch(path, content=data, headers=sent)


def digest(data: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


def arrived(loop: Loop, path: str) -> int:
    answer = loop.lead.head(path)
    assert answer.headers["upload-length"] == str(len(DATA))
    return int(answer.headers["upload-offset"])


def test_pieces_make_the_whole(loop: Loop, settings: Settings) -> None:
    path = begin(loop)
    assert arrived(loop, path) == 0
    answer = send(loop, path, DATA[:700], 0, Content_Digest=digest(DATA[:700]))
    assert (answer.status_code, answer.headers["upload-offset"]) == (204, "700")
    assert arrived(loop, path) == 700
    assert send(loop, path, DATA[700:], 700).status_code == 204
    assert loop.lead.get(path).json()["offset"] == len(DATA)
    upload_id = UUID(path.rpartition("/")[2])
    assert uploads.path_of(settings.upload_folder, upload_id).read_bytes() == DATA
    with loop.sessions() as session:
        whole = uploads.whole(session, loop.project_id, upload_id, folder=settings.upload_folder)
    assert whole.read_bytes() == DATA


def test_a_piece_that_breaks_its_promise_leaves_nothing(loop: Loop) -> None:
    path = begin(loop)
    assert send(loop, path, DATA[:100], 0).status_code == 204
    body = problem(send(loop, path, DATA[:9], 0), 409, "wrong_offset", "Upload-Offset")
    assert body["offset"] == 100
    problem(send(loop, path, DATA, 100), 413, "too_large")
    bad = send(loop, path, DATA[100:200], 100, Content_Digest=digest(b"other"))
    problem(bad, 422, "invalid", "Content-Digest")
    for header in ("md5=:AAAA:", "sha-256=AAAA", "sha-256=:AAAA:", "sha-256=:*:"):
        answer = send(loop, path, DATA[100:], 100, Content_Digest=header)
        problem(answer, 422, "invalid", "Content-Digest")
    problem(send(loop, path, DATA, 100, Content_Type="text/plain"), 415, "unsupported_media",
            "Content-Type")  # fmt: skip
    assert arrived(loop, path) == 100


def test_an_upload_that_is_not_whole_cannot_be_used(loop: Loop, settings: Settings) -> None:
    path = begin(loop)
    upload_id = UUID(path.rpartition("/")[2])
    with loop.sessions() as session:
        with pytest.raises(Conflict, match="0 of 2048"):
            uploads.whole(session, loop.project_id, upload_id, folder=settings.upload_folder)
        with pytest.raises(Invalid):
            uploads.whole(session, uuid7(), upload_id, folder=settings.upload_folder)


def test_limits_and_rights(loop: Loop) -> None:
    for size, status, kind in ((10 * 2**30 + 1, 413, "too_large"), (0, 422, "invalid")):
        answer = loop.lead.post(f"{loop.path}/uploads", json={"name": "a", "bytes": size})
        problem(answer, status, kind, "bytes")
    path = begin(loop)
    problem(loop.reviewer.get(path), 403, "forbidden")
    problem(loop.outsider.get(path), 404, "not_found")
    assert loop.lead.delete(path).status_code == 204
    problem(loop.lead.get(path), 404, "not_found")
