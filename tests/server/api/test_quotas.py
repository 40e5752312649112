"""What one person may have under way, and what one project may hold."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from PIL import Image as Picture

from server import codecs
from server.api.throttle import Throttle
from server.db.models import Job
from server.rules.jobs import JobState
from server.rules.rates import Rate
from server.settings import Settings
from tests.server.api.conftest import Loop, problem
from tests.world import label_map


def png(colour: str) -> bytes:
    """Return a picture of one colour."""
    out = io.BytesIO()
    Picture.new("RGB", (6, 4), colour).save(out, "PNG")
    return out.getvalue()


def ask(loop: Loop, roots: Path) -> dict[str, str]:
    """Return the body of an import of one image."""
    (roots / "one.png").write_bytes(png("red"))
    return {"path": str(roots), "domain": "source", "split": "train"}


def test_a_person_has_so_many_jobs_under_way_and_rounds_count_for_nobody(
    app: FastAPI, loop: Loop, roots: Path, settings: Settings
) -> None:
    app.state.settings = settings.model_copy(update={"jobs_at_once": 2})
    body = ask(loop, roots)
    loop.to_labelling(k=1)
    started = [loop.lead.post(f"{loop.path}/imports", json=body) for _ in range(2)]
    assert [each.status_code for each in started] == [202, 202]
    exported = {"format": "png"}
    for path, given in (("imports", body), ("exports", exported), ("predictions", {})):
        answer = loop.lead.post(f"{loop.path}/{path}", json=given)
        told = problem(answer, 429, "too_many_jobs")
        assert answer.headers["retry-after"] == "10"
        assert told["detail"].startswith("2 jobs of yours are under way, and 2 may be;")
    with loop.sessions.begin() as session:
        session.get_one(Job, UUID(started[0].json()["id"])).state = JobState.FAILED
    assert loop.lead.post(f"{loop.path}/exports", json=exported).status_code == 202
    assert loop.admin.post(f"{loop.path}/imports", json=body).status_code == 202


def test_submissions_and_imports_have_limits_of_their_own(
    app: FastAPI, loop: Loop, roots: Path
) -> None:
    loop.to_labelling(k=2)
    app.state.throttles.submissions = Throttle(Rate("submissions", 1), clock=lambda: 0.0)
    app.state.throttles.imports = Throttle(Rate("imports", 1, 3600), clock=lambda: 0.0)
    sent = []
    for _ in range(2):
        item = loop.annotator.post(f"{loop.path}/items/take").json()
        sent.append(
            loop.annotator.post(
                f"/items/{item['id']}/submit",
                params={"lease_id": item["lease"]["id"]},
                content=codecs.encode_png(label_map(1)),
                headers={"Content-Type": "image/png"},
            )
        )
    assert sent[0].status_code == 200, sent[0].text
    problem(sent[1], 429, "too_many")
    assert sent[1].headers["retry-after"] == "60"
    body = ask(loop, roots)
    assert loop.lead.post(f"{loop.path}/imports", json=body).status_code == 202
    problem(loop.lead.post(f"{loop.path}/imports", json=body), 429, "too_many")


def place(loop: Loop, settings: Settings, app: FastAPI, most: int) -> None:
    """Have the service run with this quota."""
    app.state.settings = settings.model_copy(update={"project_bytes": most})


def test_a_project_holds_so_many_bytes_and_no_more(
    app: FastAPI, loop: Loop, settings: Settings
) -> None:
    first, second = png("red"), png("green")
    place(loop, settings, app, len(first) + len(second) - 1)

    def send(name: str, data: bytes) -> Any:
        return loop.lead.post(
            f"{loop.path}/images",
            params={"name": name, "domain": "source", "split": "train"},
            content=data,
            headers={"Content-Type": "image/png"},
        )

    assert send("first", first).status_code == 201
    told = problem(send("second", second), 507, "project_full", "bytes")
    assert (told["asked"], told["used"]) == (len(second), len(first))
    assert loop.lead.get(loop.path).json()["storage"] == {
        "used": len(first),
        "most": len(first) + len(second) - 1,
    }
    begin: dict[str, Any] = {"name": "a.zip", "bytes": len(second)}
    problem(loop.lead.post(f"{loop.path}/uploads", json=begin), 507, "project_full", "bytes")
    begin["bytes"] -= 1
    assert loop.lead.post(f"{loop.path}/uploads", json=begin).status_code == 201
    problem(
        loop.lead.post(f"{loop.path}/uploads", json={**begin, "bytes": 1}),
        507,
        "project_full",
        "bytes",
    )
