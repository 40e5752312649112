from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from server.db.models import Job
from tests.server.api.conftest import Loop, problem
from tests.servers.queue import RecordingQueue

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def ask(loop: Loop, **given: Any) -> Any:
    return loop.lead.post(f"{loop.path}/exports", json=given)


def test_an_export_is_a_job_whose_archive_is_streamed(
    loop: Loop, queue: RecordingQueue, tmp_path: Path
) -> None:
    answer = ask(loop, format="coco", splits=["train"])
    assert answer.status_code == 202, answer.text
    job_id = answer.json()["id"]
    assert answer.headers["location"] == f"/api/v1/jobs/{job_id}"
    assert [queue_name for _, queue_name in queue.sent] == ["cpu"]
    problem(loop.lead.get(f"/exports/{job_id}/file"), 404, "not_found")
    with loop.sessions.begin() as session:
        job = session.get_one(Job, UUID(job_id))
        export_id = job.params["export_id"]
        job.result = {"sha256": loop.blobs.put(b"archive")}
    got = loop.lead.get(f"/exports/{job_id}/file")
    assert (got.content, got.headers["content-type"]) == (b"archive", "application/zip")
    assert got.headers["content-disposition"].startswith("attachment")
    part = loop.lead.get(f"/exports/{job_id}/file", headers={"Range": "bytes=2-3"})
    assert (part.status_code, part.content) == (206, b"ch")
    problem(loop.annotator.get(f"/exports/{job_id}/file"), 403, "forbidden")
    assert ask(loop, export_id=export_id).status_code == 202


def test_what_cannot_be_exported_is_refused_by_its_field(loop: Loop, queue: RecordingQueue) -> None:
    for given, field in (
        ({}, "format"),
        ({"format": "gif"}, "format"),
        ({"format": "png", "splits": ["pool"]}, "splits"),
        ({"format": "png", "until": "2001-01-01T00:00:00Z"}, "splits"),
        ({"export_id": "0" * 64}, "export_id"),
        ({"export_id": "../x"}, "export_id"),
    ):
        problem(ask(loop, **given), 422, "invalid", field)
    assert queue.sent == []
